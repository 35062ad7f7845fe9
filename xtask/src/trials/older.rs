//! Schemas of OpenAPI 3.1 in the spelling of 3.0.

use serde_json::{Map, Value};

use super::walk::edited;

/// The same components as OpenAPI 3.0 writes them.
pub(super) fn older(components: &Value) -> Value {
    edited(components, rewrite)
}

fn rewrite(schema: &mut Map<String, Value>) {
    if let Some((single, true)) = schema.get("type").and_then(types_of) {
        let single = single.into();
        schema.insert("type".to_owned(), single);
        schema.insert("nullable".to_owned(), true.into());
    }
    if let Some(limit) = schema.get("exclusiveMinimum").filter(|limit| limit.is_number()).cloned() {
        schema.insert("minimum".to_owned(), limit);
        schema.insert("exclusiveMinimum".to_owned(), true.into());
    }
}

/// The only type beside `null`, and whether `null` is there, too.
pub(crate) fn types_of(value: &Value) -> Option<(&str, bool)> {
    match value {
        Value::String(single) => Some((single.as_str(), false)),
        Value::Array(all) => {
            let named: Vec<&str> = all.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
            let [single] = named.as_slice() else { return None };
            Some((single, all.len() > 1))
        }
        // A property called `type`, and not the keyword.
        _ => Some(("", false)),
    }
}
