//! [`Reply`]: a response that a test sets up, with its pauses and its end.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use hyper::http;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::error::MockError;
use crate::operation::Operation;
use crate::response::Response;

/// A response that a test sets up.
///
/// ```
/// use std::time::Duration;
/// use openapi_smith_runtime::testing::Reply;
///
/// let busy = Reply::text(503, "text/plain", "busy").header("retry-after", "1");
/// let slow = Reply::json(200, &["Polly"]).after(Duration::from_secs(9));
/// let lost = Reply::text(200, "text/event-stream", "data: 1\n\ndata: 2").cut();
/// # let _ = (busy, slow, lost);
/// ```
#[derive(Clone)]
#[must_use = "a reply does nothing until an expectation has it"]
pub struct Reply {
    status: u16,
    headers: HeaderMap,
    /// The parts of the body, each with the pause before it.
    parts: Vec<(Duration, Vec<u8>)>,
    delay: Duration,
    is_cut: bool,
    /// The first part of the reply that is invalid.
    invalid: Option<MockError>,
}

impl Reply {
    /// Without a body.
    pub fn empty(status: u16) -> Self {
        let headers = HeaderMap::new();
        Self { status, headers, parts: Vec::new(), delay: Duration::ZERO, is_cut: false, invalid: None }
    }

    /// A JSON body, as `application/json`; [`media_type`](Self::media_type) sets another.
    pub fn json<T: Serialize + ?Sized>(status: u16, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::bytes(status, "application/json", body),
            Err(error) => Self::empty(status).refuse(format!("the body cannot be encoded: {error}")),
        }
    }

    /// A text.
    pub fn text(status: u16, media_type: &str, body: &str) -> Self {
        Self::bytes(status, media_type, body)
    }

    /// Bytes.
    pub fn bytes(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self::empty(status).media_type(media_type);
        reply.parts.push((Duration::ZERO, body.into()));
        reply
    }

    /// The media type of the body.
    pub fn media_type(self, media_type: &str) -> Self {
        self.header(CONTENT_TYPE, media_type)
    }

    /// Sets a header. The set-up refuses an invalid name or value.
    pub fn header<N: TryInto<HeaderName>, V: TryInto<HeaderValue>>(mut self, name: N, value: V) -> Self {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
                self
            }
            _ => self.refuse("a header has an invalid name or value".to_owned()),
        }
    }

    /// How long the head of the response takes, by tokio's clock: with a paused clock, no time at all.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// More of the body, after a pause by tokio's clock.
    pub fn then(mut self, pause: Duration, more: impl Into<Vec<u8>>) -> Self {
        self.parts.push((pause, more.into()));
        self
    }

    /// The connection is lost after the body so far.
    pub fn cut(mut self) -> Self {
        self.is_cut = true;
        self
    }

    fn refuse(mut self, text: String) -> Self {
        self.invalid.get_or_insert(MockError::new(text));
        self
    }

    fn status(&self) -> Result<StatusCode, MockError> {
        StatusCode::from_u16(self.status).map_err(|_| MockError::new(format!("{} is not a status", self.status)))
    }

    /// Whether the reply can be sent.
    pub(super) fn check(&self) -> Result<(), MockError> {
        self.status()?;
        self.invalid.clone().map_or(Ok(()), Err)
    }

    /// Whether the operation declares the status and the media type.
    pub(super) fn check_declared(&self, operation: &Operation) -> Result<(), MockError> {
        self.check()?;
        if Response::is_declared(operation, self.status()?, &self.headers) {
            return Ok(());
        }
        let media = self.headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok());
        Err(undeclared(operation, self.status, media))
    }

    /// Waits, and makes the response. `deadline` is the end of the call's time.
    pub(super) async fn send(self, deadline: Option<Instant>) -> Result<reqwest::Response, MockError> {
        let status = self.status()?;
        if !self.delay.is_zero() {
            sleep(self.delay).await;
        }
        let mut response = http::Response::new(reqwest::Body::from(Vec::new()));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers;
        let is_whole = !self.is_cut && self.parts.iter().all(|(pause, _)| pause.is_zero());
        *response.body_mut() = if is_whole {
            self.parts.into_iter().flat_map(|(_, part)| part).collect::<Vec<u8>>().into()
        } else {
            reqwest::Body::wrap_stream(Parts {
                parts: self.parts.into(),
                is_cut: self.is_cut,
                pause: None,
                deadline: deadline.map(|deadline| Box::pin(sleep_until(deadline))),
            })
        };
        Ok(response.into())
    }
}

/// The message about a response that the operation does not declare.
pub(super) fn undeclared(operation: &Operation, status: u16, media: Option<&str>) -> MockError {
    let declared = operation.responses.iter().map(|(status, media)| match *media {
        "" => format!("{status} without a body"),
        media => format!("{status} as {media}"),
    });
    let declared: Vec<String> = declared.collect();
    let declared = if declared.is_empty() { "none".to_owned() } else { declared.join(", ") };
    MockError::new(format!(
        "`{}` declares no response {status} {}; it declares: {declared}; `respond_undeclared` sends any response",
        operation.id,
        media.map_or_else(|| "without a media type".to_owned(), |media| format!("as {media}")),
    ))
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The body of a response while it is sent.
struct Parts {
    parts: VecDeque<(Duration, Vec<u8>)>,
    is_cut: bool,
    pause: Option<Pin<Box<Sleep>>>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Stream for Parts {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(context).is_ready()) {
            self.parts.clear();
            self.deadline = None;
            self.is_cut = false;
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        let Some((pause, _)) = self.parts.front() else {
            let end = std::mem::take(&mut self.is_cut).then(|| Err(io::ErrorKind::ConnectionReset.into()));
            return Poll::Ready(end);
        };
        let pause = *pause;
        if !pause.is_zero() {
            let waiting = self.pause.get_or_insert_with(|| Box::pin(sleep(pause)));
            if waiting.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
        self.pause = None;
        Poll::Ready(self.parts.pop_front().map(|(_, part)| Ok(part)))
    }
}
