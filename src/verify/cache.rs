//! [`CachedJwkSet`]: the issuer's keys, fetched on demand, kept for some time, and fetched again after a rotation.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::fetch::{fetch, unavailable};
use super::jwk_set::{JwkSet, Verdict};
use super::verifier::IssuerVerifier;
use crate::discovery::CachedDiscovery;
use crate::error::{Error, ErrorKind, Result};
use crate::jwt::CompactJwt;
use openapi_smith_runtime::BoxFuture;
use openapi_smith_runtime::SingleFlight;

impl CachedDiscovery {
    /// Makes a cache of the issuer's keys, which keeps them for `lifetime`: an hour is usual. Nothing is sent yet.
    ///
    /// A key that the issuer has withdrawn is trusted for up to `lifetime`. A new key is fetched with the first JWT that is signed
    /// with it.
    #[must_use]
    #[doc(alias = "jwk_set")]
    pub fn keys(&self, lifetime: Duration) -> CachedJwkSet {
        CachedJwkSet::new(self.clone(), lifetime, CachedJwkSet::DEFAULT_REFETCH_INTERVAL)
    }
}

/// The public keys of an issuer, fetched on demand and kept for some time; made by [`CachedDiscovery::keys`].
///
/// They are fetched from the [`jwks_uri`](crate::Discovery::jwks_uri) of the discovery document, whose issuer was checked, and
/// fetched again when they are too old, or once when a JWT is signed with a key that is not among them, as after a rotation;
/// for the latter at most once in a [`refetch_interval`](Self::refetch_interval). Concurrent callers share one request, which has the
/// client's [retries](crate::ClientBuilder::retries) and [hooks](crate::Hook), as
/// [`DiscoverJsonWebKeys`](crate::Operation::DiscoverJsonWebKeys). A failure is not kept; its kind is always
/// [`KeysUnavailable`](crate::ErrorKind::KeysUnavailable), and its source the [`Error`] of the request. Cheap to clone: clones share
/// the keys.
///
/// Keys over plain http are accepted only if the base URL is plain http, too, and from this machine only unless
/// [`allow_http`](crate::ClientBuilder::allow_http) is set.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client, access_token: String) -> Result<(), ory_oidc::Error> {
/// use std::time::Duration;
/// use ory_oidc::UserInfo;
///
/// const HOUR: Duration = Duration::from_secs(60 * 60);
/// // Once, for the whole program:
/// let keys = ory.discover().cached(24 * HOUR).keys(HOUR);
///
/// let claims = match ory.userinfo(&access_token).await? {
///     UserInfo::Signed(signed) => signed.verify(&keys.userinfo_verifier("id-of-this-client")).await?,
///     UserInfo::Claims(claims) => claims,
///     _ => return Ok(()),
/// };
/// println!("{:?}", claims.sub());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CachedJwkSet {
    inner: Arc<Cache>,
}

struct Cache {
    discovery: CachedDiscovery,
    lifetime: Duration,
    interval: Duration,
    flight: SingleFlight<Arc<Fetched>, Error>,
    /// The time of the last request for the keys.
    asked: Mutex<Option<Instant>>,
}

struct Fetched {
    since: Instant,
    issuer: String,
    keys: JwkSet,
}

impl CachedJwkSet {
    /// The default [`refetch_interval`](Self::refetch_interval): 30 seconds.
    pub const DEFAULT_REFETCH_INTERVAL: Duration = Duration::from_secs(30);

    fn new(discovery: CachedDiscovery, lifetime: Duration, interval: Duration) -> Self {
        let (flight, asked) = (SingleFlight::new(None), Mutex::new(None));
        Self { inner: Arc::new(Cache { discovery, lifetime, interval, flight, asked }) }
    }

    /// Sets the time after a request for the keys in which a JWT with an unknown key is rejected without another request.
    ///
    /// [`DEFAULT_REFETCH_INTERVAL`](Self::DEFAULT_REFETCH_INTERVAL) if not set. Without this time, a sender of invalid JWTs could
    /// make your program send a request for each. Call it before the first use: fetched keys are dropped, and earlier clones do not
    /// change.
    #[must_use]
    pub fn refetch_interval(self, interval: Duration) -> Self {
        Self::new(self.inner.discovery.clone(), self.inner.lifetime, interval)
    }

    /// A verifier of signed userinfo responses for this client, by the rules of OpenID Connect Core 1.0 section 5.3.2: besides the
    /// signature, `iss` must be the issuer, and `aud` must be or include `client_id`.
    pub fn userinfo_verifier(&self, client_id: impl Into<String>) -> IssuerVerifier {
        IssuerVerifier::userinfo(self.clone(), client_id.into())
    }

    /// A verifier of verifiable credentials: besides the signature, `iss` must be the issuer, and there must be a `vc`. Ory's
    /// credentials have no `aud`; they expire an hour after the user's session was granted.
    pub fn credential_verifier(&self) -> IssuerVerifier {
        IssuerVerifier::credential(self.clone())
    }

    /// Drops the keys, so that the next verification fetches them: for example if one of them has been compromised.
    pub async fn invalidate(&self) {
        self.inner.flight.clear().await;
    }

    /// Returns the issuer if one of its keys signed the JWT.
    pub(super) async fn verify(&self, jwt: &CompactJwt) -> Result<String> {
        let mut fetched = self.fetched(None).await?;
        let mut verdict = fetched.keys.verify(jwt);
        if matches!(verdict, Verdict::NoKey(_)) {
            fetched = self.fetched(Some(&fetched)).await?;
            verdict = fetched.keys.verify(jwt);
        }
        let refuse = |what: String| Error::new(ErrorKind::Verification, None, what);
        match verdict {
            Verdict::Good => Ok(fetched.issuer.clone()),
            Verdict::Bad => Err(refuse("the signature of the JWT is not of the key that it names".to_owned())
                .with_hint("the JWT was altered on the way, or another server signed it: do not use its claims")),
            Verdict::NoKey(why) => Err(refuse(format!("the JWT is not verified: {why}")).with_hint(
                "its issuer may be another one, or has changed its keys in the last seconds: see `jwks_uri` in the discovery \
                 document, and `refetch_interval`",
            )),
        }
    }

    /// The keys; newer than `unfit`, unless they were requested lately.
    async fn fetched(&self, unfit: Option<&Arc<Fetched>>) -> Result<Arc<Fetched>> {
        let cache = &self.inner;
        let good = |fetched: &Arc<Fetched>| {
            let seen = unfit.is_some_and(|unfit| Arc::ptr_eq(unfit, fetched));
            fetched.since.elapsed() < cache.lifetime && (!seen || cache.asked_lately())
        };
        let start = || -> BoxFuture<'static, Result<Arc<Fetched>>> {
            cache.ask();
            let discovery = cache.discovery.clone();
            Box::pin(async move {
                let client = discovery.client();
                let document = discovery.get().await.map_err(|error| unavailable(client.base_url(), error))?;
                let keys = fetch(client, &document).await?;
                Ok(Arc::new(Fetched { since: Instant::now(), issuer: document.issuer().to_owned(), keys }))
            })
        };
        cache.flight.value(&good, &start).await
    }
}

impl Cache {
    fn ask(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn asked_lately(&self) -> bool {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.is_some_and(|asked| asked.elapsed() < self.interval)
    }
}

impl fmt::Debug for CachedJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedJwkSet")
            .field("discovery", &self.inner.discovery)
            .field("lifetime", &self.inner.lifetime)
            .field("refetch_interval", &self.inner.interval)
            .finish_non_exhaustive()
    }
}
