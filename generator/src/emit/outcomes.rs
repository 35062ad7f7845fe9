//! The responses of an operation: the types of success and failure, and an enum if there are several types.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, enums, render};
use crate::analyze::{Payload, Side, SideType, Variant};
use crate::ir::Operation;

/// The enums of all operations.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for (operation, outcome) in scene.api.operations.iter().zip(&scene.facts.outcomes) {
        for (side, what) in [(&outcome.success, "responses"), (&outcome.failure, "failures")] {
            if let SideType::Enum { name, variants } = &side.ty {
                items.push(declared(scene, operation, name, variants, what));
                items.extend(debug_impl(name, variants));
            }
        }
    }
    items
}

fn declared(scene: &Scene<'_>, operation: &Operation, name: &str, variants: &[Variant], what: &str) -> Item {
    let own: &[&str] = if variants.iter().any(is_body) { &["Clone"] } else { &["Clone", "Debug"] };
    let derive = docs::derive_for_operation(own, scene.settings);
    let name = render::ident(name);
    let comment = docs::comment(&[format!("The {what} of [`Client::{}`].", operation.name.rust)]);
    let needs = variants.iter().map(|variant| payload_needs(scene, &variant.payload)).sum::<Needs>();
    let allow = needs.allowance();
    let variants: TokenStream = variants.iter().map(|variant| declaration(scene, variant)).collect();
    Item::new(enums::declaration(&quote!(#comment #allow #derive #[non_exhaustive]), &name, &variants), needs)
}

/// Whether the variant contains an undecoded body.
fn is_body(variant: &Variant) -> bool {
    matches!(variant.payload, Payload::Text | Payload::Bytes)
}

/// `Debug` by hand for variants with undecoded bodies. Such a body may be a JWT, or a page with personal data.
fn debug_impl(name: &str, variants: &[Variant]) -> Option<Item> {
    if !variants.iter().any(is_body) {
        return None;
    }
    let arms = variants.iter().map(|variant| match &variant.payload {
        Payload::Unit => {
            let (ident, label) = (render::ident(&variant.name), &variant.name);
            quote!(Self::#ident => f.write_str(#label),)
        }
        Payload::Json(_) => enums::shown(&variant.name),
        Payload::Text | Payload::Bytes => enums::measured(&variant.name),
    });
    let comment = "Shows only the length of an undecoded body, since it may be a credential.";
    Some(Item::new(enums::debug(&render::ident(name), comment, arms), Needs::NONE))
}

fn declaration(scene: &Scene<'_>, variant: &Variant) -> TokenStream {
    let name = render::ident(&variant.name);
    let comment = docs::comment(&[format!("{}.", variant_label(variant)), variant.docs.0.clone()]);
    match &variant.payload {
        Payload::Unit => quote!(#comment #name,),
        Payload::Json(ty) => {
            let ty = scene.field_type(ty, Direction::Response, Viewpoint::Root);
            quote!(#comment #name(#ty),)
        }
        payload => {
            let ty = payload_type(scene, payload, Viewpoint::Root);
            quote!(#comment #name(#ty),)
        }
    }
}

/// The label `400, ...` with the status as code.
fn variant_label(variant: &Variant) -> String {
    match variant.label.split_once(", ") {
        Some((status, rest)) => format!("`{status}`, {rest}"),
        None => format!("`{}`", variant.label),
    }
}

/// The needs of the Rust type of a response.
pub(super) fn payload_needs(scene: &Scene<'_>, payload: &Payload) -> Needs {
    match payload {
        Payload::Json(ty) => scene.needs(ty),
        Payload::Unit | Payload::Text | Payload::Bytes => Needs::NONE,
    }
}

/// The Rust type of a response.
pub(super) fn payload_type(scene: &Scene<'_>, payload: &Payload, viewpoint: Viewpoint) -> TokenStream {
    match payload {
        Payload::Unit => quote!(()),
        Payload::Json(ty) => scene.rust(ty, Direction::Response, viewpoint),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(Vec<u8>),
    }
}

/// The Rust type of a success.
pub(super) fn success_type(scene: &Scene<'_>, side: &Side, viewpoint: Viewpoint) -> TokenStream {
    match &side.ty {
        SideType::Nothing => quote!(()),
        SideType::One(payload) => payload_type(scene, payload, viewpoint),
        SideType::Enum { name, .. } => scene.ours(name, viewpoint),
    }
}

/// The Rust type of a declared failure.
pub(super) fn failure_type(scene: &Scene<'_>, side: &Side, viewpoint: Viewpoint) -> TokenStream {
    match (&side.ty, viewpoint) {
        (SideType::Nothing, _) => quote!(std::convert::Infallible),
        (SideType::One(payload), _) => payload_type(scene, payload, viewpoint),
        (SideType::Enum { name, .. }, _) => scene.ours(name, viewpoint),
    }
}
