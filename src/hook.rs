//! [`Hook`]: observes each attempt of each call, and may add headers.

use std::fmt;
use std::future::ready;
use std::time::Duration;

use openapi_smith_runtime as runtime;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Request, StatusCode, Url};
use runtime::{BoxError, BoxFuture, RateLimit};

use crate::error::{Error, ErrorKind};
use crate::headers::Headers;
use crate::operation::Operation;

/// Observes each attempt of each call; set with [`ClientBuilder::hook`](crate::ClientBuilder::hook).
///
/// A hook sees the operation and its result, but no tokens, ids, bodies or header values, so its records hold no secrets. It runs
/// synchronously in the request path; keep it fast.
///
/// Metrics, in the names of OpenTelemetry, are a hook of a few lines:
///
/// ```
/// use ory_oidc::{AttemptEnded, Client, Hook};
///
/// struct Metrics;
///
/// impl Hook for Metrics {
///     fn after(&self, attempt: &AttemptEnded<'_>) {
///         let labels = [
///             ("http.request.method", attempt.operation().method().to_owned()),
///             ("url.template", attempt.operation().path().to_owned()),
///             ("http.response.status_code", attempt.status().map_or(String::new(), |status| status.as_u16().to_string())),
///             ("error.type", attempt.error().map_or(String::new(), |kind| format!("{kind:?}"))),
///         ];
///         # fn record(name: &str, seconds: f64, labels: &[(&str, String)]) {}
///         record("http.client.request.duration", attempt.duration().as_secs_f64(), &labels);
///     }
/// }
///
/// let ory = Client::builder("https://slug.projects.oryapis.com").hook(Metrics).build()?;
/// # Ok::<(), ory_oidc::Error>(())
/// ```
pub trait Hook: Send + Sync {
    /// Called just before the request is sent, after all checks of its arguments.
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        let _ = attempt;
    }

    /// Called at the end of the attempt: with a decoded response, with an error, or because the caller dropped the future.
    fn after(&self, attempt: &AttemptEnded<'_>) {
        let _ = attempt;
    }
}

/// An attempt that is about to be sent; see [`Hook::before`].
#[doc(alias = "BeforeAttempt")]
pub struct AttemptStarted<'a> {
    operation: Operation,
    number: u32,
    headers: &'a mut Headers,
}

impl AttemptStarted<'_> {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The number of the attempt within its call, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Sends a header with this attempt, in place of the client's or the call's of the same name: a `traceparent`, for example.
    ///
    /// The rules of [`ClientBuilder::default_header`](crate::ClientBuilder::default_header) hold; an invalid header ends the call with
    /// [`InvalidInput`](ErrorKind::InvalidInput). It is not sent with a request for the issuer's keys at another server than that of the
    /// base URL.
    pub fn header<N, V>(&mut self, name: N, value: V)
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        self.headers.set(name, value);
    }
}

/// Shows the operation and the number.
impl fmt::Debug for AttemptStarted<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptStarted")
            .field("operation", &self.operation)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// A finished attempt; see [`Hook::after`].
#[doc(alias = "AfterAttempt")]
pub struct AttemptEnded<'a> {
    operation: Operation,
    attempt: &'a runtime::AttemptEnded<'a>,
}

impl AttemptEnded<'_> {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The number of the attempt within its call, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.attempt.number()
    }

    /// The duration, from just before sending until the response was decoded.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.attempt.duration()
    }

    /// The status of the response, if there was one. A 4xx is not always an error: the nonce of a credential has status 400.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.attempt.status()
    }

    /// The kind of the error; `None` for a success, for a cancelled attempt, and for a call of
    /// [`Client::api`](crate::Client::api), whose errors have no kind.
    #[must_use]
    pub fn error(&self) -> Option<ErrorKind> {
        self.attempt.error()?.downcast_ref::<Error>().map(Error::kind)
    }

    /// The rate limit as the Ory Network reports it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.attempt.rate_limit()
    }

    /// Whether there will be another attempt.
    #[must_use]
    #[doc(alias = "is_repeated")]
    pub fn will_retry(&self) -> bool {
        self.attempt.will_retry()
    }

    /// Whether the future was dropped before the end of the attempt. It is unknown then whether the request took effect.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.attempt.is_cancelled()
    }
}

impl fmt::Debug for AttemptEnded<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptEnded")
            .field("operation", &self.operation)
            .field("number", &self.number())
            .field("duration", &self.duration())
            .field("status", &self.status())
            .field("error", &self.error())
            .field("will_retry", &self.will_retry())
            .finish_non_exhaustive()
    }
}

/// A [`Hook`] of the client underneath.
pub(crate) struct Adapter<H> {
    pub(crate) hook: H,
    /// The base URL of the client, as it was given.
    pub(crate) base_url: String,
}

impl<H> Adapter<H> {
    /// Whether the request goes to the server at the base URL. Only the issuer's keys may be elsewhere.
    fn is_at_home(&self, operation: Operation, request: &Request) -> bool {
        operation != Operation::DiscoverJsonWebKeys
            || Url::parse(&self.base_url).is_ok_and(|base_url| base_url.origin() == request.url().origin())
    }
}

impl<H: Hook> runtime::Hook for Adapter<H> {
    fn before<'a>(&'a self, attempt: &'a mut runtime::AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        let Some(operation) = Operation::of_id(attempt.operation_id()) else { return Box::pin(ready(Ok(()))) };
        let (number, mut headers) = (attempt.number(), Headers::default());
        self.hook.before(&mut AttemptStarted { operation, number, headers: &mut headers });
        if !self.is_at_home(operation, attempt.request()) {
            return Box::pin(ready(Ok(())));
        }
        let added = headers.checked().map_err(BoxError::from);
        let added = added.map(|added| {
            for (name, value) in added {
                attempt.request_mut().headers_mut().insert(name.clone(), value.clone());
            }
        });
        Box::pin(ready(added))
    }

    fn after(&self, attempt: &runtime::AttemptEnded<'_>) {
        if let Some(operation) = Operation::of_id(attempt.operation_id()) {
            self.hook.after(&AttemptEnded { operation, attempt });
        }
    }
}
