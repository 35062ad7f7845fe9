//! What every request has in common: its own timeout, headers and size limit, and how it is sent.

use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};

use crate::api::{self, RawResponse};
use crate::client::Client;
use crate::error::{Error, Result};
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

/// Headers that were set one by one, and the first that could not be.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    map: HeaderMap,
    fault: Option<String>,
}

/// Shows the names.
impl std::fmt::Debug for Headers {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.map.keys()).finish()
    }
}

impl Headers {
    pub(crate) fn set<N, V>(&mut self, name: N, value: V)
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let Ok(name) = name.try_into() else {
            self.fault.get_or_insert_with(|| "a header has an invalid name".to_owned());
            return;
        };
        if name == AUTHORIZATION {
            // It would go out with operations that must not carry a credential, and the wrong one with the others.
            self.fault.get_or_insert_with(|| {
                "header `authorization`: cannot be set: give the token to the operation that takes it".to_owned()
            });
            return;
        }
        if matches!(name, CONTENT_TYPE | CONTENT_LENGTH | TRANSFER_ENCODING) {
            self.fault.get_or_insert_with(|| format!("header `{name}`: cannot be set: it follows from the body"));
            return;
        }
        let Ok(mut value) = value.try_into() else {
            self.fault.get_or_insert_with(|| format!("header `{name}`: its value contains a control character"));
            return;
        };
        value.set_sensitive(true);
        self.map.insert(name, value);
    }

    pub(crate) fn checked(&self) -> Result<&HeaderMap, &str> {
        self.fault.as_deref().map_or(Ok(&self.map), Err)
    }
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
