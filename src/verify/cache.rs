//! [`CachedJwkSet`]: the issuer's keys, fetched on demand, kept for some time, and fetched again after a rotation.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::fetch::{fetch, unavailable};
use super::jwk_set::{JwkSet, Verdict};
use super::verifier::IssuerVerifier;
use crate::client_ids::ClientIds;
use crate::discovery::CachedDiscovery;
use crate::error::{Error, Result, VerificationFailure};
use crate::jwt::CompactJwt;
use openapi_smith_runtime::BoxFuture;
use openapi_smith_runtime::SingleFlight;

impl CachedDiscovery {
    /// Makes a cache of the issuer's keys, which keeps them for `lifetime`: an hour is usual. Nothing is sent yet.
    ///
    /// A key that the issuer has withdrawn is trusted for up to `lifetime`, and while the keys cannot be fetched for the
    /// [`grace_period`](CachedJwkSet::grace_period) beyond. A new key is fetched with the first JWT that is signed with it.
    #[must_use]
    #[doc(alias = "jwk_set")]
    pub fn keys(&self, lifetime: Duration) -> CachedJwkSet {
        let (interval, grace) = (CachedJwkSet::DEFAULT_REFETCH_INTERVAL, CachedJwkSet::DEFAULT_GRACE_PERIOD);
        CachedJwkSet::new(self.clone(), lifetime, interval, grace)
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
/// Keys that are too old stay in use for the [`grace_period`](Self::grace_period) while fetching them fails. In this time they are
/// fetched at most once in a `refetch_interval`, by one caller; the others do not wait for it.
///
/// Keys over plain HTTP are accepted only if the base URL is plain HTTP, too, and from this machine only unless
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
    grace: Duration,
    flight: SingleFlight<Arc<Fetched>, Error>,
    /// The last keys, which outlive a failing fetch.
    last: Arc<Mutex<Option<Arc<Fetched>>>>,
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

    /// The default [`grace_period`](Self::grace_period): an hour.
    pub const DEFAULT_GRACE_PERIOD: Duration = Duration::from_secs(60 * 60);

    fn new(discovery: CachedDiscovery, lifetime: Duration, interval: Duration, grace: Duration) -> Self {
        let (flight, last, asked) = (SingleFlight::new(None), Arc::default(), Mutex::new(None));
        Self { inner: Arc::new(Cache { discovery, lifetime, interval, grace, flight, last, asked }) }
    }

    /// Sets the time after a request for the keys in which a JWT with an unknown key is rejected without another request.
    ///
    /// [`DEFAULT_REFETCH_INTERVAL`](Self::DEFAULT_REFETCH_INTERVAL) if not set. Without this time, a sender of invalid JWTs could
    /// make your program send a request for each. Call it before the first use: fetched keys are dropped, and earlier clones do not
    /// change.
    #[must_use]
    pub fn refetch_interval(self, interval: Duration) -> Self {
        Self::new(self.inner.discovery.clone(), self.inner.lifetime, interval, self.inner.grace)
    }

    /// Sets how long keys stay in use beyond their lifetime while fetching them fails.
    ///
    /// [`DEFAULT_GRACE_PERIOD`](Self::DEFAULT_GRACE_PERIOD) if not set; with zero, keys are never used beyond their lifetime. An issuer
    /// that is down for minutes then stops no verification. A key that the issuer has withdrawn in the meantime is trusted for as
    /// long. A fetch that succeeds ends the period, and so does [`invalidate`](Self::invalidate). Call it before the first use:
    /// fetched keys are dropped, and earlier clones do not change.
    #[must_use]
    pub fn grace_period(self, grace: Duration) -> Self {
        Self::new(self.inner.discovery.clone(), self.inner.lifetime, self.inner.interval, grace)
    }

    /// A verifier of signed userinfo responses for these clients (one id, several, or a closure), by the rules of OpenID Connect Core
    /// 1.0 section 5.3.2: besides the signature, `iss` must be the issuer, and `aud` must be or include an accepted client.
    pub fn userinfo_verifier(&self, client_ids: impl Into<ClientIds>) -> IssuerVerifier {
        IssuerVerifier::userinfo(self.clone(), client_ids.into())
    }

    /// A verifier of verifiable credentials: besides the signature, `iss` must be the issuer, and there must be a `vc`. Ory's
    /// credentials have no `aud`; they expire an hour after the user's session was granted.
    pub fn credential_verifier(&self) -> IssuerVerifier {
        IssuerVerifier::credential(self.clone())
    }

    /// Drops the keys, so that the next verification fetches them: for example if one of them has been compromised.
    pub async fn invalidate(&self) {
        *lock(&self.inner.last) = None;
        // A fetch in progress ends first, so its keys are dropped, too.
        self.inner.flight.reset().await;
        *lock(&self.inner.last) = None;
    }

    /// Returns the issuer if one of its keys signed the JWT.
    pub(super) async fn verify(&self, jwt: &CompactJwt) -> Result<String> {
        let mut fetched = self.fetched(None).await?;
        let mut verdict = fetched.keys.verify(jwt);
        if matches!(verdict, Verdict::NoKey(_)) {
            fetched = self.fetched(Some(&fetched)).await?;
            verdict = fetched.keys.verify(jwt);
        }
        match verdict {
            Verdict::Good => Ok(fetched.issuer.clone()),
            Verdict::Bad => Err(Error::unverified(
                VerificationFailure::Signature,
                "the signature of the JWT is not of the key that it names",
            )
            .with_hint("the JWT was altered on the way, or another server signed it: do not use its claims")),
            Verdict::NoKey(why) => Err(Error::unverified(
                VerificationFailure::Key,
                format!("the JWT is not verified: {why}"),
            )
            .with_hint(
                "its issuer may be another one, or has changed its keys in the last seconds: see `jwks_uri` in the discovery \
                 document, and `refetch_interval`",
            )),
        }
    }

    /// The keys; newer than `unfit`, unless they were requested lately.
    async fn fetched(&self, unfit: Option<&Arc<Fetched>>) -> Result<Arc<Fetched>> {
        let cache = &self.inner;
        // Without the flight: a fetch for the unknown key of another JWT, which may be slow or fail, is nothing to wait for.
        if let Some(fresh) = cache.fresh().filter(|_| unfit.is_none()) {
            return Ok(fresh);
        }
        let stale = cache.stale().filter(|_| unfit.is_none());
        if let Some(stale) = stale.as_ref().filter(|_| cache.asked_lately()) {
            return Ok(Arc::clone(stale));
        }
        let good = |fetched: &Arc<Fetched>| {
            let seen = unfit.is_some_and(|unfit| Arc::ptr_eq(unfit, fetched));
            fetched.since.elapsed() < cache.lifetime && (!seen || cache.asked_lately())
        };
        if stale.is_some() {
            cache.ask();
        }
        if let Some(fetched) = cache.flight.current(&good) {
            return Ok(fetched);
        }
        // Outside of the flight: a fetch that its caller has left must not hold the flight of the document.
        let client = cache.discovery.client();
        let document = cache.discovery.get().await.map_err(|error| unavailable(client.base_url(), error));
        let start = || -> BoxFuture<'static, Result<Arc<Fetched>>> {
            cache.ask();
            let (client, document, last) = (client.clone(), document.clone(), Arc::clone(&cache.last));
            Box::pin(async move {
                let document = document?;
                let keys = fetch(&client, &document).await?;
                let fetched = Arc::new(Fetched { since: Instant::now(), issuer: document.issuer().to_owned(), keys });
                *lock(&last) = Some(Arc::clone(&fetched));
                Ok(fetched)
            })
        };
        cache.flight.value(&good, &start).await.or_else(|error| stale.ok_or(error))
    }
}

impl Cache {
    fn ask(&self) {
        *lock(&self.asked) = Some(Instant::now());
    }

    fn asked_lately(&self) -> bool {
        lock(&self.asked).is_some_and(|asked| asked.elapsed() < self.interval)
    }

    /// The last keys, if their lifetime is not over.
    fn fresh(&self) -> Option<Arc<Fetched>> {
        lock(&self.last).clone().filter(|last| last.since.elapsed() < self.lifetime)
    }

    /// The last keys, if their lifetime is over and their grace period is not.
    fn stale(&self) -> Option<Arc<Fetched>> {
        let age = |fetched: &Arc<Fetched>| fetched.since.elapsed();
        let last = lock(&self.last).clone()?;
        (age(&last) >= self.lifetime && age(&last) < self.lifetime.saturating_add(self.grace)).then_some(last)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for CachedJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedJwkSet")
            .field("discovery", &self.inner.discovery)
            .field("lifetime", &self.inner.lifetime)
            .field("refetch_interval", &self.inner.interval)
            .field("grace_period", &self.inner.grace)
            .finish_non_exhaustive()
    }
}
