//! The method for the streamed response of an operation, and the enum of its events.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, enums, render};
use crate::ir::{Operation, Stream, StreamKind, Type};

/// The enums of events whose names decide their data.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    let streams = scene.api.operations.iter().filter_map(|operation| Some((operation, operation.stream.as_ref()?)));
    let named = streams.filter(|(_, stream)| stream.kind == StreamKind::NamedEvents);
    named.flat_map(|(operation, stream)| events(scene, operation, stream)).collect()
}

/// The enum of the events of one stream, its `Debug`, and what decodes it.
fn events(scene: &Scene<'_>, operation: &Operation, stream: &Stream) -> [Item; 3] {
    let needs = stream.types().map(|ty| scene.needs(ty)).sum::<Needs>();
    let (name, unknown) = (render::ident(&operation.names.event), render::ident(&stream.unknown));
    let derive = docs::derive_for_operation(&["Clone"], scene.settings);
    let comment = docs::comment(&[format!("The events of [`Client::{}`].", stream.name.rust)]);
    let allow = needs.allowance();
    let variants = stream.events.iter().map(|event| {
        let variant = render::ident(&event.name.rust);
        let label = format!("The event {}.", docs::code(&event.name.wire));
        let comment = docs::comment(&[label, event.docs.0.clone()]);
        match &event.ty {
            Some(ty) => {
                let ty = scene.field_type(ty, Direction::Response, Viewpoint::Root);
                quote!(#comment #variant(#ty),)
            }
            None => quote!(#comment #variant(String),),
        }
    });
    let arms = stream.events.iter().map(|event| {
        let (wire, variant) = (&event.name.wire, render::ident(&event.name.rust));
        let read = if event.ty.is_some() { quote!(event_json) } else { quote!(event_text) };
        quote!(#wire => Self::#variant(rt::#read(data)?),)
    });
    let variants = quote! {
        #(#variants)*
        /// An event that the document does not declare.
        #unknown {
            /// Its name.
            event: String,
            /// Its data.
            data: String,
        },
    };
    let declared = enums::declaration(&quote!(#comment #allow #derive #[non_exhaustive]), &name, &variants);
    let decoded = quote! {
        impl rt::NamedEvent for #name {
            fn decode(event: &str, data: &[u8]) -> Result<Self, UndecodedReason> {
                Ok(match event {
                    #(#arms)*
                    _ => Self::#unknown { event: event.to_owned(), data: rt::event_text(data)? },
                })
            }
        }
    };
    [Item::new(declared, needs), debug_impl(stream, &name, &unknown), Item::new(decoded, Needs::RUNTIME)]
}

/// `Debug` by hand, because undecoded data may be a credential.
fn debug_impl(stream: &Stream, name: &Ident, unknown: &Ident) -> Item {
    let arms = stream.events.iter().map(|event| match &event.ty {
        Some(_) => enums::shown(&event.name.rust),
        None => enums::measured(&event.name.rust),
    });
    let label = &stream.unknown;
    let other = quote! {
        Self::#unknown { event, .. } => f.debug_struct(#label).field("event", event).finish_non_exhaustive(),
    };
    let comment = "Shows no undecoded data, since it may be a credential.";
    Item::new(enums::debug(name, comment, arms.chain([other])), Needs::NONE)
}

/// The type of the stream.
pub(super) fn success_type(scene: &Scene<'_>, operation: &Operation, stream: &Stream) -> TokenStream {
    match stream.kind {
        StreamKind::Bytes => quote!(ByteStream),
        StreamKind::NamedEvents => {
            let event = render::ident(&operation.names.event);
            quote!(JsonStream<#event>)
        }
        StreamKind::Events | StreamKind::TextEvents | StreamKind::Lines | StreamKind::Sequence => {
            let item = scene.rust(stream.item.as_ref().unwrap_or(&Type::Any), Direction::Response, Viewpoint::Root);
            quote!(JsonStream<#item>)
        }
    }
}

/// The needs of the method.
pub(super) fn needs(scene: &Scene<'_>, stream: &Stream) -> Needs {
    let own = match stream.kind {
        StreamKind::Bytes => Needs::BYTE_STREAM,
        StreamKind::NamedEvents => Needs::JSON_STREAM,
        StreamKind::Events | StreamKind::TextEvents | StreamKind::Lines | StreamKind::Sequence => {
            Needs::JSON_STREAM | scene.needs(stream.item.as_ref().unwrap_or(&Type::Any))
        }
    };
    own | Needs::STREAM_CALL
}

/// The expression that makes the stream from an opened response.
pub(super) fn expression(stream: &Stream) -> TokenStream {
    match stream.kind {
        StreamKind::Bytes => quote!(rt::bytes(opened)),
        StreamKind::Events => quote!(rt::events(opened)),
        StreamKind::NamedEvents => quote!(rt::named_events(opened)),
        StreamKind::TextEvents => quote!(rt::text_events(opened)),
        StreamKind::Lines => quote!(rt::lines(opened)),
        StreamKind::Sequence => quote!(rt::sequence(opened)),
    }
}

pub(super) fn comment(scene: &Scene<'_>, operation: &Operation, stream: &Stream) -> TokenStream {
    let what = match stream.kind {
        StreamKind::Bytes => "bytes",
        StreamKind::Events | StreamKind::NamedEvents => "server-sent events",
        StreamKind::TextEvents => "server-sent events, whose data is text",
        StreamKind::Lines => "JSON lines",
        StreamKind::Sequence => "a sequence of JSON texts",
    };
    let first = format!("Streams the response of [`Client::{}`] as {what}.", operation.name.rust);
    if !scene.settings.docs {
        return docs::comment(&[first]);
    }
    docs::comment(&[
        first,
        "# Errors".to_owned(),
        format!(
            "Those of [`Client::{}`]; [`Error::Undecoded`] for a success that is not a stream.",
            operation.name.rust
        ),
    ])
}
