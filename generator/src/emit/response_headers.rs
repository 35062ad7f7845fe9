//! The accessors of declared response headers.

use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render};
use crate::ir::{Header, HeaderEncoding, Operation, StringKind, Type};

/// The name of the struct, if the operation declares response headers.
pub(super) fn name(operation: &Operation) -> Option<String> {
    (!operation.headers.is_empty()).then(|| operation.names.headers.clone())
}

/// The structs of all operations.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    scene
        .api
        .operations
        .iter()
        .filter_map(|operation| Some((operation, name(operation)?)))
        .flat_map(|(operation, name)| items(scene, operation, &name))
        .collect()
}

fn items(scene: &Scene<'_>, operation: &Operation, name: &str) -> Vec<Item> {
    let name = render::ident(name);
    let comment = docs::comment(&[format!("The headers of responses to [`Client::{}`].", operation.name.rust)]);
    let declared = quote! {
        #comment
        #[derive(Clone, Copy, Debug)]
        pub struct #name<'a>(rt::Headers<'a>);
    };
    let from = quote! {
        /// The declared headers among the `headers()` of a response, a failure or an error.
        pub fn from_headers(headers: &'a rt::HeaderMap) -> Self {
            Self(rt::Headers(headers))
        }
    };
    let accessors = operation.headers.iter().map(|header| accessor(scene, header));
    let methods: Vec<_> = std::iter::once(from).chain(accessors).collect();
    let needs =
        scene.needs_of(operation.headers.iter().map(|header| &header.ty)) | Needs::INVALID_HEADER | Needs::RUNTIME;
    let lints: &[&str] = if needs.has(Needs::DEPRECATED) { &["deprecated"] } else { &[] };
    let allow = render::allow(lints, "what is deprecated still has to be read");
    let head = format!("{allow}impl<'a> {name}<'a>");
    vec![Item::new(declared, needs), render::impl_block(&head, methods, needs)]
}

fn accessor(scene: &Scene<'_>, header: &Header) -> proc_macro2::TokenStream {
    let (ident, wire) = (render::name(&header.name), &header.name.wire);
    let comment =
        docs::comment(&[docs::or_else(&header.docs, || format!("The {} header.", docs::code(&header.name.wire)))]);
    let deprecated = docs::deprecated(header.deprecated);
    let ty = scene.rust(&header.ty, Direction::Response, Viewpoint::Root);
    let read = if matches!(header.ty, Type::String(StringKind::Text { .. })) {
        quote!(self.0.text(#wire))
    } else {
        let form = match header.encoding {
            HeaderEncoding::Text => quote!(Text),
            HeaderEncoding::Json => quote!(Json),
            HeaderEncoding::List { of_json: false } => quote!(Texts),
            HeaderEncoding::List { of_json: true } => quote!(Jsons),
        };
        let form = quote!(rt::HeaderForm::#form);
        match scene.adapter(&header.ty, Viewpoint::Root) {
            Some(adapter) => {
                let read = quote!(self.0.read::<rt::As<_, #adapter>>(#wire, #form));
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
