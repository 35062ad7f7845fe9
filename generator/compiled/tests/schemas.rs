//! One construct of a schema at a time: every valid value round-trips.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use compiled_fixtures::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};

/// Decodes a value as the type, encodes it and compares.
fn comes_back<T: DeserializeOwned + Serialize>(value: Value) -> T {
    let read: T = from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"));
    assert_eq!(to_value(&read).unwrap(), value);
    read
}

#[test]
fn what_3_1_spells_in_its_own_way() {
    use schemas_3_1::types::It;
    comes_back::<It>(json!({"kind": "it", "maybe": null}));
    let it: It = comes_back(json!({
        "kind": "it", "maybe": "a", "either": 1, "or_null": null, "described": {"name": "n"}, "anything": [1],
        "above": 0.5, "level": 2, "nothing": null, "defined": {"deep": true}
    }));
    assert_eq!(it.level.unwrap().unwrap(), schemas_3_1::types::ItLevel::High);
    assert_eq!(comes_back::<It>(json!({"kind": "it", "maybe": null, "or_null": null})).or_null, Some(None));
    comes_back::<It>(json!({"kind": "it", "maybe": null, "either": "text", "level": 7}));
}

#[test]
fn a_union_by_all_that_its_branches_declare() {
    use unions_by_shape::types::Event;
    assert!(matches!(comes_back::<Event>(json!({"type": "made", "at": "1"})), Event::Made(_)));
    assert!(matches!(comes_back::<Event>(json!({"type": "gone", "at": "1"})), Event::Gone(_)));
    assert!(matches!(comes_back::<Event>(json!([{"type": "made", "at": "1"}])), Event::MadeArray(_)));
    assert!(matches!(comes_back::<Event>(json!(["a"])), Event::StringArray(_)));
    assert!(matches!(comes_back::<Event>(json!([[{"type": "gone", "at": "1"}]])), Event::GoneArrayArray(_)));
    // Undeclared values are kept.
    for unknown in [json!({"type": "new", "at": "1", "more": 1}), json!(5), json!([1])] {
        assert!(matches!(comes_back::<Event>(unknown), Event::Unknown(_)));
    }
}

#[test]
fn numbers_come_back_as_they_were_written() {
    use unions_by_shape::types::{Amount, AmountAny, AmountEither};
    let any = |value: Value| comes_back::<Amount>(json!({ "any": value })).any.unwrap();
    assert!(matches!(any(json!(3)), AmountAny::Integer(3)));
    assert!(matches!(any(json!(1000.0)), AmountAny::Number(_)));
    assert!(matches!(any(json!(3.5)), AmountAny::Number(_)));
    let either = |value: Value| comes_back::<Amount>(json!({ "either": value })).either.unwrap();
    assert!(!matches!(either(json!(2.5)), AmountEither::Unknown(_)));
    assert!(!matches!(either(json!([i64::MAX, 2.5])), AmountEither::Unknown(_)));
    comes_back::<Amount>(json!({"long": i64::MAX, "longs": [u64::MAX, 2.5]}));
}

#[test]
fn a_text_beside_an_enum_of_texts_is_an_open_enum() {
    use unions_by_shape::types::Model;
    assert_eq!(comes_back::<Model>(json!("small")), Model::Small);
    assert_eq!(comes_back::<Model>(json!("huge")), Model::Unknown("huge".to_owned()));
}

#[test]
fn members_beside_a_choice_are_in_every_branch() {
    use unions_by_shape::types::Shared;
    let card: Shared = comes_back(json!({"id": "1", "a": "b", "card": "c"}));
    assert!(matches!(&card, Shared::Card(card) if card.id == "1" && card.card == "c"), "{card:?}");
    assert!(matches!(comes_back::<Shared>(json!({"id": "1", "iban": "c"})), Shared::Bank(_)));
}

#[test]
fn a_discriminator_that_is_missing_leaves_the_members() {
    use unions_by_shape::types::Loose;
    assert!(matches!(comes_back::<Loose>(json!({"r": 1})), Loose::Right(_)));
    assert!(matches!(comes_back::<Loose>(json!({"l": 1})), Loose::Left(_)));
    assert!(matches!(comes_back::<Loose>(json!({"side": "Right"})), Loose::Right(_)));
    assert!(matches!(comes_back::<Loose>(json!({"side": "Middle", "m": 1})), Loose::Unknown(_)));
}

#[test]
fn a_parent_takes_its_children() {
    use families::types::Pet;
    let cat: Pet = comes_back(json!({"kind": "cat", "lives": 9, "friend": {"kind": "Snake", "length": 1.5}}));
    let Pet::Cat(cat) = cat else { panic!("{cat:?}") };
    assert!(matches!(cat.friend.as_deref(), Some(Pet::Snake(_))), "{cat:?}");
    assert!(matches!(comes_back::<Pet>(json!({"kind": "Reptile"})), Pet::Reptile(_)));
    // One that nobody declared, and one that only says that it is a cat.
    assert!(matches!(comes_back::<Pet>(json!({"kind": "dog", "barks": true})), Pet::Base(_)));
    assert!(matches!(comes_back::<Pet>(json!({"kind": "cat"})), Pet::Base(_)));
}

#[test]
fn listed_merged_and_nested_values() {
    use schemas_of_all_kinds::types::{All, AllSize, AllSized, Ghost, NarrowedLevel, Nest};
    let all: All = comes_back(json!({
        "size": -1, "sized": 2, "mixed": "a", "always": true, "huge": 18446744073709551615_u64, "nest": [[], [[]]],
        "tree": {"a": {"b": {}}}, "perhaps": {"next": {"next": null}},
        "narrowed": {"id": "1", "level": "high"}, "file": "text", "files": ["a", "b"], "meant": [1, null]
    }));
    assert_eq!(all.size, Some(AllSize::Minus1));
    // In a JSON array it is text, whatever its format is called.
    let _: fn(Vec<String>) -> _ = schemas_of_all_kinds::GetAllResponse::PartialContent;
    assert_eq!(all.sized, Some(AllSized::Large));
    let narrowed = all.narrowed.unwrap();
    assert_eq!((narrowed.id.as_str(), narrowed.level), ("1", Some(NarrowedLevel::High)));
    for value in [
        json!({"size": 3}),
        json!({"mixed": null}),
        json!({"mixed": 1}),
        json!({"mixed": true}),
        json!({"files": null}),
        json!({"seed": i64::MIN}),
        json!({"seed": u64::MAX}),
    ] {
        comes_back::<All>(value);
    }
    assert!(from_value::<All>(json!({"narrowed": {"level": "high"}})).is_err(), "`id` has to be there");
    comes_back::<All>(json!({"perhaps": null}));
    comes_back::<Nest>(json!([[[]]]));
    comes_back::<Ghost>(json!({"ghost": {"any": 1}, "seen": true}));
}

#[test]
fn an_object_is_no_array_and_says_nothing_twice() {
    use schemas_3_1::types::It;
    let in_order = json!(["it", "a"]);
    assert!(from_value::<It>(in_order).is_err());
    let twice = r#"{"kind": "it", "maybe": "a", "maybe": "b"}"#;
    assert!(serde_json::from_str::<It>(twice).unwrap_err().to_string().contains("a property that occurs twice"));
    let missing = serde_json::from_str::<It>(r#"{"maybe": "a"}"#).unwrap_err().to_string();
    assert!(missing.contains("missing field `kind`"), "{missing}");
}
