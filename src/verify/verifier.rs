//! [`IssuerVerifier`]: the rules for the header and the claims of a JWT.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::cache::CachedJwkSet;
use super::jwk::ALGORITHMS;
use crate::error::{Error, ErrorKind, Result, clean};
use crate::jwt::{CompactJwt, JwtVerifier};
use crate::lenient_json::{self, Object};
use openapi_smith_runtime::{BoxError, BoxFuture};

/// Verifies JWTs with the keys of their issuer; made by [`CachedJwkSet::userinfo_verifier`] and
/// [`CachedJwkSet::credential_verifier`].
///
/// - `alg` must be one of RS256, RS384, RS512, PS256, PS384, PS512 (keys of 2048 to 8192 bits), ES256, ES384, EdDSA and Ed25519,
///   and fit the kind of the key, and the key's own `alg` where it has one. `none` and shared secrets are rejected.
/// - `kid` selects the issuer's key; without `kid`, exactly one key must fit. Keys in or referenced by the header (`jwk`, `jku`,
///   `x5c`, `x5u`) are ignored.
/// - A header with `crit` is rejected (RFC 7515 section 4.1.11): no extension is supported.
/// - `exp` and `nbf` are checked if present, with [`leeway`](Self::leeway).
///
/// Cheap to clone.
///
/// ```no_run
/// # async fn example(keys: ory_oidc::CachedJwkSet, credential: ory_oidc::VerifiableCredential) -> Result<(), ory_oidc::Error> {
/// let claims = credential.verify(&keys.credential_verifier().algorithms(["RS256"])).await?;
/// println!("{:?}", claims.credential_subject());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct IssuerVerifier {
    keys: CachedJwkSet,
    kind: Kind,
    algorithms: Option<Vec<String>>,
    leeway: Duration,
}

#[derive(Clone, Debug)]
enum Kind {
    UserInfo { client_id: String },
    Credential,
}

impl IssuerVerifier {
    /// The default leeway: a minute.
    pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);

    pub(super) fn userinfo(keys: CachedJwkSet, client_id: String) -> Self {
        Self::new(keys, Kind::UserInfo { client_id })
    }

    pub(super) fn credential(keys: CachedJwkSet) -> Self {
        Self::new(keys, Kind::Credential)
    }

    fn new(keys: CachedJwkSet, kind: Kind) -> Self {
        Self { keys, kind, algorithms: None, leeway: Self::DEFAULT_LEEWAY }
    }

    /// Accepts these algorithms only, by the names above.
    #[must_use]
    pub fn algorithms<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.algorithms = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the allowed difference between the issuer's clock and this machine's.
    /// [`DEFAULT_LEEWAY`](Self::DEFAULT_LEEWAY) if not set.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    async fn check(&self, jwt: &CompactJwt) -> Result<()> {
        self.header(jwt)?;
        let issuer = self.keys.verify(jwt).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.claims(jwt.insecure_claims_without_verification(), &issuer, seconds(now))
    }

    fn header(&self, jwt: &CompactJwt) -> Result<()> {
        let alg = jwt.alg();
        let name = clean(alg, 40);
        if !ALGORITHMS.contains(&alg) {
            return Err(refuse(format!("the algorithm `{name}` of the JWT is not one that is accepted"))
                .with_hint("accepted are RS, PS and ES with 256 or 384, RS512, PS512 and EdDSA"));
        }
        if self.algorithms.as_ref().is_some_and(|allowed| !allowed.iter().any(|allowed| allowed == alg)) {
            return Err(refuse(format!("the algorithm `{name}` of the JWT is not among those that were allowed"))
                .with_hint("see `algorithms`"));
        }
        if jwt.header().contains_key("crit") {
            return Err(refuse("the JWT demands an extension by `crit`, and none is understood"));
        }
        Ok(())
    }

    /// Checks issuer, audience and times.
    fn claims(&self, claims: &Object, issuer: &str, now: i64) -> Result<()> {
        match claims.get("iss").and_then(Value::as_str) {
            Some(iss) if iss == issuer => {}
            Some(iss) => {
                let (iss, issuer) = (clean(iss, 300), clean(issuer, 300));
                return Err(refuse(format!("the issuer of the JWT is `{iss}`, expected was `{issuer}`"))
                    .with_hint("it is compared character by character with the issuer in the discovery document"));
            }
            None => return Err(refuse("the JWT does not say by whom it was issued: it has no `iss`")),
        }
        match &self.kind {
            Kind::UserInfo { client_id } => {
                let aud = claims.get("aud").map(lenient_json::texts).unwrap_or_default();
                if aud.is_empty() {
                    return Err(refuse("the JWT does not say for whom it is: it has no `aud`"));
                }
                if !aud.contains(&client_id.as_str()) {
                    return Err(refuse("the JWT is for another client: its `aud` does not include the id of this one")
                        .with_hint("give the id of the client that the access token was issued to"));
                }
            }
            Kind::Credential if !claims.get("vc").is_some_and(Value::is_object) => {
                return Err(refuse("the JWT is not a credential: it has no `vc`"));
            }
            Kind::Credential => {}
        }
        let leeway = seconds(self.leeway);
        let time = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(value) => match lenient_json::seconds(value) {
                Some(seconds) => Ok(Some(seconds)),
                None => Err(refuse(format!("`{name}` of the JWT is not a time"))),
            },
        };
        const CLOCK: &str = "if it should be good, compare the clocks, and see `leeway`";
        if time("exp")?.is_some_and(|exp| now.saturating_sub(leeway) >= exp) {
            return Err(refuse("the JWT has expired").with_hint(CLOCK));
        }
        if time("nbf")?.is_some_and(|nbf| now.saturating_add(leeway) < nbf) {
            return Err(refuse("the JWT is not good yet").with_hint(CLOCK));
        }
        Ok(())
    }
}

impl JwtVerifier for IssuerVerifier {
    fn verify<'a>(&'a self, jwt: &'a CompactJwt) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move { Ok(self.check(jwt).await?) })
    }
}

fn refuse(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Verification, None, what)
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use serde_json::json;

    const NOW: i64 = 1_795_442_613;

    fn verdict(verifier: &IssuerVerifier, claims: &Value) -> String {
        let result = verifier.claims(claims.as_object().unwrap(), "https://h", NOW);
        result.map_or_else(|error| error.to_string(), |()| "good".to_owned())
    }

    #[test]
    fn issuer_audience_and_times_are_checked() {
        let keys = Client::builder("https://h").build().unwrap().discover().cached(Duration::ZERO).keys(Duration::ZERO);
        let (userinfo, credential) = (keys.userinfo_verifier("me"), keys.credential_verifier());
        for (claims, expected) in [
            (json!({"iss": "https://h", "aud": "me"}), "good"),
            (json!({"iss": "https://h", "aud": ["you", "me"], "exp": NOW}), "good"),
            (json!({"iss": "https://h", "aud": ["me"], "exp": NOW - 60}), "has expired"),
            (json!({"iss": "https://h", "aud": ["me"], "nbf": NOW + 60}), "good"),
            (json!({"iss": "https://h", "aud": ["me"], "nbf": NOW + 61}), "not good yet"),
            (json!({"iss": "https://h", "aud": ["me"], "exp": null}), "`exp` of the JWT is not a time"),
            (json!({"iss": "https://h", "aud": ["me"], "nbf": {}}), "`nbf` of the JWT is not a time"),
            (json!({"iss": "https://h/", "aud": "me"}), "is `https://h/`, expected was `https://h`"),
            (json!({"iss": ["https://h"], "aud": "me"}), "no `iss`"),
            (json!({"aud": "me"}), "no `iss`"),
            (json!({"iss": "https://h"}), "no `aud`"),
            (json!({"iss": "https://h", "aud": []}), "no `aud`"),
            (json!({"iss": "https://h", "aud": "Me"}), "another client"),
            (json!({"iss": "https://h", "vc": {}}), "no `aud`"),
        ] {
            let verdict = verdict(&userinfo, &claims);
            assert!(verdict.contains(expected), "{claims}: {verdict}");
        }
        for (claims, expected) in [
            (json!({"iss": "https://h", "vc": {}, "exp": 1.795442613e+09}), "good"),
            (json!({"iss": "https://h", "vc": {}, "exp": 1.795442553e+09}), "has expired"),
            (json!({"iss": "https://h", "aud": "me"}), "not a credential"),
        ] {
            let verdict = verdict(&credential, &claims);
            assert!(verdict.contains(expected), "{claims}: {verdict}");
        }
        let patient = credential.leeway(Duration::MAX);
        assert_eq!(verdict(&patient, &json!({"iss": "https://h", "vc": {}, "exp": 0, "nbf": i64::MAX})), "good");
    }
}
