//! Unions decode from any source, in any order of properties, without a buffer if the type or the tag comes first.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Debug;

use compiled_fixtures::union_by_discriminator::types::Pet;
use compiled_fixtures::union_by_json_type::types::Loose;
use compiled_fixtures::union_decoding::types::{Circle, Drawing, Extent, Figure, Piece, Polygon, Size};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_str, from_value, json, to_value};

/// The value, which all ways to decode the text agree on.
fn decoded<T: DeserializeOwned + PartialEq + Debug>(text: &str) -> T {
    let value: T = from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(serde_json::from_slice::<T>(text.as_bytes()).unwrap(), value, "{text}");
    assert_eq!(serde_json::from_reader::<_, T>(text.as_bytes()).unwrap(), value, "{text}");
    let tree: Value = from_str(text).unwrap();
    assert_eq!(<T as serde::de::Deserialize>::deserialize(&tree).unwrap(), value, "{text}");
    assert_eq!(from_value::<T>(tree).unwrap(), value, "{text}");
    value
}

/// The object as text, in each rotation of its properties.
fn rotations(properties: &[(&str, Value)]) -> Vec<String> {
    let text = |(name, value): &(&str, Value)| format!("{}:{value}", json!(name));
    (0..properties.len())
        .map(|first| {
            let (before, after) = properties.split_at(first);
            let texts: Vec<String> = after.iter().chain(before).map(text).collect();
            format!("{{{}}}", texts.join(","))
        })
        .collect()
}

fn in_any_order<T: DeserializeOwned + Serialize + PartialEq + Debug>(properties: &[(&str, Value)]) -> T {
    let mut values = rotations(properties).into_iter().map(|text| decoded::<T>(&text));
    let first = values.next().unwrap();
    values.for_each(|value| assert_eq!(value, first));
    let written: serde_json::Map<String, Value> =
        properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    assert_eq!(to_value(&first).unwrap(), Value::Object(written));
    first
}

#[test]
fn the_order_of_properties_has_no_effect() {
    // Names and texts with escapes cannot be borrowed from the text.
    let cat = [("lives", json!(9)), ("pet-type", json!("cat")), ("id", json!("a\n\"b\""))];
    assert!(matches!(in_any_order(&cat), Pet::Cat(_)));
    let group = [
        ("of", json!([{ "barks": true, "pet-type": "Dog" }, { "pet-type": "Group", "of": [] }])),
        ("pet-type", json!("Group")),
        ("first", json!({ "first": { "lives": 1, "pet-type": "kitten" }, "pet-type": "Group" })),
    ];
    assert!(matches!(in_any_order(&group), Pet::Group(_)));
    let circle = [
        ("center", json!([1, -2])),
        ("kind", json!("circle")),
        ("radius", json!(3)),
        ("label", json!("ü\t")),
        ("more\n", json!(4)),
        ("even more", json!(5)),
    ];
    let Figure::Circle(read) = in_any_order(&circle) else { panic!("{circle:?}") };
    assert_eq!((read.radius, read.additional_properties.len()), (3, 2));
    assert!(matches!(
        in_any_order(&[("count", json!(1)), ("piece", json!("bolt")), ("thread", json!(2))]),
        Piece::Bolt(_)
    ));
    assert!(!matches!(in_any_order(&[("count", json!(1)), ("piece", json!("bolt"))]), Piece::Bolt(_)));
    assert!(!matches!(in_any_order(&[("count", json!(1)), ("piece", json!("nut"))]), Piece::Bolt(_)));
}

#[test]
fn a_value_of_no_branch_is_kept_in_any_order() {
    let fish =
        [("fins", json!([1, { "a": null }, "b", 1.5])), ("pet-type", json!("fish")), ("c", json!({ "d": [[]] }))];
    assert!(matches!(in_any_order(&fish), Pet::Unknown(_)));
    for tag in [json!(null), json!([1]), json!({ "a": 1 }), json!({ "pet-type": "cat" })] {
        assert!(matches!(in_any_order(&[("a", json!(1)), ("pet-type", tag), ("b", json!(2))]), Pet::Unknown(_)));
    }
    for value in [json!(null), json!(true), json!(-7), json!(1.5), json!("a\n"), json!([1, {}]), json!({ "a": [] })] {
        let pet: Pet = decoded(&value.to_string());
        assert_eq!(to_value(pet).unwrap(), value);
    }
}

#[test]
fn a_nested_union_is_decoded_from_the_rest_of_the_input() {
    for (sides, tags) in [(json!(4), [0, 1, 2]), (json!(3), [2, 0, 1])] {
        let length = if sides == 4 { ("length", json!(7)) } else { ("angles", json!([60, 60, 60])) };
        let all = [("kind", json!("polygon")), ("sides", sides.clone()), length];
        let ordered: Vec<_> = tags.iter().filter_map(|&index| all.get(index).cloned()).collect();
        match in_any_order(&ordered) {
            Figure::Polygon(Polygon::Square(square)) => assert_eq!((sides, square.length), (json!(4), Some(7))),
            Figure::Polygon(Polygon::Triangle(_)) => assert_eq!(sides, json!(3)),
            other => panic!("{other:?}"),
        }
    }
    let pentagon = [("sides", json!(5)), ("kind", json!("polygon")), ("more", json!([5.5]))];
    assert!(matches!(in_any_order(&pentagon), Figure::Polygon(Polygon::Unknown(_))));
}

#[test]
fn a_fraction_of_zero_is_an_integer_from_every_source() {
    let drawing: Drawing = decoded(
        r#"{
            "figures": [
                { "kind": "circle", "radius": 1.0, "center": [2.0, 3e1], "more": 4.0 },
                { "radius": 1.0, "center": [2.0, 3e1], "more": 4.0, "kind": "circle" },
                { "kind": "polygon", "sides": 4.0, "length": 5.0 },
                { "length": 5.0, "sides": 4.0, "kind": "polygon" }
            ],
            "sizes": { "a": 1.0, "b": [2.0, 3], "c": { "width": 4.0 }, "d": { "height": -5e0 }, "e": "6.0" },
            "pieces": [{ "piece": "bolt", "thread": 1.0 }, { "count": 2.0, "piece": "nut" }]
        }"#,
    );
    let circle = json!({ "kind": "circle", "radius": 1, "center": [2, 30], "more": 4 });
    let square = json!({ "kind": "polygon", "sides": 4, "length": 5 });
    let written = json!({
        "figures": [circle, circle, square, square],
        "sizes": { "a": 1, "b": [2, 3], "c": { "width": 4 }, "d": { "height": -5 }, "e": "6.0" },
        "pieces": [{ "piece": "bolt", "thread": 1 }, { "count": 2, "piece": "nut" }],
    });
    assert_eq!(to_value(drawing).unwrap(), written);
    for wrong in ["1.5", "[1.5]", r#"{"width":1e300,"height":0.5}"#] {
        let read = from_str::<Size>(wrong);
        assert!(matches!(read, Err(_) | Ok(Size::Extent(Extent::Unknown(_)))), "{read:?}");
    }
}

/// The column of an error is where the deserializer stops: at the value, unless the value was buffered.
fn stops_at(text: &str, marked: &str, error: &serde_json::Error) {
    let end = text.find(marked).unwrap() + marked.len();
    assert_eq!(error.column(), end, "{error}");
}

#[test]
fn a_branch_by_json_type_is_decoded_directly() {
    let text = r#"[{"deeper": [{"deeper": "a"}, 1, {"deeper": {"deeper": -}}]}]"#;
    stops_at(text, "-}", &from_str::<Loose>(text).unwrap_err());
    let text = r#"{"a": [1, 2, "x", 3], "b": 1}"#;
    let error = from_str::<std::collections::BTreeMap<String, Size>>(text).unwrap_err();
    stops_at(text, r#""x""#, &error);
}

#[test]
fn a_branch_by_discriminator_is_decoded_directly_after_its_tag() {
    let text = r#"{"kind": "circle", "radius": "x", "center": []}"#;
    stops_at(text, r#""x""#, &from_str::<Figure>(text).unwrap_err());
    let text = r#"{"center": [1], "kind": "circle", "radius": "x", "label": "a"}"#;
    stops_at(text, r#""x""#, &from_str::<Figure>(text).unwrap_err());
    // Both tags are necessary before the branch is known.
    let text = r#"{"kind": "polygon", "length": 1, "sides": 4, "more": 1, "length": 2}"#;
    let error = from_str::<Figure>(text).unwrap_err();
    assert!(error.to_string().contains("occurs twice"), "{error}");
}

#[test]
fn a_property_that_occurs_twice_is_an_error_in_a_branch_as_in_a_struct() {
    for text in [
        r#"{"kind": "circle", "radius": 1, "radius": 2}"#,
        r#"{"radius": 1, "kind": "circle", "radius": 2}"#,
        r#"{"radius": 1, "radius": 2, "kind": "circle"}"#,
        r#"{"kind": "circle", "kind": "circle", "radius": 1}"#,
    ] {
        assert!(from_str::<Figure>(text).is_err(), "{text}");
        assert!(from_str::<Circle>(text).is_err(), "{text}");
    }
}
