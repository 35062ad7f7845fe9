//! The flows against a listener that sends prepared bytes, or closes the connection.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use serde_json::json;
use test_support::{Listener, Step};

use ory_oidc::*;

/// A listener that sends these responses in order, one for each request. An empty response closes the connection.
async fn start(responses: Vec<String>) -> Listener {
    Listener::respond_in_turn(responses).await
}

fn client(server: &Listener) -> Client {
    Client::builder(server.base_url()).build().unwrap()
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n\r\n{body}")
}

fn json(status: &str, body: &str) -> String {
    response(status, "content-type: application/json", body)
}

fn handle() -> RegistrationHandle {
    RegistrationHandle::new("c", "old")
}

fn token(handle: &RegistrationHandle) -> &str {
    handle.registration_access_token().expose_secret()
}

#[tokio::test]
async fn a_replacement_rotates_the_token() {
    let server = start(vec![json("200 OK", r#"{"client_id":"c","registration_access_token":"new"}"#)]).await;
    let mut handle = handle();
    let client = client(&server).replace_client(&mut handle, ClientMetadata::new(["https://app/cb"])).await.unwrap();
    assert_eq!((token(&handle), client.client_id()), ("new", "c"));
    let request = &server.requests()[0];
    assert!(request.starts_with("PUT /oauth2/register/c HTTP/1.1\r\n"), "{request}");
    assert!(request.to_lowercase().contains("authorization: bearer old\r\n"), "{request}");
}

#[tokio::test]
async fn an_undecodable_replacement_still_yields_the_token() {
    let body = r#"{"client_id":"c","client_name":42,"registration_access_token":"new-canary"}"#;
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\ncontent-type: application/json\r\n\r\n{body}");
    let html = response("200 OK", "content-type: text/html", body);
    let created = json("201 Created", body);
    for prepared in [json("200 OK", body), cut, html, created] {
        let server = start(vec![prepared]).await;
        let mut handle = handle();
        let error = client(&server).replace_client(&mut handle, ClientMetadata::default()).await.unwrap_err();
        assert_eq!(token(&handle), "new-canary");
        assert_eq!(error.rotated_token(), Some(handle.registration_access_token()));
        assert!(matches!(error.kind(), ErrorKind::UnexpectedResponse | ErrorKind::Transport) && !error.is_retryable());
        assert!(error.to_string().contains("new token is in the handle"), "{error}");
        assert!(!format!("{error:?} {error}").contains("canary"));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_rejected_or_lost_replacement_keeps_the_token_and_is_not_retried() {
    let refusal = r#"{"error":"The request could not be authorized","registration_access_token":"no"}"#;
    for (prepared, kind) in
        [(json("401 Unauthorized", refusal), ErrorKind::Rejected), (String::new(), ErrorKind::Transport)]
    {
        let server = start(vec![prepared]).await;
        let mut handle = handle();
        let error = client(&server).replace_client(&mut handle, ClientMetadata::default()).await.unwrap_err();
        assert_eq!(token(&handle), "old");
        assert_eq!((error.kind(), error.is_retryable()), (kind, false));
        assert!(error.rotated_token().is_none());
        assert_eq!(server.requests().len(), 1);
        if kind == ErrorKind::Transport {
            assert!(error.to_string().contains("may or may not have changed"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_undecodable_registration_is_not_lost() {
    let body = r#"{"client_id":"c","client_secret":"s-canary","grant_types":"x","registration_access_token":"t"}"#;
    let server = start(vec![json("201 Created", body)]).await;
    let error = client(&server).register(ClientMetadata::new(["https://app/cb"])).await.unwrap_err();
    let saved = error.salvaged().unwrap();
    assert_eq!(saved.client_secret().unwrap().expose_secret(), "s-canary");
    assert_eq!(saved.handle().unwrap(), RegistrationHandle::new("c", "t"));
    assert_eq!(error.body(), body.as_bytes());
    assert!(error.to_string().contains("grant_types"), "{error}");
    assert!(!format!("{error:?} {error}").contains("canary"));
}

#[tokio::test]
async fn invalid_arguments_are_not_sent() {
    let server = start(Vec::new()).await;
    let client = client(&server);
    for id in ["", ".", ".."] {
        let error = client.delete_client(&RegistrationHandle::new(id, "t")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    for bad in ["", "a\r\nb", "a b", "tok\n"] {
        let error = client.userinfo(bad).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with("getOidcUserInfo: the access token "), "{error}");
        client.read_client(&RegistrationHandle::new("c", bad)).await.unwrap_err();
        client.credential_nonce(bad).await.unwrap_err();
    }
    client.register(ClientMetadata::default().set("client_secret", "s")).await.unwrap_err();
    client.start_logout().state("s").await.unwrap_err();
    client.discover().header("x", "a\nb").await.unwrap_err();
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn claims_of_unexpected_types_are_kept() {
    let server = start(vec![json("200 OK", r#"{"sub":"alice","email":42,"name":null}"#)]).await;
    let response = client(&server).userinfo("t").expect_subject("alice").send_with_response().await.unwrap();
    let claims = response.value().claims().unwrap();
    assert_eq!((claims.sub(), claims.get("email")), (Some("alice"), Some(&json!(42))));
    assert_eq!(response.status(), 200);

    for body in [r#"{"sub":"mallory","email":42}"#, r#"{"sub":"mallory"}"#, "{}"] {
        let server = start(vec![json("200 OK", body)]).await;
        let error = client(&server).userinfo("t").expect_subject("alice").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification);
    }
    // A body that cannot be decoded is kept, and the error has the location.
    for (body, place) in [
        ("[1]", "`"),
        (r#"{"sub":"a","groups":[1],"groups":[]}"#, "`groups` in it"),
        (r#"{"a":{"b":[1,?"#, "`a.b[1]` in it"),
    ] {
        let server = start(vec![json("200 OK", body)]).await;
        let error = client(&server).userinfo("t").await.unwrap_err();
        assert_eq!((error.kind(), error.body()), (ErrorKind::UnexpectedResponse, body.as_bytes()));
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[tokio::test]
async fn the_subject_of_a_signed_response_is_compared_after_verification() {
    // Header {"alg":"RS256"}, claims {"sub":"alice"}.
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.AA";
    let prepared = || response("200 OK", "content-type: application/jwt", jwt);
    let server = start(vec![prepared(), prepared()]).await;
    let yes = |_: &CompactJwt| -> Result<(), BoxError> { Ok(()) };
    let no = |_: &CompactJwt| -> Result<(), BoxError> { Err("no".into()) };

    let info = client(&server).userinfo("t").expect_subject("alice").await.unwrap();
    let signed = info.signed().unwrap();
    assert_eq!(signed.verify(&yes).await.unwrap().sub(), Some("alice"));
    assert_eq!(signed.verify(&no).await.unwrap_err().kind(), ErrorKind::Verification);
    assert!(!format!("{info:?}").contains("eyJ"));

    let info = client(&server).userinfo("t").expect_subject("bob").await.unwrap();
    assert_eq!(info.signed().unwrap().verify(&yes).await.unwrap_err().kind(), ErrorKind::Verification);
    assert_eq!(info.signed().unwrap().insecure_claims_without_verification().unwrap().sub(), Some("alice"));
}

#[tokio::test]
async fn a_400_is_a_nonce_only_if_there_is_one() {
    let nonce =
        r#"{"format":"jwt_vc","c_nonce":"n","c_nonce_expires_in":3600,"error":"missing_proof","error_description":""}"#;
    let refusal = r#"{"error":"invalid_request","error_description":"The nonce is invalid."}"#;
    let server = start(vec![json("400 Bad Request", nonce), json("400 Bad Request", refusal)]).await;
    let nonce = client(&server).credential_nonce("t").await.unwrap();
    assert_eq!(nonce.value().expose_secret(), "n");
    assert_eq!(nonce.expires_in(), Some(Duration::from_secs(3600)));
    let error = client(&server).credential_nonce("t").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.oauth().unwrap().description(), Some("The nonce is invalid."));
}

#[tokio::test]
async fn a_credential_takes_a_nonce_a_proof_and_a_second_request() {
    let nonce =
        r#"{"format":"jwt_vc","c_nonce":"n","c_nonce_expires_in":3600,"error":"missing_proof","error_description":""}"#;
    // Claims {"exp":1.795442613e+09}.
    let issued =
        r#"{"format":"jwt_vc_json","credential_draft_00":"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjEuNzk1NDQyNjEzZSswOX0.AA"}"#;
    let server = start(vec![json("400 Bad Request", nonce), json("200 OK", issued), json("200 OK", issued)]).await;
    let signer = Ed25519Signer::generate().unwrap();
    let credential = client(&server).issue_credential("t", &signer).await.unwrap();
    assert_eq!(credential.insecure_claims_without_verification().unwrap().exp(), Some(1_795_442_613));
    assert_eq!(server.requests().len(), 2);
    assert!(server.requests()[1].contains(r#""proof_type":"jwt""#));
    // If the nonce is given, there is one request.
    client(&server).issue_credential("t", &signer).nonce("n").await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn redirects_are_values_or_errors_but_never_followed() {
    let elsewhere = "location: http://127.0.0.1:1/login?logout_challenge=canary";
    let server = start(vec![
        response("302 Found", elsewhere, ""),
        response("307 Temporary Redirect", elsewhere, ""),
        response("302 Found", "location: /fallback?state=s", ""),
        response("302 Found", "x-none: 1", ""),
        response("200 OK", "content-type: text/html", "<html>canary"),
    ])
    .await;
    let client = client(&server);
    let outcome = client.start_logout().cookie("session=canary").await.unwrap();
    assert!(
        matches!(&outcome, LogoutOutcome::ConfirmationRequired { challenge, .. } if challenge.expose_secret() == "canary")
    );
    let error = client.discover().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert!(error.to_string().contains("redirects are never followed"), "{error}");
    assert!(!format!("{error:?} {error}").contains("canary"));
    let outcome = client.start_logout().await.unwrap();
    assert_eq!(outcome.location().unwrap().as_str(), format!("{}/fallback?state=s", server.base_url()));
    assert_eq!(client.start_logout().await.unwrap_err().kind(), ErrorKind::UnexpectedResponse);
    let error = client.start_logout().logout_verifier("v").await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::UnexpectedResponse, &b"<html>canary"[..]));
    assert!(!format!("{error:?} {error}").contains("canary"));
}

#[tokio::test]
async fn timeouts_are_retryable_and_refused_connections_leave_the_token() {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder(format!("http://{}", socket.local_addr().unwrap())).build().unwrap();
    let error = client.userinfo("t").timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, true));
    drop(socket);
    let error = client.replace_client(&mut handle(), ClientMetadata::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, false));
    assert!(error.to_string().contains("the registration access token is unchanged"), "{error}");
}

#[tokio::test]
async fn a_header_of_the_call_replaces_the_clients() {
    let server = start(vec![json("500 Internal Server Error", "{}")]).await;
    let client =
        Client::builder(server.base_url()).default_header("x-a", "1").default_header("x-b", "1").build().unwrap();
    let error = client.discover().header("x-a", "2").await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Rejected, true));
    let request = server.requests()[0].to_lowercase();
    assert!(
        request.contains("x-a: 2\r\n") && !request.contains("x-a: 1") && request.contains("x-b: 1\r\n"),
        "{request}"
    );
    assert!(request.contains(&format!("user-agent: ory-oidc/{}\r\n", env!("CARGO_PKG_VERSION"))), "{request}");
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn the_user_agent_names_program_and_crate() {
    const SHOP: &str = concat!("shop/1 ory-oidc/", env!("CARGO_PKG_VERSION"));
    let own = || http_client_builder().unwrap().user_agent("own/1").build().unwrap();
    for (product, header, has_own, sent) in [
        (Some("shop/1"), None, false, SHOP),
        (Some("shop/1"), Some("a/1"), false, "a/1"),
        (Some("shop/1"), None, true, SHOP),
        (None, Some("a/1"), true, "a/1"),
        // The client's own user agent stays.
        (None, None, true, "own/1"),
    ] {
        let server = start(vec![json("200 OK", "{}")]).await;
        let builder = Client::builder(server.base_url());
        let builder = product.into_iter().fold(builder, ClientBuilder::user_agent);
        let builder = header.into_iter().fold(builder, |builder, value| builder.default_header("user-agent", value));
        let builder = has_own.then(own).into_iter().fold(builder, ClientBuilder::http_client);
        builder.build().unwrap().userinfo("t").await.unwrap();
        let request = server.requests()[0].to_lowercase();
        assert!(request.contains(&format!("user-agent: {sent}\r\n")), "{request}");
    }
}

#[tokio::test]
async fn the_generated_client_has_the_clients_user_agent_and_timeout() {
    let server = start(vec![json("200 OK", "{}")]).await;
    let client = Client::builder(server.base_url()).user_agent("shop/1").build().unwrap();
    let bearer = || api::Credential::Bearer("t".into());
    client.api().get_oidc_user_info().credential(bearer()).await.unwrap();
    assert!(server.requests()[0].contains("user-agent: shop/1 ory-oidc/"), "{:?}", server.requests());

    // A listener that never responds.
    let silent = Listener::scripted([Step::Stall]).await;
    let client = Client::builder(silent.base_url()).timeout(Duration::from_millis(50)).build().unwrap();
    let call = client.api().get_oidc_user_info().credential(bearer());
    let error = tokio::time::timeout(Duration::from_secs(20), call).await.unwrap().unwrap_err();
    assert!(matches!(&error, api::Error::Transport(error) if error.is_timeout()), "{error:?}");

    // The timeout of a call replaces the client's, which is too short for this response.
    let response = json("200 OK", "{}").into_bytes();
    let slow = Listener::scripted([Step::Read, Step::Pause(Duration::from_millis(100)), Step::Send(response)]).await;
    let client = Client::builder(slow.base_url()).timeout(Duration::from_millis(50)).build().unwrap();
    client.userinfo("t").timeout(Duration::from_secs(60)).await.unwrap();
}

#[test]
fn public_types_are_send_and_sync() {
    fn value<T: Send + Sync>() {}
    fn future<T: IntoFuture<IntoFuture: Send> + Send>() {}
    value::<(Client, ClientBuilder, Error, Response<()>, Secret, api::Client)>();
    value::<(Discovery, ClientMetadata, RegistrationHandle, Registration, RegisteredClient, SalvagedClient)>();
    value::<(UserInfo, SignedUserInfo, Claims, CompactJwt, &dyn JwtVerifier)>();
    value::<(VerifiableCredential, CredentialNonce, CredentialClaims, &dyn ProofSigner)>();
    value::<(LogoutUrlBuilder, LogoutOutcome, BearerChallenge, RateLimit, Operation, ErrorKind)>();
    value::<(DiscoverRequest, RegisterRequest, ReadClientRequest, ReplaceClientRequest<'_>, DeleteClientRequest)>();
    value::<(UserInfoRequest, CredentialNonceRequest, IssueCredentialRequest<'_>, StartLogoutRequest)>();
    future::<DiscoverRequest>();
    future::<RegisterRequest>();
    future::<ReadClientRequest>();
    future::<ReplaceClientRequest<'_>>();
    future::<DeleteClientRequest>();
    future::<UserInfoRequest>();
    future::<CredentialNonceRequest>();
    future::<IssueCredentialRequest<'_>>();
    future::<StartLogoutRequest>();
}
