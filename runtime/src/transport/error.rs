//! [`TransportError`]: why a request has no response, and whether a retry can help.

use std::error::Error;
use std::fmt;

use crate::boxed::BoxError;

/// Why a request has no response.
///
/// Neither `Debug` nor `Display` shows a URL, whose query may hold a secret. The error of the transport is its
/// [`source`](Error::source); an error of reqwest lost its URL there.
pub struct TransportError {
    kind: TransportErrorKind,
    source: BoxError,
}

/// What kind of failure a [`TransportError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request, or the HTTP client for it, could not be built; nothing was sent.
    Invalid,
    /// The call was not awaited in a runtime of tokio; nothing was sent.
    NoRuntime,
    /// No connection could be opened; nothing was sent.
    Connect,
    /// Opening a connection took too long; nothing was sent.
    ConnectTimeout,
    /// The certificate of the server is not trusted; nothing was sent.
    Certificate,
    /// The proxy opened no connection to the server: it is down, or refuses to; nothing was sent.
    Proxy,
    /// The proxy wants credentials; nothing was sent.
    ProxyCredentials,
    /// The response is not HTTP: the port speaks another protocol, or the head is too long.
    NotHttp,
    /// The time of the call ran out.
    Timeout,
    /// The connection was lost before a response came.
    Lost,
    /// A test double has no response for the call.
    Unexpected,
    /// A call without async was made inside of async code; nothing was sent.
    Blocking,
}

impl TransportError {
    /// Makes one of the error of a transport. The kind follows from the errors of reqwest, hyper and rustls among its sources.
    pub fn new(source: impl Into<BoxError>) -> Self {
        // The URL may carry a secret in its query.
        let source = match source.into().downcast::<reqwest::Error>() {
            Ok(error) => BoxError::from(error.without_url()),
            Err(other) => other,
        };
        Self { kind: kind(&*source), source }
    }

    /// The HTTP client for the request cannot be built.
    pub(crate) fn unbuilt(source: impl Into<BoxError>) -> Self {
        Self { kind: TransportErrorKind::Invalid, source: source.into() }
    }

    /// The future is polled outside of a runtime of tokio.
    pub(crate) fn no_runtime(source: impl Into<BoxError>) -> Self {
        Self { kind: TransportErrorKind::NoRuntime, source: source.into() }
    }

    pub(crate) fn timeout(source: impl Into<BoxError>) -> Self {
        Self { kind: TransportErrorKind::Timeout, source: source.into() }
    }

    /// A test double has no response for the call. The text may be shown.
    #[cfg(feature = "testing")]
    pub(crate) fn unexpected(source: impl Into<BoxError>) -> Self {
        Self { kind: TransportErrorKind::Unexpected, source: source.into() }
    }

    /// A failure of this kind.
    #[cfg(any(feature = "blocking", feature = "testing"))]
    pub(crate) fn of_kind(kind: TransportErrorKind, source: impl Into<BoxError>) -> Self {
        Self { kind, source: source.into() }
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The error of the transport.
    pub fn into_source(self) -> BoxError {
        self.source
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, TransportErrorKind::ConnectTimeout | TransportErrorKind::Timeout)
    }

    /// Whether the request may have reached the server.
    pub fn was_sent(&self) -> bool {
        matches!(self.kind, TransportErrorKind::NotHttp | TransportErrorKind::Timeout | TransportErrorKind::Lost)
    }

    /// Whether the same request may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        use TransportErrorKind::{
            Blocking, Certificate, Connect, ConnectTimeout, Invalid, Lost, NoRuntime, NotHttp, Proxy, ProxyCredentials,
            Timeout, Unexpected,
        };
        match self.kind {
            Connect | ConnectTimeout | Proxy | Timeout | Lost => true,
            Invalid | NoRuntime | Certificate | ProxyCredentials | NotHttp | Unexpected | Blocking => false,
        }
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TransportError");
        shown.field("kind", &self.kind);
        match self.source.downcast_ref::<reqwest::Error>() {
            Some(source) => shown.field("source", source).finish(),
            None => shown.finish_non_exhaustive(),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Invalid => "the request cannot be built",
            TransportErrorKind::NoRuntime => {
                "the call needs a runtime of tokio: await it in a function with `#[tokio::main]`"
            }
            TransportErrorKind::Connect => "no connection to the server",
            TransportErrorKind::ConnectTimeout => "connecting took too long",
            TransportErrorKind::Certificate => "no connection to the server: its certificate is not accepted",
            TransportErrorKind::Proxy => "no connection to the server: the proxy did not open one",
            TransportErrorKind::ProxyCredentials => "no connection to the server: the proxy wants credentials",
            TransportErrorKind::NotHttp => "the response is not HTTP, or its headers are too many or too large",
            TransportErrorKind::Timeout => "the call took too long",
            TransportErrorKind::Lost => "the connection was lost before the response was complete",
            TransportErrorKind::Blocking => {
                "a call without async inside of async code: await the call, or move it to `tokio::task::spawn_blocking`"
            }
            // The text of a test double has no value of a request.
            TransportErrorKind::Unexpected => return self.source.fmt(f),
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.kind {
            // Its text is this error's own.
            TransportErrorKind::Unexpected => None,
            _ => Some(&*self.source),
        }
    }
}

/// The kind of an error, by itself and its sources.
///
/// reqwest does not report that a response is not HTTP or a certificate not trusted, so this looks for hyper's and rustls's own
/// types. If reqwest builds on other versions of these crates, both look like lost connections, and ory-oidc's test
/// `faults` fails.
fn kind(error: &(dyn Error + 'static)) -> TransportErrorKind {
    let mut by_reqwest = None;
    let mut next = Some(error);
    while let Some(reason) = next {
        if reason.downcast_ref().is_some_and(hyper::Error::is_parse) {
            return TransportErrorKind::NotHttp;
        }
        if is_certificate(reason) {
            return TransportErrorKind::Certificate;
        }
        if let Some(kind) = kind_by_tunnel(reason) {
            return kind;
        }
        if let Some(inner) = reason.downcast_ref::<TransportError>() {
            return inner.kind;
        }
        by_reqwest = by_reqwest.or_else(|| reason.downcast_ref().map(kind_by_reqwest));
        next = reason.source();
    }
    by_reqwest.unwrap_or(TransportErrorKind::Lost)
}

/// The kind of an error of a tunnel through a proxy.
///
/// hyper-util does not export this error, so its text tells. If the text changes, the failure looks like one of the server, and
/// ory-oidc's test `production` fails.
fn kind_by_tunnel(reason: &(dyn Error + 'static)) -> Option<TransportErrorKind> {
    match reason.to_string().strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some(TransportErrorKind::ProxyCredentials),
        _ => Some(TransportErrorKind::Proxy),
    }
}

fn kind_by_reqwest(error: &reqwest::Error) -> TransportErrorKind {
    match (error.is_timeout(), error.is_connect()) {
        (true, true) => TransportErrorKind::ConnectTimeout,
        (true, false) => TransportErrorKind::Timeout,
        (false, true) => TransportErrorKind::Connect,
        (false, false) if error.is_builder() => TransportErrorKind::Invalid,
        (false, false) => TransportErrorKind::Lost,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_follows_from_the_sources() {
        let invalid = reqwest::Url::parse("http://h/?token=CANARY").unwrap();
        let invalid = reqwest::Proxy::all("").map(drop).unwrap_err().with_url(invalid);
        let error = TransportError::new(invalid);
        assert_eq!((error.kind(), error.was_sent(), error.is_retryable()), (TransportErrorKind::Invalid, false, false));
        assert!(!format!("{error:?} {error} {}", error.source().unwrap()).contains("CANARY"));
        let unknown = TransportError::new("CANARY");
        assert_eq!(unknown.kind(), TransportErrorKind::Lost);
        assert!(!format!("{unknown:?} {unknown}").contains("CANARY"));
        let unbuilt = TransportError::unbuilt("no certificates");
        assert_eq!((unbuilt.kind(), unbuilt.is_retryable()), (TransportErrorKind::Invalid, false));
        let nested = TransportError::new(TransportError::timeout("slow"));
        assert!(nested.is_timeout());
    }
}
