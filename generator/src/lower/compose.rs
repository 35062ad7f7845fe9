//! `allOf`: merges several schemas into one type.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Lowering;
use super::schema::{
    all_may_be_null, combines_properties, declared_types, has_object_keywords, implies_array, implies_object,
    is_null_only, keeps_unevaluated, may_be_null, nullable_of,
};
use super::structs::Properties;
use super::unions::extends_a_family;
use crate::ir::{Enumeration, Type, TypeKind};
use crate::names::Wanted;
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The keywords that determine the type; the others are annotations and limits.
const SHAPING: [&str; 18] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "enum",
    "format",
    "if",
    "items",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "properties",
    "required",
    "then",
    "type",
];

/// The most combinations of branches of several unions in one `allOf` that become types.
const MOST_COMBINATIONS: usize = 64;

/// The most unions inside each other whose branches are merged with the schemas around them.
const MOST_LEVELS: usize = 3;

/// Whether a schema has a keyword that determines the type.
pub(super) fn declares_type(node: &Node<'_>) -> bool {
    SHAPING.iter().any(|key| node.has(key)) || keeps_unevaluated(node)
}

/// The schema in progress that a branch of a union is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Back {
    /// The schema of the union.
    ToItself,
    /// A schema that extends the schema of the union: a parent that lists its children.
    ToChild,
}

/// The schemas that are merged, grouped by what they declare.
#[derive(Clone, Debug, Default)]
pub(super) struct MergedSchemas<'d> {
    properties: Properties<'d>,
    has_objects: bool,
    /// The JSON types that every schema allows; `None` if no schema declares a type.
    types: Option<Vec<&'d str>>,
    has_arrays: bool,
    items: Vec<Node<'d>>,
    /// Whether single elements have their own schemas.
    has_any_items: bool,
    /// Strings, numbers and booleans: the schemas as written, so that a `$ref` keeps its name.
    values: Vec<Node<'d>>,
    /// Each `oneOf` and `anyOf`, with its schema.
    unions: Vec<(Node<'d>, Node<'d>)>,
    /// The schemas at the top that declare more than unions. `None` for a schema without its own type.
    sources: Vec<Option<Node<'d>>>,
    /// The number of schemas at any depth that declare more than a type or unions.
    declaring: usize,
    /// The properties that schemas without declarations combine.
    combined: Vec<&'d str>,
    /// The number of unions around these schemas.
    level: usize,
    /// The schemas in progress around the current one.
    path: Vec<String>,
    /// The schemas that are merged already. Merging one again adds nothing, and could recurse forever.
    seen: BTreeSet<String>,
}

impl<'d> MergedSchemas<'d> {
    /// Whether the schemas declare nothing but types and unions.
    fn is_bare(&self) -> bool {
        self.properties.is_empty() && self.values.is_empty() && !self.has_arrays
    }

    fn allow_types(&mut self, declared: &[&'d str]) {
        let Some(allowed) = &self.types else {
            self.types = Some(declared.to_vec());
            return;
        };
        let both = |name: &&'d str| match *name {
            "number" if !declared.contains(&"number") && declared.contains(&"integer") => Some("integer"),
            "integer" if declared.contains(&"number") => Some("integer"),
            other => declared.contains(&other).then_some(other),
        };
        self.types = Some(allowed.iter().filter_map(both).collect());
    }
}

/// Whether a schema is only a type or null.
fn adds_null(part: &Node<'_>) -> bool {
    let keywords = part.value().as_object();
    let is_short = |keywords: &Map<String, Value>| {
        keywords.keys().all(|key| matches!(key.as_str(), "type" | "nullable" | "title" | "description"))
    };
    part.has("type") && part.flag("nullable").unwrap_or_default() && keywords.is_some_and(is_short)
}

impl<'d> Lowering<'d> {
    pub(super) fn all_of(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let parts = match node.get("allOf") {
            Some(parts) => self.collect(parts.elements())?,
            None => Vec::new(),
        };
        let declares_itself =
            SHAPING.iter().any(|&key| !matches!(key, "allOf" | "type") && node.has(key)) || keeps_unevaluated(node);
        let mut nullable = all_may_be_null(node);
        // A sibling keyword may be `nullable`.
        for part in parts.iter().filter(|part| !declares_type(part)) {
            self.collect(part.object())?;
            nullable |= self.collect(part.flag("nullable"))?;
        }
        let mut declaring: Vec<&Node<'d>> = parts.iter().filter(|part| declares_type(part)).collect();
        // As Zod's documents write a `$ref` that may be null. By JSON Schema alone the `$ref` would forbid null.
        let adding_null = declaring.iter().copied().find(|part| adds_null(part));
        if let Some(part) = adding_null.filter(|_| !nullable && declaring.iter().any(|part| !adds_null(part))) {
            self.findings.formality(part.at(), "a part of `allOf` only allows null: the whole schema allows null");
            declaring.retain(|part| !adds_null(part));
            nullable = true;
        }
        let ty = match declaring.as_slice() {
            [] if !declares_itself => self.plain(node, wanted)?,
            // One schema with annotations beside it: the usual way to describe a `$ref`.
            [part] if !declares_itself && part.reference().is_some() && !extends_a_family(node, part) => {
                self.schema(part, wanted)?
            }
            parts => {
                // An inline schema is named after the schema around it.
                if let ([part], false) = (parts, declares_itself) {
                    nullable |= self.collect(part.flag("nullable"))?;
                }
                let mut gathered = MergedSchemas::default();
                self.add_source(node, &mut gathered)?;
                self.merged(node, gathered, wanted)?
            }
        };
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// The type of values that are valid for all these schemas. `conditional` schemas add properties, but no limits.
    pub(super) fn all_of_these(
        &mut self,
        node: &Node<'d>,
        parts: &[Node<'d>],
        conditional: &[Node<'d>],
        wanted: &Wanted,
    ) -> Option<Type> {
        let mut gathered = MergedSchemas::default();
        let mut nullable = true;
        for part in parts {
            let resolved = self.collect(part.resolve(Section::Schemas))?;
            nullable &= may_be_null(&resolved) || !declares_type(&resolved);
            self.add_source(part, &mut gathered)?;
        }
        for part in conditional {
            self.gather_conditional(part, &mut gathered.properties, 0)?;
            gathered.has_any_items |= self.collect(part.resolve(Section::Schemas))?.has("items");
            gathered.sources.push(None);
        }
        let ty = self.merged(node, gathered, wanted)?;
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// Adds a schema at the top.
    fn add_source(&mut self, part: &Node<'d>, parts: &mut MergedSchemas<'d>) -> Option<()> {
        let (declaring, unions) = (parts.declaring, parts.unions.len());
        let mentioned: Vec<&str> = parts.properties.mentioned().collect();
        self.add_part(part, parts)?;
        if parts.declaring == declaring {
            parts.combined.extend(parts.properties.mentioned().filter(|wire| !mentioned.contains(wire)));
        } else {
            let has_own_type = part.reference().is_some() && parts.unions.len() == unions;
            parts.sources.push(has_own_type.then(|| part.clone()));
        }
        Some(())
    }

    /// Adds a schema and the schemas of its `allOf`.
    fn add_part(&mut self, part: &Node<'d>, parts: &mut MergedSchemas<'d>) -> Option<()> {
        let resolved = self.collect(part.resolve(Section::Schemas))?;
        self.note_keywords(&resolved)?;
        let pointer = resolved.at().pointer().to_owned();
        if parts.path.contains(&pointer) {
            self.note(NoteKind::RecursiveAllOf, part.at(), "a branch of `allOf` that refers to the same schema");
            return Some(());
        }
        if !parts.seen.insert(pointer.clone()) {
            return Some(());
        }
        parts.path.push(pointer);
        if let Some(inner) = resolved.get("allOf") {
            for part in self.collect(inner.elements())? {
                self.add_part(&part, parts)?;
            }
        }
        let mut is_union = false;
        for key in ["oneOf", "anyOf"] {
            let Some(branches) = resolved.get(key) else { continue };
            if !self.is_choice(&resolved, &branches)? {
                continue;
            }
            match self.leads_back(&resolved, &branches, parts)? {
                Some(Back::ToItself) => {
                    let what = "a union that is one of its own branches: the other properties may have any value";
                    self.note(NoteKind::RecursiveUnion, branches.at(), what);
                    parts.properties.keeps = true;
                }
                Some(Back::ToChild) => {}
                None => {
                    is_union = true;
                    parts.unions.push((resolved.clone(), branches));
                }
            }
        }
        self.add_declarations(part, &resolved, is_union, parts)?;
        parts.path.pop();
        Some(())
    }

    /// Adds the declarations of a schema itself, for each JSON type.
    fn add_declarations(
        &mut self,
        part: &Node<'d>,
        resolved: &Node<'d>,
        is_union: bool,
        parts: &mut MergedSchemas<'d>,
    ) -> Option<()> {
        let declared = self.collect(declared_types(resolved))?;
        if let Some(declared) = &declared {
            parts.allow_types(declared);
        }
        let may_be = |name: &str| declared.as_ref().is_none_or(|all| all.contains(&name));
        let is_declared = |name: &str| declared.is_some() && may_be(name);
        let has_object_keywords = has_object_keywords(resolved);
        let names_properties = has_object_keywords || combines_properties(resolved);
        if may_be("object") && (is_declared("object") || names_properties) {
            self.gather(resolved, &mut parts.properties)?;
            parts.has_objects |= implies_object(resolved) || (is_declared("object") && !is_union);
        }
        let has_items = resolved.has("items") || resolved.has("prefixItems");
        if may_be("array") && (is_declared("array") || has_items) {
            parts.has_arrays |= implies_array(resolved) || is_declared("array");
            parts.has_any_items |= super::tuples::is_tuple(resolved);
            let known = |items: &Node<'_>| parts.items.iter().any(|other| other.value() == items.value());
            if let Some(items) = resolved.get("items").filter(|items| !items.value().is_array() && !known(items)) {
                parts.items.push(items);
            }
        }
        let is_value = match &declared {
            Some(all) => all.iter().any(|name| !matches!(*name, "object" | "array")),
            None => resolved.has("enum") || resolved.has("format"),
        };
        if is_value && (!is_union || resolved.has("enum")) {
            // The schema with the `allOf` itself cannot be lowered as a part of it: the recursion would not end.
            parts.values.push(if resolved.has("allOf") || is_union { resolved.clone() } else { part.clone() });
        }
        let is_declaring = has_object_keywords || has_items || (is_value && !is_union);
        parts.declaring += usize::from(is_declaring);
        Some(())
    }

    /// Whether a branch of this schema is a schema in progress.
    fn leads_back(&mut self, node: &Node<'d>, branches: &Node<'d>, parts: &MergedSchemas<'d>) -> Option<Option<Back>> {
        let mut back = None;
        for branch in self.collect(branches.elements())? {
            if branch.reference().is_some() {
                let target = self.collect(branch.resolve(Section::Schemas))?;
                if target.at().pointer() == node.at().pointer() {
                    return Some(Some(Back::ToItself));
                }
                if parts.path.iter().any(|open| open == target.at().pointer()) {
                    back = Some(Back::ToChild);
                }
            }
        }
        Some(back)
    }

    /// The type of the merged schemas. Each union is decided by itself: every branch of the first has the other schemas
    /// and unions inside.
    pub(super) fn merged(&mut self, node: &Node<'d>, mut parts: MergedSchemas<'d>, wanted: &Wanted) -> Option<Type> {
        if parts.level > MOST_LEVELS {
            self.leave_unions(&mut parts);
        }
        if parts.unions.is_empty() {
            return self.merged_without_unions(node, &parts, wanted);
        }
        let (holder, branches) = parts.unions.remove(0);
        if parts.unions.is_empty() && parts.is_bare() && self.allows_branches(&parts, &branches)? {
            return self.union_of(node, &holder, &branches, None, wanted);
        }
        let branch_counts = parts.unions.iter().filter_map(|(_, branches)| branches.value().as_array()).map(Vec::len);
        if branch_counts.product::<usize>() > MOST_COMBINATIONS || parts.level >= MOST_LEVELS {
            self.leave_unions(&mut parts);
        }
        parts.level += 1;
        self.union_of(node, &holder, &branches, Some(parts), wanted)
    }

    /// Does not decide the unions. The properties of their branches are kept as additional properties.
    fn leave_unions(&mut self, parts: &mut MergedSchemas<'d>) {
        for (_, other) in std::mem::take(&mut parts.unions) {
            let what = "one of many `oneOf` or `anyOf`: the properties of its branches may have any value";
            self.note(NoteKind::SeveralUnions, other.at(), what);
            parts.properties.keeps = true;
            parts.sources.push(None);
        }
    }

    /// Whether the allowed types exclude no branch.
    fn allows_branches(&mut self, parts: &MergedSchemas<'d>, branches: &Node<'d>) -> Option<bool> {
        let Some(allowed) = &parts.types else { return Some(true) };
        for branch in self.collect(branches.elements())? {
            let resolved = self.collect(branch.resolve(Section::Schemas))?;
            let declared = self.collect(declared_types(&resolved))?;
            let is_allowed = declared.is_none_or(|all| all.iter().all(|name| allowed.contains(name)));
            if !is_allowed {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The schemas with a branch of a union; `None` inside if no value is valid for all of them.
    pub(super) fn with_branch(
        &mut self,
        branch: &Node<'d>,
        parts: &MergedSchemas<'d>,
    ) -> Option<Option<MergedSchemas<'d>>> {
        let mut parts = parts.clone();
        self.add_source(branch, &mut parts)?;
        let is_possible = self.is_possible(&parts, 0)?;
        Some(is_possible.then_some(parts))
    }

    /// Whether a value may be valid for all schemas. Only contradictions of types and of constants count.
    fn is_possible(&mut self, parts: &MergedSchemas<'d>, depth: usize) -> Option<bool> {
        if !may_hold(parts) {
            return Some(false);
        }
        let Some((_, branches)) = parts.unions.first().filter(|_| depth < MOST_LEVELS) else { return Some(true) };
        for branch in self.collect(branches.elements())? {
            let mut inside = parts.clone();
            inside.unions.remove(0);
            self.add_part(&branch, &mut inside)?;
            if is_null_only(&branch) || self.is_possible(&inside, depth + 1)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn merged_without_unions(&mut self, node: &Node<'d>, parts: &MergedSchemas<'d>, wanted: &Wanted) -> Option<Type> {
        if let [Some(only)] = parts.sources.as_slice()
            && parts.combined.iter().all(|wire| parts.properties.declares(wire))
        {
            return self.schema(only, wanted);
        }
        let types = match &parts.types {
            Some(types) => types.clone(),
            None if !parts.values.is_empty() => Vec::new(),
            None => {
                let implied = [(parts.has_objects, "object"), (parts.has_arrays, "array")];
                let implied: Vec<&str> =
                    implied.into_iter().filter_map(|(is_implied, name)| is_implied.then_some(name)).collect();
                if !implied.is_empty() {
                    self.note_implied(node, &implied.join("` or `"));
                }
                implied
            }
        };
        let is_object = types.contains(&"object") || types.is_empty() && parts.values.is_empty();
        if parts.has_objects && !is_object {
            let what = "object keywords of a schema that is not an object";
            self.note(NoteKind::ObjectKeywords, node.at(), what);
        }
        match types.as_slice() {
            [] if parts.types.is_none() && !parts.values.is_empty() => self.narrowest(node, &parts.values, wanted),
            [] if parts.types.is_none() => Some(Type::Any),
            [] => Some(self.conflict(node, "the schemas of a value have different types")),
            [only] => self.merged_of_type(node, only, parts, wanted),
            // The values of an `enum` decide the type.
            _ if parts.values.iter().any(|part| part.has("enum")) => self.narrowest(node, &parts.values, wanted),
            several => {
                let own = self.wanted_name(node, wanted);
                let mut alternatives = Vec::new();
                for name in several {
                    let own = own.and(name);
                    alternatives.push(if *name == "object" {
                        self.object_beside(node, parts.properties.clone(), &own)?
                    } else {
                        self.merged_of_type(node, name, parts, &own)?
                    });
                }
                Some(self.alternatives(node, alternatives, wanted))
            }
        }
    }

    /// The type of the values with this JSON type.
    fn merged_of_type(
        &mut self,
        node: &Node<'d>,
        name: &str,
        parts: &MergedSchemas<'d>,
        wanted: &Wanted,
    ) -> Option<Type> {
        match name {
            "object" => self.object_of(node, parts.properties.clone(), wanted),
            "array" if parts.has_any_items => self.tuple(node, wanted),
            "array" if parts.items.is_empty() => Some(Type::Array(Box::new(Type::Any))),
            "array" => {
                let item = self.type_of_property(&parts.items, &[], &wanted.and("item"))?;
                Some(Type::Array(Box::new(item)))
            }
            _ => {
                let mut types = Vec::new();
                for part in &parts.values {
                    let resolved = self.collect(part.resolve(Section::Schemas))?;
                    let is_list = resolved.get("type").is_some_and(|types| types.value().is_array());
                    let by_itself = resolved.has("allOf") || resolved.has("oneOf") || resolved.has("anyOf");
                    types.push(match (is_list, by_itself) {
                        (true, _) => self.of_type(&resolved, name, wanted)?,
                        (false, true) => self.plain(&resolved, wanted)?,
                        (false, false) => self.schema(part, wanted)?,
                    });
                }
                self.narrowest_type(node, types)
            }
        }
    }

    /// The properties of a schema and of its `allOf`.
    pub(super) fn own_properties(&mut self, node: &Node<'d>) -> Option<Properties<'d>> {
        let mut parts = MergedSchemas::default();
        self.add_part(node, &mut parts)?;
        self.leave_unions(&mut parts);
        Some(parts.properties)
    }

    /// The narrowest type of several strings, numbers or booleans.
    fn narrowest(&mut self, node: &Node<'d>, others: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let mut types = Vec::new();
        for part in others {
            // A part with its own `allOf` is the schema itself: only its other keywords count.
            let by_itself = ["allOf", "oneOf", "anyOf"].iter().any(|key| part.has(key));
            types.push(if by_itself { self.plain(part, wanted)? } else { self.schema(part, wanted)? });
        }
        self.narrowest_type(node, types)
    }

    fn narrowest_type(&mut self, node: &Node<'d>, types: Vec<Type>) -> Option<Type> {
        let mut narrowest = Type::Any;
        for ty in types {
            let Some(narrower) = self.narrower(&narrowest, &ty) else {
                return Some(self.conflict(node, "the schemas of a value contradict each other"));
            };
            narrowest = narrower;
        }
        Some(narrowest)
    }

    /// The type of a schema without valid values.
    pub(super) fn conflict(&mut self, node: &Node<'d>, what: &str) -> Type {
        self.note(NoteKind::Conflict, node.at(), format!("{what}: no value is valid, and any value is accepted"));
        Type::Any
    }

    /// The narrower of two types; `None` if no value has both.
    fn narrower(&self, left: &Type, right: &Type) -> Option<Type> {
        match (left, right) {
            (left, right) if left == right => Some(left.clone()),
            (Type::Any, other) | (other, Type::Any) => Some(other.clone()),
            (Type::Nullable(left), Type::Nullable(right)) => self.narrower(left, right).map(nullable_of),
            (Type::Nullable(inner), other) | (other, Type::Nullable(inner)) => self.narrower(inner, other),
            (Type::Integer(_), Type::Integer(_)) => Some(right.clone()),
            (Type::Integer(_), Type::Number) => Some(left.clone()),
            (Type::Number, Type::Integer(_)) => Some(right.clone()),
            (Type::Array(left), Type::Array(right)) => {
                self.narrower(left, right).map(|inner| Type::Array(Box::new(inner)))
            }
            (Type::Map(left), Type::Map(right)) => self.narrower(left, right).map(|inner| Type::Map(Box::new(inner))),
            (Type::String(_), Type::String(kind)) => {
                // A string with a format and a secret are narrower.
                let plain = matches!(kind, crate::ir::StringKind::Text { format: None });
                Some(if plain { left.clone() } else { right.clone() })
            }
            (foreign @ Type::Foreign(_), other) | (other, foreign @ Type::Foreign(_))
                if self.enumeration_of(other).is_none() && self.share_a_kind(foreign, other) =>
            {
                Some(foreign.clone())
            }
            _ => match (self.enumeration_of(left), self.enumeration_of(right)) {
                (Some(l), Some(r)) if l.of == r.of => {
                    Some(if l.values.len() < r.values.len() { left.clone() } else { right.clone() })
                }
                (Some(_), None) if self.share_a_kind(left, right) => Some(left.clone()),
                (None, Some(_)) if self.share_a_kind(left, right) => Some(right.clone()),
                (None, None) if self.share_a_kind(left, right) => Some(right.clone()),
                _ => None,
            },
        }
    }

    /// Whether a JSON value may have both types.
    pub(super) fn share_a_kind(&self, left: &Type, right: &Type) -> bool {
        match (left.json_types(&self.types), right.json_types(&self.types)) {
            (Some(left), Some(right)) => left.iter().any(|kind| right.contains(kind)),
            _ => true,
        }
    }

    pub(super) fn enumeration_of(&self, ty: &Type) -> Option<&Enumeration> {
        let Type::Named(id) = ty else { return None };
        match &self.types.get(id.0)?.kind {
            TypeKind::Enumeration(enumeration) => Some(enumeration),
            _ => None,
        }
    }
}

/// Whether the types and the constants of the schemas do not contradict each other.
fn may_hold(parts: &MergedSchemas<'_>) -> bool {
    if parts.types.as_ref().is_some_and(Vec::is_empty) {
        return false;
    }
    // An `enum` without a type contradicts objects and arrays.
    let has_type = |value: &Value| {
        let name = match value {
            Value::Null => return true,
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let is = |allowed: &&str| *allowed == name || (name == "number" && *allowed == "integer");
        parts.types.as_ref().is_none_or(|types| types.iter().any(is))
    };
    let excludes = |node: &Node<'_>| {
        let values = node.get("enum").and_then(|values| values.value().as_array());
        values.is_some_and(|values| !values.iter().any(has_type))
    };
    if parts.values.iter().any(excludes) {
        return false;
    }
    let required = parts.properties.declared.iter().filter(|(wire, _)| parts.properties.required.contains(wire));
    required.into_iter().all(|(_, schemas)| agree(schemas))
}

/// Whether the constants and the types of a property's schemas agree.
fn agree(schemas: &[Node<'_>]) -> bool {
    let mut constants: Vec<&Value> = Vec::new();
    let mut types: Vec<&str> = Vec::new();
    for schema in schemas {
        let Ok(resolved) = schema.resolve(Section::Schemas) else { continue };
        match resolved.get("enum").and_then(|values| values.value().as_array()).map(Vec::as_slice) {
            Some([only]) if !constants.contains(&only) => constants.push(only),
            _ => {}
        }
        let name = resolved.get("type").and_then(|name| name.value().as_str());
        // Integers are numbers.
        let name = name.map(|name| if name == "integer" { "number" } else { name });
        types.extend(name.filter(|name| !types.contains(name)));
    }
    constants.len() < 2 && types.len() < 2
}
