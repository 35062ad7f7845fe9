//! Finds the properties that a schema keeps. Undeclared properties that a schema does not keep may be lost.

use serde_json::{Map, Value};

/// A limit for recursive schemas, above the need of real ones.
const MOST_STEPS: usize = 64;

/// Whether the property `property` of the object at `at` in the value may be lost: a schema there declares properties, and no
/// schema there declares this one or keeps additional properties. `schema` is the pointer of the value's schema. A branch
/// of a union counts only if the value is valid for it.
pub fn may_be_lost(document: &Value, schema: &str, value: &Value, at: &str, property: &str) -> bool {
    let Some(root) = document.pointer(schema) else { return false };
    // Most properties that are lost are in no branch, and need no validator.
    let any_branch = Judge { document, fits: &|_, _| true };
    let valid_branch = Judge { document, fits: &|branch, value| is_valid(document, branch, value) };
    any_branch.excuses(root, value, at, property) || valid_branch.excuses(root, value, at, property)
}

/// Finds the schemas of a value.
struct Judge<'d> {
    document: &'d Value,
    /// Whether the value has this branch of a union.
    fits: &'d dyn Fn(&Value, &Value) -> bool,
}

impl<'d> Judge<'d> {
    fn excuses(&self, root: &'d Value, mut value: &Value, at: &str, property: &str) -> bool {
        let mut here = self.parts(vec![root], value);
        for segment in at.split('/').skip(1) {
            value = value.pointer(&format!("/{segment}")).unwrap_or(&Value::Null);
            let segment = segment.replace("~1", "/").replace("~0", "~");
            let inside: Vec<&Value> = here.iter().flat_map(|schema| below(schema, &segment)).collect();
            here = self.parts(inside, value);
        }
        let declares = here.iter().any(|schema| schema.contains_key("properties"));
        declares && !here.iter().any(|schema| keeps(schema, property))
    }

    /// The schemas, and every schema that they are composed of, with each reference followed.
    fn parts(&self, schemas: Vec<&'d Value>, value: &Value) -> Vec<&'d Map<String, Value>> {
        let mut found: Vec<&Map<String, Value>> = Vec::new();
        let mut open: Vec<(&Value, usize)> = schemas.into_iter().map(|schema| (schema, 0)).collect();
        while let Some((schema, depth)) = open.pop() {
            let Some(properties) = schema.as_object().filter(|_| depth < MOST_STEPS) else { continue };
            if found.iter().any(|known| std::ptr::eq(*known, properties)) {
                continue;
            }
            found.push(properties);
            let list = |key: &str| properties.get(key).and_then(Value::as_array).into_iter().flatten();
            let branches = list("oneOf").chain(list("anyOf")).filter(|branch| (self.fits)(branch, value));
            let conditional = ["if", "then", "else"].into_iter().filter_map(|key| properties.get(key));
            let dependent = properties.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten();
            let all = target(self.document, properties).into_iter().chain(list("allOf")).chain(branches);
            let all = all.chain(conditional).chain(dependent.map(|(_, schema)| schema));
            open.extend(all.map(|schema| (schema, depth + 1)));
        }
        found
    }
}

/// Whether the value is valid for the branch, or the document is older than JSON Schema 2020-12 in OpenAPI.
fn is_valid(document: &Value, branch: &Value, value: &Value) -> bool {
    let version = document.get("openapi").or_else(|| document.get("swagger")).and_then(Value::as_str);
    if version.is_some_and(|version| version.starts_with("2.") || version.starts_with("3.0")) {
        return true;
    }
    let mut root = document.as_object().cloned().unwrap_or_default();
    root.insert("allOf".to_owned(), Value::Array(vec![branch.clone()]));
    jsonschema::draft202012::new(&Value::Object(root)).map_or(true, |validator| validator.is_valid(value))
}

/// The schema that a `$ref` refers to, or a `$dynamicRef` to an anchor of a component.
fn target<'d>(document: &'d Value, schema: &Map<String, Value>) -> Option<&'d Value> {
    let text = |key: &str| schema.get(key)?.as_str()?.strip_prefix('#');
    let dynamic = || {
        let anchor = text("$dynamicRef")?;
        let components = document.pointer("/components/schemas")?.as_object()?;
        components.values().find(|schema| schema.get("$dynamicAnchor").is_some_and(|known| known == anchor))
    };
    text("$ref").and_then(|pointer| document.pointer(pointer)).or_else(dynamic)
}

/// The schemas of the value under `segment`.
fn below<'d>(schema: &'d Map<String, Value>, segment: &str) -> Vec<&'d Value> {
    let declared = schema.get("properties").and_then(|declared| declared.get(segment));
    let additional = additional(schema).filter(|_| declared.is_none());
    let items = schema.get("items").filter(|_| segment.parse::<usize>().is_ok());
    let item = segment.parse::<usize>().ok().and_then(|index| schema.get("prefixItems")?.get(index));
    [declared, additional, items, item].into_iter().flatten().collect()
}

fn keeps(schema: &Map<String, Value>, property: &str) -> bool {
    let declares = schema.get("properties").is_some_and(|declared| declared.get(property).is_some());
    let requires =
        schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|name| name == property));
    declares
        || requires
        || additional(schema).is_some_and(|additional| *additional != Value::Bool(false))
        || schema.contains_key("patternProperties")
}

fn additional(schema: &Map<String, Value>) -> Option<&Value> {
    schema.get("additionalProperties").or_else(|| schema.get("unevaluatedProperties"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn undeclared_properties_may_be_lost() {
        let document = json!({
            "Pet": { "allOf": [{ "$ref": "#/Named" }, { "properties": { "friends": { "items": { "$ref": "#/Pet" } } } }] },
            "Named": { "properties": { "name": {} } },
            "Open": { "properties": { "name": {} }, "additionalProperties": true },
            "Free": { "type": "object" },
            "Listed": { "required": ["more"], "properties": { "name": {} }, "then": { "properties": { "next": {} } } },
            "Inside": { "unevaluatedProperties": { "$ref": "#/Named" }, "prefixItems": [{ "$ref": "#/Named" }] },
        });
        let may_be_lost = |schema, at, property| may_be_lost(&document, schema, &Value::Null, at, property);
        assert!(may_be_lost("/Pet", "", "other"));
        assert!(may_be_lost("/Pet", "/friends/0/friends/1", "other"));
        assert!(!may_be_lost("/Pet", "/friends/0", "name"));
        assert!(!may_be_lost("/Open", "", "other"));
        assert!(!may_be_lost("/Free", "", "other"));
        assert!(!may_be_lost("/Nowhere", "", "other"));
        assert!(!may_be_lost("/Listed", "", "more"));
        assert!(!may_be_lost("/Listed", "", "next"));
        assert!(may_be_lost("/Listed", "", "other"));
        assert!(may_be_lost("/Inside", "/any", "other"));
        assert!(may_be_lost("/Inside", "/0", "other"));
    }

    #[test]
    fn a_branch_that_the_value_does_not_have_declares_nothing() {
        let branch = |kind: &str, own: &str| json!({ "required": ["kind"], "properties": { "kind": { "const": kind }, own: {} } });
        let document = json!({
            "Either": { "anyOf": [{ "$ref": "#/One" }, branch("two", "b")] },
            "One": { "allOf": [branch("one", "a")] },
        });
        let one = json!({ "kind": "one", "a": 1, "b": 2 });
        assert!(may_be_lost(&document, "/Either", &one, "", "b"));
        assert!(!may_be_lost(&document, "/Either", &one, "", "a"));
        let nested = json!({ "by": { "kind": "two", "a": 1, "b": 2 } });
        let document =
            json!({ "Map": { "additionalProperties": { "anyOf": [branch("one", "a"), branch("two", "b")] } } });
        assert!(may_be_lost(&document, "/Map", &nested, "/by", "a"));
        assert!(!may_be_lost(&document, "/Map", &nested, "/by", "b"));
        let document =
            json!({ "Texts": { "anyOf": [branch("one", "a"), { "additionalProperties": { "type": "string" } }] } });
        assert!(may_be_lost(&document, "/Texts", &json!({ "kind": "one", "a": 1, "b": "2" }), "", "b"));
        assert!(!may_be_lost(&document, "/Texts", &json!({ "kind": "one", "b": "2" }), "", "b"));
    }
}
