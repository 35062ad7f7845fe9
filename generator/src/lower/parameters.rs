//! Parameters of path items and operations, and path templates.

use openapiv3::{CookieStyle, HeaderStyle, PathStyle, QueryStyle};

use super::overrides::Named;
use super::{Lowering, docs};
use crate::ir::{
    IntegerKind, JsonType, Parameter, ParameterLocation, ParameterStyle, PathPart, StringKind, Type, TypeKind,
};
use crate::names::{self, Wanted};
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section, word};
use crate::report::NoteKind;

/// The header parameters that OpenAPI ignores, because other parts of the document describe them.
const DESCRIBED_ELSEWHERE: [&str; 3] = ["accept", "content-type", "authorization"];

struct DeclaredParameter<'d> {
    node: Node<'d>,
    name: String,
    location: ParameterLocation,
    /// The path has the parameter, but it is not declared.
    is_undeclared: bool,
}

impl DeclaredParameter<'_> {
    /// Whether both are one parameter. The case of a header's name has no meaning.
    fn is_same(&self, other: &Self) -> bool {
        let is_header = self.location == ParameterLocation::Header;
        let is_named = if is_header { self.name.eq_ignore_ascii_case(&other.name) } else { self.name == other.name };
        is_named && self.location == other.location
    }
}

impl<'d> Lowering<'d> {
    pub(super) fn parameters(
        &mut self,
        operation: &Node<'d>,
        item: &Node<'d>,
        path: &str,
        prefix: &str,
    ) -> Option<(Vec<Parameter>, Vec<PathPart>)> {
        let shared = self.declared(item)?;
        let own = self.declared(operation)?;
        // A parameter of the operation overrides the one of the path item with the same name and location.
        let is_own = |of: &DeclaredParameter<'_>| own.iter().any(|own| own.is_same(of));
        let mut declared: Vec<DeclaredParameter<'d>> = shared.into_iter().filter(|shared| !is_own(shared)).collect();
        declared.extend(own);
        declared.retain(|parameter| {
            let described_elsewhere = parameter.location == ParameterLocation::Header
                && DESCRIBED_ELSEWHERE.contains(&parameter.name.to_ascii_lowercase().as_str());
            if described_elsewhere {
                let name = &parameter.name;
                let by = if name.eq_ignore_ascii_case("authorization") { "`security`" } else { "the media types" };
                let what = format!("the header parameter `{name}`, which OpenAPI leaves to {by}");
                self.note(NoteKind::ReservedHeader, parameter.node.at(), format!("{what}; `Call::header` sends one"));
            }
            !described_elsewhere
        });

        if split(path).has_fragment {
            self.note(NoteKind::PathFragment, operation.at(), "the fragment of the path, which is never sent");
        }
        let template = template(split(path).path).map_err(|kind| self.findings.refuse(operation.problem(kind))).ok()?;
        let ordered = self.in_path_order(declared, &template, operation)?;
        let mut wanted = Vec::new();
        for declared in &ordered {
            let chosen = if declared.is_undeclared { None } else { self.overrides.name(&declared.node, Named::Value) };
            wanted.push((declared.name.as_str(), chosen.map(|name| (name, declared.node.original()))));
        }
        let rust_names = self.overrides.value_names(&wanted, &names::METHOD_LOCALS);
        let is_chosen: Vec<bool> = wanted.iter().map(|(_, chosen)| chosen.is_some()).collect();
        let mut parameters = Vec::new();
        let mut complete = true;
        for ((declared, name), is_chosen) in ordered.into_iter().zip(rust_names).zip(is_chosen) {
            if !is_chosen && !declared.is_undeclared {
                self.renamed(declared.node.at(), &names::value_name(&name.wire).rust, &name.rust);
            }
            match self.parameter(&declared, name, prefix) {
                Some(parameter) => parameters.push(parameter),
                None => complete = false,
            }
        }
        if !complete {
            return None;
        }
        let index_of = |wanted: &str| {
            parameters
                .iter()
                .position(|parameter| parameter.location == ParameterLocation::Path && parameter.name.wire == wanted)
        };
        let parts = template
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Literal(text) => Some(PathPart::Literal(text)),
                Piece::Name(name) => index_of(&name).map(PathPart::Parameter),
            })
            .collect();
        Some((parameters, parts))
    }

    fn declared(&mut self, holder: &Node<'d>) -> Option<Vec<DeclaredParameter<'d>>> {
        let Some(list) = holder.get("parameters") else { return Some(Vec::new()) };
        let elements = self.collect(list.elements())?;
        let mut found: Vec<DeclaredParameter<'d>> = Vec::new();
        let mut complete = true;
        for element in elements {
            let Some(declared) = self.collect(declare(&element)) else {
                complete = false;
                continue;
            };
            if let Some(first) = found.iter().find(|other| other.is_same(&declared) && other.name != declared.name) {
                let (first, name) = (first.name.clone(), &declared.name);
                let what = format!("the header parameter `{name}`, which is the same header as `{first}`");
                self.note(NoteKind::RepeatedHeader, element.at(), what);
                continue;
            }
            if found.iter().any(|other| other.is_same(&declared)) {
                self.findings
                    .refuse(element.problem(ProblemKind::RepeatedParameter { name: declared.name.to_owned() }));
                complete = false;
            }
            found.push(declared);
        }
        complete.then_some(found)
    }

    /// Path parameters in the order of the path, then the others. A path parameter must be both declared and part of
    /// the path.
    fn in_path_order(
        &mut self,
        declared: Vec<DeclaredParameter<'d>>,
        template: &[Piece],
        operation: &Node<'d>,
    ) -> Option<Vec<DeclaredParameter<'d>>> {
        let (mut in_path, others): (Vec<_>, Vec<_>) =
            declared.into_iter().partition(|declared| declared.location == ParameterLocation::Path);
        let before = self.findings.problem_count();
        let mut ordered: Vec<DeclaredParameter<'d>> = Vec::new();
        for piece in template {
            let Piece::Name(name) = piece else { continue };
            if let Some(index) = in_path.iter().position(|declared| declared.name == *name) {
                ordered.push(in_path.remove(index));
            } else if !ordered.iter().any(|declared| declared.name == *name) {
                if self.settings.strict {
                    self.findings
                        .refuse(operation.problem(ProblemKind::UndeclaredPathParameter { name: name.clone() }));
                }
                let node = operation.clone();
                let location = ParameterLocation::Path;
                ordered.push(DeclaredParameter { node, name: name.clone(), location, is_undeclared: true });
            }
        }
        for unused in in_path {
            if self.settings.strict {
                let kind = ProblemKind::UnusedPathParameter { name: unused.name.to_owned() };
                self.findings.refuse(unused.node.problem(kind));
            } else {
                self.note(
                    NoteKind::UnusedPathParameter,
                    unused.node.at(),
                    format!("the path parameter `{}`, which is not in the path", unused.name),
                );
            }
        }
        ordered.extend(others);
        (self.findings.problem_count() == before).then_some(ordered)
    }

    fn parameter(
        &mut self,
        declared: &DeclaredParameter<'d>,
        name: crate::ir::Name,
        prefix: &str,
    ) -> Option<Parameter> {
        let DeclaredParameter { node, location, .. } = declared;
        if declared.is_undeclared {
            self.note(
                NoteKind::UndeclaredPathParameter,
                node.at(),
                format!("the path parameter `{}` is not declared: it is a string", name.wire),
            );
            return Some(Parameter {
                name,
                origin: node.at().clone(),
                location: *location,
                ty: Type::String(StringKind::Text { format: None }),
                required: true,
                deprecated: false,
                style: ParameterStyle::Simple { explode: false },
                docs: crate::ir::Docs::default(),
            });
        }
        let wanted_type = Wanted::words(format!("{prefix} {}", name.rust));
        let (style, ty) = match (node.get("schema"), node.get("content")) {
            (Some(schema), _) => (self.style(node, *location)?, self.schema(&schema, &wanted_type)?),
            (None, Some(content)) if is_whole_query(node) => self.whole_query(&content, &wanted_type)?,
            (None, Some(content)) => self.content_parameter(node, &content, *location, &wanted_type)?,
            (None, None) => {
                self.note(NoteKind::ParameterSchema, node.at(), format!("the parameter `{}` has no schema", name.wire));
                (self.style(node, *location)?, leftover_type(node))
            }
        };
        let ty = self.written_type(node, ty);
        let may_be_object = ty.json_types(&self.types).is_none_or(|types| types.contains(&JsonType::Object));
        if style == ParameterStyle::Cookie && may_be_object {
            let what = "the style `cookie` of an object: its values are percent-encoded";
            self.note(NoteKind::ParameterStyle, node.at(), what);
        }
        if let Some(what) = self.undefined_style(style, &ty) {
            self.note(NoteKind::ParameterStyle, node.at(), what);
        }
        let may_be_empty = matches!(ty.split_nullable().0, Type::String(_) | Type::Any);
        if self.collect(node.flag("allowEmptyValue"))? && !may_be_empty {
            let what = "`allowEmptyValue`: no value of this type is sent as an empty text";
            self.note(NoteKind::EmptyValue, node.at(), what);
        }
        let required = self.collect(node.flag("required"))? || *location == ParameterLocation::Path;
        let deprecated = self.collect(node.flag("deprecated"))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        let (origin, docs) = (node.at().clone(), docs::clean(text));
        Some(Parameter { name, origin, location: *location, ty, required, deprecated, style, docs })
    }

    /// What a client sends for the values of which OpenAPI does not define the style; `None` if it defines all.
    fn undefined_style(&self, style: ParameterStyle, ty: &Type) -> Option<&'static str> {
        let mut inner = Vec::new();
        let has_elements = self.add_inner(ty, 0, &mut inner);
        let may_be = |kind: JsonType| {
            inner.iter().any(|ty| ty.json_types(&self.types).is_some_and(|types| types.contains(&kind)))
        };
        match style {
            ParameterStyle::Json | ParameterStyle::WholeQuery { .. } => None,
            ParameterStyle::DeepObject => (has_elements || may_be(JsonType::Array))
                .then_some("an array in the style `deepObject`: each element is sent under the name of the array"),
            _ => (may_be(JsonType::Array) || may_be(JsonType::Object))
                .then_some("arrays or objects inside an array or an object: they are sent as JSON"),
        }
    }

    /// Adds the types of the elements and properties of a value. Returns whether the value may be an array.
    fn add_inner<'t>(&'t self, ty: &'t Type, depth: usize, inner: &mut Vec<&'t Type>) -> bool {
        const MOST: usize = 8;
        match ty {
            Type::Array(item) => {
                inner.push(item);
                true
            }
            Type::Tuple(elements) => {
                inner.extend(elements);
                true
            }
            Type::Map(value) => {
                inner.push(value);
                false
            }
            Type::Nullable(of) => self.add_inner(of, depth, inner),
            Type::Named(id) if depth < MOST => match self.types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Struct(object)) => {
                    inner.extend(object.fields.iter().map(|field| &field.ty));
                    false
                }
                Some(TypeKind::Union(union)) => {
                    let mut has_elements = false;
                    for branch in &union.branches {
                        has_elements |= self.add_inner(&branch.ty, depth + 1, inner);
                    }
                    has_elements
                }
                Some(TypeKind::Alias(of)) => self.add_inner(of, depth + 1, inner),
                Some(TypeKind::Enumeration(_)) | None => false,
            },
            _ => false,
        }
    }

    /// A parameter with `content`: JSON, or else text.
    fn content_parameter(
        &mut self,
        node: &Node<'d>,
        content: &Node<'d>,
        location: ParameterLocation,
        wanted_type: &Wanted,
    ) -> Option<(ParameterStyle, Type)> {
        let entries = self.collect(content.entries())?;
        let is_json = |(media, _): &&(&str, Node<'d>)| super::media::is_json(media);
        if let Some((_, entry)) = entries.iter().find(is_json) {
            let ty = match entry.get("schema") {
                Some(schema) => self.schema(&schema, wanted_type)?,
                None => Type::Any,
            };
            return Some((ParameterStyle::Json, ty));
        }
        self.note(NoteKind::ParameterContent, content.at(), "the content of the parameter is not JSON: it is a string");
        Some((self.style(node, location)?, Type::String(StringKind::Text { format: None })))
    }

    /// A parameter that is the whole query: a form, whose properties are sent like query parameters; or JSON; or text.
    fn whole_query(&mut self, content: &Node<'d>, wanted_type: &Wanted) -> Option<(ParameterStyle, Type)> {
        let entries = self.collect(content.entries())?;
        let text = || Type::String(StringKind::Text { format: None });
        let Some((media, entry)) = entries.first() else {
            return Some((ParameterStyle::WholeQuery { is_json: false }, text()));
        };
        let is_form = super::media::essence(media) == "application/x-www-form-urlencoded";
        if !is_form && !super::media::is_json(media) {
            return Some((ParameterStyle::WholeQuery { is_json: false }, text()));
        }
        let ty = match entry.get("schema") {
            Some(schema) => self.schema(&schema, wanted_type)?,
            None => Type::Any,
        };
        if is_form && entry.has("encoding") {
            let what = "`encoding` of a parameter in `querystring`: each property has the style `form`";
            self.note(NoteKind::ParameterStyle, entry.at(), what);
        }
        let form = ParameterStyle::Form { explode: true, allow_reserved: false };
        Some((if is_form { form } else { ParameterStyle::WholeQuery { is_json: true } }, ty))
    }

    /// The type of the schema, with text instead of raw bytes.
    fn written_type(&mut self, node: &Node<'d>, ty: Type) -> Type {
        match ty {
            Type::String(StringKind::Binary) => {
                self.note(NoteKind::ParameterBytes, node.at(), "a binary parameter is a string");
                Type::String(StringKind::Text { format: None })
            }
            Type::Array(inner) => Type::Array(Box::new(self.written_type(node, *inner))),
            Type::Nullable(inner) => Type::Nullable(Box::new(self.written_type(node, *inner))),
            other => other,
        }
    }

    /// The style of the parameter.
    fn style(&mut self, node: &Node<'d>, location: ParameterLocation) -> Option<ParameterStyle> {
        let default = default_style(location);
        let style = self.collect(node.text_at("style"))?.unwrap_or(default);
        let flag = |key, otherwise: bool| node.get(key).map_or(Ok(otherwise), |flag| flag.boolean());
        let explode = self.collect(flag("explode", style == "form"))?;
        let allow_reserved = self.collect(flag("allowReserved", false))?;
        if allow_reserved && location == ParameterLocation::Path {
            let what = "`allowReserved` of a parameter in the path: reserved characters are percent-encoded";
            self.note(NoteKind::ParameterStyle, node.at(), what);
        }
        if let Some(style) = style_of(style, location, explode, allow_reserved) {
            return Some(style);
        }
        self.note(
            NoteKind::ParameterStyle,
            node.at(),
            format!("the style `{style}` is not defined for this parameter: it is written as `{default}`"),
        );
        style_of(default, location, node.has("explode") && explode || default == "form", allow_reserved)
    }
}

pub(super) fn default_style(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path | ParameterLocation::Header => "simple",
        ParameterLocation::Query | ParameterLocation::Cookie => "form",
    }
}

/// The style of this name, if it is valid for this location (OpenAPI, "Style Values").
pub(super) fn style_of(
    style: &str,
    location: ParameterLocation,
    explode: bool,
    allow_reserved: bool,
) -> Option<ParameterStyle> {
    let form = ParameterStyle::Form { explode, allow_reserved };
    Some(match location {
        ParameterLocation::Path => match word(style)? {
            PathStyle::Simple => ParameterStyle::Simple { explode },
            PathStyle::Label => ParameterStyle::Label { explode },
            PathStyle::Matrix => ParameterStyle::Matrix { explode },
        },
        ParameterLocation::Query => match word(style)? {
            // An exploded list has no delimiters.
            QueryStyle::SpaceDelimited | QueryStyle::PipeDelimited if explode => form,
            QueryStyle::Form => form,
            QueryStyle::SpaceDelimited => ParameterStyle::SpaceDelimited,
            QueryStyle::PipeDelimited => ParameterStyle::PipeDelimited,
            QueryStyle::DeepObject => ParameterStyle::DeepObject,
        },
        ParameterLocation::Header => match word(style)? {
            HeaderStyle::Simple => ParameterStyle::Simple { explode },
        },
        ParameterLocation::Cookie if style == "cookie" => ParameterStyle::Cookie,
        ParameterLocation::Cookie => match word(style)? {
            CookieStyle::Form => form,
        },
    })
}

/// Whether a parameter is the whole query.
fn is_whole_query(parameter: &Node<'_>) -> bool {
    parameter.get("in").is_some_and(|location| location.value() == "querystring")
}

/// The type of a parameter without a schema. It may have `type` beside its name, as in Swagger 2.0.
fn leftover_type(node: &Node<'_>) -> Type {
    let named = |kind: Option<&str>| match kind {
        Some("integer") => Type::Integer(IntegerKind::I64),
        Some("number") => Type::Number,
        Some("boolean") => Type::Boolean,
        Some("string") => Type::String(StringKind::Text { format: None }),
        _ => Type::Any,
    };
    let kind = |node: &Node<'_>| node.get("type").and_then(|kind| kind.value().as_str().map(str::to_owned));
    match kind(node).as_deref() {
        Some("array") => Type::Array(Box::new(named(node.get("items").as_ref().and_then(kind).as_deref()))),
        other => named(other),
    }
}

fn declare<'d>(element: &Node<'d>) -> Result<DeclaredParameter<'d>, Problem> {
    let node = element.resolve(Section::Parameters)?;
    let name = node.required("name")?.text()?.to_owned();
    let declared_in = node.required("in")?;
    let location = match declared_in.text()? {
        "path" => ParameterLocation::Path,
        "query" | "querystring" => ParameterLocation::Query,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => return Err(declared_in.wrong("`path`, `query`, `querystring`, `header` or `cookie`")),
    };
    Ok(DeclaredParameter { node, name, location, is_undeclared: false })
}

/// The parts of a path.
struct Split<'p> {
    path: &'p str,
    query: &'p str,
    /// Whether a fragment was removed. Some documents use fragments to distinguish operations of one path.
    has_fragment: bool,
}

fn split(path: &str) -> Split<'_> {
    let is_last = |rest: &&str| !rest.contains(['/', '{', '}']);
    let (before, has_fragment) = match path.rsplit_once('#').filter(|(_, rest)| is_last(rest)) {
        Some((before, _)) => (before, true),
        None => (path, false),
    };
    match before.split_once('?').filter(|(_, rest)| is_last(rest) && rest.contains('=')) {
        Some((path, query)) => Split { path, query, has_fragment },
        None => Split { path: before, query: "", has_fragment },
    }
}

/// The query of the path.
pub(super) fn fixed_query(path: &str) -> &str {
    split(path).query
}

enum Piece {
    Literal(String),
    Name(String),
}

/// Splits a path template. Braces have to be balanced, with a name between them.
fn template(path: &str) -> Result<Vec<Piece>, ProblemKind> {
    let malformed = || ProblemKind::PathTemplate { path: path.to_owned() };
    if !path.starts_with('/') {
        return Err(malformed());
    }
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(malformed)?;
        if literal.contains('}') || name.is_empty() || name.contains('{') {
            return Err(malformed());
        }
        pieces.push(Piece::Literal(literal.to_owned()));
        pieces.push(Piece::Name(name.to_owned()));
        rest = after;
    }
    if rest.contains('}') {
        return Err(malformed());
    }
    pieces.push(Piece::Literal(rest.to_owned()));
    pieces.retain(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
    Ok(pieces)
}
