//! Analyses of the IR for emission. Each file has one analysis, and none changes the IR.

mod adapters;
mod boxing;
mod outcomes;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use adapters::Adapters;
pub(crate) use outcomes::{Case, Outcome, Payload, Side, SideType, Variant};

use boxing::Boxing;

use crate::ir::{Api, Type, TypeId};
use crate::names::RUNTIME_ITEMS;

/// The results of all analyses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The boxed fields and branches.
    boxing: Boxing,
    /// The Rust name of each separate request type. A request type has no `readOnly` properties, or refers to a type
    /// that has a request type.
    pub request_types: BTreeMap<TypeId, String>,
    /// The outcomes of each operation, in the order of [`Api::operations`].
    pub outcomes: Vec<Outcome>,
    /// The user types that are encoded and decoded by functions.
    pub adapters: Adapters,
    /// The discriminators of structs that are branches of unions.
    tags: BTreeSet<(TypeId, String)>,
    /// The items of the runtime that the module does not export, because a type has their name.
    pub unexported: BTreeSet<&'static str>,
}

impl Facts {
    /// Whether the field or branch with this index needs a `Box`, because the type is recursive or large.
    pub(crate) fn is_boxed(&self, id: TypeId, index: usize) -> bool {
        self.boxing.is_boxed(id, index)
    }

    /// Whether a type is too large to be contained by value.
    pub(crate) fn is_large(&self, api: &Api, ty: &Type) -> bool {
        self.boxing.is_large(api, ty)
    }

    /// Whether this is a large struct whose values may nest in themselves to any depth.
    pub(crate) fn is_nesting(&self, id: TypeId) -> bool {
        self.boxing.is_nesting(id)
    }

    /// Whether this property decides the branch of a union that the struct is a branch of.
    pub(crate) fn is_tag(&self, id: TypeId, wire: &str) -> bool {
        self.tags.contains(&(id, wire.to_owned()))
    }

    /// Whether an alias is recursive. Rust's `type` cannot express it, so it becomes a struct.
    pub(crate) fn is_circular(&self, id: TypeId) -> bool {
        self.boxing.is_circular(id)
    }
}

/// Runs all analyses.
pub(crate) fn analyze(api: &Api) -> Facts {
    let request_names = api.types.iter().enumerate().map(|(index, def)| (TypeId(index), &def.request_name));
    let request_types = request_names.filter_map(|(id, name)| Some((id, name.clone()?))).collect();
    let outcomes = outcomes::outcomes(api);
    let (boxing, adapters, unexported) = (boxing::boxing(api), adapters::adapters(api), unexported(api));
    Facts { boxing, request_types, outcomes, adapters, tags: tags::tags(api), unexported }
}

fn unexported(api: &Api) -> BTreeSet<&'static str> {
    let of_types = api.types.iter().flat_map(|def| std::iter::once(&def.name.rust).chain(&def.request_name));
    let of_operations = api.operations.iter().flat_map(|operation| operation.names.all());
    let taken: BTreeSet<&str> = of_types.map(String::as_str).chain(of_operations).collect();
    RUNTIME_ITEMS.into_iter().filter(|item| taken.contains(item)).collect()
}
