//! [`Response`]: a value together with the status and the headers it came with.

use std::convert::Infallible;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::api::ResponseValue;
use crate::rate_limit::RateLimit;

/// What `send_with_response()` gives: the value, and the status and headers of the answer it was made from.
pub struct Response<T> {
    // As it came, since status and headers cannot be taken out of it, only copied.
    answer: ResponseValue<T>,
}

impl<T> Response<T> {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, value: T) -> Self {
        Self { answer: ResponseValue::new(value, status, headers) }
    }

    pub(crate) fn from_api(answer: ResponseValue<T>) -> Self {
        Self { answer }
    }

    pub(crate) fn map<U: fmt::Debug>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        let Ok(answer) = self.answer.map::<_, _, Infallible>(f);
        Response { answer }
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    /// The rate limit as the Ory Network reports it; `None` from a self-hosted server.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers())
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.answer
    }

    /// The value, without the rest.
    #[must_use]
    pub fn into_value(self) -> T {
        self.answer.into_inner()
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
