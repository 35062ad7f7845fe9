//! ID tokens: each rule of OpenID Connect Core 1.0 section 3.1.3.7, and the failure that names it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use ory_oidc::testing::{OryServer, User};
use ory_oidc::{Client, ClientIds, Error, ErrorKind, IdTokenVerifier, VerificationFailure as Failure};
use serde_json::{Value, json};

use crate::issuer::{HOUR, ISSUER, Issuer, Key, encode};

pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "k", "typ": "JWT"})
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": ["me"], "sub": "alice", "exp": now() + 3600, "iat": now(), "auth_time": now() - 600,
        "nonce": "n-0S6_WzA2Mj", "sid": "session"
    })
}

/// The claims with one change: `null` removes the claim.
pub fn with(mut claims: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

/// The rule that a token breaks, by its error.
pub fn broken_rule(error: &Error) -> Failure {
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Verification, None), "{error}");
    error.verification_failure().unwrap_or_else(|| panic!("no failure: {error}"))
}

async fn failure(verifier: &IdTokenVerifier, jwt: &str) -> Option<Failure> {
    match verifier.verify(jwt).await {
        Ok(token) => {
            assert_eq!(token.subject(), "alice");
            None
        }
        Err(error) => Some(broken_rule(&error)),
    }
}

#[tokio::test]
async fn each_rule_has_its_failure() {
    let (key, other) = (Key::p256(), Key::p256());
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.keys().id_token_verifier("me").nonce("n-0S6_WzA2Mj").max_age(Duration::from_secs(900));
    let now = now();
    for (name, value, expected) in [
        ("iss", json!(ISSUER), None),
        ("iss", json!("https://issuer.example/"), Some(Failure::Issuer)),
        ("iss", json!(null), Some(Failure::Issuer)),
        ("aud", json!("me"), None),
        ("aud", json!("you"), Some(Failure::Audience)),
        ("aud", json!([]), Some(Failure::Audience)),
        ("aud", json!(null), Some(Failure::Audience)),
        ("aud", json!(["me", "you"]), Some(Failure::Audience)),
        ("azp", json!("me"), None),
        ("azp", json!("you"), Some(Failure::AuthorizedParty)),
        ("azp", json!(["me"]), Some(Failure::AuthorizedParty)),
        ("sub", json!(null), Some(Failure::Subject)),
        ("sub", json!(""), Some(Failure::Subject)),
        ("sub", json!(7), Some(Failure::Subject)),
        ("exp", json!(null), Some(Failure::ExpirationTime)),
        ("exp", json!("soon"), Some(Failure::ExpirationTime)),
        ("exp", json!(now - 61), Some(Failure::ExpirationTime)),
        ("exp", json!(now - 30), None),
        ("nbf", json!(now + 120), Some(Failure::NotBefore)),
        ("iat", json!(null), Some(Failure::IssuedAt)),
        ("iat", json!(now + 120), Some(Failure::IssuedAt)),
        ("iat", json!(now + 30), None),
        ("nonce", json!("N-0S6_WzA2Mj"), Some(Failure::Nonce)),
        ("nonce", json!(["n-0S6_WzA2Mj"]), Some(Failure::Nonce)),
        ("nonce", json!(null), Some(Failure::Nonce)),
        ("auth_time", json!(null), Some(Failure::AuthenticationTime)),
        ("auth_time", json!("then"), Some(Failure::AuthenticationTime)),
        ("auth_time", json!(now - 900 - 30), None),
        ("auth_time", json!(now - 900 - 120), Some(Failure::AuthenticationTime)),
        ("events", json!({"http://schemas.openid.net/event/backchannel-logout": {}}), Some(Failure::Events)),
        ("events", json!({"https://app.example/event": {}}), None),
    ] {
        let jwt = key.sign(&header(), &with(claims(), name, value.clone()));
        assert_eq!(failure(&verifier, &jwt).await, expected, "{name}: {value}");
    }
    for (name, value, expected) in [
        ("typ", json!(null), None),
        ("typ", json!("application/jwt"), None),
        ("typ", json!("at+jwt"), Some(Failure::Type)),
        ("typ", json!("logout+jwt"), Some(Failure::Type)),
        ("typ", json!(7), Some(Failure::Type)),
        ("kid", json!("unknown"), Some(Failure::Key)),
        ("crit", json!(["exp"]), Some(Failure::Extension)),
    ] {
        let jwt = key.sign(&with(header(), name, value.clone()), &claims());
        assert_eq!(failure(&verifier, &jwt).await, expected, "{name}: {value}");
    }
    // A clock that is ahead makes each login an old one.
    let old = verifier.verify(key.sign(&header(), &with(claims(), "auth_time", json!(now - 1000)))).await.unwrap_err();
    assert_eq!(old.verification_failure(), Some(Failure::AuthenticationTime));
    assert!(old.to_string().contains("compare the clocks"), "{old}");
    let unsigned = |alg: &str| format!("{}.{}.", encode(json!({"alg": alg}).to_string()), encode(claims().to_string()));
    for alg in ["none", "None", "", "HS256"] {
        assert_eq!(failure(&verifier, &unsigned(alg)).await, Some(Failure::Algorithm), "{alg}");
    }
    assert_eq!(failure(&verifier, &other.sign(&header(), &claims())).await, Some(Failure::Signature));
    for text in ["", "a.b", "a.b.c.d.e", "opaque"] {
        assert_eq!(failure(&verifier, text).await, Some(Failure::Format), "{text}");
    }
    let jwt = key.sign(&header(), &claims());
    assert_eq!(failure(&verifier.clone().algorithms(["RS256"]), &jwt).await, Some(Failure::Algorithm));
    assert_eq!(
        failure(&verifier.leeway(HOUR), &key.sign(&header(), &with(claims(), "exp", json!(now - 900)))).await,
        None
    );
}

#[tokio::test]
async fn a_nonce_that_nobody_compares_is_refused() {
    let key = Key::p256();
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.keys().id_token_verifier("me");
    let (nonce, none) = (key.sign(&header(), &claims()), key.sign(&header(), &with(claims(), "nonce", json!(null))));
    assert_eq!(failure(&verifier, &nonce).await, Some(Failure::Nonce));
    assert_eq!(failure(&verifier, &none).await, None);
    let any = verifier.any_nonce();
    assert_eq!((failure(&any, &nonce).await, failure(&any, &none).await), (None, None));
}

#[tokio::test]
async fn several_clients_and_audiences() {
    let key = Key::p256();
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let keys = issuer.keys();
    let verifier = |ids: ClientIds| keys.id_token_verifier(ids).any_nonce();
    let sign = |aud: Value, azp: Value| key.sign(&header(), &with(with(claims(), "aud", aud), "azp", azp));
    let none = || json!(null);

    for ids in [ClientIds::from(["me", "us"]), ClientIds::from(|id: &str| id.len() == 2)] {
        let verifier = verifier(ids);
        assert_eq!(failure(&verifier, &sign(json!("us"), none())).await, None);
        assert_eq!(failure(&verifier, &sign(json!("you"), none())).await, Some(Failure::Audience));
        assert_eq!(failure(&verifier, &sign(json!(["me", "us"]), json!("us"))).await, None);
        assert_eq!(failure(&verifier, &sign(json!(["me", "us"]), none())).await, Some(Failure::AuthorizedParty));
    }
    let trusting = verifier("me".into()).trusted_audiences(["https://api.example"]);
    assert_eq!(failure(&trusting, &sign(json!(["me", "https://api.example"]), json!("me"))).await, None);
    assert_eq!(
        failure(&trusting, &sign(json!(["me", "https://api.example"]), none())).await,
        Some(Failure::AuthorizedParty)
    );
    assert_eq!(failure(&trusting, &sign(json!(["https://api.example"]), json!("me"))).await, Some(Failure::Audience));
}

/// `at_hash` of the examples in OpenID Connect Core 1.0: sections A.3, A.4 and A.6 have the access token and the ID token.
#[tokio::test]
async fn at_hash_of_the_specification() {
    let (token, hash) = ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ");
    let key = Key::p256();
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.keys().id_token_verifier("me").any_nonce();
    let jwt = key.sign(&header(), &with(claims(), "at_hash", json!(hash)));
    assert_eq!(failure(&verifier.clone().access_token(token), &jwt).await, None);
    assert_eq!(failure(&verifier.clone().access_token("another"), &jwt).await, Some(Failure::AccessTokenHash));
    // Nobody gave an access token to compare it with.
    assert_eq!(failure(&verifier, &jwt).await, None);
    let jwt = key.sign(&header(), &claims());
    assert_eq!(failure(&verifier.access_token(token), &jwt).await, Some(Failure::AccessTokenHash));
}

/// `at_hash` by the crate `openidconnect`, with the hash function of each algorithm.
#[tokio::test]
async fn at_hash_of_another_library() {
    let access_token = openidconnect::AccessToken::new("an access token".to_owned());
    let (rsa, p256, p384, ed25519) = (Key::rsa(), Key::p256(), Key::p384(), Key::ed25519());
    let mut different = std::collections::BTreeSet::new();
    for (alg, key) in [
        ("RS256", &rsa),
        ("RS384", &rsa),
        ("RS512", &rsa),
        ("PS256", &rsa),
        ("PS384", &rsa),
        ("PS512", &rsa),
        ("ES256", &p256),
        ("ES384", &p384),
        ("EdDSA", &ed25519),
    ] {
        let public: CoreJsonWebKey = serde_json::from_value(key.public("k")).unwrap();
        let named: CoreJwsSigningAlgorithm = serde_json::from_value(json!(alg)).unwrap();
        let hash = openidconnect::AccessTokenHash::from_token(&access_token, &named, &public).unwrap();
        different.insert(hash.as_str().to_owned());
        let issuer = Issuer::with_keys(&[key.public("k")]).await;
        let verifier = issuer.keys().id_token_verifier("me").any_nonce().access_token("an access token");
        let header = json!({"alg": alg, "kid": "k"});
        let jwt = key.sign(&header, &with(claims(), "at_hash", json!(hash.as_str())));
        assert_eq!(failure(&verifier, &jwt).await, None, "{alg}");
        let error = verifier.access_token("another").verify(jwt).await.unwrap_err();
        assert_eq!(error.verification_failure(), Some(Failure::AccessTokenHash), "{alg}");
    }
    assert_eq!(different.len(), 3);
}

#[tokio::test]
async fn a_login_at_the_stand_in() {
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let keys = ory.discover().cached(HOUR).keys(HOUR);
    let login = server.log_in("shop", User::new("alice").nonce("n1"));
    let verifier = keys.id_token_verifier("shop").nonce("n1").max_age(HOUR);
    let token = verifier.clone().access_token(login.access_token()).verify(login.id_token()).await.unwrap();
    assert_eq!((token.subject(), token.session_id()), ("alice", Some(login.session_id())));
    assert_eq!(token.claims().aud(), ["shop"]);
    // The ID token of another login does not go with this access token.
    let second = server.log_in("shop", User::new("alice").nonce("n1"));
    let swapped = verifier.access_token(login.access_token()).verify(second.id_token()).await.unwrap_err();
    assert_eq!(swapped.verification_failure(), Some(Failure::AccessTokenHash));

    server.shutdown().await;
    let down = ory.discover().cached(HOUR).keys(HOUR).id_token_verifier("shop").any_nonce();
    let error = down.verify(login.id_token()).await.unwrap_err();
    assert_eq!((error.kind(), error.verification_failure()), (ErrorKind::KeysUnavailable, None));
}
