//! [`AccessToken`], [`TokenProvider`] and [`TokenSource`]: the token of an operation, and its renewal.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::call::BoxFuture;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::secret::Secret;
use crate::single_flight::SingleFlight;

/// An access token or a [`TokenSource`], for [`userinfo`](crate::Client::userinfo) and the operations on credentials.
///
/// Converts from `&str`, `String`, [`Secret`] and everything that converts to a `Secret`, and from a [`TokenSource`].
#[derive(Clone)]
pub struct AccessToken(Kind);

#[derive(Clone)]
enum Kind {
    Fixed(Secret),
    Source(TokenSource),
}

impl AccessToken {
    pub(crate) fn fixed(&self) -> Option<&Secret> {
        match &self.0 {
            Kind::Fixed(token) => Some(token),
            Kind::Source(_) => None,
        }
    }

    /// The token to send, different from `rejected`.
    pub(crate) async fn get(
        &self,
        operation: Operation,
        rejected: Option<&Secret>,
        limit: Option<Duration>,
    ) -> Result<Secret> {
        let source = match &self.0 {
            Kind::Fixed(token) => return Ok(token.clone()),
            Kind::Source(source) => source.get(rejected),
        };
        let token = match limit {
            None => source.await,
            Some(limit) => timeout(limit, source).await.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Timeout, None, "the token provider took too long")
                    .with_hint("nothing was sent: the next call continues to wait for the same token"))
            }),
        };
        token.map_err(|error| error.with_operation(operation))
    }
}

impl<T: Into<Secret>> From<T> for AccessToken {
    fn from(token: T) -> Self {
        Self(Kind::Fixed(token.into()))
    }
}

impl From<TokenSource> for AccessToken {
    fn from(source: TokenSource) -> Self {
        Self(Kind::Source(source))
    }
}

impl From<&TokenSource> for AccessToken {
    fn from(source: &TokenSource) -> Self {
        Self(Kind::Source(source.clone()))
    }
}

impl fmt::Debug for AccessToken {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Fixed(token) => token.fmt(f),
            Kind::Source(source) => source.fmt(f),
        }
    }
}

/// Fetches access tokens: from the token endpoint with a refresh token, from a store, or from another service.
///
/// Closures implement it. A [`TokenSource`] never calls it twice at the same time.
///
/// ```
/// use ory_oidc::{BoxError, Secret, TokenSource};
///
/// # async fn ask_the_token_endpoint(refresh_token: &Secret) -> Result<String, BoxError> { Ok("ory_at_...".to_owned()) }
/// let refresh_token = Secret::from("ory_rt_...");
/// let source = TokenSource::new(move |_rejected: Option<Secret>| {
///     let refresh_token = refresh_token.clone();
///     async move { ask_the_token_endpoint(&refresh_token).await }
/// });
/// ```
pub trait TokenProvider: Send + Sync {
    /// Fetches a token, different from `rejected`, which the server has just rejected with 401.
    ///
    /// The future owns its data, since it outlives a cancelled caller: the next caller continues it.
    fn token(&self, rejected: Option<Secret>) -> BoxFuture<'static, Result<Secret, BoxError>>;
}

impl<F, A, T, E> TokenProvider for F
where
    F: Fn(Option<Secret>) -> A + Send + Sync,
    A: Future<Output = Result<T, E>> + Send + 'static,
    T: Into<Secret>,
    E: Into<BoxError>,
{
    fn token(&self, rejected: Option<Secret>) -> BoxFuture<'static, Result<Secret, BoxError>> {
        let token = self(rejected);
        Box::pin(async move { token.await.map(Into::into).map_err(Into::into) })
    }
}

/// An access token that is renewed when the server rejects it.
///
/// Pass it to an operation in place of a token. It fetches the first token from its [`TokenProvider`] and keeps it for all calls.
/// If a call fails with 401, it fetches a new token and retries the call once. Concurrent calls share one fetch. If the
/// provider fails, the calls fail with [`ErrorKind::TokenProvider`], and the next call fetches again.
///
/// Cheap to clone: clones share the token.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client, source: ory_oidc::TokenSource) -> Result<(), ory_oidc::Error> {
/// let info = ory.userinfo(&source).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenSource {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Box<dyn TokenProvider>,
    flight: SingleFlight<Secret>,
}

impl TokenSource {
    /// Makes a source without a token.
    pub fn new(provider: impl TokenProvider + 'static) -> Self {
        Self::start(provider, None)
    }

    /// Makes a source that uses this token until the server rejects it.
    #[doc(alias = "starting_with")]
    pub fn with_initial_token(token: impl Into<Secret>, provider: impl TokenProvider + 'static) -> Self {
        Self::start(provider, Some(token.into()))
    }

    fn start(provider: impl TokenProvider + 'static, token: Option<Secret>) -> Self {
        Self { inner: Arc::new(Inner { provider: Box::new(provider), flight: SingleFlight::new(token) }) }
    }

    /// The current token, fetched if there is none: for requests that this crate does not make.
    ///
    /// # Errors
    ///
    /// [`TokenProvider`](ErrorKind::TokenProvider) with the provider's own error as its source.
    pub async fn token(&self) -> Result<Secret> {
        self.get(None).await
    }

    /// Drops the token, so that the next call fetches a new one: after a login, or if the token is known to have expired.
    #[doc(alias = "forget")]
    pub async fn invalidate(&self) {
        self.inner.flight.clear().await;
    }

    async fn get(&self, rejected: Option<&Secret>) -> Result<Secret> {
        let inner = &*self.inner;
        inner
            .flight
            .value(&|token| Some(token) != rejected, &|| {
                let token = inner.provider.token(rejected.cloned());
                Box::pin(async move { token.await.map_err(failed) })
            })
            .await
    }
}

fn failed(source: BoxError) -> Error {
    Error::new(ErrorKind::TokenProvider, None, "the token provider failed").with_source(source)
}

/// Shows nothing of the token.
impl fmt::Debug for TokenSource {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").finish_non_exhaustive()
    }
}
