//! [`MockTransport`]: the responses that a test sets up, and the received requests.

use std::fmt;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Body as _;
use reqwest::StatusCode;
use serde::Serialize;
use tokio::time::Instant;

use super::error::MockError;
use super::recorded::RecordedRequest;
use super::reply::{Reply, undeclared};
use super::template::parameters;
use crate::boxed::BoxFuture;
use crate::operation::Operation;
use crate::response::Response;
use crate::transport::{Transport, TransportError, TransportErrorKind};

/// A transport without a socket, whose responses a test sets up by operation. A clone shares them, so the test keeps one
/// and gives one to the client.
///
/// A call uses the first response of its operation that is left. If none is left, the call fails with a message that names the
/// operations with responses left, and [`verify`](Self::verify) reports the call, too.
#[derive(Clone, Default)]
pub struct MockTransport {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    expected: Vec<Expected>,
    requests: Vec<RecordedRequest>,
    unexpected: Vec<String>,
}

/// A response that was set up.
struct Expected {
    operation: &'static Operation,
    condition: Option<Condition>,
    /// How many calls it is for; `None` for any number.
    left: Option<u32>,
    end: End,
}

type Condition = Arc<dyn Fn(&RecordedRequest) -> bool + Send + Sync>;

/// How a call ends.
#[derive(Clone)]
enum End {
    Reply(Box<Reply>),
    Fails(TransportErrorKind),
    Silence,
}

impl MockTransport {
    /// A transport that expects no call yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins to set up a response of this operation, one of the generated module's `ops`. It is for one call, unless
    /// [`times`](Expectation::times) or [`always`](Expectation::always) say more.
    pub fn on(&self, operation: &'static Operation) -> Expectation {
        Expectation { state: Arc::clone(&self.state), operation, left: Some(1), condition: None }
    }

    /// All requests so far, in the order received.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        locked(&self.state).requests.clone()
    }

    /// The requests of one operation, in the order received.
    pub fn requests_of(&self, operation: &'static Operation) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.operation.is_some_and(|called| is_same(called, operation)));
        requests
    }

    /// Whether every response was used, and every call had one.
    ///
    /// # Errors
    ///
    /// A response is left, or a call was unexpected. The message names the operations.
    pub fn verify(&self) -> Result<(), MockError> {
        let state = locked(&self.state);
        let left = state.left();
        let mut wrong = state.unexpected.clone();
        wrong.extend((!left.is_empty()).then(|| format!("not called: {}", left.join(", "))));
        if wrong.is_empty() { Ok(()) } else { Err(MockError::new(wrong.join("\n"))) }
    }

    /// Records the request of a call, and returns how the call ends.
    fn end_of(&self, request: &RecordedRequest) -> Result<End, MockError> {
        locked(&self.state).requests.push(request.clone());
        let mut tried = 0;
        loop {
            // A condition is code of the test, which may ask for the requests so far: it runs without the lock.
            let (index, condition) = {
                let mut state = locked(&self.state);
                let is_next = |(index, expected): &(usize, &Expected)| *index >= tried && expected.is_for(request);
                let Some((index, expected)) = state.expected.iter().enumerate().find(is_next) else {
                    let error = state.unexpected(request);
                    state.unexpected.push(error.to_string());
                    return Err(error);
                };
                (index, expected.condition.clone())
            };
            tried = index + 1;
            if condition.is_none_or(|condition| condition(request))
                && let Some(end) = locked(&self.state).expected.get_mut(index).and_then(Expected::take)
            {
                return Ok(end);
            }
        }
    }

    async fn respond_to(
        &self,
        operation: Option<&'static Operation>,
        mut request: reqwest::Request,
    ) -> Result<reqwest::Response, TransportError> {
        let deadline = request.timeout().map(|timeout| Instant::now() + *timeout);
        let body = match request.body_mut().take() {
            Some(body) => collected(body).await?,
            None => Vec::new(),
        };
        let (method, url, headers) = (request.method().clone(), request.url().clone(), request.headers().clone());
        let request = RecordedRequest { operation, method, url, headers, body };
        match self.end_of(&request).map_err(TransportError::unexpected)? {
            End::Reply(reply) => reply.send(deadline).await.map_err(TransportError::unexpected),
            End::Fails(kind) => Err(TransportError::of_kind(kind, "set up by the test")),
            End::Silence => pending().await,
        }
    }
}

/// The whole body, including a body that is sent as it is read.
async fn collected(body: reqwest::Body) -> Result<Vec<u8>, TransportError> {
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        if let Some(chunk) = frame.map_err(TransportError::new)?.data_ref() {
            bytes.extend_from_slice(chunk);
        }
    }
    Ok(bytes)
}

impl Transport for MockTransport {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        Box::pin(self.respond_to(None, request))
    }

    fn send_for(
        &self,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        Box::pin(self.respond_to(Some(operation), request))
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockTransport").field("left", &locked(&self.state).left()).finish_non_exhaustive()
    }
}

impl State {
    /// The operations with responses that are left, and how many.
    fn left(&self) -> Vec<String> {
        let mut counts: Vec<(&str, u32)> = Vec::new();
        for expected in &self.expected {
            let left = expected.left.unwrap_or_default();
            match counts.iter_mut().find(|(id, _)| *id == expected.operation.id) {
                Some((_, count)) => *count += left,
                None => counts.push((expected.operation.id, left)),
            }
        }
        let shown = counts.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| match count {
            1 => format!("`{id}`"),
            count => format!("`{id}` ({count} times)"),
        });
        shown.collect()
    }

    fn unexpected(&self, request: &RecordedRequest) -> MockError {
        let (called, left) = (request.shown(), self.left());
        let is_known = self.expected.iter().any(|expected| expected.is_of(request));
        let has_left = self.expected.iter().any(|expected| expected.is_for(request));
        MockError::new(match (is_known, has_left, left.as_slice()) {
            (_, true, _) => format!("unexpected call of {called}: no condition holds for the request"),
            (true, _, []) => format!("unexpected call of {called}: no response is left"),
            (_, _, []) => format!("unexpected call of {called}: no call is expected"),
            (true, ..) => {
                format!("unexpected call of {called}: no response of it is left; expected: {}", left.join(", "))
            }
            (false, ..) => format!("unexpected call of {called}; expected: {}", left.join(", ")),
        })
    }
}

impl Expected {
    /// Whether the request is one of the operation. A request that the program made itself is one by method and path.
    fn is_of(&self, request: &RecordedRequest) -> bool {
        match request.operation {
            Some(operation) => is_same(self.operation, operation),
            None => {
                self.operation.method == request.method.as_str()
                    && parameters(self.operation.path, request.url.path()).is_some()
            }
        }
    }

    /// Whether the request is one of the operation, and there is a response left for it.
    fn is_for(&self, request: &RecordedRequest) -> bool {
        self.left != Some(0) && self.is_of(request)
    }

    /// Uses the response once.
    fn take(&mut self) -> Option<End> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1)?;
        }
        Some(self.end.clone())
    }
}

/// Whether both are the same operation: the stream of an operation has a table of its own.
fn is_same(one: &Operation, other: &Operation) -> bool {
    (one.id, one.method, one.path) == (other.id, other.method, other.path)
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A response to be set up; made by [`MockTransport::on`].
#[must_use = "nothing is expected until a response or a failure is set up"]
pub struct Expectation {
    state: Arc<Mutex<State>>,
    operation: &'static Operation,
    left: Option<u32>,
    condition: Option<Condition>,
}

impl Expectation {
    /// The response is for this number of calls.
    pub fn times(mut self, count: u32) -> Self {
        self.left = Some(count);
        self
    }

    /// The response is for any number of calls, or for no call.
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }

    /// The response is for the requests that meet this condition.
    ///
    /// ```
    /// # use openapi_smith_runtime::testing::{MockError, MockTransport, Reply};
    /// # use openapi_smith_runtime::Operation;
    /// # fn example(mock: &MockTransport, list_pets: &'static Operation) -> Result<(), MockError> {
    /// mock.on(list_pets).when(|request| request.query("page") == Ok(Some(2))).respond(200, &["Polly"])?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn when(mut self, condition: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static) -> Self {
        self.condition = Some(Arc::new(condition));
        self
    }

    /// Responds with a JSON body, as the media type that the operation declares for this status.
    ///
    /// # Errors
    ///
    /// The operation declares no JSON body for this status, or the body cannot be encoded.
    pub fn respond<T: Serialize + ?Sized>(self, status: u16, body: &T) -> Result<(), MockError> {
        let media_type = json_type(self.operation, status)?;
        self.respond_with(Reply::json(status, body).media_type(media_type))
    }

    /// Responds with any reply that the operation declares: with headers, text, bytes, pauses, or cut.
    ///
    /// # Errors
    ///
    /// The operation does not declare the status or the media type, or the reply has an invalid part.
    pub fn respond_with(self, reply: Reply) -> Result<(), MockError> {
        reply.check_declared(self.operation)?;
        self.ends(End::Reply(Box::new(reply)));
        Ok(())
    }

    /// Responds with any reply, whether the operation declares it or not.
    ///
    /// # Errors
    ///
    /// The reply has an invalid part.
    pub fn respond_undeclared(self, reply: Reply) -> Result<(), MockError> {
        reply.check()?;
        self.ends(End::Reply(Box::new(reply)));
        Ok(())
    }

    /// Fails as the network does, at once: `Lost` for a reset connection, `Connect`, `Timeout`, `Certificate`.
    pub fn fail(self, kind: TransportErrorKind) {
        self.ends(End::Fails(kind));
    }

    /// Never responds, so that the timeout of the call ends it: with tokio's paused clock, at once.
    pub fn never_respond(self) {
        self.ends(End::Silence);
    }

    fn ends(self, end: End) {
        let Self { state, operation, left, condition } = self;
        locked(&state).expected.push(Expected { operation, condition, left, end });
    }
}

/// The declared JSON type of the responses with this status.
fn json_type(operation: &'static Operation, status: u16) -> Result<&'static str, MockError> {
    let code = StatusCode::from_u16(status).map_err(|_| MockError::new(format!("{status} is not a status")))?;
    Response::declared_json(operation, code).ok_or_else(|| undeclared(operation, status, Some("JSON")))
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expectation").field("operation_id", &self.operation.id).finish_non_exhaustive()
    }
}
