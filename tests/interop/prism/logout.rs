//! Logout at Prism: the direct call, and the URL for a browser.

use std::collections::BTreeSet;

use ory_oidc::reqwest::StatusCode;
use ory_oidc::{Error, ErrorKind, LogoutOutcome, Operation};

use super::recorder::Exchange;
use super::{PREFER, SEEDS, Stage, TEXT, assert_kind, code, seeded};

pub(super) async fn logout(stage: &mut Stage) {
    let operation = Operation::RevokeOidcSession;
    let ory = &stage.ory;
    let (hint, uri, state) = ("a.b-_.c", "https://shop.example/bye?a=b%20c&d=\u{fc}", "a b/\u{fc}?&=+%25,;#'\u{1f511}");
    let all = || ory.start_logout().id_token_hint(hint).post_logout_redirect_uri(uri).state(state);
    // What Prism makes up is HTML by its media type, but not the page of a logout.
    let other_page = |result: Result<LogoutOutcome, Error>| {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::UnexpectedResponse, Some(StatusCode::OK)));
        error.body().to_vec()
    };
    assert_eq!(other_page(ory.start_logout().header("x-request-id", "1").await), TEXT.as_bytes());
    for logout in [
        ory.start_logout().id_token_hint(hint),
        ory.start_logout().logout_verifier("v/+="),
        ory.start_logout().cookie("ory_hydra_session=a; b=c"),
        all(),
        all().logout_verifier("v/+=").cookie("ory_hydra_session=a; b=c"),
    ] {
        let outcome = logout.header(PREFER, code(302)).await.unwrap();
        assert!(matches!(&outcome, LogoutOutcome::Redirected(_)), "{outcome:?}");
        assert_eq!(outcome.location().unwrap().path(), "/oauth2/dictionary");
    }
    assert_kind(ory.start_logout().state("s").await, ErrorKind::InvalidInput);
    let arrived = stage.arrived(operation, 6);
    let wanted =
        [("id_token_hint", hint), ("post_logout_redirect_uri", uri), ("state", state), ("logout_verifier", "v/+=")];
    let wanted = wanted.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (without_verifier, verifier) = wanted.split_at(3);
    let sorted = |exchange: &Exchange| exchange.query().into_iter().collect::<BTreeSet<_>>();
    let [nothing, hint_alone, verifier_alone, cookie_alone, most, everything] = arrived else { panic!("{arrived:?}") };
    assert!(nothing.query().is_empty() && cookie_alone.query().is_empty());
    assert_eq!((hint_alone.query().as_slice(), verifier_alone.query().as_slice()), (&wanted[..1], verifier));
    assert_eq!(most.query(), without_verifier);
    assert_eq!(sorted(everything), wanted.iter().cloned().collect());
    let cookies: Vec<_> = arrived.iter().map(|exchange| exchange.header("cookie")).collect();
    let cookie = Some("ory_hydra_session=a; b=c");
    assert_eq!(cookies, [None, None, None, cookie, None, cookie]);

    for seed in SEEDS {
        other_page(stage.ory.start_logout().header(PREFER, seeded(seed)).await);
        let redirect = format!("{}, {}", code(302), seeded(seed));
        assert!(stage.ory.start_logout().header(PREFER, redirect).await.unwrap().location().is_some());
    }
    stage.arrived(operation, 2 * SEEDS.len());

    // The URL that a browser opens.
    let browser = ory_oidc::http_client_builder().unwrap().build().unwrap();
    let url = stage.ory.logout_url();
    for url in [url.clone(), url.id_token_hint(hint).post_logout_redirect_uri(uri).state(state)] {
        assert_eq!(browser.get(url.build().unwrap()).send().await.unwrap().status(), StatusCode::OK);
    }
    let arrived = stage.arrived(operation, 2);
    let queries: Vec<_> = arrived.iter().map(Exchange::query).collect();
    assert_eq!(queries, [&[], without_verifier]);
}
