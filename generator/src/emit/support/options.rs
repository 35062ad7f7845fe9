//! What a caller decides for one call.

use std::fmt;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
// when credentials

use super::credential::Credential;
// end

/// What a caller decides for one call. Start from [`CallOptions::new`] and chain.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) headers: HeaderMap,
    // when credentials
    pub(crate) credential: Option<Credential>,
    // end
    pub(crate) response_limit: Option<u64>,
}

impl CallOptions {
    /// Everything as the client has it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the call may take, from connecting to the last byte of the answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends a header, in place of what the operation would send under this name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        // It may be a cookie: not to be shown by whoever shows the request.
        value.set_sensitive(true);
        self.headers.append(name, value);
        self
    }
    // when credentials

    /// Presents this credential in place of the client's.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }
    // end

    /// How many bytes the body of the answer may have.
    #[must_use]
    pub fn response_limit(mut self, bytes: u64) -> Self {
        self.response_limit = Some(bytes);
        self
    }
}

impl fmt::Debug for CallOptions {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CallOptions");
        shown.field("timeout", &self.timeout);
        shown.field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>());
        // when credentials
        shown.field("credential", &self.credential);
        // end
        shown.field("response_limit", &self.response_limit).finish()
    }
}
