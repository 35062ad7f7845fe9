//! A flat schema: `$ref` followed, `allOf` merged.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A schema without `$ref` and `allOf`, and the pointers of the followed `$ref`s.
#[derive(Clone, Debug, Default)]
pub struct Flat {
    /// Its keywords.
    pub keywords: Map<String, Value>,
    /// The targets of its `$ref`s.
    pub targets: BTreeSet<String>,
}

impl Flat {
    /// The flat form of a schema of this document.
    pub fn of(document: &Value, schema: &Value) -> Self {
        let mut flat = Self::default();
        flat.add(document, schema);
        flat
    }

    /// Adds the keywords of another schema.
    pub fn add(&mut self, document: &Value, schema: &Value) {
        let Some(properties) = schema.as_object() else { return };
        if let Some(pointer) = target(properties) {
            if self.targets.insert(pointer.to_owned())
                && let Some(schema) = document.pointer(pointer)
            {
                self.add(document, schema);
            }
            // The siblings of a `$ref` are valid since 3.1.
            if document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.0")) {
                return;
            }
        }
        for part in properties.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(document, part);
        }
        for (key, value) in properties.iter().filter(|(key, _)| !matches!(key.as_str(), "$ref" | "allOf")) {
            self.merge(key, value);
        }
    }

    fn merge(&mut self, key: &str, value: &Value) {
        let Some(old) = self.keywords.get_mut(key) else {
            self.keywords.insert(key.to_owned(), value.clone());
            return;
        };
        match (key, old, value) {
            ("properties", Value::Object(old), Value::Object(new)) => {
                for (name, schema) in new {
                    match old.get_mut(name) {
                        Some(before) if before != schema => {
                            let both = vec![before.take(), schema.clone()];
                            *before = serde_json::json!({ "allOf": both });
                        }
                        Some(_) => {}
                        None => drop(old.insert(name.clone(), schema.clone())),
                    }
                }
            }
            ("required", Value::Array(old), Value::Array(new)) => {
                for name in new {
                    if !old.contains(name) {
                        old.push(name.clone());
                    }
                }
            }
            ("enum", Value::Array(old), Value::Array(new)) => old.retain(|value| new.contains(value)),
            (_, old, new) => *old = new.clone(),
        }
    }

    /// The value of a keyword, if it is present.
    pub fn get(&self, keyword: &str) -> Option<&Value> {
        self.keywords.get(keyword)
    }

    /// The value of a keyword as a number.
    pub fn number(&self, keyword: &str) -> Option<f64> {
        self.get(keyword).and_then(Value::as_f64)
    }

    /// The value of a keyword as a count.
    pub fn count(&self, keyword: &str) -> Option<usize> {
        self.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    }

    /// The value of a keyword as a string.
    pub fn text(&self, keyword: &str) -> Option<&str> {
        self.get(keyword).and_then(Value::as_str)
    }

    /// Whether a keyword is `true`.
    pub fn is(&self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Value::Bool(true))
    }

    /// The schemas in the list of a keyword.
    pub fn list(&self, keyword: &str) -> Vec<&Value> {
        self.get(keyword).and_then(Value::as_array).into_iter().flatten().collect()
    }

    /// The type: the first entry of `type` that is not `null`, or else the type that the other keywords imply.
    pub fn kind(&self) -> Option<&str> {
        match self.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
            Some(kind) => kind.as_str(),
            None => {
                let implied = [
                    ("object", ["properties", "additionalProperties", "required"]),
                    ("array", ["items", "minItems", "maxItems"]),
                    ("string", ["pattern", "minLength", "format"]),
                    ("number", ["minimum", "maximum", "multipleOf"]),
                ];
                let has = |keywords: &[&str; 3]| keywords.iter().any(|keyword| self.get(keyword).is_some());
                implied.into_iter().find(|(_, keywords)| has(keywords)).map(|(kind, _)| kind)
            }
        }
    }
}

fn target(properties: &Map<String, Value>) -> Option<&str> {
    properties.get("$ref")?.as_str()?.strip_prefix('#')
}

/// The value at this pointer, with each `$ref` to a shared object followed.
pub fn resolved<'d>(document: &'d Value, pointer: &str) -> Option<&'d Value> {
    const MOST_STEPS: usize = 64;
    let mut value = document.pointer(pointer)?;
    for _ in 0..MOST_STEPS {
        match value.as_object().and_then(target) {
            Some(pointer) => value = document.pointer(pointer)?,
            None => return Some(value),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_are_merged() {
        let document = json!({
            "Named": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            "Pet": { "allOf": [{ "$ref": "#/Named" }, { "required": ["age"], "properties": {
                "age": { "type": "integer" }, "name": { "maxLength": 3 },
            } }], "description": "A pet." },
        });
        let flat = Flat::of(&document, &json!({ "$ref": "#/Pet" }));
        assert_eq!(
            Value::Object(flat.keywords),
            json!({
                "type": "object",
                "required": ["name", "age"],
                "description": "A pet.",
                "properties": {
                    "age": { "type": "integer" },
                    "name": { "allOf": [{ "type": "string" }, { "maxLength": 3 }] },
                },
            })
        );
        assert_eq!(flat.targets.into_iter().collect::<Vec<_>>(), ["/Named", "/Pet"]);
    }

    #[test]
    fn siblings_of_a_reference() {
        let kind = |version: &str| {
            let document = json!({ "openapi": version, "A": { "type": "string" } });
            Flat::of(&document, &json!({ "$ref": "#/A", "type": "number" })).kind().map(str::to_owned)
        };
        assert_eq!((kind("3.0.3").as_deref(), kind("3.1.0").as_deref()), (Some("string"), Some("number")));
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let document = json!({ "A": { "allOf": [{ "$ref": "#/A" }, { "type": "string" }] } });
        assert_eq!(Flat::of(&document, &json!({ "$ref": "#/A" })).kind(), Some("string"));
        assert_eq!(resolved(&json!({ "A": { "$ref": "#/A" } }), "/A"), None);
    }
}
