//! The table of an object's properties, from which a macro of the runtime implements serde's traits.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::structs::Property;
use super::types::Viewpoint;
use super::{Scene, render};
use crate::ir::{AdditionalProperties, Type, TypeId};

/// The table. It also implements `Debug` if properties of any type are kept. Its rows are text and not tokens, because
/// there are many of them and they are simple.
pub(super) fn item(
    scene: &Scene<'_>,
    id: TypeId,
    name: &Ident,
    properties: &[Property<'_>],
    additional: &AdditionalProperties,
) -> Item {
    let boxed = if scene.facts.is_nesting(id) { "#[boxed]\n    " } else { "" };
    let mut text = format!("rt::object! {{\n    {boxed}{name}, [");
    for property in properties {
        let (ident, wire) = (&property.ident, &property.field.name.wire);
        let presence = presence(scene, property);
        text.push_str(&format!("\n        {presence} {ident} = {wire:?}{},", through(adapter(scene, property))));
    }
    text.push_str(if properties.is_empty() { "]" } else { "\n    ]" });
    if let AdditionalProperties::Kept { name, ty } = additional {
        let redacted = if is_redacted(scene, additional) { "#[redacted] " } else { "" };
        text.push_str(&format!(", {redacted}{}{}", render::ident(name), through(value_adapter(scene, ty))));
    }
    text.push_str("\n}");
    Item { text, needs: Needs::RUNTIME }
}

/// Whether properties of any type are kept. They may be secrets, so `Debug` shows only their names.
pub(super) fn is_redacted(scene: &Scene<'_>, additional: &AdditionalProperties) -> bool {
    matches!(additional, AdditionalProperties::Kept { ty, .. } if scene.holds_any(ty))
}

/// Whether the property is required, and whether `null` is a valid value.
fn presence(scene: &Scene<'_>, property: &Property<'_>) -> &'static str {
    let ty = &property.field.ty;
    let is_option = matches!(scene.resolved(ty), Type::Nullable(_));
    match (property.required, scene.takes_null(ty)) {
        (true, _) if is_option => "required_or_null",
        (true, _) => "required",
        (false, true) => "optional_or_null",
        (false, false) => "optional",
    }
}

/// The adapter of the property, if it has one.
fn adapter(scene: &Scene<'_>, property: &Property<'_>) -> Option<TokenStream> {
    let ty = &property.field.ty;
    if let Some(adapter) = scene.json_adapter(ty, Viewpoint::Types) {
        let is_option = !property.required && !scene.takes_null(ty);
        return Some(if is_option { quote!(Option<#adapter>) } else { adapter });
    }
    if property.boxed && is_nesting(scene, ty) {
        let in_box = quote!(rt::InBox);
        let is_option = !property.required || matches!(scene.resolved(ty), Type::Nullable(_));
        return Some(if is_option { quote!(Option<#in_box>) } else { in_box });
    }
    value_adapter(scene, ty)
}

/// Whether the type is a struct that is decoded into its box.
fn is_nesting(scene: &Scene<'_>, ty: &Type) -> bool {
    matches!(scene.resolved(ty.split_nullable().0), Type::Named(id) if scene.facts.is_nesting(*id))
}

fn value_adapter(scene: &Scene<'_>, ty: &Type) -> Option<TokenStream> {
    if scene.is_secret(ty) {
        Some(quote!(rt::SecretInClear))
    } else if scene.is_binary(ty) {
        Some(quote!(rt::BytesAsText))
    } else {
        scene.json_adapter(ty, Viewpoint::Types)
    }
}

fn through(adapter: Option<TokenStream>) -> String {
    adapter.map_or_else(String::new, |adapter| format!(" as {}", render::type_text(&adapter)))
}
