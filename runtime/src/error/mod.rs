//! The error of a call.

mod failure;
mod undecoded;

pub use failure::Failure;
pub use undecoded::{Undecoded, UndecodedReason};

use undecoded::StatusWithName;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::credential::TokenError;
use crate::rate_limit::{RateLimit, retry_after};
use crate::transport::TransportError;

/// The error of a call. `E` is the type that the operation declares for its failures.
///
/// `Display` and `Debug` have what the server says about a failure, see [`server_message`](Self::server_message). They show nothing
/// else of a body, decoded or not, no value of a header, and no URL: a server may repeat in its response what was sent to it.
#[non_exhaustive]
pub enum Error<E = Infallible> {
    /// An argument is invalid. Nothing was sent.
    InvalidArgument {
        /// The name of the argument.
        name: &'static str,
        /// Why it is invalid.
        reason: &'static str,
    },
    /// The operation needs a credential and there is none. Nothing was sent.
    MissingCredential {
        /// The security schemes that the operation accepts.
        schemes: &'static str,
    },
    /// A hook ended the call, with this text. Nothing was sent.
    Hook(String),
    /// The source of the bearer token has none. Nothing was sent.
    Token(TokenError),
    /// The body could not be encoded. Nothing was sent.
    Encode,
    /// The request did not get through, or no response came back.
    Transport(TransportError),
    /// The response is a failure that the operation declares.
    Failure(Box<Failure<E>>),
    /// The response is one that the operation does not declare, or it could not be read in full or decoded.
    Undecoded(Box<Undecoded>),
}

impl Error {
    /// The same error for an operation that declares failures.
    pub(crate) fn widen<E>(self) -> Error<E> {
        self.map_failure(|never| match never {})
    }
}

impl<E> Error<E> {
    /// The status of the response, if there is one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Error::Failure(failure) => Some(failure.status()),
            Error::Undecoded(undecoded) => Some(undecoded.status()),
            _ => None,
        }
    }

    /// The headers of the response, if there is one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Error::Failure(failure) => Some(failure.headers()),
            Error::Undecoded(undecoded) => Some(undecoded.headers()),
            _ => None,
        }
    }

    /// The body of the response, or what arrived of it, if there is a response.
    pub fn body(&self) -> Option<&[u8]> {
        match self {
            Error::Failure(failure) => Some(failure.body()),
            Error::Undecoded(undecoded) => Some(undecoded.body()),
            _ => None,
        }
    }

    /// The failure that the operation declares, if the response is one.
    ///
    /// ```
    /// # use openapi_smith_runtime::Error;
    /// # enum Conflict { Taken { by: String } }
    /// # fn example(error: &Error<Conflict>) {
    /// if let Some(Conflict::Taken { by }) = error.failure() {
    ///     println!("taken by {by}");
    /// }
    /// # }
    /// ```
    pub fn failure(&self) -> Option<&E> {
        match self {
            Error::Failure(failure) => Some(failure.value()),
            _ => None,
        }
    }

    /// What the server says about a failure, on one line of at most 200 characters: `detail` and `title` (RFC 9457), FastAPI's
    /// `detail`, `message`, `error` and `error_description` (RFC 6749), the first of `errors`, or the first line of a plain text.
    ///
    /// Credentials, parameters and properties that are secrets, and headers that the caller set, are replaced by `[redacted]` in
    /// it. `None` for a response with another body, with a status of success, and with `bodies_in_errors(false)` of the client's
    /// builder.
    pub fn server_message(&self) -> Option<&str> {
        match self {
            Error::Failure(failure) => failure.server_message(),
            Error::Undecoded(undecoded) => undecoded.server_message(),
            _ => None,
        }
    }

    /// The body of the response as JSON of a type of your own, such as the error object that a server sends and the document does
    /// not declare. `None` without a response.
    ///
    /// # Errors
    ///
    /// The body is not JSON, or does not have the type.
    pub fn body_json<T: DeserializeOwned>(&self) -> Option<serde_json::Result<T>> {
        self.body().map(serde_json::from_slice)
    }

    /// Whether time ran out, before the response or in the middle of it.
    pub fn is_timeout(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_timeout(),
            Error::Token(error) => error.is_timeout(),
            Error::Undecoded(undecoded) => {
                matches!(undecoded.reason(), UndecodedReason::Truncated { timed_out: true })
            }
            _ => false,
        }
    }

    /// How long the server asks to wait before the next attempt: `Retry-After`, in seconds or as a date, else
    /// `x-ratelimit-reset`.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?)
    }

    /// The rate limit that the server reports.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers()?)
    }

    /// Whether the same call may succeed a little later: no response came in full, or its status is 408, 429, 500, 502, 503
    /// or 504. Whether the operation is safe to repeat is another question.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_retryable(),
            Error::Undecoded(undecoded) if matches!(undecoded.reason(), UndecodedReason::Truncated { .. }) => true,
            _ => self.status().is_some_and(is_transient),
        }
    }

    /// The same error with another failure.
    pub fn map_failure<F>(self, into: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Error::InvalidArgument { name, reason } => Error::InvalidArgument { name, reason },
            Error::MissingCredential { schemes } => Error::MissingCredential { schemes },
            Error::Hook(text) => Error::Hook(text),
            Error::Token(error) => Error::Token(error),
            Error::Encode => Error::Encode,
            Error::Transport(error) => Error::Transport(error),
            Error::Failure(failure) => Error::Failure(Box::new(failure.map(into))),
            Error::Undecoded(undecoded) => Error::Undecoded(undecoded),
        }
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidArgument { name, reason } => {
                f.debug_struct("InvalidArgument").field("name", name).field("reason", reason).finish()
            }
            Error::MissingCredential { schemes } => {
                f.debug_struct("MissingCredential").field("schemes", schemes).finish()
            }
            Error::Hook(text) => f.debug_tuple("Hook").field(text).finish(),
            Error::Token(error) => f.debug_tuple("Token").field(error).finish(),
            Error::Encode => f.write_str("Encode"),
            Error::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
            Error::Failure(failure) => failure.fmt(f),
            Error::Undecoded(undecoded) => f.debug_tuple("Undecoded").field(undecoded).finish(),
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidArgument { name, reason } => write!(f, "invalid argument `{name}`: {reason}"),
            Error::MissingCredential { schemes } => write!(f, "no credential: the operation needs {schemes}"),
            Error::Hook(text) => write!(f, "refused by a hook: {text}"),
            Error::Encode => f.write_str("the body of the request could not be encoded"),
            Error::Token(error) => error.fmt(f),
            Error::Transport(error) => error.fmt(f),
            Error::Failure(failure) => {
                write!(f, "the server responded {}", StatusWithName(failure.status()))?;
                failure.server_message().map_or(Ok(()), |message| write!(f, ": {message}"))
            }
            Error::Undecoded(undecoded) => undecoded.fmt(f),
        }
    }
}

impl<E> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Its text is this error's own: the sources begin after it.
            Error::Transport(error) => std::error::Error::source(error),
            Error::Token(error) => std::error::Error::source(error),
            _ => None,
        }
    }
}

/// Whether the status is transient: 408, 429, 500, 502, 503 or 504. The same request may succeed a little later.
pub fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// The error of an attempt, as retries, hooks and spans see it. Implement it for errors of your own, with
/// [`Call::send_with`](crate::Call::send_with).
pub trait AttemptError: std::error::Error + 'static {
    /// The status of the response, if there is one.
    fn status(&self) -> Option<StatusCode>;

    /// The headers of the response, if there is one.
    fn headers(&self) -> Option<&HeaderMap>;

    /// Whether the same call may succeed a little later.
    fn is_retryable(&self) -> bool;

    /// What the attribute `error.type` of the span is, by OpenTelemetry's conventions.
    fn error_type(&self) -> Cow<'static, str>;
}

impl<E: 'static> AttemptError for Error<E> {
    fn status(&self) -> Option<StatusCode> {
        self.status()
    }

    fn headers(&self) -> Option<&HeaderMap> {
        self.headers()
    }

    fn is_retryable(&self) -> bool {
        self.is_retryable()
    }

    fn error_type(&self) -> Cow<'static, str> {
        match self {
            Error::InvalidArgument { .. } => "InvalidArgument".into(),
            Error::MissingCredential { .. } => "MissingCredential".into(),
            Error::Hook(_) => "Hook".into(),
            Error::Token(_) => "Token".into(),
            Error::Encode => "Encode".into(),
            Error::Transport(error) => format!("{:?}", error.kind()).into(),
            Error::Failure(failure) => failure.status().as_str().to_owned().into(),
            Error::Undecoded(undecoded) if undecoded.status().as_u16() >= 400 => {
                undecoded.status().as_str().to_owned().into()
            }
            Error::Undecoded(_) => "Undecoded".into(),
        }
    }
}
