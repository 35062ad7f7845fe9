//! Hooks: code of the user that runs before and after each attempt of each call of a client.

use std::error::Error;
use std::fmt;
use std::future::ready;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Request, StatusCode};

use crate::boxed::{BoxError, BoxFuture};
use crate::operation::Operation;
use crate::rate_limit::RateLimit;

/// Code that runs before and after each attempt; given to a client by `ClientBuilder::hook`.
///
/// Both methods do nothing unless they are written.
///
/// ```
/// use openapi_smith_runtime::reqwest::header::HeaderValue;
/// use openapi_smith_runtime::{AttemptEnded, AttemptStarted, BoxError, BoxFuture, Hook};
///
/// struct Named;
///
/// impl Hook for Named {
///     fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
///         Box::pin(async move {
///             let name = HeaderValue::from_static(attempt.operation_id());
///             attempt.request_mut().headers_mut().insert("x-operation", name);
///             Ok(())
///         })
///     }
///
///     fn after(&self, attempt: &AttemptEnded<'_>) {
///         println!("{} {:?} in {:?}", attempt.operation_id(), attempt.status(), attempt.duration());
///     }
/// }
/// ```
pub trait Hook: Send + Sync {
    /// Runs before the request is sent, and may change it. An `Err` ends the call with
    /// [`Error::Hook`](crate::Error::Hook), which shows its text; nothing is sent then.
    fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        let _ = attempt;
        Box::pin(ready(Ok(())))
    }

    /// Runs once for each `before`: when the response is decoded, when there is an error, or when the caller dropped the
    /// future. For a stream: when its head has arrived.
    fn after(&self, attempt: &AttemptEnded<'_>) {
        let _ = attempt;
    }
}

/// An attempt that is about to be sent; see [`Hook::before`].
pub struct AttemptStarted<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) path: &'static str,
    pub(crate) number: u32,
    pub(crate) request: &'a mut Request,
}

impl AttemptStarted<'_> {
    /// The `operationId`.
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The path as the document writes it, with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The number of the attempt within its call, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The request.
    pub fn request(&self) -> &Request {
        self.request
    }

    /// The request, to change it.
    pub fn request_mut(&mut self) -> &mut Request {
        self.request
    }
}

/// Shows nothing of the request: its URL and headers may hold secrets.
impl fmt::Debug for AttemptStarted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptStarted")
            .field("operation_id", &self.operation.id)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// An attempt that ended; see [`Hook::after`].
pub struct AttemptEnded<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) path: &'static str,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) error: Option<&'a (dyn Error + 'static)>,
    pub(crate) will_retry: bool,
}

impl AttemptEnded<'_> {
    /// The `operationId`.
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        self.operation.method
    }

    /// The path as the document writes it, with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The number of the attempt within its call, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The duration, from just before sending until the response was decoded.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.headers
    }

    /// The rate limit that the server reports.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers?)
    }

    /// The error of the attempt: an [`Error`](crate::Error) of the operation, to be downcast. `None` for a success, for a
    /// cancelled attempt, and for a failure that is not decoded because the call is retried.
    pub fn error(&self) -> Option<&(dyn Error + 'static)> {
        self.error
    }

    /// Whether there will be another attempt.
    pub fn will_retry(&self) -> bool {
        self.will_retry
    }

    /// Whether the future was dropped before the end of the attempt. It is unknown then whether the request took effect.
    pub fn is_cancelled(&self) -> bool {
        self.status.is_none() && self.error.is_none()
    }
}

impl fmt::Debug for AttemptEnded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptEnded")
            .field("operation_id", &self.operation.id)
            .field("number", &self.number)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .field("will_retry", &self.will_retry)
            .finish_non_exhaustive()
    }
}
