//! The options of one call, which override those of the client.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::credential::Credential;
use crate::error::Error;
use crate::retry::RetryPolicy;

/// The options of one call.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) headers: HeaderMap,
    pub(crate) credential: Option<Credential>,
    /// Whether no credential is sent.
    pub(crate) is_anonymous: bool,
    pub(crate) response_limit: Option<u64>,
    pub(crate) retry: Option<RetryPolicy>,
    /// The URL in place of the operation's.
    pub(crate) url: Option<Url>,
    /// The URL of the next page, which gets a credential of the query.
    pub(crate) next: Option<Url>,
    /// The rules for opening a stream again after it was cut.
    pub(crate) reconnect: Option<RetryPolicy>,
    /// The first header that cannot be sent.
    pub(crate) refusal: Option<Error>,
}

impl Options {
    /// A copy of the options for a further call. The first refusal ends all calls, so it is not copied.
    pub(crate) fn copied(&self) -> Self {
        Self {
            timeout: self.timeout,
            headers: self.headers.clone(),
            credential: self.credential.clone(),
            is_anonymous: self.is_anonymous,
            response_limit: self.response_limit,
            retry: self.retry,
            url: self.url.clone(),
            next: None,
            reconnect: None,
            refusal: None,
        }
    }

    pub(crate) fn header(&mut self, name: Option<HeaderName>, value: Option<HeaderValue>) {
        match (name, value) {
            (Some(name), Some(mut value)) => {
                // It may be a cookie: `Debug` of the request must not show it.
                value.set_sensitive(true);
                self.headers.append(name, value);
            }
            (name, _) => {
                let reason = if name.is_none() { "its name is invalid" } else { "its value is invalid" };
                self.refusal.get_or_insert(Error::InvalidArgument { name: "header", reason });
            }
        }
    }
}

/// The setters of a call, and of types that make several calls.
macro_rules! call_options {
    ($call:ident<$($generic:ident),*>, $($options:ident).+) => {
        impl<$($generic),*> $call<$($generic),*> {
            /// How long the call may take, from connecting to the last byte of the response; with retries, each attempt.
            pub fn timeout(mut self, timeout: Duration) -> Self {
                self.$($options).+.timeout = Some(timeout);
                self
            }

            /// Sends a header. It replaces the header of this name that the operation would send. An invalid name or
            /// value is an error of the call.
            pub fn header<N: TryInto<HeaderName>, V: TryInto<HeaderValue>>(mut self, name: N, value: V) -> Self {
                self.$($options).+.header(name.try_into().ok(), value.try_into().ok());
                self
            }

            /// Sends this credential in place of the client's, even if the operation declares none. An API key goes where the
            /// operation's scheme says, else where the only scheme of the document for API keys says.
            pub fn credential(mut self, credential: Credential) -> Self {
                self.$($options).+.credential = Some(credential);
                self.$($options).+.is_anonymous = false;
                self
            }

            /// Sends no credential, also if the operation declares that it needs one: documents often declare so for a login.
            pub fn without_credential(mut self) -> Self {
                self.$($options).+.credential = None;
                self.$($options).+.is_anonymous = true;
                self
            }

            /// How many bytes the body of the response may have.
            pub fn response_limit(mut self, bytes: u64) -> Self {
                self.$($options).+.response_limit = Some(bytes);
                self
            }

            /// Retries the call by this policy, whatever its method. Use it only if repeating the call does no harm.
            pub fn retry(mut self, policy: RetryPolicy) -> Self {
                self.$($options).+.retry = Some(policy);
                self
            }
        }
    };
}
pub(crate) use call_options;

/// The options of a call, and how it is sent. `$received` is what the exchange returns.
macro_rules! call_surface {
    ($call:ident, $received:ty, |$this:ident| $exchange:expr) => {
        call_options!($call<T, E>, attempts.options);

        impl<T, E: 'static> $call<T, E> {
            /// Sends the request to this URL, for code that wraps a generated client and knows a second address of the operation.
            /// Hooks and spans see `path`. Default headers and credentials are sent there, so it has to be on the same server.
            #[doc(hidden)]
            pub fn at(mut self, path: &'static str, url: reqwest::Url) -> Self {
                self.attempts.path = path;
                self.attempts.options.url = Some(url);
                self
            }

            /// Sends exactly these headers in place of those that were set before. Secret values are marked as sensitive.
            #[doc(hidden)]
            pub fn headers(mut self, headers: HeaderMap) -> Self {
                self.attempts.options.headers = headers;
                self
            }

            /// Sends the request; the same as `.await`. The future owns all that it needs: it can be spawned.
            pub fn send(self) -> CallFuture<T, E, $received> {
                let $this = self;
                let decode = $this.decode;
                CallFuture { exchange: $exchange, decode }
            }
        }

        impl<T, E: 'static> IntoFuture for $call<T, E> {
            type Output = Result<ResponseValue<T>, Error<E>>;
            type IntoFuture = CallFuture<T, E, $received>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }

        /// Shows the operation, and nothing of the request.
        impl<T, E> fmt::Debug for $call<T, E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let operation = self.attempts.operation.id;
                f.debug_struct(stringify!($call)).field("operation_id", &operation).finish_non_exhaustive()
            }
        }
    };
}
pub(super) use call_surface;
