//! A failure that the operation declares.

use std::fmt;
use std::ops::Deref;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// A failure that the operation declares: the decoded value, and the response it was decoded from.
///
/// It derefs to the value. `Debug` shows the status and what the server says about the failure, not the value: a server may
/// repeat in it what was sent to it.
pub struct Failure<E> {
    pub(crate) value: E,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) message: Option<Box<str>>,
}

impl<E> Failure<E> {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came, with what its type does not declare.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What the server says about the failure; see [`Error::server_message`](crate::Error::server_message).
    pub fn server_message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The decoded value.
    pub fn value(&self) -> &E {
        &self.value
    }

    /// The decoded value.
    pub fn into_value(self) -> E {
        self.value
    }

    /// Status, headers and body.
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Vec<u8>) {
        (self.status, self.headers, self.body)
    }

    /// The same failure with another value.
    pub(crate) fn map<F>(self, into: impl FnOnce(E) -> F) -> Failure<F> {
        let Self { value, status, headers, body, message } = self;
        Failure { value: into(value), status, headers, body, message }
    }
}

impl<E> Deref for Failure<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.value
    }
}

impl<E> fmt::Debug for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Failure");
        shown.field("status", &self.status).field("server_message", &self.message).finish_non_exhaustive()
    }
}
