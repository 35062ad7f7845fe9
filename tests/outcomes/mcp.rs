//! Outcomes 70 to 80: registration as MCP clients need it, the metadata of RFC 8414, and keys and credentials that are stored.

use ory_oidc::testing::{Operation as StandIn, OryServer};
use ory_oidc::{
    ClientMetadata, Ed25519Signer, ErrorKind, GrantType, P256Signer, ProofSigner, RegistrationHandle, ResponseType,
    SubjectType, TokenEndpointAuthMethod, VerifiableCredential,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::key_set::KeySet;
use crate::listener::Listener;
use crate::world::{CALLBACK, World};

const TOKEN: &str = "canary-initial-access-token";

/// Ory ignores the token, so only the stand-in can demand one.
pub async fn register_with_an_initial_access_token(world: &World) {
    let demanding = OryServer::builder().initial_access_token(TOKEN).start().await.unwrap();
    let ory = world.client_at(demanding.base_url());
    for refused in [ory.register(minimal()), ory.register(minimal()).initial_access_token("wrong")] {
        let error = refused.await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
        assert!(error.to_string().contains("initial_access_token"), "{error}");
    }
    let registration = ory.register(minimal()).initial_access_token(TOKEN).await.unwrap();
    // The token of the registration is another one, and the other operations send that.
    let handle = registration.handle().unwrap();
    ory.read_client(&handle).await.unwrap();
    ory.delete_client(&handle).await.unwrap();
    let sent: Vec<_> = demanding.requests().iter().map(|request| request.bearer_token().map(str::to_owned)).collect();
    let own = Some(handle.registration_access_token().expose_secret().to_owned());
    assert_eq!(sent, [None, Some("wrong".to_owned()), Some(TOKEN.to_owned()), own.clone(), own]);

    let ory = world.client();
    let registration = ory.register(minimal()).initial_access_token(TOKEN).await.unwrap();
    ory.delete_client(&registration.handle().unwrap()).await.unwrap();
}

pub async fn an_initial_access_token_is_never_shown(world: &World) {
    let demanding = OryServer::builder().initial_access_token(TOKEN).start().await.unwrap();
    let ory = world.client_at(demanding.base_url());
    let request = ory.register(minimal()).initial_access_token(TOKEN);
    assert!(!format!("{request:?}").contains(TOKEN));
    let quoting = json!({"error": "invalid_request", "error_description": format!("bad token {TOKEN}")});
    let failure = ory_oidc::testing::Failure::body(400, "application/json", quoting.to_string());
    demanding.fail_next(StandIn::CreateOidcDynamicClient, failure);
    let error = request.await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
    // A token that cannot be sent is refused before anything is sent.
    demanding.take_requests();
    let error = ory.register(minimal()).initial_access_token("two words").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(demanding.requests().len(), 0);
}

fn minimal() -> ClientMetadata {
    ClientMetadata::new([CALLBACK])
}

pub async fn presets_are_accepted_and_come_back(world: &World) {
    let ory = world.client();
    for (metadata, secret) in [
        (ClientMetadata::web_app([CALLBACK]), true),
        (ClientMetadata::single_page_app([CALLBACK]), false),
        (ClientMetadata::native_app(["http://127.0.0.1/cb", "com.example.app:/cb"]), false),
        (ClientMetadata::device(), false),
        (ClientMetadata::machine(), true),
    ] {
        assert_eq!(metadata.check(), []);
        let sent = serde_json::to_value(metadata.as_request()).unwrap();
        let registration = ory.register(metadata).await.unwrap();
        assert_eq!(registration.client_secret().is_some(), secret, "{sent}");
        let handle = registration.handle().unwrap();
        let read = serde_json::to_value(ory.read_client(&handle).await.unwrap().document()).unwrap();
        // Ory accepts this property, and does not store it.
        for (name, value) in sent.as_object().unwrap().iter().filter(|(name, _)| *name != "application_type") {
            assert_eq!(&read[name], value, "{name}");
        }
        ory.delete_client(&handle).await.unwrap();
    }
}

pub async fn presets_refuse_redirect_uris_before_sending(world: &World) {
    let server = Listener::silent().await;
    let ory = world.client_at(&server.base_url);
    for (metadata, expected) in [
        (ClientMetadata::web_app(["com.example.app:/cb"]), "redirect_uris[0]"),
        (ClientMetadata::native_app(["http://127.0.0.1/cb", "http://app.example/cb"]), "redirect_uris[1]"),
    ] {
        let error = ory.register(metadata).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(server.connections().await, 0);
}

pub async fn check_names_what_the_server_accepts(world: &World) {
    let ory = world.client();
    for (metadata, expected) in [
        (minimal().grant_types(["authorisation_code"]), "did `authorisation_code` mean `authorization_code`?"),
        (ClientMetadata::default(), "`redirect_uris` is empty"),
        (minimal().token_endpoint_auth_method("nothing"), "`token_endpoint_auth_method` is unknown"),
        (minimal().response_types(["token"]), "needs the grant type `implicit`"),
    ] {
        let problems: Vec<String> = metadata.check().iter().map(ToString::to_string).collect();
        assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
        // The server says nothing of it.
        let registration = ory.register(metadata).await.unwrap();
        ory.delete_client(&registration.handle().unwrap()).await.unwrap();
    }
}

pub async fn typed_values_are_sent_and_read(world: &World) {
    let ory = world.client();
    let metadata = minimal()
        .grant_types([GrantType::AuthorizationCode, GrantType::from("urn:example:grant")])
        .response_types([ResponseType::Code])
        .subject_type(SubjectType::Public)
        .token_endpoint_auth_method(TokenEndpointAuthMethod::None);
    let registration = ory.register(metadata).await.unwrap();
    let handle = registration.handle().unwrap();
    let read = ory.read_client(&handle).await.unwrap();
    let grants: Vec<GrantType> = read.grant_types().iter().map(GrantType::from).collect();
    assert_eq!(grants, [GrantType::AuthorizationCode, GrantType::Other("urn:example:grant".to_owned())]);
    assert_eq!(registration.client_secret(), None);
    ory.delete_client(&handle).await.unwrap();
}

pub async fn server_metadata(world: &World) {
    let ory = world.client();
    let (metadata, discovery) = (ory.server_metadata().await.unwrap(), ory.discover().await.unwrap());
    assert_eq!(metadata.issuer(), discovery.issuer());
    assert_eq!(metadata.authorization_endpoint(), discovery.authorization_endpoint());
    assert_eq!(metadata.token_endpoint(), discovery.token_endpoint());
    assert_eq!(metadata.registration_endpoint(), discovery.registration_endpoint());
    assert!(metadata.code_challenge_methods_supported().contains(&"S256"));
    assert!(metadata.grant_types_supported().contains(&GrantType::AuthorizationCode.as_str()));
    assert_eq!(metadata.supports_client_id_metadata_documents(), discovery.supports_client_id_metadata_documents());
    let error = ory.server_metadata().expect_issuer("https://login.app.example").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
}

/// Only a proxy can put a server behind a path.
pub async fn server_metadata_behind_a_path(world: &World) {
    let server = OryServer::builder().path_prefix("/auth/ory").start().await.unwrap();
    let ory = world.client_at(server.base_url());
    for request in [ory.server_metadata(), ory.server_metadata().path_appended()] {
        assert_eq!(request.await.unwrap().issuer(), server.issuer());
    }
    let requests = server.requests();
    let targets: Vec<&str> = requests.iter().map(|request| request.target()).collect();
    assert_eq!(
        targets,
        ["/.well-known/oauth-authorization-server/auth/ory", "/auth/ory/.well-known/oauth-authorization-server"]
    );
}

/// A server without OpenID Connect has much less to say; one without an issuer is none.
pub async fn server_metadata_needs_only_the_issuer(world: &World) {
    let server = OryServer::builder().client_id_metadata_documents(true).start().await.unwrap();
    let ory = world.client_at(server.base_url());
    assert!(ory.server_metadata().await.unwrap().supports_client_id_metadata_documents());
    assert!(ory.discover().await.unwrap().supports_client_id_metadata_documents());
    let respond = |body: Value| {
        let failure = ory_oidc::testing::Failure::body(200, "application/json", body.to_string());
        server.fail_next(StandIn::DiscoverOidcConfiguration, failure);
    };
    respond(json!({"issuer": server.issuer(), "token_endpoint": "/token", "response_types_supported": ["code"]}));
    let metadata = ory.server_metadata().await.unwrap();
    assert_eq!((metadata.jwks_uri(), metadata.token_endpoint().unwrap().path()), (None, "/token"));
    assert!(!metadata.supports_client_id_metadata_documents());
    respond(json!({"token_endpoint": "/token"}));
    let error = ory.server_metadata().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert!(error.to_string().contains("no `issuer`"), "{error}");
}

/// A program that starts again has the key and the credential of before.
pub async fn key_and_credential_are_stored(world: &World) {
    let (ory, token) = (world.client(), &world.tokens().custom.access_token);
    let key = P256Signer::generate().unwrap();
    let credential = ory.issue_credential(token, &key).await.unwrap();
    let stored = (key.to_pkcs8_pem().unwrap(), credential.jwt().clone());
    assert!(!format!("{stored:?}").contains("PRIVATE"));

    let key = P256Signer::from_pkcs8_pem(stored.0.expose_secret()).unwrap();
    let credential = VerifiableCredential::from_jwt(stored.1).unwrap();
    let claims = credential.verify(&KeySet::of(&ory).await).await.unwrap();
    assert!(claims.is_bound_to(&key));
    for other in [&P256Signer::generate().unwrap() as &dyn ProofSigner, &Ed25519Signer::generate().unwrap()] {
        assert!(!claims.is_bound_to(other));
    }
    let key = Ed25519Signer::generate().unwrap();
    let again = Ed25519Signer::from_pkcs8_pem(key.to_pkcs8_pem().unwrap().expose_secret()).unwrap();
    assert_eq!(again.public_jwk(), key.public_jwk());
    let credential = ory.issue_credential(token, &again).await.unwrap();
    assert!(credential.insecure_claims_without_verification().unwrap().is_bound_to(&key));
}

#[derive(Serialize, Deserialize)]
struct Saved {
    tenant: String,
    #[serde(serialize_with = "RegistrationHandle::serialize_with_token")]
    handle: RegistrationHandle,
}

pub async fn handle_is_stored_inside_a_struct(world: &World) {
    let ory = world.client();
    let handle = ory.register(minimal()).await.unwrap().handle().unwrap();
    let text = serde_json::to_string(&Saved { tenant: "blue".to_owned(), handle }).unwrap();
    let saved: Saved = serde_json::from_str(&text).unwrap();
    assert_eq!(saved.tenant, "blue");
    ory.read_client(&saved.handle).await.unwrap();
    ory.delete_client(&saved.handle).await.unwrap();
}
