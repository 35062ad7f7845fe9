//! Outcomes 26 to 28: logout in a browser, and by a program.

use std::collections::BTreeMap;

use ory_oidc::{ClientMetadata, Ed25519Signer, ErrorKind, LogoutOutcome, RegistrationHandle};
use reqwest::Url;
use reqwest::header::LOCATION;

use crate::key_set::browser;
use crate::listener::{Listener, response};
use crate::world::{BYE, World};

/// The URL to which the server redirects a browser from this URL, and its query.
async fn sent_on_to(url: Url) -> (Url, BTreeMap<String, String>) {
    let response = browser().get(url.clone()).send().await.unwrap();
    assert_eq!(response.status(), 302);
    let location = url.join(response.headers()[LOCATION].to_str().unwrap()).unwrap();
    let query = location.query_pairs().into_owned().collect();
    (location, query)
}

pub async fn logout_url_is_what_the_server_accepts(world: &World) {
    let (ory, login) = (world.client(), &world.tokens().plain);
    let url = ory.logout_url().id_token_hint(&login.id_token).post_logout_redirect_uri(BYE).state("x y&z");
    let (location, query) = sent_on_to(url.build().unwrap()).await;
    assert!(query.contains_key("logout_challenge") && !query.contains_key("error"), "{location}");
    let (location, query) = sent_on_to(ory.logout_url().build().unwrap()).await;
    assert!(!query.contains_key("error"), "{location}");

    // The server checks the request: an invalid one is redirected to the error page.
    let url = ory.logout_url().id_token_hint(&login.id_token).post_logout_redirect_uri("http://127.0.0.1:3000/no");
    let (_, query) = sent_on_to(url.build().unwrap()).await;
    assert_eq!(query.get("error").map(String::as_str), Some("invalid_request"));
    // A request that the server always rejects cannot be built.
    let error = ory.logout_url().state("x").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

pub async fn logout_asks_for_confirmation(world: &World) {
    // Not confirmed, because other tests use these sessions.
    let (ory, login) = (world.client(), &world.tokens().plain);
    let by_hint = ory.start_logout().id_token_hint(&login.id_token).post_logout_redirect_uri(BYE).state("xyz");
    for outcome in [by_hint.await.unwrap(), ory.start_logout().cookie(login.cookie.as_str()).await.unwrap()] {
        let LogoutOutcome::ConfirmationRequired { location, challenge } = &outcome else { panic!("{outcome:?}") };
        assert!(!challenge.is_empty());
        assert!(location.query_pairs().any(|(_, value)| value == challenge.expose_secret()));
    }
}

pub async fn logout_redirects(world: &World) {
    let ory = world.client();
    let outcome = ory.start_logout().await.unwrap();
    let LogoutOutcome::Redirected(location) = &outcome else { panic!("{outcome:?}") };
    assert!(!location.query_pairs().any(|(name, _)| name == "error"));

    if let Some(ended) = &world.tokens().ended {
        let request = ory.start_logout().id_token_hint(&ended.id_token).post_logout_redirect_uri(BYE).state("xyz");
        let outcome = request.await.unwrap();
        assert_eq!(outcome.location().map(Url::as_str), Some("http://127.0.0.1:3000/bye?state=xyz"));
        assert!(matches!(outcome, LogoutOutcome::Redirected(_)), "{outcome:?}");
    }
}

pub async fn logout_refused_with_reason(world: &World) {
    let (ory, login) = (world.client(), &world.tokens().plain);
    let elsewhere = "http://127.0.0.1:3000/elsewhere";
    for (request, reason) in [
        (ory.start_logout().id_token_hint("no-jwt"), "compact JWS format must have three parts"),
        (
            ory.start_logout().id_token_hint(&login.id_token).post_logout_redirect_uri(elsewhere),
            "not a whitelisted as a post_logout_redirect_uri",
        ),
    ] {
        let outcome = request.await.unwrap();
        let LogoutOutcome::Rejected { error, description, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!(error, "invalid_request");
        assert!(description.contains(reason), "{description}");
    }
}

pub async fn logout_never_follows(world: &World) {
    // A real server redirects to the operator's pages, so only a listener can show that nothing follows.
    let elsewhere = Listener::silent().await;
    let to = format!("location: {}/login?logout_challenge=x", elsewhere.base_url);
    let redirect = |status: &str| response(status, &[to.as_str()], "");
    let server = Listener::responding_with([
        redirect("302 Found"),
        redirect("302 Found"),
        redirect("301 Moved Permanently"),
        redirect("307 Temporary Redirect"),
        redirect("308 Permanent Redirect"),
        redirect("302 Found"),
        redirect("307 Temporary Redirect"),
        redirect("307 Temporary Redirect"),
    ])
    .await;
    let ory = world.client_at(&server.base_url);
    let outcome = ory.start_logout().id_token_hint("a.b.c").cookie("session=x").await.unwrap();
    assert_eq!(outcome.location().and_then(Url::port), Url::parse(&elsewhere.base_url).unwrap().port());
    let outcome = ory.start_logout().logout_verifier("v").await.unwrap();
    assert!(matches!(outcome, LogoutOutcome::ConfirmationRequired { .. }), "{outcome:?}");

    // No other operation follows redirects either: tokens and documents stay with their recipient.
    let (mut handle, metadata) = (RegistrationHandle::new("c", "t"), ClientMetadata::default());
    let signer = Ed25519Signer::generate().unwrap();
    let errors = [
        ory.discover().await.unwrap_err(),
        ory.register(metadata.clone()).await.unwrap_err(),
        ory.replace_client(&mut handle, metadata.clone()).await.unwrap_err(),
        ory.delete_client(&handle).await.unwrap_err(),
        ory.userinfo("t").await.unwrap_err(),
        ory.issue_credential("t", &signer).nonce("n").await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
        assert!(error.to_string().contains("redirects are never followed"), "{error}");
    }
    assert_eq!(server.requests().len(), 8);
    assert_eq!(elsewhere.connections().await, 0);
}
