//! The options of a request: its own timeout, headers and size limit; and how it is sent.

use std::time::Duration;

use crate::api::{self, RawResponse};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::headers::Headers;
use crate::operation::Operation;
use crate::response::Response;
use openapi_smith_runtime::SentRequest;

/// The options of one call, before the client's own are added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) response_limit: Option<u64>,
    pub(crate) headers: Headers,
}

impl Options {
    /// Sends a generated call with these options, and lets `judge` make the flow's own result of each attempt.
    ///
    /// The error of the generated layer becomes the flow's before, without the secrets that were sent.
    pub(crate) async fn send<T, E: 'static, V>(
        &self,
        client: &Client,
        operation: Operation,
        call: api::Call<T, E>,
        mut judge: impl FnMut(Result<RawResponse<T, E>, api::Error<E>>, &SentRequest) -> Result<Response<V>>,
    ) -> Result<Response<V>> {
        let headers = self.headers.checked().map_err(|fault| Error::invalid(operation, fault))?;
        let mut call = call.headers(headers.clone());
        if let Some(timeout) = self.timeout {
            call = call.timeout(timeout);
        }
        if let Some(limit) = self.response_limit {
            call = call.response_limit(limit);
        }
        if let Some(policy) = client.retries().filter(|_| operation.is_retryable()) {
            call = call.retry(*policy);
        }
        let judged = |result, sent: &SentRequest| judge(result, sent).map(Response::into_inner);
        call.send_with(judged).await.map(Response::from_api)
    }
}

/// Gives a request its setters, `send`, `send_with_response` and `.await`, in terms of its own `respond()`.
macro_rules! request {
    ($name:ident $(<$life:lifetime>)? => $output:ty) => {
        impl $(<$life>)? $name $(<$life>)? {
            /// Limits how long the whole call may take, in place of the client's timeout; where
            /// [retries](crate::ClientBuilder::retries) are on, each attempt.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.options.timeout = Some(timeout);
                self
            }

            /// Sends a header with this call, in place of the client's of the same name.
            ///
            /// A name or a value that cannot be sent is reported when the request is sent. `Authorization` cannot be set.
            pub fn header<N, V>(mut self, name: N, value: V) -> Self
            where
                N: TryInto<reqwest::header::HeaderName>,
                V: TryInto<reqwest::header::HeaderValue>,
            {
                self.options.headers.set(name, value);
                self
            }

            /// Limits the size of the response in bytes, in place of the client's limit.
            pub fn response_limit(mut self, limit: u64) -> Self {
                self.options.response_limit = Some(limit);
                self
            }

            // Boxed here, so that the call is compiled once and not once for each place that waits for it; and inline, so that
            // it is compiled in the user's crate, and only if the user makes the call. The request is borrowed: an `async fn`
            // that takes it would keep it twice.
            #[inline]
            fn start<T: 'static>(
                self,
                into: fn($crate::response::Response<$output>) -> T,
            ) -> request!(@future $($life)?; $crate::error::Result<T>) {
                Box::pin(async move { self.respond().await.map(into) })
            }

            /// Sends the request; the same as `.await` on it.
            ///
            /// # Errors
            ///
            /// As described at the method that made the request.
            pub async fn send(self) -> $crate::error::Result<$output> {
                self.start($crate::response::Response::into_value).await
            }

            /// Sends the request, and gives status and headers together with the value.
            ///
            /// # Errors
            ///
            /// As described at the method that made the request.
            pub async fn send_with_response(self) -> $crate::error::Result<$crate::response::Response<$output>> {
                self.start(std::convert::identity).await
            }
        }

        impl $(<$life>)? std::future::IntoFuture for $name $(<$life>)? {
            type Output = $crate::error::Result<$output>;
            type IntoFuture = request!(@future $($life)?; Self::Output);

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.start($crate::response::Response::into_value)
            }
        }
    };
    (@future $life:lifetime; $output:ty) => { $crate::BoxFuture<$life, $output> };
    (@future ; $output:ty) => { $crate::BoxFuture<'static, $output> };
}
pub(crate) use request;
