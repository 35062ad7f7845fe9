//! An API made by hand, of everything that emission has a case for, against its golden file.
//!
//! `UPDATE_GOLDEN=1 cargo test -p openapi-smith emit` accepts what is printed now; read the difference before committing it.

use std::path::Path;

use super::emit;
use crate::analyze::analyze;
use crate::ir::*;
use crate::names::{TypeNames, value_name};
use crate::settings::Settings;

fn name(wire: &str) -> Name {
    value_name(wire)
}

fn type_name(wire: &str) -> Name {
    Name { wire: wire.to_owned(), rust: crate::names::type_name(wire), is_raw: false }
}

fn docs(text: &str) -> Docs {
    Docs(text.to_owned())
}

fn text() -> Type {
    Type::String(StringKind::Text { format: None })
}

fn secret() -> Type {
    Type::String(StringKind::Secret)
}

fn nullable(ty: Type) -> Type {
    Type::Nullable(Box::new(ty))
}

fn array(ty: Type) -> Type {
    Type::Array(Box::new(ty))
}

fn map(ty: Type) -> Type {
    Type::Map(Box::new(ty))
}

fn optional(wire: &str, ty: Type) -> Field {
    Field {
        name: name(wire),
        ty,
        required: false,
        read_only: false,
        write_only: false,
        deprecated: false,
        default: None,
        docs: Docs::default(),
    }
}

fn required(wire: &str, ty: Type) -> Field {
    Field { required: true, ..optional(wire, ty) }
}

fn structure(fields: Vec<Field>) -> Kind {
    Kind::Struct(Struct { fields, additional: AdditionalMembers::Ignored })
}

fn def(wire: &str, kind: Kind) -> TypeDef {
    TypeDef { name: type_name(wire), origin: Origin::root(), docs: Docs::default(), deprecated: false, kind }
}

const CLIENT: Type = Type::Named(TypeId(0));
const FAILURE: Type = Type::Named(TypeId(1));
const PRIMING: Type = Type::Named(TypeId(2));
const EITHER: Type = Type::Named(TypeId(3));
const AUTH_METHOD: Type = Type::Named(TypeId(4));
const TREE: Type = Type::Named(TypeId(5));
const ANIMAL: Type = Type::Named(TypeId(6));
const AUDIENCE: Type = Type::Named(TypeId(7));
const NESTED: Type = Type::Named(TypeId(8));
const TOKENS: Type = Type::Named(TypeId(9));
const SUBMISSION: Type = Type::Named(TypeId(10));
const VAULT: Type = Type::Named(TypeId(11));

fn types() -> Vec<TypeDef> {
    let client = Kind::Struct(Struct {
        fields: vec![
            required("client_name", text()),
            Field { read_only: true, docs: docs("Made by the server."), ..required("client_id", text()) },
            Field { write_only: true, ..optional("client_secret", secret()) },
            Field { read_only: true, ..optional("registration_access_token", secret()) },
            optional("old_secrets", nullable(array(nullable(secret())))),
            Field { default: Some(serde_json::json!("basic")), ..optional("auth-method", AUTH_METHOD) },
            optional("metadata", Type::Any),
            optional("nickname", nullable(text())),
            required("logo", nullable(Type::String(StringKind::Text { format: Some("uri".to_owned()) }))),
            optional("audience", AUDIENCE),
            optional("tokens", TOKENS),
            optional("submissions", array(SUBMISSION)),
            Field { deprecated: true, ..optional("type", Type::Integer(IntegerKind::I64)) },
            optional("created_at", Type::String(StringKind::Text { format: Some("date-time".to_owned()) })),
        ],
        additional: AdditionalMembers::Kept { name: "additional_properties".to_owned(), ty: Type::Any },
    });
    let branch = |name: &str, ty: Type, distinctive: &[&str]| Branch {
        name: name.to_owned(),
        ty,
        discriminators: vec![name.to_lowercase()],
        distinctive: distinctive.iter().map(|&member| member.to_owned()).collect(),
    };
    vec![
        TypeDef { docs: docs("A client.\n\nWith all that is known of it."), ..def("oAuth2Client", client) },
        def(
            "errorOAuth2",
            structure(vec![optional("error", text()), optional("status_code", Type::Integer(IntegerKind::I64))]),
        ),
        def("priming", structure(vec![required("c_nonce", secret()), required("format", text())])),
        def(
            "either",
            Kind::Union(Union {
                branches: vec![branch("Priming", PRIMING, &["c_nonce"]), branch("Error", FAILURE, &[])],
                decision: Decision::Members,
                unknown: None,
            }),
        ),
        def(
            "authMethod",
            Kind::Enumeration(Enumeration {
                values: ["basic", "private-key", "none"]
                    .into_iter()
                    .map(|wire| EnumerationValue { name: type_name(wire) })
                    .collect(),
                unknown: "Unknown".to_owned(),
            }),
        ),
        def(
            "tree",
            structure(vec![
                optional("left", TREE),
                optional("right", nullable(TREE)),
                optional("all", map(TREE)),
                optional("animal", ANIMAL),
            ]),
        ),
        def(
            "animal",
            Kind::Union(Union {
                branches: vec![branch("Tree", TREE, &[]), branch("Client", CLIENT, &[])],
                decision: Decision::Discriminator("kind".to_owned()),
                unknown: Some("Unknown".to_owned()),
            }),
        ),
        def(
            "audience",
            Kind::Union(Union {
                branches: vec![branch("One", text(), &[]), branch("Many", array(text()), &[])],
                decision: Decision::JsonType,
                unknown: Some("Unknown".to_owned()),
            }),
        ),
        def("nested", Kind::Alias(array(NESTED))),
        def("tokens", Kind::Alias(map(secret()))),
        def(
            "submission",
            structure(vec![
                Field { read_only: true, ..required("at", text()) },
                required("by", text()),
                optional("animal", ANIMAL),
            ]),
        ),
        def(
            "vault",
            Kind::Struct(Struct {
                fields: vec![required("count", Type::Number), required("codes", array(secret()))],
                additional: AdditionalMembers::Kept { name: "more".to_owned(), ty: secret() },
            }),
        ),
    ]
}

fn parameter(wire: &str, location: ParameterLocation, ty: Type, required: bool) -> Parameter {
    let style = match location {
        ParameterLocation::Path | ParameterLocation::Header => ParameterStyle::Simple { explode: false },
        ParameterLocation::Query | ParameterLocation::Cookie => {
            ParameterStyle::Form { explode: true, allow_reserved: false }
        }
    };
    Parameter {
        name: name(wire),
        location,
        ty,
        required,
        deprecated: false,
        style,
        docs: docs(&format!("What {wire} is.")),
    }
}

fn json(ty: Type) -> Content {
    Content { media: MediaType::Json("application/json".to_owned()), ty: Some(ty) }
}

fn plain(media: &str) -> Content {
    Content { media: MediaType::Text(media.to_owned()), ty: Some(text()) }
}

fn arm(status: Status, contents: Vec<Content>) -> Arm {
    Arm { status, contents, headers: Vec::new(), docs: docs(&format!("The answer {status}.")) }
}

fn operation(id: &str, method: HttpMethod, path: &str, arms: Vec<Arm>) -> Operation {
    Operation {
        name: name(id),
        type_prefix: crate::names::type_name(id),
        origin: Origin::root(),
        method,
        path: path.to_owned(),
        parts: vec![PathPart::Literal(path.to_owned())],
        parameters: Vec::new(),
        body: None,
        arms,
        security: Vec::new(),
        summary: docs(&format!("Does {id}.")),
        docs: docs("At some length."),
        deprecated: false,
        notes: vec![("Rate-limit bucket".to_owned(), "low".to_owned())],
    }
}

fn operations() -> Vec<Operation> {
    use ParameterLocation::{Cookie, Header, Path, Query};
    use Status::{Code, Default, Range};
    let body =
        |content: Content, required| Some(Body { required, contents: vec![content], docs: docs("What is sent.") });
    let failure = || arm(Default, vec![json(FAILURE)]);
    vec![
        Operation {
            parts: vec![
                PathPart::Literal("/clients/".to_owned()),
                PathPart::Parameter(0),
                PathPart::Literal("/keys".to_owned()),
            ],
            parameters: vec![
                parameter("id", Path, text(), true),
                parameter("limit", Query, Type::Integer(IntegerKind::I32), true),
                parameter("X-Trace", Header, text(), false),
                parameter("session", Cookie, secret(), false),
            ],
            security: vec![Requirement { schemes: vec![0] }],
            ..operation(
                "getClient",
                HttpMethod::Get,
                "/clients/{id}/keys",
                vec![arm(Code(200), vec![json(CLIENT)]), failure()],
            )
        },
        Operation {
            body: body(json(CLIENT), true),
            ..operation(
                "createClient",
                HttpMethod::Post,
                "/clients",
                vec![
                    arm(Code(201), vec![json(CLIENT)]),
                    arm(Code(400), vec![json(EITHER)]),
                    arm(Range(4), vec![json(FAILURE), plain("text/plain")]),
                    failure(),
                ],
            )
        },
        Operation {
            security: vec![
                Requirement { schemes: vec![1] },
                Requirement { schemes: vec![2, 3] },
                Requirement::default(),
            ],
            ..operation(
                "getUserInfo",
                HttpMethod::Get,
                "/userinfo",
                vec![arm(Code(200), vec![json(map(Type::Any)), plain("application/jwt")]), failure()],
            )
        },
        Operation {
            parts: vec![PathPart::Literal("/clients/".to_owned()), PathPart::Parameter(0)],
            parameters: vec![parameter("id", Path, text(), true)],
            deprecated: true,
            ..operation("deleteClient", HttpMethod::Delete, "/clients/{id}", vec![arm(Code(204), vec![]), failure()])
        },
        Operation {
            parameters: vec![
                parameter("id_token_hint", Query, secret(), false),
                parameter("state", Query, text(), false),
                parameter("scope", Query, array(text()), false),
                Parameter {
                    style: ParameterStyle::Form { explode: false, allow_reserved: false },
                    ..parameter("method", Query, array(AUTH_METHOD), false)
                },
                Parameter { deprecated: true, ..parameter("sub", Query, Type::Integer(IntegerKind::I64), false) },
                Parameter { style: ParameterStyle::Json, ..parameter("filter", Query, SUBMISSION, false) },
            ],
            ..operation(
                "logout",
                HttpMethod::Get,
                "/sessions/logout",
                vec![arm(Code(200), vec![plain("text/html")]), arm(Code(302), vec![])],
            )
        },
        Operation {
            body: body(Content { media: MediaType::Form, ty: Some(PRIMING) }, true),
            security: vec![Requirement { schemes: vec![4] }],
            ..operation(
                "prime",
                HttpMethod::Post,
                "/prime",
                vec![arm(Code(200), vec![Content { media: MediaType::Bytes("image/png".to_owned()), ty: None }])],
            )
        },
        Operation {
            body: body(json(TOKENS), false),
            parameters: vec![
                parameter("params", Query, array(Type::Integer(IntegerKind::U64)), true),
                parameter("request", Header, array(text()), true),
                parameter("vault", Query, VAULT, true),
                parameter("options", Query, secret(), true),
            ],
            ..operation("sendTokens", HttpMethod::Put, "/tokens", vec![arm(Default, vec![json(NESTED)])])
        },
    ]
}

/// Everything that emission has a case for.
fn api() -> Api {
    let scheme = |name: &str, kind: SchemeKind| SecurityScheme {
        name: name.to_owned(),
        rust: name.to_owned(),
        kind,
        docs: Docs::default(),
    };
    Api {
        info: Info {
            title: "Made by hand".to_owned(),
            version: "v1.2.3".to_owned(),
            docs: Docs::default(),
            provenance: vec![("upstream-version".to_owned(), "1.0".to_owned())],
        },
        servers: vec![Server {
            url: "https://{project}.example.com".to_owned(),
            variables: vec![("project".to_owned(), "playground".to_owned())],
            docs: docs("The network."),
        }],
        schemes: vec![
            scheme("bearer", SchemeKind::Bearer),
            scheme("oauth2", SchemeKind::Bearer),
            scheme("basic", SchemeKind::Basic),
            scheme("key", SchemeKind::ApiKeyHeader("X-Key".to_owned())),
            scheme("query_key", SchemeKind::ApiKeyQuery("key".to_owned())),
        ],
        operations: operations(),
        types: types(),
    }
}

/// The least there can be: no credentials, no bodies, no types.
fn small_api() -> Api {
    Api {
        info: Info { title: "Small".to_owned(), version: "1".to_owned(), ..Info::default() },
        operations: vec![operation(
            "ping",
            HttpMethod::Get,
            "/ping",
            vec![arm(Status::Code(200), vec![plain("text/plain")])],
        )],
        ..Api::default()
    }
}

fn printed(api: &Api, module_path: &str) -> String {
    let facts = analyze(api, &mut TypeNames::default());
    emit(api, &facts, &Settings::new().module_path(module_path))
}

fn compare(printed: &str, file: &str) -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, printed)?;
    }
    let golden = std::fs::read_to_string(&path)?;
    let differs = golden.lines().zip(printed.lines()).position(|(golden, printed)| golden != printed);
    assert!(
        golden == printed,
        "tests/golden/{file} differs from what is printed, first in line {}",
        differs.unwrap_or_else(|| golden.lines().count().min(printed.lines().count())) + 1
    );
    Ok(())
}

#[test]
fn everything() -> std::io::Result<()> {
    compare(&printed(&api(), "my_crate::api"), "everything.rs")
}

#[test]
fn small() -> std::io::Result<()> {
    compare(&printed(&small_api(), "my_crate::small"), "small.rs")
}

#[test]
fn nothing_at_all() {
    let api = Api::default();
    let text = emit(&api, &analyze(&api, &mut TypeNames::default()), &Settings::new());
    assert!(syn::parse_str::<syn::File>(&text).is_ok(), "{text}");
}

#[test]
fn what_is_printed_parses_has_no_carriage_returns_and_is_the_same_every_time() {
    let text = printed(&api(), "my_crate::api");
    assert!(syn::parse_str::<syn::File>(&text).is_ok());
    assert!(!text.contains('\r'));
    assert!(!text.lines().any(|line| line.ends_with(' ')));
    assert_eq!(text, printed(&api(), "my_crate::api"));
}

/// Lowering gives nothing of the kind, but a text of the document must never end up as code.
#[test]
fn odd_texts_stay_texts() {
    let odd = "a\"b\\ `c` */ /* // \n\r\u{0}{} é \u{1F980} \u{202E} #[x]";
    let mut api = api();
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
        operation.parts.push(PathPart::Literal(odd.to_owned()));
        operation.parts.push(PathPart::Parameter(1000));
        operation.summary = docs(odd);
        operation.docs = docs(odd);
        operation.notes.push((odd.to_owned(), odd.to_owned()));
        operation.security.push(Requirement { schemes: vec![1000] });
        operation.arms.push(arm(Status::Code(599), vec![plain(odd)]));
        for parameter in &mut operation.parameters {
            parameter.name.wire = odd.to_owned();
            parameter.docs = docs(odd);
        }
    }
    for def in &mut api.types {
        def.name.wire = odd.to_owned();
        def.docs = docs(odd);
        if let Kind::Struct(object) = &mut def.kind {
            object.fields.push(Field { docs: docs(odd), default: Some(odd.into()), ..optional("odd", text()) });
            object.fields.iter_mut().for_each(|field| field.name.wire = odd.to_owned());
        }
    }
    api.types.push(def("dangling", Kind::Alias(Type::Named(TypeId(1000)))));
    let text = printed(&api, "not a path");
    let parsed = syn::parse_str::<syn::File>(&text);
    assert!(parsed.is_ok(), "{:?}", parsed.err());
    assert!(!text.contains('\r') && !text.contains('\0'));
}

#[test]
fn ranges_and_defaults_are_sorted_after_codes() {
    let text = printed(&api(), "my_crate::api");
    let position = |needle: &str| text.find(needle).unwrap_or(usize::MAX);
    assert!(position("(\"400\", \"application/json\"),") < position("(\"4XX\", \"application/json\"),"));
    assert!(position("(\"4XX\", \"text/plain\"),") < position("(\"default\", \"application/json\"),"));
}
