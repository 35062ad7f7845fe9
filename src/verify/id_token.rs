//! [`IdTokenVerifier`] and [`IdToken`]: the rules for ID tokens (OpenID Connect Core 1.0 section 3.1.3.7).

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use serde_json::Value;

use super::cache::CachedJwkSet;
use super::logout_token;
use super::rules::{self, Payload, Rules, setters};
use crate::client_ids::ClientIds;
use crate::error::{Error, Result, VerificationFailure as Failure};
use crate::jwt::CompactJwt;
use crate::userinfo::Claims;
use openapi_smith_runtime::Secret;

const AGE: &str = "let the user log in again; if the user just did, compare the clocks";

impl CachedJwkSet {
    /// A verifier of the ID tokens that were issued to these clients: one id, several, or a closure.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     keys: ory_oidc::CachedJwkSet, id_token: String, access_token: String, nonce_of_the_login: String,
    /// # ) -> Result<(), ory_oidc::Error> {
    /// let verifier = keys.id_token_verifier("id-of-this-client").nonce(nonce_of_the_login).access_token(access_token);
    /// let id_token = verifier.verify(id_token).await?;
    /// println!("{} in the session {:?}", id_token.subject(), id_token.session_id());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn id_token_verifier(&self, client_ids: impl Into<ClientIds>) -> IdTokenVerifier {
        IdTokenVerifier {
            rules: Rules::new(self.clone()),
            client_ids: client_ids.into(),
            trusted: ClientIds::from(Vec::<String>::new()),
            nonce: ExpectedNonce::Absent,
            access_token: None,
            max_age: None,
        }
    }
}

/// Verifies ID tokens by OpenID Connect Core 1.0 section 3.1.3.7; made by [`CachedJwkSet::id_token_verifier`].
///
/// | rule | failure |
/// |---|---|
/// | header, key and signature as for [`IssuerVerifier`](crate::IssuerVerifier); `typ` is absent or `JWT` | `Algorithm`, `Type`, `Extension`, `Key`, `Signature` |
/// | `iss` is the issuer of the discovery document | `Issuer` |
/// | `aud` includes an accepted client; each other audience is [trusted](Self::trusted_audiences) | `Audience` |
/// | `azp` is an accepted client; with several audiences it is required | `AuthorizedParty` |
/// | `sub` is present | `Subject` |
/// | `exp` is present and not over, `nbf` is reached if present, `iat` is present and not in the future | `ExpirationTime`, `NotBefore`, `IssuedAt` |
/// | `nonce` is the one of the authorization request | `Nonce` |
/// | `at_hash` is that of the [access token](Self::access_token), if one is set (section 3.1.3.6) | `AccessTokenHash` |
/// | `auth_time` is not older than [`max_age`](Self::max_age), if that is set | `AuthenticationTime` |
/// | `events` does not declare a logout, so a logout token never passes | `Events` |
///
/// The last column is [`Error::verification_failure`](crate::Error::verification_failure). Encrypted ID tokens are not supported:
/// they fail as `Format`. Cheap to clone: keep one for the program, and clone it for each login.
#[derive(Clone)]
pub struct IdTokenVerifier {
    rules: Rules,
    client_ids: ClientIds,
    trusted: ClientIds,
    nonce: ExpectedNonce,
    access_token: Option<Secret>,
    max_age: Option<Duration>,
}

#[derive(Clone)]
enum ExpectedNonce {
    Absent,
    Exactly(Secret),
    Any,
}

setters!(IdTokenVerifier);

impl IdTokenVerifier {
    /// Sets the nonce of the authorization request. The ID token must have the same one.
    ///
    /// Without a nonce an ID token that has one is rejected: its login sent a nonce, which somebody has to compare.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<Secret>) -> Self {
        self.nonce = ExpectedNonce::Exactly(nonce.into());
        self
    }

    /// Accepts any nonce and none, for an ID token of a refresh or of a session whose nonce was compared before.
    #[must_use]
    pub fn any_nonce(mut self) -> Self {
        self.nonce = ExpectedNonce::Any;
        self
    }

    /// Sets the access token that came with the ID token. Its hash must be the `at_hash` of the ID token.
    ///
    /// The hash function is that of the signature's algorithm; for EdDSA it is SHA-512. An ID token without `at_hash` is rejected.
    #[must_use]
    pub fn access_token(mut self, access_token: impl Into<Secret>) -> Self {
        self.access_token = Some(access_token.into());
        self
    }

    /// Sets the time that may have passed since the user authenticated: the `max_age` of the authorization request.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Sets audiences that may stand in `aud` beside the client. No other audience may, if not set.
    #[must_use]
    pub fn trusted_audiences(mut self, audiences: impl Into<ClientIds>) -> Self {
        self.trusted = audiences.into();
        self
    }

    /// Verifies an ID token, and returns its claims.
    ///
    /// # Errors
    ///
    /// [`Verification`](crate::ErrorKind::Verification) if the ID token breaks a rule, which
    /// [`verification_failure`](crate::Error::verification_failure) has;
    /// [`KeysUnavailable`](crate::ErrorKind::KeysUnavailable) if there are no keys to verify with.
    pub async fn verify(&self, id_token: impl Into<Secret>) -> Result<IdToken> {
        let jwt = rules::parse(id_token)?;
        rules::require_type(&jwt, &["JWT"])?;
        let issuer = self.rules.issuer(&jwt).await?;
        self.check(jwt, &issuer, rules::now())
    }

    fn check(&self, jwt: CompactJwt, issuer: &str, now: i64) -> Result<IdToken> {
        let payload = self.rules.payload(jwt.insecure_claims_without_verification(), issuer, now);
        payload.require_issuer()?;
        self.check_audience(&payload)?;
        let missing = || Error::unverified(Failure::Subject, "the ID token has no `sub`");
        let subject = payload.text("sub").ok_or_else(missing)?.to_owned();
        payload.require_time("exp", Failure::ExpirationTime)?;
        payload.check_validity()?;
        payload.require_issued_at()?;
        if logout_token::is_logout(payload.claims) {
            return Err(Error::unverified(Failure::Events, "the JWT is a logout token, not an ID token"));
        }
        self.check_nonce(payload.claims.get("nonce"))?;
        self.check_access_token(jwt.alg(), &payload)?;
        self.check_age(&payload)?;
        Ok(IdToken { subject, claims: Claims::new(jwt.into_claims()) })
    }

    fn check_audience(&self, payload: &Payload<'_>) -> Result<()> {
        let aud = payload.require_audience(&self.client_ids)?;
        if !aud.iter().all(|id| self.client_ids.accept(id) || self.trusted.accept(id)) {
            let problem = "the ID token is also for an audience that is not trusted";
            return Err(Error::unverified(Failure::Audience, problem).with_hint("see `trusted_audiences`"));
        }
        match payload.claims.get("azp") {
            Some(azp) if azp.as_str().is_some_and(|id| self.client_ids.accept(id)) => Ok(()),
            Some(_) => Err(Error::unverified(
                Failure::AuthorizedParty,
                "the ID token was issued to another client: its `azp` is not the id of this one",
            )),
            None if aud.len() > 1 => {
                Err(Error::unverified(Failure::AuthorizedParty, "the ID token has several audiences, but no `azp`"))
            }
            None => Ok(()),
        }
    }

    fn check_nonce(&self, nonce: Option<&Value>) -> Result<()> {
        let refuse = |problem: &str| Err(Error::unverified(Failure::Nonce, problem));
        match (&self.nonce, nonce) {
            (ExpectedNonce::Any, _) | (ExpectedNonce::Absent, None) => Ok(()),
            (ExpectedNonce::Exactly(expected), Some(nonce)) if nonce.as_str() == Some(expected.expose_secret()) => {
                Ok(())
            }
            (ExpectedNonce::Exactly(_), Some(_)) => refuse("the `nonce` of the ID token is not that of the login"),
            (ExpectedNonce::Exactly(_), None) => refuse("the ID token has no `nonce`, but the login sent one"),
            (ExpectedNonce::Absent, Some(_)) => {
                let problem = "the ID token has a `nonce`, but there is none to compare it with";
                Err(Error::unverified(Failure::Nonce, problem).with_hint("give that of the login with `nonce`"))
            }
        }
    }

    fn check_access_token(&self, alg: &str, payload: &Payload<'_>) -> Result<()> {
        let Some(access_token) = &self.access_token else { return Ok(()) };
        let refuse = |problem: &str| Err(Error::unverified(Failure::AccessTokenHash, problem));
        match payload.text("at_hash") {
            Some(hash) if hash == half_hash(alg, access_token.expose_secret()) => Ok(()),
            Some(_) => refuse("the access token does not belong to the ID token: its hash is not the `at_hash`"),
            None => refuse("the ID token has no `at_hash` to compare the access token with"),
        }
    }

    fn check_age(&self, payload: &Payload<'_>) -> Result<()> {
        let Some(max_age) = self.max_age else { return Ok(()) };
        let auth_time = payload.require_time("auth_time", Failure::AuthenticationTime)?;
        // At its maximum age an authentication is still good.
        let end = auth_time.saturating_add(rules::seconds(max_age)).saturating_add(1);
        if payload.is_past(end) {
            let problem = "the user authenticated longer ago than `max_age` allows";
            return Err(Error::unverified(Failure::AuthenticationTime, problem).with_hint(AGE));
        }
        Ok(())
    }
}

/// `at_hash`: the left half of the hash in base64url (OpenID Connect Core 1.0 section 3.1.3.6).
fn half_hash(alg: &str, access_token: &str) -> String {
    let algorithm = match alg.get(2..) {
        Some("256") => &digest::SHA256,
        Some("384") => &digest::SHA384,
        // RS512, PS512, and EdDSA with Ed25519, which hashes with SHA-512.
        _ => &digest::SHA512,
    };
    let hash = digest::digest(algorithm, access_token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

/// Shows neither the nonce nor the access token.
impl fmt::Debug for IdTokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdTokenVerifier")
            .field("rules", &self.rules)
            .field("client_ids", &self.client_ids)
            .field("trusted_audiences", &self.trusted)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// The claims of a verified ID token; made by [`IdTokenVerifier::verify`].
#[derive(Clone, PartialEq)]
pub struct IdToken {
    subject: String,
    claims: Claims,
}

impl IdToken {
    /// The subject: who logged in, for this issuer. Compare it with that of [userinfo](crate::UserInfoRequest::expect_subject).
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The session at the issuer, which a [`LogoutToken`](crate::LogoutToken) names.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.claims.get("sid").and_then(Value::as_str)
    }

    /// All claims.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// All claims.
    #[must_use]
    pub fn into_claims(self) -> Claims {
        self.claims
    }
}

/// Shows the names of the claims: the values are about a person.
impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdToken").field("claims", &self.claims).finish_non_exhaustive()
    }
}
