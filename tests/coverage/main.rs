//! Every operation, parameter, property and enum value of the spec has a decision of the hand-written layer, and every
//! decision is about an existing part.
#![allow(clippy::unwrap_used, clippy::panic)]

mod decisions;
mod spec_parts;

use std::collections::BTreeSet;

use decisions::{Decision, Row};
use serde_yaml::Value;

const SPEC: &str = include_str!("../../spec/oidc.yaml");
const DECISIONS: &str = include_str!("decisions.tsv");
const API: &str = include_str!("../golden/public-api.txt");

fn spec() -> Value {
    serde_yaml::from_str(SPEC).unwrap()
}

/// The defects of the table, one line each.
fn defects(spec: &Value, table: &str, api: &str) -> Vec<String> {
    let rows = decisions::read(table);
    let items = items(api);
    let mut defects = Vec::new();
    let mut decided = BTreeSet::new();
    for row in &rows {
        if !decided.insert(row.pointer) {
            defects.push(format!("{}: decided twice", row.pointer));
        }
        defects.extend(defect(row, &items).map(|defect| format!("{}: {defect}", row.pointer)));
    }
    let parts = spec_parts::all(spec);
    for pointer in parts.iter().filter(|pointer| !decided.contains(pointer.as_str())) {
        defects.push(format!("{pointer}: new in the spec; add a decision to tests/coverage/decisions.tsv"));
    }
    for row in rows.iter().filter(|row| !parts.iter().any(|pointer| pointer == row.pointer)) {
        defects.push(format!("{}: no longer in the spec; delete it from tests/coverage/decisions.tsv", row.pointer));
    }
    defects
}

fn defect(row: &Row<'_>, items: &BTreeSet<&str>) -> Option<String> {
    match row.decision {
        None => Some("the decision is `wrapped`, `passed through` or `deliberately not`".to_owned()),
        Some(Decision::DeliberatelyNot) if row.item != "-" => Some("names an item, but is left out".to_owned()),
        Some(Decision::DeliberatelyNot | Decision::PassedThrough) if row.reason == "-" => {
            Some("needs a reason".to_owned())
        }
        Some(Decision::Wrapped | Decision::PassedThrough) if !items.contains(row.item) => {
            Some(format!("there is no public `ory_oidc::{}`", row.item))
        }
        Some(_) => None,
    }
}

/// The full paths of the public items, without `ory_oidc::`.
fn items(api: &str) -> BTreeSet<&str> {
    let path = |line| -> Option<&str> {
        // The item itself, and not a type in its signature, its generics, or its value.
        let declared = str::split(line, ['(', '<', '=']).next()?.split(": ").next()?;
        declared.split_whitespace().last()?.strip_prefix("ory_oidc::")
    };
    api.lines().filter(|line| !line.starts_with("impl")).filter_map(path).collect()
}

#[test]
fn only_the_full_path_of_an_item_counts() {
    let api = "pub fn ory_oidc::Claims::sub(&self) -> core::option::Option<&str>\n\
               pub fn other::f(x: ory_oidc::Claims::x) -> ory_oidc::Claims::y\n\
               pub struct ory_oidc::List<T>(ory_oidc::Claims::z)\n\
               pub trait ory_oidc::Signer: ory_oidc::Claims::w\n\
               impl ory_oidc::Claims::v";
    assert_eq!(items(api).into_iter().collect::<Vec<_>>(), ["Claims::sub", "List", "Signer"]);
}

#[test]
fn every_part_has_a_decision() {
    let defects = defects(&spec(), DECISIONS, API);
    assert!(defects.is_empty(), "{}", defects.join("\n"));
}

/// The spec with an addition to the object at a pointer.
fn with(pointer: &[&str], key: &str, value: &str) -> Value {
    let mut spec = spec();
    let mut object = &mut spec;
    for step in pointer {
        object = object.get_mut(*step).unwrap_or_else(|| panic!("{step} is not there"));
    }
    object.as_mapping_mut().unwrap().insert(key.into(), serde_yaml::from_str(value).unwrap());
    spec
}

#[test]
fn a_new_part_without_a_decision_is_found() {
    let userinfo = ["paths", "/userinfo"];
    let claims = ["components", "schemas", "oidcUserInfo", "properties"];
    let cases = [
        (with(&userinfo, "post", "{responses: {}}"), "/paths/~1userinfo/post"),
        (
            with(&["paths", "/userinfo", "get"], "parameters", "[{name: claims, in: query}]"),
            "/paths/~1userinfo/get/parameters/query/claims",
        ),
        (with(&userinfo, "parameters", "[{name: claims, in: header}]"), "/paths/~1userinfo/parameters/header/claims"),
        (with(&claims, "x", "{type: string}"), "/components/schemas/oidcUserInfo/properties/x"),
        (
            with(&["components", "schemas", "oidcUserInfo", "properties", "gender"], "enum", "[f/m]"),
            "/components/schemas/oidcUserInfo/properties/gender/enum/f~1m",
        ),
        (
            with(
                &["paths", "/userinfo", "get", "responses", "200", "content", "application/jwt", "schema"],
                "allOf",
                "[{properties: {deep: {items: {enum: [7]}}}}]",
            ),
            "/paths/~1userinfo/get/responses/200/content/application~1jwt/schema/allOf/0/properties/deep/items/enum/7",
        ),
    ];
    for (spec, pointer) in cases {
        let defects = defects(&spec, DECISIONS, API);
        assert!(defects.iter().any(|defect| defect.starts_with(&format!("{pointer}: new"))), "{pointer}: {defects:?}");
    }
}

#[test]
fn stale_and_wrong_decisions_are_found() {
    let spec = spec();
    let sub = "/components/schemas/oidcUserInfo/properties/sub\twrapped\tClaims::sub\t-";
    assert!(DECISIONS.contains(sub));
    let cases = [
        (
            format!("{DECISIONS}/components/schemas/gone/properties/x\tdeliberately not\t-\tGone.\n"),
            "no longer in the spec",
        ),
        (format!("{DECISIONS}{sub}\n"), "decided twice"),
        (DECISIONS.replace(sub, ""), "sub: new in the spec"),
        (DECISIONS.replace("\tClaims::sub\t", "\tClaims::subject\t"), "no public `ory_oidc::Claims::subject`"),
        (DECISIONS.replace(sub, &sub.replace("wrapped", "passed through")), "needs a reason"),
        (DECISIONS.replace(sub, &sub.replace("wrapped", "deliberately not")), "names an item"),
        (DECISIONS.replace(sub, &sub.replace("wrapped", "later")), "the decision is"),
    ];
    for (table, expected) in cases {
        let defects = defects(&spec, &table, API);
        assert!(
            defects.len() == 1 && defects.iter().all(|defect| defect.contains(expected)),
            "{expected}: {defects:?}"
        );
    }
}
