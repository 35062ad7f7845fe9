//! Renames and user types by JSON pointer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use compiled_fixtures::own::{Cents, Note};
use compiled_fixtures::renames_and_replacements::types::{AnyOrder, Line, Order, OrderType, OrderV2, State};
use compiled_fixtures::renames_and_replacements::{Client, Error, OrderParams};
use serde_json::{from_value, json, to_value};
use time::macros::date;

#[test]
fn names_change_in_rust_and_not_on_the_wire() {
    let value = json!({
        "total": 250, "type": "retail", "crt": 1, "st": "1", "lines": [{ "sku": "a" }], "tags": null, "prices": [1, 2],
        "due": "2024-02-29", "meta": { "says": "soon" }, "discount": null,
    });
    let order: Order = from_value(value.clone()).unwrap();
    assert_eq!((order.total, order.discount), (Cents(250), Some(None)));
    assert_eq!(order.prices, Some(vec![Cents(1), Cents(2)]));
    assert_eq!((order.state.as_ref(), order.created), (Some(&State::Open), Some(1)));
    assert_eq!(order.kind, OrderType::Retail);
    assert_eq!(order.due, Some(date!(2024 - 02 - 29)));
    assert_eq!(order.meta, Some(Note { says: "soon".to_owned() }));
    assert_eq!(order.tags, Some(None));
    let _: &Vec<Line> = order.lines.as_ref().unwrap();
    assert_eq!(to_value(&order).unwrap(), value);
    assert_eq!([State::Open, State::N2, State::Cancelled].map(|state| state.to_string()), ["1", "2", "x"]);
}

#[test]
fn a_replaced_set_is_read_as_one() {
    let order: Order = from_value(json!({ "total": 1, "type": "retail", "tags": ["b", "a", "b"] })).unwrap();
    assert_eq!(to_value(order).unwrap()["tags"], json!(["a", "b"]));
}

#[test]
fn branches_have_the_names_that_were_chosen() {
    let first: AnyOrder = from_value(json!({ "total": 1, "type": "retail" })).unwrap();
    assert!(matches!(first, AnyOrder::First(_)));
    let second: AnyOrder = from_value(json!({ "version": 2 })).unwrap();
    let expected: OrderV2 = from_value(json!({ "version": 2 })).unwrap();
    assert_eq!(second, AnyOrder::OrderV2(expected));
}

#[test]
fn derives_of_all_types_and_of_one() {
    fn is_a_key<T: Eq + std::hash::Hash>() {}
    is_a_key::<Order>();
    is_a_key::<AnyOrder>();
    is_a_key::<State>();
    let line = |sku: &str| from_value::<Line>(json!({ "sku": sku })).unwrap();
    assert!(line("a") < line("b"));
}

#[tokio::test]
async fn methods_and_arguments_have_them_too() {
    let client = Client::new("http://127.0.0.1:9").unwrap();
    let zero = std::time::Duration::ZERO;
    assert!(client.orders().timeout(zero).await.is_err());
    assert!(client.cancel(1).timeout(zero).await.is_err());
    let number = 1;
    let error = client.order(number, &OrderParams::default().below(Cents(100))).timeout(zero).await.unwrap_err();
    assert!(matches!(error, Error::<Cents>::Transport(_)) || error.status().is_none());
}
