//! No type is one of its own branches: between a type and itself stands a property, an item or a map value.
//!
//! A value of such a type could only be read by reading it again, without end.

use super::Lowering;
use crate::ir::{Kind, Type, TypeId, closure};
use crate::problem::{Problem, ProblemKind};

impl Lowering<'_> {
    /// A problem for each union that leads back to itself through nothing but branches and other names.
    pub(super) fn check_containment(&mut self) {
        let contained = |id: TypeId| match self.types.get(id.0).map(|def| &def.kind) {
            Some(Kind::Union(union)) => union.branches.iter().filter_map(|branch| named(&branch.ty)).collect(),
            Some(Kind::Alias(ty)) => named(ty).into_iter().collect(),
            Some(Kind::Struct(_) | Kind::Enumeration(_)) | None => Vec::new(),
        };
        for (index, def) in self.types.iter().enumerate() {
            let id = TypeId(index);
            if matches!(def.kind, Kind::Union(_)) && closure(contained(id), contained).contains(id) {
                self.findings.refuse(Problem::new(ProblemKind::CircularUnion, &def.origin));
            }
        }
    }
}

/// The named type that is the value itself, and not inside it.
fn named(ty: &Type) -> Option<TypeId> {
    match ty.split_nullable().0 {
        Type::Named(id) => Some(*id),
        _ => None,
    }
}
