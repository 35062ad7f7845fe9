//! Logout tokens: each rule of OpenID Connect Back-Channel Logout 1.0 section 2.6, and the failure that names it.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use ory_oidc::{BoxError, ErrorKind, LogoutTokenVerifier, VerificationFailure as Failure};
use serde_json::{Value, json};

use crate::id_tokens::{broken_rule, now, with};
use crate::issuer::{ISSUER, Issuer, Key, encode};

const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn header() -> Value {
    json!({"alg": "ES256", "kid": "k", "typ": "logout+jwt"})
}

/// The claims that Ory Hydra sends: there is no `exp` and no `sub`.
fn claims() -> Value {
    json!({"iss": ISSUER, "aud": ["me"], "iat": now(), "jti": "bWJq", "sid": "session", "events": {LOGOUT: {}}})
}

async fn failure(verifier: &LogoutTokenVerifier, jwt: &str) -> Option<Failure> {
    match verifier.verify(jwt).await {
        Ok(token) => {
            assert_eq!(token.token_id(), "bWJq");
            None
        }
        Err(error) => Some(broken_rule(&error)),
    }
}

#[tokio::test]
async fn each_rule_has_its_failure() {
    let (key, other) = (Key::p256(), Key::p256());
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.keys().logout_token_verifier("me");
    let now = now();
    for (name, value, expected) in [
        ("iss", json!(ISSUER), None),
        ("iss", json!("https://other.example"), Some(Failure::Issuer)),
        ("iss", json!(null), Some(Failure::Issuer)),
        ("aud", json!("me"), None),
        ("aud", json!(["you", "me"]), None),
        ("aud", json!("you"), Some(Failure::Audience)),
        ("aud", json!(null), Some(Failure::Audience)),
        ("iat", json!(null), Some(Failure::IssuedAt)),
        ("iat", json!(now + 120), Some(Failure::IssuedAt)),
        ("iat", json!(now - 170), None),
        ("iat", json!(now - 190), Some(Failure::IssuedAt)),
        ("exp", json!(now + 120), None),
        ("exp", json!(now - 61), Some(Failure::ExpirationTime)),
        ("exp", json!("soon"), Some(Failure::ExpirationTime)),
        ("nbf", json!(now + 120), Some(Failure::NotBefore)),
        ("events", json!(null), Some(Failure::Events)),
        ("events", json!({}), Some(Failure::Events)),
        ("events", json!([LOGOUT]), Some(Failure::Events)),
        ("events", json!({LOGOUT: true}), Some(Failure::Events)),
        ("events", json!({LOGOUT: {"more": 1}, "https://app.example/event": {}}), None),
        ("sid", json!(null), Some(Failure::Session)),
        ("sid", json!(""), Some(Failure::Session)),
        ("sub", json!("alice"), None),
        ("nonce", json!("n"), Some(Failure::Nonce)),
        ("jti", json!(null), Some(Failure::TokenId)),
        ("jti", json!(7), Some(Failure::TokenId)),
    ] {
        let jwt = key.sign(&header(), &with(claims(), name, value.clone()));
        assert_eq!(failure(&verifier, &jwt).await, expected, "{name}: {value}");
    }
    for (name, value, expected) in [
        ("typ", json!("JWT"), None),
        ("typ", json!("application/LOGOUT+jwt"), None),
        ("typ", json!(null), None),
        ("typ", json!("at+jwt"), Some(Failure::Type)),
        ("kid", json!("unknown"), Some(Failure::Key)),
        ("crit", json!(["exp"]), Some(Failure::Extension)),
    ] {
        let jwt = key.sign(&with(header(), name, value.clone()), &claims());
        assert_eq!(failure(&verifier, &jwt).await, expected, "{name}: {value}");
    }
    let unsigned = format!("{}.{}.", encode(json!({"alg": "none"}).to_string()), encode(claims().to_string()));
    assert_eq!(failure(&verifier, &unsigned).await, Some(Failure::Algorithm));
    assert_eq!(failure(&verifier, &other.sign(&header(), &claims())).await, Some(Failure::Signature));
    assert_eq!(failure(&verifier, "opaque").await, Some(Failure::Format));

    let subject_only = with(with(claims(), "sid", json!(null)), "sub", json!("alice"));
    let token = verifier.verify(key.sign(&header(), &subject_only)).await.unwrap();
    assert_eq!((token.session_id(), token.subject()), (None, Some("alice")));
    let old = key.sign(&header(), &with(claims(), "iat", json!(now - 190)));
    // A clock that is ahead makes each logout token an old one.
    let error = verifier.verify(&*old).await.unwrap_err();
    assert!(error.to_string().contains("compare the clocks"), "{error}");
    assert_eq!(failure(&verifier.lifetime(Duration::from_secs(600)), &old).await, None);
}

#[tokio::test]
async fn neither_kind_passes_for_the_other() {
    let key = Key::p256();
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let keys = issuer.keys();
    // A logout token with everything that an ID token has, but for its `typ`.
    let both = json!({
        "iss": ISSUER, "aud": "me", "iat": now(), "exp": now() + 60, "jti": "bWJq", "sid": "session", "sub": "alice",
        "events": {LOGOUT: {}}
    });
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &both);
    assert_eq!(failure(&keys.logout_token_verifier("me"), &jwt).await, None);
    let error = keys.id_token_verifier("me").verify(jwt.as_str()).await.unwrap_err();
    assert_eq!(error.verification_failure(), Some(Failure::Events));
    let id_token = key.sign(&json!({"alg": "ES256", "kid": "k"}), &with(both, "events", json!(null)));
    keys.id_token_verifier("me").verify(id_token.as_str()).await.unwrap();
    assert_eq!(failure(&keys.logout_token_verifier("me"), &id_token).await, Some(Failure::Events));
}

#[tokio::test]
async fn a_repeated_logout_token_is_refused() {
    let key = Key::p256();
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let keys = issuer.keys();
    let seen = Mutex::new(Vec::new());
    let guard = move |id: &str, until: Option<SystemTime>| -> Result<bool, BoxError> {
        let mut seen = seen.lock().unwrap();
        let new = !seen.contains(&id.to_owned());
        seen.push(id.to_owned());
        // The lifetime and the leeway, from the `iat`.
        let left = until.unwrap().duration_since(SystemTime::now()).unwrap().as_secs();
        assert!((175..=180).contains(&left), "{left}");
        Ok(new)
    };
    let verifier = keys.logout_token_verifier("me").replay_guard(guard);
    let jwt = key.sign(&header(), &claims());
    // A token that is rejected for another reason is not recorded.
    let foreign = key.sign(&header(), &with(claims(), "aud", json!("you")));
    assert_eq!(failure(&verifier, &foreign).await, Some(Failure::Audience));
    assert_eq!(failure(&verifier, &jwt).await, None);
    assert_eq!(failure(&verifier.clone(), &jwt).await, Some(Failure::Replay));

    let broken = |_: &str, _: Option<SystemTime>| -> Result<bool, BoxError> { Err("the database is down".into()) };
    let error = keys.logout_token_verifier("me").replay_guard(broken).verify(jwt).await.unwrap_err();
    assert_eq!((error.kind(), error.verification_failure()), (ErrorKind::ReplayGuard, None));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the database is down");
}
