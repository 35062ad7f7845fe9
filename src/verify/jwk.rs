//! One public key of the issuer: the algorithms that it allows, and the verification of a signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::Value;

use crate::lenient_json::Object;

/// The algorithms that are understood, by the names of RFC 7518 section 3.1, RFC 8037 and RFC 9864.
pub(super) const ALGORITHMS: [&str; 10] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"];

/// A key that signatures can be verified with (RFC 7517 section 4).
pub(super) struct Jwk {
    /// The only algorithm that the issuer allows for it, if declared.
    alg: Option<String>,
    material: Material,
}

enum Material {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// An uncompressed point.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

enum Check {
    Rsa(&'static RsaParameters),
    Other(&'static dyn VerificationAlgorithm),
}

impl Jwk {
    /// Parses a key; the error is why it is unusable. A set may hold keys for other purposes.
    pub(super) fn read(jwk: &Object) -> Result<Self, &'static str> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|usage| usage != "sig") {
            return Err("its `use` is not `sig`");
        }
        if let Some(operations) = jwk.get("key_ops").and_then(Value::as_array)
            && !operations.iter().any(|operation| operation == "verify")
        {
            return Err("its `key_ops` do not include `verify`");
        }
        // Every reader of the set could sign with it.
        if jwk.contains_key("d") {
            return Err("its private half is published");
        }
        let bytes = |name: &str| text(name).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let number = |name: &str, length: usize| {
            bytes(name).filter(|bytes| bytes.len() == length).ok_or("a coordinate is missing or has the wrong length")
        };
        let point = |length| -> Result<Vec<u8>, &'static str> {
            Ok([vec![4], number("x", length)?, number("y", length)?].concat())
        };
        let material = match (text("kty"), text("crv")) {
            (Some("RSA"), _) => {
                let (Some(n), Some(e)) = (bytes("n"), bytes("e")) else {
                    return Err("its `n` or `e` is missing or not base64url");
                };
                // Some issuers write a leading zero byte, which RFC 7518 does not allow. The number is the same.
                let whole = |number: Vec<u8>| number.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
                let (n, e) = (whole(n), whole(e));
                let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
                if !(2048..=8192).contains(&bits) {
                    return Err("it is an RSA key of less than 2048 or more than 8192 bits");
                }
                Material::Rsa(RsaPublicKeyComponents { n, e })
            }
            (Some("EC"), Some("P-256")) => Material::P256(point(32)?),
            (Some("EC"), Some("P-384")) => Material::P384(point(48)?),
            (Some("OKP"), Some("Ed25519")) => Material::Ed25519(number("x", 32)?),
            (Some("EC" | "OKP"), _) => return Err("its curve is not P-256, P-384 or Ed25519"),
            (Some("oct"), _) => return Err("it is a symmetric key"),
            _ => return Err("its `kty` is not RSA, EC or OKP"),
        };
        Ok(Self { alg: text("alg").map(str::to_owned), material })
    }

    /// Whether a signature with this algorithm can be of this key.
    pub(super) fn fits(&self, alg: &str) -> bool {
        self.alg.as_deref().is_none_or(|own| own == alg) && self.check(alg).is_some()
    }

    /// Whether this key made the signature.
    pub(super) fn verifies(&self, alg: &str, input: &[u8], signature: &[u8]) -> bool {
        if !self.fits(alg) {
            return false;
        }
        match (self.check(alg), &self.material) {
            (Some(Check::Rsa(parameters)), Material::Rsa(key)) => key.verify(parameters, input, signature).is_ok(),
            (Some(Check::Other(algorithm)), Material::P256(key) | Material::P384(key) | Material::Ed25519(key)) => {
                UnparsedPublicKey::new(algorithm, key).verify(input, signature).is_ok()
            }
            _ => false,
        }
    }

    /// The type of the key decides, never the JWT alone, so no algorithm can be passed off as another one.
    fn check(&self, alg: &str) -> Option<Check> {
        Some(match (&self.material, alg) {
            (Material::Rsa(_), "RS256") => Check::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            (Material::Rsa(_), "RS384") => Check::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            (Material::Rsa(_), "RS512") => Check::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            (Material::Rsa(_), "PS256") => Check::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            (Material::Rsa(_), "PS384") => Check::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            (Material::Rsa(_), "PS512") => Check::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            (Material::P256(_), "ES256") => Check::Other(&signature::ECDSA_P256_SHA256_FIXED),
            (Material::P384(_), "ES384") => Check::Other(&signature::ECDSA_P384_SHA384_FIXED),
            (Material::Ed25519(_), "EdDSA" | "Ed25519") => Check::Other(&signature::ED25519),
            _ => return None,
        })
    }
}
