//! A declared response before it is decoded.

use std::convert::{Infallible, identity};
use std::fmt;

use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use super::{Decode, Response};
use crate::error::{Error, Undecoded, UndecodedReason};

/// A declared response before it is decoded, of success or failure. `Debug` shows neither the body nor the value of a
/// header.
pub struct RawResponse<T, E = Infallible> {
    response: Response,
    decode: Decode<T, E>,
}

impl<T, E> RawResponse<T, E> {
    pub(crate) fn new(response: Response, decode: Decode<T, E>) -> Self {
        Self { response, decode }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.response.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.response.headers
    }

    /// The media type that the document declares for the response, empty if it declares none. The server's own is in the
    /// header `Content-Type`.
    pub fn media_type(&self) -> &'static str {
        self.response.declared.1
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        self.response.body.as_slice()
    }

    /// Status, headers and body.
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Vec<u8>) {
        (self.response.status, self.response.headers, self.response.body.into_vec())
    }

    /// Decodes the response as the call itself would.
    ///
    /// # Errors
    ///
    /// As the call itself.
    pub fn decode(self) -> Result<ResponseValue<T>, Error<E>> {
        (self.decode)(self.response)
    }

    /// Decodes the body of a success as JSON of a type of your own.
    ///
    /// # Errors
    ///
    /// The response is a failure, or the body does not fit the type. The error keeps the response.
    pub fn json<V: DeserializeOwned>(self) -> Result<ResponseValue<V>, Error<E>> {
        self.success(Response::json)
    }

    /// Decodes the body of a success as text.
    ///
    /// # Errors
    ///
    /// The response is a failure, or the body is not UTF-8. The error keeps the response.
    pub fn text(self) -> Result<ResponseValue<String>, Error<E>> {
        self.success(Response::raw_text)
    }

    fn success<V>(self, read: fn(&mut Response) -> Result<V, UndecodedReason>) -> Result<ResponseValue<V>, Error<E>> {
        if self.response.is_success() {
            return self.response.success(read, identity);
        }
        let (status, headers, body) = (self.status(), self.headers().clone(), self.body().to_vec());
        let message = self.response.message.clone();
        self.decode().and_then(|_| {
            let undecoded = Undecoded::new(status, headers, body, UndecodedReason::Status);
            Err(Error::Undecoded(Box::new(undecoded.with_message(message))))
        })
    }
}

impl<T, E> fmt::Debug for RawResponse<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status())
            .field("body_length", &self.body().len())
            .finish_non_exhaustive()
    }
}
