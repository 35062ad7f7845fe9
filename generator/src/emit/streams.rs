//! The second method of an operation whose answer can be read while it comes.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Form, Place};
use super::{Scene, docs};
use crate::ir::{Operation, Stream, StreamKind, Type};

/// What the method gives.
pub(super) fn success_type(scene: &Scene<'_>, stream: &Stream) -> TokenStream {
    match stream.kind {
        StreamKind::Bytes => quote!(ByteStream),
        StreamKind::Events | StreamKind::Lines => {
            let item = scene.rust(stream.item.as_ref().unwrap_or(&Type::Any), Form::Answer, Place::Root);
            quote!(JsonStream<#item>)
        }
    }
}

/// The expression that makes it of a response and a limit.
pub(super) fn made(stream: &Stream) -> TokenStream {
    match stream.kind {
        StreamKind::Bytes => quote!(ResponseValue::stream(opened.0)),
        StreamKind::Events => quote!(support::stream::events(opened)),
        StreamKind::Lines => quote!(support::stream::lines(opened)),
    }
}

pub(super) fn comment(scene: &Scene<'_>, operation: &Operation, stream: &Stream) -> TokenStream {
    let what = match stream.kind {
        StreamKind::Bytes => "its bytes",
        StreamKind::Events => "one server-sent event after the other",
        StreamKind::Lines => "one line after the other",
    };
    let first = format!("As [`Client::{}`], but the answer is read while it comes: {what}.", operation.name.rust);
    if !scene.settings.docs {
        return docs::comment(&[first]);
    }
    docs::comment(&[
        first,
        "# Errors".to_owned(),
        "The same. A wanted answer that is not a stream comes as [`Error::Undecoded`].".to_owned(),
    ])
}
