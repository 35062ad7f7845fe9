//! A response that is read as it arrives: one JSON value after the other.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use hyper::body::Bytes;
use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::boxed::BoxFuture;
use crate::error::{Error, Undecoded, UndecodedReason};
use crate::json;

/// Values that arrive one after the other: server-sent events, or lines of JSON. The data of events without a schema is
/// text, so `T` is a `String` for them.
///
/// Read it with [`next`](Self::next), or as a [`Stream`] of `futures`. Dropping it closes the connection.
pub struct JsonStream<T> {
    texts: Texts,
    decode: Decode<T>,
}

/// Decodes a value, by the name of its event and its text.
type Decode<T> = fn(Option<&str>, &[u8]) -> Result<T, UndecodedReason>;

impl<T> JsonStream<T> {
    /// The next value; `None` after the last one. After an error of the connection or a value over the limit, nothing
    /// more arrives; after a value that could not be decoded, the next one does. A stream that was cut, also in the middle
    /// of an event, is an error with [`UndecodedReason::Truncated`].
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// The same values as [`JsonStream::next`] returns.
impl<T> Stream for JsonStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { texts, decode } = self.get_mut();
        let next = ready!(texts.poll_next(context));
        Poll::Ready(next.map(|text| {
            let text = text?;
            decode(texts.fields.event.as_deref(), &text).map_err(|reason| texts.undecoded(text, reason))
        }))
    }
}

impl<T> JsonStream<T> {
    /// The values with the other fields of their server-sent events: name, id and `retry`.
    pub fn events(self) -> EventStream<T> {
        EventStream(self)
    }

    /// The name of the server-sent event whose value [`next`](Self::next) returned last: its field `event`. `None` for
    /// an event without a name, and for lines.
    pub fn event(&self) -> Option<&str> {
        self.texts.fields.event.as_deref()
    }

    /// The id of the last server-sent event with an id, up to the value that [`next`](Self::next) returned last. A new
    /// request sends it in the header `Last-Event-ID`. Empty if there is none.
    pub fn last_event_id(&self) -> &str {
        &self.texts.fields.id
    }

    /// The pause before a reconnection that the server asked for last, up to the value that [`next`](Self::next)
    /// returned last: the field `retry`.
    pub fn retry(&self) -> Option<Duration> {
        self.texts.fields.retry
    }
}

/// A server-sent event (HTML, section 9.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// The value of its data.
    pub data: T,
    /// Its name, the field `event`.
    pub event: Option<String>,
    /// The id of the last event with an id, up to this one. Empty if there is none.
    pub id: String,
    /// The pause before a reconnection that the server asked for last, the field `retry`.
    pub retry: Option<Duration>,
}

/// Server-sent events with all their fields; made by [`JsonStream::events`].
///
/// ```
/// # use openapi_smith_runtime::{Error, JsonStream};
/// # async fn example(stream: JsonStream<String>) -> Result<(), Error> {
/// let mut events = stream.events();
/// while let Some(event) = events.next().await {
///     let event = event?;
///     println!("{} {:?}: {}", event.id, event.event, event.data);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct EventStream<T>(JsonStream<T>);

impl<T> EventStream<T> {
    /// The next event; `None` after the last one. Errors are those of [`JsonStream::next`].
    pub async fn next(&mut self) -> Option<Result<Event<T>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Stream for EventStream<T> {
    type Item = Result<Event<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(Pin::new(&mut self.0).poll_next(context));
        Poll::Ready(next.map(|data| {
            let Fields { event, id, retry } = self.0.texts.fields.clone();
            Ok(Event { data: data?, event, id, retry })
        }))
    }
}

/// The fields of a server-sent event beside its data.
#[derive(Clone, Default)]
struct Fields {
    event: Option<String>,
    /// Kept from event to event.
    id: String,
    /// Kept from event to event.
    retry: Option<Duration>,
}

impl<T> fmt::Debug for JsonStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonStream").field("status", &self.texts.status).finish_non_exhaustive()
    }
}

/// How the values of a stream are separated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Events,
    Lines,
    /// Each value follows a record separator (RFC 7464).
    Sequence,
}

/// RFC 7464, section 2.2.
const RECORD_SEPARATOR: u8 = 0x1e;

/// A response that is read as it arrives.
pub struct Source {
    pub(crate) response: reqwest::Response,
    /// The limit for one value, in bytes.
    pub(crate) limit: u64,
    /// What opens the stream again, if the call asks for it.
    pub(crate) reopen: Option<Box<dyn Reopen>>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("status", &self.response.status()).finish_non_exhaustive()
    }
}

/// Opens a stream again.
pub(crate) trait Reopen: Send + Sync {
    /// An event arrived.
    fn received(&mut self);

    /// Opens the stream after the event with this id, with the pause that the server asked for. The future has no response if
    /// the server ended the stream. `None` if the stream is not opened again.
    fn reopen(&mut self, last_event_id: &str, asked: Option<Duration>) -> Option<Reopening>;
}

type Reopening = BoxFuture<'static, Result<Option<reqwest::Response>, Error>>;

/// The bytes of a body as they arrive.
///
/// Read them with [`next`](Self::next), or as a [`Stream`] of `futures`. Dropping it closes the connection.
///
/// ```
/// # use openapi_smith_runtime::{ByteStream, Error};
/// # async fn example(mut stream: ByteStream) -> Result<usize, Error> {
/// let mut length = 0;
/// while let Some(bytes) = stream.next().await {
///     length += bytes?.len();
/// }
/// # Ok(length)
/// # }
/// ```
pub struct ByteStream {
    /// `None` when there is nothing more to read.
    body: Option<Chunks>,
    status: StatusCode,
    headers: HeaderMap,
}

/// The body of a response.
type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>;

impl ByteStream {
    /// The next bytes; `None` after the last ones. A body that was cut is an error with [`UndecodedReason::Truncated`], after
    /// which nothing more arrives.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// The same bytes as [`ByteStream::next`] returns.
impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let next = ready!(body.as_mut().poll_next(context));
        if !matches!(next, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(next.map(|bytes| {
            bytes.map_err(|error| {
                let reason = UndecodedReason::Truncated { timed_out: error.is_timeout() };
                Error::Undecoded(Box::new(Undecoded::new(self.status, self.headers.clone(), Vec::new(), reason)))
            })
        }))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The bytes of the body.
pub fn bytes(source: Source) -> ResponseValue<ByteStream> {
    let (status, headers) = (source.response.status(), source.response.headers().clone());
    let body = Some(Box::pin(source.response.bytes_stream()) as Chunks);
    ResponseValue::new(ByteStream { body, status, headers: headers.clone() }, status, headers)
}

/// A stream of the values of server-sent events.
pub fn events<T: DeserializeOwned>(source: Source) -> ResponseValue<JsonStream<T>> {
    values(source, Framing::Events, |_, data| json::decode(data))
}

/// A stream of the data of server-sent events, as text.
pub fn text_events(source: Source) -> ResponseValue<JsonStream<String>> {
    values(source, Framing::Events, |_, data| event_text(data))
}

/// A server-sent event whose name decides its data.
pub trait NamedEvent: Sized {
    /// Decodes the event with this name and data.
    ///
    /// # Errors
    ///
    /// The data does not fit the name.
    fn decode(event: &str, data: &[u8]) -> Result<Self, UndecodedReason>;
}

/// A stream of server-sent events whose names decide their data. Without a name, it is `message` (HTML, section 9.2.6).
pub fn named_events<T: NamedEvent>(source: Source) -> ResponseValue<JsonStream<T>> {
    values(source, Framing::Events, |event, data| T::decode(event.unwrap_or("message"), data))
}

/// The data of an event as JSON.
///
/// # Errors
///
/// It does not fit the type.
pub fn event_json<T: DeserializeOwned>(data: &[u8]) -> Result<T, UndecodedReason> {
    json::decode(data)
}

/// The data of an event as text.
///
/// # Errors
///
/// It is not UTF-8.
pub fn event_text(data: &[u8]) -> Result<String, UndecodedReason> {
    String::from_utf8(data.to_vec()).map_err(|_| UndecodedReason::NotUtf8)
}

/// A stream of the values of lines.
pub fn lines<T: DeserializeOwned>(source: Source) -> ResponseValue<JsonStream<T>> {
    values(source, Framing::Lines, |_, line| json::decode(line))
}

/// A stream of JSON texts, each after a record separator.
pub fn sequence<T: DeserializeOwned>(source: Source) -> ResponseValue<JsonStream<T>> {
    values(source, Framing::Sequence, |_, text| json::decode(text))
}

fn values<T>(source: Source, framing: Framing, decode: Decode<T>) -> ResponseValue<JsonStream<T>> {
    let Source { response, limit, reopen } = source;
    let (status, headers) = (response.status(), response.headers().clone());
    let texts = Texts {
        body: Some(Box::pin(response.bytes_stream())),
        status,
        headers: headers.clone(),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        framing,
        rest: Vec::new(),
        is_started: false,
        is_after_return: false,
        data: None,
        pending_fields: Fields::default(),
        last_id: String::new(),
        fields: Fields::default(),
        ready: VecDeque::new(),
        reopen,
        reopening: None,
    };
    ResponseValue::new(JsonStream { texts, decode }, status, headers)
}

/// The texts of the values. Not generic, so that it is compiled once.
struct Texts {
    /// `None` when there is nothing more to read.
    body: Option<Chunks>,
    status: StatusCode,
    headers: HeaderMap,
    /// The limit for one value, in bytes.
    limit: usize,
    framing: Framing,
    /// The beginning of a line, or of a value of a sequence.
    rest: Vec<u8>,
    /// Whether a line has been read. The first one may begin with a byte order mark.
    is_started: bool,
    /// Whether the last line ended with CR, so that a LF belongs to its end.
    is_after_return: bool,
    /// The data of the event that is being read.
    data: Option<Vec<u8>>,
    /// The other fields of the event that is being read.
    pending_fields: Fields,
    /// The id of the last event that is complete, with data or without.
    last_id: String,
    /// The fields of the last value.
    fields: Fields,
    ready: VecDeque<(Vec<u8>, Fields)>,
    reopen: Option<Box<dyn Reopen>>,
    /// The stream while it is opened again. In a lock that is never taken, since a future cannot be shared.
    reopening: Option<Mutex<Reopening>>,
}

impl Texts {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<u8>, Error>>> {
        loop {
            if let Some((text, fields)) = self.ready.pop_front() {
                self.fields = fields;
                if let Some(reopen) = &mut self.reopen {
                    reopen.received();
                }
                let is_too_large = text.len() > self.limit;
                let text = if is_too_large { Err(self.end(text, self.too_large())) } else { Ok(text) };
                return Poll::Ready(Some(text));
            }
            if let Some(reopening) = &mut self.reopening {
                let reopening = reopening.get_mut().unwrap_or_else(PoisonError::into_inner);
                let result = ready!(reopening.as_mut().poll(context));
                self.reopening = None;
                match result {
                    Ok(Some(response)) => self.body = Some(Box::pin(response.bytes_stream())),
                    Ok(None) => return Poll::Ready(None),
                    Err(error) if error.is_retryable() && self.reopens() => {}
                    Err(error) => return Poll::Ready(Some(Err(error))),
                }
                continue;
            }
            let Some(body) = &mut self.body else { return Poll::Ready(None) };
            let reason = match ready!(body.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => {
                    self.take(&chunk);
                    let pending = self.rest.len() + self.data.as_ref().map_or(0, Vec::len);
                    if pending <= self.limit || !self.ready.is_empty() {
                        continue;
                    }
                    self.too_large()
                }
                None => {
                    self.body = None;
                    // The last line may lack its end.
                    let line = std::mem::take(&mut self.rest);
                    if !line.is_empty() {
                        self.line(&line);
                    }
                    // An event ends with an empty line: without it, more was to come.
                    let is_cut = self.data.take_if(|data| data == b"[DONE]").is_none() && self.data.is_some();
                    match is_cut {
                        true => UndecodedReason::Truncated { timed_out: false },
                        false if self.ready.is_empty() => return Poll::Ready(None),
                        false => continue,
                    }
                }
                Some(Err(error)) => UndecodedReason::Truncated { timed_out: error.is_timeout() },
            };
            if matches!(reason, UndecodedReason::Truncated { .. }) && self.reopens() {
                continue;
            }
            let mut body = self.data.take().unwrap_or_default();
            body.append(&mut self.rest);
            return Poll::Ready(Some(Err(self.end(body, reason))));
        }
    }

    /// Begins to open the stream again after it was cut. `false` if it is not opened again.
    fn reopens(&mut self) -> bool {
        let Some(reopen) = self.reopen.as_mut().filter(|_| self.framing == Framing::Events) else { return false };
        let Some(reopening) = reopen.reopen(&self.last_id, self.pending_fields.retry) else { return false };
        self.reopening = Some(Mutex::new(reopening));
        (self.body, self.data, self.is_started, self.is_after_return) = (None, None, false, false);
        self.rest.clear();
        self.pending_fields = Fields { event: None, id: self.last_id.clone(), retry: self.pending_fields.retry };
        true
    }

    fn too_large(&self) -> UndecodedReason {
        UndecodedReason::TooLarge { limit: u64::try_from(self.limit).unwrap_or(u64::MAX) }
    }

    /// Nothing more is read.
    fn end(&mut self, body: Vec<u8>, reason: UndecodedReason) -> Error {
        self.body = None;
        self.ready.clear();
        self.undecoded(body, reason)
    }

    /// Takes the lines that are complete. Those of events end with CR, LF or CRLF (HTML, section 9.2.5).
    fn take(&mut self, chunk: &[u8]) {
        if self.framing == Framing::Sequence {
            return self.take_sequence(chunk);
        }
        let is_events = self.framing == Framing::Events;
        for piece in chunk.split_inclusive(|byte| *byte == b'\n' || (is_events && *byte == b'\r')) {
            let is_second = std::mem::take(&mut self.is_after_return) && piece == b"\n";
            if is_second {
                continue;
            }
            self.rest.extend_from_slice(piece);
            self.is_after_return = is_events && piece.ends_with(b"\r");
            if piece.ends_with(b"\n") || self.is_after_return {
                let line = std::mem::take(&mut self.rest);
                self.line(line.get(..line.len().saturating_sub(1)).unwrap_or_default());
            }
        }
    }

    /// Takes the values that are complete: those before a record separator, and one that ends with the chunk.
    fn take_sequence(&mut self, chunk: &[u8]) {
        for (index, piece) in chunk.split(|byte| *byte == RECORD_SEPARATOR).enumerate() {
            if index > 0 {
                let value = std::mem::take(&mut self.rest);
                self.line(&value);
            }
            self.rest.extend_from_slice(piece);
        }
        // A number could continue, so only a line feed ends a value.
        if self.rest.ends_with(b"\n") && serde_json::from_slice::<serde::de::IgnoredAny>(&self.rest).is_ok() {
            let value = std::mem::take(&mut self.rest);
            self.line(&value);
        }
    }

    fn line(&mut self, line: &[u8]) {
        let is_first = !std::mem::replace(&mut self.is_started, true);
        let line = if is_first { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if self.framing == Framing::Events {
            return self.event_line(line);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.trim_ascii().is_empty() {
            self.ready.push_back((line.to_vec(), Fields::default()));
        }
    }

    /// A line of a server-sent event (HTML, section 9.2.6).
    fn event_line(&mut self, line: &[u8]) {
        if line.is_empty() {
            let fields = self.pending_fields.clone();
            self.pending_fields.event = None;
            self.last_id.clone_from(&self.pending_fields.id);
            // Some servers send `[DONE]` after the last value.
            let data = self.data.take().filter(|data| data != b"[DONE]");
            self.ready.extend(data.map(|data| (data, fields)));
            return;
        }
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => line.split_at(colon),
            None => (line, &b""[..]),
        };
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"data" => match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            },
            b"event" => self.pending_fields.event = Some(text()).filter(|event| !event.is_empty()),
            b"id" if !value.contains(&0) => self.pending_fields.id = text(),
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                if let Ok(milliseconds) = text().parse() {
                    self.pending_fields.retry = Some(Duration::from_millis(milliseconds));
                }
            }
            // A comment, or a field that nobody knows.
            _ => {}
        }
    }

    fn undecoded(&self, body: Vec<u8>, reason: UndecodedReason) -> Error {
        Error::Undecoded(Box::new(Undecoded::new(self.status, self.headers.clone(), body, reason)))
    }
}
