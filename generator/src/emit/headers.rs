//! The headers that the answers of an operation declare, read by an accessor each.

use quote::quote;

use super::types::{Form, Place};
use super::{Scene, docs, render};
use crate::ir::{Header, HeaderForm, Operation, StringKind, Type};

/// The name of the struct, where the operation has one.
pub(super) fn name(operation: &Operation) -> Option<String> {
    (!operation.headers.is_empty()).then(|| operation.names.headers.clone())
}

/// The structs of all operations.
pub(super) fn all(scene: &Scene<'_>) -> Vec<String> {
    scene
        .api
        .operations
        .iter()
        .filter_map(|operation| Some((operation, name(operation)?)))
        .flat_map(|(operation, name)| items(scene, operation, &name))
        .collect()
}

fn items(scene: &Scene<'_>, operation: &Operation, name: &str) -> Vec<String> {
    let name = render::ident(name);
    let comment =
        docs::comment(&[format!("The headers that answers to [`Client::{}`] may have.", operation.name.rust)]);
    let declared = quote! {
        #comment
        #[derive(Clone, Copy, Debug)]
        pub struct #name<'a>(support::header::Headers<'a>);
    };
    let of = quote! {
        /// Of the `headers()` of an answer, a failure or an error.
        pub fn of(headers: &'a reqwest::header::HeaderMap) -> Self {
            Self(support::header::Headers(headers))
        }
    };
    let accessors = operation.headers.iter().map(|header| accessor(scene, header));
    let methods: Vec<_> = std::iter::once(of).chain(accessors).collect();
    vec![render::item(declared), render::impl_block(quote!(), quote!(<'a> #name<'a>), &methods)]
}

fn accessor(scene: &Scene<'_>, header: &Header) -> proc_macro2::TokenStream {
    let (ident, wire) = (render::name(&header.name), &header.name.wire);
    let comment =
        docs::comment(&[docs::or_else(&header.docs, || format!("The {} header.", docs::code(&header.name.wire)))]);
    let deprecated = docs::deprecated(header.deprecated);
    let ty = scene.rust(&header.ty, Form::Answer, Place::Root);
    let read = if matches!(header.ty, Type::String(StringKind::Text { .. })) {
        quote!(self.0.text(#wire))
    } else {
        let form = match header.form {
            HeaderForm::Text => quote!(Text),
            HeaderForm::Json => quote!(Json),
            HeaderForm::List { of_json: false } => quote!(Texts),
            HeaderForm::List { of_json: true } => quote!(Jsons),
        };
        let form = quote!(support::header::Form::#form);
        match scene.adapter(&header.ty, Place::Root) {
            Some(adapter) => {
                let read = quote!(self.0.read::<support::with::As<_, #adapter>>(#wire, #form));
                quote!(Ok(#read?.map(|value| value.0)))
            }
            None => quote!(self.0.read(#wire, #form)),
        }
    };
    quote! {
        #comment
        #deprecated
        #[inline]
        pub fn #ident(&self) -> Result<Option<#ty>, InvalidHeader> {
            #read
        }
    }
}
