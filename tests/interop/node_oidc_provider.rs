//! The flows against node-oidc-provider. It has no verifiable credentials.

use std::time::Duration;

use ory_oidc::{Client, ClientMetadata, ErrorKind, LogoutOutcome, Registration, SignedUserInfo, UserInfo};

use crate::node;
use crate::server::Server;

const CALLBACK: &str = "https://shop.example/callback";

fn client(server: &Server) -> Client {
    Client::builder(&server.issuer).build().unwrap()
}

async fn registered(ory: &Client, userinfo_alg: Option<&str>) -> Registration {
    let metadata = ClientMetadata::new([CALLBACK]).post_logout_redirect_uris(["https://shop.example/bye"]);
    let metadata = match userinfo_alg {
        Some(alg) => metadata.userinfo_signed_response_alg(alg),
        None => metadata,
    };
    ory.register(metadata).await.unwrap()
}

/// An access token, as after a login.
async fn access_token(server: &Server, client_id: &str) -> String {
    let url = format!("{}/log-in?client_id={client_id}&account=alice", server.issuer);
    ory_oidc::http_client_builder().unwrap().build().unwrap().get(url).send().await.unwrap().text().await.unwrap()
}

async fn signed(server: &Server, ory: &Client, alg: &str) -> (String, SignedUserInfo) {
    let id = registered(ory, Some(alg)).await.client_id().to_owned();
    match ory.userinfo(access_token(server, &id).await).expect_subject("alice").await.unwrap() {
        UserInfo::Signed(signed) => (id, signed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn discovery() {
    let Some(server) = node::start() else { return };
    let discovery = client(&server).discover().await.unwrap();
    assert_eq!(discovery.issuer(), server.issuer);
    for (endpoint, path) in [
        (discovery.jwks_uri(), "/.well-known/jwks.json"),
        (discovery.registration_endpoint(), "/oauth2/register"),
        (discovery.userinfo_endpoint(), "/userinfo"),
        (discovery.end_session_endpoint(), "/oauth2/sessions/logout"),
    ] {
        assert_eq!(endpoint.unwrap().path(), path);
    }
    // Properties that it omits, and additional ones.
    assert_eq!(discovery.credentials_endpoint(), None);
    assert_eq!(discovery.document().userinfo_signed_response_alg, None);
    assert!(discovery.document().additional_properties.contains_key("authorization_response_iss_parameter_supported"));
}

#[tokio::test]
async fn registration() {
    let Some(server) = node::start() else { return };
    let ory = client(&server);
    let registration = registered(&ory, None).await;
    assert!(registration.client_secret().is_some());
    assert_eq!(registration.client().redirect_uris(), [CALLBACK]);
    let mut handle = registration.handle().unwrap();
    let before = handle.clone();

    let current = ory.read_client(&handle).await.unwrap();
    assert_eq!(current.client_id(), registration.client_id());
    let replaced = ory.replace_client(&mut handle, current.to_metadata().client_name("Shop 2")).await.unwrap();
    assert_eq!(replaced.client_name(), Some("Shop 2"));
    assert_ne!(handle.registration_access_token(), before.registration_access_token(), "the token was changed");
    assert_eq!(ory.read_client(&handle).await.unwrap().client_name(), Some("Shop 2"));
    let error = ory.read_client(&before).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    assert_eq!(error.oauth().unwrap().error(), "invalid_token");

    let error = ory.register(ClientMetadata::new(["not a uri"])).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 400));
    assert_eq!(error.oauth().unwrap().error(), "invalid_redirect_uri");
    ory.delete_client(&handle).await.unwrap();
    assert_eq!(ory.read_client(&handle).await.unwrap_err().status().unwrap().as_u16(), 401);
}

#[tokio::test]
async fn registration_with_an_initial_access_token() {
    const TOKEN: &str = "initial-access-token";
    let Some(server) = node::start_demanding(TOKEN) else { return };
    let ory = client(&server);
    let metadata = || ClientMetadata::native_app(["http://127.0.0.1/callback"]);
    for refused in [ory.register(metadata()), ory.register(metadata()).initial_access_token("wrong")] {
        let error = refused.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(matches!(error.status().unwrap().as_u16(), 400 | 401), "{error}");
    }
    let registration = ory.register(metadata()).initial_access_token(TOKEN).await.unwrap();
    assert_eq!(registration.client_secret(), None);
    assert_eq!(registration.client().grant_types(), ["authorization_code", "refresh_token"]);
    let handle = registration.handle().unwrap();
    assert_eq!(ory.read_client(&handle).await.unwrap().redirect_uris(), ["http://127.0.0.1/callback"]);
    ory.delete_client(&handle).await.unwrap();
    let web = ClientMetadata::web_app([CALLBACK]);
    let registration = ory.register(web).initial_access_token(TOKEN).await.unwrap();
    assert!(registration.client_secret().is_some());
}

#[tokio::test]
async fn server_metadata() {
    let Some(server) = node::start() else { return };
    let ory = client(&server);
    let (metadata, discovery) = (ory.server_metadata().await.unwrap(), ory.discover().await.unwrap());
    assert_eq!(metadata.issuer(), server.issuer);
    assert_eq!(metadata.token_endpoint(), discovery.token_endpoint());
    assert_eq!(metadata.registration_endpoint().unwrap().path(), "/oauth2/register");
    assert!(metadata.code_challenge_methods_supported().contains(&"S256"));
    assert!(!metadata.supports_client_id_metadata_documents());

    let other = node::start_demanding("token").unwrap();
    let ory = client(&other);
    assert!(ory.server_metadata().await.unwrap().supports_client_id_metadata_documents());
    assert!(ory.discover().await.unwrap().supports_client_id_metadata_documents());
}

#[tokio::test]
async fn userinfo() {
    let Some(server) = node::start() else { return };
    let ory = client(&server);
    let id = registered(&ory, None).await.client_id().to_owned();
    let token = access_token(&server, &id).await;
    let info = ory.userinfo(&token).expect_subject("alice").await.unwrap();
    let claims = info.claims().unwrap();
    assert_eq!((claims.email(), claims.email_verified()), (Some("alice@app.example"), Some(true)));
    let error = ory.userinfo(&token).expect_subject("mallory").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let error = ory.userinfo("none").await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    assert_eq!(error.oauth().unwrap().error(), "invalid_token");
}

#[tokio::test]
async fn signed_userinfo() {
    let Some(server) = node::start() else { return };
    let ory = client(&server);
    let keys = ory.discover().cached(Duration::from_secs(3600)).keys(Duration::from_secs(3600));
    for alg in ["RS256", "PS512", "ES256", "EdDSA"] {
        let (id, signed) = signed(&server, &ory, alg).await;
        let verifier = keys.userinfo_verifier(id);
        let claims = signed.verify(&verifier.clone().algorithms([alg])).await.unwrap();
        assert_eq!((claims.sub(), claims.email()), (Some("alice"), Some("alice@app.example")), "{alg}");
        let error = signed.verify(&keys.userinfo_verifier("another")).await.unwrap_err();
        assert!(error.to_string().contains("the JWT is for another client"), "{error}");
        // The JWT expires with its access token and has an `exp`, unlike Ory's.
        assert!(claims.get("exp").is_some(), "{alg}");
    }
    // Another server of the same kind, with other keys of the same names.
    let other = node::start().unwrap();
    let (id, signed) = signed(&other, &client(&other), "ES256").await;
    let error = signed.verify(&keys.userinfo_verifier(id)).await.unwrap_err();
    assert!(error.to_string().contains("is not of the key that it names"), "{error}");
}

#[tokio::test]
async fn logout() {
    let Some(server) = node::start() else { return };
    let ory = client(&server);
    // It asks the user on a page of its own, where Ory redirects. The session has not ended.
    let asks = |outcome: Result<LogoutOutcome, ory_oidc::Error>| {
        let error = outcome.unwrap_err();
        let page = String::from_utf8_lossy(error.body()).into_owned();
        error.kind() == ErrorKind::UnexpectedResponse && page.contains("<form")
    };
    assert!(asks(ory.start_logout().await));
    // The signed userinfo passes all checks of an ID token.
    let (_, hint) = signed(&server, &ory, "RS256").await;
    let hint = hint.jwt().expose_secret();
    let logout = ory.start_logout().id_token_hint(hint).post_logout_redirect_uri("https://shop.example/bye").state("s");
    assert!(asks(logout.await));
    let logout = ory.start_logout().id_token_hint(hint).post_logout_redirect_uri("https://other.example/");
    let error = logout.await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 400), "{error}");
}
