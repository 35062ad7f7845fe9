//! Refuses unions that contain themselves directly: without a property, an item or a map value in between.
//!
//! Decoding a value of such a type would recurse forever.

use super::Lowering;
use crate::ir::{Type, TypeId, TypeKind, closure};
use crate::problem::{Problem, ProblemKind};

impl Lowering<'_> {
    /// A problem for each union that is reachable from itself through branches and aliases only.
    pub(super) fn check_containment(&mut self) {
        let contained = |id: TypeId| match self.types.get(id.0).map(|def| &def.kind) {
            Some(TypeKind::Union(union)) => union.branches.iter().filter_map(|branch| named(&branch.ty)).collect(),
            Some(TypeKind::Alias(ty)) => named(ty).into_iter().collect(),
            Some(TypeKind::Struct(_) | TypeKind::Enumeration(_)) | None => Vec::new(),
        };
        for (index, def) in self.types.iter().enumerate() {
            let id = TypeId(index);
            if matches!(def.kind, TypeKind::Union(_)) && closure(contained(id), contained).contains(id) {
                self.findings.refuse(Problem::new(ProblemKind::CircularUnion, &def.origin));
            }
        }
    }
}

/// The named type of the value itself, without types inside it.
fn named(ty: &Type) -> Option<TypeId> {
    match ty.split_nullable().0 {
        Type::Named(id) => Some(*id),
        _ => None,
    }
}
