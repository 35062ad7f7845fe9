//! [`ProofSigner`]: signs the proof that the caller holds a key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use openapi_smith_runtime::Secret;
use openapi_smith_runtime::{BoxError, BoxFuture};

/// Holds the key that a verifiable credential is bound to, and signs with it.
///
/// The features `ed25519` and `p256` of this crate have one each, [`Ed25519Signer`](crate::Ed25519Signer) and
/// [`P256Signer`](crate::P256Signer). A key in a KMS or an HSM needs an implementation of its own; signing is asynchronous for
/// its sake.
///
/// ```
/// use ory_oidc::{BoxError, BoxFuture, ProofSigner};
/// use serde_json::{Value, json};
///
/// struct Kms;
///
/// impl ProofSigner for Kms {
///     fn alg(&self) -> &str {
///         "ES256"
///     }
///     fn public_jwk(&self) -> Value {
///         json!({ "kty": "EC", "crv": "P-256", "x": "...", "y": "..." })
///     }
///     fn sign<'a>(&'a self, signing_input: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
///         Box::pin(async move {
///             // Ask the KMS, and turn its DER signature into r and s, 32 bytes each.
///             Err(format!("no KMS to sign {} bytes", signing_input.len()).into())
///         })
///     }
/// }
/// ```
pub trait ProofSigner: Send + Sync {
    /// The signature algorithm (RFC 7518 section 3.1). Ory takes `ES256`, `ES384`, `ES512`, `EdDSA`, `RS256` and up, and
    /// `PS256` and up.
    fn alg(&self) -> &str;

    /// The public key as a JWK (RFC 7517). It goes into the proof, and from there into the credential as `did:jwk`.
    ///
    /// A private property in it (`d`, `p`, `k`, ...) is an error, and nothing is sent.
    fn public_jwk(&self) -> Value;

    /// Signs `signing_input` and returns the signature as JWS defines it: for `ES256` 64 bytes `r || s`, **not DER**; for
    /// `EdDSA` 64 bytes.
    ///
    /// # Errors
    ///
    /// Any error becomes the [`source`](std::error::Error::source) of the caller's error.
    fn sign<'a>(&'a self, signing_input: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>>;
}

const OPERATION: Operation = Operation::CreateVerifiableCredential;

/// Properties of a JWK that are private, or make it a symmetric key (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Makes the proof JWT for a nonce.
///
/// The header has the key and no `kid`; the only claim is the nonce. There is no `iat`, `nbf` or `exp`: the server checks them
/// without leeway, and reports a clock that is a second fast as a wrong key.
pub(crate) async fn proof(signer: &dyn ProofSigner, nonce: &Secret) -> Result<Secret> {
    let (alg, jwk) = (signer.alg(), signer.public_jwk());
    if let Some(problem) = key_problem(alg, &jwk) {
        return Err(Error::new(ErrorKind::ProofSigner, Some(OPERATION), problem));
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(&json!({ "alg": alg, "typ": "JWT", "jwk": jwk }));
    let claims = part(&json!({ "nonce": nonce.expose_secret() }));
    let mut jwt = format!("{header}.{claims}");
    let signature = signer.sign(jwt.as_bytes()).await.map_err(|source| {
        Error::new(ErrorKind::ProofSigner, Some(OPERATION), "the signer failed").with_source(source)
    })?;
    let needed = match alg {
        "ES256" | "EdDSA" => 64,
        "ES384" => 96,
        "ES512" => 132,
        _ => signature.len(),
    };
    if needed != signature.len() {
        let problem = format!("the signature is {} bytes, {alg} needs {needed}", signature.len());
        let error = Error::new(ErrorKind::ProofSigner, Some(OPERATION), problem);
        return Err(error.with_hint("return `r` and `s` at full length one after the other, not as DER"));
    }
    jwt.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut jwt);
    Ok(Secret::new(jwt))
}

#[inline]
fn key_problem(alg: &str, jwk: &Value) -> Option<String> {
    let Some(properties) = jwk.as_object() else { return Some("the public key is not a JWK".to_owned()) };
    if let Some(name) = PRIVATE.into_iter().find(|name| properties.contains_key(*name)) {
        return Some(format!("the public key has the private property `{name}`: return the public part only"));
    }
    match properties.get("kty").and_then(Value::as_str) {
        None | Some("") => return Some("the public key has no `kty`".to_owned()),
        Some("oct") => return Some("the public key is a symmetric one".to_owned()),
        Some(_) => {}
    }
    if alg.is_empty() || alg.eq_ignore_ascii_case("none") || alg.starts_with("HS") {
        return Some("the algorithm of the signer is not one of public keys".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::CompactJwt;

    struct Fixed {
        alg: &'static str,
        jwk: Value,
        signature: Result<Vec<u8>, &'static str>,
    }

    impl ProofSigner for Fixed {
        fn alg(&self) -> &str {
            self.alg
        }
        fn public_jwk(&self) -> Value {
            self.jwk.clone()
        }
        fn sign<'a>(&'a self, _: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
            Box::pin(std::future::ready(self.signature.clone().map_err(Into::into)))
        }
    }

    fn signer() -> Fixed {
        Fixed { alg: "ES256", jwk: json!({"kty": "EC", "crv": "P-256", "x": "", "y": ""}), signature: Ok(vec![7; 64]) }
    }

    #[tokio::test]
    async fn a_proof_has_the_key_and_the_nonce_only() {
        let jwt = proof(&signer(), &Secret::new("n")).await.unwrap();
        let jwt = CompactJwt::parse(jwt).unwrap();
        assert_eq!(Value::Object(jwt.header().clone()), json!({"alg": "ES256", "typ": "JWT", "jwk": signer().jwk}));
        assert_eq!(Value::Object(jwt.clone().into_claims()), json!({"nonce": "n"}));
        assert_eq!(jwt.signature(), [7; 64]);
    }

    #[tokio::test]
    async fn private_keys_and_wrong_signatures_are_rejected() {
        let private = json!({"kty": "EC", "d": "canary"});
        for (signer, place) in [
            (Fixed { jwk: private, ..signer() }, "`d`"),
            (Fixed { jwk: json!({"kty": "oct", "k": "canary"}), ..signer() }, "`k`"),
            (Fixed { jwk: json!({"kty": "oct"}), ..signer() }, "symmetric"),
            (Fixed { jwk: json!("canary"), ..signer() }, "not a JWK"),
            (Fixed { jwk: json!({}), ..signer() }, "kty"),
            (Fixed { alg: "none", ..signer() }, "algorithm"),
            (Fixed { signature: Ok(vec![0; 71]), ..signer() }, "71 bytes, ES256 needs 64"),
            (Fixed { signature: Err("broken"), ..signer() }, "the signer failed"),
        ] {
            let error = proof(&signer, &Secret::new("n")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ProofSigner);
            assert!(error.to_string().contains(place) && !error.to_string().contains("canary"), "{error}");
        }
    }
}
