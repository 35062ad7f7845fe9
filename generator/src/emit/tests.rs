//! Compares documents that cover every case of emission with their golden files; `compiled/` compiles and runs the files.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::{Scene, emit};
use crate::analyze::analyze;
use crate::findings::Findings;
use crate::ir::*;
use crate::lower::{Lowered, lower};
use crate::names::{Plan, assign};
use crate::read::Document;
use crate::settings::Settings;

const EVERYTHING: &str = include_str!("../../tests/golden/everything.yaml");
const SMALL: &str = include_str!("../../tests/golden/small.yaml");

fn lowered(document: &str) -> (Api, Plan) {
    let document = Document::read(document).unwrap();
    let settings = Settings::new().doc_extension("x-bucket", "Rate-limit bucket");
    let Lowered { api, plan, .. } = lower(&document, &settings);
    (api, plan)
}

fn text() -> Type {
    Type::String(StringKind::Text { format: None })
}

fn docs(text: &str) -> Docs {
    Docs(text.to_owned())
}

fn def(wire: &str, kind: TypeKind) -> TypeDef {
    let name = Name { wire: wire.to_owned(), rust: crate::names::type_name(wire), is_raw: false };
    TypeDef {
        name,
        request_name: None,
        origin: Origin::root(),
        docs: Docs::default(),
        deprecated: false,
        derives: Vec::new(),
        is_hidden: false,
        kind,
    }
}

fn operation<'a>(api: &'a mut Api, id: &str) -> &'a mut Operation {
    api.operations.iter_mut().find(|operation| operation.name.wire == id).unwrap()
}

/// A document with every case of emission, and the cases that lowering does not produce yet.
fn everything() -> (Api, Plan) {
    let (mut api, plan) = lowered(EVERYTHING);
    // A URL-encoded form as body.
    operation(&mut api, "prime").body.as_mut().unwrap().contents[0].media = MediaType::Form;
    // Lists with other delimiters.
    let delimited = [("spaced", ParameterStyle::SpaceDelimited), ("piped", ParameterStyle::PipeDelimited)];
    for (wire, style) in delimited {
        let parameters = &mut operation(&mut api, "logout").parameters;
        let scope = parameters.iter().find(|parameter| parameter.name.wire == "scope").unwrap();
        let parameter = Parameter { name: crate::names::value_name(wire), style, ..scope.clone() };
        parameters.push(parameter);
    }
    // Aliases, one of them recursive.
    let nested = TypeId(api.types.len());
    api.types.push(def("nested", TypeKind::Alias(Type::Array(Box::new(Type::Named(nested))))));
    api.types.push(def("label", TypeKind::Alias(text())));
    let label = Type::Named(TypeId(nested.0 + 1));
    let tree = api.types.iter_mut().find(|def| def.name.wire == "tree").unwrap();
    if let TypeKind::Struct(object) = &mut tree.kind {
        let field = |wire: &str, ty: Type| Field {
            name: crate::names::value_name(wire),
            ty,
            required: false,
            read_only: false,
            write_only: false,
            deprecated: false,
            order: 0,
            only: None,
            default: None,
            docs: Docs::default(),
            setters: None,
        };
        object.fields.push(field("nested", Type::Named(nested)));
        object.fields.push(field("label", label));
    }
    (api, plan)
}

fn printed((mut api, plan): (Api, Plan), module_path: &str) -> String {
    // The programs that run it compare.
    for def in &mut api.types {
        def.derives.push("PartialEq".to_owned());
    }
    let mut findings = Findings::new(false);
    assign(&mut api, &plan, &Settings::new(), &mut findings);
    assert_eq!(findings.problem_count(), 0);
    let facts = analyze(&api);
    let settings = Settings::new().module_path(module_path).derives(["PartialEq"]);
    let paths = crate::names::Paths::of(&settings).unwrap();
    let (text, _) = emit(&Scene { api: &api, facts: &facts, settings: &settings, paths: &paths });
    // Tokens that do not parse are printed as this macro.
    assert!(!text.contains("compile_error!"), "{text}");
    text
}

#[test]
fn everything_is_printed_as_reviewed() {
    let text = printed(everything(), "compiled_fixtures::everything");
    test_support::assert_golden("generator/tests/golden/everything.rs", &text);
}

#[test]
fn little_is_printed_as_reviewed() {
    let text = printed(lowered(SMALL), "compiled_fixtures::small");
    test_support::assert_golden("generator/tests/golden/small.rs", &text);
}

#[test]
fn nothing_at_all() {
    let text = printed((Api::default(), Plan::default()), "a");
    assert!(syn::parse_str::<syn::File>(&text).is_ok(), "{text}");
}

#[test]
fn the_output_parses_without_carriage_returns_and_is_reproducible() {
    let text = printed(everything(), "compiled_fixtures::everything");
    assert!(syn::parse_str::<syn::File>(&text).is_ok());
    assert!(!text.contains('\r'));
    assert!(!text.lines().any(|line| line.ends_with(' ')));
    assert_eq!(text, printed(everything(), "compiled_fixtures::everything"));
}

/// Lowering removes such texts, but no text of the document may ever become code.
#[test]
fn odd_texts_stay_texts() {
    let odd = "a\"b\\ `c` */ /* // \n\r\u{0}{} é \u{1F980} \u{202E} #[x]";
    let (mut api, plan) = everything();
    api.info.title = odd.to_owned();
    api.info.version = odd.to_owned();
    api.info.provenance.push((odd.to_owned(), odd.to_owned()));
    api.servers.iter_mut().for_each(|server| server.url = odd.to_owned());
    for scheme in &mut api.schemes {
        scheme.name = odd.to_owned();
        scheme.docs = docs(odd);
    }
    for operation in &mut api.operations {
        operation.name.wire = odd.to_owned();
        operation.path = odd.to_owned();
        operation.path_parts.push(PathPart::Literal(odd.to_owned()));
        operation.path_parts.push(PathPart::Parameter(1000));
        operation.summary = docs(odd);
        operation.docs = docs(odd);
        operation.notes.push((odd.to_owned(), odd.to_owned()));
        operation.security.push(Requirement { schemes: vec![1000] });
        let content = Content {
            media: MediaType::Text(odd.to_owned()),
            origin: Origin::root(),
            ty: Some(text()),
            encodings: Vec::new(),
            variant: String::new(),
            events: Vec::new(),
        };
        let contents = vec![content];
        operation.responses.push(Response {
            status: Status::Code(599),
            contents,
            headers: Vec::new(),
            docs: docs(odd),
        });
        for parameter in &mut operation.parameters {
            parameter.name.wire = odd.to_owned();
            parameter.docs = docs(odd);
        }
    }
    for def in &mut api.types {
        def.name.wire = odd.to_owned();
        def.docs = docs(odd);
        if let TypeKind::Struct(object) = &mut def.kind {
            for field in &mut object.fields {
                field.name.wire = odd.to_owned();
                field.docs = docs(odd);
                field.default = Some(odd.into());
            }
        }
    }
    api.types.push(def("dangling", TypeKind::Alias(Type::Named(TypeId(1000)))));
    let text = printed((api, plan), "a::b");
    let parsed = syn::parse_str::<syn::File>(&text);
    assert!(parsed.is_ok(), "{:?}", parsed.err());
    assert!(!text.contains('\r') && !text.contains('\0'));
}

#[test]
fn ranges_and_defaults_are_sorted_after_codes() {
    let text = printed(everything(), "compiled_fixtures::everything");
    let position = |needle: &str| text.find(needle).unwrap_or(usize::MAX);
    assert!(position("(\"400\", \"application/json\"),") < position("(\"4XX\", \"application/json\"),"));
    assert!(position("(\"4XX\", \"text/plain\"),") < position("(\"default\", \"application/json\"),"));
}
