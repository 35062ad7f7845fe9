//! The structure of a document: the document without texts and examples.
//!
//! Our copy of upstream's slice has our texts, so the two are compared by structure. `x-slice-sha256` in `info` is the
//! SHA-256 of the structure as canonical JSON:
//!
//! 1. only `openapi`, `servers`, `tags`, `security`, `paths` and `components` of the top level are included (`info` is
//!    ours, and contains the hash);
//! 2. texts and examples are removed ([`Role::Text`], [`Role::Example`]), and the texts of scopes are emptied, so that
//!    their names remain;
//! 3. keys are sorted by code point, without white space.

use serde_yaml::{Mapping, Value};
use sha2::{Digest, Sha256};

use crate::roles::{Role, classify};

/// The top-level properties that belong to the structure.
pub const TOP_LEVEL: [&str; 6] = ["openapi", "servers", "tags", "security", "paths", "components"];

/// The document without texts, examples and `info`.
pub fn structure(document: &Value) -> Value {
    let mut kept = Mapping::new();
    for key in TOP_LEVEL {
        if let Some(value) = document.get(key) {
            kept.insert(key.into(), value.clone());
        }
    }
    strip(&Value::Mapping(kept))
}

/// The SHA-256 of a value's canonical JSON, in hexadecimal.
pub fn sha256(value: &Value) -> String {
    Sha256::digest(canonical(value)).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value as JSON with sorted keys and no white space.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Mapping(mapping) => {
            let mut properties: Vec<_> = mapping.iter().map(|(key, value)| (text_of(key), value)).collect();
            properties.sort_by(|one, other| one.0.cmp(&other.0));
            let properties: Vec<_> =
                properties.into_iter().map(|(key, value)| format!("{}:{}", quoted(&key), canonical(value))).collect();
            format!("{{{}}}", properties.join(","))
        }
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Tagged(tagged) => canonical(&tagged.value),
        Value::String(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".to_owned(),
    }
}

fn strip(value: &Value) -> Value {
    match value {
        Value::Mapping(mapping) => {
            let mut kept = Mapping::new();
            for (key, value) in mapping {
                let stripped = match (classify(&text_of(key)), value) {
                    (Role::Text | Role::Example, _) => continue,
                    (Role::NamedTexts, Value::Mapping(named)) => {
                        Value::Mapping(named.keys().map(|name| (name.clone(), "".into())).collect())
                    }
                    (Role::Names, Value::Mapping(named)) => {
                        Value::Mapping(named.iter().map(|(name, value)| (name.clone(), strip(value))).collect())
                    }
                    (Role::Literal, literal) => literal.clone(),
                    (_, value) => strip(value),
                };
                kept.insert(key.clone(), stripped);
            }
            Value::Mapping(kept)
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(strip).collect()),
        other => other.clone(),
    }
}

/// JSON keys are strings. YAML keys may be numbers, such as `200`.
fn text_of(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        other => canonical(other),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
