//! [`AccessToken`], [`TokenProvider`] and [`TokenSource`]: a bearer token, and its renewal.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::single_flight::SingleFlight;
use crate::boxed::{BoxError, BoxFuture};
use crate::secret::Secret;

/// A bearer token: a fixed one, or a [`TokenSource`] that renews it.
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
    /// The token, if it is a fixed one.
    pub(crate) fn fixed(&self) -> Option<&Secret> {
        match &self.0 {
            Kind::Fixed(token) => Some(token),
            Kind::Source(_) => None,
        }
    }

    /// The source, if there is one.
    pub(crate) fn source(&self) -> Option<&TokenSource> {
        match &self.0 {
            Kind::Fixed(_) => None,
            Kind::Source(source) => Some(source),
        }
    }

    /// The token: the fixed one, or the current one of the source, waited for no longer than `limit`.
    ///
    /// # Errors
    ///
    /// The provider of the source failed or took too long.
    pub async fn get(&self, limit: Option<Duration>) -> Result<Secret, TokenError> {
        match &self.0 {
            Kind::Fixed(token) => Ok(token.clone()),
            Kind::Source(source) => source.get(None, limit).await,
        }
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Fixed(token) => token.fmt(f),
            Kind::Source(source) => source.fmt(f),
        }
    }
}

/// Fetches bearer tokens: from a token endpoint with a refresh token, from a store, or from another service.
///
/// Closures implement it. A [`TokenSource`] never calls it twice at the same time.
///
/// ```
/// use openapi_smith_runtime::{BoxError, Secret, TokenSource};
///
/// # async fn ask_the_token_endpoint(refresh_token: &Secret) -> Result<String, BoxError> { Ok("at_...".to_owned()) }
/// let refresh_token = Secret::from("rt_...");
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

/// A bearer token that is renewed when the server rejects it.
///
/// Use it in place of a token. It fetches the first token from its [`TokenProvider`] and keeps it for all calls. If a call
/// fails with 401, it fetches a new token and retries the call once. Concurrent calls share one fetch. If the
/// provider fails, the calls fail with its [`TokenError`], and the next call fetches again.
///
/// Cheap to clone: clones share the token.
#[derive(Clone)]
pub struct TokenSource {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Box<dyn TokenProvider>,
    flight: SingleFlight<Secret, TokenError>,
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

    /// The current token, fetched if there is none: for requests that no generated client makes.
    ///
    /// # Errors
    ///
    /// The provider failed; its own error is the source.
    pub async fn token(&self) -> Result<Secret, TokenError> {
        self.get(None, None).await
    }

    /// Drops the token, so that the next call fetches a new one: after a login, or if the token is known to have expired.
    #[doc(alias = "forget")]
    pub async fn invalidate(&self) {
        self.inner.flight.clear().await;
    }

    /// A token different from `rejected`, waited for no longer than `limit`.
    pub(crate) async fn get(&self, rejected: Option<&Secret>, limit: Option<Duration>) -> Result<Secret, TokenError> {
        let inner = &*self.inner;
        let is_good = |token: &Secret| Some(token) != rejected;
        let fetch = || -> BoxFuture<'static, Result<Secret, TokenError>> {
            let token = inner.provider.token(rejected.cloned());
            Box::pin(async move { token.await.map_err(|error| TokenError(Some(Arc::from(error)))) })
        };
        let token = inner.flight.value(&is_good, &fetch);
        match limit {
            None => token.await,
            Some(limit) => timeout(limit, token).await.unwrap_or(Err(TokenError(None))),
        }
    }
}

/// Shows nothing of the token.
impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").finish_non_exhaustive()
    }
}

/// A [`TokenSource`] has no token: its provider failed, with its own error as the source, or took too long.
#[derive(Clone)]
pub struct TokenError(Option<Arc<dyn Error + Send + Sync>>);

impl TokenError {
    /// Whether the time of the call ran out. The fetch goes on with the next call.
    pub fn is_timeout(&self) -> bool {
        self.0.is_none()
    }

    /// The provider's own error; `None` if it took too long.
    pub fn into_source(self) -> Option<Arc<dyn Error + Send + Sync>> {
        self.0
    }
}

/// Shows nothing of the provider's error, which may hold a secret.
impl fmt::Debug for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenError").field("is_timeout", &self.is_timeout()).finish_non_exhaustive()
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { "the token provider took too long" } else { "the token provider failed" })
    }
}

impl Error for TokenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_deref().map(|source| source as _)
    }
}
