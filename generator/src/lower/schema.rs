//! Lowers schemas to types.

use std::collections::BTreeSet;

use openapiv3::StringFormat;
use serde_json::Value;

use super::compose::declares_type;
use super::in_progress::{InProgress, may_lead_back};
use super::keywords::only_limits;
use super::overrides::Named;
use super::structs::Properties;
use super::unions::component_at;
use super::walk::{UNIONS, each_once, parts};
use super::{Lowering, Progress, docs};
use crate::ir::{Docs, IntegerKind, StringKind, Type, TypeId, TypeKind};
use crate::location::Location;
use crate::names::Wanted;
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section, word};
use crate::report::NoteKind;

/// The deepest nesting: more than in real documents, and less than the stack of [`crate::generate`] holds.
const MOST_DEPTH: usize = 1000;

/// Whether the target is a request body, which as a schema accepts any value.
fn is_request_body(at: &Location) -> bool {
    at.pointer().strip_prefix("/components/requestBodies/").is_some_and(|name| !name.contains('/'))
}

impl<'d> Lowering<'d> {
    /// The type of a schema. `wanted` is the name for a new type. `None`: refused, with its problem reported.
    pub(super) fn schema(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        if let Some(ty) = self.replaced(node) {
            return Some(ty);
        }
        self.deeper(node, |lowering| match node.reference() {
            Some(_) => lowering.referred(node, wanted),
            None if lowering.targets.contains(node.at().pointer()) => lowering.target(node, wanted),
            None if may_lead_back(node) => {
                let key = node.at().pointer().to_owned();
                let what = InProgress { node: node.clone(), key, wanted: wanted.clone(), lasts: false };
                lowering.once(what, |lowering| lowering.inline(node, wanted))
            }
            None => lowering.inline(node, wanted),
        })
    }

    /// Lowers a nested schema, unless the nesting is too deep or there are too many types.
    pub(super) fn deeper(&mut self, node: &Node<'d>, lower: impl FnOnce(&mut Self) -> Option<Type>) -> Option<Type> {
        if self.depth >= MOST_DEPTH {
            self.findings.refuse(node.problem(ProblemKind::TooDeep));
            return None;
        }
        if self.is_too_much(node) {
            return None;
        }
        self.depth += 1;
        let ty = lower(self);
        self.depth -= 1;
        ty
    }

    /// The type of the target of a `$ref`. Each target is lowered once.
    fn referred(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        if let Some(siblings) = node.value().as_object().filter(|properties| properties.len() > 1) {
            let ignored: Vec<&str> = siblings.keys().map(String::as_str).filter(|&key| key != "$ref").collect();
            self.note(
                NoteKind::ReferenceSiblings,
                node.at(),
                format!("siblings of a `$ref`, which OpenAPI 3.0 ignores: {}", ignored.join(", ")),
            );
        }
        let target = self.collect(node.resolve(Section::Schemas))?;
        if is_request_body(target.at()) {
            self.note(
                NoteKind::SchemaReference,
                node.at(),
                "a schema with a `$ref` to a request body: any value is accepted",
            );
            return Some(Type::Any);
        }
        self.target(&target, wanted)
    }

    /// The type of a schema that may be the target of a `$ref`.
    pub(super) fn target(&mut self, target: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let pointer = target.at().pointer();
        if !self.resolved.contains_key(pointer)
            && let Some(ty) = self.replaced(target)
        {
            self.resolved.insert(pointer.to_owned(), Progress::Done(ty.clone()));
            return Some(ty);
        }
        // A target of `$ref`s is named after its own location, not after the first `$ref`.
        let own = self.own_name(target);
        let (key, wanted) = (pointer.to_owned(), own.unwrap_or_else(|| wanted.clone()));
        let what = InProgress { node: target.clone(), key, wanted: wanted.clone(), lasts: true };
        self.once(what, |lowering| lowering.inline(target, &wanted))
    }

    /// The type of a schema that is not a `$ref`.
    fn inline(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        self.note_keywords(node)?;
        let ty = self.base_type(node, wanted)?;
        let nullable = self.collect(node.flag("nullable"))? || enumerates_null(node);
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// The type without its nullability.
    fn base_type(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        if let Some(family) = self.family(node, wanted) {
            return family;
        }
        if node.has("allOf") {
            return self.all_of(node, wanted);
        }
        let unions: Vec<Node<'d>> = ["oneOf", "anyOf"].into_iter().filter_map(|key| node.get(key)).collect();
        let mut choices = Vec::new();
        for branches in unions {
            if self.is_choice(node, &branches)? {
                choices.push(branches);
            }
        }
        match choices.as_slice() {
            [] => {}
            [branches] if !is_more_than_a_union(node) => return self.union(node, branches, wanted),
            _ => return self.all_of(node, wanted),
        }
        self.plain(node, wanted)
    }

    /// Whether a `oneOf` or `anyOf` is a union of types, and not a list of combinations of required properties.
    pub(super) fn is_choice(&mut self, node: &Node<'d>, branches: &Node<'d>) -> Option<bool> {
        let elements = self.collect(branches.elements())?;
        if elements.is_empty() || only_constrain(node, &elements) {
            let what = "the combinations of required properties are not checked";
            self.note(NoteKind::RequiredTogether, branches.at(), what);
            return Some(false);
        }
        if elements.iter().all(only_limits) {
            self.note(NoteKind::RequiredTogether, branches.at(), "the combinations of limits are not checked");
            return Some(false);
        }
        Some(true)
    }

    /// The type from `type` and `enum`.
    pub(super) fn plain(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let Some(types) = self.collect(declared_types(node))? else {
            return match implied_type(node) {
                Some(implied) => {
                    self.note_implied(node, implied);
                    self.of_type(node, implied, wanted)
                }
                None => {
                    self.note_any_type(node);
                    self.of_values(node, wanted)
                }
            };
        };
        match types.as_slice() {
            [only] => self.of_type(node, only, wanted),
            // The values of the `enum` decide the type, because they are more specific than the list.
            _ if node.has("enum") => self.of_values(node, wanted),
            _ => {
                let mut alternatives = Vec::new();
                for name in types {
                    alternatives.push(self.alternative(node, name, wanted)?);
                }
                Some(self.alternatives(node, alternatives, wanted))
            }
        }
    }

    /// Notes that a schema without `type` has the type that its other keywords imply.
    pub(super) fn note_implied(&mut self, node: &Node<'d>, implied: &str) {
        let what =
            format!("no `type`: the other keywords imply `{implied}`, and values of other types are not accepted");
        self.note(NoteKind::ImpliedType, node.at(), what);
    }

    /// Notes the keywords of a schema for values of any type.
    fn note_any_type(&mut self, node: &Node<'d>) {
        if let Some(patterns) = node.get("patternProperties") {
            self.note(
                NoteKind::PatternProperties,
                patterns.at(),
                "`patternProperties` without `type`: any value is accepted",
            );
        }
        if let Some(items) = node.get("prefixItems") {
            self.note(NoteKind::PrefixItems, items.at(), "`prefixItems` without `type`: any value is accepted");
        }
    }

    /// The type for one entry of a list in `type`. The schema itself is the union, so a named type here needs its own
    /// name.
    fn alternative(&mut self, node: &Node<'d>, name: &str, wanted: &Wanted) -> Option<Type> {
        if name != "object" {
            return self.of_type(node, name, &wanted.and(name));
        }
        let mut properties = Properties::default();
        self.gather(node, &mut properties)?;
        let own = self.wanted_name(node, wanted).and(name);
        self.object_beside(node, properties, &own)
    }

    /// An object as a branch of its own schema.
    pub(super) fn object_beside(
        &mut self,
        node: &Node<'d>,
        properties: Properties<'d>,
        wanted: &Wanted,
    ) -> Option<Type> {
        if properties.declared.is_empty() {
            return self.map(&properties, wanted);
        }
        let id = self.reserve_beside(node, wanted);
        self.fill(id, node, properties)?;
        Some(Type::Named(id))
    }

    pub(super) fn of_type(&mut self, node: &Node<'d>, name: &str, wanted: &Wanted) -> Option<Type> {
        match name {
            "object" => self.object(node, wanted),
            "array" => self.array(node, wanted),
            "string" => self.string(node, wanted),
            "integer" | "number" | "boolean" if node.has("enum") => self.of_values(node, wanted),
            "integer" => {
                let ty = Type::Integer(self.integer(node)?);
                self.by_format(node, name, ty)
            }
            "number" => {
                // An `f64` would lose digits of such a number, and an `i64` its fraction.
                let is_long = matches!(self.collect(node.text_at("format"))?, Some("int64" | "uint64" | "long"));
                let ty = if is_long { Type::Integer(IntegerKind::Unbounded) } else { Type::Number };
                self.by_format(node, name, ty)
            }
            "boolean" => Some(Type::Boolean),
            "file" => Some(Type::String(StringKind::Binary)),
            other => {
                self.note(
                    NoteKind::UnknownType,
                    node.at(),
                    format!("there is no type `{other}`: any value is accepted"),
                );
                Some(Type::Any)
            }
        }
    }

    fn array(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        if super::tuples::is_tuple(node) {
            return self.tuple(node, wanted);
        }
        let Some(items) = node.get("items") else { return Some(Type::Array(Box::new(Type::Any))) };
        let item = self.schema(&items, &wanted.and("item"))?;
        Some(Type::Array(Box::new(item)))
    }

    pub(super) fn integer(&mut self, node: &Node<'d>) -> Option<IntegerKind> {
        let format = self.collect(node.text_at("format"))?;
        // Formats of the registry and of other tools.
        let kind = match format {
            Some("int32" | "int16" | "int8") => IntegerKind::I32,
            Some("uint32" | "uint16" | "uint8") => IntegerKind::U32,
            Some("uint64" | "uint") => IntegerKind::U64,
            _ => IntegerKind::I64,
        };
        Some(widened(kind, node))
    }

    fn string(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let format = self.collect(node.text_at("format"))?;
        match format.and_then(word) {
            Some(StringFormat::Password) => return Some(Type::String(StringKind::Secret)),
            Some(StringFormat::Binary) => return Some(Type::String(StringKind::Binary)),
            Some(StringFormat::Byte | StringFormat::Date | StringFormat::DateTime) | None => {}
        }
        if node.has("enum") {
            return self.of_values(node, wanted);
        }
        self.by_format(node, "string", Type::String(StringKind::Text { format: format.map(str::to_owned) }))
    }

    /// The wanted name of this schema, for the names of types inside.
    pub(super) fn wanted_name(&self, node: &Node<'d>, wanted: &Wanted) -> Wanted {
        match (component_at(node), self.overrides.peek_name(node, Named::Type)) {
            (Some(component), _) => Wanted::component(component),
            (None, Some(chosen)) => Wanted::words(chosen),
            (None, None) => wanted.as_word(),
        }
    }

    pub(super) fn define(&mut self, id: TypeId, node: &Node<'d>, kind: TypeKind) {
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

/// The narrowest kind from this one on that has every integer which the limits and the `enum` declare. Documents have limits
/// that exceed the format.
fn widened(kind: IntegerKind, node: &Node<'_>) -> IntegerKind {
    // Limits past 63 bits are often written as fractions.
    let integer = |value: &Value| {
        let exact = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
        exact.or_else(|| value.as_f64().map(|limit| limit as i128))
    };
    let limit = |key: &str| node.get(key).and_then(|limit| integer(limit.value()));
    let is_exclusive = |key: &str| i128::from(node.flag(key).unwrap_or_default());
    let least = limit("minimum").map(|least| least.saturating_add(is_exclusive("exclusiveMinimum")));
    let most = limit("maximum").map(|most| most.saturating_sub(is_exclusive("exclusiveMaximum")));
    let listed = node.get("enum").and_then(|values| values.value().as_array()).into_iter().flatten();
    let declared: Vec<i128> = least.into_iter().chain(most).chain(listed.filter_map(integer)).collect();
    let has = |kind: IntegerKind, limit: i128| match kind {
        IntegerKind::I32 => i32::try_from(limit).is_ok(),
        IntegerKind::U32 => u32::try_from(limit).is_ok(),
        IntegerKind::I64 => i64::try_from(limit).is_ok(),
        // The largest integer, written as a fraction, is one more.
        IntegerKind::U64 => (0..=1 << 64).contains(&limit),
        IntegerKind::Unbounded => true,
    };
    let is_natural = least.is_some_and(|least| least >= 0);
    let wider: &[IntegerKind] = match kind {
        IntegerKind::U64 | IntegerKind::Unbounded => &[],
        _ if is_natural => &[IntegerKind::I64, IntegerKind::U64],
        _ => &[IntegerKind::I64],
    };
    let mut kinds = std::iter::once(kind).chain(wider.iter().copied());
    kinds.find(|kind| declared.iter().all(|limit| has(*kind, *limit))).unwrap_or(IntegerKind::Unbounded)
}

/// The type, or null. `Type::Any` includes null already.
pub(super) fn nullable_of(ty: Type) -> Type {
    match ty {
        Type::Any | Type::Nullable(_) => ty,
        other => Type::Nullable(Box::new(other)),
    }
}

/// The types in `type`: one, or several in 3.1.
pub(super) fn declared_types<'d>(node: &Node<'d>) -> Result<Option<Vec<&'d str>>, Problem> {
    match node.get("type") {
        None => Ok(None),
        Some(types) if types.value().is_array() => {
            types.elements()?.iter().map(Node::text).collect::<Result<_, _>>().map(Some)
        }
        Some(name) => name.text().map(|name| (name != "null").then(|| vec![name])),
    }
}

/// Whether these branches of `node` only list combinations of required properties.
pub(super) fn only_constrain(node: &Node<'_>, branches: &[Node<'_>]) -> bool {
    branches.iter().all(|branch| {
        let Some(properties) = branch.value().as_object() else { return false };
        let constrains = |key: &str| matches!(key, "required" | "not" | "title" | "description" | "minProperties");
        // A branch may repeat the `type: object` of the schema with the properties.
        let repeats = |key: &str, value: &Value| key == "type" && value == "object" && node.has("properties");
        !properties.is_empty() && properties.iter().all(|(key, value)| constrains(key) || repeats(key, value))
    })
}

/// The type that other keywords imply if `type` is missing. Keywords that add nothing to a type imply none.
pub(super) fn implied_type(node: &Node<'_>) -> Option<&'static str> {
    if implies_object(node) { Some("object") } else { implies_array(node).then_some("array") }
}

pub(super) fn implies_object(node: &Node<'_>) -> bool {
    node.has("properties") || node.has("additionalProperties")
}

pub(super) fn implies_array(node: &Node<'_>) -> bool {
    node.has("items") && !node.has("prefixItems")
}

/// Whether a schema has a keyword for objects.
pub(super) fn has_object_keywords(node: &Node<'_>) -> bool {
    let keywords = ["required", "patternProperties", "if", "then", "else", "dependentSchemas"];
    implies_object(node) || keeps_unevaluated(node) || keywords.iter().any(|key| node.has(key))
}

/// Whether a schema names properties that have to be there together.
pub(super) fn combines_properties(node: &Node<'_>) -> bool {
    let mut lists = ["oneOf", "anyOf"].iter().filter_map(|key| node.get(key)?.elements().ok());
    let requires = |branches: Vec<Node<'_>>| {
        only_constrain(node, &branches) && branches.iter().any(|branch| branch.has("required"))
    };
    node.has("dependentRequired") || lists.any(requires)
}

/// Whether `unevaluatedProperties` allows properties.
pub(super) fn keeps_unevaluated(node: &Node<'_>) -> bool {
    node.get("unevaluatedProperties").is_some_and(|schema| *schema.value() != false && !schema.has("not"))
}

/// Whether a schema with a `oneOf` or `anyOf` has more declarations for its branches.
fn is_more_than_a_union(node: &Node<'_>) -> bool {
    has_object_keywords(node) || combines_properties(node) || node.has("items") || node.has("prefixItems")
}

pub(super) fn enumerates_null(node: &Node<'_>) -> bool {
    node.get("enum").and_then(|values| values.value().as_array()).is_some_and(|values| values.contains(&Value::Null))
}

/// Whether null is the only value of a branch: by its values, by its type, by a `$ref`, or as `nullable: true` alone.
pub(super) fn is_null_only(node: &Node<'_>) -> bool {
    let Ok(node) = node.resolve(Section::Schemas) else { return false };
    let only_value = node
        .get("enum")
        .and_then(|values| values.value().as_array())
        .is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_null));
    let is_nullable = || node.flag("nullable").unwrap_or_default() && !declares_type(&node) && !node.has("not");
    only_value || node.get("type").is_some_and(|name| name.value() == "null") || is_nullable()
}

/// Whether a schema allows null, judged before lowering by its keywords, its branches and its parts. These may lead back to the schema,
/// so those that allow null are collected until a pass finds no more.
pub(super) fn may_be_null(node: &Node<'_>) -> bool {
    let Ok(schema) = node.resolve(Section::Schemas) else { return false };
    let reached = each_once(schema.clone(), |node| match names_null(node) {
        true => Ok(Vec::new()),
        false => Ok([parts(node, &UNIONS)?, nullable_parts(node)].concat()),
    });
    let Ok(reached) = reached else { return false };
    let mut allowing = BTreeSet::new();
    loop {
        let before = allowing.len();
        for node in reached.iter().rev() {
            let is_allowing = |other: &Node<'_>| allowing.contains(other.at().pointer());
            let all = nullable_parts(node);
            let by_parts = !all.is_empty() && all.iter().all(is_allowing);
            let by_branch = || parts(node, &UNIONS).is_ok_and(|branches| branches.iter().any(is_allowing));
            if by_parts || names_null(node) || by_branch() {
                allowing.insert(node.at().pointer());
            }
        }
        let is_found = allowing.contains(schema.at().pointer());
        if is_found || allowing.len() == before {
            return is_found;
        }
    }
}

/// Whether a schema allows null by its own keywords.
fn names_null(node: &Node<'_>) -> bool {
    node.flag("nullable").unwrap_or_default() || enumerates_null(node) || is_null_only(node)
}

/// Whether every schema of an `allOf` allows null.
pub(super) fn all_may_be_null(node: &Node<'_>) -> bool {
    let parts = nullable_parts(node);
    !parts.is_empty() && parts.iter().all(may_be_null)
}

/// The schemas of an `allOf` that decide together whether null is allowed. None if the schema around them decides, or one is missing.
fn nullable_parts<'d>(node: &Node<'d>) -> Vec<Node<'d>> {
    let has_own = ["type", "enum", "oneOf", "anyOf"].iter().any(|key| node.has(key));
    let parts = node.get("allOf").filter(|_| !has_own).and_then(|parts| parts.elements().ok()).unwrap_or_default();
    let declaring = parts.iter().filter(|part| declares_type(part));
    declaring.map(|part| part.resolve(Section::Schemas).ok()).collect::<Option<_>>().unwrap_or_default()
}
