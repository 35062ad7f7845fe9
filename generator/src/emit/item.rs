//! [`Item`]: a printed piece of the output, with the imports and crates that it needs.

use std::iter::Sum;
use std::ops::BitOr;

use proc_macro2::TokenStream;
use quote::quote;

use super::render;

/// Printed text, and its needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub(super) text: String,
    pub(super) needs: Needs,
}

impl Item {
    /// Prints tokens.
    pub(super) fn new(tokens: TokenStream, needs: Needs) -> Self {
        Self { text: render::items(tokens), needs }
    }

    /// Several items as one, with blank lines between them.
    pub(super) fn page(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<Self> = items.into_iter().collect();
        let texts: Vec<String> = items.iter().map(|item| item.text.clone()).collect();
        Self { text: render::page(&texts), needs: items.iter().map(|item| item.needs).sum() }
    }

    /// The items, below a comment as their heading; nothing if there are no items.
    pub(super) fn section(title: &str, items: Vec<Self>) -> Vec<Self> {
        if items.is_empty() {
            return items;
        }
        let heading = Self { text: format!("// ---- {title}"), needs: Needs::NONE };
        std::iter::once(heading).chain(items).collect()
    }
}

/// A set of needs: imports, crates and lint allowances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(u16);

impl Needs {
    /// The empty set.
    pub(super) const NONE: Self = Self(0);
    /// `rt`: the module of the runtime for generated code.
    pub(super) const RUNTIME: Self = Self(1);
    /// `Secret`.
    pub(super) const SECRET: Self = Self(1 << 1);
    /// `Credential`.
    pub(super) const CREDENTIAL: Self = Self(1 << 2);
    /// `InvalidHeader`.
    pub(super) const INVALID_HEADER: Self = Self(1 << 3);
    /// `StreamCall`.
    pub(super) const STREAM_CALL: Self = Self(1 << 4);
    /// `JsonStream`.
    pub(super) const JSON_STREAM: Self = Self(1 << 5);
    /// `ByteStream`.
    pub(super) const BYTE_STREAM: Self = Self(1 << 6);
    /// `Part`. It is in the feature `multipart` of the runtime.
    pub(super) const PART: Self = Self(1 << 7);
    /// The crate serde_json.
    pub(super) const SERDE_JSON: Self = Self(1 << 8);
    /// The use of a deprecated item.
    pub(super) const DEPRECATED: Self = Self(1 << 9);
    /// `AccessToken`.
    pub(super) const ACCESS_TOKEN: Self = Self(1 << 10);

    /// Whether all of `other` is in the set.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The lint allowance of an operation's item that uses deprecated items. Users are warned where they choose the
    /// type.
    pub(super) fn allowance(self) -> TokenStream {
        if self.has(Self::DEPRECATED) {
            quote!(#[allow(deprecated, reason = "what is deprecated still has to be sent and read")])
        } else {
            TokenStream::new()
        }
    }
}

impl BitOr for Needs {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Sum for Needs {
    fn sum<I: Iterator<Item = Self>>(needs: I) -> Self {
        needs.fold(Self::NONE, BitOr::bitor)
    }
}
