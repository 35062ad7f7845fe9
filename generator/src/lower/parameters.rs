//! Parameters: those of the path item and those of the operation together, and the path template that some stand in.

use super::{Lowering, docs};
use crate::ir::{Parameter, ParameterLocation, ParameterStyle, PathPart, StringKind, Type};
use crate::names;
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section};

/// The header parameters that OpenAPI says are to be ignored: other parts of the document describe them.
const DESCRIBED_ELSEWHERE: [&str; 3] = ["accept", "content-type", "authorization"];

struct Declared<'d> {
    node: Node<'d>,
    name: &'d str,
    location: ParameterLocation,
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
        // What the operation declares takes the place of what the path item declares under the same name and location.
        let is_own = |of: &Declared<'_>| own.iter().any(|own| own.name == of.name && own.location == of.location);
        let mut declared: Vec<Declared<'d>> = shared.into_iter().filter(|shared| !is_own(shared)).collect();
        declared.extend(own);
        declared.retain(|parameter| {
            let described_elsewhere = parameter.location == ParameterLocation::Header
                && DESCRIBED_ELSEWHERE.contains(&parameter.name.to_ascii_lowercase().as_str());
            if described_elsewhere {
                self.ignore(parameter.node.at(), format!("the header parameter `{}`", parameter.name));
            }
            !described_elsewhere
        });

        let template = template(path).map_err(|kind| self.problems.push(operation.problem(kind))).ok()?;
        let ordered = self.in_path_order(declared, &template, operation)?;
        let rust_names = names::value_names(ordered.iter().map(|declared| declared.name), &names::METHOD_LOCALS);
        let mut parameters = Vec::new();
        let mut complete = true;
        for (declared, name) in ordered.into_iter().zip(rust_names) {
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

    fn declared(&mut self, holder: &Node<'d>) -> Option<Vec<Declared<'d>>> {
        let Some(list) = holder.get("parameters") else { return Some(Vec::new()) };
        let elements = self.collect(list.elements())?;
        let mut found: Vec<Declared<'d>> = Vec::new();
        let mut complete = true;
        for element in elements {
            let Some(declared) = self.collect(declare(&element)) else {
                complete = false;
                continue;
            };
            if found.iter().any(|other| other.name == declared.name && other.location == declared.location) {
                self.problems.push(element.problem(ProblemKind::RepeatedParameter { name: declared.name.to_owned() }));
                complete = false;
            }
            found.push(declared);
        }
        complete.then_some(found)
    }

    /// The path parameters in the order of the path, then the others; a name on one side only is a problem.
    fn in_path_order(
        &mut self,
        declared: Vec<Declared<'d>>,
        template: &[Piece],
        operation: &Node<'d>,
    ) -> Option<Vec<Declared<'d>>> {
        let (mut in_path, others): (Vec<_>, Vec<_>) =
            declared.into_iter().partition(|declared| declared.location == ParameterLocation::Path);
        let before = self.problems.len();
        let mut ordered: Vec<Declared<'d>> = Vec::new();
        for piece in template {
            let Piece::Name(name) = piece else { continue };
            if let Some(index) = in_path.iter().position(|declared| declared.name == name) {
                ordered.push(in_path.remove(index));
            } else if !ordered.iter().any(|declared| declared.name == name) {
                self.problems.push(operation.problem(ProblemKind::UndeclaredPathParameter { name: name.clone() }));
            }
        }
        for unused in in_path {
            let kind = ProblemKind::UnusedPathParameter { name: unused.name.to_owned() };
            self.problems.push(unused.node.problem(kind));
        }
        ordered.extend(others);
        (self.problems.len() == before).then_some(ordered)
    }

    fn parameter(&mut self, declared: &Declared<'d>, name: crate::ir::Name, prefix: &str) -> Option<Parameter> {
        let Declared { node, location, .. } = declared;
        let (style, schema) = self.collect(style(node, *location))?;
        let ty = self.schema(&schema, &format!("{prefix} {}", name.rust))?;
        if !self.can_be_written(&ty, style) {
            let what = format!("the parameter `{}` holds more than a scalar or an array of scalars", name.wire);
            self.problems.push(schema.problem(ProblemKind::Unsupported { what }));
            return None;
        }
        let required = self.collect(node.flag("required"))? || *location == ParameterLocation::Path;
        let deprecated = self.collect(node.flag("deprecated"))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        let wanted = names::value_name(&name.wire).rust;
        self.renamed(node.at(), &wanted, &name.rust);
        Some(Parameter { name, location: *location, ty, required, deprecated, style, docs: docs::clean(text) })
    }

    /// Whether a value of this type can be written as a parameter: a scalar, or an array of scalars.
    fn can_be_written(&self, ty: &Type, style: ParameterStyle) -> bool {
        if style == ParameterStyle::Json {
            return true;
        }
        match ty {
            Type::Array(inner) => self.is_scalar(inner),
            Type::Nullable(inner) => self.can_be_written(inner, style),
            other => self.is_scalar(other),
        }
    }

    fn is_scalar(&self, ty: &Type) -> bool {
        match ty {
            Type::Boolean | Type::Integer(_) | Type::Number => true,
            Type::String(kind) => *kind != StringKind::Binary,
            Type::Named(id) => {
                matches!(self.types.get(id.0).map(|def| &def.kind), Some(crate::ir::Kind::Enumeration(_)))
            }
            Type::Any | Type::Array(_) | Type::Map(_) | Type::Nullable(_) => false,
        }
    }
}

fn declare<'d>(element: &Node<'d>) -> Result<Declared<'d>, Problem> {
    let node = element.resolve(Section::Parameters)?;
    let name = node.expect("name")?.text()?;
    let place = node.expect("in")?;
    let location = match place.text()? {
        "path" => ParameterLocation::Path,
        "query" => ParameterLocation::Query,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => return Err(place.wrong("`path`, `query`, `header` or `cookie`")),
    };
    Ok(Declared { node, name, location })
}

/// How the parameter is written, and the schema of its value.
fn style<'d>(node: &Node<'d>, location: ParameterLocation) -> Result<(ParameterStyle, Node<'d>), Problem> {
    if let Some(content) = node.get("content") {
        let unsupported = |what: &str| Err(content.problem(ProblemKind::Unsupported { what: what.to_owned() }));
        return match content.members()?.as_slice() {
            [(media, entry)] if super::responses::is_json(media) => Ok((ParameterStyle::Json, entry.expect("schema")?)),
            [_] => unsupported("a parameter with content that is not JSON"),
            _ => unsupported("a parameter with more than one media type"),
        };
    }
    let schema = node.expect("schema")?;
    let default = match location {
        ParameterLocation::Path | ParameterLocation::Header => "simple",
        ParameterLocation::Query | ParameterLocation::Cookie => "form",
    };
    let style = node.text_at("style")?.unwrap_or(default);
    let explode = node.get("explode").map_or(Ok(style == "form"), |explode| explode.boolean())?;
    let style = match (style, location) {
        ("simple", ParameterLocation::Path | ParameterLocation::Header) => ParameterStyle::Simple { explode },
        ("form", ParameterLocation::Query | ParameterLocation::Cookie) => {
            ParameterStyle::Form { explode, allow_reserved: node.flag("allowReserved")? }
        }
        (other, _) => {
            let what = format!("a parameter of the style `{other}`");
            return Err(node.problem(ProblemKind::Unsupported { what }));
        }
    };
    Ok((style, schema))
}

enum Piece {
    Literal(String),
    Name(String),
}

/// Splits a path template. Every brace has its partner, and a name stands between them.
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
