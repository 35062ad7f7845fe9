//! Questions about the API whose answers shape the output. One question a file; none changes the API.

mod adapters;
mod directions;
mod outcomes;
mod recursion;

use std::collections::BTreeMap;

pub(crate) use adapters::Adapters;
pub(crate) use outcomes::{Case, Outcome, Payload, Side, SideType, Variant};

use crate::ir::{Api, TypeId};
use crate::names::TypeNames;

/// The answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Of each type, the members (by index) of a struct and the branches of a union that need a `Box`.
    boxed: Vec<Vec<usize>>,
    /// The types of which what may be sent differs from what comes back, and the Rust name of the form that is sent.
    /// It leaves out `readOnly` members, or refers to a type that does.
    pub request_forms: BTreeMap<TypeId, String>,
    /// What each operation can end in; same order as [`Api::operations`].
    pub outcomes: Vec<Outcome>,
    /// The types of the user's own that are read and written by functions.
    pub adapters: Adapters,
}

impl Facts {
    /// Whether the member or branch with this index needs a `Box`, for the type to have a size.
    pub(crate) fn is_boxed(&self, id: TypeId, index: usize) -> bool {
        self.boxed.get(id.0).is_some_and(|boxed| boxed.contains(&index))
    }
}

/// Asks all the questions.
pub(crate) fn analyze(api: &Api, names: &mut TypeNames) -> Facts {
    let request_forms = directions::request_forms(api, names);
    let outcomes = outcomes::outcomes(api, names);
    Facts { boxed: recursion::boxed(api), request_forms, outcomes, adapters: adapters::adapters(api) }
}
