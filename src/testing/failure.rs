//! [`Failure`]: failures that a test sets, before or after the effect of the operation, once or for all requests.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::operation::Operation;

/// A failure of a request, for [`OryServer::fail_next`](super::OryServer::fail_next) and
/// [`OryServer::fail_always`](super::OryServer::fail_always).
///
/// Normally, a failing request is **not** executed: nothing changes on the server. With [`after_effect`](Self::after_effect) it is
/// executed first. Such failures hurt most: the operation took effect, but its response is lost.
///
/// ```
/// use std::time::Duration;
/// use ory_oidc::testing::Failure;
///
/// let overloaded = Failure::status(503);
/// let html_from_a_proxy = Failure::body(502, "text/html", "<h1>Bad Gateway</h1>");
/// let slow = Failure::delay(Duration::from_secs(2));
/// let rotated_but_lost = Failure::drop_connection().after_effect();
/// ```
#[derive(Clone)]
#[must_use]
pub struct Failure {
    pub(super) kind: Kind,
    pub(super) delay: Duration,
    pub(super) after_effect: bool,
    pub(super) headers: Vec<(String, String)>,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// A delay only.
    Late,
    Response {
        status: u16,
        content_type: String,
        body: Vec<u8>,
    },
    CutBody,
    Drop,
    Rewrite(Rewrite),
}

pub(super) type Rewrite = Arc<dyn Fn(&mut Value) + Send + Sync>;

impl Failure {
    fn new(kind: Kind) -> Self {
        Self { kind, delay: Duration::ZERO, after_effect: false, headers: Vec::new() }
    }

    /// A response of this status in Ory's own shape: `{"error":"error","error_description":"The error is unrecognizable"}`,
    /// the response to an internal error.
    pub fn status(status: u16) -> Self {
        let body = r#"{"error":"error","error_description":"The error is unrecognizable"}"#;
        Self::body(status, "application/json", body)
    }

    /// A response with this status, content type and text: the page of a proxy, unexpected JSON, an empty body.
    pub fn body(status: u16, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Response { status, content_type: content_type.into(), body: body.into() })
    }

    /// A 429 with the headers of the Ory Network: no request is left until `reset_seconds` have passed.
    pub fn rate_limited(reset_seconds: u64) -> Self {
        Self::body(429, "text/plain; charset=utf-8", "Too Many Requests")
            .header("x-ratelimit-limit", "10, 10;w=1, 300;w=60")
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", reset_seconds.to_string())
    }

    /// The real response, delayed by this time.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Kind::Late).delayed(delay)
    }

    /// A truncated response: the connection is closed in the middle of the body (over HTTP/2 its stream).
    ///
    /// With [`after_effect`](Self::after_effect) the real response is truncated.
    pub fn broken_body() -> Self {
        Self::new(Kind::CutBody)
    }

    /// No response: the connection is closed (over HTTP/2 its stream).
    pub fn drop_connection() -> Self {
        Self::new(Kind::Drop)
    }

    /// Executes the operation, and changes its JSON response: a property removed, a type changed.
    ///
    /// A response without a JSON body is sent unchanged. Always [`after_effect`](Self::after_effect).
    ///
    /// ```
    /// use ory_oidc::testing::Failure;
    ///
    /// let _from_a_newer_server = Failure::rewrite(|response| {
    ///     response["client_secret_expires_at"] = "never".into();
    /// });
    /// ```
    pub fn rewrite(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::new(Kind::Rewrite(Arc::new(change))).after_effect()
    }

    /// Executes the operation before the request fails.
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    /// Waits for this time before the request fails.
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds a header to the response. Failures without a response of their own ignore it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Late => "delay".to_owned(),
            Kind::Response { status, .. } => format!("response {status}"),
            Kind::CutBody => "broken body".to_owned(),
            Kind::Drop => "dropped connection".to_owned(),
            Kind::Rewrite(_) => "rewritten response".to_owned(),
        };
        f.debug_struct("Failure")
            .field("kind", &kind)
            .field("delay", &self.delay)
            .field("after_effect", &self.after_effect)
            .finish_non_exhaustive()
    }
}

/// The failures that tests have set.
#[derive(Default)]
pub(super) struct Failures {
    next: BTreeMap<Operation, VecDeque<Failure>>,
    always: BTreeMap<Operation, Failure>,
}

impl Failures {
    pub(super) fn push(&mut self, operation: Operation, failure: Failure) {
        self.next.entry(operation).or_default().push_back(failure);
    }

    pub(super) fn set(&mut self, operation: Operation, failure: Failure) {
        self.always.insert(operation, failure);
    }

    pub(super) fn clear(&mut self, operation: Operation) {
        self.next.remove(&operation);
        self.always.remove(&operation);
    }

    /// Those of `fail_next` first, each once; then that of `fail_always`.
    pub(super) fn take(&mut self, operation: Operation) -> Option<Failure> {
        self.next.get_mut(&operation).and_then(VecDeque::pop_front).or_else(|| self.always.get(&operation).cloned())
    }
}
