//! Outcomes 49 to 52: a resource server, which requires access tokens by the layer of the feature `tower`.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use axum::{Extension, Router};
use ory_oidc::{AccessTokenVerifier, BearerChallenge, BearerUser, Operation};
use tower::ServiceExt as _;

use crate::listener::{Listener, response};
use crate::verifiers::Attempts;
use crate::world::World;

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn hello(Extension(user): Extension<BearerUser>) -> String {
    format!("{} {}", user.subject().unwrap_or("nobody"), user.claims().email().unwrap_or("without e-mail"))
}

fn app(verifier: &AccessTokenVerifier) -> Router {
    Router::new().route("/", get(hello)).layer(verifier.layer().realm("shop"))
}

async fn send(app: &Router, authorization: &[&str]) -> Response<Body> {
    let mut request = Request::get("/");
    for value in authorization {
        request = request.header("authorization", *value);
    }
    app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// The status, and the error of the challenge; an accepted request has none.
async fn status(app: &Router, authorization: &[&str]) -> (u16, Option<String>) {
    let response = send(app, authorization).await;
    let challenge = BearerChallenge::from_headers(response.headers());
    let error = challenge.map(|challenge| challenge.error().unwrap_or("none").to_owned());
    (response.status().as_u16(), error)
}

fn refused(status: u16, error: &str) -> (u16, Option<String>) {
    (status, Some(error.to_owned()))
}

pub async fn the_layer_hands_over_the_user(world: &World) {
    let tokens = world.tokens();
    let app = app(&world.client().access_token_verifier().client_ids(&tokens.client_id));
    for (login, expected) in [(&tokens.custom, "alice alice@app.example"), (&tokens.plain, "alice without e-mail")] {
        let response = send(&app, &[&format!("Bearer {}", login.access_token)]).await;
        assert_eq!(response.status(), 200);
        let body = axum::body::to_bytes(response.into_body(), 1 << 10).await.unwrap();
        assert_eq!(body, expected);
    }
}

pub async fn the_layer_refuses_with_a_challenge(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    // Userinfo of the other client is signed.
    let keys = ory.discover().cached(HOUR).keys(HOUR);
    let both = [tokens.client_id.clone(), tokens.signed_client_id.clone()];
    let verifier = ory.access_token_verifier().jwt_verifier(keys.userinfo_verifier(both));
    let app = app(&verifier.client_ids(&tokens.client_id));
    let bearer = |token: &str| format!("Bearer {token}");
    let good = bearer(&tokens.plain.access_token);
    assert_eq!(status(&app, &[&good]).await, (200, None));
    assert_eq!(status(&app, &[]).await, refused(401, "none"));
    assert_eq!(status(&app, &["Basic YTpi"]).await, refused(401, "none"));
    assert_eq!(status(&app, &[&good, &good]).await, refused(400, "invalid_request"));
    for token in ["unknown", &tokens.plain.refresh_token, &tokens.signed.access_token] {
        assert_eq!(status(&app, &[&bearer(token)]).await, refused(401, "invalid_token"));
    }
}

pub async fn an_unreachable_ory_is_503(world: &World) {
    // A connection that closes, and the 401 of a proxy, which says nothing about the token.
    let proxy = response("401 Unauthorized", &["content-type: text/html"], "<html>log in to the proxy</html>");
    for server in [Listener::silent().await, Listener::responding_with([proxy]).await] {
        let app = app(&world.client_at(&server.base_url).access_token_verifier());
        assert_eq!(status(&app, &["Bearer token"]).await, (503, None));
    }
}

pub async fn many_requests_make_one_call_for_each_token(world: &World) {
    let attempts = Attempts::default();
    let ory = world.builder().hook(attempts.clone()).build().unwrap();
    let app = app(&ory.access_token_verifier());
    let tokens = world.tokens();
    let tasks: Vec<_> = [&tokens.plain, &tokens.custom]
        .into_iter()
        .flat_map(|login| std::iter::repeat_n(login.access_token.clone(), 100))
        .map(|token| {
            let app = app.clone();
            tokio::spawn(async move { status(&app, &[&format!("Bearer {token}")]).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), (200, None));
    }
    assert_eq!(attempts.of(Operation::GetOidcUserInfo), 2);
}
