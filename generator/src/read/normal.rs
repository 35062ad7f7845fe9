//! Normalizes OpenAPI 3.1 to 3.0, in place and before lowering. Of 3.0 itself it rewrites constants, and `$ref`s that may be null.
//!
//! Constructs with an equivalent in 3.0 are rewritten, so that lowering handles one spelling. Constructs without one
//! are kept: lists of types, `prefixItems`, `patternProperties`. The original location of a moved value is recorded,
//! because problems and notes show it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::walk::{LIST, NAMED, ONE, holds_named, push};

/// Maps the pointer of a moved value to its pointer in the text.
pub(super) type Moved = BTreeMap<String, String>;

/// The result of the normalization.
#[derive(Debug, Default)]
pub(super) struct Normalized {
    pub(super) moved: Moved,
    /// The pointers of the `$ref`s in parts of version 3.0 that have `nullable: true` beside them.
    pub(super) nullable: Vec<String>,
}

/// Rewrites every schema of the document; in parts of version 3.0 only `const` and a `$ref` beside `nullable: true`, which 3.0
/// does not have and documents use. `versions` has the pointers of the parts that may have a different version than the document: whether it is 3.1.
pub(super) fn normalize(root: &mut Value, is_3_1: bool, versions: &BTreeMap<String, bool>) -> Normalized {
    let done = Normalized::default();
    let mut pass = Pass { is_3_1, versions, done, schemas: BTreeSet::new(), targets: Vec::new() };
    pass.anything(root, &mut String::new());
    pass.referred(root);
    // A document may have only components or webhooks.
    if let Some(properties) = root.as_object_mut().filter(|_| is_3_1) {
        properties.entry("paths").or_insert_with(|| json!({}));
    }
    pass.done
}

/// The siblings of a `$ref` that do not change the type.
const ANNOTATIONS: [&str; 7] = ["$comment", "$defs", "definitions", "example", "examples", "externalDocs", "summary"];

struct Pass<'v> {
    /// Whether the current part is of version 3.1.
    is_3_1: bool,
    versions: &'v BTreeMap<String, bool>,
    done: Normalized,
    /// The pointers of the rewritten schemas.
    schemas: BTreeSet<String>,
    /// The pointers that `$ref`s of schemas lead to.
    targets: Vec<String>,
}

impl Pass<'_> {
    /// Visits a value at this pointer. A part of another file has the version of that file.
    fn within(&mut self, value: &mut Value, at: &mut String, visit: fn(&mut Self, &mut Value, &mut String)) {
        let before = self.is_3_1;
        self.is_3_1 = self.versions.get(at.as_str()).copied().unwrap_or(before);
        visit(self, value, at);
        self.is_3_1 = before;
    }

    /// Visits values that are not schemas: normalizes every property `schema` and the component schemas.
    fn anything(&mut self, value: &mut Value, at: &mut String) {
        match value {
            Value::Object(properties) => {
                for (key, property) in properties {
                    let length = push(at, key);
                    match key.as_str() {
                        "schema" | "itemSchema" => self.within(property, at, Self::schema),
                        "schemas" if at == "/components/schemas" => self.within(property, at, Self::each),
                        // Examples and extensions are arbitrary values, which may look like schemas.
                        "example" | "examples" | "default" => {}
                        key if holds_named(key) => self.within(property, at, Self::named),
                        _ => self.within(property, at, Self::anything),
                    }
                    at.truncate(length);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    let length = push(at, &index.to_string());
                    self.anything(element, at);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// Visits a map from names to values that are not schemas. A name may be that of a keyword, such as `default`.
    fn named(&mut self, value: &mut Value, at: &mut String) {
        let Value::Object(properties) = value else { return self.anything(value, at) };
        for (name, property) in properties {
            let length = push(at, name);
            self.within(property, at, Self::anything);
            at.truncate(length);
        }
    }

    /// Rewrites the schemas that only `$ref`s lead to, wherever they are.
    fn referred(&mut self, root: &mut Value) {
        while let Some(target) = self.targets.pop() {
            // Other sections have no schemas, and a reference to one of their entries is an error that lowering reports.
            let is_entry = target.strip_prefix("/components/").is_some_and(|rest| rest.split('/').count() < 3);
            if is_entry || self.schemas.contains(&target) {
                continue;
            }
            if let Some(schema) = root.pointer_mut(&target) {
                let before = self.is_3_1;
                self.is_3_1 = self.version_at(&target).unwrap_or(before);
                self.schema(schema, &mut target.clone());
                self.is_3_1 = before;
            }
        }
    }

    /// Whether the part around this pointer is of version 3.1, if it may differ from the document.
    fn version_at(&self, pointer: &str) -> Option<bool> {
        let mut ends = std::iter::once(pointer.len()).chain(pointer.rmatch_indices('/').map(|(end, _)| end));
        ends.find_map(|end| self.versions.get(pointer.get(..end)?).copied())
    }

    fn each(&mut self, value: &mut Value, at: &mut String) {
        let Some(properties) = value.as_object_mut() else { return };
        for (key, property) in properties {
            let length = push(at, key);
            self.within(property, at, Self::schema);
            at.truncate(length);
        }
    }

    fn schema(&mut self, value: &mut Value, at: &mut String) {
        match value {
            Value::Bool(true) if self.is_3_1 => *value = json!({}),
            Value::Bool(false) if self.is_3_1 => *value = json!({ "not": {} }),
            _ => {}
        }
        let Some(properties) = value.as_object_mut() else { return };
        self.schemas.insert(at.clone());
        self.targets.extend(properties.get("$ref").and_then(Value::as_str).and_then(pointer));
        for (key, property) in properties.iter_mut() {
            let length = push(at, key);
            // `items` was a list before JSON Schema 2020-12.
            if LIST.contains(&key.as_str()) || (key == "items" && property.is_array()) {
                for (index, element) in property.as_array_mut().into_iter().flatten().enumerate() {
                    let length = push(at, &index.to_string());
                    self.schema(element, at);
                    at.truncate(length);
                }
            } else if ONE.contains(&key.as_str()) {
                // `additionalProperties` is a schema or a boolean in 3.0 too.
                if !(key == "additionalProperties" && property.is_boolean()) {
                    self.schema(property, at);
                }
            } else if NAMED.contains(&key.as_str()) {
                self.each(property, at);
            }
            at.truncate(length);
        }
        if self.is_3_1 {
            types(properties);
        }
        self.constant(properties, at);
        if self.is_3_1 {
            limits(properties);
            content(properties);
            self.reference(properties, at);
        } else {
            self.nullable_reference(properties, at);
        }
    }

    fn constant(&mut self, properties: &mut Map<String, Value>, at: &str) {
        if let Some(constant) = properties.remove("const") {
            self.done.moved.insert(format!("{at}/enum/0"), format!("{at}/const"));
            properties.insert("enum".to_owned(), Value::Array(vec![constant]));
        }
    }

    /// Rewrites a `$ref` beside `nullable: true` as `allOf`, with the other siblings, which 3.0 ignores.
    fn nullable_reference(&mut self, properties: &mut Map<String, Value>, at: &str) {
        let is_nullable = properties.get("nullable") == Some(&Value::Bool(true));
        if !is_nullable || !properties.get("$ref").is_some_and(Value::is_string) {
            return;
        }
        let mut reference = std::mem::take(properties);
        reference.remove("nullable");
        properties.insert("allOf".to_owned(), json!([reference]));
        properties.insert("nullable".to_owned(), Value::Bool(true));
        self.done.moved.insert(format!("{at}/allOf/0"), at.to_owned());
        self.done.nullable.push(at.to_owned());
    }

    /// Rewrites a `$ref` with siblings as `allOf`, because 3.0 ignores the siblings.
    fn reference(&mut self, properties: &mut Map<String, Value>, at: &str) {
        let has_more = properties
            .keys()
            .any(|key| key != "$ref" && !ANNOTATIONS.contains(&key.as_str()) && !key.starts_with("x-"));
        if !has_more || !properties.get("$ref").is_some_and(Value::is_string) {
            return;
        }
        let Some(reference) = properties.remove("$ref") else { return };
        let parts = properties.entry("allOf").or_insert_with(|| json!([]));
        let Some(parts) = parts.as_array_mut() else { return };
        self.done.moved.insert(format!("{at}/allOf/{}", parts.len()), at.to_owned());
        parts.push(json!({ "$ref": reference }));
    }
}

/// The pointer of a reference inside the document.
fn pointer(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/'))?;
    Some(percent_encoding::percent_decode_str(pointer).decode_utf8_lossy().into_owned())
}

/// `type: [x, "null"]` and `type: "null"`.
pub(super) fn types(properties: &mut Map<String, Value>) {
    match properties.get_mut("type") {
        Some(Value::Array(types)) => {
            let before = types.len();
            types.retain(|name| name != "null");
            if types.len() < before {
                properties.insert("nullable".to_owned(), Value::Bool(true));
            }
            let Some(Value::Array(types)) = properties.get_mut("type") else { return };
            match types.as_mut_slice() {
                [] if before > 0 => {
                    properties.remove("type");
                    properties.insert("enum".to_owned(), json!([null]));
                }
                [] => {
                    properties.remove("type");
                }
                [only] => {
                    let only = only.take();
                    properties.insert("type".to_owned(), only);
                }
                _ => {}
            }
        }
        Some(Value::String(name)) if name == "null" => {
            properties.remove("type");
            properties.insert("enum".to_owned(), json!([null]));
        }
        _ => {}
    }
}

/// Converts exclusive limits: numbers in 3.1, flags beside the limits in 3.0.
fn limits(properties: &mut Map<String, Value>) {
    for (exclusive, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(value) = properties.get(exclusive).filter(|value| value.is_number()).cloned() {
            properties.insert(limit.to_owned(), value);
            properties.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
}

/// Converts the encoding and the media type of a string in 3.1 to `format` in 3.0.
fn content(properties: &mut Map<String, Value>) {
    let encoding = properties.get("contentEncoding").and_then(Value::as_str);
    let media = properties.get("contentMediaType").and_then(Value::as_str);
    let format = match (encoding, media) {
        (Some("base64"), _) => "byte",
        (Some("base64url"), _) => "base64url",
        (None, Some("application/octet-stream")) => "binary",
        _ => return,
    };
    properties.entry("format").or_insert_with(|| Value::String(format.to_owned()));
    properties.entry("type").or_insert_with(|| Value::String("string".to_owned()));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn normal(schema: Value) -> Value {
        let mut root = json!({ "components": { "schemas": { "X": schema } } });
        normalize(&mut root, true, &BTreeMap::new());
        root.pointer("/components/schemas/X").unwrap().clone()
    }

    #[test]
    fn spellings_of_3_1_are_rewritten() {
        for (new, old) in [
            (json!({"type": ["string", "null"]}), json!({"type": "string", "nullable": true})),
            (json!({"type": ["string", "integer"]}), json!({"type": ["string", "integer"]})),
            (json!({"type": "null"}), json!({"enum": [null]})),
            (json!({"type": ["null"]}), json!({"nullable": true, "enum": [null]})),
            (json!({"const": "a"}), json!({"enum": ["a"]})),
            (json!({"exclusiveMinimum": 5}), json!({"minimum": 5, "exclusiveMinimum": true})),
            (json!({"properties": {"a": true, "b": false}}), json!({"properties": {"a": {}, "b": {"not": {}}}})),
            (json!({"additionalProperties": false}), json!({"additionalProperties": false})),
            (
                json!({"contentEncoding": "base64"}),
                json!({"contentEncoding": "base64", "type": "string", "format": "byte"}),
            ),
            (json!({"$ref": "#/x", "example": 1}), json!({"$ref": "#/x", "example": 1})),
            (json!({"$ref": "#/x", "description": "d"}), json!({"allOf": [{"$ref": "#/x"}], "description": "d"})),
            (json!({"$ref": "#/x", "$defs": {"a": {}}}), json!({"$ref": "#/x", "$defs": {"a": {}}})),
            (
                json!({"$ref": "#/x", "patternProperties": {"^a": {}}}),
                json!({"allOf": [{"$ref": "#/x"}], "patternProperties": {"^a": {}}}),
            ),
            (
                json!({"$ref": "#/x", "dependentSchemas": {"a": {}}}),
                json!({"allOf": [{"$ref": "#/x"}], "dependentSchemas": {"a": {}}}),
            ),
            // A property may have the name of a keyword.
            (json!({"properties": {"const": {"const": 1}}}), json!({"properties": {"const": {"enum": [1]}}})),
        ] {
            assert_eq!(normal(new.clone()), old, "{new}");
        }
    }

    #[test]
    fn constants_of_3_0_are_rewritten() {
        let mut root =
            json!({ "components": { "schemas": { "X": { "const": 1, "type": ["integer", "null"], "items": true } } } });
        normalize(&mut root, false, &BTreeMap::new());
        let expected = json!({"enum": [1], "type": ["integer", "null"], "items": true});
        assert_eq!(*root.pointer("/components/schemas/X").unwrap(), expected);
    }

    #[test]
    fn a_reference_of_3_0_may_be_null() {
        let schema = json!({ "$ref": "#/x", "nullable": true, "description": "d" });
        let other = json!({ "$ref": "#/x", "nullable": false });
        let mut root = json!({ "components": { "schemas": { "X": { "items": schema }, "Y": other } } });
        let done = normalize(&mut root, false, &BTreeMap::new());
        let expected = json!({ "allOf": [{ "$ref": "#/x", "description": "d" }], "nullable": true });
        assert_eq!(root.pointer("/components/schemas/X/items"), Some(&expected));
        assert_eq!(root.pointer("/components/schemas/Y"), Some(&other));
        assert_eq!(done.nullable, ["/components/schemas/X/items"]);
        let at = "/components/schemas/X/items".to_owned();
        assert_eq!(done.moved, BTreeMap::from([(format!("{at}/allOf/0"), at)]));
    }

    #[test]
    fn schemas_outside_of_the_components_are_rewritten_if_a_reference_leads_to_them() {
        let mut root = json!({
            "x-own": { "A b": { "const": 1, "items": { "$ref": "#/$defs/B" } }, "C": { "const": 2 } },
            "$defs": { "B": { "const": 3, "items": { "$ref": "#/x-own/A%20b" } } },
            "components": { "schemas": { "X": { "$ref": "#/x-own/A%20b" } }, "responses": { "R": { "const": 4 } } },
        });
        normalize(&mut root, true, &BTreeMap::new());
        for (pointer, expected) in [("/x-own/A b", json!([1])), ("/$defs/B", json!([3]))] {
            assert_eq!(root.pointer(pointer).unwrap().get("enum"), Some(&expected), "{pointer}");
        }
        assert!(root.pointer("/x-own/C/const").is_some());
    }

    #[test]
    fn a_name_is_no_keyword() {
        let all = |schema: Value| {
            let holder = json!({ "schema": schema });
            let named = json!({ "default": holder, "example": holder, "examples": holder, "schema": holder });
            let content = json!({ "content": { "a/b": holder }, "headers": named });
            json!({
                "components": { "headers": named, "parameters": named, "responses": { "default": content } },
                "paths": { "/a": { "get": { "responses": { "default": content }, "callbacks": { "default": {
                    "/b": { "post": { "parameters": [holder], "responses": { "200": content } } },
                } } } } },
            })
        };
        let mut root = all(json!({ "type": ["string", "null"] }));
        normalize(&mut root, true, &BTreeMap::new());
        assert_eq!(root, all(json!({ "type": "string", "nullable": true })));
    }

    #[test]
    fn moved_values_keep_their_original_location() {
        let mut root = json!({ "paths": { "/a": { "schema": { "$ref": "#/x", "description": "d" } } } });
        let moved = normalize(&mut root, true, &BTreeMap::new()).moved;
        assert_eq!(moved.get("/paths/~1a/schema/allOf/0").unwrap(), "/paths/~1a/schema");
    }
}
