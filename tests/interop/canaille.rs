//! The flows against Canaille 0.3.6, which has failures of its own. It has no verifiable credentials, and sends no logout tokens: it
//! has no back-channel logout.

use std::time::Duration;

use ory_oidc::{
    Client, ClientMetadata, Error, ErrorKind, LogoutOutcome, Registration, RegistrationHandle, Secret, UserInfo,
    VerificationFailure as Failure,
};
use serde_json::{Value, json};

use crate::python;
use crate::server::Server;

const CALLBACK: &str = "https://shop.example/callback";
const BYE: &str = "https://shop.example/bye";

fn client(server: &Server) -> Client {
    Client::builder(&server.issuer).build().unwrap()
}

/// A call by another host name. Canaille redirects a `GET` to its own name, and rejects other methods.
fn by_another_name(server: &Server) -> Client {
    Client::builder(server.issuer.replace("127.0.0.1", "localhost")).build().unwrap()
}

fn metadata() -> ClientMetadata {
    let metadata = ClientMetadata::new([CALLBACK]).post_logout_redirect_uris([BYE]).scope("openid email profile");
    metadata.grant_types(["password", "client_credentials"])
}

fn status(error: &Error) -> (ErrorKind, u16) {
    (error.kind(), error.status().unwrap().as_u16())
}

/// The response of one of the addresses that our server script adds.
async fn shortcut(server: &Server, path_and_query: &str) -> String {
    let http = ory_oidc::http_client_builder().unwrap().build().unwrap();
    http.get(format!("{}/{path_and_query}", server.issuer)).send().await.unwrap().text().await.unwrap()
}

/// An access token from the token endpoint. `request` is the form; the password of a user is sufficient.
async fn access_token(server: &Server, registration: &Registration, request: &str) -> String {
    let response = tokens(server, registration, request).await;
    response.get("access_token").and_then(Value::as_str).unwrap_or_else(|| panic!("{response}")).to_owned()
}

/// The response of the token endpoint.
async fn tokens(server: &Server, registration: &Registration, request: &str) -> Value {
    let http = ory_oidc::http_client_builder().unwrap().build().unwrap();
    let secret = registration.client_secret().map(Secret::expose_secret);
    let post = http.post(format!("{}/oauth/token", server.issuer)).basic_auth(registration.client_id(), secret);
    let post = post.header("content-type", "application/x-www-form-urlencoded").body(request.to_owned());
    serde_json::from_str(&post.send().await.unwrap().text().await.unwrap()).unwrap()
}

const PASSWORD: &str = "grant_type=password&username=alice&password=wonderland&scope=openid+email+profile";

/// An HTML page as an error response: the error has the status and keeps the page, but shows nothing of it.
fn is_page(error: &Error, expected: (ErrorKind, u16), said: &str, on_it: &str) {
    assert_eq!((status(error), error.to_string().as_str()), (expected, said));
    assert_eq!(error.headers().get("content-type").unwrap(), "text/html; charset=utf-8");
    assert!(error.oauth().is_none() && !format!("{error:?}").contains('<'), "{error:?}");
    let page = std::str::from_utf8(error.body()).unwrap();
    assert!(page.contains(on_it), "{page}");
}

fn is_redirect(error: &Error, operation: &str) {
    let said = format!(
        "{operation}: invalid response 302 Found: this operation declares no such response (redirects are never followed: look for \
         `http` instead of `https` or a wrong host or path in the base URL)"
    );
    is_page(error, (ErrorKind::UnexpectedResponse, 302), &said, "<title>Redirecting...</title>");
}

#[tokio::test]
async fn discovery() {
    let Some(server) = python::open() else { return };
    let discovery = client(server).discover().await.unwrap();
    assert_eq!(discovery.issuer(), server.issuer);
    // These paths are Canaille's. Our server script serves Ory's paths.
    for (endpoint, path) in [
        (discovery.authorization_endpoint(), "/oauth/authorize"),
        (discovery.jwks_uri(), "/oauth/jwks.json"),
        (discovery.registration_endpoint(), "/oauth/register"),
        (discovery.userinfo_endpoint(), "/oauth/userinfo"),
        (discovery.end_session_endpoint(), "/oauth/end_session"),
    ] {
        assert_eq!(endpoint.unwrap().path(), path);
    }
    let document = discovery.document();
    // Properties that Ory requires and Canaille omits, and additional ones.
    assert_eq!(document.id_token_signed_response_alg, None);
    assert_eq!(document.userinfo_signed_response_alg, None);
    let prompts = document.additional_properties.get("prompt_values_supported");
    assert_eq!(prompts, Some(&json!(["none", "login", "consent", "select_account"])));
}

#[tokio::test]
async fn registration() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let registration = ory.register(metadata()).await.unwrap();
    assert!(registration.client_secret().is_some());
    // Canaille has no default list, and uses the word of RFC 7591 for a secret that never expires.
    assert_eq!(registration.client().document().response_types, None);
    assert_eq!(registration.client().document().client_secret_expires_at, Some(0));
    let mut handle = registration.handle().unwrap();
    let before = handle.clone();

    // Unset properties are `null` from here on, declared or not.
    let current = ory.read_client(&handle).await.unwrap();
    let document = current.document();
    assert_eq!((current.client_name(), &document.jwks, &document.jwks_uri), (None, &None, &None));
    assert_eq!((&document.subject_type, &document.userinfo_signed_response_alg), (&None, &None));
    for undeclared in ["default_max_age", "initiate_login_uri", "software_id", "userinfo_encrypted_response_alg"] {
        assert_eq!(document.additional_properties.get(undeclared), Some(&Value::Null), "{undeclared}");
    }
    assert_eq!(current.grant_types(), ["password", "client_credentials"]);
    assert!(document.response_types == Some(Some(Vec::new())) && document.contacts == Some(Some(Vec::new())));
    // Canaille returns the secret again, unlike Ory.
    assert_eq!(document.client_secret.as_ref(), registration.client_secret());

    // Canaille accepts these nulls in a replacement. It would reject a null for `jwks`.
    let replaced = ory.replace_client(&mut handle, current.to_metadata().client_name("Shop 2")).await.unwrap();
    assert_eq!(replaced.client_name(), Some("Shop 2"));
    assert_eq!(replaced.scopes().collect::<Vec<_>>(), ["openid", "email", "profile"]);
    // The token stays the same, and is returned again.
    assert_eq!(handle.registration_access_token(), before.registration_access_token());
    assert_eq!(ory.read_client(&before).await.unwrap().client_name(), Some("Shop 2"));

    ory.delete_client(&handle).await.unwrap();
    // The token is still valid, but the client is gone. The status is the one for a wrong token, unlike Ory's.
    for error in [ory.read_client(&handle).await.unwrap_err(), ory.delete_client(&handle).await.unwrap_err()] {
        assert_eq!(status(&error), (ErrorKind::Rejected, 400));
        assert_eq!(error.oauth().unwrap().error(), "access_denied");
    }
}

#[tokio::test]
async fn registration_is_refused() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let error = ory.register(ClientMetadata::default()).await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::Rejected, 400));
    assert_eq!(error.to_string(), "createOidcDynamicClient: refused with 400 Bad Request: invalid_request");
    assert_eq!(error.oauth().unwrap().description(), None);

    let registration = ory.register(metadata()).await.unwrap();
    let mut handle = registration.handle().unwrap();
    let bad = ClientMetadata::new(["not a uri"]);
    for error in
        [ory.register(bad.clone()).await.unwrap_err(), ory.replace_client(&mut handle, bad.clone()).await.unwrap_err()]
    {
        assert_eq!(status(&error), (ErrorKind::Rejected, 400));
        assert_eq!(error.oauth().unwrap().error(), "invalid_client_metadata");
        assert_eq!(error.oauth().unwrap().description(), Some("Invalid claim: 'redirect_uris'"));
    }
    // The challenge asks for a client's password, which these operations do not use.
    let nobody = RegistrationHandle::new("nobody", handle.registration_access_token().clone());
    let error = ory.read_client(&nobody).await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::Rejected, 401));
    assert_eq!(error.oauth().unwrap().error(), "invalid_client");
    let challenge = error.headers().get("www-authenticate").unwrap().to_str().unwrap();
    assert!(challenge.starts_with("Basic ") && error.challenge().is_none(), "{challenge}");
}

#[tokio::test]
async fn registration_with_an_initial_access_token() {
    let Some(server) = python::start(&["--demanding"]) else { return };
    let ory = client(&server);
    let token = shortcut(&server, "initial-access-token").await;
    for refused in [ory.register(metadata()), ory.register(metadata()).initial_access_token("wrong")] {
        let error = refused.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        // Canaille has the status 400 for a missing or wrong token.
        assert_eq!((status(&error).1, error.oauth().unwrap().error()), (400, "access_denied"));
    }
    let registration = ory.register(metadata()).initial_access_token(&*token).await.unwrap();
    let handle = registration.handle().unwrap();
    assert_eq!(ory.read_client(&handle).await.unwrap().redirect_uris(), [CALLBACK]);
    // The token is for one client, whose id is in it.
    ory.register(metadata()).initial_access_token(&*token).await.unwrap_err();
    ory.delete_client(&handle).await.unwrap();
}

#[tokio::test]
async fn server_metadata() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let (metadata, discovery) = (ory.server_metadata().await.unwrap(), ory.discover().await.unwrap());
    assert_eq!(metadata.issuer(), server.issuer);
    assert_eq!(metadata.token_endpoint(), discovery.token_endpoint());
    assert_eq!(metadata.registration_endpoint().unwrap().path(), "/oauth/register");
    assert_eq!(metadata.introspection_endpoint().unwrap().path(), "/oauth/introspect");
    assert!(metadata.code_challenge_methods_supported().contains(&"S256"));
    assert!(metadata.grant_types_supported().contains(&"authorization_code"));
    assert!(!metadata.supports_client_id_metadata_documents());
    // The other document has properties that this one lacks.
    assert_eq!(metadata.get("id_token_signing_alg_values_supported"), None);
    assert!(!discovery.document().id_token_signing_alg_values_supported.is_empty());
}

#[tokio::test]
async fn id_tokens() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let hour = Duration::from_secs(3600);
    let keys = ory.discover().cached(hour).keys(hour);
    let metadata = || ClientMetadata::web_app([CALLBACK]).scope("openid email profile");
    for (alg, metadata) in [("RS256", metadata()), ("EdDSA", metadata().set("id_token_signed_response_alg", "EdDSA"))] {
        let registration = ory.register(metadata).await.unwrap();
        let id = registration.client_id();
        let code = shortcut(server, &format!("authorization-code?client_id={id}&nonce=n-1")).await;
        let form =
            format!("grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fshop.example%2Fcallback");
        let tokens = tokens(server, &registration, &form).await;
        let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned();
        let (access_token, id_token) = (token("access_token"), token("id_token"));

        let verifier = keys.id_token_verifier(id).algorithms([alg]).nonce("n-1").max_age(hour);
        let verified = verifier.clone().access_token(&*access_token).verify(&*id_token).await;
        let verified = verified.unwrap_or_else(|error| panic!("{alg}: {error}"));
        assert_eq!((verified.subject(), verified.session_id()), ("alice", None));
        ory.userinfo(&access_token).expect_subject(verified.subject()).await.unwrap();
        for (verifier, expected) in [
            (keys.id_token_verifier(id).nonce("n-2"), Failure::Nonce),
            (keys.id_token_verifier(id), Failure::Nonce),
            (keys.id_token_verifier("another").any_nonce(), Failure::Audience),
            (verifier.clone().access_token("another"), Failure::AccessTokenHash),
            (verifier.algorithms(["ES256"]), Failure::Algorithm),
        ] {
            let error = verifier.verify(&*id_token).await.unwrap_err();
            assert_eq!(error.verification_failure(), Some(expected), "{alg}: {error}");
        }
    }
}

/// Without scopes, Canaille sends an empty list instead of a string, and keys as a string of JSON.
#[tokio::test]
async fn properties_of_other_types() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let plain = || ClientMetadata::new([CALLBACK]);
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
    for (registered, member, came) in [
        (plain(), "scope", r#""scope": []"#),
        (plain().scope("openid").jwks(keys), "jwks", r#""jwks": "{\"keys\": [{"#),
    ] {
        // The response to the registration is correct.
        let mut handle = ory.register(registered).await.unwrap().handle().unwrap();
        let token = handle.registration_access_token().clone();

        let error = ory.read_client(&handle).await.unwrap_err();
        assert_eq!(status(&error), (ErrorKind::UnexpectedResponse, 200));
        let said = format!(
            "getOidcDynamicClient: invalid response 200 OK: `{member}` in it is not what was declared (line 1,"
        );
        assert!(error.to_string().starts_with(&said), "{error}");
        assert!(std::str::from_utf8(error.body()).unwrap().contains(came), "{member}");

        let error = ory.replace_client(&mut handle, plain().client_name("Shop 2")).await.unwrap_err();
        assert_eq!(status(&error), (ErrorKind::UnexpectedResponse, 200));
        let done = error.to_string().ends_with("(the client was replaced, and its new token is in the handle)");
        assert!(done && error.to_string().contains(&format!("`{member}`")), "{error}");
        assert!(std::str::from_utf8(error.body()).unwrap().contains(r#""client_name": "Shop 2""#));
        // Nothing is lost: the error has the right token and the secret.
        assert_eq!(error.rotated_token(), Some(&token));
        assert!(error.salvaged().unwrap().client_secret().is_some());
        ory.delete_client(&handle).await.unwrap();
    }
}

#[tokio::test]
async fn userinfo() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let registration = ory.register(metadata()).await.unwrap();
    let token = access_token(server, &registration, PASSWORD).await;
    let info = ory.userinfo(&token).expect_subject("alice").await.unwrap();
    let claims = info.claims().unwrap();
    assert_eq!((claims.email(), claims.email_verified()), (Some("alice@app.example"), None));
    assert_eq!((claims.name(), claims.family_name()), (Some("Alice"), Some("Liddell")));
    assert!(claims.updated_at().is_some());
    let error = ory.userinfo(&token).expect_subject("mallory").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);

    let error = ory.userinfo("none").await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::Rejected, 401));
    assert_eq!(error.oauth().unwrap().error(), "invalid_token");
    assert_eq!(error.challenge().unwrap().error(), Some("invalid_token"));
    let token = access_token(server, &registration, &PASSWORD.replace("openid+", "")).await;
    let error = ory.userinfo(token).await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::Rejected, 403));
    assert_eq!(error.oauth().unwrap().error(), "insufficient_scope");
    assert!(error.challenge().is_none());
}

#[tokio::test]
async fn signed_userinfo() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let registration = ory.register(metadata().userinfo_signed_response_alg("RS256")).await.unwrap();
    let token = access_token(server, &registration, PASSWORD).await;
    let info = ory.userinfo(token).expect_subject("alice").await.unwrap();
    let UserInfo::Signed(signed) = info else { panic!("{info:?}") };
    // The keys have neither a use nor an algorithm.
    let keys = ory.discover().cached(Duration::from_secs(3600)).keys(Duration::from_secs(3600));
    let claims = signed.verify(&keys.userinfo_verifier(registration.client_id())).await.unwrap();
    assert_eq!((claims.sub(), claims.email()), (Some("alice"), Some("alice@app.example")));
    let error = signed.verify(&keys.userinfo_verifier("another")).await.unwrap_err();
    assert!(error.to_string().contains("the JWT is for another client"), "{error}");
}

/// Internal errors are OAuth errors with status 500.
#[tokio::test]
async fn internal_errors() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    let failed = |error: &Error, description: &str| {
        assert_eq!(status(error), (ErrorKind::Rejected, 500));
        assert_eq!(error.oauth().unwrap().error(), "internal_server_error");
        assert_eq!(error.oauth().unwrap().description(), Some(description));
        error.is_retryable()
    };
    // Canaille registers an algorithm that it cannot sign with.
    for alg in ["EdDSA", "PS512", "none"] {
        let registration = ory.register(metadata().userinfo_signed_response_alg(alg)).await.unwrap();
        let token = access_token(server, &registration, PASSWORD).await;
        let error = ory.userinfo(token).await.unwrap_err();
        assert!(failed(&error, &format!("unsupported_algorithm: Algorithm of '{alg}' is not allowed")), "{error}");
    }
    // The token of a client belongs to no user.
    let registration = ory.register(metadata()).await.unwrap();
    let token = access_token(server, &registration, "grant_type=client_credentials&scope=openid").await;
    let error = ory.userinfo(token).await.unwrap_err();
    assert!(failed(&error, "'NoneType' object has no attribute 'formatted_address'"));

    // Canaille stores a scope without a name, and fails when it reads it, as the hints warn.
    let (unnamed, description) = (metadata().scope(""), "sequence item 0: expected str instance, list found");
    let error = ory.register(unnamed.clone()).await.unwrap_err();
    assert!(!failed(&error, description));
    assert!(error.to_string().ends_with("(a client may have been registered all the same)"), "{error}");
    let mut handle = registration.handle().unwrap();
    let error = ory.replace_client(&mut handle, unnamed.clone()).await.unwrap_err();
    assert!(!failed(&error, description));
    assert!(error.to_string().contains("read the client with the token at hand to find out"), "{error}");
    // The replacement succeeded, and the same token repairs the client.
    assert!(failed(&ory.read_client(&handle).await.unwrap_err(), description));
    assert_eq!(handle.registration_access_token(), registration.handle().unwrap().registration_access_token());
    let mended = ory.replace_client(&mut handle, metadata()).await.unwrap();
    assert_eq!(mended.scopes().next(), Some("openid"));
}

#[tokio::test]
async fn error_pages() {
    let Some(server) = python::open() else { return };
    let error = client(server).credential_nonce("token").await.unwrap_err();
    is_page(
        &error,
        (ErrorKind::Rejected, 404),
        "createVerifiableCredential: refused with 404 Not Found (there is no such endpoint at this base URL: check its host \
         and path)",
        "The page you are looking for does not exist",
    );
    let mut handle = RegistrationHandle::new("id", "token");
    let elsewhere = by_another_name(server);
    for error in [
        elsewhere.register(metadata()).await.unwrap_err(),
        elsewhere.replace_client(&mut handle, metadata()).await.unwrap_err(),
        elsewhere.delete_client(&handle).await.unwrap_err(),
        elsewhere.credential_nonce("token").await.unwrap_err(),
    ] {
        let said = format!("{}: refused with 400 Bad Request", error.operation().unwrap());
        is_page(&error, (ErrorKind::Rejected, 400), &said, "The request you made is invalid");
        assert!(!error.is_retryable() && error.salvaged().is_none());
    }
    assert_eq!(handle.registration_access_token().expose_secret(), "token");

    let server = python::start(&["--odd-key"]).unwrap();
    let error = client(&server).discover().await.unwrap_err();
    is_page(
        &error,
        (ErrorKind::Rejected, 500),
        "discoverOidcConfiguration: refused with 500 Internal Server Error (the server or a proxy before it is in trouble: \
         try again later)",
        "Please contact your administrator",
    );
    assert!(error.is_retryable());
}

#[tokio::test]
async fn redirects() {
    let Some(server) = python::open() else { return };
    let handle = client(server).register(metadata()).await.unwrap().handle().unwrap();
    // A followed redirect would result in a different outcome.
    let elsewhere = by_another_name(server);
    is_redirect(&elsewhere.discover().any_issuer().await.unwrap_err(), "discoverOidcConfiguration");
    is_redirect(&elsewhere.read_client(&handle).await.unwrap_err(), "getOidcDynamicClient");
    is_redirect(&elsewhere.userinfo("token").await.unwrap_err(), "getOidcUserInfo");
}

#[tokio::test]
async fn logout() {
    let Some(server) = python::open() else { return };
    let ory = client(server);
    // It asks the user on a page of its own, where Ory redirects. The session has not ended.
    let error = ory.start_logout().await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::UnexpectedResponse, 200));
    let page = String::from_utf8_lossy(error.body());
    assert!(page.contains("<form") && page.contains("Do you want to log out?"), "{page}");
    // It refuses without a redirect.
    let error = ory.start_logout().id_token_hint("a.b.c").await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::Rejected, 400));
    assert_eq!(error.oauth().unwrap().description(), Some("Invalid header"));

    // The signed userinfo passes all checks of an ID token.
    let registration = ory.register(metadata().userinfo_signed_response_alg("RS256")).await.unwrap();
    let token = access_token(server, &registration, PASSWORD).await;
    let info = ory.userinfo(&token).await.unwrap();
    let hint = info.signed().unwrap().jwt();
    let start = format!("{}/", server.issuer);
    for (hint, uri, location) in [
        (hint, Some(BYE), "https://shop.example/bye?state=s+t"),
        // It redirects to its own page without a host: if the URI does not belong to the client...
        (hint, None, start.as_str()),
        (hint, Some("https://other.example/"), start.as_str()),
        // ... or if the token's audience is a list, as in all of its own ID tokens.
        (&Secret::new(token.clone()), Some(BYE), start.as_str()),
    ] {
        let logout = ory.start_logout().id_token_hint(hint.clone()).state("s t");
        let logout = match uri {
            Some(uri) => logout.post_logout_redirect_uri(uri),
            None => logout,
        };
        let outcome = logout.await.unwrap();
        let LogoutOutcome::Redirected(to) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(to.as_str(), location);
    }

    // By another host name, it redirects to its own, and nobody is logged out.
    let elsewhere = by_another_name(server);
    let logout = elsewhere.start_logout().id_token_hint(hint.clone()).post_logout_redirect_uri(BYE).state("s t");
    let error = logout.await.unwrap_err();
    assert_eq!(status(&error), (ErrorKind::UnexpectedResponse, 302));
    assert_eq!(
        error.to_string(),
        "revokeOidcSession: the redirect sends the request itself to another address (redirects are never followed: look for \
         `http` instead of `https` or a wrong host or path in the base URL)"
    );
}
