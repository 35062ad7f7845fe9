//! [`Response`]: the result of a handler, before it is sent.

use serde::Serialize;

/// A complete response; the transport adds `content-length` and `date`.
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut response = Self::new(status).with("content-type", content_type);
        response.body = body.into();
        response
    }

    /// As the server does: successes declare their charset, errors do not.
    pub(super) fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(mut body) => {
                body.push(b'\n');
                Self::text(status, "application/json; charset=utf-8", body)
            }
            Err(_) => Refusal::unrecognizable(500).into(),
        }
    }
}

/// A failure, in the shape that all eight operations share.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: String,
    pub(super) description: String,
}

#[derive(Serialize)]
struct RefusalBody<'a> {
    error: &'a str,
    error_description: String,
}

const INVALID_REQUEST: &str = "The request is missing a required parameter, includes an invalid parameter value, \
                               includes a parameter more than once, or is otherwise malformed.";

impl Refusal {
    pub(super) fn new(status: u16, error: &str, description: impl Into<String>) -> Self {
        Self { status, error: error.to_owned(), description: description.into() }
    }

    /// `invalid_request` with its usual description, then the hint.
    pub(super) fn invalid_request(hint: &str) -> Self {
        Self::new(400, "invalid_request", format!("{INVALID_REQUEST} {hint}"))
    }

    pub(super) fn malformed(description: impl Into<String>) -> Self {
        Self::new(400, "The request was malformed or contained invalid parameters", description)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(
            401,
            "request_unauthorized",
            "The request could not be authorized. Check that you provided valid credentials in the right format.",
        )
    }

    pub(super) fn unrecognizable(status: u16) -> Self {
        Self::new(status, "error", "The error is unrecognizable")
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let body = RefusalBody { error: &refusal.error, error_description: refusal.description.replace('"', "'") };
        let mut text = serde_json::to_vec(&body).unwrap_or_default();
        text.push(b'\n');
        Self::text(refusal.status, "application/json", text)
    }
}
