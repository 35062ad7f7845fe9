//! `allOf`: merges several schemas into one type.

use std::collections::BTreeSet;

use super::Lowering;
use super::schema::{has_properties, is_null_only, nullable_of};
use super::structs::Properties;
use super::unions::extends_a_family;
use crate::ir::{Enumeration, Type, TypeKind};
use crate::names::Wanted;
use crate::problem::ProblemKind;
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The keywords that determine the type; the others are annotations and limits.
const SHAPING: [&str; 13] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "format",
    "items",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "properties",
    "required",
    "type",
];

/// Whether a schema has a keyword that determines the type.
pub(super) fn declares_type(node: &Node<'_>) -> bool {
    SHAPING.iter().any(|key| node.has(key))
}

/// The schemas that are merged, grouped by what they declare.
#[derive(Debug, Default)]
struct MergedSchemas<'d> {
    properties: Properties<'d>,
    has_objects: bool,
    /// Whether a schema is an object by its `type`. Properties alone do not exclude strings and arrays.
    declares_object: bool,
    /// Each `oneOf` and `anyOf`, with its schema.
    unions: Vec<(Node<'d>, Node<'d>)>,
    /// Strings, numbers and arrays: the schemas as written, so that a `$ref` keeps its name.
    others: Vec<Node<'d>>,
    /// The schemas in progress around the current one.
    path: Vec<String>,
    /// The schemas that are merged already. Merging one again adds nothing, and could recurse forever.
    seen: BTreeSet<String>,
}

impl<'d> Lowering<'d> {
    pub(super) fn all_of(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let parts = match node.get("allOf") {
            Some(parts) => self.collect(parts.elements())?,
            None => Vec::new(),
        };
        let declares_itself = SHAPING.iter().any(|&key| !matches!(key, "allOf" | "type") && node.has(key));
        // A sibling keyword may be `nullable`.
        let mut nullable = false;
        for part in parts.iter().filter(|part| !declares_type(part)) {
            self.collect(part.object())?;
            nullable |= self.collect(part.flag("nullable"))?;
        }
        let declaring: Vec<&Node<'d>> = parts.iter().filter(|part| declares_type(part)).collect();
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
                self.add_part(node, &mut gathered)?;
                self.merged(node, gathered, wanted)?
            }
        };
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// The type of values that are valid for all these schemas.
    pub(super) fn all_of_these(&mut self, node: &Node<'d>, parts: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let mut gathered = MergedSchemas::default();
        let mut nullable = true;
        for part in parts {
            let resolved = self.collect(part.resolve(Section::Schemas))?;
            nullable &= self.collect(resolved.flag("nullable"))? || !declares_type(&resolved);
            self.add_part(part, &mut gathered)?;
        }
        let ty = self.merged(node, gathered, wanted)?;
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// Adds a schema and the schemas of its `allOf`.
    fn add_part(&mut self, part: &Node<'d>, parts: &mut MergedSchemas<'d>) -> Option<()> {
        let resolved = self.collect(part.resolve(Section::Schemas))?;
        self.collect(resolved.object())?;
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
            if self.is_choice(&resolved, &branches)? && !self.leads_back(&branches, parts)? {
                is_union = true;
                parts.unions.push((resolved.clone(), branches));
            }
        }
        let declares_object = resolved.get("type").is_some_and(|name| name.value() == "object");
        parts.declares_object |= declares_object;
        if has_properties(&resolved) || resolved.has("patternProperties") {
            parts.has_objects = true;
            self.gather(&resolved, &mut parts.properties)?;
        } else if declares_object {
            parts.has_objects |= !is_union;
        } else if !is_union && ["type", "enum", "items", "format", "prefixItems"].iter().any(|key| resolved.has(key)) {
            // The schema with the `allOf` itself cannot be lowered as a part of it: the recursion would not end.
            parts.others.push(if resolved.has("allOf") { resolved.clone() } else { part.clone() });
        }
        parts.path.pop();
        Some(())
    }

    /// Whether a branch is a schema in progress: a parent that lists the children that extend it.
    fn leads_back(&mut self, branches: &Node<'d>, parts: &MergedSchemas<'d>) -> Option<bool> {
        for branch in self.collect(branches.elements())? {
            if branch.reference().is_some() {
                let target = self.collect(branch.resolve(Section::Schemas))?;
                if parts.path.iter().any(|open| open == target.at().pointer()) {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    fn merged(&mut self, node: &Node<'d>, mut parts: MergedSchemas<'d>, wanted: &Wanted) -> Option<Type> {
        if parts.has_objects && !parts.declares_object && !parts.others.is_empty() {
            self.note(NoteKind::ObjectKeywords, node.at(), "object keywords of a schema that is not an object");
            parts.properties = Properties::default();
            parts.has_objects = false;
        }
        if parts.has_objects && !parts.others.is_empty() {
            let what = "the branches of `allOf` have different types: an object and another type".to_owned();
            self.findings.refuse(node.problem(ProblemKind::Conflict { what }));
            return None;
        }
        if parts.unions.is_empty() {
            if parts.others.is_empty() {
                return self.object_of(node, parts.properties, wanted);
            }
            return self.narrowest(node, &parts.others, wanted);
        }
        let (holder, branches) = parts.unions.remove(0);
        if parts.unions.is_empty() && !parts.has_objects && parts.others.is_empty() {
            return self.union_of(node, &holder, &branches, None, wanted);
        }
        let of_objects = self.are_objects(&branches)?;
        if !parts.has_objects && !of_objects {
            parts.unions.insert(0, (holder, branches));
            return self.narrowest_of_unions(node, parts, wanted);
        }
        for (_, other) in std::mem::take(&mut parts.unions) {
            self.note(
                NoteKind::SeveralUnions,
                other.at(),
                "a second `oneOf` or `anyOf`: the properties of all its branches are optional",
            );
            self.add_optional(&other, &mut parts.properties, &mut BTreeSet::new())?;
        }
        self.union_of(node, &holder, &branches, Some(parts.properties), wanted)
    }

    /// Whether every branch is an object or null.
    fn are_objects(&mut self, branches: &Node<'d>) -> Option<bool> {
        for branch in self.collect(branches.elements())? {
            let resolved = self.collect(branch.resolve(Section::Schemas))?;
            let is_object = has_properties(&resolved)
                || ["allOf", "oneOf", "anyOf"].iter().any(|key| resolved.has(key))
                || resolved.get("type").is_some_and(|name| name.value() == "object");
            if !is_object && !is_null_only(&resolved) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The narrowest of several types that are not objects, such as unions.
    fn narrowest_of_unions(&mut self, node: &Node<'d>, parts: MergedSchemas<'d>, wanted: &Wanted) -> Option<Type> {
        let mut types = Vec::new();
        for (holder, branches) in &parts.unions {
            let ty = self.union_of(branches, holder, branches, None, wanted)?;
            let nullable = self.collect(holder.flag("nullable"))?;
            types.push(if nullable { nullable_of(ty) } else { ty });
        }
        if !parts.others.is_empty() {
            types.push(self.narrowest(node, &parts.others, wanted)?);
        }
        self.narrowest_type(node, types)
    }

    /// The properties of a branch, without those that all branches share.
    pub(super) fn with_branch(&mut self, branch: &Node<'d>, properties: &Properties<'d>) -> Option<Properties<'d>> {
        let mut parts = MergedSchemas { properties: properties.clone(), ..MergedSchemas::default() };
        self.add_part(branch, &mut parts)?;
        for (_, inner) in std::mem::take(&mut parts.unions) {
            self.note(
                NoteKind::SeveralUnions,
                inner.at(),
                "a nested `oneOf` or `anyOf`: the properties of all its branches are optional",
            );
            self.add_optional(&inner, &mut parts.properties, &mut BTreeSet::new())?;
        }
        if let Some(other) = parts.others.first() {
            let what = "a branch of the union is not an object, but the schema has properties".to_owned();
            self.findings.refuse(other.problem(ProblemKind::Conflict { what }));
            return None;
        }
        Some(parts.properties)
    }

    /// Adds the properties of every branch as optional ones. A union in `seen` is skipped: it is added already, and it
    /// may be recursive.
    fn add_optional(
        &mut self,
        branches: &Node<'d>,
        properties: &mut Properties<'d>,
        seen: &mut BTreeSet<String>,
    ) -> Option<()> {
        if !seen.insert(branches.at().pointer().to_owned()) {
            return Some(());
        }
        for branch in self.collect(branches.elements())? {
            let mut parts = MergedSchemas { properties: std::mem::take(properties), ..MergedSchemas::default() };
            let required = parts.properties.required.clone();
            self.add_part(&branch, &mut parts)?;
            for (_, inner) in std::mem::take(&mut parts.unions) {
                self.add_optional(&inner, &mut parts.properties, seen)?;
            }
            *properties = parts.properties;
            properties.required = required;
        }
        Some(())
    }

    /// The narrowest type of several strings, numbers or arrays.
    fn narrowest(&mut self, node: &Node<'d>, others: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let mut types = Vec::new();
        for part in others {
            // A part with its own `allOf` is the schema itself: only its other keywords count.
            types.push(if part.has("allOf") { self.plain(part, wanted)? } else { self.schema(part, wanted)? });
        }
        self.narrowest_type(node, types)
    }

    fn narrowest_type(&mut self, node: &Node<'d>, types: Vec<Type>) -> Option<Type> {
        let mut narrowest = Type::Any;
        for ty in types {
            let Some(narrower) = self.narrower(&narrowest, &ty) else {
                let what = "no value is valid for all branches of `allOf`".to_owned();
                self.findings.refuse(node.problem(ProblemKind::Conflict { what }));
                return None;
            };
            narrowest = narrower;
        }
        Some(narrowest)
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

    fn share_a_kind(&self, left: &Type, right: &Type) -> bool {
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
