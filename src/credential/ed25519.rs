//! [`Ed25519Signer`]: proofs signed with an Ed25519 key in memory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::proof::ProofSigner;
use crate::error::{Error, ErrorKind, Result};
use openapi_smith_runtime::{BoxError, BoxFuture, Secret};

/// Signs proofs with an Ed25519 key (`EdDSA`, RFC 8037). Needs the feature `ed25519`.
///
/// ```
/// # fn main() -> Result<(), ory_oidc::Error> {
/// use ory_oidc::{Ed25519Signer, ProofSigner};
///
/// let signer = Ed25519Signer::generate()?;
/// assert_eq!(signer.alg(), "EdDSA");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    /// Makes a new key from the system's randomness.
    ///
    /// # Errors
    ///
    /// [`Signer`](ErrorKind::ProofSigner) if the system has none to give.
    pub fn generate() -> Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|source| {
            Error::new(ErrorKind::ProofSigner, None, "ed25519 key: the system gives no randomness").with_source(source)
        })?;
        Ok(Self::from_seed(&seed))
    }

    /// Takes the 32 bytes of the private key (the seed of RFC 8032).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a private key in PKCS#8, as PEM (`-----BEGIN PRIVATE KEY-----`).
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if it is not an Ed25519 key in that form.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| not_a_key("pem"))
    }

    /// Writes the private key in PKCS#8, as PEM; [`from_pkcs8_pem`](Self::from_pkcs8_pem) reads it.
    ///
    /// ```
    /// # fn main() -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::{Ed25519Signer, ProofSigner};
    ///
    /// let signer = Ed25519Signer::generate()?;
    /// let pem = signer.to_pkcs8_pem()?;
    /// let again = Ed25519Signer::from_pkcs8_pem(pem.expose_secret())?;
    /// assert_eq!(again.public_jwk(), signer.public_jwk());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ProofSigner`](ErrorKind::ProofSigner) if the key cannot be encoded.
    pub fn to_pkcs8_pem(&self) -> Result<Secret> {
        let encoded = self.0.to_pkcs8_pem(LineEnding::LF);
        let pem = encoded.map_err(|_| Error::new(ErrorKind::ProofSigner, None, "ed25519 key: cannot be encoded"))?;
        Ok(Secret::new(pem.as_str()))
    }

    /// Reads a private key in PKCS#8, as DER.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if it is not an Ed25519 key in that form.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self> {
        SigningKey::from_pkcs8_der(der).map(Self).map_err(|_| not_a_key("der"))
    }
}

fn not_a_key(form: &str) -> Error {
    Error::invalid(None, format!("ed25519 key: is not a private key in pkcs#8 {form}"))
}

impl ProofSigner for Ed25519Signer {
    fn alg(&self) -> &str {
        "EdDSA"
    }

    fn public_jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.0.verifying_key().as_bytes()) })
    }

    fn sign<'a>(&'a self, signing_input: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
        let signature = self.0.sign(signing_input);
        Box::pin(std::future::ready(Ok(signature.to_bytes().to_vec())))
    }
}

/// Shows the public key.
impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ed25519Signer").field("public_jwk", &self.public_jwk()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// RFC 8032 section 7.1, test 1; the key in PKCS#8 as in RFC 8410 section 7.
    #[tokio::test]
    async fn known_key() {
        const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let signer = Ed25519Signer::from_seed(&bytes(SEED).try_into().unwrap());
        assert_eq!(signer.public_jwk()["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        let signature = signer.sign(b"").await.unwrap();
        assert_eq!(signature[..4], [0xe5, 0x56, 0x43, 0x00]);
        let der = bytes(&format!("302e020100300506032b657004220420{SEED}"));
        assert_eq!(Ed25519Signer::from_pkcs8_der(&der).unwrap().public_jwk(), signer.public_jwk());
        // RFC 5958 section 2: version 2 has the public key as well. RFC 8410 section 10.3 has both forms.
        let pem = signer.to_pkcs8_pem().unwrap();
        assert!(pem.expose_secret().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert_eq!(Ed25519Signer::from_pkcs8_pem(pem.expose_secret()).unwrap().0, signer.0);
        assert!(Ed25519Signer::from_pkcs8_pem("canary").is_err());
        assert!(Ed25519Signer::generate().unwrap().public_jwk() != signer.public_jwk());
    }
}
