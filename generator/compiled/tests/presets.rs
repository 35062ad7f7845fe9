//! Presets: the types of well-known crates.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use compiled_fixtures::{presets_chrono, presets_jiff, presets_time};
use serde_json::{Value, json};
use test_support::{Listener, response};

fn thing() -> Value {
    json!({
        "at": "2026-11-30T12:00:00.5Z",
        "day": "2026-11-30",
        "id": "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "home": "https://a.example/b?c=d",
        "price": "10.50",
        "data": "+/8=",
        "token": "-_8",
        "pieces": ["YQ==", ""],
    })
}

#[test]
fn jiff_types_round_trip() {
    let decoded: presets_jiff::types::Thing = serde_json::from_value(thing()).unwrap();
    assert_eq!(decoded.day, Some(Some(jiff::civil::date(2026, 11, 30))));
    assert_eq!(decoded.at.as_millisecond() % 1000, 500);
    assert_eq!(serde_json::to_value(&decoded).unwrap(), thing());
}

#[test]
fn time_types_round_trip() {
    let decoded: presets_time::types::Thing = serde_json::from_value(thing()).unwrap();
    assert_eq!(decoded.day, Some(Some(time::macros::date!(2026 - 11 - 30))));
    assert_eq!(decoded.at.millisecond(), 500);
    assert_eq!(serde_json::to_value(&decoded).unwrap(), thing());
}

#[test]
fn chrono_types_round_trip() {
    let decoded: presets_chrono::types::Thing = serde_json::from_value(thing()).unwrap();
    assert_eq!(decoded.day, Some(chrono::NaiveDate::from_ymd_opt(2026, 11, 30)));
    assert_eq!(decoded.at.timestamp_subsec_millis(), 500);
    let mut expected = thing();
    // chrono writes the fraction with three, six or nine digits.
    expected["at"] = json!("2026-11-30T12:00:00.500Z");
    assert_eq!(serde_json::to_value(&decoded).unwrap(), expected);
}

#[test]
fn other_types_round_trip() {
    let decoded: presets_jiff::types::Thing = serde_json::from_value(thing()).unwrap();
    assert_eq!(decoded.id, Some(uuid::Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8)));
    assert_eq!(decoded.home.as_ref().and_then(url::Url::query), Some("c=d"));
    assert_eq!(decoded.price, Some(rust_decimal::Decimal::new(1050, 2)));
    assert_eq!((decoded.data, decoded.token), (Some(vec![0xfb, 0xff]), Some(vec![0xfb, 0xff])));
    assert_eq!(decoded.pieces, Some(vec![b"a".to_vec(), Vec::new()]));
    let error = serde_json::from_str::<presets_jiff::types::Thing>(r#"{"at": "2026-11-30T12:00:00Z", "data": "?"}"#);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("invalid base64") && !error.contains('?'), "{error}");
}

#[tokio::test]
async fn dates_are_sent() {
    let head = "content-type: application/json\r\n";
    let server = Listener::respond(response("200 OK", head, thing().to_string())).await;
    let client = presets_jiff::Client::new(server.base_url()).unwrap();
    let day = jiff::civil::date(2026, 11, 30);
    let params = presets_jiff::ThingParams::default().days(vec![day, day]);
    client.thing(&jiff::Timestamp::UNIX_EPOCH, &params).await.unwrap();
    let targets = server.targets();
    assert_eq!(targets, ["/things?since=1970-01-01T00%3A00%3A00Z&days=2026-11-30&days=2026-11-30"]);
}
