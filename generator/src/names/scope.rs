//! Scopes: the first item gets a name, later ones get a number.

use std::collections::BTreeSet;

use super::type_name;

/// The taken names of one scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// A scope in which these names are taken from the start.
    pub(crate) fn new(reserved: &[&str]) -> Self {
        Self { taken: reserved.iter().map(|&name| name.to_owned()).collect() }
    }

    /// Takes exactly this name. Returns `false` if it is taken.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_owned())
    }

    /// Whether nothing has this name.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// Takes `wanted`, or the first free one of `wanted2`, `wanted3`, ... with `separator` before the number.
    pub(crate) fn claim(&mut self, wanted: &str, separator: &str) -> String {
        let mut name = wanted.to_owned();
        // In `self_`, the underscore only avoids the keyword.
        let stem = wanted.trim_end_matches('_');
        let mut number = 2_usize;
        while !self.taken.insert(name.clone()) {
            name = format!("{stem}{separator}{number}");
            number += 1;
        }
        name
    }
}

/// The names of the types of one output.
#[derive(Clone, Debug)]
pub(super) struct TypeNames {
    scope: Scope,
}

/// The names that every output uses without a path: those of its client, and those of the prelude. A type of the document
/// with such a name has [`SUFFIX`] after it.
const OURS: [&str; 23] = [
    "Box",
    "Client",
    "ClientBuilder",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sized",
    "Sync",
    "ToOwned",
    "ToString",
    "Vec",
];

/// `Client` is `ClientSchema`, because a number would look like one of the document.
const SUFFIX: &str = "Schema";

/// The name of a type made from these words.
fn possible_name(wanted: &str) -> String {
    let name = type_name(wanted);
    if OURS.contains(&name.as_str()) { name + SUFFIX } else { name }
}

/// The assigned name of a type as the start of other names: `VecItem` beside `VecSchema`. A chosen name is ideal, so it keeps its
/// ending.
pub(super) fn as_start<'n>(ideal: &str, given: &'n str) -> &'n str {
    given.strip_suffix(SUFFIX).filter(|start| *start == ideal).unwrap_or(given)
}

impl Default for TypeNames {
    fn default() -> Self {
        Self { scope: Scope::new(&OURS) }
    }
}

impl TypeNames {
    /// Takes exactly this name. Returns `false` if it is taken.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.scope.take(name)
    }

    /// Whether no type has the name made from `wanted`.
    pub(super) fn is_free(&self, wanted: &str) -> bool {
        self.scope.is_free(&possible_name(wanted))
    }

    /// Takes a type name made from `wanted`.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        self.scope.claim(&possible_name(wanted), "")
    }
}
