//! Adapters for user types that are encoded and decoded by the functions of a module.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::types::Viewpoint;
use super::{Scene, docs, render};
use crate::ir::{IntegerKind, Type};

/// `mod adapters`, if the module needs any.
pub(super) fn module(scene: &Scene<'_>) -> Option<Item> {
    let adapters = &scene.facts.adapters;
    if adapters.is_empty() {
        return None;
    }
    let mut items = vec!["use super::rt;".to_owned()];
    for ((rust, with), name) in adapters {
        let comment = docs::comment(&[format!("{} by {}.", docs::code(rust), docs::code(with))]);
        let (name, ty, with) = (render::ident(name), render::path(rust), render::path(with));
        items.push(render::items(quote!(#comment pub(crate) struct #name;)));
        items.push(render::items(quote! {
            impl rt::Write<#ty> for #name {
                fn write<S: rt::serde::Serializer>(value: &#ty, serializer: S) -> Result<S::Ok, S::Error> {
                    #with::serialize(value, serializer)
                }
            }
        }));
        items.push(render::items(quote! {
            impl rt::Read<#ty> for #name {
                fn read<'de, D: rt::serde::Deserializer<'de>>(deserializer: D) -> Result<#ty, D::Error> {
                    #with::deserialize(deserializer)
                }
            }
        }));
    }
    let allow = render::allow(&["dead_code"], "some are only read, and some only written");
    let head = format!("/// Adapters that encode and decode user types with their modules.\n{allow}mod adapters");
    Some(Item { text: render::mod_block(&head, &items), needs: Needs::RUNTIME })
}

impl Scene<'_> {
    /// The adapter for values of this type inside of JSON, if it contains a user type with functions, or an integer.
    pub(super) fn json_adapter(&self, ty: &Type, viewpoint: Viewpoint) -> Option<TokenStream> {
        match self.resolved(ty) {
            Type::Integer(kind) if *kind != IntegerKind::Unbounded => Some(quote!(rt::Integer)),
            other => self.adapter_around(other, |inner| self.json_adapter(inner, viewpoint), viewpoint),
        }
    }

    /// The adapter that encodes and decodes values of this type, if it contains a user type with functions.
    pub(super) fn adapter(&self, ty: &Type, viewpoint: Viewpoint) -> Option<TokenStream> {
        self.adapter_around(self.resolved(ty), |inner| self.adapter(inner, viewpoint), viewpoint)
    }

    fn adapter_around(
        &self,
        ty: &Type,
        inside: impl Fn(&Type) -> Option<TokenStream>,
        viewpoint: Viewpoint,
    ) -> Option<TokenStream> {
        match ty {
            Type::Foreign(foreign) => {
                let name = self.facts.adapters.get(&(foreign.rust.clone(), foreign.with.clone()?))?;
                let name = render::ident(name);
                Some(if viewpoint == Viewpoint::Types {
                    quote!(super::adapters::#name)
                } else {
                    quote!(adapters::#name)
                })
            }
            Type::Array(inner) => inside(inner).map(|inner| quote!(Vec<#inner>)),
            Type::Tuple(elements) => {
                // An element in a `Box` decodes itself.
                let own = |element: &Type| if self.is_boxed_element(element) { None } else { inside(element) };
                let elements: Vec<Option<TokenStream>> = elements.iter().map(own).collect();
                let elements = elements.iter().any(Option::is_some).then_some(elements)?;
                let elements = elements.into_iter().map(|element| element.unwrap_or_else(|| quote!(rt::Plain)));
                Some(quote!((#(#elements,)*)))
            }
            Type::Map(inner) => inside(inner).map(|inner| quote!(std::collections::BTreeMap<String, #inner>)),
            Type::Nullable(inner) => inside(inner).map(|inner| quote!(Option<#inner>)),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Named(_) => None,
        }
    }

    /// Whether a type contains a user type, behind aliases, too.
    pub(super) fn holds_foreign(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::Foreign(_) => true,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.holds_foreign(inner),
            Type::Tuple(elements) => elements.iter().any(|element| self.holds_foreign(element)),
            _ => false,
        }
    }

    /// A reference to a value that serializes, through its adapter if it has one.
    pub(super) fn lent(&self, ty: &Type, value: TokenStream, viewpoint: Viewpoint) -> TokenStream {
        match self.adapter(ty, viewpoint) {
            Some(adapter) => quote!(&rt::lent::<#adapter, _>(#value)),
            None => value,
        }
    }
}
