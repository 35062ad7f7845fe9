//! Which members does a schema ask to keep? What it neither declares nor keeps may be lost.

use serde_json::{Map, Value};

/// More steps than any real schema needs; a schema that refers to itself ends here.
const MOST_STEPS: usize = 64;

/// Whether a value of the schema at `schema` may lose the member `member` of the object at `at`: some schema there
/// declares the members of the object, and none declares this one or keeps those that it does not know.
pub fn may_be_lost(document: &Value, schema: &str, at: &str, member: &str) -> bool {
    let Some(root) = document.pointer(schema) else { return false };
    let mut here = parts(document, vec![root]);
    for segment in at.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let inside: Vec<&Value> = here.iter().flat_map(|schema| below(schema, &segment)).collect();
        here = parts(document, inside);
    }
    let declares = here.iter().any(|schema| schema.contains_key("properties"));
    declares && !here.iter().any(|schema| keeps(schema, member))
}

/// The schemas themselves and every schema that they are composed of, with each `$ref` followed.
fn parts<'d>(document: &'d Value, schemas: Vec<&'d Value>) -> Vec<&'d Map<String, Value>> {
    let mut found: Vec<&Map<String, Value>> = Vec::new();
    let mut open: Vec<(&Value, usize)> = schemas.into_iter().map(|schema| (schema, 0)).collect();
    while let Some((schema, depth)) = open.pop() {
        let Some(members) = schema.as_object().filter(|_| depth < MOST_STEPS) else { continue };
        if found.iter().any(|known| std::ptr::eq(*known, members)) {
            continue;
        }
        found.push(members);
        let target = members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        open.extend(target.and_then(|pointer| document.pointer(pointer)).map(|target| (target, depth + 1)));
        for key in ["allOf", "oneOf", "anyOf"] {
            let branches = members.get(key).and_then(Value::as_array).into_iter().flatten();
            open.extend(branches.map(|branch| (branch, depth + 1)));
        }
    }
    found
}

/// The schemas of what stands under `segment` in a value of this schema.
fn below<'d>(schema: &'d Map<String, Value>, segment: &str) -> Vec<&'d Value> {
    let declared = schema.get("properties").and_then(|declared| declared.get(segment));
    let additional = schema.get("additionalProperties").filter(|_| declared.is_none());
    let items = schema.get("items").filter(|_| segment.parse::<usize>().is_ok());
    [declared, additional, items].into_iter().flatten().collect()
}

fn keeps(schema: &Map<String, Value>, member: &str) -> bool {
    let declares = schema.get("properties").is_some_and(|declared| declared.get(member).is_some());
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
    fn what_may_be_lost() {
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
