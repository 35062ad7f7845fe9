//! Outcomes 1 to 3: discovery, with the expected issuer and with another one.

use ory_oidc::ErrorKind;
use ory_oidc::testing::OryServer;

use crate::world::World;

pub async fn discover(world: &World) {
    let response = world.client().discover().send_with_response().await.unwrap();
    assert_eq!(response.status(), 200);
    let discovery = response.into_value();
    assert_eq!(discovery.issuer().trim_end_matches('/'), world.base_url());
    for endpoint in [
        discovery.authorization_endpoint(),
        discovery.token_endpoint(),
        discovery.jwks_uri(),
        discovery.userinfo_endpoint(),
        discovery.end_session_endpoint(),
        discovery.credentials_endpoint(),
        discovery.revocation_endpoint(),
    ] {
        assert!(endpoint.is_some_and(|url| url.has_host()));
    }
    assert!(discovery.document().response_types_supported.iter().any(|kind| kind == "code"));
    assert!(!discovery.document().id_token_signing_alg_values_supported.is_empty());
}

pub async fn discover_base_url_with_trailing_slash_and_with_path_prefix(world: &World) {
    let slash = world.client_at(&format!("{}/", world.base_url()));
    assert_eq!(slash.discover().await.unwrap().issuer().trim_end_matches('/'), world.base_url());

    // Only a proxy can put a server behind a path.
    let ory = OryServer::builder().path_prefix("/auth/ory").start().await.unwrap();
    assert!(ory.base_url().ends_with("/auth/ory"));
    for base_url in [ory.base_url().to_owned(), format!("{}/", ory.base_url())] {
        let client = world.client_at(&base_url);
        assert_eq!(client.discover().await.unwrap().issuer(), ory.issuer());
    }
    for request in ory.requests() {
        assert_eq!(request.target(), "/auth/ory/.well-known/openid-configuration");
    }
}

pub async fn discover_issuer_mismatch_shows_both(world: &World) {
    let other = "https://login.app.example";
    let error = world.client().discover().expect_issuer(other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let shown = error.to_string();
    assert!(shown.contains(world.base_url()) && shown.contains(other), "{shown}");

    // By default, the base URL is the expected issuer. With a custom domain, the user must name the issuer.
    let ory = OryServer::builder().issuer(other).start().await.unwrap();
    let client = world.client_at(ory.base_url());
    let error = client.discover().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let shown = error.to_string();
    assert!(shown.contains(ory.base_url()) && shown.contains(other), "{shown}");
    assert_eq!(client.discover().expect_issuer(other).await.unwrap().issuer(), other);
    assert_eq!(client.discover().any_issuer().await.unwrap().issuer(), other);
}
