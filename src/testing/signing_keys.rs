//! The server's signing keys (ES256). The newest signs ID tokens, signed userinfo and credentials.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use serde::Serialize;
use serde_json::{Value, json};

/// The algorithm that the stand-in advertises and signs with.
pub(super) const ALGORITHM: &str = "ES256";

/// The newest first.
pub(super) struct SigningKeys(Mutex<Arc<[Arc<SigningKey>]>>);

struct SigningKey {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    id: String,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

impl SigningKeys {
    pub(super) fn new(id: String) -> io::Result<Self> {
        Ok(Self(Mutex::new([Arc::new(SigningKey::new(id)?)].into())))
    }

    pub(super) fn rotate(&self, id: String) -> io::Result<()> {
        let key = Arc::new(SigningKey::new(id)?);
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *keys = std::iter::once(key).chain(keys.iter().cloned()).collect();
        Ok(())
    }

    fn all(&self) -> Arc<[Arc<SigningKey>]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A compact JWT over `claims`, which are JSON text already.
    ///
    /// `None` if the system has no randomness for the signature.
    pub(super) fn sign(&self, claims: &[u8]) -> Option<String> {
        self.all().first()?.sign(claims)
    }

    /// The claims of a JWT that one of these keys signed. The error is the server's sentence.
    pub(super) fn verify(&self, jwt: &str) -> Result<Value, &'static str> {
        let mut verdict = Err("go-jose/go-jose: error in cryptographic primitive");
        for key in self.all().iter() {
            verdict = key.verify(jwt);
            if verdict.is_ok() {
                break;
            }
        }
        verdict
    }

    /// The public halves as the document at `jwks_uri` shows them.
    pub(super) fn key_set(&self) -> Value {
        json!({"keys": self.all().iter().map(|key| key.public()).collect::<Vec<_>>()})
    }
}

impl SigningKey {
    fn new(id: String) -> io::Result<Self> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| io::Error::other("cannot make a signing key"))?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random)
            .map_err(|error| io::Error::other(format!("cannot read the signing key just made: {error}")))?;
        Ok(Self { pair, random, id })
    }

    fn sign(&self, claims: &[u8]) -> Option<String> {
        let header = serde_json::to_vec(&Header { alg: ALGORITHM, kid: &self.id, typ: "JWT" }).ok()?;
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(&self.random, input.as_bytes()).ok()?;
        Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn verify(&self, jwt: &str) -> Result<Value, &'static str> {
        let mut parts = jwt.rsplitn(2, '.');
        let (Some(signature), Some(input)) = (parts.next(), parts.next()) else {
            return Err("go-jose/go-jose: compact JWS format must have three parts");
        };
        let Some((_, claims)) = input.split_once('.').filter(|(_, claims)| !claims.contains('.')) else {
            return Err("go-jose/go-jose: compact JWS format must have three parts");
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "illegal base64 data")?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.pair.public_key().as_ref())
            .verify(input.as_bytes(), &signature)
            .map_err(|_| "go-jose/go-jose: error in cryptographic primitive")?;
        URL_SAFE_NO_PAD
            .decode(claims)
            .ok()
            .and_then(|claims| serde_json::from_slice(&claims).ok())
            .ok_or("illegal base64 data")
    }

    fn public(&self) -> Value {
        // An uncompressed point: one marker byte, then x and y of 32 bytes each.
        let (_, point) = self.pair.public_key().as_ref().split_at(1);
        let (x, y) = point.split_at(point.len() / 2);
        json!({
            "use": "sig", "kty": "EC", "kid": self.id, "crv": "P-256", "alg": ALGORITHM,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        })
    }
}

/// `at_hash` of OpenID Connect Core: the left half of the access token's SHA-256.
pub(super) fn half_hash(token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}
