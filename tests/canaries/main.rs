//! Canaries in every secret of both layers. None may appear in a `Debug`, a `Display`, an error, a log or a panic.
//!
//! Each test also proves that the canary was present, because an absent canary never appears.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod parrot;
mod watch;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::api::types::{CreateVerifiableCredentialRequestBody, OAuth2ClientRequest, VerifiableCredentialProof};
use ory_oidc::api::{self, Credential, GetOidcUserInfoResponse, RevokeOidcSessionParams, Secret};
use ory_oidc::reqwest::Proxy;
use ory_oidc::testing::{Failure, Operation, OryServer, User};
use ory_oidc::{
    BoxError, BoxFuture, Client, ClientMetadata, CompactJwt, Ed25519Signer, InMemoryStore, P256Signer, ProofSigner,
    RegistrationHandle, RegistrationLock, RegistrationStore, TokenSource, Transport, TransportError, UserInfo,
};
use serde_json::{Value, json};
use test_support::{Listener, Step, endless, response};
use watch::{MARK, Watch};

const TOKEN: &str = "canary-access-token";
const REGISTRATION_TOKEN: &str = "canary-registration-token";
const ROTATED: &str = "canary-rotated-token";
const CLIENT_SECRET: &str = "canary-client-secret";
const NONCE: &str = "canary-c-nonce";
const HINT: &str = "canary-id-token-hint";
const VERIFIER: &str = "canary-logout-verifier";
const COOKIE: &str = "ory_session=canary-cookie";
const HEADER: &str = "canary-header-value";

/// Every private property of a JWK, declared or not, and undeclared properties.
fn jwks() -> Value {
    let mut key = json!({"kty": "RSA", "kid": "public", "oth": [{"r": "canary-oth-r", "d": "canary-oth-d"}], "x_private": "canary-x"});
    for member in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        key[member] = format!("canary-jwk-{member}").into();
    }
    json!({"keys": [key]})
}

/// A registration response with a canary in every property that may be secret.
fn document(token: &str) -> Value {
    json!({
        "client_id": "the-client", "client_secret": CLIENT_SECRET, "registration_access_token": token, "jwks": jwks(),
        "registration_client_uri": "https://ory.example/oauth2/register/the-client", "client_secret_expires_at": 0,
        "software_statement": "canary-software-statement", "redirect_uris": ["https://app.example/cb"]
    })
}

/// A string that parses as a JWT, with a canary in the string itself and one in its claims.
fn jwt() -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"sub": "canary-subject", "vc": {"credentialSubject": {"sub": "canary-subject"}}});
    format!("{}.{}.canary-AAAAAAAA", part(json!({"alg": "RS256", "kid": "k"})), part(claims))
}

fn client(base_url: &str) -> Client {
    let builder = Client::builder(base_url).default_header("cookie", COOKIE).default_header("x-api-key", HEADER);
    builder.build().unwrap()
}

fn metadata() -> ClientMetadata {
    let metadata = ClientMetadata::new(["https://app.example/cb"]).jwks(jwks());
    metadata.set("software_statement", "canary-software-statement")
}

fn handle() -> RegistrationHandle {
    RegistrationHandle::new("the-client", REGISTRATION_TOKEN)
}

fn bearer() -> Credential {
    Credential::Bearer(TOKEN.into())
}

async fn json_server(status: &str, body: &Value) -> Listener {
    Listener::respond(response(
        status,
        "content-type: application/json\r\nset-cookie: a=canary-set-cookie\r\n",
        body.to_string(),
    ))
    .await
}

/// Signs with a canary.
struct Parrot;

impl ProofSigner for Parrot {
    fn alg(&self) -> &str {
        "EdDSA"
    }

    fn public_jwk(&self) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": "eA"})
    }

    fn sign<'a>(&'a self, _: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
        let text = format!("{:A<86}", "canary-signature-");
        Box::pin(std::future::ready(Ok(URL_SAFE_NO_PAD.decode(text).unwrap())))
    }
}

#[test]
fn the_watch_sees() {
    let seen = |look: fn(&mut Watch)| std::panic::catch_unwind(|| look(&mut Watch::new())).is_err();
    assert!(seen(|watch| watch.debug(&"canary-x")));
    assert!(seen(|watch| watch.error(std::io::Error::other("canary-x"))));
    let wrapped = |watch: &mut Watch| watch.error(std::io::Error::other(std::io::Error::other("canary-x")));
    assert!(seen(wrapped));
    assert!(seen(|watch| {
        watch.secret("chosen-by-others");
        watch.text("it is chosen-by-others");
    }));
    assert!(!seen(|watch| watch.debug(&"fine")));
}

/// The values of a program before anything is sent.
#[test]
fn values_and_requests() {
    let mut watch = Watch::new();
    let builder = Client::builder("http://127.0.0.1:1")
        .default_header("cookie", COOKIE)
        .default_header("x-api-key", HEADER)
        .user_agent("shop/1");
    watch.debug(&builder);
    let ory = builder.build().unwrap();
    watch.debug(&ory);
    watch.debug(ory.api());
    let api = ory.api().clone().with_bearer(REGISTRATION_TOKEN).with_oauth2(TOKEN);
    watch.debug(&api);

    watch.debug(&Secret::new(TOKEN));
    // Credentials of other kinds are tested in generator/compiled, because no operation here has one.
    let credential = Credential::Bearer(TOKEN.into());
    watch.debug(&credential);
    watch.debug(&ory.api().get_oidc_user_info().credential(credential).header("x-api-key", HEADER));
    let params = RevokeOidcSessionParams::default().id_token_hint(HINT).logout_verifier(VERIFIER).state("state");
    watch.debug(&params);
    let mut body = CreateVerifiableCredentialRequestBody::new("jwt_vc_json");
    body.proof = Some(VerifiableCredentialProof::new("jwt", jwt()));
    watch.debug(&body);
    let request: OAuth2ClientRequest = serde_json::from_value(document(REGISTRATION_TOKEN)).unwrap();
    assert_eq!(request.additional_properties["software_statement"], "canary-software-statement");
    watch.debug(&request);

    let mut handle = handle().with_client_uri("https://ory.example/oauth2/register/the-client".to_owned());
    watch.debug(&handle);
    watch.debug(&handle.to_stored());
    assert!(serde_json::to_string(&handle.to_stored()).unwrap().contains(MARK));
    let metadata = metadata();
    assert!(serde_json::to_string(metadata.as_request()).unwrap().contains("canary-oth-r"));
    watch.debug(&metadata);

    watch.debug(&ory.discover().header("x-mine", HEADER));
    watch.debug(&ory.register(metadata.clone()).header("x-mine", HEADER));
    watch.debug(&ory.read_client(&handle));
    watch.debug(&ory.replace_client(&mut handle, metadata.clone()));
    watch.debug(&ory.delete_client(&handle));
    watch.debug(&ory.userinfo(TOKEN).expect_subject("subject"));
    watch.debug(&ory.credential_nonce(TOKEN));
    watch.debug(&ory.issue_credential(TOKEN, &Parrot).nonce(NONCE));
    watch.debug(&ory.start_logout().id_token_hint(HINT).logout_verifier(VERIFIER).cookie(COOKIE));
    let url = ory.logout_url().id_token_hint(HINT);
    watch.debug(&url);
    assert!(url.build().unwrap().as_str().contains(MARK), "it is in the URL, where it has to be");
    assert!(watch.finish() > 50);
}

#[test]
fn keys_of_signers() {
    let mut watch = Watch::new();
    let key = *b"canary-32-bytes-of-a-private-key";
    for form in [URL_SAFE_NO_PAD.encode(key), key.iter().map(|byte| format!("{byte:02x}")).collect()] {
        watch.secret(&form);
        watch.secret(&form.to_uppercase());
    }
    watch.secret("99, 97, 110, 97, 114, 121");
    let ed25519 = Ed25519Signer::from_seed(&key);
    watch.debug(&ed25519);
    watch.text(&ed25519.public_jwk().to_string());
    let p256 = P256Signer::from_bytes(&key).unwrap();
    watch.debug(&p256);
    watch.text(&p256.public_jwk().to_string());
    for text in ["canary-not-a-key", "-----BEGIN PRIVATE KEY-----\ncanary-not-base64\n-----END PRIVATE KEY-----\n"] {
        watch.error(Ed25519Signer::from_pkcs8_pem(text).unwrap_err());
        watch.error(P256Signer::from_pkcs8_pem(text).unwrap_err());
        watch.error(Ed25519Signer::from_pkcs8_der(text.as_bytes()).unwrap_err());
        watch.error(P256Signer::from_pkcs8_der(text.as_bytes()).unwrap_err());
    }
}

/// Input that is refused before it is sent, and values that are loaded from storage.
#[tokio::test]
async fn refused_before_sending() {
    let mut watch = Watch::new();
    for base_url in ["https://canary-user:canary-password@host", "https://host?canary-query", "canary-not-a-url"] {
        watch.error(Client::builder(base_url).build().unwrap_err());
    }
    let ory = client("http://127.0.0.1:1");
    watch.error(Client::builder("http://127.0.0.1:1").default_header("x-mine", "canary-\n").build().unwrap_err());
    watch.error(Client::builder("http://127.0.0.1:1").default_header("authorization", HEADER).build().unwrap_err());
    watch.error(ory.userinfo("canary- white").await.unwrap_err());
    watch.error(ory.userinfo(TOKEN).header("x-mine", "canary-\0").await.unwrap_err());
    watch.error(ory.start_logout().cookie("canary-\n").await.unwrap_err());
    watch.error(ory.register(metadata().set("client_secret", CLIENT_SECRET)).await.unwrap_err());
    watch.error(ory.register(metadata().set("redirect_uris", CLIENT_SECRET)).await.unwrap_err());
    watch.error(ory.register(metadata().jwks("canary-jwks")).await.unwrap_err());
    watch.error(ory.register(metadata().jwks(json!({"keys": [{"d": ["canary-d"]}]}))).await.unwrap_err());
    let api = ory.api();
    let own = Credential::Bearer("canary- white".into());
    watch.error(api.get_oidc_user_info().credential(own).await.unwrap_err());
    watch.error(api.discover_oidc_configuration().header("x-mine", "canary-\0").await.unwrap_err());
    watch.error(api.discover_oidc_configuration().credential(bearer()).await.unwrap_err());

    for stored in [
        "\"canary-token-alone\"",
        "[\"canary-token\"]",
        r#"{"client_id": "canary-id", "registration_access_token": 12}"#,
        r#"{"client_id": 1, "registration_access_token": "canary-token"}"#,
        r#"{"client_id": "i", "registration_access_token": "canary-token", "registration_client_uri": {"canary-": 1}}"#,
    ] {
        watch.error(serde_json::from_str::<RegistrationHandle>(stored).unwrap_err());
    }
    let error = serde_json::from_str::<Secret>("4711471147114711").unwrap_err();
    assert!(!error.to_string().contains("4711"), "{error}");
    for text in ["canary-not-a-jwt", "canary-.canary-.canary-", "e30.e30.canary-*"] {
        watch.error(CompactJwt::parse(text).unwrap_err());
    }
    watch.finish();
}

/// Valid responses, full of secrets.
#[tokio::test]
async fn successes() {
    let mut watch = Watch::new();

    let server = json_server("201 Created", &document(REGISTRATION_TOKEN)).await;
    let received = client(server.base_url()).register(metadata()).send_with_response().await.unwrap();
    assert!(received.headers()["set-cookie"].to_str().unwrap().contains(MARK));
    watch.debug(&received);
    let registration = received.into_value();
    assert_eq!(registration.client_secret().unwrap().expose_secret(), CLIENT_SECRET);
    let key = &registration.document().jwks.as_ref().unwrap().keys.as_ref().unwrap()[0];
    assert_eq!(key.dq.as_ref().unwrap().expose_secret(), "canary-jwk-dq");
    assert!(key.additional_properties["oth"].to_string().contains(MARK));
    watch.debug(&registration);
    watch.debug(registration.client());
    watch.debug(registration.document());
    watch.debug(key);
    watch.debug(&registration.handle().unwrap());
    watch.debug(&registration.to_metadata());
    watch.debug(&OAuth2ClientRequest::from(registration.document().clone()));
    let server = json_server("201 Created", &document(REGISTRATION_TOKEN)).await;
    let body = OAuth2ClientRequest::default();
    let received =
        client(server.base_url()).api().create_oidc_dynamic_client(&body).header("x-api-key", HEADER).await.unwrap();
    watch.debug(&received);

    let server = json_server("200 OK", &document(ROTATED)).await;
    let ory = client(server.base_url());
    watch.debug(&ory.read_client(&handle()).send_with_response().await.unwrap());
    let mut rotating = handle();
    watch.debug(&ory.replace_client(&mut rotating, metadata()).send_with_response().await.unwrap());
    assert_eq!(rotating.registration_access_token().expose_secret(), ROTATED);
    watch.debug(&rotating);
    watch.debug(&ory.api().get_oidc_dynamic_client("the-client").credential(bearer()).await.unwrap());
    assert!(server.requests()[0].contains(REGISTRATION_TOKEN), "it was sent");
    let server = Listener::respond(response("204 No Content", "x-echo: canary-\r\n", "")).await;
    watch.debug(&client(server.base_url()).delete_client(&handle()).send_with_response().await.unwrap());

    let claims = json!({"sub": "canary-subject", "email": "canary-@app.example", "custom": "canary-claim"});
    let server = json_server("200 OK", &claims).await;
    let received = client(server.base_url()).userinfo(TOKEN).send_with_response().await.unwrap();
    assert_eq!(received.value().claims().unwrap().sub(), Some("canary-subject"));
    watch.debug(&received);

    let server = Listener::respond(response("200 OK", "content-type: application/jwt\r\n", jwt())).await;
    let ory = client(server.base_url());
    let received = ory.userinfo(TOKEN).send_with_response().await.unwrap();
    watch.debug(&received);
    let UserInfo::Signed(signed) = received.into_value() else { panic!("it is signed") };
    assert!(signed.jwt().expose_secret().contains(MARK));
    watch.debug(&signed);
    watch.debug(&signed.insecure_claims_without_verification().unwrap());
    watch.debug(&CompactJwt::parse(signed.jwt()).unwrap());
    let refusing = |_: &CompactJwt| -> Result<(), BoxError> { Err("no such key".into()) };
    watch.error(signed.verify(&refusing).await.unwrap_err());
    let received = ory.api().get_oidc_user_info().credential(bearer()).await.unwrap();
    assert!(matches!(&*received, GetOidcUserInfoResponse::OkJwt(jwt) if jwt.contains(MARK)));
    watch.debug(&received);

    let priming = json!({"c_nonce": NONCE, "c_nonce_expires_in": 60, "format": "jwt_vc_json", "error": "missing_proof", "error_description": "d"});
    let server = json_server("400 Bad Request", &priming).await;
    let ory = client(server.base_url());
    let received = ory.credential_nonce(TOKEN).send_with_response().await.unwrap();
    assert_eq!(received.value().value().expose_secret(), NONCE);
    watch.debug(&received);
    let body = CreateVerifiableCredentialRequestBody::new("jwt_vc_json");
    let error = ory.api().create_verifiable_credential(&body).credential(bearer()).await.unwrap_err();
    let api::Error::Failure(failure) = &error else { panic!("{error:?}") };
    watch.debug(failure);
    watch.debug(failure.value());
    watch.error(error);
    let server = json_server("200 OK", &json!({"credential_draft_00": jwt(), "format": "jwt_vc_json"})).await;
    let ory = client(server.base_url());
    let received = ory.issue_credential(TOKEN, &Parrot).nonce(NONCE).send_with_response().await.unwrap();
    assert!(received.value().jwt().expose_secret().contains(MARK));
    watch.debug(&received);
    watch.debug(&received.value().insecure_claims_without_verification().unwrap());
    watch.error(received.value().verify(&refusing).await.unwrap_err());
    watch.debug(&ory.api().create_verifiable_credential(&body).credential(bearer()).await.unwrap());
    assert!(server.requests()[0].contains("canary-signature-"), "the proof was sent");

    for location in [
        "location: https://login.example/?logout_challenge=canary-challenge\r\n",
        "location: https://app.example/?state=canary-state\r\n",
        "location: https://app.example/error?error=e&error_description=d&error_debug=canary-debug\r\n",
    ] {
        let server = Listener::respond(response("302 Found", location, "")).await;
        let ory = client(server.base_url());
        let request = ory.start_logout().id_token_hint(HINT).logout_verifier(VERIFIER).cookie(COOKIE);
        let received = request.send_with_response().await.unwrap();
        assert!(received.value().location().unwrap().as_str().contains(MARK));
        watch.debug(&received);
        let params = RevokeOidcSessionParams::default().id_token_hint(HINT);
        watch.debug(&ory.api().revoke_oidc_session(&params).await.unwrap());
        assert!(server.requests()[0].contains(HINT) && server.requests()[0].contains(COOKIE));
    }
    let page = "<meta http-equiv='refresh' content='7; URL=https://app.example/?state=canary-state'>\
                <iframe src='https://app.example/logout?iss=https://h&sid=canary-sid'>";
    let server = Listener::respond(response("200 OK", "content-type: text/html\r\n", page)).await;
    let ory = client(server.base_url());
    watch.debug(&ory.start_logout().send_with_response().await.unwrap());
    watch.debug(&ory.api().revoke_oidc_session(&RevokeOidcSessionParams::default()).await.unwrap());

    assert!(watch::logged() > 10, "the libraries below log at all");
    watch.finish();
}

/// Every operation of both layers once. All of them fail.
async fn every_error(watch: &mut Watch, base_url: &str, timeout: Duration) -> usize {
    let ory = client(base_url);
    let mut failed = 0;
    let mut errors = vec![
        ory.discover().timeout(timeout).await.map(drop).err(),
        ory.register(metadata()).timeout(timeout).await.map(drop).err(),
        ory.read_client(&handle()).timeout(timeout).await.map(drop).err(),
        ory.delete_client(&handle()).timeout(timeout).await.map(drop).err(),
        ory.userinfo(TOKEN).timeout(timeout).await.map(drop).err(),
        ory.credential_nonce(TOKEN).timeout(timeout).await.map(drop).err(),
        ory.issue_credential(TOKEN, &Parrot).nonce(NONCE).timeout(timeout).await.map(drop).err(),
    ];
    let mut handle = handle();
    errors.push(ory.replace_client(&mut handle, metadata()).timeout(timeout).await.map(drop).err());
    watch.debug(&handle);
    let logout = ory.start_logout().id_token_hint(HINT).logout_verifier(VERIFIER).cookie("own=canary-own-cookie");
    match logout.timeout(timeout).send_with_response().await {
        Ok(received) => watch.debug(&received),
        Err(error) => errors.push(Some(error)),
    }
    for error in errors.into_iter().flatten() {
        failed += 1;
        watch.debug(&error.oauth());
        watch.debug(&error.challenge());
        watch.debug(&error.salvaged());
        watch.debug(&error.rotated_token());
        if let Some(oauth) = error.oauth() {
            watch.text(oauth.error());
            watch.text(oauth.description().unwrap_or_default());
        }
        watch.error(error);
    }
    failed + every_error_of_generated(watch, ory.api(), timeout).await
}

async fn every_error_of_generated(watch: &mut Watch, api: &api::Client, timeout: Duration) -> usize {
    let client: OAuth2ClientRequest = serde_json::from_value(document(REGISTRATION_TOKEN)).unwrap();
    let mut body = CreateVerifiableCredentialRequestBody::new("jwt_vc_json");
    body.proof = Some(VerifiableCredentialProof::new("jwt", jwt()));
    let params = RevokeOidcSessionParams::default().id_token_hint(HINT).logout_verifier(VERIFIER);
    let mut failed = 0;
    macro_rules! failing {
        ($($call:expr),* $(,)?) => {
            $(match $call.timeout(timeout).header("x-api-key", HEADER).await {
                Ok(received) => watch.debug(&received),
                Err(error) => {
                    failed += 1;
                    if let api::Error::Undecoded(undecoded) = &error {
                        watch.debug(undecoded);
                        watch.text(&undecoded.to_string());
                        watch.debug(undecoded.reason());
                    }
                    watch.error(error);
                }
            })*
        };
    }
    failing!(
        api.discover_oidc_configuration(),
        api.create_oidc_dynamic_client(&client),
        api.get_oidc_dynamic_client("the-client").credential(bearer()),
        api.set_oidc_dynamic_client("the-client", &client).credential(bearer()),
        api.delete_oidc_dynamic_client("the-client").credential(bearer()),
        api.get_oidc_user_info().credential(bearer()),
        api.create_verifiable_credential(&body).credential(bearer()),
        api.revoke_oidc_session(&params),
    );
    failed
}

const LONG: Duration = Duration::from_secs(20);

/// Servers that repeat the request: in the body, in the challenge, in cookies, in redirects.
#[tokio::test]
async fn echoes() {
    let mut watch = Watch::new();
    for (status, least) in [(400, 16), (401, 16), (404, 16), (418, 16), (500, 16), (302, 14), (200, 14), (201, 14)] {
        for media_type in ["application/json", "text/plain", "text/html"] {
            let parrot = Listener::respond_with(move |request| parrot::repeats(request, status, media_type)).await;
            let failed = every_error(&mut watch, parrot.base_url(), LONG).await;
            assert!(failed >= least - 1, "{status} {media_type}: {failed} calls failed");
        }
    }
    // The body contains the secret, so it was redacted in the error's words.
    let parrot = Listener::respond_with(|request| parrot::repeats(request, 401, "application/json")).await;
    let ory = client(parrot.base_url());
    let error = ory.userinfo(TOKEN).await.unwrap_err();
    assert!(String::from_utf8_lossy(error.body()).contains(TOKEN));
    assert_eq!(error.oauth().unwrap().error(), "no [redacted]");
    assert!(error.headers()["www-authenticate"].to_str().unwrap().contains(TOKEN));
    watch.finish();
}

/// Unusable responses with secrets: wrong types, quoted strings, truncated and endless bodies.
#[tokio::test]
async fn undecodable_responses() {
    let mut watch = Watch::new();
    let mut servers = Vec::new();
    for body in [
        "\"canary-alone\"".to_owned(),
        "canary-not-json".to_owned(),
        "[\"canary-list\"]".to_owned(),
        "{\"client_id\": [\"canary-id\"], \"registration_access_token\": {\"canary-name\": 1}, \"issuer\": {}}".to_owned(),
        document(ROTATED).to_string().replace("\"the-client\"", "\"the-client\", \"client_name\": {\"canary-name\": 1}, \"issuer\": []"),
        document(ROTATED).to_string().replace("\"the-client\"", "\"\""),
        document(ROTATED).to_string().replace("\"kty\":\"RSA\"", "\"kty\":[\"canary-kty\"]"),
        format!("{}canary-garbage", document(ROTATED)),
        document(ROTATED).to_string().split_at(150).0.to_owned(),
        json!({"error": ["canary-error"], "error_description": {"a": "canary-"}, "c_nonce": ["canary-"], "credential_draft_00": ["canary-"]}).to_string(),
        json!({"sub": ["canary-sub"], "email": {"canary-": 1}, "credential_draft_00": 1, "client_id": 1}).to_string(),
    ] {
        for status in ["200 OK", "201 Created", "400 canary-reason", "204 No Content", "299 canary-reason"] {
            let cut = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 10);
            servers.push(Listener::respond(cut).await);
            let whole = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-echo: canary-\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            servers.push(Listener::respond(whole).await);
        }
    }
    servers.push(
        Listener::scripted(endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n\"canary-\r\n")).await,
    );
    servers.push(Listener::respond(b"canary-not-http\r\n\r\n").await);
    servers.push(Listener::respond(b"HTTP/1.1 200 OK\r\ncanary- no header\r\n\r\n").await);
    servers.push(Listener::respond(b"HTTP/1.1 canary- OK\r\n\r\n").await);
    servers.push(Listener::respond(b"HTTP/1.1 200 OK\r\ncontent-length: canary-\r\n\r\n").await);
    servers.push(Listener::respond(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncanary-\r\n").await);
    let mut failed = 0;
    for server in servers {
        failed += every_error(&mut watch, server.base_url(), LONG).await;
        assert_eq!(server.targets().len(), 17, "every call arrives, once");
    }
    assert!(failed > 1000, "{failed}");
    assert!(watch.finish() > 10_000);
}

#[tokio::test]
async fn silence() {
    let mut watch = Watch::new();
    let nowhere = {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", socket.local_addr().unwrap())
    };
    assert_eq!(every_error(&mut watch, &nowhere, LONG).await, 17);
    let server = Listener::scripted([Step::Read, Step::Stall]).await;
    assert_eq!(every_error(&mut watch, server.base_url(), Duration::from_millis(50)).await, 17);
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"registration_access_token\":\"canary-".to_vec();
    let server = Listener::scripted([Step::Read, Step::Send(begun), Step::Stall]).await;
    assert!(every_error(&mut watch, server.base_url(), Duration::from_millis(50)).await >= 15);
    watch.finish();
}

/// The secrets that a server makes, through all operations, with injected failures.
#[tokio::test]
async fn secrets_of_the_server() {
    let ory = OryServer::start().await.unwrap();
    let mut watch = Watch::new();
    watch.debug(&ory);
    let client = client(ory.base_url());
    let registration = client.register(ClientMetadata::new(["https://app.example/cb"])).await.unwrap();
    let mut handle = registration.handle().unwrap();
    let tokens = ory.log_in(registration.client_id(), User::new("alice").claim("email", "canary-@app.example"));
    for secret in [
        registration.client_secret().unwrap().expose_secret(),
        handle.registration_access_token().expose_secret(),
        tokens.access_token(),
        tokens.refresh_token(),
        tokens.id_token(),
        tokens.c_nonce(),
        tokens.cookie().unwrap(),
    ] {
        watch.secret(secret);
    }
    watch.debug(&registration);
    watch.debug(&handle);
    watch.debug(&tokens);
    watch.debug(&ory.clients());
    let signer = Ed25519Signer::generate().unwrap();
    for failure in [
        None,
        Some(Failure::status(500)),
        Some(Failure::rate_limited(3)),
        Some(Failure::broken_body()),
        Some(Failure::broken_body().after_effect()),
        Some(Failure::drop_connection().after_effect()),
        Some(Failure::rewrite(|response| {
            // Every string becomes a list with the string, so no property has its type.
            for value in response
                .as_object_mut()
                .into_iter()
                .flat_map(serde_json::Map::values_mut)
                .filter(|value| value.is_string())
            {
                *value = json!([value.take()]);
            }
        })),
    ] {
        for operation in Operation::ALL {
            if let Some(failure) = &failure {
                watch.debug(failure);
                ory.fail_next(*operation, failure.clone());
            }
        }
        macro_rules! look {
            ($call:expr) => {
                match $call.send_with_response().await {
                    Ok(received) => watch.debug(&received),
                    Err(error) => watch.error(error),
                }
            };
        }
        look!(client.discover());
        look!(client.register(ClientMetadata::new(["https://app.example/cb"])));
        look!(client.read_client(&handle));
        look!(client.replace_client(&mut handle, ClientMetadata::new(["https://app.example/cb"])));
        let before = ory.client(handle.client_id()).unwrap();
        // If the response to a successful replacement is lost, so is the new token. The stand-in still knows it.
        let current = before.registration_access_token().unwrap();
        handle = RegistrationHandle::new(handle.client_id(), current);
        watch.secret(current);
        look!(client.userinfo(tokens.access_token()));
        look!(client.userinfo(tokens.refresh_token()));
        look!(client.credential_nonce(tokens.access_token()));
        look!(client.issue_credential(tokens.access_token(), &signer));
        look!(client.issue_credential(tokens.access_token(), &signer).nonce(tokens.c_nonce()));
        look!(client.issue_credential(tokens.access_token(), &signer).nonce("canary-wrong-nonce"));
        look!(client.start_logout().id_token_hint(tokens.id_token()).cookie(tokens.cookie().unwrap()));
        look!(client.start_logout().id_token_hint(HINT));
        look!(client.start_logout().logout_verifier(VERIFIER));
        look!(client.read_client(&RegistrationHandle::new(handle.client_id(), REGISTRATION_TOKEN)));
        watch.debug(&ory.take_requests());
    }
    let client_id = handle.client_id().to_owned();
    ory.recover(Operation::DeleteOidcDynamicClient);
    ory.fail_next(Operation::DeleteOidcDynamicClient, Failure::status(500));
    watch.error(client.delete_client(&handle).await.unwrap_err());
    client.delete_client(&handle).await.unwrap();
    assert!(ory.client(&client_id).is_none());
    watch.error(client.delete_client(&handle).await.unwrap_err());
    watch.finish();
}

/// ID tokens, logout tokens and access tokens that are verified: all rules, and all that is printed about them.
#[tokio::test]
async fn verified_tokens() {
    let mut watch = Watch::new();
    let server = OryServer::start().await.unwrap();
    let ory = client(server.base_url());
    let hour = Duration::from_secs(3600);
    let keys = ory.discover().cached(hour).keys(hour);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let id_token = json!({
        "iss": server.issuer(), "aud": "me", "sub": "canary-subject", "exp": now + 60, "iat": now, "sid": "canary-session",
        "nonce": "canary-nonce", "at_hash": "canary-at-hash", "email": "canary-@app.example", "jti": "canary-jti",
        "auth_time": now
    });
    let mut logout_token = id_token.clone();
    logout_token.as_object_mut().unwrap().remove("nonce");
    logout_token["events"] = json!({event: {"of": "canary-event"}});

    let verifier = keys.id_token_verifier("me").nonce("canary-nonce");
    let verified = verifier.verify(server.sign(&id_token)).await.unwrap();
    assert_eq!((verified.subject(), verified.session_id()), ("canary-subject", Some("canary-session")));
    watch.debug(&verifier.clone().access_token(TOKEN));
    watch.debug(&verified);
    watch.debug(verified.claims());
    let seen = std::sync::Mutex::new(std::collections::HashSet::new());
    let guard = move |id: &str, _: Option<std::time::SystemTime>| -> Result<bool, BoxError> {
        Ok(seen.lock().unwrap().insert(id.to_owned()))
    };
    let logouts = keys.logout_token_verifier("me").replay_guard(guard);
    let logout = logouts.verify(server.sign(&logout_token)).await.unwrap();
    assert_eq!((logout.subject(), logout.token_id()), (Some("canary-subject"), "canary-jti"));
    watch.debug(&logouts);
    watch.debug(&logout);
    watch.error(logouts.verify(server.sign(&logout_token)).await.unwrap_err());

    let strict = verifier.access_token(TOKEN).max_age(Duration::from_secs(1));
    let mut rejected = 0;
    for name in
        ["iss", "aud", "azp", "sub", "exp", "nbf", "iat", "sid", "nonce", "jti", "at_hash", "auth_time", "events"]
    {
        for value in
            [json!("canary-value"), json!(["canary-value"]), json!({"canary-name": "canary-value"}), Value::Null]
        {
            for claims in [&id_token, &logout_token] {
                let mut claims = claims.clone();
                // The errors name a foreign issuer, so that people see it.
                claims[name] = if name == "iss" { Value::Null } else { value.clone() };
                let jwt = server.sign(&claims);
                for error in [strict.verify(jwt.as_str()).await.err(), logouts.verify(jwt.as_str()).await.err()] {
                    let Some(error) = error else { continue };
                    watch.text(&format!("{:?}", error.verification_failure().unwrap()));
                    watch.error(error);
                    rejected += 1;
                }
            }
        }
    }
    assert!(rejected > 150, "{rejected}");
    for text in ["canary-not-a-jwt", "canary-.canary-.canary-", "e30.e30.canary-*", &jwt()] {
        watch.error(strict.verify(text).await.unwrap_err());
        watch.error(logouts.verify(text).await.unwrap_err());
    }

    let user = User::new("canary-subject").claim("email", "canary-@app.example");
    server.insert_access_token(TOKEN, "shop", user);
    let tokens = ory.access_token_verifier().client_ids("shop");
    let accepted = tokens.verify(TOKEN).await.unwrap();
    assert_eq!(accepted.subject(), Some("canary-subject"));
    watch.debug(&accepted);
    watch.debug(&tokens);
    watch.debug(&tokens.layer().realm("shop"));
    watch.error(tokens.verify("canary-unknown").await.unwrap_err());
    let parrot = Listener::respond_with(|request| parrot::repeats(request, 401, "application/json")).await;
    watch.error(client(parrot.base_url()).access_token_verifier().verify(TOKEN).await.unwrap_err());
    server.fail_always(Operation::GetOidcUserInfo, Failure::status(503));
    watch.error(tokens.verify("canary-another").await.unwrap_err());
    watch.finish();
}

/// Credentials of a proxy, by its URL and by `basic_auth`: of one that is dead, refuses, or repeats what it got.
#[tokio::test]
async fn credentials_of_a_proxy() {
    let mut watch = Watch::new();
    let encoded = base64::engine::general_purpose::STANDARD.encode("canary-proxy-user:canary-proxy-password");
    watch.secret(encoded.trim_end_matches('='));
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let echo = |request: &str| {
        let repeated = request.replace("\r\n", " ");
        response("407 canary-reason", "x-echo: canary-\r\n", repeated)
    };
    let parrot = Listener::respond_with(echo).await;
    let parrot_address = parrot.base_url().trim_start_matches("http://").to_owned();
    for address in [&dead, &parrot_address] {
        for base_url in ["http://ory.example", "https://ory.example"] {
            let in_url = Proxy::all(format!("http://canary-proxy-user:canary-proxy-password@{address}")).unwrap();
            let by_method = Proxy::all(format!("http://{address}"))
                .unwrap()
                .basic_auth("canary-proxy-user", "canary-proxy-password");
            for proxy in [in_url, by_method] {
                let builder = Client::builder(base_url).allow_http().proxy(proxy);
                watch.debug(&builder);
                let ory = builder.build().unwrap();
                watch.debug(&ory);
                every_error(&mut watch, base_url, &ory).await;
            }
        }
    }
    let sent = parrot.requests();
    assert!(!sent.is_empty());
    assert!(sent.iter().all(|request| request.contains("Basic Y2FuYXJ5LXByb3h5LXVzZXI6")), "it was sent");
    watch.finish();

    async fn every_error(watch: &mut Watch, base_url: &str, ory: &Client) {
        for error in [
            ory.discover().await.map(drop).unwrap_err(),
            ory.userinfo(TOKEN).await.map(drop).unwrap_err(),
            ory.start_logout().id_token_hint(HINT).await.map(drop).unwrap_err(),
        ] {
            assert!(!error.to_string().contains(base_url), "{error}");
            watch.error(error);
        }
    }
}

/// What code of the caller's own returns may hold secrets. It is the source of an error, which shows nothing of it.
#[tokio::test]
async fn errors_of_the_callers_own() {
    /// As a middleware wraps the error of reqwest, with its URL.
    struct Wrapping;

    impl Transport for Wrapping {
        fn send(
            &self,
            request: ory_oidc::reqwest::Request,
        ) -> BoxFuture<'_, Result<ory_oidc::reqwest::Response, TransportError>> {
            let error = format!("canary-header {:?} at {}", request.headers(), request.url());
            Box::pin(async move { Err(TransportError::new(std::io::Error::other(error))) })
        }
    }

    /// As a middleware that sends another request, which cannot be built.
    #[derive(Debug)]
    struct Unbuilt {
        url: &'static str,
        source: ory_oidc::reqwest::Error,
    }

    impl std::fmt::Display for Unbuilt {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.url)
        }
    }

    impl std::error::Error for Unbuilt {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.source)
        }
    }

    struct Building;

    impl Transport for Building {
        fn send(
            &self,
            _: ory_oidc::reqwest::Request,
        ) -> BoxFuture<'_, Result<ory_oidc::reqwest::Response, TransportError>> {
            let url = "canary-not-a-url";
            let http = ory_oidc::http_client_builder().unwrap().build().unwrap();
            let source = http.get(url).build().unwrap_err();
            Box::pin(async move { Err(TransportError::new(Unbuilt { url, source })) })
        }
    }

    /// A store without a database.
    struct Down;

    impl RegistrationStore for Down {
        fn load<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
            Box::pin(async { Err("canary-connection-string".into()) })
        }

        fn compare_and_swap<'a>(
            &'a self,
            _: &'a str,
            _: Option<&'a RegistrationHandle>,
            _: Option<&'a RegistrationHandle>,
        ) -> BoxFuture<'a, Result<bool, BoxError>> {
            Box::pin(async { Err("canary-connection-string".into()) })
        }

        fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
            Box::pin(async { Ok(RegistrationLock::none()) })
        }
    }

    /// Fails, and its error contains the input of the signature.
    struct Failing;

    impl ProofSigner for Failing {
        fn alg(&self) -> &str {
            "EdDSA"
        }

        fn public_jwk(&self) -> Value {
            Parrot.public_jwk()
        }

        fn sign<'a>(&'a self, _: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
            Box::pin(std::future::ready(Err("canary-private-key".into())))
        }
    }

    let mut watch = Watch::new();
    let ory = Client::builder("http://127.0.0.1:1").transport(Wrapping).build().unwrap();
    let source = TokenSource::new(|_| async { Err::<Secret, _>(std::io::Error::other("canary-refresh-token")) });
    watch.debug(&source);
    let building = Client::builder("http://127.0.0.1:1").transport(Building).build().unwrap();
    let server = OryServer::start().await.unwrap();
    server.add_client(json!({"client_id": "signed", "userinfo_signed_response_alg": "RS256"})).unwrap();
    let online = Client::builder(server.base_url()).build().unwrap();
    let UserInfo::Signed(signed) = online.userinfo(server.log_in("signed", "alice").access_token()).await.unwrap()
    else {
        panic!("it is signed")
    };
    let refusing = |_: &CompactJwt| -> Result<(), BoxError> { Err("canary-key-server".into()) };
    let hour = Duration::from_secs(3600);
    let guarded = online.discover().cached(hour).keys(hour).logout_token_verifier("shop").replay_guard(
        |_: &str, _: Option<std::time::SystemTime>| -> Result<bool, BoxError> {
            Err("canary-connection-string".into())
        },
    );
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let logout_token = server.sign(&json!({
        "iss": server.issuer(), "aud": "shop", "iat": now, "exp": now + 60, "jti": "j", "sub": "alice", "events": {event: {}}
    }));
    let registrations = online.registrations(Down);
    for error in [
        ory.start_logout().id_token_hint(HINT).await.map(drop).unwrap_err(),
        ory.userinfo(&source).await.map(drop).unwrap_err(),
        ory.issue_credential(TOKEN, &Failing).nonce(NONCE).await.map(drop).unwrap_err(),
        building.discover().await.map(drop).unwrap_err(),
        signed.verify(&refusing).await.map(drop).unwrap_err(),
        guarded.verify(logout_token).await.map(drop).unwrap_err(),
        registrations.read("the-client").await.map(drop).unwrap_err(),
        registrations.register(ClientMetadata::new(["https://app.example/cb"])).await.map(drop).unwrap_err(),
    ] {
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.to_string().contains(MARK), "{source}");
        watch.debug(&error);
        watch.text(&error.to_string());
    }
    let error = ory.api().get_oidc_user_info().credential(Credential::Bearer((&source).into())).await.unwrap_err();
    watch.debug(&error);
    watch.text(&error.to_string());
    watch.finish();
}

/// A store, a client that is managed by it, and its errors.
#[tokio::test]
async fn stored_handles() {
    let mut watch = Watch::new();
    let server = OryServer::start().await.unwrap();
    let ory = client(server.base_url());
    let store = InMemoryStore::new();
    let registrations = ory.registrations(store.clone());
    watch.debug(&registrations);
    let id = registrations.register(ClientMetadata::new(["https://app.example/cb"])).await.unwrap();
    let id = id.client_id().to_owned();
    let token = |server: &OryServer| server.client(&id).unwrap().registration_access_token().unwrap().to_owned();
    watch.secret(&token(&server));
    for failure in [Failure::status(503), Failure::status(503).after_effect()] {
        server.fail_next(Operation::SetOidcDynamicClient, failure);
        let error = registrations.update(&id, |metadata| metadata.client_name("Shop 2")).await.unwrap_err();
        watch.secret(&token(&server));
        watch.error(error);
    }
    watch.debug(&store.lock(&id).await.unwrap());
    watch.debug(&store);
    watch.error(registrations.update(&id, |metadata| metadata).await.unwrap_err());
    let hour = Duration::from_secs(3600);
    let discovery = ory.discover().header("x-mine", HEADER).cached(hour);
    watch.debug(&discovery);
    watch.debug(&discovery.keys(hour));
    watch.debug(&discovery.keys(hour).userinfo_verifier("me"));
    watch.debug(&ory_oidc::blocking::Client::new(ory).unwrap());
    watch.finish();
}
