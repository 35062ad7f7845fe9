//! Why a call has no value.

use std::convert::Infallible;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::response::{Failure, StatusWithName, Undecoded, UndecodedReason};

/// Why a call has no value. `E` is the type that the operation declares for its failures.
///
/// Neither `Debug` nor `Display` shows a body, decoded or not, the value of a header, or a URL: a server may repeat in its
/// response what was sent to it.
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
    /// A hook ended the call, with this text.
    Hook(String),
    /// The body could not be encoded. Nothing was sent.
    Encode,
    /// The request did not get through, or no response came back.
    Transport(reqwest::Error),
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
            Error::Transport(error) => error.status(),
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

    /// Whether time ran out, before the response or in the middle of it.
    pub fn is_timeout(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_timeout(),
            Error::Undecoded(undecoded) => {
                matches!(undecoded.reason(), UndecodedReason::Truncated { timed_out: true })
            }
            _ => false,
        }
    }

    /// Whether the same call may succeed a little later: there was no connection, or the status is 408, 429, 502, 503 or
    /// 504. Whether the operation is safe to repeat is another question.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_connect(),
            _ => self.status().is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)),
        }
    }

    /// The same error with another failure.
    pub fn map_failure<F>(self, into: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Error::InvalidArgument { name, reason } => Error::InvalidArgument { name, reason },
            Error::MissingCredential { schemes } => Error::MissingCredential { schemes },
            Error::Hook(text) => Error::Hook(text),
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
            Error::Transport(error) if error.is_timeout() => f.write_str("no response in time"),
            Error::Transport(error) if error.is_connect() => f.write_str("no connection to the server"),
            Error::Transport(_) => f.write_str("the request failed before a response came"),
            Error::Failure(failure) => write!(f, "the server responded {}", StatusWithName(failure.status())),
            Error::Undecoded(undecoded) => undecoded.fmt(f),
        }
    }
}

impl<E> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Transport(error) => Some(error),
            _ => None,
        }
    }
}
