//! The origin of the keys, their lifetime, and rotation by the issuer.

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ory_oidc::testing::{Failure, Operation, OryServer, RecordedRequest};
use ory_oidc::{
    AttemptEnded, AttemptStarted, CachedJwkSet, Client, Ed25519Signer, Error, ErrorKind, Hook, RetryPolicy,
    SignedUserInfo, UserInfo,
};
use serde_json::json;
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::issuer::{HOUR, ISSUER, Issuer, Key, claims, verdict};

const CLIENT: &str = "signed";

async fn signed(server: &OryServer, ory: &Client) -> SignedUserInfo {
    let token = server.log_in(CLIENT, "alice").access_token().to_owned();
    match ory.userinfo(token).expect_subject("alice").await.unwrap() {
        UserInfo::Signed(signed) => signed,
        other => panic!("{other:?}"),
    }
}

async fn stand_in() -> (OryServer, Client) {
    let server = OryServer::start().await.unwrap();
    server.add_client(json!({"client_id": CLIENT, "userinfo_signed_response_alg": "RS256"})).unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    (server, ory)
}

/// The number of requests for the keys since the last call.
fn asked(server: &OryServer) -> usize {
    let is_for_keys = |request: &&RecordedRequest| request.target().ends_with("/jwks.json");
    let requests = server.take_requests();
    // A cache on the way must not hide new keys.
    assert!(requests.iter().filter(is_for_keys).all(|request| request.header("cache-control") == Some("no-cache")));
    requests.iter().filter(is_for_keys).count()
}

async fn later(time: Duration) {
    // The clock is paused only while nothing else depends on it.
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn keys(ory: &Client) -> CachedJwkSet {
    ory.discover().cached(24 * HOUR).keys(HOUR)
}

#[tokio::test]
async fn userinfo_and_credentials() {
    let (server, ory) = stand_in().await;
    let keys = keys(&ory);
    let info = signed(&server, &ory).await;
    assert_eq!(info.verify(&keys.userinfo_verifier(CLIENT)).await.unwrap().sub(), Some("alice"));
    let error = info.verify(&keys.userinfo_verifier("another")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert!(error.to_string().starts_with("getOidcUserInfo: the JWT is for another client"), "{error}");
    let error = info.verify(&keys.credential_verifier()).await.unwrap_err();
    assert!(error.to_string().contains("the JWT is not a credential"), "{error}");

    let login = server.log_in(CLIENT, "alice");
    let credential = ory.issue_credential(login.access_token(), &Ed25519Signer::generate().unwrap()).await.unwrap();
    let claims = credential.verify(&keys.credential_verifier()).await.unwrap();
    assert_eq!(claims.credential_subject().unwrap()["sub"], "alice");
    let error = credential.verify(&keys.userinfo_verifier(CLIENT)).await.unwrap_err();
    assert!(error.to_string().starts_with("createVerifiableCredential: the JWT does not say for whom"), "{error}");
    assert_eq!(asked(&server), 1);

    // The same keys at another URL, with another name.
    let other = ory.discover().any_issuer().cached(HOUR).keys(HOUR);
    info.verify(&other.userinfo_verifier(CLIENT)).await.unwrap();
    let server = OryServer::builder().issuer("https://other.example").start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let other = ory.discover().any_issuer().cached(HOUR).keys(HOUR);
    let error = info.verify(&other.userinfo_verifier(CLIENT)).await.unwrap_err();
    assert!(error.to_string().contains("the issuer has no key"), "{error}");
}

#[tokio::test]
async fn a_new_key_is_fetched_once() {
    let (server, ory) = stand_in().await;
    let keys = keys(&ory);
    let verifier = keys.userinfo_verifier(CLIENT);
    let before = signed(&server, &ory).await;
    before.verify(&verifier).await.unwrap();
    assert_eq!(asked(&server), 1);

    server.rotate_signing_key().unwrap();
    let after = signed(&server, &ory).await;
    // Not so soon after the last request.
    let error = after.verify(&verifier).await.unwrap_err();
    assert!(error.to_string().contains("the issuer has no key"), "{error}");
    assert_eq!(asked(&server), 0);
    later(CachedJwkSet::DEFAULT_REFETCH_INTERVAL).await;
    after.verify(&verifier).await.unwrap();
    assert_eq!(asked(&server), 1);
    before.verify(&verifier).await.unwrap();
    assert_eq!(asked(&server), 0);
}

#[tokio::test]
async fn unknown_key_ids_cannot_cause_many_requests() {
    let (server, ory) = stand_in().await;
    let keys = keys(&ory);
    let stranger = Issuer::with_keys(&[]).await;
    let jwt = Key::p256().sign(&json!({"alg": "ES256", "kid": "strange"}), &claims());
    let verifier = keys.userinfo_verifier("me");
    for _ in 0..100 {
        verdict(&verifier, &jwt).await.unwrap_err();
    }
    assert_eq!(asked(&server), 1);
    later(CachedJwkSet::DEFAULT_REFETCH_INTERVAL).await;
    for _ in 0..100 {
        verdict(&verifier, &jwt).await.unwrap_err();
    }
    assert_eq!(asked(&server), 1);
    // A failed request counts, too.
    later(CachedJwkSet::DEFAULT_REFETCH_INTERVAL).await;
    drop(server);
    assert_ne!(verdict(&verifier, &jwt).await.unwrap_err().kind(), ErrorKind::Verification);
    assert_eq!(verdict(&verifier, &jwt).await.unwrap_err().kind(), ErrorKind::Verification);

    let keys = stranger.keys().refetch_interval(Duration::ZERO);
    for _ in 0..3 {
        verdict(&keys.userinfo_verifier("me"), &jwt).await.unwrap_err();
    }
    assert_eq!(stranger.asked().await, 4);
}

#[tokio::test]
async fn a_withdrawn_key_is_valid_until_the_keys_expire() {
    let (old, new) = (Key::p256(), Key::p256());
    let issuer = Issuer::with_keys(&[old.public("old")]).await;
    let keys = issuer.keys();
    let verifier = keys.userinfo_verifier("me");
    let jwt = old.sign(&json!({"alg": "ES256", "kid": "old"}), &claims());
    verdict(&verifier, &jwt).await.unwrap();
    issuer.publish(&[new.public("new")]).await;
    later(HOUR - Duration::from_secs(10)).await;
    verdict(&verifier, &jwt).await.unwrap();
    assert_eq!(issuer.asked().await, 0);
    later(Duration::from_secs(11)).await;
    verdict(&verifier, &jwt).await.unwrap_err();
    assert_eq!(issuer.asked().await, 1);
    // Or until the cache is cleared.
    verdict(&verifier, &new.sign(&json!({"alg": "ES256", "kid": "new"}), &claims())).await.unwrap();
    issuer.publish(&[]).await;
    keys.invalidate().await;
    let error = verdict(&verifier, &new.sign(&json!({"alg": "ES256"}), &claims())).await.unwrap_err();
    assert!(error.to_string().contains("none of the issuer's fits"), "{error}");
}

#[tokio::test]
async fn keys_outlive_a_failing_fetch_for_the_grace_period() {
    let key = Key::p256();
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let second = Duration::from_secs(1);
    for failing in
        [ResponseTemplate::new(503), ResponseTemplate::new(404), ResponseTemplate::new(200).set_body_string("<html>")]
    {
        let issuer = Issuer::with_keys(&[key.public("k")]).await;
        let keys = issuer.keys().grace_period(HOUR / 2);
        let verifier = keys.userinfo_verifier("me");
        verdict(&verifier, &jwt).await.unwrap();
        issuer.mount_keys(&format!("{}/keys", issuer.server.uri()), failing.clone()).await;
        later(HOUR).await;
        for _ in 0..10 {
            verdict(&verifier, &jwt).await.unwrap();
        }
        // Not a request for each JWT.
        assert_eq!(issuer.asked().await, 1);
        later(CachedJwkSet::DEFAULT_REFETCH_INTERVAL).await;
        verdict(&verifier, &jwt).await.unwrap();
        assert_eq!(issuer.asked().await, 2);
        // An unknown key is not a forgery while the keys cannot be fetched.
        later(CachedJwkSet::DEFAULT_REFETCH_INTERVAL).await;
        let unknown = key.sign(&json!({"alg": "ES256", "kid": "new"}), &claims());
        assert!(is_for_lack_of_keys(&verdict(&verifier, &unknown).await.unwrap_err()));
        // The period ends, ...
        later(HOUR / 2 - 2 * CachedJwkSet::DEFAULT_REFETCH_INTERVAL + second).await;
        assert!(is_for_lack_of_keys(&verdict(&verifier, &jwt).await.unwrap_err()));
        // ... and so does the failure.
        issuer.publish(&[key.public("k")]).await;
        verdict(&verifier, &jwt).await.unwrap();
        assert_eq!(issuer.asked().await, 1);

        // A fetch that succeeds without the key withdraws it at once, and `invalidate` drops it, too.
        issuer.publish(&[]).await;
        later(HOUR + second).await;
        assert_eq!(verdict(&verifier, &jwt).await.unwrap_err().kind(), ErrorKind::Verification);
        issuer.publish(&[key.public("k")]).await;
        later(HOUR + second).await;
        verdict(&verifier, &jwt).await.unwrap();
        issuer.mount_keys(&format!("{}/keys", issuer.server.uri()), failing).await;
        keys.invalidate().await;
        assert!(is_for_lack_of_keys(&verdict(&verifier, &jwt).await.unwrap_err()));
    }
    // Without a grace period, keys never outlive their lifetime.
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.keys().grace_period(Duration::ZERO).userinfo_verifier("me");
    verdict(&verifier, &jwt).await.unwrap();
    issuer.mount_keys(&format!("{}/keys", issuer.server.uri()), ResponseTemplate::new(503)).await;
    later(HOUR).await;
    assert!(is_for_lack_of_keys(&verdict(&verifier, &jwt).await.unwrap_err()));
}

#[tokio::test]
async fn one_caller_fetches_in_the_grace_period_and_the_others_do_not_wait() {
    let key = Key::p256();
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.keys().userinfo_verifier("me");
    verdict(&verifier, &jwt).await.unwrap();
    let slow = ResponseTemplate::new(503).set_delay(Duration::from_secs(3600));
    issuer.mount_keys(&format!("{}/keys", issuer.server.uri()), slow).await;
    later(HOUR).await;
    let (first, own) = (verifier.clone(), jwt.clone());
    let fetching = tokio::spawn(async move { verdict(&first, &own).await });
    while issuer.asked().await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..10 {
        verdict(&verifier, &jwt).await.unwrap();
    }
    assert!(!fetching.is_finished());
    fetching.abort();
}

#[tokio::test]
async fn a_slow_fetch_for_an_unknown_key_stops_no_jwt_of_a_known_one() {
    let (key, other) = (Key::p256(), Key::p256());
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let foreign = other.sign(&json!({"alg": "ES256", "kid": "unknown"}), &claims());
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let keys = issuer.keys().refetch_interval(Duration::ZERO);
    let verifier = keys.userinfo_verifier("me");
    verdict(&verifier, &jwt).await.unwrap();
    let slow = ResponseTemplate::new(503).set_delay(Duration::from_secs(3));
    issuer.mount_keys(&format!("{}/keys", issuer.server.uri()), slow).await;
    let first = verifier.clone();
    let fetching = tokio::spawn(async move { verdict(&first, &foreign).await });
    while issuer.asked().await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..10 {
        verdict(&verifier, &jwt).await.unwrap();
    }
    assert!(!fetching.is_finished());
    // Dropped keys are not used again, even while the fetch is in progress.
    let (dropped, own) = (verifier.clone(), jwt.clone());
    let dropping = tokio::spawn(async move { keys.invalidate().await });
    tokio::task::yield_now().await;
    assert!(is_for_lack_of_keys(&verdict(&dropped, &own).await.unwrap_err()));
    dropping.await.unwrap();
    assert!(is_for_lack_of_keys(&fetching.await.unwrap().unwrap_err()));
}

#[tokio::test]
async fn a_verification_that_is_cancelled_during_discovery_does_not_stop_the_discovery() {
    let (server, ory) = stand_in().await;
    let discovery = ory.discover().cached(HOUR);
    let verifier = discovery.keys(HOUR).userinfo_verifier(CLIENT);
    let info = signed(&server, &ory).await;
    server.take_requests();
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::delay(HOUR));
    let (first, own) = (verifier.clone(), info.clone());
    let verifying = tokio::spawn(async move { own.verify(&first).await });
    while server.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    verifying.abort();
    verifying.await.unwrap_err();
    tokio::time::timeout(Duration::from_secs(10), discovery.invalidate()).await.unwrap();
    discovery.get().await.unwrap();
    info.verify(&verifier).await.unwrap();
}

#[tokio::test]
async fn rotation_works_without_key_ids() {
    let (old, new) = (Key::ed25519(), Key::ed25519());
    let nameless = |key: &Key| {
        let mut public = key.public("");
        public.as_object_mut().unwrap().remove("kid");
        public
    };
    let issuer = Issuer::with_keys(&[nameless(&old)]).await;
    let verifier = issuer.keys().refetch_interval(Duration::ZERO).userinfo_verifier("me");
    let header = json!({"alg": "EdDSA"});
    verdict(&verifier, &old.sign(&header, &claims())).await.unwrap();
    issuer.publish(&[nameless(&new)]).await;
    verdict(&verifier, &new.sign(&header, &claims())).await.unwrap();
    assert_eq!(issuer.asked().await, 1);
}

#[tokio::test]
async fn one_request_for_all() {
    let (server, ory) = stand_in().await;
    let keys = keys(&ory);
    let verifier = keys.userinfo_verifier(CLIENT);
    for _ in 0..2 {
        let info = signed(&server, &ory).await;
        asked(&server);
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let (info, verifier) = (info.clone(), verifier.clone());
                tokio::spawn(async move { info.verify(&verifier).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(asked(&server), 1);
        server.rotate_signing_key().unwrap();
        later(CachedJwkSet::DEFAULT_REFETCH_INTERVAL).await;
    }
}

/// Whether the error says that the keys were unavailable, and has nothing of a response.
fn is_for_lack_of_keys(error: &Error) -> bool {
    let response = (error.status(), error.headers().len(), error.body().len(), error.oauth(), error.challenge());
    error.kind() == ErrorKind::KeysUnavailable && matches!(response, (None, 0, 0, None, None))
}

/// The error of the request that failed.
fn request_of(error: &Error) -> &Error {
    error.source().and_then(|source| source.downcast_ref::<Error>()).unwrap()
}

#[tokio::test]
async fn responses_that_are_not_keys() {
    let key = Key::p256();
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let text = |text: String| ResponseTemplate::new(200).set_body_string(text);
    let many = |number: usize| vec![key.public("k"); number];
    let large = format!("{{\"keys\": [], \"padding\": \"{}\"}}", "x".repeat(600_000));
    let redirect = ResponseTemplate::new(302).insert_header("location", "/keys/elsewhere");
    let challenge = ResponseTemplate::new(401)
        .insert_header("www-authenticate", "Bearer error=\"invalid_token\"")
        .set_body_json(json!({"error": "invalid_token"}));
    for (response, retryable, said) in [
        (challenge, false, "refused with 401"),
        (ResponseTemplate::new(404), false, "refused with 404"),
        (ResponseTemplate::new(429).insert_header("retry-after", "7"), true, "refused with 429"),
        (ResponseTemplate::new(503), true, "refused with 503"),
        (redirect, false, "invalid response 302"),
        (ResponseTemplate::new(204), false, "invalid response 204"),
        (text("<html>".into()), false, "not a JSON object"),
        (text("[]".into()), false, "not a JSON object"),
        (text("[".repeat(100_000)), false, "not a JSON object"),
        (text("{}".into()), false, "it has no array `keys`"),
        (text("{\"keys\": {}}".into()), false, "it has no array `keys`"),
        (text(large), false, "larger than the limit of 524288 bytes"),
        (text(json!({"keys": many(257)}).to_string()), false, "it has 257 keys"),
    ] {
        let issuer = Issuer::responding_with(response).await;
        let error = verdict(&issuer.verifier(), &jwt).await.unwrap_err();
        assert!(is_for_lack_of_keys(&error), "{error:?}");
        assert_eq!(error.is_retryable(), retryable, "{error}");
        let line = error.to_string();
        let address = issuer.server.address();
        assert!(line.starts_with(&format!("the issuer's keys cannot be fetched from `{address}`: ")), "{line}");
        assert!(line.contains(said) && line.ends_with("(see `jwks_uri` in the discovery document)"), "{line}");
        let asked = request_of(&error);
        assert_eq!(asked.operation(), Some(ory_oidc::Operation::DiscoverJsonWebKeys));
        assert!(asked.status().is_some() && asked.to_string().contains(said), "{asked:?}");
    }
    let issuer = Issuer::with_keys(&many(256)).await;
    verdict(&issuer.verifier(), &jwt).await.unwrap();
}

#[tokio::test]
async fn the_401_of_the_key_endpoint_is_not_the_401_of_the_user() {
    let (server, ory) = stand_in().await;
    let info = signed(&server, &ory).await;
    let issuer = Issuer::responding_with(ResponseTemplate::new(401)).await;
    let error = info.verify(&issuer.verifier()).await.unwrap_err();
    assert!(is_for_lack_of_keys(&error), "{error:?}");
    let asked = request_of(&error);
    assert_eq!((asked.kind(), asked.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    // Nor the response to discovery, which has the URL of the keys.
    server.fail_always(Operation::DiscoverOidcConfiguration, Failure::status(401));
    let error = info.verify(&keys(&ory).userinfo_verifier(CLIENT)).await.unwrap_err();
    assert!(is_for_lack_of_keys(&error) && !error.is_retryable(), "{error:?}");
    let asked = request_of(&error);
    assert_eq!((asked.kind(), asked.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    assert_eq!(asked.operation(), Some(ory_oidc::Operation::DiscoverOidcConfiguration));
}

#[tokio::test]
async fn unavailable_keys_are_not_a_forgery() {
    let (server, ory) = stand_in().await;
    let keys = keys(&ory);
    let info = signed(&server, &ory).await;
    keys.invalidate().await;
    ory.discover().await.unwrap();
    let address = server.base_url().trim_start_matches("http://").to_owned();
    server.shutdown().await;
    let error = info.verify(&keys.userinfo_verifier(CLIENT)).await.unwrap_err();
    // Discovery failed first, and the error says so.
    assert!(is_for_lack_of_keys(&error) && error.is_retryable(), "{error:?}");
    let line = error.to_string();
    let expected = format!(
        "getOidcUserInfo: the issuer's keys cannot be fetched from `{address}`: discoverOidcConfiguration: no connection"
    );
    assert!(line.starts_with(&expected), "{line}");

    let issuer = Issuer::with_keys(&[]).await;
    issuer.mount_keys("http://127.0.0.1:1/keys", ResponseTemplate::new(200)).await;
    let error = info.verify(&issuer.verifier()).await.unwrap_err();
    assert!(is_for_lack_of_keys(&error) && error.is_retryable(), "{error:?}");
    assert!(request_of(&error).source().is_some_and(|source| source.is::<ory_oidc::reqwest::Error>()));
    let line = error.to_string();
    let expected =
        "getOidcUserInfo: the issuer's keys cannot be fetched from `127.0.0.1:1`: discoverJsonWebKeys: no connection";
    assert!(line.starts_with(expected), "{line}");

    // Another issuer than expected: nothing was verified, so this is not a forgery.
    let wrong = issuer.client().discover().cached(HOUR).keys(HOUR);
    let error = info.verify(&wrong.userinfo_verifier(CLIENT)).await.unwrap_err();
    assert!(is_for_lack_of_keys(&error) && !error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("the issuer is `https://issuer.example`"), "{error}");
}

#[tokio::test]
async fn keys_over_plain_http_come_from_this_machine_only() {
    let key = Key::p256();
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let issuer = Issuer::with_keys(&[]).await;
    // A documentation address (RFC 5737). Nothing is sent, so the test does not wait.
    for (jwks_uri, said) in [
        ("http://192.0.2.1/keys", "plain HTTP to another machine"),
        ("http://keys.example/keys", "plain HTTP to another machine"),
        ("file:///keys", "neither https nor http"),
        ("", "has no URL for them"),
    ] {
        issuer.mount_keys(jwks_uri, ResponseTemplate::new(200)).await;
        let error = verdict(&issuer.verifier(), &jwt).await.unwrap_err();
        assert!(is_for_lack_of_keys(&error) && !error.is_retryable(), "{error:?}");
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_shown_to_another_server() {
    let key = Key::p256();
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let (issuer, elsewhere) = (Issuer::with_keys(&[]).await, Issuer::with_keys(&[key.public("k")]).await);
    issuer.mount_keys(&format!("{}/keys", elsewhere.server.uri()), ResponseTemplate::new(500)).await;
    verdict(&issuer.verifier(), &jwt).await.unwrap();
    issuer.publish(&[key.public("k")]).await;
    verdict(&issuer.verifier(), &jwt).await.unwrap();
    for (server, shown) in [(&issuer, true), (&elsewhere, false)] {
        for request in server.server.received_requests().await.unwrap() {
            assert_eq!(request.headers.contains_key("x-canary"), shown, "{request:?}");
            assert!(request.headers.contains_key("user-agent") && !request.headers.contains_key("authorization"));
        }
    }
    assert_eq!(elsewhere.asked().await, 1);
}

/// The operation of an attempt, its number, status and error, and whether there was a retry.
type Attempt = (String, u32, Option<u16>, Option<ErrorKind>, bool);

/// Records each attempt, and adds a header.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Attempt>>>);

impl Hook for Recorder {
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        attempt.header("x-hook", "canary");
    }

    fn after(&self, attempt: &AttemptEnded<'_>) {
        let status = attempt.status().map(|status| status.as_u16());
        let operation = attempt.operation().to_string();
        let ended = (operation, attempt.number(), status, attempt.error(), attempt.will_retry());
        self.0.lock().unwrap().push(ended);
    }
}

#[tokio::test]
async fn key_fetches_obey_retries_and_hooks() {
    let key = Key::p256();
    let jwt = key.sign(&json!({"alg": "ES256", "kid": "k"}), &claims());
    let (issuer, elsewhere) = (Issuer::with_keys(&[]).await, Issuer::with_keys(&[key.public("k")]).await);
    for (server, has_hook_header) in [(&issuer, true), (&elsewhere, false)] {
        let uri = format!("{}/keys", server.server.uri());
        issuer.mount_keys(&uri, ResponseTemplate::new(200).set_body_json(json!({"keys": [key.public("k")]}))).await;
        // The first response is a failure.
        let failing = Mock::given(path("/keys")).respond_with(ResponseTemplate::new(503)).up_to_n_times(1);
        failing.with_priority(1).mount(&server.server).await;
        let recorder = Recorder::default();
        let policy = RetryPolicy::new().initial_backoff(Duration::ZERO);
        let ory = Client::builder(issuer.server.uri()).retries(policy).hook(recorder.clone()).build().unwrap();
        let keys = ory.discover().expect_issuer(ISSUER).cached(HOUR).keys(HOUR);
        verdict(&keys.userinfo_verifier("me"), &jwt).await.unwrap();
        let attempt = |operation: &str, number, status, error, will_retry| {
            (operation.to_owned(), number, Some(status), error, will_retry)
        };
        let expected = [
            attempt("discoverOidcConfiguration", 1, 200, None, false),
            attempt("discoverJsonWebKeys", 1, 503, Some(ErrorKind::Rejected), true),
            attempt("discoverJsonWebKeys", 2, 200, None, false),
        ];
        assert_eq!(*recorder.0.lock().unwrap(), expected);
        let requests = server.server.received_requests().await.unwrap();
        let for_keys: Vec<_> = requests.iter().filter(|request| request.url.path() == "/keys").collect();
        assert_eq!(for_keys.len(), 2);
        // Headers of a hook are for the server at the base URL.
        assert!(for_keys.iter().all(|request| request.headers.contains_key("x-hook") == has_hook_header));
    }
}

#[test]
fn shared_and_not_printed() {
    let ory = Client::builder("http://127.0.0.1:1").default_header("cookie", "canary").build().unwrap();
    let verifier = ory.discover().expect_issuer(ISSUER).cached(HOUR).keys(HOUR).userinfo_verifier("me");
    fn shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
    shareable(&verifier);
    let shown = format!("{verifier:?}");
    assert!(shown.contains("CachedJwkSet") && !shown.contains("canary"), "{shown}");
}
