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

/// The names of items that every output may contain.
const OURS: [&str; 52] = [
    "AccessToken",
    "Arc",
    "BuildError",
    "BTreeMap",
    "Box",
    "ByteStream",
    "Call",
    "Clone",
    "Client",
    "ClientBuilder",
    "Credential",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Duration",
    "Err",
    "Error",
    "Failure",
    "From",
    "HashMap",
    "HeaderMap",
    "Infallible",
    "Into",
    "Iterator",
    "JsonStream",
    "Map",
    "Method",
    "None",
    "Ok",
    "Part",
    "Option",
    "RawResponse",
    "Result",
    "ResponseValue",
    "Secret",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "StatusCode",
    "StreamCall",
    "String",
    "Sync",
    "ToString",
    "Undecoded",
    "UndecodedReason",
    "Url",
    "Value",
    "Vec",
    "InvalidBaseUrl",
    "InvalidHeader",
];

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

    /// Takes a type name made from `wanted`.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        self.scope.claim(&type_name(wanted), "")
    }
}
