//! The locations of a document that have a text or should have one.

use serde_yaml::Value;

use crate::roles::{METHODS, token};
use crate::texts::texts;

/// A text; empty if it is missing.
pub(super) struct DocumentText {
    pub(super) pointer: String,
    pub(super) text: String,
}

/// The texts of a document in its order, followed by the locations without one.
pub(super) fn all(document: &Value) -> Vec<DocumentText> {
    let mut locations: Vec<DocumentText> =
        texts(document).into_iter().map(|(pointer, text)| DocumentText { pointer, text }).collect();
    let mut missing = Vec::new();
    for (path, item) in properties(document.get("paths")) {
        for (method, operation) in properties(Some(item)).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            let pointer = format!("/paths/{path}/{method}");
            want(&pointer, operation, "summary", &mut missing);
            for (index, parameter) in elements(operation.get("parameters")).enumerate() {
                want(&format!("{pointer}/parameters/{index}"), parameter, "description", &mut missing);
            }
            responses(&format!("{pointer}/responses"), operation.get("responses"), &mut missing);
        }
    }
    let components = document.get("components");
    let section = |name: &str| components.and_then(|components| components.get(name));
    for (name, parameter) in properties(section("parameters")) {
        want(&format!("/components/parameters/{name}"), parameter, "description", &mut missing);
    }
    responses("/components/responses", section("responses"), &mut missing);
    for (name, schema) in properties(section("schemas")) {
        described(&format!("/components/schemas/{name}"), schema, &mut missing);
    }
    locations.extend(missing.into_iter().map(|pointer| DocumentText { pointer, text: String::new() }));
    locations
}

fn responses(pointer: &str, responses: Option<&Value>, missing: &mut Vec<String>) {
    for (status, response) in properties(responses) {
        want(&format!("{pointer}/{status}"), response, "description", missing);
        for (name, header) in properties(response.get("headers")) {
            want(&format!("{pointer}/{status}/headers/{name}"), header, "description", missing);
        }
    }
}

fn described(pointer: &str, schema: &Value, missing: &mut Vec<String>) {
    want(pointer, schema, "description", missing);
    for (name, property) in properties(schema.get("properties")) {
        described(&format!("{pointer}/properties/{name}"), property, missing);
    }
}

/// Notes that a text is missing. A reference needs no text, and a title or another text is sufficient.
fn want(pointer: &str, owner: &Value, key: &str, missing: &mut Vec<String>) {
    if ["$ref", "title", "summary", "description"].iter().all(|key| owner.get(*key).is_none()) {
        missing.push(format!("{pointer}/{key}"));
    }
}

/// The properties of an object, with their keys escaped for a JSON pointer.
fn properties(value: Option<&Value>) -> impl Iterator<Item = (String, &Value)> {
    let properties = value.and_then(Value::as_mapping).into_iter().flatten();
    properties.map(|(key, value)| (token(key.as_str().unwrap_or_default()), value))
}

fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_sequence).into_iter().flatten()
}
