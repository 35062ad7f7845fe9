//! The method for the streamed response of an operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::Needs;
use super::types::{Direction, Viewpoint};
use super::{Scene, docs};
use crate::ir::{Operation, Stream, StreamKind, Type};

/// The type of the stream.
pub(super) fn success_type(scene: &Scene<'_>, stream: &Stream) -> TokenStream {
    match stream.kind {
        StreamKind::Bytes => quote!(ByteStream),
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
        StreamKind::TextEvents => quote!(rt::text_events(opened)),
        StreamKind::Lines => quote!(rt::lines(opened)),
        StreamKind::Sequence => quote!(rt::sequence(opened)),
    }
}

pub(super) fn comment(scene: &Scene<'_>, operation: &Operation, stream: &Stream) -> TokenStream {
    let what = match stream.kind {
        StreamKind::Bytes => "bytes",
        StreamKind::Events => "server-sent events",
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
