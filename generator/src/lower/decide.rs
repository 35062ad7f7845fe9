//! Decides how a decoder finds the branch of a value, after all types are lowered.
//!
//! The order of the branches has no effect. The first possible way is used: a discriminator; the JSON type, if no two
//! branches share one; required properties that only one branch declares; a comparison of the value with the
//! declarations of each branch.

use std::collections::BTreeSet;

use super::Lowering;
use super::unions::{Discriminator, Undecided};
use crate::ir::{Branch, Decision, EnumerationOf, Field, Otherwise, Struct, Type, TypeId, TypeKind, Union};

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
            && let Some(decision) = self.by_discriminator(undecided, discriminator, &mut union.branches)
        {
            union.decision = decision;
            if matches!(union.decision, Decision::Discriminator { otherwise: Otherwise::Base(_), .. }) {
                union.unknown = None;
            }
            return union;
        }
        if self.json_types_differ(&union.branches) {
            return Union { decision: Decision::JsonType, unknown: None, ..union };
        }
        if self.properties_decide(&mut union.branches) {
            // The last branch takes every remaining value.
            let unknown =
                if union.branches.iter().any(|branch| branch.distinctive.is_empty()) { None } else { union.unknown };
            return Union { decision: Decision::Properties, unknown, ..union };
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
    ) -> Option<Decision> {
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
            if let (Some(name), false) = (reference, is_mapped) {
                give(name, index);
            }
        }
        if taken.is_empty() {
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
        let otherwise = match undecided.base {
            Some(base) => Otherwise::Base(base),
            None if branches.iter().all(is_settled) => Otherwise::Unknown,
            None => Otherwise::Shape,
        };
        Some(Decision::Discriminator { property: discriminator.property.clone(), otherwise })
    }

    /// Adds the constants that the type allows for this property.
    fn add_constants(&self, ty: &Type, property: &str, depth: usize, values: &mut BTreeSet<String>) {
        const MOST: usize = 8;
        let Type::Named(id) = ty else { return };
        match self.types.get(id.0).map(|def| &def.kind) {
            Some(TypeKind::Struct(object)) => {
                let field = object.fields.iter().find(|field| field.name.wire == property);
                let listed = field.and_then(|field| self.enumeration_of(field.ty.split_nullable().0));
                let texts = listed.filter(|listed| listed.of == EnumerationOf::Texts);
                values.extend(texts.iter().flat_map(|texts| &texts.values).map(|value| value.name.wire.clone()));
            }
            Some(TypeKind::Union(union)) if depth < MOST => {
                for branch in &union.branches {
                    self.add_constants(&branch.ty, property, depth + 1, values);
                }
            }
            Some(TypeKind::Alias(ty)) if depth < MOST => self.add_constants(ty, property, depth + 1, values),
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

    /// Whether required properties decide. All branches but one need a property that no other branch declares.
    fn properties_decide(&self, branches: &mut [Branch]) -> bool {
        let Some(structs) = branches.iter().map(|branch| self.struct_of(&branch.ty)).collect::<Option<Vec<_>>>() else {
            return false;
        };
        let distinctive: Vec<Vec<String>> = structs
            .iter()
            .enumerate()
            .map(|(index, object)| {
                let declared_elsewhere = |wire: &str| {
                    let others = structs.iter().enumerate().filter(|(other, _)| *other != index);
                    others.flat_map(|(_, other)| &other.fields).any(|field| field.name.wire == wire)
                };
                let required = object.fields.iter().filter(|field| is_always_there(field));
                required.map(|field| field.name.wire.clone()).filter(|wire| !declared_elsewhere(wire)).collect()
            })
            .collect();
        // One branch may have no such property: it takes the remaining values.
        let decided = distinctive.iter().filter(|properties| properties.is_empty()).count() <= 1;
        if decided {
            for (branch, properties) in branches.iter_mut().zip(distinctive) {
                branch.distinctive = properties;
            }
        }
        decided
    }

    fn struct_of(&self, ty: &Type) -> Option<&Struct> {
        let Type::Named(TypeId(index)) = ty else { return None };
        match &self.types.get(*index)?.kind {
            TypeKind::Struct(object) => Some(object),
            TypeKind::Enumeration(_) | TypeKind::Union(_) | TypeKind::Alias(_) => None,
        }
    }
}

fn is_always_there(field: &Field) -> bool {
    field.required && !field.write_only
}

fn has_required(object: &Struct, property: &str) -> bool {
    object.fields.iter().any(|field| field.name.wire == property && is_always_there(field))
}
