//! The JSON Schema of the settings file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod tool;

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use tool::{Ran, file, smith};

const SPEC: &str = "\
openapi: 3.0.3
info: { title: T, version: '1' }
paths: { /a: { get: { operationId: a, responses: { '204': { description: D. } } } } }
";

fn schema() -> Value {
    smith(&["settings-schema"], "").json()
}

fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).unwrap()
}

/// Whether the tool reads these settings, whatever it then finds in the document.
fn read(name: &str, settings: &Value) -> Ran {
    let path = file(name, &settings.to_string());
    smith(&["check", "-", "--settings", path.to_str().unwrap()], SPEC)
}

#[test]
fn the_published_schema_is_the_printed_one() {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.schema.json");
    let published = fs::read_to_string(published).unwrap_or_default();
    let printed = smith(&["settings-schema"], "").stdout;
    assert!(
        published == printed,
        "renew it with: cargo run -p openapi-smith --features cli -- settings-schema -o generator/docs/settings.schema.json"
    );
}

/// The reader itself lists its keys in an error.
#[test]
fn the_schema_has_the_keys_that_the_reader_has() {
    let ran = read("keys.json", &json!({ "no-such-key": 1 }));
    let (_, list) = ran.stderr.split_once("expected one of ").unwrap();
    let mut read: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    read.sort_unstable();
    let schema = schema();
    let described: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(described, read);
    assert!(read.len() > 25, "{read:?}");
}

/// Values that a schema allows: at least one for each alternative.
fn values(schema: &Value) -> Vec<Value> {
    if let Some(alternatives) = ["anyOf", "oneOf"].iter().find_map(|key| schema[key].as_array()) {
        return alternatives.iter().flat_map(values).collect();
    }
    if let Some(value) = schema.get("const") {
        return vec![value.clone()];
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.clone();
    }
    match schema["type"].as_str().unwrap() {
        "boolean" => vec![json!(true), json!(false)],
        "integer" => vec![json!(0)],
        "string" if schema.get("pattern").is_some() => vec![json!("7")],
        // A path of Rust is a valid text everywhere.
        "string" => vec![json!("a::B")],
        "array" => values(&schema["items"]).into_iter().map(|value| json!([value])).collect(),
        "object" => match schema["properties"].as_object() {
            None => values(&schema["additionalProperties"]).into_iter().map(|value| json!({ "a": value })).collect(),
            Some(properties) => {
                let required: Vec<&str> =
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let first = |key: &str| (key.to_owned(), values(&properties[key])[0].clone());
                let least: Map<String, Value> = required.iter().map(|key| first(key)).collect();
                let more = properties.keys().filter(|key| !required.contains(&key.as_str())).map(|key| {
                    let mut value = least.clone();
                    value.extend([first(key)]);
                    Value::Object(value)
                });
                std::iter::once(Value::Object(least.clone())).chain(more).collect()
            }
        },
        other => panic!("{other}"),
    }
}

#[test]
fn the_reader_reads_what_the_schema_allows() {
    let (schema, validator) = (schema(), validator());
    let mut tried = 0;
    for (key, property) in schema["properties"].as_object().unwrap() {
        for value in values(property) {
            let settings = json!({ key.as_str(): value });
            assert!(validator.is_valid(&settings), "{settings}");
            let ran = read("allowed.json", &settings);
            assert_ne!(ran.code, 2, "{settings}: {}", ran.stderr);
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn the_schema_forbids_what_the_reader_refuses() {
    let validator = validator();
    for settings in [
        json!({ "tgas": [] }),
        json!({ "strict": 1 }),
        json!({ "tags": "pets" }),
        json!({ "dates": "joda" }),
        json!({ "operation-names": "short" }),
        json!({ "formats": { "uuid": 1 } }),
        json!({ "formats": { "uuid": { "with": "a::b" } } }),
        json!({ "formats": { "uuid": { "type": "a::B", "wiht": "a::b" } } }),
        json!({ "pagination": { "a": { "style": "pages" } } }),
        json!({ "pagination": { "a": { "style": "offset" } } }),
        json!({ "pagination": { "a": { "style": "link", "first": 0 } } }),
        json!({ "pagination": { "a": { "style": "link", "more": "x", "total": "y" } } }),
        json!([]),
    ] {
        assert!(!validator.is_valid(&settings), "{settings}");
        let ran = read("forbidden.json", &settings);
        assert_eq!(ran.code, 2, "{settings}: {}", ran.stderr);
        assert!(ran.stderr.contains("forbidden.json:1:"), "line and column: {}", ran.stderr);
    }
}

/// The settings files of the documentation.
#[test]
fn documented_settings_are_valid() {
    let validator = validator();
    let mut blocks = 0;
    for page in ["docs/settings.md", "docs/pagination.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let settings: toml::Table = toml::from_str(block).unwrap();
            let settings = serde_json::to_value(settings).unwrap();
            let errors: Vec<String> = validator.iter_errors(&settings).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{page}: {errors:?}\n{block}");
            blocks += 1;
        }
    }
    assert!(blocks >= 5, "{blocks}");
}
