//! Prepares the stand-in for a recorded request, and makes the parts of the request anew that were signed or encrypted
//! with the real server's keys.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::testing::{OryServer, Tokens, User};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Map, Value, json};
use test_support::recording::{Recording, Request};

use crate::wire;

/// Claims that the server adds. All other claims came from consent.
const STANDING: [&str; 9] = ["acr", "amr", "aud", "auth_time", "iat", "iss", "jti", "rat", "sub"];
const BYE: &str = "http://127.0.0.1:3000/bye";

/// Facts from all recordings.
pub struct Facts {
    /// The client of each access token and the user's consent claims; `None` for a client_credentials token.
    access_tokens: BTreeMap<String, (String, Option<Map<String, Value>>)>,
    signed_clients: Vec<String>,
    /// The client document of each registration token while the token was valid, in the order of issue.
    stages: Vec<(String, Value)>,
    /// The access token for which each nonce was issued.
    nonces: BTreeMap<String, String>,
    proof_key: Value,
}

/// The request to send, with its target and body prepared for this stand-in.
pub struct Prepared {
    pub ory: OryServer,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// The session of the recorded hint or cookie.
#[derive(Clone, Copy, PartialEq)]
enum Session {
    Live,
    Ended,
    NotRemembered,
}

#[allow(dead_code, reason = "the test `live` asks for more, and prepares another server")]
impl Facts {
    pub fn of(recordings: &[Recording]) -> Self {
        let mut facts = Self {
            access_tokens: BTreeMap::new(),
            signed_clients: Vec::new(),
            stages: Vec::new(),
            nonces: BTreeMap::new(),
            proof_key: Value::Null,
        };
        for recording in recordings {
            let response = recording.response.json();
            match recording.operation.as_str() {
                "getOidcUserInfo" if recording.response.status == 200 => facts.learn_token(recording),
                "createVerifiableCredential" => {
                    let nonce = response.as_ref().and_then(|response| response["c_nonce"].as_str());
                    if let (Some(nonce), Some(token)) = (nonce, recording.request.bearer()) {
                        facts.nonces.insert(nonce.to_owned(), token.to_owned());
                    }
                    if recording.case == "err-proof-private-jwk" {
                        let body = recording.request.json().unwrap();
                        facts.proof_key = part(body["proof"]["jwt"].as_str().unwrap(), 0).unwrap()["jwk"].clone();
                    }
                }
                "createOidcDynamicClient" | "setOidcDynamicClient" | "getOidcDynamicClient" => {
                    let Some(mut document) = response.filter(|response| response["client_id"].is_string()) else {
                        continue;
                    };
                    let token = document["registration_access_token"].as_str().or(recording.request.bearer());
                    let Some(token) = token.map(str::to_owned) else {
                        continue;
                    };
                    document["registration_access_token"] = json!(token);
                    facts.stages.push((token, document));
                }
                _ => {}
            }
        }
        // Tokens of one client were issued in the order of time.
        facts.stages.sort_by_key(|(_, document)| document["updated_at"].as_str().unwrap().to_owned());
        facts
    }

    fn learn_token(&mut self, recording: &Recording) {
        let Some(token) = recording.request.bearer() else {
            return;
        };
        let signed = recording.response.header("content-type") == Some("application/jwt");
        let claims = if signed { part(&recording.response.body, 1) } else { recording.response.json() };
        let Some(Value::Object(claims)) = claims else {
            return;
        };
        let client = claims["aud"][0].as_str().unwrap().to_owned();
        if signed {
            self.signed_clients.push(client.clone());
        }
        let user = claims.contains_key("sub").then(|| {
            claims
                .iter()
                .filter(|(name, _)| !STANDING.contains(&name.as_str()))
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect()
        });
        self.access_tokens.insert(token.to_owned(), (client, user));
    }

    /// The client of an access token and the user's consent claims; `None` for a client_credentials token.
    pub fn login(&self, access_token: &str) -> Option<&(String, Option<Map<String, Value>>)> {
        self.access_tokens.get(access_token)
    }

    /// Whether the client gets signed userinfo.
    pub fn is_signed(&self, client_id: &str) -> bool {
        self.signed_clients.iter().any(|id| id == client_id)
    }

    /// The client document while the registration token was valid.
    pub fn stage(&self, token: &str) -> Option<&Value> {
        self.stages.iter().rev().find(|(known, _)| known == token).map(|(_, document)| document)
    }

    pub async fn prepare(&self, recording: &Recording) -> Prepared {
        let case = recording.case.as_str();
        let request = &recording.request;
        let ory = OryServer::builder().registration(!case.contains("registration-off")).start().await.unwrap();
        self.seed_tokens(&ory, case, request);
        self.seed_client(&ory, case, request);
        let mut prepared = Prepared {
            ory,
            target: request.path.clone(),
            headers: request.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            body: request.body.clone(),
        };
        match recording.operation.as_str() {
            "createVerifiableCredential" => self.remake_proof(recording, &mut prepared),
            "revokeOidcSession" => remake_logout(recording, &mut prepared).await,
            _ => {}
        }
        prepared
    }

    fn seed_tokens(&self, ory: &OryServer, case: &str, request: &Request) {
        for client in &self.signed_clients {
            ory.add_client(json!({"client_id": client, "userinfo_signed_response_alg": "RS256"})).unwrap();
        }
        for (token, (client, claims)) in &self.access_tokens {
            match claims {
                None => ory.insert_client_credentials_token(token, client),
                Some(claims) => {
                    let user =
                        claims.iter().fold(User::new("alice"), |user, (name, value)| user.claim(name, value.clone()));
                    ory.insert_access_token(token, client, user);
                }
            }
        }
        let token = request.bearer().unwrap_or_default();
        match case {
            "err-refresh-token" => ory.insert_refresh_token(token, "app", User::new("alice")),
            "err-expired" => {
                ory.insert_access_token(token, "app", User::new("alice"));
                assert!(ory.expire(token));
            }
            "err-revoked" => {
                ory.insert_access_token(token, "app", User::new("alice"));
                assert!(ory.revoke(token));
            }
            _ => {}
        }
    }

    /// The client of the request's registration token, as it was while the token was valid.
    fn seed_client(&self, ory: &OryServer, case: &str, request: &Request) {
        let query_token = request.path.split_once("access_token=").map(|(_, token)| token);
        let token = request.bearer().or(query_token).unwrap_or_default().trim();
        let mut stage = self.stages.iter().rposition(|(known, _)| known == token);
        match case {
            "err-deleted" | "err-repeated" => return,
            // The client has the next token already.
            "err-old-token" => {
                let id = stage.map(|stage| self.stages[stage].1["client_id"].clone());
                stage = self
                    .stages
                    .iter()
                    .rposition(|(known, document)| known != token && Some(&document["client_id"]) == id.as_ref());
            }
            _ => {}
        }
        if let Some(stage) = stage {
            let mut document = self.stages[stage].1.clone();
            document.as_object_mut().unwrap().remove("metadata");
            ory.add_client(document).unwrap();
        }
    }

    /// The same proof with the same defect, with a new nonce, times relative to now, and keys of the test.
    fn remake_proof(&self, recording: &Recording, prepared: &mut Prepared) {
        let Some(mut body) = recording.request.json() else {
            return;
        };
        let Some(jwt) = body["proof"]["jwt"].as_str() else {
            return;
        };
        let (Some(mut header), Some(mut claims)) = (part(jwt, 0), part(jwt, 1)) else {
            return;
        };
        if header.is_null() {
            return;
        }
        if let Some(nonce) = claims["nonce"].as_str().filter(|nonce| nonce.len() > 40) {
            let bound_to = self.nonces.get(nonce).map_or(recording.request.bearer().unwrap(), String::as_str);
            claims["nonce"] = json!(prepared.ory.nonce_for(bound_to));
        }
        if let Some(issued_at) = claims["iat"].as_i64() {
            let date = httpdate::parse_http_date(recording.response.header("date").unwrap()).unwrap();
            let date = i64::try_from(date.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap();
            claims["iat"] = json!(now() + issued_at - date);
        }
        body["proof"]["jwt"] = json!(self.sign_proof(&recording.case, &mut header, &claims));
        prepared.body = Some(body.to_string());
    }

    fn sign_proof(&self, case: &str, header: &mut Value, claims: &Value) -> String {
        let random = SystemRandom::new();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let input = |header: &Value| {
            format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()))
        };
        match header["alg"].as_str().unwrap() {
            "EdDSA" => {
                let pair =
                    Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref()).unwrap();
                header["jwk"]["x"] = json!(encode(pair.public_key().as_ref()));
                let input = input(header);
                format!("{input}.{}", encode(pair.sign(input.as_bytes()).as_ref()))
            }
            "RS256" => {
                let pair = RsaKeyPair::from_pkcs8(include_bytes!("worthless-rsa-key.pk8")).unwrap();
                header["jwk"]["n"] = json!(encode(&RsaPublicKeyComponents::<Vec<u8>>::from(pair.public()).n));
                let input = input(header);
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature).unwrap();
                format!("{input}.{}", encode(&signature))
            }
            _ => {
                let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let pair = if case == "err-proof-wrong-key" {
                    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
                    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
                } else {
                    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(self.proof_key[name].as_str().unwrap()).unwrap();
                    let point = [vec![4], bytes("x"), bytes("y")].concat();
                    EcdsaKeyPair::from_private_key_and_public_key(algorithm, &bytes("d"), &point, &random).unwrap()
                };
                let input = input(header);
                format!("{input}.{}", encode(pair.sign(&random, input.as_bytes()).unwrap().as_ref()))
            }
        }
    }
}

/// A hint, cookie or verifier of this server instead of the recorded one.
async fn remake_logout(recording: &Recording, prepared: &mut Prepared) {
    let session = match recording.case.as_str() {
        "hint-of-ended-session" => Session::Ended,
        "hint-without-remembered-session" | "session-post-form" => Session::NotRemembered,
        _ => Session::Live,
    };
    let front_channel = recording.case.starts_with("frontchannel");
    let mut client =
        json!({"client_id": "app", "redirect_uris": ["http://127.0.0.1:3000/cb"], "post_logout_redirect_uris": [BYE]});
    if front_channel {
        client["frontchannel_logout_uri"] = json!("http://127.0.0.1:3000/fc");
    }
    prepared.ory.add_client(client).unwrap();
    let user = User::new("alice").nonce("n-0S6_WzA2Mj");
    let tokens = match session {
        Session::NotRemembered => prepared.ory.log_in_without_remembering("app", user),
        _ => prepared.ory.log_in("app", user),
    };
    let state = if front_channel { "abc" } else { "xyz" };
    if session == Session::Ended {
        let verifier = confirmed(&prepared.ory, &tokens, state).await;
        wire::send(prepared.ory.base_url(), "GET", &verifier, &[], None).await.unwrap();
    }
    if recording.request.path.contains("logout_verifier=") && recording.case != "err-unknown-verifier" {
        prepared.target = confirmed(&prepared.ory, &tokens, state).await;
        if recording.case == "verifier-again" {
            wire::send(prepared.ory.base_url(), "GET", &prepared.target, &[], None).await.unwrap();
        }
    }
    // A recorded JWT as a hint. The text `nope` stays.
    for text in [Some(&mut prepared.target), prepared.body.as_mut()].into_iter().flatten() {
        if let Some((before, rest)) = text.clone().split_once("id_token_hint=ey") {
            let after = rest.split_once('&').map(|(_, after)| format!("&{after}")).unwrap_or_default();
            *text = format!("{before}id_token_hint={}{after}", tokens.id_token());
        }
    }
    for (name, value) in &mut prepared.headers {
        if name == "cookie" {
            *value = format!("other=1; {}", tokens.cookie().unwrap());
        }
    }
}

/// Starts a logout and confirms it. Returns the target that completes it.
async fn confirmed(ory: &OryServer, tokens: &Tokens, state: &str) -> String {
    let target = format!(
        "/oauth2/sessions/logout?id_token_hint={}&post_logout_redirect_uri={BYE}&state={state}",
        tokens.id_token()
    );
    let response = wire::send(ory.base_url(), "GET", &target, &[], None).await.unwrap();
    let next = ory.accept_logout(response.header("location").unwrap()).unwrap();
    next.strip_prefix(ory.base_url()).unwrap().to_owned()
}

/// A part of a compact JWT as JSON; `None` if it is not a JWT.
pub fn part(jwt: &str, index: usize) -> Option<Value> {
    serde_json::from_slice(&part_bytes(jwt, index)?).ok()
}

pub fn part_bytes(jwt: &str, index: usize) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwt.split('.').nth(index)?).ok()
}

fn now() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap()
}
