//! A call: a request that is ready, its options, and what its response becomes.

mod exchange;
mod options;

pub use exchange::{Opened, call, open};

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::credential::Credential;
use crate::error::Error;
use crate::hooks::BoxFuture;
use crate::response::{RawResponse, Response};
use exchange::Prepared;
use options::Options;

/// How a response becomes the value of its operation.
pub(crate) type Decode<T, E, R = Response> = fn(R) -> Result<ResponseValue<T>, Error<E>>;

/// A call that is ready, with its options. Nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct Call<T, E = Infallible> {
    prepared: Prepared,
    decode: Decode<T, E>,
}

impl<T, E> Call<T, E> {
    /// Sends the request and returns the response before it is decoded, to decode it as a type of your own or to keep it.
    ///
    /// # Errors
    ///
    /// As the call itself. But a response that the operation declares is not an error here, whatever its status.
    pub fn raw(self) -> impl Future<Output = Result<RawResponse<T, E>, Error<E>>> + use<T, E> {
        let Self { prepared, decode } = self;
        let exchange = prepared.whole();
        async move { exchange.await.map(|response| RawResponse::new(response, decode)).map_err(Error::widen) }
    }
}

/// A call that is ready, and whose response is read as it arrives. Nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct StreamCall<T, E = Infallible> {
    prepared: Prepared,
    streamed: &'static [(&'static str, &'static str)],
    decode: Decode<T, E, Opened>,
}

options::call_surface!(Call, Response, |call| call.prepared.whole());
options::call_surface!(StreamCall, Opened, |call| call.prepared.opened(call.streamed));

/// The future of a [`Call`]. `R` is the response before it is decoded.
#[must_use = "nothing is sent before it is awaited"]
pub struct CallFuture<T, E = Infallible, R = Response> {
    /// Boxed, so that it is compiled once and not for every type of response.
    exchange: BoxFuture<'static, Result<R, Error>>,
    decode: Decode<T, E, R>,
}

impl<T, E, R> Future for CallFuture<T, E, R> {
    type Output = Result<ResponseValue<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let decode = self.decode;
        self.exchange.as_mut().poll(context).map(|response| response.map_err(Error::widen).and_then(decode))
    }
}

impl<T, E, R> fmt::Debug for CallFuture<T, E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}
