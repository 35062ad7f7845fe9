//! Bodies of webhooks and callbacks.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, deprecated)]

use compiled_fixtures::{server_requests as api, webhooks_only};
use serde_json::json;

#[test]
fn the_body_of_a_webhook_is_decoded() {
    let order = api::webhooks::OrderCreated::from_json(br#"{"id": 1.0, "note": "n"}"#).unwrap();
    assert_eq!((order.id, order.note.as_deref()), (1, Some("n")));
    let receipt: api::types::Receipt = serde_json::from_value(json!({ "ok": true })).unwrap();
    assert_eq!(serde_json::to_value(&receipt).unwrap(), json!({ "ok": true }));
    assert_eq!(api::webhooks::OrderCreated::NAME, "order-created");
    assert_eq!(api::webhooks::OrderCreated::METHOD, "POST");
    assert_eq!(api::webhooks::OrderCreated::RESPONSES, [("200", "application/json"), ("4XX", "")]);
    let any = api::webhooks::Shared::from_json(b"[1]").unwrap();
    assert_eq!(any, json!([1]));
}

#[test]
fn an_invalid_body_of_a_webhook_is_located_and_not_quoted() {
    let error = api::webhooks::OrderCreated::from_json(br#"{"id": "CANARY"}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the body does not have the declared type: id, line 1, column 15: expected an integer, found a string"
    );
    assert!(!format!("{error:?}").contains("CANARY"));
    let error = api::webhooks::OrderCreated::from_json(b"{}").unwrap_err();
    assert_eq!(error.to_string(), "the body lacks id");
}

#[test]
fn user_types_and_secrets_are_in_bodies_of_webhooks() {
    let body = br#"{"at": "2026-11-30T12:00:00Z", "key": "CANARY"}"#;
    let inline = api::webhooks::InlinePost::from_json(body).unwrap();
    assert!(!format!("{inline:?}").contains("CANARY"));
    assert_eq!(inline.at.year(), 2026);
    assert_eq!(api::webhooks::InlinePut::METHOD, "PUT");
    assert_eq!(api::webhooks::PingPong::METHOD, "GET");
}

#[test]
fn the_body_of_a_callback_is_decoded() {
    let orders = api::webhooks::SubscribeChanged::from_json(br#"[{"id": 5}]"#).unwrap();
    assert_eq!(orders[0].id, 5);
    assert_eq!(api::webhooks::SubscribeChanged::NAME, "{$request.query.url}");
    assert_eq!(api::webhooks::SubscribeClosed::from_json(b"\"x\"").unwrap(), "x");
}

#[test]
fn a_document_of_webhooks_has_types_only() {
    assert_eq!(webhooks_only::webhooks::Pet::from_json(br#"{"name": "a"}"#).unwrap().name, "a");
    assert_eq!(webhooks_only::types::Unused::new("b").name, "b");
}
