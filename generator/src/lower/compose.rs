//! `allOf`: several schemas that all hold, merged into one type.

use std::collections::BTreeSet;

use super::Lowering;
use super::schema::{has_members, is_null_only, nullable_of};
use super::structs::Members;
use super::unions::extends_a_family;
use crate::ir::{Enumeration, Kind, Type};
use crate::names::Wanted;
use crate::problem::ProblemKind;
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The keywords that say something about the type; the others are remarks and limits.
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

/// Whether a schema says anything about the type.
pub(super) fn says_type(node: &Node<'_>) -> bool {
    SHAPING.iter().any(|key| node.has(key))
}

/// The parts that hold at once, by what they are.
#[derive(Debug, Default)]
struct Parts<'d> {
    members: Members<'d>,
    has_objects: bool,
    /// Whether a part says by its type that it is an object. What members it has says nothing of a text or an array.
    says_object: bool,
    /// Each `oneOf` and `anyOf`, with the schema around it.
    unions: Vec<(Node<'d>, Node<'d>)>,
    /// Texts, numbers, arrays: the part as it was written, so that a `$ref` keeps its name.
    others: Vec<Node<'d>>,
    /// The schemas that are open around the part at hand.
    path: Vec<String>,
    /// The schemas that are in already: a second time they say nothing new, and following them again could go on for ever.
    seen: BTreeSet<String>,
}

impl<'d> Lowering<'d> {
    pub(super) fn all_of(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let parts = match node.get("allOf") {
            Some(parts) => self.collect(parts.elements())?,
            None => Vec::new(),
        };
        let says_itself = SHAPING.iter().any(|&key| !matches!(key, "allOf" | "type") && node.has(key));
        // What is remarked of the type beside it may be that null is a value.
        let mut nullable = false;
        for part in parts.iter().filter(|part| !says_type(part)) {
            self.collect(part.object())?;
            nullable |= self.collect(part.flag("nullable"))?;
        }
        let saying: Vec<&Node<'d>> = parts.iter().filter(|part| says_type(part)).collect();
        let ty = match saying.as_slice() {
            [] if !says_itself => self.plain(node, wanted)?,
            // One part, and only remarks beside it: the usual way to say something about a `$ref`.
            [part] if !says_itself && part.reference().is_some() && !extends_a_family(node, part) => {
                self.schema(part, wanted)?
            }
            parts => {
                // A part that has no name of its own is the schema around it, which has one.
                if let ([part], false) = (parts, says_itself) {
                    nullable |= self.collect(part.flag("nullable"))?;
                }
                let mut gathered = Parts::default();
                self.add_part(node, &mut gathered)?;
                self.merged(node, gathered, wanted)?
            }
        };
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// The type of a value of which all these schemas hold.
    pub(super) fn all_of_these(&mut self, node: &Node<'d>, parts: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let mut gathered = Parts::default();
        let mut nullable = true;
        for part in parts {
            let resolved = self.collect(part.resolve(Section::Schemas))?;
            nullable &= self.collect(resolved.flag("nullable"))? || !says_type(&resolved);
            self.add_part(part, &mut gathered)?;
        }
        let ty = self.merged(node, gathered, wanted)?;
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// Adds a part, and the parts that it has itself.
    fn add_part(&mut self, part: &Node<'d>, parts: &mut Parts<'d>) -> Option<()> {
        let resolved = self.collect(part.resolve(Section::Schemas))?;
        self.collect(resolved.object())?;
        let pointer = resolved.at().pointer().to_owned();
        if parts.path.contains(&pointer) {
            self.note(
                NoteKind::RecursiveAllOf,
                part.at(),
                "an `allOf` that leads back to itself: that part says nothing new",
            );
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
        let says_object = resolved.get("type").is_some_and(|name| name.value() == "object");
        parts.says_object |= says_object;
        if has_members(&resolved) || resolved.has("patternProperties") {
            parts.has_objects = true;
            self.gather(&resolved, &mut parts.members)?;
        } else if says_object {
            parts.has_objects |= !is_union;
        } else if !is_union && ["type", "enum", "items", "format", "prefixItems"].iter().any(|key| resolved.has(key)) {
            // The holder of the `allOf` itself cannot be lowered as a part: that would be this all over again.
            parts.others.push(if resolved.has("allOf") { resolved.clone() } else { part.clone() });
        }
        parts.path.pop();
        Some(())
    }

    /// Whether a branch is one of the schemas that are open: a parent that lists the children that extend it.
    fn leads_back(&mut self, branches: &Node<'d>, parts: &Parts<'d>) -> Option<bool> {
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

    fn merged(&mut self, node: &Node<'d>, mut parts: Parts<'d>, wanted: &Wanted) -> Option<Type> {
        if parts.has_objects && !parts.says_object && !parts.others.is_empty() {
            self.note(
                NoteKind::ObjectKeywords,
                node.at(),
                "members that an object would have: the value is a text, a number or an array",
            );
            parts.members = Members::default();
            parts.has_objects = false;
        }
        if parts.has_objects && !parts.others.is_empty() {
            let what = "the parts of `allOf` are an object and something else".to_owned();
            self.findings.refuse(node.problem(ProblemKind::Conflict { what }));
            return None;
        }
        if parts.unions.is_empty() {
            if parts.others.is_empty() {
                return self.object_of(node, parts.members, wanted);
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
                "a second choice of types: the members of all of them are optional",
            );
            self.add_optional(&other, &mut parts.members, &mut BTreeSet::new())?;
        }
        self.union_of(node, &holder, &branches, Some(parts.members), wanted)
    }

    /// Whether every branch is an object, or null.
    fn are_objects(&mut self, branches: &Node<'d>) -> Option<bool> {
        for branch in self.collect(branches.elements())? {
            let resolved = self.collect(branch.resolve(Section::Schemas))?;
            let is_object = has_members(&resolved)
                || ["allOf", "oneOf", "anyOf"].iter().any(|key| resolved.has(key))
                || resolved.get("type").is_some_and(|name| name.value() == "object");
            if !is_object && !is_null_only(&resolved) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The narrowest of unions and other types that all hold, none of them an object.
    fn narrowest_of_unions(&mut self, node: &Node<'d>, parts: Parts<'d>, wanted: &Wanted) -> Option<Type> {
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

    /// The members of a branch of a union, beside those that all branches have.
    pub(super) fn with_branch(&mut self, branch: &Node<'d>, members: &Members<'d>) -> Option<Members<'d>> {
        let mut parts = Parts { members: members.clone(), ..Parts::default() };
        self.add_part(branch, &mut parts)?;
        for (_, inner) in std::mem::take(&mut parts.unions) {
            self.note(
                NoteKind::SeveralUnions,
                inner.at(),
                "a choice inside a choice: the members of all of them are optional",
            );
            self.add_optional(&inner, &mut parts.members, &mut BTreeSet::new())?;
        }
        if let Some(other) = parts.others.first() {
            let what = "one of the types is no object, and stands beside members".to_owned();
            self.findings.refuse(other.problem(ProblemKind::Conflict { what }));
            return None;
        }
        Some(parts.members)
    }

    /// Adds the members of every branch, without those that have to be there. A choice that was `seen` is in already: a second
    /// time it says nothing new, and it may be one that leads back to itself.
    fn add_optional(
        &mut self,
        branches: &Node<'d>,
        members: &mut Members<'d>,
        seen: &mut BTreeSet<String>,
    ) -> Option<()> {
        if !seen.insert(branches.at().pointer().to_owned()) {
            return Some(());
        }
        for branch in self.collect(branches.elements())? {
            let mut parts = Parts { members: std::mem::take(members), ..Parts::default() };
            let required = parts.members.required.clone();
            self.add_part(&branch, &mut parts)?;
            for (_, inner) in std::mem::take(&mut parts.unions) {
                self.add_optional(&inner, &mut parts.members, seen)?;
            }
            *members = parts.members;
            members.required = required;
        }
        Some(())
    }

    /// The type of several texts, numbers or arrays that all hold: the one that says most.
    fn narrowest(&mut self, node: &Node<'d>, others: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let mut types = Vec::new();
        for part in others {
            // A part with an `allOf` of its own is the holder: what it says beside that is meant.
            types.push(if part.has("allOf") { self.plain(part, wanted)? } else { self.schema(part, wanted)? });
        }
        self.narrowest_type(node, types)
    }

    fn narrowest_type(&mut self, node: &Node<'d>, types: Vec<Type>) -> Option<Type> {
        let mut narrowest = Type::Any;
        for ty in types {
            let Some(narrower) = self.narrower(&narrowest, &ty) else {
                let what = "the parts of `allOf` have no value in common".to_owned();
                self.findings.refuse(node.problem(ProblemKind::Conflict { what }));
                return None;
            };
            narrowest = narrower;
        }
        Some(narrowest)
    }

    /// The narrower of two types; none where no value is of both.
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
                // The one with a format, or that is a secret, says more.
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
        match (left.json_kinds(&self.types), right.json_kinds(&self.types)) {
            (Some(left), Some(right)) => left.iter().any(|kind| right.contains(kind)),
            _ => true,
        }
    }

    pub(super) fn enumeration_of(&self, ty: &Type) -> Option<&Enumeration> {
        let Type::Named(id) = ty else { return None };
        match &self.types.get(id.0)?.kind {
            Kind::Enumeration(enumeration) => Some(enumeration),
            _ => None,
        }
    }
}
