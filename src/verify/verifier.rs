//! [`IssuerVerifier`]: the rules for signed userinfo and for credentials.

use serde_json::Value;

use super::cache::CachedJwkSet;
use super::rules::{self, Rules, setters};
use crate::client_ids::ClientIds;
use crate::error::{Error, Result, VerificationFailure};
use crate::jwt::{CompactJwt, JwtVerifier};
use crate::lenient_json::Object;
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
    rules: Rules,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    UserInfo { client_ids: ClientIds },
    Credential,
}

setters!(IssuerVerifier);

impl IssuerVerifier {
    pub(super) fn userinfo(keys: CachedJwkSet, client_ids: ClientIds) -> Self {
        Self { rules: Rules::new(keys), kind: Kind::UserInfo { client_ids } }
    }

    pub(super) fn credential(keys: CachedJwkSet) -> Self {
        Self { rules: Rules::new(keys), kind: Kind::Credential }
    }

    async fn check(&self, jwt: &CompactJwt) -> Result<()> {
        let issuer = self.rules.issuer(jwt).await?;
        self.claims(jwt.insecure_claims_without_verification(), &issuer, rules::now())
    }

    /// Checks issuer, audience and times.
    fn claims(&self, claims: &Object, issuer: &str, now: i64) -> Result<()> {
        let payload = self.rules.payload(claims, issuer, now);
        payload.require_issuer()?;
        match &self.kind {
            Kind::UserInfo { client_ids } => {
                payload.require_audience(client_ids)?;
            }
            Kind::Credential if !claims.get("vc").is_some_and(Value::is_object) => {
                let problem = "the JWT is not a credential: it has no `vc`";
                return Err(Error::unverified(VerificationFailure::Credential, problem));
            }
            Kind::Credential => {}
        }
        payload.check_validity()?;
        Ok(())
    }
}

impl JwtVerifier for IssuerVerifier {
    fn verify<'a>(&'a self, jwt: &'a CompactJwt) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move { Ok(self.check(jwt).await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use serde_json::json;
    use std::time::Duration;

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
