//! Of which types does what may be sent differ from what comes back?

use std::collections::BTreeMap;

use crate::ir::{Api, Kind, Type, TypeId, TypeSet, closure};
use crate::names::TypeNames;

/// The types that are sent and hold, or reach, a `readOnly` member (or a required `writeOnly` one, which an answer
/// may lack), each with a name for the form that is sent.
pub(super) fn request_forms(api: &Api, names: &mut TypeNames) -> BTreeMap<TypeId, String> {
    let differs = differing(api);
    let mut forms = BTreeMap::new();
    for id in sent(api).iter() {
        if let (true, Some(def)) = (differs.contains(id), api.get(id)) {
            forms.insert(id, names.claim(&format!("{}Request", def.name.rust)));
        }
    }
    forms
}

/// Every type that has a one-way member, or refers to a type that has; found from the users of each type backwards.
fn differing(api: &Api) -> TypeSet {
    let mut users = vec![Vec::new(); api.types.len()];
    let mut open = Vec::new();
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        for target in def.named() {
            if let Some(users) = users.get_mut(target.0) {
                users.push(id);
            }
        }
        if let Kind::Struct(object) = &def.kind
            && object.fields.iter().any(|field| field.read_only || (field.write_only && field.required))
        {
            open.push(id);
        }
    }
    closure(open, |id| users.get(id.0).cloned().unwrap_or_default())
}

/// Every type that a body or a parameter reaches.
fn sent(api: &Api) -> TypeSet {
    let mut open = Vec::new();
    for operation in &api.operations {
        for content in operation.body.iter().flat_map(|body| &body.contents) {
            open.extend(content.ty.iter().flat_map(Type::named));
        }
        for parameter in &operation.parameters {
            open.extend(parameter.ty.named());
        }
    }
    api.reached(open)
}
