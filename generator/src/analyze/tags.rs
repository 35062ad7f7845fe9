//! The properties that decide the branch of a union: a value without one is of no branch.

use std::collections::BTreeSet;

use crate::ir::{Api, Decision, Type, TypeId, TypeKind};

/// Each struct that is a branch of a union with a discriminator, with the name of that property.
pub(super) fn tags(api: &Api) -> BTreeSet<(TypeId, String)> {
    let mut found = BTreeSet::new();
    for def in &api.types {
        let TypeKind::Union(union) = &def.kind else { continue };
        let Decision::Discriminator { property, .. } = &union.decision else { continue };
        let branches = union.branches.iter().filter_map(|branch| resolved(api, &branch.ty));
        found.extend(branches.map(|id| (id, property.clone())));
    }
    found
}

/// The type behind any number of aliases.
fn resolved(api: &Api, ty: &Type) -> Option<TypeId> {
    let mut current = ty;
    for _ in 0..=api.types.len() {
        let Type::Named(id) = current else { return None };
        match &api.get(*id)?.kind {
            TypeKind::Alias(ty) => current = ty,
            TypeKind::Struct(_) | TypeKind::Enumeration(_) | TypeKind::Union(_) => return Some(*id),
        }
    }
    None
}
