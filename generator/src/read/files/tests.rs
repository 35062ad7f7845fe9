//! Identifiers inside one document. The tests of several files are in `tests/files.rs`.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::{Assembled, RootFile, assemble};
use crate::read::text::Parsed;

fn assembled(value: Value, name: Option<&str>) -> Assembled {
    let parsed = Parsed { value, repeated: Vec::new(), bytes: 0 };
    assemble(RootFile { parsed, location: None, name, own: None, is_2: false, is_3_1: true }, None).unwrap()
}

/// The targets of the references in the property `refs`.
fn resolved(schemas: &Value, name: Option<&str>, references: &[&str]) -> Vec<String> {
    let references: Vec<Value> = references.iter().map(|reference| json!({ "$ref": reference })).collect();
    let root = assembled(json!({ "refs": references, "components": { "schemas": schemas } }), name).root;
    let resolved = root.get("refs").unwrap().as_array().unwrap();
    resolved.iter().map(|object| object.get("$ref").unwrap().as_str().unwrap().to_owned()).collect()
}

#[test]
fn identifiers_are_resolved_by_their_resource() {
    let schemas = json!({
        "A": { "$anchor": "a", "properties": { "b": { "$dynamicAnchor": "b" }, "value": { "$anchor": "v" } } },
        "R": { "$id": "https://x.example/r.json", "$defs": { "d": { "$anchor": "d" }, "i": { "$id": "i" } } },
    });
    let at = |pointer: &str| format!("#/components/schemas/{pointer}");
    for (reference, target) in [
        ("#a", at("A")),
        ("#b", at("A/properties/b")),
        ("#v", at("A/properties/value")),
        ("#/components/schemas/A", at("A")),
        ("https://x.example/r.json", at("R")),
        ("https://x.example/r.json#/$defs/d", at("R/$defs/d")),
        ("https://x.example/r.json#d", at("R/$defs/d")),
        ("https://x.example/i", at("R/$defs/i")),
        ("specs.yaml#/components/schemas/A", at("A")),
        ("./specs.yaml#a", at("A")),
        // Unknown ones stay.
        ("#d", "#d".to_owned()),
        ("other.yaml#/A", "other.yaml#/A".to_owned()),
    ] {
        assert_eq!(resolved(&schemas, Some("specs.yaml"), &[reference]), [target], "{reference}");
    }
    assert_eq!(resolved(&schemas, None, &["specs.yaml#a"]), ["specs.yaml#a"]);
}

#[test]
fn a_dynamic_reference_with_one_target_is_static() {
    let root = json!({ "components": { "schemas": {
        "A": { "$dynamicAnchor": "once", "$anchor": "plain" },
        "B": { "$dynamicAnchor": "twice" },
        "C": { "$id": "c", "$dynamicAnchor": "twice" },
        "D": { "items": [{ "$dynamicRef": "#once" }, { "$dynamicRef": "#plain" }, { "$dynamicRef": "#twice" }] },
    } } });
    let root = assembled(root, None).root;
    let reference = json!({ "$ref": "#/components/schemas/A" });
    let items = json!([reference, reference, { "$dynamicRef": "#twice" }]);
    assert_eq!(root.pointer("/components/schemas/D/items"), Some(&items));
}

#[test]
fn references_inside_a_resource_start_there() {
    let root = json!({ "components": { "schemas": {
        "B": {},
        "R": { "$id": "r", "$defs": { "d": {} }, "items": { "$ref": "#/$defs/d" }, "not": { "$ref": "#/components/schemas/B" } },
    } } });
    let assembled = assembled(root, None);
    let (root, found) = (assembled.root, assembled.formalities);
    let at = |pointer| root.pointer(&format!("/components/schemas/R/{pointer}/$ref")).unwrap();
    assert_eq!(at("items"), "#/components/schemas/R/$defs/d");
    assert_eq!(at("not"), "#/components/schemas/B");
    assert_eq!(found.len(), 1, "{found:?}");
}
