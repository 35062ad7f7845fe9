//! [`Rules`] and [`Payload`]: the rules that the JWTs of an issuer share, for the header, the signature and the claims.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::cache::CachedJwkSet;
use super::jwk::ALGORITHMS;
use crate::client_ids::ClientIds;
use crate::error::{Error, Result, VerificationFailure as Failure, clean};
use crate::jwt::CompactJwt;
use crate::lenient_json::{self, Object};

/// The default leeway: a minute.
pub(super) const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);

const CLOCK: &str = "if it should be good, compare the clocks, and see `leeway`";

/// What each verifier has.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    keys: CachedJwkSet,
    pub(super) algorithms: Option<Vec<String>>,
    pub(super) leeway: Duration,
}

/// Gives a verifier with a field `rules` its setters.
macro_rules! setters {
    ($name:ident) => {
        impl $name {
            /// The default leeway: a minute.
            pub const DEFAULT_LEEWAY: std::time::Duration = $crate::verify::rules::DEFAULT_LEEWAY;

            /// Accepts these algorithms only, by the names of [`IssuerVerifier`](crate::IssuerVerifier).
            #[must_use]
            pub fn algorithms<I>(mut self, names: I) -> Self
            where
                I: IntoIterator,
                I::Item: Into<String>,
            {
                self.rules.algorithms = Some(names.into_iter().map(Into::into).collect());
                self
            }

            /// Sets the allowed difference between the issuer's clock and this machine's.
            /// [`DEFAULT_LEEWAY`](Self::DEFAULT_LEEWAY) if not set.
            #[must_use]
            pub fn leeway(mut self, leeway: std::time::Duration) -> Self {
                self.rules.leeway = leeway;
                self
            }
        }
    };
}
pub(super) use setters;

impl Rules {
    pub(super) fn new(keys: CachedJwkSet) -> Self {
        Self { keys, algorithms: None, leeway: DEFAULT_LEEWAY }
    }

    /// Returns the issuer if the header is allowed and one of the issuer's keys signed the JWT.
    pub(super) async fn issuer(&self, jwt: &CompactJwt) -> Result<String> {
        let alg = jwt.alg();
        let name = clean(alg, 40);
        if !ALGORITHMS.contains(&alg) {
            let problem = format!("the algorithm `{name}` of the JWT is not one that is accepted");
            return Err(Error::unverified(Failure::Algorithm, problem)
                .with_hint("accepted are RS, PS and ES with 256 or 384, RS512, PS512 and EdDSA"));
        }
        if self.algorithms.as_ref().is_some_and(|allowed| !allowed.iter().any(|allowed| allowed == alg)) {
            let problem = format!("the algorithm `{name}` of the JWT is not among those that were allowed");
            return Err(Error::unverified(Failure::Algorithm, problem).with_hint("see `algorithms`"));
        }
        if jwt.header().contains_key("crit") {
            let problem = "the JWT demands an extension by `crit`, and none is understood";
            return Err(Error::unverified(Failure::Extension, problem));
        }
        self.keys.verify(jwt).await
    }

    pub(super) fn payload<'a>(&self, claims: &'a Object, issuer: &'a str, now: i64) -> Payload<'a> {
        Payload { claims, issuer, now, leeway: seconds(self.leeway) }
    }
}

/// Takes a JWT apart that is to be verified.
pub(super) fn parse(jwt: impl Into<openapi_smith_runtime::Secret>) -> Result<CompactJwt> {
    CompactJwt::parse(jwt).map_err(|error| Error::unverified(Failure::Format, error.to_string()))
}

/// Requires that `typ` is absent or one of `accepted`, so that no JWT passes for one of another kind (RFC 8725 section 3.11).
pub(super) fn require_type(jwt: &CompactJwt, accepted: &[&str]) -> Result<()> {
    let Some(typ) = jwt.header().get("typ") else { return Ok(()) };
    let name = typ.as_str().unwrap_or("not a string");
    // RFC 7515 section 4.1.9: a media type without a slash stands for one of `application/`.
    let start = name.get(.."application/".len()).filter(|start| start.eq_ignore_ascii_case("application/"));
    let short = start.and_then(|start| name.get(start.len()..)).unwrap_or(name);
    if accepted.iter().any(|accepted| short.eq_ignore_ascii_case(accepted)) {
        return Ok(());
    }
    let problem = format!("the JWT is of another kind: its `typ` is `{}`", clean(name, 100));
    Err(Error::unverified(Failure::Type, problem))
}

/// The time now, in seconds since 1970.
pub(super) fn now() -> i64 {
    seconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(super) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// The claims of a JWT whose signature is verified.
pub(super) struct Payload<'a> {
    pub(super) claims: &'a Object,
    issuer: &'a str,
    now: i64,
    leeway: i64,
}

impl<'a> Payload<'a> {
    /// The claim, if it is a string that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Requires that `iss` is the issuer whose keys were used.
    pub(super) fn require_issuer(&self) -> Result<()> {
        match self.claims.get("iss").and_then(Value::as_str) {
            Some(iss) if iss == self.issuer => Ok(()),
            Some(iss) => {
                let (iss, issuer) = (clean(iss, 300), clean(self.issuer, 300));
                let problem = format!("the issuer of the JWT is `{iss}`, expected was `{issuer}`");
                Err(Error::unverified(Failure::Issuer, problem)
                    .with_hint("it is compared character by character with the issuer in the discovery document"))
            }
            None => {
                Err(Error::unverified(Failure::Issuer, "the JWT does not say by whom it was issued: it has no `iss`"))
            }
        }
    }

    /// Requires that `aud` includes an accepted client; returns all of `aud`.
    pub(super) fn require_audience(&self, client_ids: &ClientIds) -> Result<Vec<&'a str>> {
        let aud = self.claims.get("aud").map(lenient_json::texts).unwrap_or_default();
        if aud.is_empty() {
            let problem = "the JWT does not say for whom it is: it has no `aud`";
            return Err(Error::unverified(Failure::Audience, problem));
        }
        if !aud.iter().any(|id| client_ids.accept(id)) {
            let problem = "the JWT is for another client: its `aud` does not include the id of this one";
            return Err(Error::unverified(Failure::Audience, problem)
                .with_hint("give the id of the client that the token was issued to"));
        }
        Ok(aud)
    }

    /// A time among the claims.
    pub(super) fn time(&self, name: &str, failure: Failure) -> Result<Option<i64>> {
        match self.claims.get(name) {
            None => Ok(None),
            Some(value) => match lenient_json::seconds(value) {
                Some(seconds) => Ok(Some(seconds)),
                None => Err(Error::unverified(failure, format!("`{name}` of the JWT is not a time"))),
            },
        }
    }

    pub(super) fn require_time(&self, name: &str, failure: Failure) -> Result<i64> {
        let missing = || Error::unverified(failure, format!("the JWT has no `{name}`"));
        self.time(name, failure)?.ok_or_else(missing)
    }

    /// Requires that `exp` and `nbf` hold if they are present; returns `exp`.
    pub(super) fn check_validity(&self) -> Result<Option<i64>> {
        let exp = self.time("exp", Failure::ExpirationTime)?;
        if exp.is_some_and(|exp| self.is_past(exp)) {
            return Err(Error::unverified(Failure::ExpirationTime, "the JWT has expired").with_hint(CLOCK));
        }
        if self.time("nbf", Failure::NotBefore)?.is_some_and(|nbf| self.is_future(nbf)) {
            return Err(Error::unverified(Failure::NotBefore, "the JWT is not good yet").with_hint(CLOCK));
        }
        Ok(exp)
    }

    /// Requires that `iat` is present and not in the future.
    pub(super) fn require_issued_at(&self) -> Result<i64> {
        let iat = self.require_time("iat", Failure::IssuedAt)?;
        if self.is_future(iat) {
            let problem = "the JWT was issued in the future";
            return Err(Error::unverified(Failure::IssuedAt, problem).with_hint(CLOCK));
        }
        Ok(iat)
    }

    pub(super) fn is_past(&self, time: i64) -> bool {
        self.now.saturating_sub(self.leeway) >= time
    }

    fn is_future(&self, time: i64) -> bool {
        self.now.saturating_add(self.leeway) < time
    }
}
