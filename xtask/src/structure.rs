//! The structure of a document: what is left without texts and examples.
//!
//! Our copy of upstream's slice has texts of its own. The two are compared by their structure, and
//! `x-slice-sha256` in `info` is the SHA-256 of it, written as canonical JSON:
//!
//! 1. of the top level only `openapi`, `servers`, `tags`, `security`, `paths` and `components` count
//!    (`info` is ours; it holds the hash itself);
//! 2. texts and examples are removed ([`Member::Text`], [`Member::Example`]), and the texts of scopes
//!    are emptied, so that their names remain;
//! 3. keys are sorted by code point, and there is no white space.

use serde_yaml::{Mapping, Value};
use sha2::{Digest, Sha256};

use crate::members::{Member, classify};

/// Members of the top level that belong to the structure.
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
            let mut members: Vec<_> = mapping.iter().map(|(key, value)| (text_of(key), value)).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            let members: Vec<_> =
                members.into_iter().map(|(key, value)| format!("{}:{}", quoted(&key), canonical(value))).collect();
            format!("{{{}}}", members.join(","))
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
                    (Member::Text | Member::Example, _) => continue,
                    (Member::NamedTexts, Value::Mapping(named)) => {
                        Value::Mapping(named.keys().map(|name| (name.clone(), "".into())).collect())
                    }
                    (Member::Names, Value::Mapping(named)) => {
                        Value::Mapping(named.iter().map(|(name, value)| (name.clone(), strip(value))).collect())
                    }
                    (Member::Literal, literal) => literal.clone(),
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

/// Keys are strings in JSON; YAML would also have, say, `200` as a number.
fn text_of(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        other => canonical(other),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
