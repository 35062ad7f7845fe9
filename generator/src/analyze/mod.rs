//! Questions about the API whose answers shape the output. One question a file; none changes the API.

mod adapters;
mod outcomes;
mod recursion;
mod uses;

use std::collections::BTreeMap;

pub(crate) use adapters::Adapters;
pub(crate) use outcomes::{Case, Outcome, Payload, Shape, Side, Variant};
pub(crate) use uses::Uses;

use crate::ir::{Api, TypeId};

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
    /// Which optional pieces of the support code are needed.
    pub uses: Uses,
}

impl Facts {
    /// Whether the member or branch with this index needs a `Box`, for the type to have a size.
    pub(crate) fn is_boxed(&self, id: TypeId, index: usize) -> bool {
        self.boxed.get(id.0).is_some_and(|boxed| boxed.contains(&index))
    }
}

/// Asks all the questions.
pub(crate) fn analyze(api: &Api) -> Facts {
    let sent_forms = api.types.iter().enumerate().map(|(index, def)| (TypeId(index), &def.sent_form));
    let request_forms = sent_forms.filter_map(|(id, name)| Some((id, name.clone()?))).collect();
    let outcomes = outcomes::outcomes(api);
    let uses = uses::uses(api, &outcomes);
    Facts { boxed: recursion::boxed(api), request_forms, outcomes, adapters: adapters::adapters(api), uses }
}
