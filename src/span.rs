//! Feature `tracing`: one span a call, by OpenTelemetry's conventions for HTTP clients.

use reqwest::StatusCode;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::call::BoxFuture;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

/// The span of a call. It contains no id, no token and no query.
pub(crate) fn new(client: &Client, operation: Operation) -> Span {
    let url = client.base_url();
    tracing::info_span!(
        target: "ory_oidc",
        "ory_oidc.call",
        otel.name = %format_args!("{} {}", operation.method(), operation.path()),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = operation.method(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        "error.type" = Empty,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        url.scheme = url.scheme(),
        url.template = operation.path(),
    )
}

/// Runs the call in its span.
pub(crate) fn run<'a, T: 'a>(call: BoxFuture<'a, T>, span: Span) -> BoxFuture<'a, T> {
    Box::pin(call.instrument(span))
}

/// Records the result of the last attempt.
pub(crate) fn ended(span: &Span, resends: u32, result: Result<StatusCode, &Error>) {
    if resends > 0 {
        span.record("http.request.resend_count", resends);
    }
    let status = result.map_or_else(Error::status, Some);
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Err(error) = result {
        span.record("otel.status_code", "ERROR");
        match (error.kind(), status) {
            (ErrorKind::Rejected, Some(status)) => span.record("error.type", status.as_str()),
            (kind, _) => span.record("error.type", tracing::field::debug(kind)),
        };
    }
}
