//! What every request has in common: its own timeout, headers and size limit, and how it becomes a future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};

use crate::api::{self, Credential};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::secret::{Secret, token_problem};

/// A boxed future that can be sent between threads: what `.await` on a request runs, and what the traits of this crate
/// return so that they can be used as trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The options of one call, before the client's own are added.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub(crate) timeout: Option<Duration>,
    pub(crate) response_limit: Option<u64>,
    pub(crate) headers: Headers,
    #[cfg(feature = "tracing")]
    pub(crate) span: Option<tracing::Span>,
}

impl fmt::Debug for Call {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("timeout", &self.timeout)
            .field("response_limit", &self.response_limit)
            .field("headers", &self.headers.map.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// Headers that were set one by one, and the first that could not be.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    map: HeaderMap,
    fault: Option<String>,
}

impl Headers {
    pub(crate) fn set<N, V>(&mut self, name: N, value: V)
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let Ok(name) = name.try_into() else {
            self.fault.get_or_insert_with(|| "a header has a name that is not one".to_owned());
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

    pub(crate) fn as_map(&self) -> &HeaderMap {
        &self.map
    }

    pub(crate) fn checked(&self) -> Result<&HeaderMap, &str> {
        self.fault.as_deref().map_or(Ok(&self.map), Err)
    }
}

impl Call {
    /// Puts together what the generated layer needs, and refuses what must not be sent.
    pub(crate) fn options(
        &self,
        client: &Client,
        operation: Operation,
        token: Option<(&'static str, &Secret)>,
        timeout: Option<Duration>,
    ) -> Result<AttemptOptions> {
        let mut headers = client.headers().clone();
        for (name, value) in self.headers.checked().map_err(|fault| Error::invalid(operation, fault))? {
            headers.insert(name.clone(), value.clone());
        }
        let mut bearer = None;
        if let Some((name, token)) = token {
            if let Some(problem) = token_problem(token) {
                return Err(Error::invalid(operation, format!("the {name} {problem}")));
            }
            bearer = Some(token.clone());
        }
        Ok(AttemptOptions { timeout, response_limit: self.response_limit, headers, bearer })
    }
}

/// The options of one attempt: those of the call and the client's.
pub(crate) struct AttemptOptions {
    pub(crate) timeout: Option<Duration>,
    response_limit: Option<u64>,
    pub(crate) headers: HeaderMap,
    bearer: Option<Secret>,
}

impl AttemptOptions {
    /// Sets them on a generated call.
    #[inline]
    pub(crate) fn set_on<T, E>(self, call: api::Call<T, E>) -> api::Call<T, E> {
        let mut call = call.headers(self.headers);
        if let Some(timeout) = self.timeout {
            call = call.timeout(timeout);
        }
        if let Some(limit) = self.response_limit {
            call = call.response_limit(limit);
        }
        if let Some(token) = self.bearer {
            call = call.credential(Credential::Bearer(token));
        }
        call
    }
}

/// Gives a request its setters, `send`, `send_with_response` and `.await`, in terms of its own `answer()`.
macro_rules! request {
    ($name:ident $(<$life:lifetime>)?, $operation:expr => $output:ty) => {
        impl $(<$life>)? $name $(<$life>)? {
            /// Limits how long the whole call may take, in place of the client's timeout; where
            /// [retries](crate::ClientBuilder::retries) are on, each attempt.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call.timeout = Some(timeout);
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
                self.call.headers.set(name, value);
                self
            }

            /// Limits the size of the answer in bytes, in place of the client's limit.
            pub fn response_limit(mut self, limit: u64) -> Self {
                self.call.response_limit = Some(limit);
                self
            }

            // Boxed here, so that the call is compiled once and not once for each place that waits for it; and inline, so that
            // it is compiled in the user's crate, and only if the user makes the call. The request is borrowed: an `async fn`
            // that takes it would keep it twice.
            #[inline]
            fn start<T: 'static>(
                mut self,
                into: fn($crate::response::Response<$output>) -> T,
            ) -> request!(@future $($life)?; $crate::error::Result<T>) {
                #[cfg(feature = "tracing")]
                {
                    let span = $crate::span::new(&self.client, $operation);
                    self.call.span = Some(span.clone());
                    $crate::span::run(Box::pin(async move { self.answer().await.map(into) }), span)
                }
                #[cfg(not(feature = "tracing"))]
                Box::pin(async move { self.answer().await.map(into) })
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
    (@future $life:lifetime; $output:ty) => { $crate::call::BoxFuture<$life, $output> };
    (@future ; $output:ty) => { $crate::call::BoxFuture<'static, $output> };
}
pub(crate) use request;
