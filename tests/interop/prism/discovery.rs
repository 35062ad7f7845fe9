//! Discovery at Prism: direct, cached, and with retries.

use std::time::Duration;

use ory_oidc::reqwest::StatusCode;
use ory_oidc::{Client, ErrorKind, Operation, RetryPolicy};

use super::{PREFER, SEEDS, Stage, TEXT, assert_kind, assert_refused, code, seeded};

pub(super) async fn discovery(stage: &mut Stage) {
    let operation = Operation::DiscoverOidcConfiguration;
    let ory = &stage.ory;
    assert_kind(ory.discover().await, ErrorKind::Verification);
    let response = ory.discover().expect_issuer(TEXT).header("x-request-id", "1").send_with_response().await.unwrap();
    assert_eq!((response.status(), response.value().issuer()), (StatusCode::OK, TEXT));
    let cached = ory.discover().any_issuer().cached(Duration::from_secs(3600));
    for _ in 0..2 {
        assert_eq!(cached.get().await.unwrap().document().subject_types_supported, [TEXT]);
    }
    stage.arrived(operation, 3);

    let error = stage.ory.discover().header(PREFER, code(500)).await.unwrap_err();
    assert_refused(&error, operation, 500);
    for seed in SEEDS {
        stage.ory.discover().any_issuer().header(PREFER, seeded(seed)).await.unwrap();
    }
    stage.arrived(operation, 1 + SEEDS.len());

    // Again, by a client with other settings, and with a slash at the end of its base URL.
    let patient = Client::builder(format!("{}/", stage.recorder.url))
        .retries(RetryPolicy::new().initial_backoff(Duration::from_millis(1)))
        .user_agent("shop/2.1")
        .default_header("x-forwarded-host", "login.example")
        .hook(stage.wishes.clone())
        .build()
        .unwrap();
    stage.wish(["code=503", "code=500", "code=200"]);
    patient.discover().any_issuer().await.unwrap();
    let arrived = stage.arrived(operation, 3);
    assert!(arrived.iter().all(|exchange| exchange.header("x-forwarded-host") == Some("login.example")));
}
