//! What an operation ends in: the types of its two sides, and an enum for a side of more than one shape.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Form, Place};
use super::{Scene, docs, render};
use crate::analyze::{Payload, Shape, Side, Variant};
use crate::ir::Operation;

/// The enums of all operations.
pub(super) fn all(scene: &Scene<'_>) -> Vec<String> {
    let mut items = Vec::new();
    for (operation, outcome) in scene.api.operations.iter().zip(&scene.facts.outcomes) {
        for (side, what) in [(&outcome.success, "What"), (&outcome.failure, "The failures that")] {
            if let Shape::Enum { name, variants } = &side.shape {
                items.push(declared(scene, operation, name, variants, what));
                items.extend(shown(name, variants));
            }
        }
    }
    items
}

fn declared(scene: &Scene<'_>, operation: &Operation, name: &str, variants: &[Variant], what: &str) -> String {
    let own: &[&str] = if variants.iter().any(is_body) { &["Clone"] } else { &["Clone", "Debug"] };
    let derive = docs::derive_for_operation(own, scene.settings);
    let name = render::ident(name);
    let comment = docs::comment(&[format!("{what} [`Client::{}`] answers.", operation.name.rust)]);
    let variants = variants.iter().map(|variant| declaration(scene, variant));
    render::item(quote! {
        #comment
        #derive
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "large values are boxed; smaller ones are easier to match without")]
        pub enum #name {
            #(#variants)*
        }
    })
}

/// Whether the variant holds a body as it came.
fn is_body(variant: &Variant) -> bool {
    matches!(variant.payload, Payload::Text | Payload::Bytes)
}

/// `Debug` by hand where a body is kept as it came: it may be a JWT, or a page with somebody's data.
fn shown(name: &str, variants: &[Variant]) -> Option<String> {
    if !variants.iter().any(is_body) {
        return None;
    }
    let name = render::ident(name);
    let arms = variants.iter().map(|variant| {
        let (ident, label) = (render::ident(&variant.name), &variant.name);
        match &variant.payload {
            Payload::Unit => quote!(Self::#ident => f.write_str(#label),),
            Payload::Json(_) => quote!(Self::#ident(value) => f.debug_tuple(#label).field(value).finish(),),
            Payload::Text | Payload::Bytes => {
                let text = format!("{label}({{}} bytes)");
                quote!(Self::#ident(body) => write!(f, #text, body.len()),)
            }
        }
    });
    Some(render::item(quote! {
        /// Of a body that is kept as it came, only the length is shown: it may be a credential.
        impl std::fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms)*
                }
            }
        }
    }))
}

fn declaration(scene: &Scene<'_>, variant: &Variant) -> TokenStream {
    let name = render::ident(&variant.name);
    let comment = docs::comment(&[format!("{}.", variant_label(variant)), variant.docs.0.clone()]);
    match &variant.payload {
        Payload::Unit => quote!(#comment #name,),
        Payload::Json(ty) => {
            let ty = scene.held(ty, Form::Answer, Place::Root);
            quote!(#comment #name(#ty),)
        }
        payload => {
            let ty = payload_type(scene, payload, Place::Root);
            quote!(#comment #name(#ty),)
        }
    }
}

/// `400, ...` with the status as code.
fn variant_label(variant: &Variant) -> String {
    match variant.label.split_once(", ") {
        Some((status, rest)) => format!("`{status}`, {rest}"),
        None => format!("`{}`", variant.label),
    }
}

/// The Rust type of an answer.
pub(super) fn payload_type(scene: &Scene<'_>, payload: &Payload, place: Place) -> TokenStream {
    match payload {
        Payload::Unit => quote!(()),
        Payload::Json(ty) => scene.rust(ty, Form::Answer, place),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(Vec<u8>),
    }
}

/// The Rust type of the wanted side.
pub(super) fn success_type(scene: &Scene<'_>, side: &Side, place: Place) -> TokenStream {
    match &side.shape {
        Shape::Nothing => quote!(()),
        Shape::One(payload) => payload_type(scene, payload, place),
        Shape::Enum { name, .. } => scene.ours(name, place),
    }
}

/// The Rust type of the declared failures.
pub(super) fn failure_type(scene: &Scene<'_>, side: &Side, place: Place) -> TokenStream {
    match (&side.shape, place) {
        (Shape::Nothing, _) => quote!(std::convert::Infallible),
        (Shape::One(payload), _) => payload_type(scene, payload, place),
        (Shape::Enum { name, .. }, _) => scene.ours(name, place),
    }
}
