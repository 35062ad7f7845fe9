//! Enums whose variants hold values: the declaration, and `Debug` by hand where a value may be undecoded.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{docs, render};

/// The declaration. `attributes` are the comment, and what stands before the allowance for large variants.
pub(super) fn declaration(attributes: &TokenStream, name: &Ident, variants: &TokenStream) -> TokenStream {
    quote! {
        #attributes
        #[allow(clippy::large_enum_variant, reason = "large values are boxed; smaller ones are easier to match without")]
        pub enum #name {
            #variants
        }
    }
}

/// `Debug` with an arm for each variant. The comment says what it does not show, because that may be a secret.
pub(super) fn debug(name: &Ident, comment: &str, arms: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let (comment, arms) = (docs::comment(&[comment.to_owned()]), arms.into_iter());
    quote! {
        #comment
        impl std::fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms)*
                }
            }
        }
    }
}

/// The arm of a variant with a decoded value.
pub(super) fn shown(variant: &str) -> TokenStream {
    let ident = render::ident(variant);
    quote!(Self::#ident(value) => f.debug_tuple(#variant).field(value).finish(),)
}

/// The arm of a variant with an undecoded text or body: its length.
pub(super) fn measured(variant: &str) -> TokenStream {
    let (ident, text) = (render::ident(variant), format!("{variant}({{}} bytes)"));
    quote!(Self::#ident(body) => write!(f, #text, body.len()),)
}

/// The arm of a variant whose value is not shown at all.
pub(super) fn hidden(variant: &str) -> TokenStream {
    let (ident, text) = (render::ident(variant), format!("{variant}(..)"));
    quote!(Self::#ident(_) => f.write_str(#text),)
}
