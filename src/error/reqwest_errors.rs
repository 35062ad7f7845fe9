//! What reqwest says of a call that failed: what became of it, and the faults that no further attempt would mend.

use std::error::Error;

use super::remedies;
use crate::error::ErrorKind;
use crate::operation::Operation;

/// A failure that no further attempt would mend.
pub(crate) enum Fault {
    /// Bytes came that are not HTTP: another protocol is spoken at this port, or a head that does not end.
    NotHttp,
    /// The certificate of the server is not one to be trusted.
    Certificate,
}

impl Fault {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::NotHttp => ErrorKind::UnexpectedResponse,
            Self::Certificate => ErrorKind::Connect,
        }
    }

    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::NotHttp => "the answer is not http, or its headers are too many or too large",
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

/// What became of a call to which no whole answer came: its kind, in words, and the fault where that is the reason.
pub(crate) fn told(error: &reqwest::Error) -> (ErrorKind, &'static str, Option<Fault>) {
    if let Some(fault) = of(error) {
        return (fault.kind(), fault.message(), Some(fault));
    }
    let (kind, message) = if error.is_timeout() {
        (ErrorKind::Timeout, if error.is_connect() { "connecting took too long" } else { "the call took too long" })
    } else if error.is_connect() {
        (ErrorKind::Connect, "no connection to the server")
    } else if error.is_builder() {
        (ErrorKind::InvalidInput, "the request cannot be built")
    } else {
        (ErrorKind::Transport, "the connection was lost before the answer was complete")
    };
    (kind, message, None)
}

/// Looks for one of them among the reasons of the error.
///
/// reqwest has no words for them, so it is looked for by hyper's and rustls's own types. Should reqwest come to build on
/// another version of these, the failures look like any lost connection again; the tests of the faults would tell.
pub(crate) fn of(error: &reqwest::Error) -> Option<Fault> {
    let mut next = error.source();
    while let Some(reason) = next {
        if reason.downcast_ref().is_some_and(hyper::Error::is_parse) {
            return Some(Fault::NotHttp);
        }
        if is_certificate(reason) {
            return Some(Fault::Certificate);
        }
        next = reason.source();
    }
    None
}

#[cfg(feature = "rustls")]
fn is_certificate(reason: &(dyn Error + 'static)) -> bool {
    // What is inside an io error is not among its sources, but in it.
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
