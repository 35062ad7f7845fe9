//! The items that generated modules use. Nothing else may use them: they can change in any minor version.
//!
//! A generated module reaches this crate by one path, so that a crate which re-exports the runtime can name it.

pub use progenitor_client::ResponseValue;
pub use reqwest::Method;
pub use reqwest::header::HeaderMap;
pub use serde;
pub use serde_json::Value;

pub use crate::call::{Call, Opened, StreamCall, call, call_with, open};
pub use crate::client::{Builder, ClientCore};
pub use crate::credential::Credential;
pub use crate::incoming::body as incoming_body;
pub use crate::json::adapters::{As, Lent, Plain, Read, Via, Write, lent, values};
pub use crate::json::bytes::BytesAsText;
pub use crate::json::input::{Input, JsonType};
pub use crate::json::integers::Integer;
pub use crate::json::misfit::{Misfit, misfit as json_misfit};
pub use crate::json::object::{
    FromProperties, InBox, PropertiesOf, PropertyName, field_name, ignore, keep, missing, property,
};
pub use crate::json::secret_serde::{Exposed, SecretInClear};
pub use crate::json::shape::{self, Presence, Shape};
pub use crate::json::spare::Spare;
pub use crate::json::union::{self, Union};
pub use crate::operation::{Api, Carrier, Operation, Scheme};
pub use crate::pagination::{End, Next, Pages, Pagination, pages};
#[cfg(feature = "multipart")]
pub use crate::request::Parts;
pub use crate::request::{Location, Parameter, Request, Style, json_text, text};
pub use crate::response::stream::{
    NamedEvent, bytes, event_json, event_text, events, lines, named_events, sequence, text_events,
};
pub use crate::response::{HeaderForm, Headers, Response, Source};
pub use crate::{
    __client as client, __credential as credential, __decoded as decoded, __decoded_type as decoded_type,
    __entry as entry, __object as object, __open_enum as open_enum, __open_integer as open_integer,
    __operation_servers as operation_servers, __redacted_debug as redacted_debug, __taken as taken,
    __unboxed as unboxed, __write as write,
};
pub use std::convert::identity;

/// The version of this interface: the first two numbers of the crate's version.
const INTERFACE: (u32, u32) = (0, 1);

/// Stops the build of a module that was generated for another version of this interface.
///
/// # Panics
///
/// At compile time, where the versions differ.
pub const fn assert_version(major: u32, minor: u32) {
    assert!(
        major == INTERFACE.0 && minor == INTERFACE.1,
        "this module was generated for another version of openapi-smith-runtime: use the versions of openapi-smith and \
         openapi-smith-runtime that belong together, and generate it again"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_has_the_version_of_the_crate() {
        let (major, minor) = INTERFACE;
        assert!(env!("CARGO_PKG_VERSION").starts_with(&format!("{major}.{minor}.")));
        assert_version(major, minor);
    }
}
