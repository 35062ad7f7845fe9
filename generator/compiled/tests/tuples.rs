//! Tuples: arrays of a fixed length.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use compiled_fixtures::tuples::{
    Client,
    types::{Node, Tuples, TuplesEither},
};
use serde_json::{Value, json};
use test_support::{Listener, response};

fn decoded(value: Value) -> Result<Tuples, String> {
    let tuples: Tuples = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    assert_eq!(serde_json::to_value(&tuples).unwrap(), value);
    Ok(tuples)
}

#[test]
fn tuples_round_trip() {
    let value = json!({
        "point": [1, "a"],
        "one": ["x"],
        "closed": ["x", null],
        "rest": ["x", 1, 2],
        "draft": ["x", true],
        "open": ["x", 1, {}],
        "long": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "x"],
        "nodes": [[{"name": "a", "next": [{"name": "b"}, 2]}]],
        "either": ["x", 1],
    });
    let tuples = decoded(value).unwrap();
    let point: (i64, String) = (1, "a".to_owned());
    assert_eq!(tuples.point, point);
    assert_eq!(tuples.one, Some(("x".to_owned(),)));
    assert_eq!(tuples.rest, Some(("x".to_owned(), 1, 2)));
    assert_eq!(tuples.draft, Some(("x".to_owned(), true)));
    assert_eq!(tuples.open, Some(vec![json!("x"), json!(1), json!({})]));
    let (node, number): &(Box<Node>, i64) = tuples.nodes.as_ref().unwrap()[0].0.next.as_ref().unwrap();
    assert_eq!((node.name.as_str(), *number), ("b", 2));
    assert!(matches!(tuples.either, Some(TuplesEither::Tuple2((_, 1)))), "{tuples:?}");
}

#[test]
fn integers_in_tuples_may_have_a_fraction_of_zero() {
    let tuples: Tuples = serde_json::from_str(r#"{"point": [1.0, "a"]}"#).unwrap();
    assert_eq!(tuples.point.0, 1);
}

#[test]
fn an_array_that_may_be_shorter_is_no_tuple() {
    for closed in [json!([]), json!(["x"]), json!(["x", 1])] {
        let tuples = decoded(json!({ "point": [1, "a"], "closed": closed })).unwrap();
        let closed: Option<Vec<Value>> = tuples.closed;
        assert!(closed.is_some());
    }
}

#[test]
fn a_tuple_has_its_length_and_its_types() {
    for point in [json!([1]), json!([1, "a", 2]), json!(["a", 1]), json!([1.5, "a"]), json!({}), json!(null)] {
        decoded(json!({ "point": point })).unwrap_err();
    }
}

#[tokio::test]
async fn tuples_are_sent() {
    let body = r#"{"point": [1, "a"]}"#;
    let server = Listener::respond(response("200 OK", "content-type: application/json\r\n", body)).await;
    let client = Client::new(server.base_url()).unwrap();
    let tuples: Tuples = serde_json::from_str(body).unwrap();
    let received = client.line(&(0.5, 2.0), &tuples.clone().into()).await.unwrap().into_inner();
    assert_eq!(received, tuples);
    assert!(server.request().starts_with("POST /lines?from=0.5&from=2.0 HTTP/1.1\r\n"), "{}", server.request());
}
