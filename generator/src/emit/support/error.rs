//! Everything that can come of a call except the wanted answer.

use std::convert::Infallible;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::failure::Failure;
use super::undecoded::{InWords, Undecoded, UndecodedReason};

/// Everything that can come of a call except the wanted answer. `E` is what the operation declares for its failures.
///
/// Neither `Debug` nor `Display` shows a body, decoded or not, the value of a header, or an address: a server may repeat
/// in its answer what was sent to it.
#[non_exhaustive]
pub enum Error<E = Infallible> {
    /// An argument was refused before anything was sent.
    Argument {
        /// Which one.
        name: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The operation needs a credential and there is none. Nothing was sent.
    MissingCredential {
        /// The security schemes that would do.
        schemes: &'static str,
    },
    /// A hook refused, with this text.
    Hook(String),
    /// The body could not be written. Nothing was sent.
    Encode,
    /// The request did not get through, or no answer came back.
    Transport(reqwest::Error),
    /// The server answered with a failure that the operation declares.
    Failure(Box<Failure<E>>),
    /// The server answered with something that the operation does not declare, or that could not be read in full.
    Undecoded(Box<Undecoded>),
}

/// An error without a declared failure, as the shared code makes it.
pub(crate) type Fault = Error<Infallible>;

impl Fault {
    /// The same for an operation that declares failures.
    pub(crate) fn widen<E>(self) -> Error<E> {
        self.map_failure(|never| match never {})
    }
}

impl<E> Error<E> {
    /// The status of the answer, where one came.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Error::Failure(failure) => Some(failure.status()),
            Error::Undecoded(undecoded) => Some(undecoded.status()),
            Error::Transport(error) => error.status(),
            _ => None,
        }
    }

    /// The headers of the answer, where one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Error::Failure(failure) => Some(failure.headers()),
            Error::Undecoded(undecoded) => Some(undecoded.headers()),
            _ => None,
        }
    }

    /// Whether time ran out, before the answer or in the middle of it.
    pub fn is_timeout(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_timeout(),
            Error::Undecoded(undecoded) => matches!(undecoded.reason(), UndecodedReason::Cut { timed_out: true }),
            _ => false,
        }
    }

    /// Whether the same call may succeed a little later: no connection, or a status that says so (408, 429, 502, 503,
    /// 504). It does not say that the operation is safe to repeat.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_connect(),
            _ => self.status().is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)),
        }
    }

    /// The same error with another failure.
    pub fn map_failure<F>(self, into: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Error::Argument { name, reason } => Error::Argument { name, reason },
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
            Error::Argument { name, reason } => {
                f.debug_struct("Argument").field("name", name).field("reason", reason).finish()
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
            Error::Argument { name, reason } => write!(f, "argument `{name}` was refused: {reason}"),
            Error::MissingCredential { schemes } => write!(f, "no credential: the operation needs {schemes}"),
            Error::Hook(text) => write!(f, "refused by a hook: {text}"),
            Error::Encode => f.write_str("the body of the request could not be written"),
            Error::Transport(error) if error.is_timeout() => f.write_str("no answer in time"),
            Error::Transport(error) if error.is_connect() => f.write_str("no connection to the server"),
            Error::Transport(_) => f.write_str("the request failed before an answer came"),
            Error::Failure(failure) => write!(f, "the server answered {}", InWords(failure.status())),
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
