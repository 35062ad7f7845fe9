//! An issuer that publishes any keys, and the keys to sign with.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::{CachedJwkSet, Client, CompactJwt, Error, IssuerVerifier, JwtVerifier as _};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub const ISSUER: &str = "https://issuer.example";
pub const HOUR: Duration = Duration::from_secs(60 * 60);
const KEYS: &str = "/keys";

/// The issuer's server. Its address differs from the issuer.
pub struct Issuer {
    pub server: MockServer,
}

impl Issuer {
    pub async fn with_keys(keys: &[Value]) -> Self {
        let issuer = Self::responding_with(ResponseTemplate::new(404)).await;
        issuer.publish(keys).await;
        issuer
    }

    /// An issuer that sends this response to requests for its keys.
    pub async fn responding_with(response: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        let issuer = Self { server };
        issuer.mount_keys(&format!("{}{KEYS}", issuer.server.uri()), response).await;
        issuer
    }

    pub async fn publish(&self, keys: &[Value]) {
        let response = ResponseTemplate::new(200).set_body_json(json!({"keys": keys}));
        self.mount_keys(&format!("{}{KEYS}", self.server.uri()), response).await;
    }

    /// Publishes `jwks_uri` as the location of the keys, and sends this response to requests for keys.
    pub async fn mount_keys(&self, jwks_uri: &str, response: ResponseTemplate) {
        self.server.reset().await;
        let document = json!({
            "issuer": ISSUER, "authorization_endpoint": "", "token_endpoint": "", "jwks_uri": jwks_uri,
            "subject_types_supported": [], "response_types_supported": [], "id_token_signed_response_alg": [],
            "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []
        });
        let document = ResponseTemplate::new(200).set_body_json(document);
        Mock::given(path("/.well-known/openid-configuration")).respond_with(document).mount(&self.server).await;
        Mock::given(path(KEYS)).respond_with(response).mount(&self.server).await;
    }

    pub fn client(&self) -> Client {
        Client::builder(self.server.uri()).default_header("x-canary", "tweet").build().unwrap()
    }

    pub fn keys(&self) -> CachedJwkSet {
        self.client().discover().expect_issuer(ISSUER).cached(HOUR).keys(HOUR)
    }

    pub fn verifier(&self) -> IssuerVerifier {
        self.keys().userinfo_verifier("me")
    }

    /// The number of requests for the keys since they were published.
    pub async fn asked(&self) -> usize {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == KEYS).count()
    }
}

/// The verifier's result for a JWT.
pub async fn verdict(verifier: &IssuerVerifier, jwt: &str) -> Result<(), Error> {
    let jwt = CompactJwt::parse(jwt).unwrap();
    verifier.verify(&jwt).await.map_err(|error| *error.downcast::<Error>().unwrap())
}

pub fn encode(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// The default claims.
pub fn claims() -> Value {
    json!({"iss": ISSUER, "aud": ["me"], "sub": "alice"})
}

pub enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// Always the same key, because making an RSA key takes long.
    pub fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::from_pkcs8(include_bytes!("../stand_in/worthless-rsa-key.pk8")).unwrap())
    }

    pub fn p256() -> Self {
        Self::P256(ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING))
    }

    pub fn p384() -> Self {
        Self::P384(ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING))
    }

    pub fn ed25519() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
    }

    /// The public key, as the issuer publishes it.
    pub fn public(&self, kid: &str) -> Value {
        let point = |key: &EcdsaKeyPair, crv: &str| {
            let (x, y) = key.public_key().as_ref()[1..].split_at(key.public_key().as_ref().len() / 2);
            json!({"kid": kid, "kty": "EC", "crv": crv, "use": "sig", "x": encode(x), "y": encode(y)})
        };
        match self {
            Self::Rsa(key) => {
                let RsaPublicKeyComponents::<Vec<u8>> { n, e } = key.public().into();
                json!({"kid": kid, "kty": "RSA", "n": encode(n), "e": encode(e)})
            }
            Self::P256(key) => point(key, "P-256"),
            Self::P384(key) => point(key, "P-384"),
            Self::Ed25519(key) => json!({"kid": kid, "kty": "OKP", "crv": "Ed25519", "x": encode(key.public_key())}),
        }
    }

    /// A JWT with this header, signed with the algorithm in the header.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(key) => {
                let padding: &dyn signature::RsaEncoding = match header["alg"].as_str().unwrap() {
                    "RS256" => &signature::RSA_PKCS1_SHA256,
                    "RS384" => &signature::RSA_PKCS1_SHA384,
                    "RS512" => &signature::RSA_PKCS1_SHA512,
                    "PS256" => &signature::RSA_PSS_SHA256,
                    "PS384" => &signature::RSA_PSS_SHA384,
                    _ => &signature::RSA_PSS_SHA512,
                };
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(padding, &random, input.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::P256(key) | Self::P384(key) => key.sign(&random, input.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(input.as_bytes()).as_ref().to_vec(),
        };
        format!("{input}.{}", encode(signature))
    }
}

fn ecdsa(algorithm: &'static signature::EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
}
