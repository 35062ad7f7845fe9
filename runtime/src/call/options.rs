//! The options of one call.

use std::fmt;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::credential::Credential;

/// The options of one call. Start from [`CallOptions::new`] and chain.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) headers: HeaderMap,
    pub(crate) credential: Option<Credential>,
    pub(crate) response_limit: Option<u64>,
}

impl CallOptions {
    /// No options: everything as the client has it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the call may take, from connecting to the last byte of the response.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends a header. It replaces the header of this name that the operation would send.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        // It may be a cookie: `Debug` of the request must not show it.
        value.set_sensitive(true);
        self.headers.append(name, value);
        self
    }

    /// The headers to send, to change them in place. Mark the values that are secrets as sensitive.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The timeout of the call, if it has one of its own.
    pub fn get_timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Sends this credential in place of the client's.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// How many bytes the body of the response may have.
    #[must_use]
    pub fn response_limit(mut self, bytes: u64) -> Self {
        self.response_limit = Some(bytes);
        self
    }
}

/// Shows the names of headers, and no value.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("credential", &self.credential)
            .field("response_limit", &self.response_limit)
            .finish()
    }
}
