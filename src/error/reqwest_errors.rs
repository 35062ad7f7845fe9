//! Classifies reqwest's errors: the kind of the failure, and whether it is permanent.

use std::error::Error;

use super::remedies;
use crate::error::ErrorKind;
use crate::operation::Operation;

/// A permanent failure: a retry would fail in the same way.
pub(crate) enum PermanentFailure {
    /// The response is not HTTP: the port speaks another protocol, or the head is too long.
    NotHttp,
    /// The certificate of the server is not trusted.
    Certificate,
}

impl PermanentFailure {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::NotHttp => ErrorKind::UnexpectedResponse,
            Self::Certificate => ErrorKind::Connect,
        }
    }

    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::NotHttp => "the response is not HTTP, or its headers are too many or too large",
            Self::Certificate => "no connection to the server: its certificate is not accepted",
        }
    }

    pub(crate) fn hint(&self, operation: Operation) -> Option<&'static str> {
        match self {
            Self::NotHttp => remedies::for_no_http(operation),
            Self::Certificate => Some(
                "nothing was sent: check the host of the base url, the clock, and that the system trusts the issuer of the \
                 certificate",
            ),
        }
    }
}

/// The kind and the message of a call without a complete response, and the permanent failure if that is the reason.
pub(crate) fn classify(error: &reqwest::Error) -> (ErrorKind, &'static str, Option<PermanentFailure>) {
    if let Some(failure) = permanent(error) {
        return (failure.kind(), failure.message(), Some(failure));
    }
    let (kind, message) = if error.is_timeout() {
        (ErrorKind::Timeout, if error.is_connect() { "connecting took too long" } else { "the call took too long" })
    } else if error.is_connect() {
        (ErrorKind::Connect, "no connection to the server")
    } else if error.is_builder() {
        (ErrorKind::InvalidInput, "the request cannot be built")
    } else {
        (ErrorKind::Transport, "the connection was lost before the response was complete")
    };
    (kind, message, None)
}

/// Looks for a permanent failure among the sources of the error.
///
/// reqwest does not report them, so this function looks for hyper's and rustls's own types. If reqwest builds on other versions
/// of these crates, the failures look like lost connections, and `tests/faults` fails.
fn permanent(error: &reqwest::Error) -> Option<PermanentFailure> {
    let mut next = error.source();
    while let Some(reason) = next {
        if reason.downcast_ref().is_some_and(hyper::Error::is_parse) {
            return Some(PermanentFailure::NotHttp);
        }
        if is_certificate(reason) {
            return Some(PermanentFailure::Certificate);
        }
        next = reason.source();
    }
    None
}

#[cfg(feature = "rustls")]
fn is_certificate(reason: &(dyn Error + 'static)) -> bool {
    // The inner error of an io error is not one of its sources.
    let inside = reason.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let inside = inside.map(|inside| inside as &(dyn Error + 'static));
    match inside.unwrap_or(reason).downcast_ref::<rustls::Error>() {
        Some(error) => matches!(error, rustls::Error::InvalidCertificate(_)),
        None => inside.is_some_and(is_certificate),
    }
}

#[cfg(not(feature = "rustls"))]
fn is_certificate(_: &(dyn Error + 'static)) -> bool {
    false
}
