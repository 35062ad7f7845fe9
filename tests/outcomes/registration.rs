//! Outcomes 4 to 16: registering, reading, replacing and deleting clients.

use std::time::Duration;

use ory_oidc::{Client, ClientMetadata, Error, ErrorKind, Registration, RegistrationHandle};
use serde_json::{Value, json};

use crate::world::{BYE, CALLBACK, World};

/// A public P-256 key with only the required properties.
fn bare_jwk() -> Value {
    json!({
        "kty": "EC", "crv": "P-256",
        "x": "ImvkzKP8sL33kSBafIOHsAhJGFO7N3eLwOrJMCC56HQ", "y": "FQbrw9us41IiQSaLdr_lGg8reZluPPrV7Jcy8pvD7MI"
    })
}

fn minimal() -> ClientMetadata {
    ClientMetadata::new([CALLBACK])
}

async fn register(ory: &Client, metadata: ClientMetadata) -> (Registration, RegistrationHandle) {
    let registration = ory.register(metadata).await.unwrap();
    let handle = registration.handle().expect("a handle comes with every registration");
    (registration, handle)
}

/// Deletes the clients, because a live server must stay as it was.
async fn tidy(ory: &Client, handle: &RegistrationHandle) {
    ory.delete_client(handle).await.unwrap();
}

/// The response for a wrong token, and for an unknown client.
fn assert_unauthorized(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.status().unwrap(), 401);
    let oauth = error.oauth().unwrap();
    assert_eq!(oauth.error(), "The request could not be authorized");
    assert!(oauth.description().unwrap().contains("does not exist or you provided incorrect credentials"));
    assert!(!error.is_retryable());
}

pub async fn register_minimal(world: &World) {
    let ory = world.client();
    let response = ory.register(minimal()).send_with_response().await.unwrap();
    assert_eq!(response.status(), 201);
    let registration = response.into_value();
    assert!(!registration.client_id().is_empty());
    assert!(!registration.client_secret().unwrap().is_empty());
    assert_eq!(registration.client().redirect_uris(), [CALLBACK]);
    let handle = registration.handle().unwrap();
    assert_eq!(handle.client_id(), registration.client_id());
    assert!(!handle.registration_access_token().is_empty());
    assert!(handle.client_uri().unwrap().ends_with(registration.client_id()));
    tidy(&ory, &handle).await;
}

pub async fn register_every_member_comes_back(world: &World) {
    let ory = world.client();
    let hours = |hours: u64| Duration::from_secs(hours * 3600 + 90);
    let mut key = bare_jwk();
    for (name, value) in [("use", "sig"), ("kid", "k-1"), ("alg", "ES256")] {
        key[name] = json!(value);
    }
    // Two properties are missing here: `jwks_uri` excludes `jwks` and is tested below, and the server downloads a
    // `sector_identifier_uri` before it accepts one.
    let metadata = minimal()
        .grant_types(["authorization_code", "refresh_token"])
        .response_types(["code", "id_token"])
        .contacts(["ops@app.example"])
        .audience(["https://api.example"])
        .allowed_cors_origins(["https://app.example"])
        .post_logout_redirect_uris([BYE])
        .request_uris(["https://app.example/ro"])
        .client_name("Café ☕ client")
        .scope("openid offline email profile")
        .token_endpoint_auth_method("client_secret_post")
        .token_endpoint_auth_signing_alg("ES256")
        .userinfo_signed_response_alg("RS256")
        .subject_type("public")
        .client_uri("https://app.example")
        .logo_uri("https://app.example/logo.png")
        .policy_uri("https://app.example/policy")
        .tos_uri("https://app.example/tos")
        .owner("team-a")
        .request_object_signing_alg("ES256")
        .frontchannel_logout_uri("http://127.0.0.1:3000/fc")
        .frontchannel_logout_session_required(true)
        .backchannel_logout_uri("http://127.0.0.1:3000/bc")
        .backchannel_logout_session_required(true)
        .jwks(json!({ "keys": [key] }))
        .authorization_code_grant_access_token_lifespan(hours(31))
        .authorization_code_grant_id_token_lifespan(hours(2))
        .authorization_code_grant_refresh_token_lifespan(hours(3))
        .refresh_token_grant_access_token_lifespan(hours(4))
        .refresh_token_grant_id_token_lifespan(hours(5))
        .refresh_token_grant_refresh_token_lifespan(hours(6))
        .client_credentials_grant_access_token_lifespan(hours(7))
        .implicit_grant_access_token_lifespan(hours(8))
        .implicit_grant_id_token_lifespan(hours(9))
        .jwt_bearer_grant_access_token_lifespan(hours(10))
        .device_authorization_grant_access_token_lifespan(hours(11))
        .device_authorization_grant_id_token_lifespan(hours(12))
        .device_authorization_grant_refresh_token_lifespan(hours(13));
    let sent = serde_json::to_value(metadata.as_request()).unwrap();
    let sent = sent.as_object().unwrap();
    assert_eq!(sent.len(), 38, "one member for each setter above, and the redirect URIs");
    let (registration, handle) = register(&ory, metadata.clone()).await;
    let read = ory.read_client(&handle).await.unwrap();
    for document in [registration.document(), read.document()] {
        let document = serde_json::to_value(document).unwrap();
        for (name, value) in sent {
            // The server formats durations in its own way.
            let expected = match value.as_str().and_then(|text| text.strip_suffix('s')?.parse::<u64>().ok()) {
                Some(seconds) if name.ends_with("_lifespan") => json!(format!("{}h1m30s", seconds / 3600)),
                _ => value.clone(),
            };
            assert_eq!(document[name], expected, "{name}");
        }
    }
    tidy(&ory, &handle).await;

    let (registration, handle) = register(&ory, minimal().jwks_uri("https://app.example/jwks.json")).await;
    assert_eq!(registration.document().jwks_uri.as_deref(), Some("https://app.example/jwks.json"));
    tidy(&ory, &handle).await;
}

pub async fn register_bare_jwk_keeps_the_secret(world: &World) {
    let ory = world.client();
    let keys = json!({ "keys": [bare_jwk()] });
    let (registration, handle) = register(&ory, minimal().jwks(&keys)).await;
    assert!(!registration.client_secret().unwrap().is_empty());
    assert_eq!(serde_json::to_value(&registration.document().jwks).unwrap(), keys);
    tidy(&ory, &handle).await;
}

pub async fn register_refused_says_why(world: &World) {
    let error = world.client().register(ClientMetadata::new(["https://app.example/cb#x"])).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 400));
    let oauth = error.oauth().unwrap();
    assert_eq!(oauth.error(), "invalid_redirect_uri");
    assert!(oauth.description().unwrap().contains("must not contain fragments"));
    let shown = error.to_string();
    assert!(shown.contains("invalid_redirect_uri") && shown.contains("must not contain fragments"), "{shown}");
    assert!(error.salvaged().is_none() && !error.is_retryable());
}

pub async fn register_switched_off_says_so(world: &World) {
    let off = world.client_at(world.off_url());
    let error = off.register(minimal()).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 404));
    assert_eq!(error.oauth().unwrap().description(), Some("Dynamic registration is not enabled."));
    let shown = error.to_string();
    assert!(shown.contains("registration is switched off on this server"), "{shown}");
    // The response does not reveal that there is no such client.
    let error = off.read_client(&RegistrationHandle::new("some-client", "some-token")).await.unwrap_err();
    assert!(error.to_string().contains("registration is switched off on this server"), "{error}");
}

pub async fn read_own(world: &World) {
    let ory = world.client();
    let (registration, handle) = register(&ory, minimal().client_name("Mine").scope("openid email")).await;
    // Twice, because reading does not use up the token.
    for _ in 0..2 {
        let read = ory.read_client(&handle).await.unwrap();
        assert_eq!((read.client_id(), read.client_name()), (registration.client_id(), Some("Mine")));
        assert_eq!(read.redirect_uris(), [CALLBACK]);
        assert_eq!(read.scopes().collect::<Vec<_>>(), ["openid", "email"]);
        assert_eq!(read.grant_types(), [""; 0]);
    }
    tidy(&ory, &handle).await;
}

pub async fn read_wrong_token_is_401_typed(world: &World) {
    let ory = world.client();
    let (registration, handle) = register(&ory, minimal()).await;
    let (_, another) = register(&ory, minimal()).await;
    let id = registration.client_id();
    let secret = registration.client_secret().unwrap().expose_secret();
    for wrong in ["ory_at_wrong.token", secret, another.registration_access_token().expose_secret()] {
        assert_unauthorized(&ory.read_client(&RegistrationHandle::new(id, wrong)).await.unwrap_err());
    }
    tidy(&ory, &handle).await;
    tidy(&ory, &another).await;
}

pub async fn read_id_that_needs_encoding(world: &World) {
    let odd = &world.tokens().odd;
    let read = world.client().read_client(&RegistrationHandle::new(&odd.id, &odd.token)).await.unwrap();
    assert_eq!(read.client_id(), odd.id);
    assert!(odd.id.contains(' ') && odd.id.contains('/'), "`{}` has no space or no slash", odd.id);
}

pub async fn replace_rotates_the_handle(world: &World) {
    let ory = world.client();
    let (_, mut handle) = register(&ory, minimal()).await;
    let mut former = handle.clone();
    for name in ["Second", "Third"] {
        let replaced = ory.replace_client(&mut handle, minimal().client_name(name)).await.unwrap();
        assert_eq!(replaced.client_name(), Some(name));
        assert_ne!(handle, former);
        assert_eq!(ory.read_client(&handle).await.unwrap().client_name(), Some(name));
        assert_unauthorized(&ory.read_client(&former).await.unwrap_err());
        // A rejection does not change the handle.
        let before = former.clone();
        assert_unauthorized(&ory.replace_client(&mut former, minimal()).await.unwrap_err());
        assert_eq!(former, before);
        former = handle.clone();
    }
    tidy(&ory, &handle).await;
}

pub async fn read_edit_replace(world: &World) {
    let ory = world.client();
    let first = minimal()
        .client_name("Before")
        .scope("openid email")
        .contacts(["ops@app.example"])
        .post_logout_redirect_uris([BYE])
        .jwks(json!({ "keys": [bare_jwk()] }))
        .implicit_grant_access_token_lifespan(Duration::from_secs(5400));
    let (_, mut handle) = register(&ory, first).await;
    let before = ory.read_client(&handle).await.unwrap();
    ory.replace_client(&mut handle, ClientMetadata::from(&before).client_name("After")).await.unwrap();
    let after = ory.read_client(&handle).await.unwrap();

    let [mut expected, got] = [before.document(), after.document()].map(|it| serde_json::to_value(it).unwrap());
    expected["client_name"] = json!("After");
    expected["updated_at"] = got["updated_at"].clone();
    assert_eq!(got, expected);
    tidy(&ory, &handle).await;
}

pub async fn registered_metadata_edited_and_replaced(world: &World) {
    let ory = world.client();
    let (registration, mut handle) = register(&ory, minimal().client_name("Before").scope("openid email")).await;
    // The server rejects both of these when they are sent back, in different ways.
    let created = serde_json::to_value(registration.document().metadata.as_ref()).unwrap();
    assert_eq!(created, json!({}));
    assert!(registration.client_secret().is_some());

    let replaced = ory.replace_client(&mut handle, registration.to_metadata().client_name("After")).await.unwrap();
    assert_eq!(replaced.client_name(), Some("After"));
    let read = ory.read_client(&handle).await.unwrap();
    assert_eq!((read.client_name(), read.redirect_uris()), (Some("After"), &[CALLBACK.to_owned()][..]));
    assert_eq!(read.scopes().collect::<Vec<_>>(), ["openid", "email"]);
    tidy(&ory, &handle).await;
}

pub async fn delete(world: &World) {
    let ory = world.client();
    let (_, handle) = register(&ory, minimal()).await;
    let response = ory.delete_client(&handle).send_with_response().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_unauthorized(&ory.read_client(&handle).await.unwrap_err());
}

pub async fn delete_again_is_401_typed(world: &World) {
    let ory = world.client();
    let (_, handle) = register(&ory, minimal()).await;
    ory.delete_client(&handle).await.unwrap();
    let error = ory.delete_client(&handle).await.unwrap_err();
    assert_unauthorized(&error);
    assert!(error.to_string().contains("no such client"), "{error}");
}
