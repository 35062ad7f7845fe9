//! Merged schemas keep what every part declares, and unions lose nothing.
#![allow(clippy::unwrap_used, clippy::panic)]

use compiled_fixtures::composition::types::*;
use serde_json::{Value, from_value, json, to_value};

/// Decodes a value of a property of `All`, encodes it and compares.
fn comes_back(property: &str, value: Value) -> All {
    let all = json!({ property: value });
    let read: All = from_value(all.clone()).unwrap_or_else(|error| panic!("{all}: {error}"));
    assert_eq!(to_value(&read).unwrap(), all);
    read
}

fn is_refused(property: &str, value: Value) {
    let all = json!({ property: value });
    assert!(from_value::<All>(all.clone()).is_err(), "{all}");
}

#[test]
fn a_list_of_types_in_all_of_keeps_the_common_types() {
    assert!(matches!(comes_back("listed", json!("text")).listed, Some(Listed::String(_))));
    let object = comes_back("listed", json!({"page": 1, "line": 2})).listed;
    assert!(matches!(object, Some(Listed::Object(object)) if (object.page, object.line) == (Some(1), Some(2))));
    is_refused("listed", json!([1]));
}

#[test]
fn items_and_map_values_of_several_parts_are_merged() {
    let person = json!({"age": 1, "nick": "n"});
    let ranked = json!({"age": 1, "rank": "r"});
    comes_back("crew", json!({"members": [person], "by_name": {"a": ranked}}));
    is_refused("crew", json!({"members": [{"nick": "n"}]}));
}

#[test]
fn unevaluated_properties_are_additional_properties() {
    comes_back("open", json!({"age": 1, "more": "text"}));
    is_refused("open", json!({"age": 1, "more": 2}));
}

#[test]
fn properties_of_conditional_schemas_are_kept() {
    let card = json!({"method": "card", "card": {"number": "1", "expires": "2"}, "holder": "h"});
    let payment = comes_back("payment", card).payment.unwrap();
    assert_eq!(payment.holder, Some(json!("h")));
    // The condition does not hold, so the property may be anything.
    comes_back("payment", json!({"method": "cash", "holder": 1, "coins": [1], "coupon": "c", "percent": 0.5}));
    comes_back("tagged", json!({"a": "1", "b": "2", "c": "3"}));
    comes_back("patterned", json!({"age": 1, "x": "y"}));
}

#[test]
fn a_value_of_several_branches_keeps_everything() {
    assert!(matches!(comes_back("contact", json!({"mail": "m", "name": "n"})).contact, Some(Contact::ByMail(_))));
    assert!(matches!(comes_back("contact", json!({"phone": "p"})).contact, Some(Contact::ByPhone(_))));
    let both = comes_back("contact", json!({"mail": "m", "phone": "p", "hours": "h"}));
    assert!(matches!(both.contact, Some(Contact::Unknown(_))));
    // `mail` is not valid for the first branch, and not declared by the second.
    comes_back("contact", json!({"mail": null, "phone": "p"}));
}

#[test]
fn a_property_that_no_branch_declares_does_not_change_the_branch() {
    let all: All = from_value(json!({"contact": {"mail": "m", "new": 1}})).unwrap();
    assert!(matches!(all.contact, Some(Contact::ByMail(_))));
}

#[test]
fn a_boolean_decides_a_branch() {
    let done = comes_back("outcome", json!({"ok": true, "note": "n"})).outcome;
    assert!(matches!(done, Some(Outcome::Done(_))), "{done:?}");
    let failed = comes_back("outcome", json!({"ok": false})).outcome;
    assert!(matches!(failed, Some(Outcome::Failed(_))), "{failed:?}");
}

#[test]
fn a_discriminator_may_be_an_integer() {
    assert!(matches!(comes_back("shape", json!({"kind": 1, "size": 2.5})).shape, Some(Figure::Circle(_))));
    assert!(matches!(comes_back("shape", json!({"kind": 2})).shape, Some(Figure::Square(_))));
    assert!(matches!(comes_back("shape", json!({"kind": 3, "new": 1})).shape, Some(Figure::Unknown(_))));
}

#[test]
fn integers_have_the_branch_of_their_range() {
    for value in [json!("a"), json!(7), json!(-1), json!(3_000_000_000_i64), json!(-3_000_000_000_i64), json!(u64::MAX)]
    {
        comes_back("id", value);
    }
    assert!(matches!(comes_back("id", json!(1.5)).id, Some(Id::Unknown(_))));
}

#[test]
fn a_branch_that_is_only_null_is_null() {
    assert_eq!(comes_back("level", Value::Null).level, Some(None));
    assert_eq!(comes_back("level", json!("high")).level, Some(Some(Level::High)));
    assert_eq!(comes_back("limit", Value::Null).limit, Some(None));
    assert_eq!(comes_back("limit", json!("low")).limit, Some(Some(Level::Low)));
}

#[test]
fn a_branch_that_cannot_hold_is_dropped() {
    comes_back("job", json!({"host": "h", "name": "n"}));
    is_refused("job", json!({"name": "n"}));
    for on in [json!({"type": "on", "data": {"since": "s"}}), json!({"type": "off", "data": "d"})] {
        comes_back("switch", json!({ "at": on }));
    }
    let on = comes_back("switch", json!({"at": {"type": "on"}})).switch.unwrap().at;
    assert!(matches!(on, SwitchAt::On(On { .. })), "{on:?}");
}

#[test]
fn every_union_of_an_all_of_is_decided() {
    for value in [
        json!({"id": "1", "mail": "m", "name": "n", "big": 1}),
        json!({"id": "1", "mail": "m", "small": 1}),
        json!({"id": "1", "phone": "p", "hours": "h", "small": 2}),
    ] {
        let entry = comes_back("entry", value).entry;
        assert!(!matches!(entry, Some(Entry::Unknown(_))), "{entry:?}");
    }
    assert!(matches!(comes_back("entry", json!({"id": "1", "mail": "m"})).entry, Some(Entry::Unknown(_))));
}

#[test]
fn limits_do_not_change_the_type() {
    comes_back("limits", json!({"text": "b", "number": 3.25, "list": [7, 7]}));
    comes_back("limits", json!({}));
    // An excluded value is accepted, and the report has it.
    comes_back("limits", json!({"excluded": "no"}));
}

#[test]
fn annotations_do_not_change_the_type() {
    comes_back("remarks", json!({"word": "b"}));
    is_refused("remarks", json!({"word": 1}));
}

#[test]
fn properties_of_one_direction_are_only_in_its_type() {
    comes_back("one_way", json!({"id": "1"}));
    assert_eq!(to_value(OneWayRequest::default()).unwrap(), json!({}));
}

#[test]
fn dynamic_references_and_tuples_accept_any_value() {
    comes_back("dynamic", json!([1, "a", {"b": null}]));
    comes_back("tuple", json!(["a", 1, true]));
    is_refused("tuple", json!("a"));
}

#[test]
fn a_dynamic_reference_with_one_target_has_its_type() {
    let leaf = comes_back("leaf", json!({"depth": 1, "inner": {"depth": 2}})).leaf.unwrap();
    assert_eq!(leaf.inner.unwrap().depth, 2);
    is_refused("leaf", json!({"depth": 1, "inner": {}}));
}

#[test]
fn a_schema_without_valid_values_accepts_any_value() {
    comes_back("conflict", json!({}));
    comes_back("conflict", json!({"id": [1]}));
    comes_back("items", json!([]));
    comes_back("items", json!([1, "a", null]));
}

#[test]
fn a_union_that_is_its_own_branch_loses_nothing() {
    comes_back("itself", json!({"beside": "b", "a": [null], "more": {"a": 1}}));
    assert!(matches!(comes_back("direct", json!("text")).direct, Some(Direct::String(_))));
    for value in [json!("text"), json!(1), json!(true), json!({"a": null}), json!([[]])] {
        for property in ["direct", "roundabout", "only"] {
            comes_back(property, value.clone());
        }
    }
    comes_back("only", Value::Null);
}

#[test]
fn null_is_kept_by_a_branch_for_any_value() {
    comes_back("loose", Value::Null);
    comes_back("loose", json!(1.5));
    comes_back("loose", json!({"a": null}));
}

#[test]
fn keywords_without_a_type_accept_other_types() {
    for property in ["named", "patterns", "first", "merged_named", "merged_patterns", "merged_first", "circular"] {
        for value in [json!("text"), json!([1]), json!({"a": 1, "xa": "x"})] {
            comes_back(property, value);
        }
    }
}

#[test]
fn encoded_strings_are_strings() {
    comes_back("encoded", json!("AAAA"));
    is_refused("encoded", json!(1));
}

#[test]
fn a_discriminator_does_not_lose_the_properties_of_another_branch() {
    let near = comes_back("sighting", json!({"distance": "near", "color": "red"})).sighting;
    assert!(matches!(near, Some(Sighting::Near(_))), "{near:?}");
    assert!(matches!(comes_back("sighting", json!({"distance": "far"})).sighting, Some(Sighting::Far(_))));
    let both = comes_back("sighting", json!({"distance": "near", "color": "red", "size": 3})).sighting;
    assert!(matches!(both, Some(Sighting::Unknown(_))), "{both:?}");
    // A property that no branch declares does not change the branch.
    let new: All = from_value(json!({"sighting": {"distance": "near", "new": 1}})).unwrap();
    assert!(matches!(new.sighting, Some(Sighting::Near(_))), "{new:?}");
}

#[test]
fn a_discriminator_does_not_lose_what_a_wider_branch_keeps() {
    let note = comes_back("message", json!({"type": "note", "text": "t"})).message;
    assert!(matches!(note, Some(Message::Note(_))), "{note:?}");
    let sized = comes_back("message", json!({"type": "note", "text": "t", "size": 3})).message;
    assert!(matches!(sized, Some(Message::Unknown(_))), "{sized:?}");
    let note = comes_back("reply", json!({"type": "note", "text": "t"})).reply;
    assert!(matches!(note, Some(Reply::Note(_))), "{note:?}");
    comes_back("reply", json!({"type": "note", "text": "t", "more": 1}));
    let folder = comes_back("holder", json!({"type": "folder", "inside": {"type": "note", "text": "t"}})).holder;
    assert!(matches!(folder, Some(Holder::Folder(_))), "{folder:?}");
    comes_back("holder", json!({"type": "folder", "inside": {"type": "note", "more": 1}}));
}

#[test]
fn the_default_branch_does_not_lose_the_properties_of_another_branch() {
    let note = comes_back("post", json!({"type": "other", "text": "t"})).post;
    assert!(matches!(note, Some(Post::Note(_))), "{note:?}");
    let photo = comes_back("post", json!({"type": "photo", "text": "t", "size": 3})).post;
    assert!(matches!(photo, Some(Post::Photo(_))), "{photo:?}");
    comes_back("post", json!({"type": "other", "size": 3}));
    comes_back("post", json!({"type": "other", "size": "large"}));
}

#[test]
fn null_that_every_part_allows_is_null() {
    assert!(matches!(comes_back("absent", Value::Null).absent, Some(None)));
    comes_back("absent", json!({"from": "a", "until": "b"}));
}

#[test]
fn map_values_and_a_property_of_several_parts_are_merged() {
    comes_back("shelves", json!({"top": {"books": 1, "lamp": true}, "other": {"books": 2}}));
    is_refused("shelves", json!({"top": {"books": "many"}}));
}

#[test]
fn limits_that_exceed_the_format_are_kept() {
    for ranges in [
        json!({"port": 4_294_967_295_u32, "least": 9_223_372_036_854_775_809_u64, "below": 2_147_483_647}),
        json!({"signed": -5, "mask": 4_294_967_295_u32, "hash": u64::MAX}),
        json!({"signed": u64::MAX, "mask": 1, "hash": 0.5}),
    ] {
        comes_back("ranges", ranges);
    }
    let ranges = comes_back("ranges", json!({"below": 1})).ranges.unwrap();
    assert_eq!(ranges.below, Some(1_i32));
}

#[test]
fn undeclared_properties_of_combinations_are_kept() {
    for property in ["combined", "combined_inline", "combined_thrice", "combined_reference"] {
        comes_back(property, json!({"age": 1, "d": "x", "e": [2]}));
    }
    comes_back("combined_thrice", json!({"age": 1, "d": 1, "f": 2}));
    comes_back("combined_property", json!({"who": {"age": 1, "d": "x", "e": 2}}));
    comes_back("dependent", json!({"age": 1, "d": "x"}));
    let union = comes_back("combined_union", json!({"mail": "m", "d": 1})).combined_union;
    assert!(matches!(union, Some(CombinedUnion::ByMail(_))), "{union:?}");
    comes_back("combined_union", json!({"phone": "p", "hours": "h"}));
}

#[test]
fn combinations_of_declared_properties_do_not_change_the_type() {
    let declared = comes_back("combined_declared", json!({"who": {"age": 1}})).combined_declared.unwrap();
    let who: Option<Person> = declared.who;
    assert_eq!(who.map(|who| who.age), Some(1));
}

#[test]
fn branches_that_share_a_value_of_the_discriminator_are_found_by_their_declarations() {
    let shared = |value| comes_back("shared", value).shared;
    assert!(matches!(shared(json!({"by": "hand", "coins": 1})), Some(Shared::Cash(_))));
    assert!(matches!(shared(json!({"by": "hand", "bank": "b"})), Some(Shared::Cheque(_))));
    assert!(matches!(shared(json!({"by": "wire", "number": "n"})), Some(Shared::Card(_))));
    let overlap = |value| comes_back("overlap", value).overlap;
    assert!(matches!(overlap(json!({"when": "noon", "hour": 12})), Some(Overlap::Early(_))));
    assert!(matches!(overlap(json!({"when": "noon", "lamp": true})), Some(Overlap::Late(_))));
    assert!(matches!(overlap(json!({"when": "dusk", "lamp": true})), Some(Overlap::Late(_))));
}
