//! [`LogoutTokenVerifier`], [`LogoutToken`] and [`ReplayGuard`]: the rules for logout tokens (OpenID Connect Back-Channel Logout
//! 1.0 section 2.6).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::cache::CachedJwkSet;
use super::rules::{self, Rules, setters};
use crate::client_ids::ClientIds;
use crate::error::{Error, ErrorKind, Result, VerificationFailure as Failure};
use crate::jwt::CompactJwt;
use crate::lenient_json::Object;
use crate::userinfo::Claims;
use openapi_smith_runtime::{BoxError, BoxFuture, Secret};

const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

const AGE: &str = "if it was just sent, compare the clocks; otherwise see `lifetime`";

/// Whether the claims declare a logout.
pub(super) fn is_logout(claims: &Object) -> bool {
    claims.get("events").is_some_and(|events| events.get(LOGOUT).is_some())
}

impl CachedJwkSet {
    /// A verifier of the logout tokens that the issuer sends to these clients: one id, several, or a closure.
    ///
    /// The issuer sends them as `logout_token` in a form, to the `backchannel_logout_uri` of the registration.
    ///
    /// ```no_run
    /// # async fn example(keys: ory_oidc::CachedJwkSet, logout_token: String) -> Result<(), ory_oidc::Error> {
    /// # fn end_session(_: &str) {}
    /// # fn end_all_sessions_of(_: &str) {}
    /// let logout = keys.logout_token_verifier("id-of-this-client").verify(logout_token).await?;
    /// match (logout.session_id(), logout.subject()) {
    ///     (Some(session_id), _) => end_session(session_id),
    ///     (None, Some(subject)) => end_all_sessions_of(subject),
    ///     (None, None) => {} // never: one of them is required
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn logout_token_verifier(&self, client_ids: impl Into<ClientIds>) -> LogoutTokenVerifier {
        LogoutTokenVerifier {
            rules: Rules::new(self.clone()),
            client_ids: client_ids.into(),
            lifetime: LogoutTokenVerifier::DEFAULT_LIFETIME,
            guard: None,
        }
    }
}

/// Verifies logout tokens by OpenID Connect Back-Channel Logout 1.0 section 2.6; made by [`CachedJwkSet::logout_token_verifier`].
///
/// | rule | failure |
/// |---|---|
/// | header, key and signature as for [`IssuerVerifier`](crate::IssuerVerifier); `typ` is absent, `JWT` or `logout+jwt` | `Algorithm`, `Type`, `Extension`, `Key`, `Signature` |
/// | `iss` is the issuer of the discovery document | `Issuer` |
/// | `aud` includes an accepted client | `Audience` |
/// | `exp` is not over, `nbf` is reached if present, `iat` is present and not in the future | `ExpirationTime`, `NotBefore`, `IssuedAt` |
/// | without `exp`, `iat` is not older than the [`lifetime`](Self::lifetime) | `IssuedAt` |
/// | `events` declares a logout | `Events` |
/// | `sub`, `sid` or both are present | `Session` |
/// | there is no `nonce`, so an ID token never passes | `Nonce` |
/// | `jti` is present, and the [`ReplayGuard`] has not seen it, if there is one | `TokenId`, `Replay` |
///
/// The last column is [`Error::verification_failure`](crate::Error::verification_failure). The specification requires `exp`, but
/// Ory sends none: `iat` limits the age of such a logout token. Respond to a rejected logout token with 400, and to an accepted one
/// with 200, even if there is no such session. Cheap to clone.
#[derive(Clone)]
pub struct LogoutTokenVerifier {
    rules: Rules,
    client_ids: ClientIds,
    lifetime: Duration,
    guard: Option<Arc<dyn ReplayGuard>>,
}

setters!(LogoutTokenVerifier);

impl LogoutTokenVerifier {
    /// The default [`lifetime`](Self::lifetime): two minutes, the time that the specification recommends for `exp`.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(120);

    /// Sets how long after its `iat` a logout token without `exp` is accepted.
    /// [`DEFAULT_LIFETIME`](Self::DEFAULT_LIFETIME) if not set.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets the guard that rejects a logout token that was accepted before. None if not set.
    ///
    /// A repeated logout token ends a session a second time, which is harmless unless your program does more than that.
    #[must_use]
    pub fn replay_guard(mut self, guard: impl ReplayGuard + 'static) -> Self {
        self.guard = Some(Arc::new(guard));
        self
    }

    /// Verifies a logout token.
    ///
    /// # Errors
    ///
    /// [`Verification`](ErrorKind::Verification) if the logout token breaks a rule, which
    /// [`verification_failure`](Error::verification_failure) has; [`KeysUnavailable`](ErrorKind::KeysUnavailable) if there are no
    /// keys to verify with; [`ReplayGuard`](ErrorKind::ReplayGuard) if the guard failed.
    pub async fn verify(&self, logout_token: impl Into<Secret>) -> Result<LogoutToken> {
        let jwt = rules::parse(logout_token)?;
        rules::require_type(&jwt, &["JWT", "logout+jwt"])?;
        let issuer = self.rules.issuer(&jwt).await?;
        let (token, end) = self.check(jwt, &issuer, rules::now())?;
        // The guard comes last, so that it records accepted logout tokens only.
        if let Some(guard) = &self.guard {
            let until = u64::try_from(end.saturating_add(rules::seconds(self.rules.leeway))).unwrap_or_default();
            let until = UNIX_EPOCH.checked_add(Duration::from_secs(until));
            let new = guard.record(&token.token_id, until).await;
            match new {
                Ok(true) => {}
                Ok(false) => {
                    return Err(Error::unverified(Failure::Replay, "the logout token was accepted before"));
                }
                Err(source) => {
                    let problem = "the replay guard failed, so the logout token was not accepted";
                    return Err(Error::new(ErrorKind::ReplayGuard, None, problem).with_source(source));
                }
            }
        }
        Ok(token)
    }

    /// The logout token, and its end of life.
    fn check(&self, jwt: CompactJwt, issuer: &str, now: i64) -> Result<(LogoutToken, i64)> {
        let payload = self.rules.payload(jwt.insecure_claims_without_verification(), issuer, now);
        payload.require_issuer()?;
        payload.require_audience(&self.client_ids)?;
        let issued_at = payload.require_issued_at()?;
        let end = match payload.check_validity()? {
            Some(exp) => exp,
            None => {
                let end = issued_at.saturating_add(rules::seconds(self.lifetime));
                if payload.is_past(end) {
                    let problem = "the logout token was issued too long ago, and has no `exp`";
                    return Err(Error::unverified(Failure::IssuedAt, problem).with_hint(AGE));
                }
                end
            }
        };
        if !payload.claims.get("events").and_then(|events| events.get(LOGOUT)).is_some_and(Value::is_object) {
            let problem = "the JWT is not a logout token: its `events` do not declare a logout";
            return Err(Error::unverified(Failure::Events, problem));
        }
        let (subject, session_id) = (payload.text("sub").map(str::to_owned), payload.text("sid").map(str::to_owned));
        if subject.is_none() && session_id.is_none() {
            let problem = "the logout token names nobody: it has neither `sid` nor `sub`";
            return Err(Error::unverified(Failure::Session, problem));
        }
        if payload.claims.contains_key("nonce") {
            return Err(Error::unverified(Failure::Nonce, "the JWT is not a logout token: it has a `nonce`"));
        }
        let missing = || Error::unverified(Failure::TokenId, "the logout token has no `jti`");
        let token_id = payload.text("jti").ok_or_else(missing)?.to_owned();
        Ok((LogoutToken { subject, session_id, token_id, claims: Claims::new(jwt.into_claims()) }, end))
    }
}

impl fmt::Debug for LogoutTokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutTokenVerifier")
            .field("rules", &self.rules)
            .field("client_ids", &self.client_ids)
            .field("lifetime", &self.lifetime)
            .field("has_guard", &self.guard.is_some())
            .finish()
    }
}

/// A verified logout token; made by [`LogoutTokenVerifier::verify`].
#[derive(Clone, PartialEq)]
pub struct LogoutToken {
    subject: Option<String>,
    session_id: Option<String>,
    token_id: String,
    claims: Claims,
}

impl LogoutToken {
    /// The session that ended: the `sid` of the ID tokens that were issued in it. Ory always sends it.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// The user. Without a [`session_id`](Self::session_id), all sessions of the user ended.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The id of the logout token, its `jti`.
    #[must_use]
    pub fn token_id(&self) -> &str {
        &self.token_id
    }

    /// All claims.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }
}

/// Shows the names of the claims: the values are about a person.
impl fmt::Debug for LogoutToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutToken").field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// Remembers the `jti` of each accepted logout token, so that none is accepted twice.
///
/// Programs that run more than once need a store that they share. A closure is a guard, too, where nothing has to be awaited:
///
/// ```no_run
/// # fn example(keys: ory_oidc::CachedJwkSet) {
/// use std::collections::HashSet;
/// use std::sync::{Mutex, PoisonError};
/// use std::time::SystemTime;
/// use ory_oidc::BoxError;
///
/// let seen = Mutex::new(HashSet::new());
/// let guard = move |token_id: &str, _until: Option<SystemTime>| -> Result<bool, BoxError> {
///     Ok(seen.lock().unwrap_or_else(PoisonError::into_inner).insert(token_id.to_owned()))
/// };
/// let verifier = keys.logout_token_verifier("id-of-this-client").replay_guard(guard);
/// # }
/// ```
pub trait ReplayGuard: Send + Sync {
    /// Records a `jti`, and returns whether it is new, in one step.
    ///
    /// From `until` on the logout token is rejected for its age, so the record may be dropped; `None` is further away than the
    /// system's clock reaches.
    ///
    /// # Errors
    ///
    /// Any error rejects the logout token; it becomes the [`source`](std::error::Error::source) of the caller's error.
    fn record<'a>(&'a self, token_id: &'a str, until: Option<SystemTime>) -> BoxFuture<'a, Result<bool, BoxError>>;
}

impl<F> ReplayGuard for F
where
    F: Fn(&str, Option<SystemTime>) -> Result<bool, BoxError> + Send + Sync,
{
    fn record<'a>(&'a self, token_id: &'a str, until: Option<SystemTime>) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(std::future::ready(self(token_id, until)))
    }
}
