//! [`P256Signer`]: proofs signed with a P-256 key in memory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::proof::ProofSigner;
use crate::error::{Error, ErrorKind, Result};
use openapi_smith_runtime::{BoxError, BoxFuture, Secret};

/// Signs proofs with a P-256 key (`ES256`, RFC 7518 section 3.4). Needs the feature `p256`.
///
/// ```
/// # fn main() -> Result<(), ory_oidc::Error> {
/// use ory_oidc::{P256Signer, ProofSigner};
///
/// let signer = P256Signer::generate()?;
/// assert_eq!(signer.alg(), "ES256");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct P256Signer(SigningKey);

impl P256Signer {
    /// Makes a new key from the system's randomness.
    ///
    /// # Errors
    ///
    /// [`Signer`](ErrorKind::ProofSigner) if the system has none to give.
    pub fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            getrandom::fill(bytes.as_mut_slice()).map_err(|source| {
                Error::new(ErrorKind::ProofSigner, None, "p-256 key: the system gives no randomness")
                    .with_source(source)
            })?;
            // One in four thousand million numbers is not a key of this curve.
            if let Ok(signer) = Self::from_bytes(&bytes) {
                return Ok(signer);
            }
        }
    }

    /// Takes the 32 bytes of the private key: the number, most significant byte first.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the number is zero or too large to be a key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self> {
        SigningKey::from_slice(bytes)
            .map(Self)
            .map_err(|_| Error::invalid(None, "p-256 key: is not a number that can be a private key"))
    }

    /// Reads a private key in PKCS#8, as PEM (`-----BEGIN PRIVATE KEY-----`).
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if it is not a P-256 key in that form. `BEGIN EC PRIVATE KEY` is another
    /// form: convert it with `openssl pkcs8 -topk8 -nocrypt`.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| not_a_key("pem"))
    }

    /// Writes the private key in PKCS#8, as PEM; [`from_pkcs8_pem`](Self::from_pkcs8_pem) reads it.
    ///
    /// ```
    /// # fn main() -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::{P256Signer, ProofSigner};
    ///
    /// let signer = P256Signer::generate()?;
    /// let pem = signer.to_pkcs8_pem()?;
    /// let again = P256Signer::from_pkcs8_pem(pem.expose_secret())?;
    /// assert_eq!(again.public_jwk(), signer.public_jwk());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ProofSigner`](ErrorKind::ProofSigner) if the key cannot be encoded.
    pub fn to_pkcs8_pem(&self) -> Result<Secret> {
        let encoded = SecretKey::from(&self.0).to_pkcs8_pem(LineEnding::LF);
        let pem = encoded.map_err(|_| Error::new(ErrorKind::ProofSigner, None, "p-256 key: cannot be encoded"))?;
        Ok(Secret::new(pem.as_str()))
    }

    /// Reads a private key in PKCS#8, as DER.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if it is not a P-256 key in that form.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self> {
        SigningKey::from_pkcs8_der(der).map(Self).map_err(|_| not_a_key("der"))
    }
}

fn not_a_key(form: &str) -> Error {
    Error::invalid(None, format!("p-256 key: is not a private key in pkcs#8 {form}"))
}

impl ProofSigner for P256Signer {
    fn alg(&self) -> &str {
        "ES256"
    }

    fn public_jwk(&self) -> Value {
        // Uncompressed: a byte 4, then x and y with 32 bytes each.
        let point = self.0.verifying_key().to_sec1_point(false);
        let coordinates = point.as_bytes().get(1..).unwrap_or_default();
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
    }

    fn sign<'a>(&'a self, signing_input: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
        let signature: Result<Signature, _> = self.0.try_sign(signing_input);
        Box::pin(std::future::ready(signature.map(|signature| signature.to_bytes().to_vec()).map_err(Into::into)))
    }
}

/// Shows the public key.
impl fmt::Debug for P256Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("P256Signer").field("public_jwk", &self.public_jwk()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::signature::Verifier as _;

    #[tokio::test]
    async fn known_key() {
        // The private key 1 has the base point of the curve as its public key.
        let mut bytes = [0; 32];
        assert!(P256Signer::from_bytes(&bytes).is_err());
        bytes[31] = 1;
        let signer = P256Signer::from_bytes(&bytes).unwrap();
        assert_eq!(signer.public_jwk()["x"], "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY");
        assert_eq!(signer.public_jwk()["y"], "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU");
        let signature = signer.sign(b"input").await.unwrap();
        assert_eq!(signature.len(), 64);
        signer.0.verifying_key().verify(b"input", &Signature::from_slice(&signature).unwrap()).unwrap();
        let pem = signer.to_pkcs8_pem().unwrap();
        assert!(pem.expose_secret().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert_eq!(P256Signer::from_pkcs8_pem(pem.expose_secret()).unwrap().0, signer.0);
        assert!(P256Signer::from_pkcs8_pem("canary").is_err());
        assert!(P256Signer::generate().unwrap().public_jwk() != signer.public_jwk());
    }
}
