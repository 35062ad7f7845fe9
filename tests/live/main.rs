//! Faults that need an administrator, a user and a browser at a real Ory Hydra.
//!
//!     ORY_OIDC_LIVE_URL=http://127.0.0.1:4444 ORY_OIDC_LIVE_ADMIN_URL=http://127.0.0.1:4445 cargo test --test live
//!
//! Without these variables each test prints `skipped:`. The tests leave the server as it was.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[allow(dead_code)]
#[path = "../stand_in/compare.rs"]
mod compare;
mod hydra;
#[allow(dead_code)]
#[path = "../stand_in/known_differences.rs"]
mod known_differences;
#[path = "../lockless/mod.rs"]
mod lockless;
#[allow(dead_code)]
#[path = "../stand_in/prepare.rs"]
mod prepare;
mod recorded;
#[allow(dead_code)]
#[path = "../stand_in/wire.rs"]
mod wire;

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use hydra::{BYE, Browser, CALLBACK, Hydra, NONCE};
use lockless::Lockless;
use ory_oidc::reqwest::{Method, Url};
use ory_oidc::{
    BoxError, CachedJwkSet, Client, ClientMetadata, Ed25519Signer, ErrorKind, InMemoryStore, LogoutOutcome,
    RegistrationHandle, RegistrationStore as _, Secret, TokenSource, VerificationFailure,
};
use serde_json::{Value, json};
use test_support::Listener;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn live() -> Option<(Hydra, Client)> {
    let Some(hydra) = Hydra::from_environment() else {
        test_support::say("skipped: ORY_OIDC_LIVE_URL and ORY_OIDC_LIVE_ADMIN_URL are not set");
        return None;
    };
    let ory = Client::builder(hydra.public_url()).build().unwrap();
    Some((hydra, ory))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The issuer's keys, fetched again for each unknown key.
fn keys(ory: &Client) -> CachedJwkSet {
    ory.discover().cached(HOUR).keys(HOUR).refetch_interval(Duration::ZERO)
}

/// The recipe of the guide for registration. After a PATCH, Hydra 2.3 keeps the token, and later versions do not.
#[tokio::test]
async fn an_administrators_change_kills_the_token_and_the_recipe_makes_another() {
    let Some((hydra, ory)) = live() else { return };
    let registrations = ory.registrations(InMemoryStore::new());
    let registration = registrations.register(ClientMetadata::new([CALLBACK]).client_name("0")).await.unwrap();
    let id = registration.client_id();
    let before = hydra.administer(Method::GET, hydra.admin(["clients", id]), None).await;
    hydra.administer(Method::PUT, hydra.admin(["clients", id]), Some(&before)).await;
    let error = registrations.update(id, |metadata| metadata.client_name("2")).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    assert!(error.to_string().contains("an administrator's PUT or PATCH"), "{error}");

    let mut document = hydra.administer(Method::GET, hydra.admin(["clients", id]), None).await;
    hydra.delete_client(id).await;
    document["client_secret"] = json!(registration.client_secret().unwrap().expose_secret());
    let made = hydra.administer(Method::POST, hydra.admin(["clients"]), Some(&document)).await;
    assert_eq!((&made["client_id"], &made["client_secret"]), (&document["client_id"], &document["client_secret"]));
    let token = text(&made["registration_access_token"]).to_owned();
    registrations.put(RegistrationHandle::new(id, token)).await.unwrap();
    let client = registrations.update(id, |metadata| metadata.client_name("3")).await.unwrap();
    assert_eq!(client.client_name(), Some("3"));
    registrations.delete(id).await.unwrap();
}

#[tokio::test]
async fn a_store_without_locks_keeps_a_token_that_is_alive() {
    let Some((_, ory)) = live() else { return };
    let store = InMemoryStore::new();
    let registrations = ory.registrations(Lockless(store.clone()));
    let registration = registrations.register(ClientMetadata::new([CALLBACK]).client_name("0")).await.unwrap();
    let id = registration.client_id();
    for round in 0..50 {
        let name = |worker: &str| format!("{worker} {round}");
        let (a, b) = (name("a"), name("b"));
        let both = tokio::join!(
            registrations.update(id, |metadata| metadata.client_name(&a)),
            registrations.update(id, |metadata| metadata.client_name(&b)),
        );
        // SQLite has one writer at a time, and Hydra responds with 500 to the other one.
        let failures: Vec<_> = [both.0, both.1].into_iter().filter_map(Result::err).collect();
        assert!(failures.iter().all(|error| error.status().is_some_and(|status| status == 500)), "{failures:?}");
        assert!(failures.len() < 2, "round {round}: {failures:?}");
        let handle = store.load(id).await.unwrap().unwrap();
        let read = ory.read_client(&handle).await.unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert!([&a, &b].into_iter().any(|name| read.client_name() == Some(name)), "{:?}", read.client_name());
    }
    registrations.delete(id).await.unwrap();
}

#[tokio::test]
async fn a_rotated_key_is_noticed_with_the_first_jwt_after_it() {
    let Some((hydra, ory)) = live() else { return };
    let client = hydra.create_client(json!({})).await;
    let id = text(&client["client_id"]);
    let verifier = keys(&ory).id_token_verifier(id).nonce(NONCE);
    let before = hydra.log_in(&client, "alice", &json!({}), true).await;
    verifier.verify(text(&before["id_token"])).await.unwrap();

    let set = hydra.admin(["keys", "hydra.openid.id-token"]);
    let kid = format!("key-of-a-test-{}", std::process::id());
    // Made at once; an RSA key takes seconds.
    let made = hydra.administer(Method::POST, set, Some(&json!({"alg": "ES256", "use": "sig", "kid": kid}))).await;
    let after = hydra.log_in(&client, "alice", &json!({}), true).await;
    let signed_by = ory_oidc::CompactJwt::parse(text(&after["id_token"])).unwrap().kid().unwrap().to_owned();
    let verified = verifier.verify(text(&after["id_token"])).await;
    // The key of before is still published.
    let again = verifier.verify(text(&before["id_token"])).await;
    hydra.administer(Method::DELETE, hydra.admin(["keys", "hydra.openid.id-token", &signed_by]), None).await;
    hydra.delete_client(id).await;

    assert!(made["keys"].as_array().unwrap().iter().any(|key| key["kid"] == signed_by.as_str()), "{signed_by}");
    assert_eq!(verified.unwrap().subject(), "alice");
    again.unwrap();
    // The withdrawn key is trusted for the lifetime of the cache, and not by a cache that is fetched later.
    let error = keys(&ory).id_token_verifier(id).nonce(NONCE).verify(text(&after["id_token"])).await.unwrap_err();
    assert_eq!(error.verification_failure(), Some(VerificationFailure::Key), "{error}");
}

/// Starts a logout with the ID token, and confirms it as the page for that does. Returns the verifier.
async fn confirmed(hydra: &Hydra, ory: &Client, login: &Value) -> Secret {
    let request = ory.start_logout().id_token_hint(text(&login["id_token"])).post_logout_redirect_uri(BYE).state("xyz");
    let outcome = request.await.unwrap();
    let LogoutOutcome::ConfirmationRequired { location, .. } = &outcome else { panic!("{outcome:?}") };
    let next = hydra.accept("logout", location, &json!({})).await;
    Secret::from(hydra::query(&next, "logout_verifier").unwrap())
}

#[tokio::test]
async fn a_session_ends_and_its_clients_get_a_logout_token() {
    let Some((hydra, ory)) = live() else { return };
    let listener = Listener::respond(test_support::response("200 OK", "", "")).await;
    let client = hydra.create_client(json!({"backchannel_logout_uri": format!("{}/bc", listener.base_url())})).await;
    let id = text(&client["client_id"]);
    let mut browser = hydra.browser();
    let login = hydra.log_in_with(&mut browser, &client, "alice", &json!({}), true).await;
    let id_token = text(&login["id_token"]).to_owned();
    let verifier = confirmed(&hydra, &ory, &login).await;
    let outcome = ory.start_logout().logout_verifier(verifier.clone()).cookie(browser.cookies()).await.unwrap();
    assert_eq!(outcome, LogoutOutcome::Redirected(Url::parse(&format!("{BYE}?state=xyz")).unwrap()));

    // The server calls the clients after its response.
    let request = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Some(request) = listener.requests().pop() {
                break request;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let request = request.await.unwrap();
    let form = request.rsplit_once("\r\n\r\n").unwrap().1;
    let logout_token = form.strip_prefix("logout_token=").unwrap_or_else(|| panic!("{form}")).to_owned();
    let seen = Mutex::new(HashSet::new());
    let guard = move |token_id: &str, _: Option<SystemTime>| -> Result<bool, BoxError> {
        Ok(seen.lock().unwrap().insert(token_id.to_owned()))
    };
    let keys = keys(&ory);
    let logouts = keys.logout_token_verifier(id).replay_guard(guard);
    let logout = logouts.verify(logout_token.clone()).await.unwrap();
    let session = keys.id_token_verifier(id).nonce(NONCE).verify(id_token.clone()).await.unwrap();
    assert_eq!(logout.session_id(), session.session_id());
    let error = logouts.verify(logout_token.clone()).await.unwrap_err();
    assert_eq!(error.verification_failure(), Some(VerificationFailure::Replay));
    // Neither token is the other one.
    let error = keys.id_token_verifier(id).any_nonce().verify(logout_token).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");

    // The session is over: there is nothing to confirm, and a used verifier does nothing.
    for request in [ory.start_logout().id_token_hint(id_token).post_logout_redirect_uri(BYE), {
        ory.start_logout().logout_verifier(verifier).cookie(browser.cookies())
    }] {
        let outcome = request.await.unwrap();
        assert!(matches!(outcome, LogoutOutcome::Redirected(_)), "{outcome:?}");
    }
    hydra.delete_client(id).await;
}

#[tokio::test]
async fn a_front_channel_page_is_a_finished_logout() {
    let Some((hydra, ory)) = live() else { return };
    let client = hydra.create_client(json!({"frontchannel_logout_uri": "http://127.0.0.1:3000/fc?a=b&c=d"})).await;
    let mut browser: Browser = hydra.browser();
    let login = hydra.log_in_with(&mut browser, &client, "alice", &json!({}), true).await;
    let verifier = confirmed(&hydra, &ory, &login).await;
    let outcome = ory.start_logout().logout_verifier(verifier).cookie(browser.cookies()).await.unwrap();
    let LogoutOutcome::FrontChannelPage { html } = &outcome else { panic!("{outcome:?}") };
    assert!(html.contains("http://127.0.0.1:3000/fc?"), "{html}");
    hydra.delete_client(text(&client["client_id"])).await;
}

/// A refresh ends the access token of before, so the source is asked with the first call.
#[tokio::test]
async fn a_dead_access_token_is_replaced_by_a_refresh() {
    let Some((hydra, ory)) = live() else { return };
    let client = hydra.create_client(json!({})).await;
    let id = text(&client["client_id"]).to_owned();
    let login = hydra.log_in(&client, "alice", &json!({}), true).await;
    let first = text(&login["access_token"]);
    let nonce = ory.credential_nonce(first).await.unwrap();
    let second = hydra.refresh(&id, text(&login["refresh_token"])).await;
    assert_eq!(ory.userinfo(first).await.unwrap_err().status().unwrap().as_u16(), 401);

    let refreshed = Arc::new(AtomicUsize::new(0));
    let (hydra, refresh) = (Arc::new(hydra), Arc::new(Mutex::new(text(&second["refresh_token"]).to_owned())));
    let (server, client_id, counter) = (Arc::clone(&hydra), id.clone(), Arc::clone(&refreshed));
    let source = TokenSource::with_initial_token(first, move |_: Option<Secret>| {
        let (server, client_id, refresh) = (Arc::clone(&server), client_id.clone(), Arc::clone(&refresh));
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            let token = refresh.lock().unwrap().clone();
            let tokens = server.refresh(&client_id, &token).await;
            *refresh.lock().unwrap() = text(&tokens["refresh_token"]).to_owned();
            Ok::<_, BoxError>(text(&tokens["access_token"]).to_owned())
        }
    });
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let request = ory.userinfo(&source).expect_subject("alice");
            tokio::spawn(async move { request.await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(refreshed.load(Ordering::SeqCst), 1);
    // A nonce is bound to its access token.
    let signer = Ed25519Signer::generate().unwrap();
    let error = ory.issue_credential(&source, &signer).nonce(nonce.value().clone()).await.unwrap_err();
    assert!(error.to_string().contains("The nonce is invalid"), "{error}");
    ory.issue_credential(&source, &signer).await.unwrap();
    hydra.delete_client(&id).await;
}
