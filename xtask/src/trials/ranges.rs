//! The ranges of OpenAPI's integer formats, as limits for a validator.

use serde_json::{Map, Value, json};

use super::walk::edited;

/// The components with the range of each `format` of integers. To JSON Schema alone, `format` is an annotation.
pub(super) fn added(components: &Value) -> Value {
    edited(components, limit)
}

fn limit(schema: &mut Map<String, Value>) {
    let Some((least, most)) = schema.get("format").and_then(Value::as_str).and_then(range) else { return };
    let mut parts = schema.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
    parts.push(json!({ "minimum": least, "maximum": most }));
    schema.insert("allOf".to_owned(), parts.into());
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
        let number = json!({ "type": "integer", "format": "int8", "allOf": [true] });
        let components =
            added(&json!({ "a": { "properties": { "format": number } }, "b": { "const": { "format": "int8" } } }));
        let limited = json!([true, { "minimum": -128, "maximum": 127 }]);
        assert_eq!(components.pointer("/a/properties/format/allOf"), Some(&limited));
        let is_valid = |pointer: &str, instance: Value| {
            components.pointer(pointer).map(|schema| jsonschema::draft202012::is_valid(schema, &instance))
        };
        assert_eq!(is_valid("/a", json!({ "format": 127 })), Some(true));
        assert_eq!(is_valid("/a", json!({ "format": 128 })), Some(false));
        assert_eq!(is_valid("/b", json!({ "format": "int8" })), Some(true));
    }
}
