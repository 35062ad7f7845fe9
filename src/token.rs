//! [`AccessToken`], [`TokenProvider`] and [`TokenSource`]: the token that an operation takes, and where a new one comes from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::call::BoxFuture;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::secret::Secret;
use crate::single_flight::SingleFlight;

/// What [`userinfo`](crate::Client::userinfo) and the operations on credentials take: a token, or a [`TokenSource`].
///
/// Made by `into()` of a `&str`, a `String`, a [`Secret`], or anything else that is a `Secret`; or of a [`TokenSource`].
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

    /// The token to send; another one than `rejected`, if there is another.
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
                    .with_hint("nothing was sent: the next call goes on waiting for the same token"))
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

/// Gets access tokens: from the token endpoint with a refresh token, from a store, from another service.
///
/// A closure is one, too. It is asked by a [`TokenSource`], never twice at the same time.
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
    /// Gets a token. `rejected` is the one that the server has just refused with 401, if there is one: give another.
    ///
    /// The future owns what it needs, since it outlives a caller that is cancelled: the next caller goes on with it.
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
        let answer = self(rejected);
        Box::pin(async move { answer.await.map(Into::into).map_err(Into::into) })
    }
}

/// An access token that is replaced when the server refuses it.
///
/// Given to an operation in place of a token, it asks its [`TokenProvider`] for the first one, keeps that for all calls, and
/// asks for another when a call is answered with 401; the call is then made once more. However many calls are refused at the
/// same time, the provider is asked once, and all of them go on with what it gives. If it fails, the calls fail with
/// [`ErrorKind::TokenProvider`], and the next call asks again.
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
    /// Makes one that has no token yet.
    pub fn new(provider: impl TokenProvider + 'static) -> Self {
        Self::start(provider, None)
    }

    /// Makes one that begins with this token, and asks the provider when it is refused.
    pub fn with_initial_token(token: impl Into<Secret>, provider: impl TokenProvider + 'static) -> Self {
        Self::start(provider, Some(token.into()))
    }

    fn start(provider: impl TokenProvider + 'static, token: Option<Secret>) -> Self {
        Self { inner: Arc::new(Inner { provider: Box::new(provider), flight: SingleFlight::new(token) }) }
    }

    /// The token at hand, or one that the provider is asked for: for requests that this crate does not make.
    ///
    /// # Errors
    ///
    /// [`Token`](ErrorKind::TokenProvider) with the provider's own error as its source.
    pub async fn token(&self) -> Result<Secret> {
        self.get(None).await
    }

    /// Forgets the token, so that the next call asks for another: after a login, or when it is known to have expired.
    pub async fn invalidate(&self) {
        self.inner.flight.clear().await;
    }

    async fn get(&self, rejected: Option<&Secret>) -> Result<Secret> {
        let inner = &*self.inner;
        inner
            .flight
            .value(&|token| Some(token) != rejected, &|| {
                let answer = inner.provider.token(rejected.cloned());
                Box::pin(async move { answer.await.map_err(failed) })
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
