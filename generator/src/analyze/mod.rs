//! Questions about the API whose answers shape the output. One question a file; none changes the API.

mod adapters;
mod boxing;
mod outcomes;

use std::collections::BTreeMap;

pub(crate) use adapters::Adapters;
pub(crate) use outcomes::{Case, Outcome, Payload, Side, SideType, Variant};

use boxing::Boxing;

use crate::ir::{Api, Type, TypeId};

/// The answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// What needs a `Box`.
    boxing: Boxing,
    /// The types of which what may be sent differs from what comes back, and the Rust name of the form that is sent.
    /// It leaves out `readOnly` members, or refers to a type that does.
    pub request_forms: BTreeMap<TypeId, String>,
    /// What each operation can end in; same order as [`Api::operations`].
    pub outcomes: Vec<Outcome>,
    /// The types of the user's own that are read and written by functions.
    pub adapters: Adapters,
}

impl Facts {
    /// Whether the member or branch with this index needs a `Box`, for the type to have a size or not to have a large one.
    pub(crate) fn is_boxed(&self, id: TypeId, index: usize) -> bool {
        self.boxing.is_boxed(id, index)
    }

    /// Whether a value of this type is too large for another type to hold it by value.
    pub(crate) fn is_large(&self, api: &Api, ty: &Type) -> bool {
        self.boxing.is_large(api, ty)
    }

    /// Whether an alias stands for itself, by way of other aliases: Rust has no such `type`, so it becomes a struct.
    pub(crate) fn is_circular(&self, id: TypeId) -> bool {
        self.boxing.is_circular(id)
    }
}

/// Asks all the questions.
pub(crate) fn analyze(api: &Api) -> Facts {
    let sent_forms = api.types.iter().enumerate().map(|(index, def)| (TypeId(index), &def.sent_form));
    let request_forms = sent_forms.filter_map(|(id, name)| Some((id, name.clone()?))).collect();
    let outcomes = outcomes::outcomes(api);
    Facts { boxing: boxing::boxing(api), request_forms, outcomes, adapters: adapters::adapters(api) }
}
