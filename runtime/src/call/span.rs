//! Feature `tracing`: one span a call, by OpenTelemetry's conventions for HTTP clients.

use reqwest::{StatusCode, Url};
use tracing::Span;
use tracing::field::Empty;

use crate::error::AttemptError;
use crate::operation::Operation;

/// The span of a call. It contains no value of a parameter, no token and no query.
pub(super) fn new(url: &Url, operation: &Operation, path: &str) -> Span {
    tracing::info_span!(
        target: "openapi_smith_runtime",
        "call",
        otel.name = %format_args!("{} {}", operation.method, path),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = operation.method,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        "error.type" = Empty,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        url.scheme = url.scheme(),
        url.template = path,
    )
}

/// Records the result of the last attempt.
pub(super) fn ended(span: &Span, resends: u32, status: Option<StatusCode>, error: Option<&dyn AttemptError>) {
    if resends > 0 {
        span.record("http.request.resend_count", resends);
    }
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(error) = error {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", &*error.error_type());
    }
}
