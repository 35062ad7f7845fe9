//! [`AccessTokenVerifier`] and [`BearerUser`]: access tokens verified by userinfo, with a cache.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use openapi_smith_runtime::{BoxFuture, Secret};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::cache::{Cache, Found, key};
use super::layer::BearerLayer;
use crate::client::Client;
use crate::client_ids::ClientIds;
use crate::error::{Error, ErrorKind, Result, VerificationFailure};
use crate::jwt::JwtVerifier;
use crate::operation::Operation;
use crate::userinfo::{Claims, UserInfo};

impl Client {
    /// Makes a verifier of the access tokens that other programs present to yours. Nothing is sent yet.
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client, access_token: String) -> Result<(), ory_oidc::Error> {
    /// // Once, for the whole program:
    /// let verifier = ory.access_token_verifier().client_ids(["shop", "shop-mobile"]);
    ///
    /// let user = verifier.verify(access_token).await?;
    /// println!("{:?}", user.subject());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn access_token_verifier(&self) -> AccessTokenVerifier {
        AccessTokenVerifier::new(Settings {
            client: self.clone(),
            lifetime: AccessTokenVerifier::DEFAULT_LIFETIME,
            rejection_lifetime: AccessTokenVerifier::DEFAULT_REJECTION_LIFETIME,
            capacity: AccessTokenVerifier::DEFAULT_CAPACITY,
            client_ids: None,
            jwt_verifier: None,
        })
    }
}

/// Verifies access tokens by userinfo, and keeps the verdicts for some time; made by [`Client::access_token_verifier`].
///
/// - A token is accepted if userinfo returns claims for it. So it needs the scope `openid`.
/// - A verdict is kept for the [`lifetime`](Self::lifetime) or the [`rejection_lifetime`](Self::rejection_lifetime): a token that
///   expires or is revoked in the meantime is accepted for as long. Errors are not kept.
/// - Concurrent callers with the same token share one call. Callers with a token whose verdict is kept wait for nobody.
/// - The number of verdicts is bounded by the [`capacity`](Self::capacity). Their keys are SHA-256 hashes, so no token is kept.
/// - The retries, hooks and timeouts of the client apply to the calls.
///
/// Userinfo declares neither scopes nor audiences of a token. Limit the clients with [`client_ids`](Self::client_ids), or a token
/// that a user granted to any client of the same Ory is accepted.
///
/// Cheap to clone: clones share the verdicts. The setters drop the verdicts: call them before the first use.
#[derive(Clone)]
pub struct AccessTokenVerifier {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    cache: Cache,
}

#[derive(Clone)]
struct Settings {
    client: Client,
    lifetime: Duration,
    rejection_lifetime: Duration,
    capacity: usize,
    client_ids: Option<ClientIds>,
    jwt_verifier: Option<Arc<dyn JwtVerifier>>,
}

/// Whether a token is accepted.
#[derive(Clone)]
pub(super) enum Verdict {
    Accepted(BearerUser),
    Rejected(Rejection),
}

/// Why a token is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    /// Unknown, expired or revoked, or of another client.
    InvalidToken,
    /// Without the scope for userinfo.
    InsufficientScope,
}

impl AccessTokenVerifier {
    /// The default [`lifetime`](Self::lifetime): a minute.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(60);
    /// The default [`rejection_lifetime`](Self::rejection_lifetime): ten seconds.
    pub const DEFAULT_REJECTION_LIFETIME: Duration = Duration::from_secs(10);
    /// The default [`capacity`](Self::capacity): 10,000 tokens.
    pub const DEFAULT_CAPACITY: usize = 10_000;

    fn new(settings: Settings) -> Self {
        let cache = Cache::new(settings.capacity, settings.lifetime, settings.rejection_lifetime);
        Self { inner: Arc::new(Inner { settings, cache }) }
    }

    fn with(self, set: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.inner.settings.clone();
        set(&mut settings);
        Self::new(settings)
    }

    /// Sets how long an accepted token is accepted without another call. [`DEFAULT_LIFETIME`](Self::DEFAULT_LIFETIME) if not set.
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        self.with(|settings| settings.lifetime = lifetime)
    }

    /// Sets how long a rejected token is rejected without another call.
    /// [`DEFAULT_REJECTION_LIFETIME`](Self::DEFAULT_REJECTION_LIFETIME) if not set.
    #[must_use]
    pub fn rejection_lifetime(self, lifetime: Duration) -> Self {
        self.with(|settings| settings.rejection_lifetime = lifetime)
    }

    /// Sets the number of accepted tokens that are kept, and the number of rejected ones; the oldest of more are dropped.
    /// [`DEFAULT_CAPACITY`](Self::DEFAULT_CAPACITY) if not set.
    #[must_use]
    pub fn capacity(self, capacity: usize) -> Self {
        self.with(|settings| settings.capacity = capacity)
    }

    /// Accepts only tokens that were issued to these clients: one id, several, or a closure. Any client if not set.
    ///
    /// The client is in the `aud` of Ory's userinfo. A response without `aud` is then rejected.
    #[must_use]
    pub fn client_ids(self, client_ids: impl Into<ClientIds>) -> Self {
        self.with(|settings| settings.client_ids = Some(client_ids.into()))
    }

    /// Sets the verifier of signed userinfo, which clients with `userinfo_signed_response_alg` get.
    ///
    /// Without it, a signed response is an error. A token that the verifier rejects for its audience is an invalid token.
    #[must_use]
    pub fn jwt_verifier(self, verifier: impl JwtVerifier + 'static) -> Self {
        self.with(|settings| settings.jwt_verifier = Some(Arc::new(verifier)))
    }

    /// Verifies an access token, and returns its user.
    ///
    /// # Errors
    ///
    /// [`Rejected`](ErrorKind::Rejected) with status 401 if the token is unknown, expired, revoked or of another client, with status
    /// 403 if it may not read userinfo. All other errors mean that the token could not be verified.
    pub async fn verify(&self, access_token: impl Into<Secret>) -> Result<BearerUser> {
        let (status, problem) = match self.verdict(access_token.into()).await? {
            Verdict::Accepted(user) => return Ok(user),
            Verdict::Rejected(Rejection::InvalidToken) => {
                (StatusCode::UNAUTHORIZED, "the access token is not accepted")
            }
            Verdict::Rejected(Rejection::InsufficientScope) => {
                (StatusCode::FORBIDDEN, "the access token may not read userinfo")
            }
        };
        Err(Error::new(ErrorKind::Rejected, Some(Operation::GetOidcUserInfo), problem)
            .with_response(status, HeaderMap::new()))
    }

    /// A layer that requires an accepted access token of each request.
    #[must_use]
    pub fn layer(&self) -> BearerLayer {
        BearerLayer::new(self.clone())
    }

    /// Drops all verdicts, so that the next request with each token verifies it again. A call that is on its way gives its callers a
    /// verdict, which is not kept.
    pub fn invalidate(&self) {
        self.inner.cache.clear();
    }

    pub(super) async fn verdict(&self, access_token: Secret) -> Result<Verdict> {
        let key = key(access_token.expose_secret());
        let participant = match self.inner.cache.find(key) {
            Found::Verdict(verdict) => return Ok(verdict),
            Found::Flight(participant) => participant,
        };
        let start = || -> BoxFuture<'static, Result<Verdict>> {
            let (inner, access_token) = (Arc::clone(&self.inner), access_token.clone());
            let generation = inner.cache.generation();
            Box::pin(async move {
                let verdict = inner.settings.ask(access_token).await?;
                inner.cache.keep(key, generation, &verdict);
                Ok(verdict)
            })
        };
        participant.flight.value(&|_| true, &start).await
    }
}

impl Settings {
    /// Asks userinfo about the token.
    async fn ask(&self, access_token: Secret) -> Result<Verdict> {
        let claims = match self.client.userinfo(access_token).await {
            Ok(UserInfo::Claims(claims)) => Ok(claims),
            Ok(UserInfo::Signed(signed)) => match &self.jwt_verifier {
                Some(verifier) => signed.verify(&**verifier).await,
                None => {
                    let problem = "userinfo is signed, and there is no verifier for it";
                    Err(Error::new(ErrorKind::UnexpectedResponse, Some(Operation::GetOidcUserInfo), problem)
                        .with_hint("set one with `jwt_verifier`"))
                }
            },
            Err(error) => Err(error),
        };
        let claims = match claims {
            Ok(claims) => claims,
            Err(error) => return rejection(&error).map(Verdict::Rejected).ok_or(error),
        };
        if let Some(client_ids) = &self.client_ids
            && !claims.aud().into_iter().any(|id| client_ids.accept(id))
        {
            return Ok(Verdict::Rejected(Rejection::InvalidToken));
        }
        Ok(Verdict::Accepted(BearerUser { claims: Arc::new(claims) }))
    }
}

/// Why the token is rejected; `None` if the error is not about the token.
fn rejection(error: &Error) -> Option<Rejection> {
    if error.verification_failure() == Some(VerificationFailure::Audience) {
        return Some(Rejection::InvalidToken);
    }
    match error.status()?.as_u16() {
        // 400 is Ory's response to a token whose first half was changed.
        400 | 401 if error.is_by_ory() => Some(Rejection::InvalidToken),
        403 if error.is_by_ory() => Some(Rejection::InsufficientScope),
        _ => None,
    }
}

impl fmt::Debug for AccessTokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.inner.settings;
        f.debug_struct("AccessTokenVerifier")
            .field("client", &settings.client)
            .field("lifetime", &settings.lifetime)
            .field("rejection_lifetime", &settings.rejection_lifetime)
            .field("capacity", &settings.capacity)
            .field("client_ids", &settings.client_ids)
            .finish_non_exhaustive()
    }
}

/// The user of an accepted access token. [`BearerLayer`] puts it into the extensions of the request.
///
/// Cheap to clone: clones share the claims.
#[derive(Clone, Debug, PartialEq)]
pub struct BearerUser {
    claims: Arc<Claims>,
}

impl BearerUser {
    /// The subject. `None` if the token belongs to a client (`client_credentials`), not to a user.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.claims.sub()
    }

    /// All claims; [`Claims::deserialize`] decodes them into a type of your own.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }
}
