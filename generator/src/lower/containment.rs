//! Ends unions that contain themselves directly: without a property, an item or a map value in between.
//!
//! Decoding a value of such a type would recurse forever. The branch that leads back accepts any value instead.

use super::Lowering;
use crate::ir::{Type, TypeId, TypeKind, closure};
use crate::report::NoteKind;

impl Lowering<'_> {
    /// Replaces the branches through which a union is reachable from itself, by branches and aliases only.
    pub(super) fn end_containment(&mut self) {
        for index in 0..self.types.len() {
            let id = TypeId(index);
            if matches!(self.types.get(index).map(|def| &def.kind), Some(TypeKind::Union(_))) && self.contains(id, id) {
                self.end_branches(id);
            }
        }
    }

    /// Replaces the branches of a union that lead back to it by one branch for any value.
    fn end_branches(&mut self, id: TypeId) {
        let Some(TypeKind::Union(union)) = self.types.get(id.0).map(|def| &def.kind) else { return };
        let leads_back = |ty: &Type| named(ty).is_some_and(|inner| inner == id || self.contains(inner, id));
        let mut back: Vec<usize> = Vec::new();
        for (index, branch) in union.branches.iter().enumerate() {
            if leads_back(&branch.ty) {
                back.push(index);
            }
        }
        let Some((first, others)) = back.split_first() else { return };
        let Some(def) = self.types.get_mut(id.0) else { return };
        let origin = def.origin.clone();
        if let TypeKind::Union(union) = &mut def.kind {
            if let Some(branch) = union.branches.get_mut(*first) {
                branch.ty = Type::Any;
            }
            without(&mut union.branches, others);
        }
        if let Some(chosen) = self.plan.branches.get_mut(&id) {
            without(chosen, others);
        }
        if let Some(undecided) = self.undecided.iter_mut().find(|undecided| undecided.id == id) {
            without(&mut undecided.references, others);
        }
        let what = "a union that is one of its own branches: that branch accepts any value";
        self.note(NoteKind::RecursiveUnion, &origin, what);
    }

    /// Whether a value of the type `outer` may be a value of the type `inner` itself.
    fn contains(&self, outer: TypeId, inner: TypeId) -> bool {
        let contained = |id: TypeId| match self.types.get(id.0).map(|def| &def.kind) {
            Some(TypeKind::Union(union)) => union.branches.iter().filter_map(|branch| named(&branch.ty)).collect(),
            Some(TypeKind::Alias(ty)) => named(ty).into_iter().collect(),
            Some(TypeKind::Struct(_) | TypeKind::Enumeration(_)) | None => Vec::new(),
        };
        closure(contained(outer), contained).contains(inner)
    }
}

/// Removes the elements with these indices.
fn without<T>(elements: &mut Vec<T>, indices: &[usize]) {
    let mut index = 0;
    elements.retain(|_| {
        index += 1;
        !indices.contains(&(index - 1))
    });
}

/// The named type of the value itself, without types inside it.
fn named(ty: &Type) -> Option<TypeId> {
    match ty.split_nullable().0 {
        Type::Named(id) => Some(*id),
        _ => None,
    }
}
