//! Userinfo at Prism: plain and signed, and with a rejected token.

use ory_oidc::reqwest::StatusCode;
use ory_oidc::{Error, ErrorKind, Operation, TokenSource};

use super::{PREFER, SEEDS, Stage, TEXT, TOKEN, assert_kind, assert_refused, code, seeded};

pub(super) async fn userinfo(stage: &mut Stage) {
    let operation = Operation::GetOidcUserInfo;
    let ory = &stage.ory;
    let info = ory.userinfo(TOKEN).expect_subject(TEXT).await.unwrap();
    let claims = info.claims().unwrap();
    assert_eq!((claims.email(), claims.email_verified()), (Some(TEXT), Some(true)));
    assert_kind(ory.userinfo(TOKEN).expect_subject("mallory").await, ErrorKind::Verification);
    assert_kind(ory.userinfo("").await, ErrorKind::InvalidInput);
    // Prism chooses the media type by the request, where Ory chooses it by the client's registration.
    let response = ory.userinfo(TOKEN).header("accept", "application/jwt").send_with_response().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.value().signed().unwrap().jwt().expose_secret(), TEXT);
    for status in [401, 500] {
        let error = ory.userinfo(TOKEN).header(PREFER, code(status)).await.unwrap_err();
        assert_refused(&error, operation, status);
    }
    for seed in SEEDS {
        ory.userinfo(TOKEN).header(PREFER, seeded(seed)).await.unwrap();
    }
    let arrived = stage.arrived(operation, 5 + SEEDS.len());
    let bearer = format!("Bearer {TOKEN}");
    assert!(arrived.iter().all(|exchange| exchange.header("authorization") == Some(&bearer)));

    // The rejected token, and the token that replaces it.
    let source = TokenSource::with_initial_token("old", |_| async { Ok::<_, Error>("new") });
    stage.wish(["code=401", "code=200"]);
    stage.ory.userinfo(&source).await.unwrap();
    let tokens: Vec<_> =
        stage.arrived(operation, 2).iter().filter_map(|exchange| exchange.header("authorization")).collect();
    assert_eq!(tokens, ["Bearer old", "Bearer new"]);
}
