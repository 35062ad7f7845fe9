//! User types by format, in every kind of value.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use compiled_fixtures::own::Cents;
use compiled_fixtures::own_types::types::{Event, EventEither, Window};
use compiled_fixtures::own_types::{
    AddDayParams, ChangeDayBody, ChangeDayForm, Client, Error, ListEventsParams, SetDaysResponse,
};
use serde_json::{Value, from_value, json, to_value};
use test_support::{Listener, response};
use time::macros::{date, datetime};
use uuid::Uuid;

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn event() -> Value {
    json!({
        "at": "2024-02-29T12:00:00Z", "id": ID, "price": 250, "days": ["2024-02-29", "2024-03-01"], "ended": null,
        "moved": "2024-03-01T00:00:00+01:00", "cancelled": null,
        "by_name": { "a": "2024-02-29T12:00:00Z", "b": null }, "ids": [ID], "either": "2024-02-29T12:00:00Z",
        "text_or_id": "no id at all", "parts": "2024-02-29", "kind": "2024-01-01", "another": "2024-02-29",
    })
}

#[test]
fn members_are_the_users_types_and_come_back_as_they_came() {
    let read: Event = from_value(event()).unwrap();
    assert_eq!(read.at, datetime!(2024-02-29 12:00 UTC));
    assert_eq!(read.id, Uuid::parse_str(ID).unwrap());
    assert_eq!(read.price, Some(Cents(250)));
    assert_eq!(read.days, [date!(2024 - 02 - 29), date!(2024 - 03 - 01)]);
    assert_eq!((read.ended, read.cancelled), (None, Some(None)));
    assert_eq!(read.by_name.as_ref().unwrap()["b"], None);
    assert_eq!(read.either, Some(EventEither::OffsetDateTime(datetime!(2024-02-29 12:00 UTC))));
    assert_eq!(read.additional_properties["another"], date!(2024 - 02 - 29));
    assert_eq!(to_value(&read).unwrap(), event());

    let least = json!({ "at": "2024-02-29T12:00:00Z", "id": ID, "days": [], "ended": "2024-02-29T12:00:00Z" });
    let read: Event = from_value(least.clone()).unwrap();
    assert_eq!((read.moved, read.cancelled, read.parts), (None, None, None));
    assert_eq!(to_value(&read).unwrap(), least);

    let mut wrong = event();
    wrong["at"] = "yesterday".into();
    assert!(from_value::<Event>(wrong).is_err());
}

/// Responds to each request with this JSON.
async fn responding(status: u16, body: &str) -> Listener {
    Listener::respond(response(&format!("{status} X"), "content-type: application/json\r\n", body)).await
}

fn client(base: &str) -> Client {
    Client::new(base).unwrap()
}

#[tokio::test]
async fn parameters_are_sent_as_the_text_of_their_json() {
    let server = responding(200, &json!([event()]).to_string()).await;
    let id = Uuid::parse_str(ID).unwrap();
    let params = ListEventsParams::default()
        .since(datetime!(2024-02-29 12:00 UTC))
        .others(vec![id, id])
        .price(Cents(250))
        .if_modified_since(datetime!(2024-02-29 12:00 UTC))
        .seen(date!(2024 - 02 - 29))
        .window(Window::new(date!(2024 - 02 - 29)))
        .when(vec![datetime!(2024-02-29 12:00 UTC)]);
    let days = [date!(2024 - 02 - 29), date!(2024 - 03 - 01)];
    let response = client(server.base_url()).list_events(&id, &days[0], &days, &params).await.unwrap();
    assert_eq!(response[0].id, id);
    let request = server.request();
    let target = request.split(' ').nth(1).unwrap();
    assert_eq!(
        target,
        format!(
            "/events/{ID}/2024-02-29?days=2024-02-29&days=2024-03-01&since=2024-02-29T12%3A00%3A00Z&others={ID},{ID}\
             &price=250&window=%7B%22from%22%3A%222024-02-29%22%7D&when=%5B%222024-02-29T12%3A00%3A00Z%22%5D"
        )
    );
    assert!(request.contains("if-modified-since: 2024-02-29T12:00:00Z\r\n"), "{request}");
    assert!(request.contains("cookie: seen=2024-02-29\r\n"), "{request}");
}

#[tokio::test]
async fn a_failure_is_the_users_type_too() {
    let server = responding(404, "\"2024-02-29T12:00:00Z\"").await;
    let id = Uuid::nil();
    let error = client(server.base_url())
        .list_events(&id, &date!(2024 - 02 - 29), &[], &ListEventsParams::default())
        .await
        .unwrap_err();
    let Error::Failure(failure) = error else { panic!("{error:?}") };
    assert_eq!(*failure.value(), datetime!(2024-02-29 12:00 UTC));
}

#[tokio::test]
async fn an_unencodable_value_is_not_sent() {
    // RFC 3339 has no years before the first.
    let params = ListEventsParams::default().since(datetime!(-0001-01-01 00:00 UTC));
    let error =
        client("http://127.0.0.1:9").list_events(&Uuid::nil(), &date!(2024 - 02 - 29), &[], &params).await.unwrap_err();
    assert!(matches!(error, Error::Encode), "{error:?}");
}

#[tokio::test]
async fn bodies_and_responses_that_are_lists_and_maps() {
    let days = [date!(2024 - 02 - 29)];
    let server = responding(201, r#"{"first":"2024-02-29"}"#).await;
    let response = client(server.base_url()).set_days(&days).await.unwrap().into_inner();
    assert!(matches!(response, SetDaysResponse::Created(map) if map["first"] == days[0]));
    assert!(server.request().ends_with("\r\n\r\n[\"2024-02-29\"]"));

    let server = responding(200, "\"2024-02-29\"").await;
    let response = client(server.base_url()).set_days(&days).await.unwrap().into_inner();
    assert_eq!(response, SetDaysResponse::Ok(days[0]));

    for (day, sent) in [(Some(days[0]), "\"2024-02-29\""), (None, "null")] {
        let server = responding(204, "").await;
        client(server.base_url()).add_day(&AddDayParams::default().body(day)).await.unwrap();
        assert!(server.request().ends_with(&format!("\r\n\r\n{sent}")));
    }
}

#[tokio::test]
async fn forms() {
    let (from, to) = (date!(2024 - 02 - 29), date!(2024 - 03 - 01));
    let mut window = Window::new(from);
    window.to = Some(to);
    let server = responding(204, "").await;
    client(server.base_url()).change_day(ChangeDayBody::Form(window)).await.unwrap();
    assert!(server.request().ends_with("\r\n\r\nfrom=2024-02-29&to=2024-03-01"));

    let server = responding(204, "").await;
    let form = ChangeDayForm::new(from).ids(vec![Uuid::nil()]);
    client(server.base_url()).change_day(ChangeDayBody::Multipart(form)).await.unwrap();
    let request = server.request();
    assert!(request.contains("name=\"from\"\r\n\r\n2024-02-29\r\n"), "{request}");
    assert!(request.contains(&format!("name=\"ids\"\r\n\r\n{}\r\n", Uuid::nil())), "{request}");
    assert!(!request.contains("name=\"to\""), "{request}");
}
