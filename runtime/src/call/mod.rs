//! A call: a request that is ready, its options, and what its response becomes.

mod exchange;
mod options;

pub use exchange::{Opened, StreamCall, call, open};
pub use options::CallOptions;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use progenitor_client::ResponseValue;

use crate::error::Error;
use crate::hooks::BoxFuture;
use crate::response::{RawResponse, Response};

/// How a response becomes the value of its operation.
pub(crate) type Decode<T, E> = fn(Response) -> Result<ResponseValue<T>, Error<E>>;

/// A call that is ready: a future of the response. Nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct Call<'a, T, E = Infallible> {
    /// Boxed, so that it is compiled once and not for every type of response.
    exchange: BoxFuture<'a, Result<Response, Error>>,
    decode: Decode<T, E>,
}

impl<T, E> Call<'_, T, E> {
    /// Sends the request and returns the response before it is decoded, to decode it as a type of your own or to keep it.
    ///
    /// # Errors
    ///
    /// As the call itself. But a response that the operation declares is not an error here, whatever its status.
    pub async fn raw(self) -> Result<RawResponse<T, E>, Error<E>> {
        let Self { exchange, decode } = self;
        exchange.await.map(|response| RawResponse::new(response, decode)).map_err(Error::widen)
    }
}

impl<T, E> Future for Call<'_, T, E> {
    type Output = Result<ResponseValue<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let decode = self.decode;
        self.exchange.as_mut().poll(context).map(|response| response.map_err(Error::widen).and_then(decode))
    }
}

impl<T, E> fmt::Debug for Call<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}
