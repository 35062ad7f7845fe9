//! Values stay small on the stack, however the types of a document hold each other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::mem::size_of;
use std::thread;

use compiled_fixtures::large_types::{self, types};
use compiled_fixtures::type_lists;
use serde_json::{Value, from_value, json, to_value};
use test_support::{Listener, response};

/// A quarter of what a thread of tokio has.
const SMALL_STACK: usize = 512 << 10;

/// The stack of a thread of tokio or std.
const USUAL_STACK: usize = 2 << 20;

fn on_stack<T: Send>(size: usize, work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| thread::Builder::new().stack_size(size).spawn_scoped(scope, work).unwrap().join().unwrap())
}

/// Every level of six properties, each with a value.
fn house() -> Value {
    const NAMES: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    let level = |inner: Value| Value::Object(NAMES.map(|name| (name.to_owned(), inner.clone())).into_iter().collect());
    (0..6).fold(json!("a text"), |inner, _| level(inner))
}

fn wide() -> Value {
    json!({ "a0": "0", "a39": "39" })
}

#[test]
fn no_type_grows_with_what_it_refers_to() {
    // Six properties of at most 256 bytes each.
    for (name, size) in [
        ("House", size_of::<types::House>()),
        ("Floor", size_of::<types::Floor>()),
        ("Denied", size_of::<types::Denied>()),
        ("Holders", size_of::<types::Holders>()),
        ("GetHouseParams", size_of::<large_types::GetHouseParams>()),
        ("PatchHouseParams", size_of::<large_types::PatchHouseParams>()),
        ("GetHouseResponse", size_of::<large_types::GetHouseResponse>()),
        ("GetHouseFailure", size_of::<large_types::GetHouseFailure>()),
        ("PutHouseBody", size_of::<large_types::PutHouseBody>()),
        ("PutHouseForm", size_of::<large_types::PutHouseForm>()),
    ] {
        assert!(size <= 6 * 256 + 64, "{name} has {size} bytes");
    }
}

#[test]
fn large_values_round_trip_on_a_small_stack() {
    on_stack(SMALL_STACK, || {
        let value = house();
        let read: types::House = from_value(value.clone()).unwrap();
        let copy = read.clone();
        assert_eq!(copy, read);
        assert_eq!(to_value(&copy).unwrap(), value);
    });
}

#[test]
fn every_way_to_hold_a_large_type_round_trips() {
    let value = json!({
        "must": wide(), "may": wide(), "nullable": null, "many": [wide()], "named": { "one": wide() }, "either": wide(),
    });
    let mut read: types::Holders = from_value(value.clone()).unwrap();
    assert_eq!(to_value(&read).unwrap(), value);
    read.nullable = Some(Box::new(types::Wide::new("0")));
    assert_eq!(to_value(&read).unwrap()["nullable"], json!({ "a0": "0" }));
    let made = types::Holders::new(types::Wide::new("0"), None);
    assert_eq!(to_value(&made).unwrap(), json!({ "must": { "a0": "0" }, "nullable": null }));
}

#[test]
fn a_large_type_is_read_as_deeply_as_json_may_nest() {
    // serde_json reads 127 levels; the properties of each level make up its stack frame.
    let text = format!("{}{{}}{}", r#"{"next":"#.repeat(126), "}".repeat(126));
    on_stack(USUAL_STACK, || {
        let read: types::Tree = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read.clone()).unwrap(), text);
    });
    let deeper = format!("{}{{}}{}", r#"{"next":"#.repeat(127), "}".repeat(127));
    assert!(serde_json::from_str::<types::Tree>(&deeper).is_err());
}

#[test]
fn a_failure_of_large_types_is_read_by_a_worker_with_a_small_stack() {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(call_that_is_denied())
    };
    assert_eq!(on_stack(SMALL_STACK, work), "invalid");
}

async fn call_that_is_denied() -> String {
    let body = r#"{"error":{"type":"invalid"}}"#;
    let server = Listener::respond(response("401 X", "content-type: application/json\r\n", body)).await;
    let client = large_types::Client::new(server.base_url()).unwrap();
    let error = client.get_house("1", &Default::default()).await.unwrap_err();
    match error {
        large_types::Error::Failure(failure) => match failure.value() {
            large_types::GetHouseFailure::Unauthorized(denied) => denied.error.r#type.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_list_of_types_with_an_object_round_trips() {
    use type_lists::types::Note;
    on_stack(SMALL_STACK, || {
        for value in [
            json!("a text"),
            json!({ "parts": ["one", { "parts": [] }] }),
            json!({ "parts": [], "source": [1, { "line": 2 }] }),
            json!({ "parts": [], "source": { "page": 3 }, "grade": 1, "labels": "x" }),
            json!({ "parts": [], "source": null, "grade": "a", "labels": { "x": "y" } }),
            json!({ "parts": [], "grade": null }),
        ] {
            let read: Note = from_value(value.clone()).unwrap();
            let copy = read.clone();
            assert_eq!(copy, read);
            assert_eq!(to_value(&copy).unwrap(), value);
        }
    });
}
