//! docs/troubleshooting.md has exactly the error messages that are printed here.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, unreachable_pub)]
#[path = "outcomes/listener/mod.rs"]
mod listener;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use listener::{Listener, json, response};
use ory_oidc::testing::{Failure, Operation, OryServer};
use ory_oidc::{
    CachedJwkSet, Client, ClientMetadata, CompactJwt, FileStore, InMemoryStore, JwtVerifier, RegistrationHandle,
    SignedUserInfo, UserInfo,
};
use serde_json::json;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// The messages in the headings.
fn documented() -> Vec<&'static str> {
    let headings = include_str!("../docs/troubleshooting.md").lines().filter_map(|line| line.strip_prefix("### "));
    // A message with backticks of its own is between two of them and spaces.
    let message = |heading: &'static str| {
        let inner = heading.strip_prefix("`` ").and_then(|inner| inner.strip_suffix(" ``"));
        let inner = inner.or_else(|| heading.strip_prefix('`')?.strip_suffix('`').filter(|inner| !inner.contains('`')));
        inner.unwrap_or_else(|| panic!("not one piece of code: {heading}"))
    };
    headings.map(message).collect()
}

/// Whether the line contains the parts of the text in their order.
fn has(line: &str, text: &str) -> bool {
    text.split("...").try_fold(line, |line, part| line.split_once(part).map(|(_, rest)| rest)).is_some()
}

#[tokio::test]
async fn each_documented_message_is_printed() {
    let mut printed = refused_here();
    printed.extend(by_a_store().await);
    printed.extend(by_the_connection().await);
    printed.extend(by_the_server().await);
    printed.extend(by_the_response().await);
    printed.extend(by_verification().await);
    let documented = documented();
    for text in &documented {
        assert!(printed.iter().any(|line| has(line, text)), "nothing printed `{text}` of:\n{}", printed.join("\n"));
    }
    for line in &printed {
        assert!(documented.iter().any(|text| has(line, text)), "not in docs/troubleshooting.md: {line}");
    }
    assert!(documented.len() > 25);
}

fn handle() -> RegistrationHandle {
    RegistrationHandle::new("id", "token")
}

/// The message of the error. Fails without an error.
fn line<T>(result: Result<T, ory_oidc::Error>) -> String {
    result.err().unwrap().to_string()
}

fn refused_here() -> Vec<String> {
    let ory = Client::builder("http://127.0.0.1:1").build().unwrap();
    let blocking = ory_oidc::blocking::Client::new(ory.clone()).unwrap();
    vec![
        // The test is async code.
        line(blocking.wait(blocking.discover())),
        line(Client::builder("slug.projects.oryapis.com").build()),
        line(Client::builder("http://hydra.example").build()),
        line(Client::builder("https://h").default_header("authorization", "Bearer token").build()),
        line(ory.logout_url().state("s").build()),
        line(ory.logout_url().post_logout_redirect_uri("https://h").build()),
    ]
}

async fn by_a_store() -> Vec<String> {
    let ory = Client::builder("http://127.0.0.1:1").build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = FileStore::open(folder.path()).unwrap();
    folder.close().unwrap();
    let mut lines = vec![
        line(ory.registrations(InMemoryStore::new()).read("shop").await),
        line(ory.registrations(file).read("shop").await),
    ];
    let server = OryServer::start().await.unwrap();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(InMemoryStore::new());
    let registration = registrations.register(ClientMetadata::new(["https://shop.example/callback"])).await.unwrap();
    for failure in [Failure::status(502), Failure::status(502).after_effect()] {
        server.fail_next(Operation::SetOidcDynamicClient, failure);
        lines.push(line(registrations.update(registration.client_id(), |metadata| metadata).await));
    }
    let registration = registrations.register(ClientMetadata::new(["https://shop.example/callback"])).await.unwrap();
    server.fail_next(Operation::DeleteOidcDynamicClient, Failure::status(502).after_effect());
    lines.push(line(registrations.delete(registration.client_id()).await));
    lines
}

async fn by_the_connection() -> Vec<String> {
    let nowhere = Client::builder("http://127.0.0.1:1").build().unwrap();
    let closing = Listener::silent().await;
    let html = || response("200 OK", &["content-type: text/html"], "<html>");
    let page = Listener::responding_with([html(), html()]).await;
    let not_http = Listener::responding_with(["220 ready\r\n".to_owned()]).await;
    let server = OryServer::start().await.unwrap();
    server.fail_always(Operation::DiscoverOidcConfiguration, Failure::delay(HOUR));
    let slow = Client::builder(server.base_url()).timeout(Duration::from_millis(50)).build().unwrap();
    vec![
        line(nowhere.register(ClientMetadata::default().set("metadata", json!({}))).await),
        line(nowhere.discover().await),
        line(slow.discover().await),
        line(closing.client().discover().await),
        line(closing.client().replace_client(&mut handle(), ClientMetadata::default()).await),
        line(closing.client().register(ClientMetadata::default()).await),
        line(page.client().register(ClientMetadata::default()).await),
        line(page.client().replace_client(&mut handle(), ClientMetadata::default()).await),
        line(not_http.client().discover().await),
    ]
}

async fn by_the_server() -> Vec<String> {
    let server = OryServer::builder().registration(false).start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let mut printed = vec![
        line(ory.register(ClientMetadata::default()).await),
        line(ory.userinfo("unknown").await),
        line(Client::builder(format!("{}/elsewhere", server.base_url())).build().unwrap().discover().await),
    ];
    server.set_registration(true);
    printed.push(line(ory.read_client(&handle()).await));
    for failure in [Failure::rate_limited(1), Failure::status(503)] {
        server.fail_next(Operation::GetOidcUserInfo, failure);
        printed.push(line(ory.userinfo("token").await));
    }
    let moved = Listener::responding_with([response("301 Moved Permanently", &["location: https://h"], "")]).await;
    printed.push(line(moved.client().discover().await));
    printed
}

async fn by_the_response() -> Vec<String> {
    let server = OryServer::builder().issuer("https://login.example.com").start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let html = || response("200 OK", &["content-type: text/html"], "<html>");
    let page = Listener::responding_with([html(), html()]).await;
    let other = Listener::responding_with([json("200 OK", "{\"issuer\": 7}")]).await;
    let less = Listener::responding_with([json("200 OK", "{\"issuer\": \"https://h\"}")]).await;
    vec![
        line(ory.discover().await),
        line(ory.discover().any_issuer().response_limit(10).await),
        line(page.client().discover().await),
        line(page.client().start_logout().await),
        line(other.client().discover().await),
        line(less.client().discover().await),
    ]
}

async fn by_verification() -> Vec<String> {
    let server = OryServer::start().await.unwrap();
    server.add_client(json!({"client_id": "signed", "userinfo_signed_response_alg": "RS256"})).unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let keys = ory.discover().cached(HOUR).keys(HOUR);
    let signed: SignedUserInfo = match ory.userinfo(server.log_in("signed", "alice").access_token()).await.unwrap() {
        UserInfo::Signed(signed) => signed,
        other => panic!("{other:?}"),
    };
    let mut printed = vec![
        line(ory.userinfo(server.log_in("plain", "alice").access_token()).expect_subject("mallory").await),
        line(signed.verify(&keys.userinfo_verifier("another")).await),
    ];
    let jwt = signed.jwt().expose_secret();
    let (input, _) = jwt.rsplit_once('.').unwrap();
    let unsigned = URL_SAFE_NO_PAD.encode("{\"alg\":\"HS256\"}");
    let expired = server.sign(&json!({"iss": server.issuer(), "aud": "signed", "exp": 1}));
    let foreign = OryServer::start().await.unwrap().sign(&json!({}));
    for jwt in
        [format!("{input}.{}", URL_SAFE_NO_PAD.encode([1; 64])), format!("{unsigned}.e30.AAAA"), expired, foreign]
    {
        printed.push(said(&keys, &jwt).await);
    }
    let login = server.log_in("shop", ory_oidc::testing::User::new("alice").nonce("n"));
    printed.push(line(keys.id_token_verifier("shop").verify(login.id_token()).await));
    printed.push(line(keys.logout_token_verifier("shop").verify(login.id_token()).await));
    printed.push(line(ory.access_token_verifier().verify(server.log_in("signed", "alice").access_token()).await));
    // Discovery works, but there are no keys.
    server.fail_always(
        Operation::DiscoverOidcConfiguration,
        Failure::rewrite(|document| document["jwks_uri"] = "http://127.0.0.1:1/keys".into()),
    );
    printed.push(said(&ory.discover().cached(HOUR).keys(HOUR), jwt).await);
    // Or there is something else instead of keys.
    let page = Listener::responding_with([response("200 OK", &["content-type: text/html"], "<html>")]).await;
    let jwks_uri = format!("{}/keys", page.base_url);
    server.fail_always(
        Operation::DiscoverOidcConfiguration,
        Failure::rewrite(move |document| document["jwks_uri"] = jwks_uri.clone().into()),
    );
    printed.push(said(&ory.discover().cached(HOUR).keys(HOUR), jwt).await);
    printed
}

async fn said(keys: &CachedJwkSet, jwt: &str) -> String {
    let jwt = CompactJwt::parse(jwt).unwrap();
    keys.userinfo_verifier("signed").verify(&jwt).await.unwrap_err().to_string()
}
