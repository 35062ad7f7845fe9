//! Finds the properties that a schema keeps. Undeclared properties that a schema does not keep may be lost.

use serde_json::{Map, Value};

/// A limit for recursive schemas, above the need of real ones.
const MOST_STEPS: usize = 64;

/// Whether the property `property` of the object at `at` may be lost: a schema there declares properties, and no schema
/// there declares this one or keeps additional properties. `schema` is the pointer of the value's schema.
pub fn may_be_lost(document: &Value, schema: &str, at: &str, property: &str) -> bool {
    let Some(root) = document.pointer(schema) else { return false };
    let mut here = parts(document, vec![root]);
    for segment in at.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let inside: Vec<&Value> = here.iter().flat_map(|schema| below(schema, &segment)).collect();
        here = parts(document, inside);
    }
    let declares = here.iter().any(|schema| schema.contains_key("properties"));
    declares && !here.iter().any(|schema| keeps(schema, property))
}

/// The schemas, and every schema that they are composed of, with each `$ref` followed.
fn parts<'d>(document: &'d Value, schemas: Vec<&'d Value>) -> Vec<&'d Map<String, Value>> {
    let mut found: Vec<&Map<String, Value>> = Vec::new();
    let mut open: Vec<(&Value, usize)> = schemas.into_iter().map(|schema| (schema, 0)).collect();
    while let Some((schema, depth)) = open.pop() {
        let Some(properties) = schema.as_object().filter(|_| depth < MOST_STEPS) else { continue };
        if found.iter().any(|known| std::ptr::eq(*known, properties)) {
            continue;
        }
        found.push(properties);
        let target = properties.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        open.extend(target.and_then(|pointer| document.pointer(pointer)).map(|target| (target, depth + 1)));
        for key in ["allOf", "oneOf", "anyOf"] {
            let branches = properties.get(key).and_then(Value::as_array).into_iter().flatten();
            open.extend(branches.map(|branch| (branch, depth + 1)));
        }
    }
    found
}

/// The schemas of the value under `segment`.
fn below<'d>(schema: &'d Map<String, Value>, segment: &str) -> Vec<&'d Value> {
    let declared = schema.get("properties").and_then(|declared| declared.get(segment));
    let additional = schema.get("additionalProperties").filter(|_| declared.is_none());
    let items = schema.get("items").filter(|_| segment.parse::<usize>().is_ok());
    [declared, additional, items].into_iter().flatten().collect()
}

fn keeps(schema: &Map<String, Value>, property: &str) -> bool {
    let declares = schema.get("properties").is_some_and(|declared| declared.get(property).is_some());
    let additional = schema.get("additionalProperties");
    declares
        || additional.is_some_and(|additional| *additional != Value::Bool(false))
        || schema.contains_key("patternProperties")
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
        });
        assert!(may_be_lost(&document, "/Pet", "", "other"));
        assert!(may_be_lost(&document, "/Pet", "/friends/0/friends/1", "other"));
        assert!(!may_be_lost(&document, "/Pet", "/friends/0", "name"));
        assert!(!may_be_lost(&document, "/Open", "", "other"));
        assert!(!may_be_lost(&document, "/Free", "", "other"));
        assert!(!may_be_lost(&document, "/Nowhere", "", "other"));
    }
}
