//! [`Hook`]: what a program wants to know of each attempt, and headers that it wants to add.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::call::Headers;
use crate::error::ErrorKind;
use crate::operation::Operation;
use crate::rate_limit::RateLimit;

/// Is called before and after each attempt of each call; given to [`ClientBuilder::hook`](crate::ClientBuilder::hook).
///
/// A hook sees which operation it is, and what came of it: no tokens, ids, bodies or header values, so that whatever it writes
/// down holds no secret. Both methods are called on the way of the call and should not take long; what takes long belongs in a
/// channel.
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
    /// Is called when everything that can be refused without sending it has been, just before the request goes out.
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        let _ = attempt;
    }

    /// Is called when the attempt is over: with an answer that was read and decoded, with an error, or because the caller no
    /// longer waits for it.
    fn after(&self, attempt: &AttemptEnded<'_>) {
        let _ = attempt;
    }
}

/// An attempt that is about to be made; see [`Hook::before`].
pub struct AttemptStarted<'a> {
    pub(crate) operation: Operation,
    pub(crate) number: u32,
    pub(crate) headers: &'a mut Headers,
}

impl AttemptStarted<'_> {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Which attempt of its call this is, from 1 on.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Sends a header with this attempt, in place of the client's or the call's of the same name: a `traceparent`, for example.
    ///
    /// The rules of [`ClientBuilder::default_header`](crate::ClientBuilder::default_header) hold; what breaks them ends the call
    /// with [`InvalidInput`](ErrorKind::InvalidInput).
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

/// An attempt that is over; see [`Hook::after`].
pub struct AttemptEnded<'a> {
    pub(crate) operation: Operation,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
    pub(crate) status: Option<StatusCode>,
    pub(crate) error: Option<ErrorKind>,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) repeated: bool,
}

impl AttemptEnded<'_> {
    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Which attempt of its call this was, from 1 on.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long it took, from just before it was sent until the answer was decoded.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The status of the answer, if there was one. A status of 4xx is not always an error: the nonce of a credential comes with
    /// a 400.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// What kind of error it ended with; `None` for a success, and where nobody waited for the end.
    #[must_use]
    pub fn error(&self) -> Option<ErrorKind> {
        self.error
    }

    /// The rate limit as the Ory Network reports it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers?)
    }

    /// Whether there will be another attempt.
    #[must_use]
    pub fn will_retry(&self) -> bool {
        self.repeated
    }

    /// Whether the future was dropped before the attempt was over. Whether the server has done something is not known then.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status.is_none() && self.error.is_none()
    }
}

impl fmt::Debug for AttemptEnded<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptEnded")
            .field("operation", &self.operation)
            .field("number", &self.number)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .field("error", &self.error)
            .field("repeated", &self.repeated)
            .finish_non_exhaustive()
    }
}
