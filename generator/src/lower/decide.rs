//! Decides how a decoder finds the branch of a value, after all types are lowered.
//!
//! The order of the branches has no effect. These rules decide, in this order:
//!
//! | rule | reason |
//! |---|---|
//! | the discriminator names the branch, in any JSON type, unless branches share a value | the document declares the rule itself |
//! | the JSON type, if no two branches share one | no other branch can fit, and no comparison is necessary |
//! | all declarations of the branches: the nearest branch that fits and loses no property that another branch declares | a constant, a required property or a range decides wherever it is |
//! | a branch that cannot decode the value leaves it to the next one that fits | a limit that is no part of the type may exclude the branch |
//! | no branch: `Unknown` with the JSON value | the value is kept, such as a value of several branches of `anyOf` |

use std::collections::BTreeSet;

use super::Lowering;
use super::unions::{Discriminator, Undecided};
use crate::ir::{AdditionalProperties, Branch, Decision, Field, Otherwise, Struct, Type, TypeId, TypeKind, Union};
use crate::report::NoteKind;

/// Which branches of two lose a property of a value that fits both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// One is enough: the discriminator chooses the branch.
    InOneBranch,
    /// Both: of two branches that the value fits, the one that keeps more is chosen.
    InEveryBranch,
}

/// The most lists of types that are compared for one union.
const MOST_COMPARED: usize = 256;

/// The note on an `anyOf` whose branches declare different properties.
const SEVERAL: &str = "a value with properties of several branches is kept as JSON, in the variant `Unknown`";

/// The most unions and aliases inside each other that are searched.
const MOST_NESTING: usize = 8;

impl<'d> Lowering<'d> {
    /// Decides every union.
    pub(super) fn decide_all(&mut self) {
        let undecided = std::mem::take(&mut self.undecided);
        for union in &undecided {
            let Some(TypeKind::Union(found)) = self.types.get(union.id.0).map(|def| &def.kind) else { continue };
            let decided = self.decided(union, found.clone());
            if let Some(def) = self.types.get_mut(union.id.0) {
                def.kind = TypeKind::Union(decided);
            }
        }
    }

    fn decided(&mut self, undecided: &Undecided, mut union: Union) -> Union {
        if let Some(discriminator) = &undecided.discriminator
            && let Some(otherwise) = self.by_discriminator(undecided, discriminator, &mut union.branches)
        {
            let property = discriminator.property.clone();
            let any_of = undecided.any_of.as_ref().filter(|_| self.may_lose(&union.branches, Loss::InOneBranch));
            if let Some(any_of) = any_of {
                self.note(NoteKind::AnyOf, any_of, SEVERAL);
            }
            let shared = any_of.is_some();
            if matches!(otherwise, Otherwise::Base(_) | Otherwise::Default(_)) && !shared {
                union.unknown = None;
            }
            union.decision = Decision::Discriminator { property, otherwise, shared };
            return union;
        }
        if self.json_types_differ(&union.branches) {
            return Union { decision: Decision::JsonType, unknown: None, ..union };
        }
        if let Some(any_of) = undecided.any_of.as_ref().filter(|_| self.may_lose(&union.branches, Loss::InEveryBranch))
        {
            self.note(NoteKind::AnyOf, any_of, SEVERAL);
        }
        Union { decision: Decision::Shape, ..union }
    }

    /// The discriminator values of each branch; `None` if the discriminator does not distinguish the branches.
    ///
    /// They come from the mapping, or else from the constants of the branch, or else from the name of its component.
    fn by_discriminator(
        &mut self,
        undecided: &Undecided,
        discriminator: &Discriminator,
        branches: &mut [Branch],
    ) -> Option<Otherwise> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut own: Vec<Vec<String>> = vec![Vec::new(); branches.len()];
        let mut give = |value: &String, branch: usize| {
            if let (Some(own), true) = (own.get_mut(branch), taken.insert(value.clone())) {
                own.push(value.clone());
            }
        };
        for (value, target) in &discriminator.mapping {
            let branch = undecided.references.iter().position(|reference| reference.as_deref() == Some(target));
            if let Some(index) = branch {
                give(value, index);
            }
        }
        let mut constants = vec![BTreeSet::new(); branches.len()];
        for (branch, values) in branches.iter().zip(&mut constants) {
            self.add_constants(&branch.ty, &discriminator.property, 0, values);
        }
        for (index, values) in constants.iter().enumerate() {
            let elsewhere = |value: &String| {
                constants.iter().enumerate().any(|(other, values)| other != index && values.contains(value))
            };
            for value in values.iter().filter(|value| !elsewhere(value)) {
                give(value, index);
            }
        }
        for (index, reference) in undecided.references.iter().enumerate() {
            let is_mapped = discriminator.mapping.iter().any(|(_, target)| Some(target) == reference.as_ref());
            // The default branch takes its own name in any case.
            let is_default = reference.is_some() && *reference == discriminator.default;
            if let (Some(name), false) = (reference, is_mapped || is_default) {
                give(name, index);
            }
        }
        // A value of several branches decides nothing, unless the mapping or the name of a component has it.
        let is_ambiguous = undecided.references.iter().zip(&constants).any(|(reference, values)| {
            let is_mapped = discriminator.mapping.iter().any(|(_, target)| Some(target) == reference.as_ref());
            let is_own_name = reference.as_ref().is_some_and(|name| values.contains(name));
            !is_mapped && !is_own_name && values.iter().any(|value| !taken.contains(value))
        });
        let is_open = undecided.base.is_none() && discriminator.default.is_none();
        if taken.is_empty() || (is_open && is_ambiguous) {
            return None;
        }
        for (branch, mut own) in branches.iter_mut().zip(own) {
            own.sort();
            branch.discriminators = own;
        }
        let is_settled = |branch: &Branch| {
            !branch.discriminators.is_empty()
                && self.struct_of(&branch.ty).is_some_and(|object| has_required(object, &discriminator.property))
        };
        let default = discriminator
            .default
            .as_ref()
            .and_then(|default| undecided.references.iter().position(|reference| reference.as_ref() == Some(default)));
        Some(match (undecided.base, default) {
            (_, Some(default)) => Otherwise::Default(default),
            (Some(base), None) => Otherwise::Base(base),
            (None, None) if branches.iter().all(is_settled) => Otherwise::Unknown,
            (None, None) => Otherwise::Shape,
        })
    }

    /// Adds the constants that the type allows for this property.
    fn add_constants(&self, ty: &Type, property: &str, depth: usize, values: &mut BTreeSet<String>) {
        let Type::Named(id) = ty else { return };
        match self.types.get(id.0).map(|def| &def.kind) {
            Some(TypeKind::Struct(object)) => {
                let field = object.fields.iter().find(|field| field.name.wire == property);
                let listed = field.and_then(|field| self.enumeration_of(field.ty.split_nullable().0));
                values.extend(listed.iter().flat_map(|listed| &listed.values).map(|value| value.name.wire.clone()));
                values.extend(field.and_then(|field| field.only).map(|flag| flag.to_string()));
            }
            Some(TypeKind::Union(union)) if depth < MOST_NESTING => {
                for branch in &union.branches {
                    self.add_constants(&branch.ty, property, depth + 1, values);
                }
            }
            Some(TypeKind::Alias(ty)) if depth < MOST_NESTING => self.add_constants(ty, property, depth + 1, values),
            _ => {}
        }
    }

    fn json_types_differ(&self, branches: &[Branch]) -> bool {
        let mut seen = Vec::new();
        branches.iter().all(|branch| match branch.ty.json_types(&self.types) {
            Some(kinds) => {
                let are_new = kinds.iter().all(|kind| !seen.contains(kind));
                seen.extend(kinds);
                are_new
            }
            None => false,
        })
    }

    /// Whether a value that fits two branches may lose a property, at any depth, in as many of them as `loss` says.
    fn may_lose(&self, branches: &[Branch], loss: Loss) -> bool {
        let types: Vec<&Type> = branches.iter().map(|branch| &branch.ty).collect();
        self.any_may_lose(types, loss, &mut Vec::new())
    }

    /// `seen` has the lists of types that are compared already, because types may contain themselves.
    fn any_may_lose<'t>(&'t self, types: Vec<&'t Type>, loss: Loss, seen: &mut Vec<Vec<&'t Type>>) -> bool {
        if types.len() < 2 || seen.contains(&types) {
            return false;
        }
        if seen.len() > MOST_COMPARED {
            return true;
        }
        let mut alternatives = Vec::new();
        types.iter().for_each(|ty| self.add_alternatives(ty, 0, &mut alternatives));
        let mut structs = Vec::new();
        let (mut items, mut values) = (Vec::new(), Vec::new());
        for ty in &alternatives {
            match ty {
                Type::Array(item) => items.push(&**item),
                Type::Tuple(elements) => items.extend(elements),
                Type::Map(value) => values.push(&**value),
                other => structs.extend(self.struct_of(other)),
            }
        }
        let any = alternatives.iter().find(|ty| ***ty == Type::Any).copied();
        let is_kept_elsewhere = any.is_some() || !values.is_empty();
        let loses = |object: &&Struct| object.additional == AdditionalProperties::Ignored;
        if loss == Loss::InOneBranch && is_kept_elsewhere && structs.iter().any(loses) {
            return true;
        }
        items.extend(any);
        values.extend(any);
        let mut inside = vec![items, values];
        for (index, object) in structs.iter().enumerate() {
            for other in structs.iter().skip(index + 1).filter(|other| !self.contradict(object, other)) {
                let found = [may_lose(object, other), may_lose(other, object)];
                if found == [true, true] || (loss == Loss::InOneBranch && found.contains(&true)) {
                    return true;
                }
                inside.extend(shared_properties(object, other));
            }
        }
        seen.push(types);
        inside.into_iter().any(|types| self.any_may_lose(types, loss, seen))
    }

    /// Whether no value fits both structs, because they require different constants or JSON types.
    fn contradict(&self, object: &Struct, other: &Struct) -> bool {
        object.fields.iter().filter(|field| is_always_there(field)).any(|field| {
            let known = other.fields.iter().find(|known| known.name.wire == field.name.wire && is_always_there(known));
            let Some(known) = known else { return false };
            match (self.enumeration_of(&field.ty), self.enumeration_of(&known.ty)) {
                (Some(one), Some(two)) => {
                    let has = |wire: &str| two.values.iter().any(|value| value.name.wire == wire);
                    one.of != two.of || !one.values.iter().any(|value| has(&value.name.wire))
                }
                _ if field.only.is_some() && known.only.is_some() => field.only != known.only,
                _ => !self.share_a_kind(&field.ty, &known.ty),
            }
        })
    }

    /// Adds the types that a value of this type may have: itself, or the branches of a union.
    fn add_alternatives<'t>(&'t self, ty: &'t Type, depth: usize, alternatives: &mut Vec<&'t Type>) {
        let ty = ty.split_nullable().0;
        let kind = match ty {
            Type::Named(id) if depth < MOST_NESTING => self.types.get(id.0).map(|def| &def.kind),
            _ => None,
        };
        match kind {
            Some(TypeKind::Union(union)) => {
                union.branches.iter().for_each(|branch| self.add_alternatives(&branch.ty, depth + 1, alternatives));
            }
            Some(TypeKind::Alias(ty)) => self.add_alternatives(ty, depth + 1, alternatives),
            _ => alternatives.push(ty),
        }
    }

    fn struct_of(&self, ty: &Type) -> Option<&Struct> {
        let Type::Named(TypeId(index)) = ty else { return None };
        match &self.types.get(*index)?.kind {
            TypeKind::Struct(object) => Some(object),
            TypeKind::Enumeration(_) | TypeKind::Union(_) | TypeKind::Alias(_) => None,
        }
    }
}

/// Whether a value of this struct may lose a property that the other one keeps.
fn may_lose(object: &Struct, other: &Struct) -> bool {
    let declares = |wire: &str| object.fields.iter().any(|field| field.name.wire == wire);
    let keeps_more = other.additional != AdditionalProperties::Ignored;
    object.additional == AdditionalProperties::Ignored
        && (keeps_more || other.fields.iter().any(|field| !declares(&field.name.wire)))
}

/// The types of each property that both structs keep, if they differ.
fn shared_properties<'t>(object: &'t Struct, other: &'t Struct) -> Vec<Vec<&'t Type>> {
    let declared = object.fields.iter().chain(&other.fields).map(|field| Some(field.name.wire.as_str()));
    let both = declared.chain([None]).filter_map(|wire| {
        let (one, two) = (property(object, wire)?, property(other, wire)?);
        (one != two).then(|| vec![one, two])
    });
    both.collect()
}

/// The type of a property; without a name, of the undeclared ones.
fn property<'t>(object: &'t Struct, wire: Option<&str>) -> Option<&'t Type> {
    let field = object.fields.iter().find(|field| Some(field.name.wire.as_str()) == wire);
    match (field, &object.additional) {
        (Some(field), _) => Some(&field.ty),
        (None, AdditionalProperties::Kept { ty, .. }) => Some(ty),
        (None, AdditionalProperties::Ignored) => None,
    }
}

fn is_always_there(field: &Field) -> bool {
    field.required && !field.write_only
}

fn has_required(object: &Struct, property: &str) -> bool {
    object.fields.iter().any(|field| field.name.wire == property && is_always_there(field))
}
