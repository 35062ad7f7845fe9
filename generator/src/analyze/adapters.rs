//! The user types that are encoded and decoded by the functions of a module.

use std::collections::BTreeMap;

use crate::ir::{AdditionalProperties, Api, Type, TypeKind};
use crate::names::{Scope, type_name};

/// A user type, its module with `serialize` and `deserialize`, and the name of the adapter.
pub(crate) type Adapters = BTreeMap<(String, String), String>;

pub(super) fn adapters(api: &Api) -> Adapters {
    let mut found: Adapters = BTreeMap::new();
    let mut add = |ty: &Type| {
        if let Some(foreign) = ty.foreign()
            && let Some(with) = &foreign.with
        {
            found.insert((foreign.rust.clone(), with.clone()), String::new());
        }
    };
    for def in &api.types {
        match &def.kind {
            TypeKind::Struct(object) => {
                object.fields.iter().for_each(|field| add(&field.ty));
                if let AdditionalProperties::Kept { ty, .. } = &object.additional {
                    add(ty);
                }
            }
            TypeKind::Union(union) => union.branches.iter().for_each(|branch| add(&branch.ty)),
            TypeKind::Alias(ty) => add(ty),
            TypeKind::Enumeration(_) => {}
        }
    }
    for operation in &api.operations {
        operation.types().for_each(&mut add);
    }
    let mut scope = Scope::new(&["Write", "Read"]);
    for ((_, with), name) in &mut found {
        *name = scope.claim(&type_name(with.rsplit("::").next().unwrap_or_default()), "");
    }
    found
}
