//! Clients at Prism: registered with minimal and maximal metadata, read, replaced and deleted, with odd ids.

use std::collections::BTreeMap;
use std::iter::repeat_n;
use std::time::Duration;

use ory_oidc::reqwest::StatusCode;
use ory_oidc::{ClientMetadata, ErrorKind, Operation, RegistrationHandle};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::declared::Declared;
use super::recorder::Exchange;
use super::{
    MADE_FROM_RESPONSE, PASSWORD, PREFER, SEEDS, Stage, TEXT, TOKEN, assert_kind, assert_refused, code, seeded,
};

/// Ids that an administrator may choose.
const IDS: [&str; 12] = [
    "3c0a2c0e-5f5b-4a8a-9d5a-6b8d2b1f0f11",
    "a b",
    "a/b",
    "/",
    "a?b=c&d#e",
    "100%",
    "%2F%2e%2E",
    "...",
    "a+b;c,d=e@f:g!$'()*",
    "\\\"<>^`{|}",
    "\u{fc}\u{20ac}\u{1f511}",
    "tab\tline\n",
];

/// Client metadata with every property that can be set.
fn everything() -> ClientMetadata {
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    let texts = ["kid", "alg", "use", "crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "k"];
    let mut key: BTreeMap<&str, Value> = texts.into_iter().map(|name| (name, json!("AQAB"))).collect();
    key.extend([("kty", json!("RSA")), ("x5c", json!(["MA=="])), ("oth", json!([]))]);
    ClientMetadata::new(["https://shop.example/callback", "app:/callback?a=b%20c"])
        .client_name("Sh\u{f6}p \"\u{1f511}\" \\ \n")
        .scope("openid offline_access")
        .grant_types(["authorization_code", "refresh_token"])
        .response_types(["code", "code id_token"])
        .contacts(["a.person+tag@shop.example"])
        .audience(["https://api.example/"])
        .allowed_cors_origins(["https://shop.example"])
        .post_logout_redirect_uris(["https://shop.example/bye"])
        .request_uris(["https://shop.example/request"])
        .token_endpoint_auth_method("private_key_jwt")
        .token_endpoint_auth_signing_alg("ES256")
        .userinfo_signed_response_alg("RS256")
        .subject_type("pairwise")
        .sector_identifier_uri("https://shop.example/sector")
        .jwks_uri("https://shop.example/jwks")
        .jwks(json!({ "keys": [key, { "kty": "OKP" }] }))
        .client_uri("https://shop.example/")
        .logo_uri("https://shop.example/logo")
        .policy_uri("https://shop.example/policy")
        .tos_uri("https://shop.example/tos")
        .owner("")
        .request_object_signing_alg("none")
        .frontchannel_logout_uri("https://shop.example/front")
        .backchannel_logout_uri("https://shop.example/back")
        .frontchannel_logout_session_required(true)
        .backchannel_logout_session_required(false)
        .authorization_code_grant_access_token_lifespan(hours(1))
        .authorization_code_grant_id_token_lifespan(hours(2))
        .authorization_code_grant_refresh_token_lifespan(hours(1000))
        .refresh_token_grant_access_token_lifespan(Duration::from_millis(1500))
        .refresh_token_grant_id_token_lifespan(Duration::from_nanos(1))
        .refresh_token_grant_refresh_token_lifespan(Duration::ZERO)
        .client_credentials_grant_access_token_lifespan(hours(4))
        .implicit_grant_access_token_lifespan(hours(5))
        .implicit_grant_id_token_lifespan(hours(6))
        .jwt_bearer_grant_access_token_lifespan(hours(7))
        .device_authorization_grant_access_token_lifespan(hours(8))
        .device_authorization_grant_id_token_lifespan(hours(9))
        .device_authorization_grant_refresh_token_lifespan(hours(10))
}

pub(super) async fn registration(stage: &mut Stage) {
    let operation = Operation::CreateOidcDynamicClient;
    let ory = &stage.ory;
    let all = ory.register(everything().set("x_new", json!({ "a": [null, 1.5] }))).await.unwrap();
    // The metadata is sent back without the properties of the server.
    for metadata in [ClientMetadata::default(), ClientMetadata::new(["https://shop.example/"]), all.to_metadata()] {
        let response = ory.register(metadata).header("x-request-id", "1").send_with_response().await.unwrap();
        assert_eq!((response.status(), response.value().client_id()), (StatusCode::CREATED, TEXT));
        assert_eq!(response.value().client_secret().unwrap().expose_secret(), PASSWORD);
        assert_eq!(response.value().handle().unwrap().registration_access_token().expose_secret(), PASSWORD);
    }
    for status in [400, 404, 500] {
        let error = ory.register(everything()).header(PREFER, code(status)).await.unwrap_err();
        assert_refused(&error, operation, status);
    }
    for seed in SEEDS {
        let registration = ory.register(everything()).header(PREFER, seeded(seed)).await.unwrap();
        ory.register(registration.to_metadata()).header(MADE_FROM_RESPONSE, "yes").await.unwrap();
    }
    assert_kind(ory.register(everything().set("client_secret", "s")).await, ErrorKind::InvalidInput);
    let arrived = stage.arrived(operation, 7 + 2 * SEEDS.len());
    assert_eq!(arrived[0].body().unwrap()["x_new"], json!({ "a": [null, 1.5] }));
    assert!(arrived.iter().all(|exchange| exchange.header("authorization").is_none()));
    assert_sent_back(arrived, operation, json!({}));
}

/// Asserts that metadata made from a response equals the response, without the properties that only the server can set.
fn assert_sent_back(arrived: &[Exchange], operation: Operation, more: Value) {
    let declared = Declared::read().parts(operation);
    let mut count = 0;
    for (before, after) in arrived.iter().zip(arrived.iter().skip(1)) {
        if after.header(MADE_FROM_RESPONSE).is_some() {
            let Some(Value::Object(mut wanted)) = before.response() else { panic!("no object") };
            wanted.retain(|name, _| declared.contains(&format!("body.{name}")));
            wanted.extend(more.as_object().unwrap().clone());
            assert_eq!(after.body(), Some(Value::Object(wanted)));
            count += 1;
        }
    }
    assert_eq!(count, SEEDS.len());
}

/// The decoded id in the path, and the presented token.
fn presented(exchange: &Exchange) -> (String, Option<&str>) {
    let (_, id) = exchange.operation().unwrap();
    let id = percent_decode_str(&id.unwrap()).decode_utf8().unwrap().into_owned();
    (id, exchange.header("authorization"))
}

fn assert_presented(arrived: &[Exchange], ids: impl IntoIterator<Item = &'static str>, token: &str) {
    let bearer = format!("Bearer {token}");
    let presented: Vec<_> = arrived.iter().map(presented).collect();
    let wanted: Vec<_> = ids.into_iter().map(|id| (id.to_owned(), Some(bearer.as_str()))).collect();
    assert_eq!(presented, wanted);
}

pub(super) async fn reading(stage: &mut Stage) {
    let operation = Operation::GetOidcDynamicClient;
    let ory = &stage.ory;
    for id in IDS {
        let client = ory.read_client(&RegistrationHandle::new(id, TOKEN)).await.unwrap();
        assert_eq!((client.client_id(), client.redirect_uris()), (TEXT, &[TEXT.to_owned()][..]));
    }
    // These would be another path, even if encoded.
    for id in ["", ".", ".."] {
        assert_kind(ory.read_client(&RegistrationHandle::new(id, TOKEN)).await, ErrorKind::InvalidInput);
    }
    assert_kind(ory.read_client(&RegistrationHandle::new("id", "")).await, ErrorKind::InvalidInput);
    let arrived = stage.arrived(operation, IDS.len());
    assert_presented(arrived, IDS, TOKEN);

    let handle = RegistrationHandle::new("id", TOKEN);
    for status in [401, 404, 500] {
        let error = stage.ory.read_client(&handle).header(PREFER, code(status)).await.unwrap_err();
        assert_refused(&error, operation, status);
    }
    for seed in SEEDS {
        stage.ory.read_client(&handle).header(PREFER, seeded(seed)).await.unwrap();
    }
    let response = stage.ory.read_client(&handle).header("x-request-id", "1").send_with_response().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    stage.arrived(operation, 4 + SEEDS.len());
}

pub(super) async fn replacing(stage: &mut Stage) {
    let operation = Operation::SetOidcDynamicClient;
    let ory = &stage.ory;
    for id in IDS {
        let mut handle = RegistrationHandle::new(id, TOKEN);
        let client = ory.replace_client(&mut handle, everything()).await.unwrap();
        assert_eq!((client.client_id(), handle.registration_access_token().expose_secret()), (TEXT, PASSWORD));
    }
    let arrived = stage.arrived(operation, IDS.len());
    assert_presented(arrived, IDS, TOKEN);

    let ory = &stage.ory;
    let mut handle = RegistrationHandle::new("id", TOKEN);
    for status in [400, 401, 403, 404, 500] {
        let error = ory.replace_client(&mut handle, everything()).header(PREFER, code(status)).await.unwrap_err();
        assert_refused(&error, operation, status);
    }
    ory.replace_client(&mut handle, ClientMetadata::default()).await.unwrap();
    let arrived = stage.arrived(operation, 6);
    // A rejection changes no token.
    assert_presented(arrived, ["id"; 6], TOKEN);

    // The current token of the handle.
    let current = stage.ory.read_client(&handle).await.unwrap();
    assert_presented(stage.arrived(Operation::GetOidcDynamicClient, 1), ["id"], PASSWORD);
    let ory = &stage.ory;
    let response = ory.replace_client(&mut handle, current.to_metadata()).header("x-request-id", "1");
    assert_eq!(response.send_with_response().await.unwrap().status(), StatusCode::OK);
    for seed in SEEDS {
        let mut handle = handle.clone();
        let client = ory.replace_client(&mut handle, &current).header(PREFER, seeded(seed)).await.unwrap();
        let mut handle = RegistrationHandle::new("id", PASSWORD);
        ory.replace_client(&mut handle, &client).header(MADE_FROM_RESPONSE, "yes").await.unwrap();
    }
    let arrived = stage.arrived(operation, 1 + 2 * SEEDS.len());
    assert_presented(arrived, repeat_n("id", 1 + 2 * SEEDS.len()), PASSWORD);
    assert_sent_back(arrived, operation, json!({ "client_id": "id" }));
}

pub(super) async fn deleting(stage: &mut Stage) {
    let operation = Operation::DeleteOidcDynamicClient;
    for id in IDS {
        stage.ory.delete_client(&RegistrationHandle::new(id, TOKEN)).await.unwrap();
    }
    let arrived = stage.arrived(operation, IDS.len());
    assert_presented(arrived, IDS, TOKEN);

    let handle = RegistrationHandle::new("id", TOKEN);
    for status in [401, 404, 500] {
        let error = stage.ory.delete_client(&handle).header(PREFER, code(status)).await.unwrap_err();
        assert_refused(&error, operation, status);
    }
    let response = stage.ory.delete_client(&handle).header("x-request-id", "1").send_with_response().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    stage.arrived(operation, 4);
}
