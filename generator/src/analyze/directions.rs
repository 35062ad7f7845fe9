//! Of which types does what may be sent differ from what comes back?

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{AdditionalMembers, Api, Kind, Type, TypeDef, TypeId};
use crate::names::TypeNames;

/// The types that are sent and hold, or reach, a `readOnly` member (or a required `writeOnly` one, which an answer
/// may lack), each with a name for the form that is sent.
pub(super) fn request_forms(api: &Api, names: &mut TypeNames) -> BTreeMap<TypeId, String> {
    let differs = differing(api);
    let mut forms = BTreeMap::new();
    for id in sent(api) {
        if let (true, Some(def)) = (differs.contains(&id), api.get(id)) {
            forms.insert(id, names.claim(&format!("{}Request", def.name.rust)));
        }
    }
    forms
}

/// Every type that has a one-way member, or refers to a type that has; found from the users of each type backwards.
fn differing(api: &Api) -> BTreeSet<TypeId> {
    let mut users: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
    let mut open = Vec::new();
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        for target in references(def) {
            users.entry(target).or_default().push(id);
        }
        if let Kind::Struct(object) = &def.kind
            && object.fields.iter().any(|field| field.read_only || (field.write_only && field.required))
        {
            open.push(id);
        }
    }
    closure(open, |id| users.get(&id).cloned().unwrap_or_default())
}

/// Every type that a body or a parameter reaches.
fn sent(api: &Api) -> BTreeSet<TypeId> {
    let mut open = Vec::new();
    for operation in &api.operations {
        for content in operation.body.iter().flat_map(|body| &body.contents) {
            open.extend(content.ty.iter().flat_map(Type::named));
        }
        for parameter in &operation.parameters {
            open.extend(parameter.ty.named());
        }
    }
    closure(open, |id| api.get(id).map(references).unwrap_or_default())
}

fn closure(mut open: Vec<TypeId>, next: impl Fn(TypeId) -> Vec<TypeId>) -> BTreeSet<TypeId> {
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(next(id));
        }
    }
    seen
}

fn references(def: &TypeDef) -> Vec<TypeId> {
    match &def.kind {
        Kind::Struct(object) => {
            let mut found: Vec<TypeId> = object.fields.iter().flat_map(|field| field.ty.named()).collect();
            if let AdditionalMembers::Kept { ty, .. } = &object.additional {
                found.extend(ty.named());
            }
            found
        }
        Kind::Union(union) => union.branches.iter().flat_map(|branch| branch.ty.named()).collect(),
        Kind::Alias(ty) => ty.named(),
        Kind::Enumeration(_) => Vec::new(),
    }
}
