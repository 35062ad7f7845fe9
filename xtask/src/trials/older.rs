//! Schemas of OpenAPI 3.1 in the spelling of 3.0.

use serde_json::{Map, Value};

/// The same schema as OpenAPI 3.0 writes it.
pub(super) fn older(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let mut older: Map<String, Value> =
                keywords.iter().map(|(keyword, value)| (keyword.clone(), self::older(value))).collect();
            if let Some((single, true)) = keywords.get("type").and_then(types_of) {
                older.insert("type".to_owned(), single.into());
                older.insert("nullable".to_owned(), true.into());
            }
            if let Some(limit) = keywords.get("exclusiveMinimum").filter(|limit| limit.is_number()) {
                older.insert("minimum".to_owned(), limit.clone());
                older.insert("exclusiveMinimum".to_owned(), true.into());
            }
            Value::Object(older)
        }
        Value::Array(values) => values.iter().map(older).collect(),
        other => other.clone(),
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
