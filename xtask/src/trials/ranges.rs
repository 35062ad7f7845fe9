//! The ranges of OpenAPI's integer formats, as limits for a validator.

use serde_json::{Value, json};

/// The schema with the range of each `format` of integers. To JSON Schema alone, `format` is a remark.
pub(super) fn added(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let mut limited: serde_json::Map<String, Value> =
                keywords.iter().map(|(keyword, value)| (keyword.clone(), added(value))).collect();
            if let Some((least, most)) = keywords.get("format").and_then(Value::as_str).and_then(range) {
                let mut parts = limited.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
                parts.push(json!({ "minimum": least, "maximum": most }));
                limited.insert("allOf".to_owned(), parts.into());
            }
            Value::Object(limited)
        }
        Value::Array(values) => values.iter().map(added).collect(),
        other => other.clone(),
    }
}

/// The least and the greatest integer of a format.
fn range(format: &str) -> Option<(Value, Value)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (u8::MIN.into(), u8::MAX.into()),
        "uint16" => (u16::MIN.into(), u16::MAX.into()),
        "uint32" => (u32::MIN.into(), u32::MAX.into()),
        "uint64" => (u64::MIN.into(), u64::MAX.into()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_format_is_a_limit_for_the_validator() {
        let schema = json!({ "properties": { "format": { "type": "integer", "format": "int8", "allOf": [true] } } });
        let root = added(&schema);
        assert_eq!(root.pointer("/properties/format/allOf"), Some(&json!([true, { "minimum": -128, "maximum": 127 }])));
        let is_valid = |number: i32| jsonschema::draft202012::is_valid(&root, &json!({ "format": number }));
        assert!(is_valid(127) && !is_valid(128));
    }
}
