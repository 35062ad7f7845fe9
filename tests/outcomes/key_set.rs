//! The server's public keys, and a verifier with them: the part that a user supplies, here with ring.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::{BoxError, BoxFuture, Client, CompactJwt, JwtVerifier};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

pub struct KeySet(Vec<Value>);

impl KeySet {
    /// Fetches the keys from the `jwks_uri` of discovery.
    pub async fn of(ory: &Client) -> Self {
        let uri = ory.discover().await.unwrap().jwks_uri().expect("the server publishes its keys");
        let response = browser().get(uri).send().await.unwrap();
        let document: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        Self(document["keys"].as_array().unwrap().clone())
    }

    /// No keys: nothing verifies.
    pub fn empty() -> Self {
        Self(Vec::new())
    }

    fn check(&self, jwt: &CompactJwt) -> Result<(), BoxError> {
        let key = self.0.iter().find(|key| key["kid"].as_str() == jwt.kid()).ok_or("no such key")?;
        if key["alg"].as_str() != Some(jwt.alg()) {
            return Err("the key is for another algorithm".into());
        }
        let part = |name: &str| -> Result<Vec<u8>, BoxError> {
            Ok(URL_SAFE_NO_PAD.decode(key[name].as_str().ok_or("the key lacks a member")?)?)
        };
        let (input, signature) = (jwt.signing_input(), jwt.signature());
        let verified = match jwt.alg() {
            "RS256" => {
                let key = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, input, signature)
            }
            "ES256" => {
                let point = [vec![4], part("x")?, part("y")?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(input, signature)
            }
            _ => return Err("an algorithm that this verifier does not know".into()),
        };
        verified.map_err(|_| "the signature is wrong".into())
    }
}

impl JwtVerifier for KeySet {
    fn verify<'a>(&'a self, jwt: &'a CompactJwt) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(std::future::ready(self.check(jwt)))
    }
}

/// An HTTP client of the test's own, which does not follow redirects.
pub fn browser() -> reqwest::Client {
    ory_oidc::http_client_builder().unwrap().build().unwrap()
}
