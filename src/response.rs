//! [`Response`]: a decoded value with the status and the headers of its response.

use std::convert::Infallible;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::api::ResponseValue;
use openapi_smith_runtime::RateLimit;

/// The result of `send_with_response()`: the decoded value, with the status and the headers of the response.
pub struct Response<T> {
    // Kept whole, since status and headers can only be copied out of it.
    inner: ResponseValue<T>,
}

impl<T> Response<T> {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, value: T) -> Self {
        Self { inner: ResponseValue::new(value, status, headers) }
    }

    pub(crate) fn from_api(inner: ResponseValue<T>) -> Self {
        Self { inner }
    }

    pub(crate) fn into_inner(self) -> ResponseValue<T> {
        self.inner
    }

    pub(crate) fn map<U: fmt::Debug>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        let Ok(inner) = self.inner.map::<_, _, Infallible>(f);
        Response { inner }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// The rate limit as the Ory Network reports it; `None` from a self-hosted server.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers())
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.inner
    }

    /// The value, without the rest.
    #[must_use]
    pub fn into_value(self) -> T {
        self.inner.into_inner()
    }
}

impl<T: Clone> Clone for Response<T> {
    fn clone(&self) -> Self {
        Self::new(self.status(), self.headers().clone(), self.value().clone())
    }
}

/// Shows the names of the headers, never their values: `Set-Cookie` and `Location` carry secrets.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("headers", &self.headers().keys().collect::<Vec<_>>())
            .field("value", self.value())
            .finish()
    }
}
