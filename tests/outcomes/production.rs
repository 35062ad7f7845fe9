//! Outcomes 35 to 41: what a program needs that runs in several instances, behind proxies, and against servers that fail.

use std::error::Error as _;
use std::time::Duration;

use ory_oidc::{ClientMetadata, CompactJwt, Error, ErrorKind, InMemoryStore, JwtVerifier as _, RegistrationStore as _};

use crate::listener::{Listener, json, response};
use crate::world::{CALLBACK, World};

fn metadata() -> ClientMetadata {
    ClientMetadata::new([CALLBACK]).client_name("0")
}

/// Metadata whose name counts one further.
fn counted(metadata: ClientMetadata) -> ClientMetadata {
    let count: u32 = metadata.as_request().client_name.as_deref().unwrap_or_default().parse().unwrap();
    metadata.client_name((count + 1).to_string())
}

pub async fn update_by_id_stores_each_token(world: &World) {
    let (ory, store) = (world.client(), InMemoryStore::new());
    let registrations = ory.registrations(store.clone());
    let registration = registrations.register(metadata()).await.unwrap();
    let id = registration.client_id();
    for expected in ["1", "2", "3"] {
        let client = registrations.update(id, counted).await.unwrap();
        assert_eq!(client.client_name(), Some(expected));
        let handle = store.load(id).await.unwrap().unwrap();
        assert_eq!(ory.read_client(&handle).await.unwrap().client_name(), Some(expected));
    }
    registrations.delete(id).await.unwrap();
    assert_eq!(store.load(id).await.unwrap(), None);
}

pub async fn simultaneous_updates_lose_neither_token_nor_edit(world: &World) {
    let registrations = world.client().registrations(InMemoryStore::new());
    let registration = registrations.register(metadata()).await.unwrap();
    let id = registration.client_id();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (registrations, id) = (registrations.clone(), id.to_owned());
            tokio::spawn(async move { registrations.update(&id, counted).await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(registrations.read(id).await.unwrap().client_name(), Some("8"));
    registrations.delete(id).await.unwrap();
}

pub async fn a_dead_token_names_both_causes(world: &World) {
    let registrations = world.client().registrations(InMemoryStore::new());
    let registration = registrations.register(metadata()).await.unwrap();
    let id = registration.client_id();
    let old = registration.handle().unwrap();
    registrations.update(id, counted).await.unwrap();
    let error = world.client().read_client(&old).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    let line = error.to_string();
    assert!(line.contains("each replacement") && line.contains("an administrator's PUT or PATCH"), "{line}");
    registrations.delete(id).await.unwrap();
    assert_eq!(registrations.read(id).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

pub async fn a_missing_property_is_named(world: &World) {
    let document = r#"{"issuer": "https://h", "authorization_endpoint": "/", "jwks_uri": "/", "subject_types_supported": [],
        "response_types_supported": [], "id_token_signed_response_alg": [], "userinfo_signed_response_alg": [],
        "id_token_signing_alg_values_supported": []}"#;
    let server = Listener::responding_with([json("200 OK", document)]).await;
    let error = world.client_at(&server.base_url).discover().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert!(error.to_string().contains("`token_endpoint` in it is missing"), "{error}");
}

pub async fn a_page_is_no_finished_logout(world: &World) {
    let login = "<form action='/vpn'><input type='password'></form>";
    let page = response("200 OK", &["content-type: text/html"], login);
    let server = Listener::responding_with([page]).await;
    let error = world.client_at(&server.base_url).start_logout().await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::UnexpectedResponse, login.as_bytes()));
}

/// The error of the request at `failing` because of which a verification has no keys.
async fn unavailable(world: &World, base_url: &str, failing: &str) -> Error {
    let hour = Duration::from_secs(60 * 60);
    let keys = world.client_at(base_url).discover().any_issuer().cached(hour).keys(hour);
    let jwt = CompactJwt::parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA").unwrap();
    let error = keys.credential_verifier().verify(&jwt).await.unwrap_err();
    let error = error.downcast::<Error>().unwrap();
    assert_eq!((error.kind(), error.status()), (ErrorKind::KeysUnavailable, None));
    let address = failing.trim_start_matches("http://");
    assert!(error.to_string().contains(&format!("the issuer's keys cannot be fetched from `{address}`: ")), "{error}");
    error.source().and_then(|source| source.downcast_ref::<Error>()).unwrap().clone()
}

pub async fn unavailable_discovery_is_not_a_forgery(world: &World) {
    let refusal = json("403 Forbidden", r#"{"error": "access_denied"}"#);
    let server = Listener::responding_with([refusal]).await;
    let asked = unavailable(world, &server.base_url, &server.base_url).await;
    assert_eq!(asked.operation(), Some(ory_oidc::Operation::DiscoverOidcConfiguration));
    assert_eq!((asked.kind(), asked.status().unwrap().as_u16()), (ErrorKind::Rejected, 403));
}

pub async fn unavailable_keys_name_their_address(world: &World) {
    let refusing = Listener::responding_with([json("401 Unauthorized", "{}")]).await;
    let keys = format!("{}/keys", refusing.base_url);
    let document = format!(
        r#"{{"issuer": "https://h", "authorization_endpoint": "", "token_endpoint": "", "jwks_uri": "{keys}",
        "subject_types_supported": [], "response_types_supported": [], "id_token_signed_response_alg": [],
        "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []}}"#
    );
    let server = Listener::responding_with([json("200 OK", &document)]).await;
    let asked = unavailable(world, &server.base_url, &refusing.base_url).await;
    assert_eq!(asked.operation(), Some(ory_oidc::Operation::DiscoverJsonWebKeys));
    assert_eq!((asked.kind(), asked.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
}
