//! The layer of the feature `tower` around axum: tokens, challenges, and the calls that it makes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use axum::{Extension, Router};
use ory_oidc::testing::{Failure, Operation, OryServer, User};
use ory_oidc::{AccessTokenVerifier, BearerChallenge, BearerUser, Client, ErrorKind, Secret};
use serde_json::{Value, json};
use test_support::{Listener, response};
use tower::ServiceExt as _;

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn hello(Extension(user): Extension<BearerUser>) -> String {
    #[derive(serde::Deserialize)]
    struct Mine {
        groups: Vec<String>,
    }
    let groups = user.claims().deserialize::<Mine>().map_or(0, |mine| mine.groups.len());
    format!("{} in {groups} groups", user.subject().unwrap_or("nobody"))
}

fn app(verifier: &AccessTokenVerifier) -> Router {
    Router::new().route("/", get(hello)).layer(verifier.layer().realm("shop"))
}

async fn stand_in() -> (OryServer, AccessTokenVerifier) {
    let server = OryServer::start().await.unwrap();
    let verifier = Client::builder(server.base_url()).build().unwrap().access_token_verifier();
    (server, verifier)
}

async fn send(app: &Router, authorization: &[&str]) -> Response<Body> {
    let mut request = Request::get("/");
    for value in authorization {
        request = request.header("authorization", *value);
    }
    app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn with_token(app: &Router, token: &str) -> Response<Body> {
    send(app, &[&format!("Bearer {token}")]).await
}

async fn text(response: Response<Body>) -> String {
    assert_eq!(response.status(), 200);
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// The status, and the error code of the challenge, read by the parser of the runtime.
fn refusal(response: &Response<Body>) -> (u16, Option<String>) {
    let challenge = BearerChallenge::from_headers(response.headers());
    if let Some(challenge) = &challenge {
        assert_eq!(challenge.realm(), Some("shop"));
        assert_eq!(challenge.error().is_some(), challenge.error_description().is_some());
    }
    (response.status().as_u16(), challenge.map(|challenge| challenge.error().unwrap_or("none").to_owned()))
}

fn refused(status: u16, code: &str) -> (u16, Option<String>) {
    (status, Some(code.to_owned()))
}

#[tokio::test]
async fn two_thousand_requests_with_fifty_tokens_make_fifty_calls() {
    let (server, verifier) = stand_in().await;
    let tokens: Vec<String> = (0..50)
        .map(|number| {
            let user = User::new(format!("user-{number}")).claim("groups", json!(vec!["a"; number]));
            server.log_in("shop", user).access_token().to_owned()
        })
        .collect();
    let app = app(&verifier);
    // Each call takes so long that all requests wait for one.
    server.fail_always(Operation::GetOidcUserInfo, Failure::delay(Duration::from_millis(300)));
    let requests: Vec<_> = (0..2000)
        .map(|number| {
            let (app, token) = (app.clone(), tokens[number % 50].clone());
            tokio::spawn(async move { text(with_token(&app, &token).await).await })
        })
        .collect();
    for (number, request) in requests.into_iter().enumerate() {
        let user = number % 50;
        assert_eq!(request.await.unwrap(), format!("user-{user} in {user} groups"));
    }
    assert_eq!(server.take_requests().len(), 50);
    for token in &tokens {
        text(with_token(&app, token).await).await;
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_verdict_from_before_an_invalidation_is_not_kept() {
    let (server, verifier) = stand_in().await;
    let tokens = server.log_in("shop", "alice");
    let token = tokens.access_token().to_owned();
    // The server decides at once, and responds late.
    server.fail_next(Operation::GetOidcUserInfo, Failure::delay(Duration::from_millis(100)).after_effect());
    let early = tokio::spawn({
        let (verifier, token) = (verifier.clone(), token.clone());
        async move { verifier.verify(token).await }
    });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(server.revoke(&token));
    verifier.invalidate();
    // Neither shares the call from before, nor finds its verdict afterwards.
    assert_eq!(verifier.verify(&*token).await.unwrap_err().status().unwrap(), 401);
    assert_eq!(early.await.unwrap().unwrap().subject(), Some("alice"));
    assert_eq!(verifier.verify(token).await.unwrap_err().status().unwrap(), 401);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_slow_ory_never_blocks_cached_tokens() {
    let (server, verifier) = stand_in().await;
    let (known, unknown) = (server.log_in("shop", "alice"), server.log_in("shop", "bob"));
    let app = app(&verifier);
    text(with_token(&app, known.access_token()).await).await;
    assert_eq!(refusal(&with_token(&app, "rejected").await), refused(401, "invalid_token"));
    server.take_requests();
    server.fail_always(Operation::GetOidcUserInfo, Failure::delay(HOUR));
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let (app, token) = (app.clone(), unknown.access_token().to_owned());
            tokio::spawn(async move { with_token(&app, &token).await.status() })
        })
        .collect();
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        text(with_token(&app, known.access_token()).await).await;
        assert_eq!(refusal(&with_token(&app, "rejected").await), refused(401, "invalid_token"));
    }
    assert!(waiting.iter().all(|request| !request.is_finished()));
    assert_eq!(server.requests().len(), 1);
    // A cancelled request neither stops the others nor leaves anything behind.
    for request in waiting {
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
    server.recover(Operation::GetOidcUserInfo);
    assert_eq!(text(with_token(&app, unknown.access_token()).await).await, "bob in 0 groups");
}

#[tokio::test]
async fn challenges() {
    let (server, verifier) = stand_in().await;
    let app = app(&verifier);
    let token = server.log_in("shop", "alice").access_token().to_owned();
    let own = format!("Bearer {token}");
    assert_eq!(send(&app, &[&own]).await.status(), 200);
    assert_eq!(send(&app, &[&format!("bearer {token}")]).await.status(), 200);
    server.take_requests();
    for (authorization, expected) in [
        (&[][..], refused(401, "none")),
        (&["Basic YTpi"], refused(401, "none")),
        (&["Bearer"], refused(400, "invalid_request")),
        (&["Bearer a b"], refused(400, "invalid_request")),
        (&[&own, &own], refused(400, "invalid_request")),
    ] {
        assert_eq!(refusal(&send(&app, authorization).await), expected, "{authorization:?}");
    }
    assert_eq!(server.requests().len(), 0, "Ory is not asked about them");
    let tampered = token.rsplit_once('.').map(|(_, end)| format!("ory_at_x.{end}")).unwrap();
    let expired = server.log_in("shop", "bob").access_token().to_owned();
    server.expire(&expired);
    for bad in ["unknown", &tampered, &expired, server.log_in("shop", "bob").refresh_token()] {
        assert_eq!(refusal(&with_token(&app, bad).await), refused(401, "invalid_token"), "{bad}");
    }
    let narrow =
        Listener::respond(response("403 Forbidden", "www-authenticate: Bearer error=\"insufficient_scope\"\r\n", ""))
            .await;
    let verifier = Client::builder(narrow.base_url()).build().unwrap().access_token_verifier();
    let response = with_token(&self::app(&verifier), "narrow").await;
    assert_eq!(refusal(&response), refused(403, "insufficient_scope"));
}

#[tokio::test]
async fn an_ory_that_cannot_be_asked_is_a_503() {
    let (server, verifier) = stand_in().await;
    let token = server.log_in("shop", "alice").access_token().to_owned();
    let errors = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&errors);
    let layer = verifier.layer().on_error(move |error| seen.lock().unwrap().push(error.kind()));
    let app = Router::new().route("/", get(hello)).layer(layer);
    let html = |status| Failure::body(status, "text/html", "<h1>the proxy</h1>");
    for failure in [
        Failure::status(500),
        Failure::drop_connection(),
        Failure::rate_limited(7),
        html(502),
        html(200),
        // A proxy that refuses is not Ory's judgement about the token.
        html(401),
        html(403),
    ] {
        server.fail_next(Operation::GetOidcUserInfo, failure);
        let response = with_token(&app, &token).await;
        assert_eq!(refusal(&response), (503, None));
        let last = errors.lock().unwrap().pop().unwrap();
        let limited = response.headers().contains_key("retry-after");
        assert!(!limited || last == ErrorKind::Rejected);
    }
    server.fail_next(Operation::GetOidcUserInfo, Failure::rate_limited(7));
    assert_eq!(with_token(&app, &token).await.headers()["retry-after"], "7");
    // Errors are not kept.
    assert_eq!(with_token(&app, &token).await.status(), 200);
    server.shutdown().await;
    assert_eq!(with_token(&app, &token).await.status(), 200, "the verdict is kept");
    assert_eq!(refusal(&with_token(&app, "another").await), (503, None));
}

#[tokio::test]
async fn verdicts_end_with_their_lifetime() {
    let (server, verifier) = stand_in().await;
    let app = app(&verifier.lifetime(HOUR).rejection_lifetime(HOUR / 2));
    let later = async |time| {
        tokio::time::pause();
        tokio::time::advance(time).await;
        tokio::time::resume();
    };
    let token = server.log_in("shop", "alice").access_token().to_owned();
    assert_eq!(with_token(&app, &token).await.status(), 200);
    assert_eq!(with_token(&app, "early").await.status(), 401);
    server.revoke(&token);
    server.insert_access_token("early", "shop", "bob");
    later(HOUR / 2 - Duration::from_secs(10)).await;
    assert_eq!(
        (with_token(&app, &token).await.status(), with_token(&app, "early").await.status().as_u16()),
        (axum::http::StatusCode::OK, 401)
    );
    later(Duration::from_secs(11)).await;
    assert_eq!(text(with_token(&app, "early").await).await, "bob in 0 groups");
    assert_eq!(with_token(&app, &token).await.status(), 200);
    later(HOUR / 2).await;
    assert_eq!(refusal(&with_token(&app, &token).await), refused(401, "invalid_token"));
}

#[tokio::test]
async fn the_number_of_verdicts_is_bounded() {
    let (server, verifier) = stand_in().await;
    let verifier = verifier.capacity(10);
    let app = app(&verifier);
    let token = server.log_in("shop", "alice").access_token().to_owned();
    assert_eq!(with_token(&app, &token).await.status(), 200);
    // Invalid tokens displace each other, and no valid one.
    for number in 0..30 {
        assert_eq!(with_token(&app, &format!("invalid-{number}")).await.status(), 401);
    }
    server.take_requests();
    assert_eq!(with_token(&app, &token).await.status(), 200);
    assert_eq!(with_token(&app, "invalid-29").await.status(), 401);
    assert_eq!(server.take_requests().len(), 0);
    assert_eq!(with_token(&app, "invalid-0").await.status(), 401);
    assert_eq!(server.take_requests().len(), 1);
    verifier.invalidate();
    assert_eq!(with_token(&app, &token).await.status(), 200);
    assert_eq!(server.take_requests().len(), 1);
}

#[tokio::test]
async fn only_tokens_of_the_own_clients() {
    let (server, verifier) = stand_in().await;
    server.add_client(json!({"client_id": "signed", "userinfo_signed_response_alg": "RS256"})).unwrap();
    let (own, foreign) = (server.log_in("shop", "alice"), server.log_in("other", "alice"));
    let signed = server.log_in("signed", "alice");
    let verifier = verifier.client_ids(["shop", "signed"]);
    let verdict = async |verifier: &AccessTokenVerifier, token: &str| {
        verifier
            .verify(token)
            .await
            .map(|user| user.subject().unwrap().to_owned())
            .map_err(|error| (error.kind(), error.status().map(|status| status.as_u16())))
    };
    assert_eq!(verdict(&verifier, own.access_token()).await.as_deref(), Ok("alice"));
    assert_eq!(verdict(&verifier, foreign.access_token()).await, Err((ErrorKind::Rejected, Some(401))));
    // Signed claims need a verifier; one for another client rejects the token, and nothing else.
    assert_eq!(verdict(&verifier, signed.access_token()).await, Err((ErrorKind::UnexpectedResponse, None)));
    let ory = Client::builder(server.base_url()).build().unwrap();
    let keys = ory.discover().cached(HOUR).keys(HOUR);
    let with_keys = |id: &str| verifier.clone().jwt_verifier(keys.userinfo_verifier(id));
    assert_eq!(verdict(&with_keys("signed"), signed.access_token()).await.as_deref(), Ok("alice"));
    assert_eq!(verdict(&with_keys("shop"), signed.access_token()).await, Err((ErrorKind::Rejected, Some(401))));
    // A token of the client itself is about nobody.
    let machine = server.client_credentials_token("shop");
    assert_eq!(verifier.verify(machine).await.unwrap().subject(), None);
}

#[tokio::test]
async fn a_server_of_others_around_the_layer() {
    let (server, verifier) = stand_in().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let app = app(&verifier);
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let token = server.log_in("shop", User::new("alice").claim("groups", json!(["a", "b"]))).access_token().to_owned();
    let http = ory_oidc::http_client_builder().unwrap().no_proxy().build().unwrap();
    let response = http.get(&url).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "alice in 2 groups");
    let response = http.get(&url).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["www-authenticate"].to_str().unwrap()),
        (401, "Bearer realm=\"shop\"")
    );
    serving.abort();
}

#[tokio::test]
async fn tokens_and_claims_are_not_printed() {
    let (server, verifier) = stand_in().await;
    server.insert_access_token(
        "canary-token",
        "shop",
        User::new("canary-subject").claim("email", "canary@app.example"),
    );
    let user = verifier.verify(Secret::new("canary-token")).await.unwrap();
    let rejected = verifier.verify("canary-unknown").await.unwrap_err();
    let layer = verifier.layer();
    let app = Router::<()>::new();
    let shown =
        format!("{verifier:?} {user:?} {rejected:?} {rejected} {layer:?} {:?}", tower::Layer::layer(&layer, app));
    assert!(shown.contains("email") && !shown.contains("canary"), "{shown}");
    fn shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
    shareable(&layer);
    shareable(&user);
    let _: Option<Value> = user.claims().get("email").cloned();
}
