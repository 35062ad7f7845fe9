//! A response that is read as it arrives: one JSON value after the other.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::error::{Error, Undecoded, UndecodedReason};
use crate::json;

/// JSON values that arrive one after the other: server-sent events, or lines of JSON.
///
/// Dropping it closes the connection.
pub struct JsonStream<T> {
    texts: Texts,
    value: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> JsonStream<T> {
    /// The next value; `None` after the last one. After an error of the connection or a value over the limit, nothing
    /// more arrives; after a value that could not be decoded, the next one does.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        let text = match self.texts.next().await? {
            Ok(text) => text,
            Err(error) => return Some(Err(error)),
        };
        Some(json::decode(&text).map_err(|reason| self.texts.undecoded(text, reason)))
    }
}

impl<T> fmt::Debug for JsonStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonStream").field("status", &self.texts.status).finish_non_exhaustive()
    }
}

/// A stream of the values of server-sent events.
pub fn events<T>((response, limit): (reqwest::Response, u64)) -> ResponseValue<JsonStream<T>> {
    values(response, limit, true)
}

/// A stream of the values of lines.
pub fn lines<T>((response, limit): (reqwest::Response, u64)) -> ResponseValue<JsonStream<T>> {
    values(response, limit, false)
}

fn values<T>(response: reqwest::Response, limit: u64, is_events: bool) -> ResponseValue<JsonStream<T>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let texts = Texts {
        response: Some(response),
        status,
        headers: headers.clone(),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        is_events,
        rest: Vec::new(),
        data: None,
        ready: VecDeque::new(),
    };
    ResponseValue::new(JsonStream { texts, value: PhantomData }, status, headers)
}

/// The texts of the values. Not generic, so that it is compiled once.
struct Texts {
    /// `None` when there is nothing more to read.
    response: Option<reqwest::Response>,
    status: StatusCode,
    headers: HeaderMap,
    /// The limit for one value, in bytes.
    limit: usize,
    is_events: bool,
    /// The beginning of a line.
    rest: Vec<u8>,
    /// The data of the event that is being read.
    data: Option<Vec<u8>>,
    ready: VecDeque<Vec<u8>>,
}

impl Texts {
    async fn next(&mut self) -> Option<Result<Vec<u8>, Error>> {
        loop {
            if let Some(text) = self.ready.pop_front() {
                return Some(if text.len() > self.limit { Err(self.end(text, self.too_large())) } else { Ok(text) });
            }
            let reason = match self.response.as_mut()?.chunk().await {
                Ok(Some(chunk)) => {
                    self.take(&chunk);
                    let pending = self.rest.len() + self.data.as_ref().map_or(0, Vec::len);
                    if pending <= self.limit || !self.ready.is_empty() {
                        continue;
                    }
                    self.too_large()
                }
                Ok(None) => {
                    self.response = None;
                    // The last line may lack its end. An unfinished event is dropped.
                    if !self.is_events {
                        let line = std::mem::take(&mut self.rest);
                        self.line(&line);
                    }
                    match self.ready.is_empty() {
                        true => return None,
                        false => continue,
                    }
                }
                Err(error) => UndecodedReason::Truncated { timed_out: error.is_timeout() },
            };
            let mut body = self.data.take().unwrap_or_default();
            body.append(&mut self.rest);
            return Some(Err(self.end(body, reason)));
        }
    }

    fn too_large(&self) -> UndecodedReason {
        UndecodedReason::TooLarge { limit: u64::try_from(self.limit).unwrap_or(u64::MAX) }
    }

    /// Nothing more is read.
    fn end(&mut self, body: Vec<u8>, reason: UndecodedReason) -> Error {
        self.response = None;
        self.ready.clear();
        self.undecoded(body, reason)
    }

    /// Takes the lines that are complete.
    fn take(&mut self, chunk: &[u8]) {
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.rest);
                self.line(line.strip_suffix(b"\n").unwrap_or(&line));
            }
        }
    }

    fn line(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !self.is_events {
            if !line.trim_ascii().is_empty() {
                self.ready.push_back(line.to_vec());
            }
            return;
        }
        if line.is_empty() {
            // Some servers send `[DONE]` after the last value.
            let data = self.data.take().filter(|data| data != b"[DONE]");
            self.ready.extend(data);
        } else if let Some(value) = line.strip_prefix(b"data:").or_else(|| (line == b"data").then_some(b"")) {
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            }
        }
    }

    fn undecoded(&self, body: Vec<u8>, reason: UndecodedReason) -> Error {
        Error::Undecoded(Box::new(Undecoded::new(self.status, self.headers.clone(), body, reason)))
    }
}
