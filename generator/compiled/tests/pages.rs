//! The pages of generated operations: each style, the path to the items, and what is sent for the next page.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, deprecated)]

use compiled_fixtures::pagination::types::Thing;
use compiled_fixtures::pagination::{
    ByCursorParams, ByNumberParams, ByOffsetParams, Client, Error, RuleByNameParams, ops,
};
use openapi_smith_runtime::Operation;
use openapi_smith_runtime::testing::{MockTransport, Reply};
use serde_json::{Value, json};

/// A client, and the server of its pages, which come in turn.
fn serving(operation: &'static Operation, pages: &[Value]) -> (Client, MockTransport) {
    let mock = MockTransport::new();
    pages.iter().for_each(|page| mock.on(operation).respond(200, page).unwrap());
    (Client::builder("http://things.example").transport(mock.clone()).build().unwrap(), mock)
}

fn ids(things: Result<Vec<Thing>, impl std::fmt::Debug>) -> Vec<i64> {
    things.unwrap().iter().map(|thing| thing.id).collect()
}

fn queries(mock: &MockTransport) -> Vec<String> {
    mock.verify().unwrap();
    mock.requests().iter().map(|request| request.url().query().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn pages_with_numbers() {
    let page = |things: Value, more: bool| json!({ "things": things, "has_more": more, "tags": {} });
    let (client, mock) =
        serving(ops::BY_NUMBER, &[page(json!([{ "id": 1 }]), true), page(json!([{ "id": 2 }, { "id": 3 }]), false)]);
    let mut pages = client.by_number_pages(9, &ByNumberParams::default().page(4));
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!(first.has_more, Some(true));
    assert_eq!(ids(pages.items().all().await), [2, 3]);
    assert_eq!(queries(&mock), ["size=9&page=4", "size=9&page=5"]);

    let (client, mock) = serving(ops::BY_NUMBER, &[page(Value::Null, true)]);
    assert_eq!(ids(client.by_number_pages(9, &ByNumberParams::default()).items().all().await), [0_i64; 0]);
    mock.on(ops::BY_NUMBER).respond(503, &json!({ "message": "closed" })).unwrap();
    let failed = client.by_number_pages(9, &ByNumberParams::default()).items().all().await.unwrap_err();
    assert!(matches!(failed, Error::Failure(failure) if failure.message == "closed"), "failures stay typed");
}

#[tokio::test]
async fn a_cursor_deep_in_the_page_of_a_post() {
    let page = |next: Value, entries: Value| json!({ "paging": { "next": next, "page": { "entries": entries } } });
    let (client, mock) = serving(
        ops::BY_CURSOR,
        &[
            page(json!("b"), json!([{ "id": 1 }])),
            page(json!("c"), Value::Null),
            json!({ "paging": { "next": "d", "page": {} } }),
            json!({ "paging": null }),
        ],
    );
    let items = client.by_cursor_pages(&Thing::new(7), &ByCursorParams::default().after("a")).items();
    assert_eq!(ids(items.all().await), [1]);
    assert_eq!(queries(&mock), ["after=a", "after=b", "after=c", "after=d"]);
    assert!(mock.requests().iter().all(|request| request.json::<Value>() == Ok(json!({ "id": 7 }))));
}

#[tokio::test]
async fn urls_and_links() {
    let (client, mock) = serving(
        ops::BY_URL,
        &[json!({ "value": [{ "id": 1 }], "@odata.nextLink": "/by-url?skip=1" }), json!({ "value": [{ "id": 2 }] })],
    );
    assert_eq!(ids(client.by_url_pages().items().all().await), [1, 2]);
    assert_eq!(queries(&mock), ["", "skip=1"]);

    let (client, mock) = serving(ops::BY_LINK, &[]);
    mock.on(ops::BY_LINK).respond_with(Reply::json(200, &["a"]).header("link", "<?at=b>; rel=\"next\"")).unwrap();
    mock.on(ops::BY_LINK).respond_with(Reply::json(200, &["b"])).unwrap();
    // `by_link_pages` is an operation of the document.
    assert_eq!(client.by_link_pages_2().items().all().await.unwrap(), ["a", "b"]);
    assert_eq!(queries(&mock), ["", "at=b"]);
}

#[tokio::test]
async fn offsets_and_rules() {
    let (client, mock) = serving(ops::BY_OFFSET, &[json!({ "values": [1, "a"] }), json!({})]);
    let values = client.by_offset_pages("x", &ByOffsetParams::default()).items().all().await.unwrap();
    assert_eq!(values, [json!(1), json!("a")]);
    assert_eq!(queries(&mock), ["", "offset=2"]);

    let (client, mock) = serving(ops::RULE_BY_NAME, &[json!([{ "id": 1 }]), Value::Null]);
    assert_eq!(ids(client.rule_by_name_pages(&RuleByNameParams::default()).items().all().await), [1]);
    assert_eq!(queries(&mock), ["", "page=2"]);
}
