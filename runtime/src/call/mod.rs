//! A call: a request that is ready, its options, its attempts, and what its response becomes.
//!
//! Uses `request`, `response`, `credential`, `client` and `hook`. Generated modules make calls; `client` knows their retry policy.

mod attempts;
mod authentication;
mod exchange;
mod options;
mod reconnect;
mod secrets;
#[cfg(feature = "tracing")]
mod span;
mod template;

pub use attempts::SentRequest;
pub use exchange::{Opened, call, call_with, open};
pub(crate) use options::call_options;
pub(crate) use template::Template;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::boxed::BoxFuture;
use crate::credential::Credential;
use crate::error::{AttemptError, Error};
use crate::response::{Decode, RawResponse, Response};
use crate::retry::RetryPolicy;
pub(crate) use attempts::{Attempts, Ending};

/// A call as its attempts and its decoder, for code that makes it several times.
pub(crate) fn into_parts<T, E>(call: Call<T, E>) -> (Box<Attempts>, Decode<T, E>) {
    (call.attempts, call.decode)
}

/// A call that is ready, with its options. Nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct Call<T, E = Infallible> {
    attempts: Box<Attempts>,
    decode: Decode<T, E>,
}

impl<T, E: 'static> Call<T, E> {
    /// Sends the request and returns the response before it is decoded, to decode it as a type of your own or to keep it.
    ///
    /// # Errors
    ///
    /// No response came in full. A response that did is no error here, whatever its status and media type are, and whether the
    /// operation declares it or not.
    pub fn raw(self) -> impl Future<Output = Result<RawResponse<T, E>, Error<E>>> + use<T, E> {
        let Self { attempts, decode } = self;
        let exchange = attempts.begun().whole();
        async move {
            let (result, mut attempts) = exchange.await;
            match result {
                Ok(response) => {
                    attempts.ended(Ending::of(&response));
                    Ok(RawResponse::new(response, decode))
                }
                Err(error) => {
                    attempts.ended(Ending::failed(&error));
                    Response::undeclared_in(error)
                        .map(|response| RawResponse::new(response, decode))
                        .map_err(Error::widen)
                }
            }
        }
    }

    /// Sends the request, and lets `judge` make the result of each attempt into a value or an error of your own. Whether the call
    /// is retried depends on that error.
    ///
    /// For code that wraps a generated client, and knows more about a response than the document says: hooks, spans and
    /// retries see what `judge` returns. The second argument of `judge` is the request as it was sent, for redacting its
    /// secrets in the texts of the response.
    ///
    /// # Errors
    ///
    /// What `judge` returns for the last attempt.
    pub async fn send_with<V, F: AttemptError>(
        self,
        mut judge: impl FnMut(Result<RawResponse<T, E>, Error<E>>, &SentRequest) -> Result<ResponseValue<V>, F>,
    ) -> Result<ResponseValue<V>, F> {
        let Self { attempts, decode } = self;
        let mut attempts = attempts.judged();
        loop {
            let (result, next) = attempts.whole().await;
            attempts = next;
            let result = result.map(|response| RawResponse::new(response, decode)).map_err(Error::widen);
            let result = judge(result, attempts.sent());
            let ending = match &result {
                Ok(value) => Ending::succeeded(value.status(), value.headers()),
                Err(error) => Ending::failed(error),
            };
            if !attempts.repeats(ending) {
                attempts.ended(ending);
                return result;
            }
        }
    }
}

/// A call that is ready, and whose response is read as it arrives. Nothing is sent before it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct StreamCall<T, E = Infallible> {
    attempts: Box<Attempts>,
    streamed: &'static [(&'static str, &'static str)],
    decode: Decode<T, E, Opened>,
}

impl<T, E: 'static> StreamCall<T, E> {
    /// Opens the stream again if it is cut, with the header `Last-Event-ID` (HTML, section 9.2.3). For server-sent events:
    /// lines and bytes have no ids, so for these a cut is an error whatever the policy.
    ///
    /// The attempts of the policy are those since the last event; the backoff is never shorter than the server's `retry`. A
    /// stream that ends is not opened again, nor after a 204.
    pub fn reconnect(mut self, policy: RetryPolicy) -> Self {
        self.attempts.options.reconnect = Some(policy);
        self
    }
}

options::call_surface!(Call, Response, |call| call.attempts.begun().whole());
options::call_surface!(StreamCall, Opened, |call| call.attempts.opened(call.streamed));

/// The result of an exchange, and its attempts, which report the decoding later.
pub(crate) type Exchanged<R> = (Result<R, Error>, Box<Attempts>);

/// The future of a [`Call`]. `R` is the response before it is decoded.
#[must_use = "nothing is sent before it is awaited"]
pub struct CallFuture<T, E = Infallible, R = Response> {
    /// Boxed, so that it is compiled once and not for every type of response.
    exchange: BoxFuture<'static, Exchanged<R>>,
    decode: Decode<T, E, R>,
}

impl<T, E: 'static, R> Future for CallFuture<T, E, R> {
    type Output = Result<ResponseValue<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let decode = self.decode;
        self.exchange.as_mut().poll(context).map(|(response, mut attempts)| {
            let result = response.map_err(Error::widen).and_then(decode);
            attempts.ended(match &result {
                Ok(value) => Ending::succeeded(value.status(), value.headers()),
                Err(error) => Ending::failed(error),
            });
            result
        })
    }
}

impl<T, E, R> fmt::Debug for CallFuture<T, E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}
