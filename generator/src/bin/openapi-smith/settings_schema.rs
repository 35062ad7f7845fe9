//! The JSON Schema of the settings file, from the types that read it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::settings;

/// A type of the settings file that has a JSON Schema.
pub(crate) trait Described {
    /// The schema of its values.
    fn schema() -> Value;
}

impl Described for bool {
    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

impl Described for String {
    fn schema() -> Value {
        json!({ "type": "string" })
    }
}

impl<T: Described> Described for Option<T> {
    fn schema() -> Value {
        T::schema()
    }
}

impl<T: Described> Described for Vec<T> {
    fn schema() -> Value {
        json!({ "type": "array", "items": T::schema() })
    }
}

impl<T: Described> Described for BTreeMap<String, T> {
    fn schema() -> Value {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
}

/// The schema as the text of a file.
pub(crate) fn text() -> String {
    let mut properties: Map<String, Value> = settings::keys()
        .into_iter()
        .map(|(key, mut schema, description)| {
            if let Some(keywords) = schema.as_object_mut() {
                keywords.insert("description".to_owned(), description.into());
            }
            (key, schema)
        })
        .collect();
    properties.insert("$schema".to_owned(), String::schema());
    // Draft 7 is the one that editors know.
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of openapi-smith",
        "description": "The file of `openapi-smith --settings FILE`, in TOML or JSON.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    format!("{schema:#}\n")
}
