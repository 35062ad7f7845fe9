//! Types that only describe a multipart form: the form has a struct of its own, so they are not printed.

use std::collections::BTreeMap;

use crate::ir::{Api, Content, MediaType, Operation, Type, TypeId, TypeKind, Webhook};

/// The deepest union of forms.
const MOST_DEPTH: usize = 16;

/// Marks these types, and forgets the schemas that have such a type.
pub(super) fn hide(api: &mut Api, reached: &mut BTreeMap<String, Type>) {
    let mut used = Vec::new();
    for operation in &api.operations {
        used.extend(types(operation).flat_map(Type::named));
        for form in forms(operation) {
            properties(api, form, 0, &mut used);
        }
    }
    used.extend(api.webhooks.iter().flat_map(Webhook::types).flat_map(Type::named));
    let used = api.reached(used);
    for (index, def) in api.types.iter_mut().enumerate() {
        def.is_hidden = !used.contains(TypeId(index));
    }
    reached.retain(|_, ty| ty.named().into_iter().all(|id| used.contains(id)));
}

/// The types of an operation, but not those of multipart forms.
fn types(operation: &Operation) -> impl Iterator<Item = &Type> {
    let bodies = operation.sent().filter(|content| content.media != MediaType::Multipart);
    bodies.flat_map(Content::types).chain(operation.parameter_types()).chain(operation.received_types())
}

fn forms(operation: &Operation) -> impl Iterator<Item = &Type> {
    operation.sent().filter(|content| content.media == MediaType::Multipart).filter_map(|content| content.ty.as_ref())
}

/// Adds the types of a form's properties.
fn properties(api: &Api, form: &Type, depth: usize, used: &mut Vec<TypeId>) {
    let Type::Named(id) = form.split_nullable().0 else { return };
    match api.get(*id).map(|def| &def.kind) {
        Some(TypeKind::Struct(object)) => used.extend(object.fields.iter().flat_map(|field| field.ty.named())),
        Some(TypeKind::Union(union)) if depth < MOST_DEPTH => {
            union.branches.iter().for_each(|branch| properties(api, &branch.ty, depth + 1, used));
        }
        Some(TypeKind::Alias(ty)) if depth < MOST_DEPTH => properties(api, ty, depth + 1, used),
        Some(TypeKind::Union(_) | TypeKind::Alias(_) | TypeKind::Enumeration(_)) | None => {}
    }
}
