//! The proof JWT of a credential request: checked for real, in the server's order, with the server's reasons.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::{Map, Value};

use super::jwk::Jwk;

/// A proof whose signature and times are good; its nonce is not checked yet.
pub(super) struct Proof {
    pub(super) key: Jwk,
    pub(super) nonce: Option<String>,
}

const UNSIGNED: &str = "The JWT was not signed with the correct key supplied in the JWK header.";

/// The error is the server's hint.
pub(super) fn check(jwt: &str, now: i64) -> Result<Proof, &'static str> {
    let (header, _) = jwt.split_once('.').ok_or("The JWT in the proof is malformed.")?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| "The JWT header in the proof is malformed.")?;
    let header: Map<String, Value> = serde_json::from_slice(&header).unwrap_or_default();
    let key = header
        .get("jwk")
        .and_then(|key| Jwk::parse(key).ok())
        .filter(Jwk::is_public)
        .ok_or("The JWK in the JWT header is malformed.")?;

    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let (input, signature) = jwt.rsplit_once('.').ok_or(UNSIGNED)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| UNSIGNED)?;
    if !verifies(&key, algorithm, input.as_bytes(), &signature) {
        return Err(UNSIGNED);
    }
    let (_, claims) = input.split_once('.').ok_or(UNSIGNED)?;
    let claims: Map<String, Value> =
        URL_SAFE_NO_PAD.decode(claims).ok().and_then(|claims| serde_json::from_slice(&claims).ok()).ok_or(UNSIGNED)?;
    // No leeway at all: a clock that is one second ahead fails here.
    let now = now as f64;
    let time = |name| claims.get(name).and_then(Value::as_f64);
    if time("exp").is_some_and(|exp| now > exp)
        || time("iat").is_some_and(|iat| now < iat)
        || time("nbf").is_some_and(|nbf| now < nbf)
    {
        return Err(UNSIGNED);
    }
    Ok(Proof { key, nonce: claims.get("nonce").and_then(Value::as_str).map(str::to_owned) })
}

/// `ES512` is the one advertised suite that `ring` cannot verify: such proofs are refused.
fn verifies(key: &Jwk, algorithm: &str, input: &[u8], signature: &[u8]) -> bool {
    let rsa = |parameters| {
        RsaPublicKeyComponents { n: without_leading_zeros(key.bytes("n")), e: without_leading_zeros(key.bytes("e")) }
            .verify(parameters, input, signature)
            .is_ok()
    };
    let point = |algorithm: &'static dyn VerificationAlgorithm| {
        let point = [vec![4], key.bytes("x"), key.bytes("y")].concat();
        UnparsedPublicKey::new(algorithm, point).verify(input, signature).is_ok()
    };
    match (key.get("kty"), key.get("crv"), algorithm) {
        ("RSA", _, "RS256") => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        ("RSA", _, "RS384") => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        ("RSA", _, "RS512") => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        ("RSA", _, "PS256") => rsa(&signature::RSA_PSS_2048_8192_SHA256),
        ("RSA", _, "PS384") => rsa(&signature::RSA_PSS_2048_8192_SHA384),
        ("RSA", _, "PS512") => rsa(&signature::RSA_PSS_2048_8192_SHA512),
        ("EC", "P-256", "ES256") => point(&signature::ECDSA_P256_SHA256_FIXED),
        ("EC", "P-384", "ES384") => point(&signature::ECDSA_P384_SHA384_FIXED),
        ("OKP", "Ed25519", "EdDSA") => {
            UnparsedPublicKey::new(&signature::ED25519, key.bytes("x")).verify(input, signature).is_ok()
        }
        _ => false,
    }
}

/// `ring` refuses numbers that begin with a zero byte; the server does not mind.
fn without_leading_zeros(bytes: Vec<u8>) -> Vec<u8> {
    bytes.into_iter().skip_while(|byte| *byte == 0).collect()
}
