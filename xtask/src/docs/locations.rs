//! The locations of a document that have a text or should have one.

use serde_yaml::Value;

use crate::members::{METHODS, token};
use crate::texts::texts;

/// A text; empty if it is missing.
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) text: String,
}

/// The texts of a document in its order, followed by the locations without one.
pub(super) fn all(document: &Value) -> Vec<Place> {
    let mut places: Vec<Place> = texts(document).into_iter().map(|(pointer, text)| Place { pointer, text }).collect();
    let mut missing = Vec::new();
    for (path, item) in members(document.get("paths")) {
        for (method, operation) in members(Some(item)).filter(|(method, _)| METHODS.contains(&method.as_str())) {
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
    for (name, parameter) in members(section("parameters")) {
        want(&format!("/components/parameters/{name}"), parameter, "description", &mut missing);
    }
    responses("/components/responses", section("responses"), &mut missing);
    for (name, schema) in members(section("schemas")) {
        described(&format!("/components/schemas/{name}"), schema, &mut missing);
    }
    places.extend(missing.into_iter().map(|pointer| Place { pointer, text: String::new() }));
    places
}

fn responses(pointer: &str, responses: Option<&Value>, missing: &mut Vec<String>) {
    for (status, response) in members(responses) {
        want(&format!("{pointer}/{status}"), response, "description", missing);
        for (name, header) in members(response.get("headers")) {
            want(&format!("{pointer}/{status}/headers/{name}"), header, "description", missing);
        }
    }
}

fn described(pointer: &str, schema: &Value, missing: &mut Vec<String>) {
    want(pointer, schema, "description", missing);
    for (name, member) in members(schema.get("properties")) {
        described(&format!("{pointer}/properties/{name}"), member, missing);
    }
}

/// Requires a text. A reference needs none, and a title or a different text is sufficient.
fn want(pointer: &str, owner: &Value, key: &str, missing: &mut Vec<String>) {
    if ["$ref", "title", "summary", "description"].iter().all(|key| owner.get(*key).is_none()) {
        missing.push(format!("{pointer}/{key}"));
    }
}

/// The properties of an object, with their keys escaped for a JSON pointer.
fn members(value: Option<&Value>) -> impl Iterator<Item = (String, &Value)> {
    let members = value.and_then(Value::as_mapping).into_iter().flatten();
    members.map(|(key, value)| (token(key.as_str().unwrap_or_default()), value))
}

fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_sequence).into_iter().flatten()
}
