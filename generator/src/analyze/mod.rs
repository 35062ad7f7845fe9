//! Questions about the API whose answers shape the output. One question a file; none changes the API.

mod adapters;
mod directions;
mod outcomes;
mod recursion;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use adapters::Adapters;
pub(crate) use outcomes::{Case, Outcome, Payload, Shape, Side, Variant};
pub(crate) use uses::Uses;

use crate::ir::{Api, TypeId};
use crate::names::TypeNames;

/// The answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The members (by index) of structs and the branches of unions that need a `Box`, for the type to have a size.
    pub boxed: BTreeSet<(TypeId, usize)>,
    /// The types of which what may be sent differs from what comes back, and the Rust name of the form that is sent.
    /// It leaves out `readOnly` members, or refers to a type that does.
    pub request_forms: BTreeMap<TypeId, String>,
    /// What each operation can end in; same order as [`Api::operations`].
    pub outcomes: Vec<Outcome>,
    /// The types of the user's own that are read and written by functions.
    pub adapters: Adapters,
    /// Which optional pieces of the support code are needed.
    pub uses: Uses,
}

/// Asks all the questions.
pub(crate) fn analyze(api: &Api, names: &mut TypeNames) -> Facts {
    let request_forms = directions::request_forms(api, names);
    let outcomes = outcomes::outcomes(api, names);
    let uses = uses::uses(api, &outcomes);
    Facts { boxed: recursion::boxed(api), request_forms, outcomes, adapters: adapters::adapters(api), uses }
}
