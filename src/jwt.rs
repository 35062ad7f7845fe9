//! [`CompactJwt`] and [`JwtVerifier`]: a signed JWT, decoded but not verified, and the trait that verifies it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result, VerificationFailure};
use crate::lenient_json::{self, Object};
use crate::operation::Operation;
use openapi_smith_runtime::Secret;
use openapi_smith_runtime::{BoxError, BoxFuture};

/// A JWT in its compact form (RFC 7515 section 3.1), taken apart but **not verified**.
///
/// This is what a [`JwtVerifier`] gets.
#[derive(Clone)]
pub struct CompactJwt {
    text: Secret,
    header: Object,
    claims: Object,
    signature: Vec<u8>,
}

impl CompactJwt {
    /// Takes a JWT apart.
    ///
    /// # Errors
    ///
    /// [`UnexpectedResponse`](ErrorKind::UnexpectedResponse) if it does not have three valid parts.
    #[inline]
    pub fn parse(text: impl Into<Secret>) -> Result<Self> {
        let text = text.into();
        let not = |what: &str| Error::new(ErrorKind::UnexpectedResponse, None, format!("not a compact JWT: {what}"));
        let mut parts = text.expose_secret().split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(not("it does not have three parts"));
        };
        let object = |part: &str| match lenient_json::value(&URL_SAFE_NO_PAD.decode(part).ok()?) {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        };
        let header = object(header).ok_or_else(|| not("its header is not a JSON object in base64url"))?;
        let claims = object(claims).ok_or_else(|| not("its claims are not a JSON object in base64url"))?;
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| not("its signature is not base64url without padding"))?;
        Ok(Self { text, header, claims, signature })
    }

    /// The whole JWT as it came. Handed to a JWT library, it is parsed and verified in one go.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.expose_secret()
    }

    /// The signature algorithm that the header names, such as `RS256`; empty if it names none.
    ///
    /// The header is not verified: look the algorithm up in the key, and reject the JWT if the two differ.
    #[must_use]
    #[inline]
    pub fn alg(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    /// The id of the key that the header names.
    #[must_use]
    #[inline]
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Object {
        &self.header
    }

    /// The signed bytes: header and claims, as received.
    #[must_use]
    #[inline]
    pub fn signing_input(&self) -> &[u8] {
        let text = self.as_str();
        text.rsplit_once('.').map_or(text, |(input, _)| input).as_bytes()
    }

    /// The signature: for `ES256` and `EdDSA` 64 bytes, not DER.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The claims, **which nobody has verified**.
    #[must_use]
    pub fn insecure_claims_without_verification(&self) -> &Object {
        &self.claims
    }

    #[inline]
    pub(crate) fn into_claims(self) -> Object {
        self.claims
    }

    /// Verifies the JWT, and returns the claims only if it is valid.
    pub(crate) async fn verified(self, operation: Operation, verifier: &dyn JwtVerifier) -> Result<Object> {
        let refuse = |failure, what: &str| Error::unverified(failure, what).with_operation(operation);
        // Not left to the verifier: this is the mistake that verifiers are known for (RFC 8725 section 2.1).
        if self.alg().is_empty() || self.alg().eq_ignore_ascii_case("none") {
            return Err(refuse(VerificationFailure::Algorithm, "the JWT is not signed"));
        }
        verifier.verify(&self).await.map_err(|source| match source.downcast::<Error>() {
            // An error of this crate is kept: unavailable keys are not a forgery.
            Ok(error) if error.operation().is_none() => error.with_operation(operation),
            Ok(error) => *error,
            Err(source) => {
                let problem = "the signature of the JWT was not accepted by the verifier";
                refuse(VerificationFailure::Signature, problem).with_source(source)
            }
        })?;
        Ok(self.claims)
    }
}

/// Shows the header only: claims are about a person, and the JWT as a whole is a credential.
impl fmt::Debug for CompactJwt {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJwt").field("alg", &self.alg()).field("kid", &self.kid()).finish_non_exhaustive()
    }
}

/// Verifies the signature of a JWT that the server sent: a signed userinfo response or a verifiable credential.
///
/// With the feature `verify` the crate brings an implementation, `IssuerVerifier`, made by `CachedDiscovery::keys`. Without it
/// there is neither a cryptographic library nor a policy for fetching and caching keys: implement the trait over the library that
/// you use for ID tokens anyway. An implementation
///
/// 1. finds the key by [`kid`](CompactJwt::kid) among the server's keys, at
///    [`Discovery::jwks_uri`](crate::Discovery::jwks_uri), and fetches them once more if the key is missing,
/// 2. makes sure that [`alg`](CompactJwt::alg) is one that it expects of that key,
/// 3. checks [`signature`](CompactJwt::signature) over [`signing_input`](CompactJwt::signing_input),
/// 4. checks `iss`, `aud` and `exp` where its users want that. Ory's userinfo JWTs carry no `exp`, and its credentials no
///    `aud`.
///
/// `alg: none` never gets here. A closure is a verifier, too, where nothing has to be awaited:
///
/// ```no_run
/// # async fn example(signed: ory_oidc::SignedUserInfo) -> Result<(), ory_oidc::Error> {
/// # fn check(_: Option<&str>, _: &[u8], _: &[u8]) -> Result<(), std::io::Error> { Ok(()) }
/// use ory_oidc::{BoxError, CompactJwt};
///
/// let verifier = |jwt: &CompactJwt| -> Result<(), BoxError> {
///     if jwt.alg() != "RS256" {
///         return Err("unexpected algorithm".into());
///     }
///     Ok(check(jwt.kid(), jwt.signing_input(), jwt.signature())?)
/// };
/// let claims = signed.verify(&verifier).await?;
/// # Ok(())
/// # }
/// ```
pub trait JwtVerifier: Send + Sync {
    /// Verifies the JWT.
    ///
    /// # Errors
    ///
    /// Any error rejects the JWT; it becomes the [`source`](std::error::Error::source) of the caller's error. An [`Error`] of this
    /// crate is returned as it is, so that unavailable keys do not look like a forgery.
    fn verify<'a>(&'a self, jwt: &'a CompactJwt) -> BoxFuture<'a, Result<(), BoxError>>;
}

impl<F> JwtVerifier for F
where
    F: Fn(&CompactJwt) -> Result<(), BoxError> + Send + Sync,
{
    fn verify<'a>(&'a self, jwt: &'a CompactJwt) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(std::future::ready(self(jwt)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(header: &str, claims: &str, signature: &[u8]) -> String {
        [header.as_bytes(), claims.as_bytes(), signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
    }

    #[test]
    fn a_jwt_is_split_and_decoded() {
        let text = jwt(r#"{"alg":"RS256","kid":"k"}"#, r#"{"sub":"alice"}"#, b"sig");
        let jwt = CompactJwt::parse(text.as_str()).unwrap();
        assert_eq!((jwt.alg(), jwt.kid(), jwt.signature()), ("RS256", Some("k"), &b"sig"[..]));
        assert_eq!(jwt.signing_input(), text.rsplit_once('.').unwrap().0.as_bytes());
        assert_eq!(jwt.insecure_claims_without_verification().get("sub").unwrap(), "alice");
        assert!(!format!("{jwt:?}").contains("alice"));
    }

    #[test]
    fn malformed_jwts_are_rejected() {
        let good = jwt("{}", "{}", b"");
        assert_eq!(CompactJwt::parse(good.as_str()).unwrap().alg(), "");
        for bad in ["", "a", "a.b", ".", "..", "...", "e30.e30.=", "e30.W10.", "W10.e30.", "e30.e30.a.b", "e30.e3.x"] {
            let error = CompactJwt::parse(bad).unwrap_err();
            assert!(error.to_string().starts_with("not a compact JWT: "), "{bad}: {error}");
        }
    }

    #[tokio::test]
    async fn unsigned_jwts_never_reach_the_verifier() {
        let yes = |_: &CompactJwt| -> Result<(), BoxError> { Ok(()) };
        for header in ["{}", r#"{"alg":"none"}"#, r#"{"alg":"None"}"#, r#"{"alg":1}"#] {
            let unsigned = CompactJwt::parse(jwt(header, "{}", b"")).unwrap();
            let error = unsigned.verified(Operation::GetOidcUserInfo, &yes).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification);
        }
        let signed = CompactJwt::parse(jwt(r#"{"alg":"RS256"}"#, "{}", b"x")).unwrap();
        signed.verified(Operation::GetOidcUserInfo, &yes).await.unwrap();
    }
}
