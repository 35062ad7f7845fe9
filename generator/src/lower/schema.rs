//! Schemas: the type that says what a schema says.

use serde_json::Value;

use super::{Lowering, Progress, docs};
use crate::ir::{Docs, Enumeration, EnumerationValue, IntegerKind, Kind, Name, StringKind, Type, TypeDef, TypeId};
use crate::names;
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section};

/// Deeper nesting than any real document has; the call stack holds more.
const MOST_DEPTH: usize = 100;

/// The keywords that lowering reads.
const UNDERSTOOD: [&str; 18] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "format",
    "items",
    "nullable",
    "oneOf",
    "properties",
    "readOnly",
    "required",
    "type",
    "writeOnly",
];

/// The keywords that change nothing in the type: limits on values, which the server checks, and what is for readers only.
const NOT_IN_TYPE: [&str; 20] = [
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "pattern",
    "title",
    "uniqueItems",
    "xml",
    "$comment",
];

impl<'d> Lowering<'d> {
    /// The type of a schema; `wanted` is what a new type for it would be called. `None`: refused, with the problem on
    /// record.
    pub(super) fn schema(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        if self.depth >= MOST_DEPTH {
            self.problems.push(node.problem(ProblemKind::TooDeep));
            return None;
        }
        self.depth += 1;
        let ty = match node.reference() {
            Some(_) => self.referred(node, wanted),
            None => self.inline(node, wanted),
        };
        self.depth -= 1;
        ty
    }

    /// The type of what a `$ref` leads to. Each target is lowered once.
    fn referred(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        if let Some(siblings) = node.value().as_object().filter(|members| members.len() > 1) {
            let ignored: Vec<&str> = siblings.keys().map(String::as_str).filter(|&key| key != "$ref").collect();
            self.ignore(node.at(), format!("beside a `$ref`, as OpenAPI 3.0 asks: {}", ignored.join(", ")));
        }
        let target = self.collect(node.resolve(Section::Schemas))?;
        self.target(&target, wanted)
    }

    /// The type of a schema that a `$ref` may lead to.
    pub(super) fn target(&mut self, target: &Node<'d>, wanted: &str) -> Option<Type> {
        let pointer = target.at().pointer().to_owned();
        match self.known.get(&pointer) {
            Some(Progress::Done(ty)) => return Some(ty.clone()),
            Some(Progress::Named(id)) => return Some(Type::Named(*id)),
            Some(Progress::Refused) => return None,
            Some(Progress::Nameless) => {
                let what = "a schema that refers to itself without an object in between".to_owned();
                self.problems.push(target.problem(ProblemKind::Unsupported { what }));
                return None;
            }
            None => {}
        }
        self.known.insert(pointer.clone(), Progress::Nameless);
        // A component brings its own name; a target elsewhere is named after its place of use.
        let ty = self.inline(target, wanted);
        let progress = ty.clone().map_or(Progress::Refused, Progress::Done);
        self.known.insert(pointer, progress);
        ty
    }

    /// The type of a schema that is not a `$ref`.
    fn inline(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        let members = self.collect(node.object())?;
        for key in members.keys().map(String::as_str) {
            let known = UNDERSTOOD.contains(&key) || NOT_IN_TYPE.contains(&key) || key.starts_with("x-");
            if !known {
                self.ignore(node.at(), format!("the unknown keyword `{key}`"));
            }
        }
        if node.has("not") {
            self.approximate(node.at(), "`not`: what it excludes is accepted");
        }
        let ty = self.shape(node, wanted)?;
        let nullable = self.collect(node.flag("nullable"))? || enumerates_null(node);
        Some(match ty {
            // Anything includes null already.
            Type::Any => Type::Any,
            Type::Nullable(inner) => Type::Nullable(inner),
            other if nullable => Type::Nullable(Box::new(other)),
            other => other,
        })
    }

    /// The type without its nullability.
    fn shape(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        if node.has("allOf") {
            return self.all_of(node, wanted);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = node.get(key) {
                return self.union(node, &branches, wanted);
            }
        }
        let kind = match node.get("type") {
            Some(kind) => Some(self.collect(kind.text())?),
            None => implied_type(node),
        };
        match kind {
            Some("object") => self.object(node, wanted),
            Some("array") => {
                let Some(items) = node.get("items") else { return Some(Type::Array(Box::new(Type::Any))) };
                let item = self.schema(&items, &format!("{wanted} item"))?;
                Some(Type::Array(Box::new(item)))
            }
            Some("string") => self.string(node, wanted),
            Some("integer") => {
                self.note_values(node);
                Some(Type::Integer(self.integer(node)?))
            }
            Some("number") => {
                self.note_values(node);
                Some(Type::Number)
            }
            Some("boolean") => {
                self.note_values(node);
                Some(Type::Boolean)
            }
            Some(other) => {
                let what = format!("a schema of the type `{other}`");
                self.problems.push(node.problem(ProblemKind::Unsupported { what }));
                None
            }
            None => {
                self.note_values(node);
                Some(Type::Any)
            }
        }
    }

    fn integer(&mut self, node: &Node<'d>) -> Option<IntegerKind> {
        Some(match self.collect(node.text_at("format"))? {
            Some("int32") => IntegerKind::I32,
            Some("uint32") => IntegerKind::U32,
            Some("uint64") => IntegerKind::U64,
            _ => IntegerKind::I64,
        })
    }

    fn string(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        let format = self.collect(node.text_at("format"))?;
        match format {
            Some("password") => return Some(Type::String(StringKind::Secret)),
            Some("binary") => return Some(Type::String(StringKind::Binary)),
            _ => {}
        }
        let Some(values) = node.get("enum") else {
            return Some(Type::String(StringKind::Text { format: format.map(str::to_owned) }));
        };
        let elements = self.collect(values.elements())?;
        let mut texts = Vec::new();
        for element in elements.iter().filter(|element| !element.value().is_null()) {
            texts.push(self.collect(element.text())?);
        }
        if texts.is_empty() {
            return Some(Type::String(StringKind::Text { format: None }));
        }
        Some(self.enumeration(node, &texts, wanted))
    }

    fn enumeration(&mut self, node: &Node<'d>, texts: &[&str], wanted: &str) -> Type {
        let mut distinct: Vec<&str> = Vec::new();
        for text in texts {
            if !distinct.contains(text) {
                distinct.push(text);
            }
        }
        let ideal: Vec<String> = distinct.iter().map(|&text| text.to_owned()).collect();
        // The variant for unknown values comes last, so that it is the one that gives way.
        let mut all = ideal.clone();
        all.push("Unknown".to_owned());
        let mut variants = names::variant_names(&all);
        let unknown = variants.pop().unwrap_or_else(|| "Unknown".to_owned());
        let values = distinct
            .iter()
            .zip(variants)
            .map(|(&text, rust)| EnumerationValue { name: Name { wire: text.to_owned(), rust, is_raw: false } })
            .collect::<Vec<_>>();
        for value in &values {
            self.renamed(node.at(), &names::type_name(&value.name.wire), &value.name.rust);
        }
        let id = self.reserve(node, wanted);
        self.define(id, node, Kind::Enumeration(Enumeration { values, unknown }));
        Type::Named(id)
    }

    /// An `enum` that no Rust type holds to: numbers, booleans, mixed values.
    fn note_values(&mut self, node: &Node<'d>) {
        if node.has("enum") {
            self.approximate(node.at(), "an `enum` of values that are not all text: any value of the type is accepted");
        }
    }

    /// A type of its own for this schema, to be filled in by [`Lowering::define`]; the schema may refer to it meanwhile.
    pub(super) fn reserve(&mut self, node: &Node<'d>, wanted: &str) -> TypeId {
        let name = self.type_name(node.at(), wanted);
        let id = TypeId(self.types.len());
        self.types.push(TypeDef {
            name,
            origin: node.at().clone(),
            docs: Docs::default(),
            deprecated: false,
            kind: Kind::Alias(Type::Any),
        });
        if let Some(progress) = self.known.get_mut(node.at().pointer()) {
            *progress = Progress::Named(id);
        }
        id
    }

    pub(super) fn define(&mut self, id: TypeId, node: &Node<'d>, kind: Kind) {
        let docs = self.docs(node);
        let deprecated = self.collect(node.flag("deprecated")).unwrap_or_default();
        if let Some(def) = self.types.get_mut(id.0) {
            def.docs = docs;
            def.deprecated = deprecated;
            def.kind = kind;
        }
    }

    /// The title and the description of a schema, and the limits on its values.
    pub(super) fn docs(&mut self, node: &Node<'d>) -> Docs {
        let texts = (|| Ok::<_, Problem>((node.text_at("title")?, node.text_at("description")?)))();
        let Some((title, description)) = self.collect(texts) else { return Docs::default() };
        docs::schema(title, description, node.value())
    }
}

/// The type that the other keywords mean where `type` is missing.
fn implied_type(node: &Node<'_>) -> Option<&'static str> {
    if node.has("properties") || node.has("additionalProperties") || node.has("required") {
        return Some("object");
    }
    if node.has("items") {
        return Some("array");
    }
    let values = node.get("enum")?;
    let mut values = values.value().as_array()?.iter().filter(|value| !value.is_null()).peekable();
    values.peek()?;
    values.all(Value::is_string).then_some("string")
}

fn enumerates_null(node: &Node<'_>) -> bool {
    node.get("enum").and_then(|values| values.value().as_array()).is_some_and(|values| values.contains(&Value::Null))
}
