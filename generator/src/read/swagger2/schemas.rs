//! Schemas: the keywords that 3.0 writes differently.

use serde_json::{Value, json};

use super::super::normal::types;
use super::super::walk::{LIST, NAMED, ONE, push};
use super::{Converter, below};

impl Converter<'_> {
    /// A schema of `definitions`.
    pub(super) fn definition(&mut self, schema: &Value, at: &str) -> Value {
        let mut schema = schema.clone();
        self.schema(&mut schema, &mut at.to_owned());
        schema
    }

    /// Rewrites a schema and all schemas inside. `at` is its new pointer.
    pub(super) fn schema(&mut self, schema: &mut Value, at: &mut String) {
        let Some(keywords) = schema.as_object_mut() else { return };
        if keywords.get("$ref").is_some_and(Value::is_string) {
            self.references.push(below(at, "$ref"));
        }
        for (key, value) in keywords.iter_mut() {
            let length = push(at, key);
            if NAMED.contains(&key.as_str()) {
                for (name, value) in value.as_object_mut().into_iter().flatten() {
                    let length = push(at, name);
                    self.schema(value, at);
                    at.truncate(length);
                }
            } else if LIST.contains(&key.as_str()) || (key == "items" && value.is_array()) {
                for (index, value) in value.as_array_mut().into_iter().flatten().enumerate() {
                    let length = push(at, &index.to_string());
                    self.schema(value, at);
                    at.truncate(length);
                }
            } else if ONE.contains(&key.as_str()) {
                self.schema(value, at);
            }
            at.truncate(length);
        }
        if let Some(property @ Value::String(_)) = keywords.get_mut("discriminator") {
            let old = super::super::before(&self.moved, &below(at, "discriminator"));
            self.move_to(&below(&below(at, "discriminator"), "propertyName"), &old);
            *property = json!({ "propertyName": property.take() });
        }
        types(keywords);
        if keywords.get("x-nullable") == Some(&Value::Bool(true)) {
            // 3.0 ignores what is beside a `$ref`.
            if let Some(reference) = keywords.remove("$ref") {
                let old = super::super::before(&self.moved, at);
                self.move_to(&below(&below(at, "allOf"), "0"), &old);
                self.references.push(below(&below(&below(at, "allOf"), "0"), "$ref"));
                keywords.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            }
            keywords.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
}

/// Whether a schema may result in a type with a name of its own.
pub(super) fn is_structured(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    !has("$ref")
        && ["properties", "items", "allOf", "oneOf", "anyOf", "enum", "additionalProperties"].into_iter().any(has)
}
