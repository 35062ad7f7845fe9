//! A call that is ready, and what its answer can be taken as.

use std::convert::{Infallible, identity};
use std::fmt;
// In the prelude since the edition of 2024 only.
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::error::{Error, Fault};
use super::send::Exchange;
use super::undecoded::{Undecoded, UndecodedReason};

/// How an answer becomes the operation's own.
pub(crate) type Read<T, E> = fn(Answer) -> Result<ResponseValue<T>, Error<E>>;

/// A call that is ready: a future of the answer. Nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct Call<'a, T, E = Infallible> {
    exchange: Exchange<'a, Answer>,
    read: Read<T, E>,
}

impl<'a, T, E> Call<'a, T, E> {
    pub(crate) fn new(exchange: Exchange<'a, Answer>, read: Read<T, E>) -> Self {
        Self { exchange, read }
    }

    /// Sends the request and gives the answer before it is decoded, to read it as a type of your own or to keep what came.
    ///
    /// # Errors
    ///
    /// As the call itself, but an answer that the operation declares is not an error here, whatever its status.
    pub async fn raw(self) -> Result<RawAnswer<T, E>, Error<E>> {
        let Self { exchange, read } = self;
        exchange.await.map(|answer| RawAnswer { answer, read }).map_err(Fault::widen)
    }
}

impl<T, E> Future for Call<'_, T, E> {
    type Output = Result<ResponseValue<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let read = self.read;
        self.exchange.as_mut().poll(context).map(|answer| answer.map_err(Fault::widen).and_then(read))
    }
}

impl<T, E> fmt::Debug for Call<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// A declared answer before it is decoded, of success or failure. `Debug` shows neither the body nor the value of a header.
pub struct RawAnswer<T, E = Infallible> {
    answer: Answer,
    read: Read<T, E>,
}

impl<T, E> RawAnswer<T, E> {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.answer.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.answer.headers
    }

    /// The media type that the document declares for it, empty where it declares none. `Content-Type` says what was sent.
    pub fn media_type(&self) -> &'static str {
        self.answer.declared.1
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        self.answer.body.as_slice()
    }

    /// Status, headers and body.
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Vec<u8>) {
        (self.answer.status, self.answer.headers, self.answer.body.into_vec())
    }

    /// What awaiting the call would have given.
    ///
    /// # Errors
    ///
    /// As the call itself.
    pub fn decode(self) -> Result<ResponseValue<T>, Error<E>> {
        (self.read)(self.answer)
    }

    /// Reads the body of an answer of success as JSON of a type of your own.
    ///
    /// # Errors
    ///
    /// The answer is one of failure, or the body does not fit the type. Nothing of it is lost.
    pub fn json<V: DeserializeOwned>(self) -> Result<ResponseValue<V>, Error<E>> {
        self.success(Answer::json)
    }

    /// Reads the body of an answer of success as text.
    ///
    /// # Errors
    ///
    /// The answer is one of failure, or the body is not UTF-8. Nothing of it is lost.
    pub fn text(self) -> Result<ResponseValue<String>, Error<E>> {
        self.success(Answer::text)
    }

    fn success<V>(self, read: fn(&mut Answer) -> Result<V, UndecodedReason>) -> Result<ResponseValue<V>, Error<E>> {
        if self.answer.is_success() {
            return self.answer.success(read, identity);
        }
        let (status, headers, body) = (self.status(), self.headers().clone(), self.body().to_vec());
        match self.decode() {
            Err(error) => Err(error),
            Ok(_) => Err(Error::Undecoded(Box::new(Undecoded::new(status, headers, body, UndecodedReason::Status)))),
        }
    }
}

impl<T, E> fmt::Debug for RawAnswer<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status())
            .field("body_length", &self.body().len())
            .finish_non_exhaustive()
    }
}
