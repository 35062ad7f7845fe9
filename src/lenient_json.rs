//! Lenient conversions of JSON values, for properties that servers and consent apps send with wrong types.

use serde_json::{Map, Value};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Parses any JSON; `None` if the text is invalid.
pub(crate) fn value(text: &[u8]) -> Option<Value> {
    // `FromStr` is compiled in serde_json; its generic functions would be compiled again in this crate.
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A boolean, or the string `true` or `false`.
#[inline]
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A number of seconds: an integer, a number in float notation (`1.795e+09`), or a string of either. Fractions are truncated.
#[inline]
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?)),
        _ => None,
    }
}

// 2^53: a larger float does not hold every integer, and is no date.
const LARGEST: f64 = 9_007_199_254_740_992.0;

#[inline]
fn whole(number: f64) -> Option<i64> {
    (number.abs() <= LARGEST).then_some(number.trunc() as i64)
}

/// A list of strings: an array of strings, or a single one.
#[inline]
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn seconds_in_every_notation() {
        let parse = |text: &str| seconds(&serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(parse("1.795442613e+09"), Some(1_795_442_613));
        assert_eq!(parse("1750000000"), Some(1_750_000_000));
        assert_eq!(parse("1.5"), Some(1));
        assert_eq!(parse("-1.5"), Some(-1));
        assert_eq!(parse("\"1750000000\""), Some(1_750_000_000));
        assert_eq!(parse("1e300"), None);
        assert_eq!(parse("null"), None);
        assert_eq!(parse("\"2026-11-23\""), None);
        assert_eq!(parse("\"NaN\""), None);
    }

    #[test]
    fn booleans_and_lists_of_strings() {
        assert_eq!(truth(&json!("True")), Some(true));
        assert_eq!(truth(&json!("yes")), None);
        assert_eq!(truth(&json!(1)), None);
        assert_eq!(texts(&json!("a")), ["a"]);
        assert_eq!(texts(&json!(["a", 1, "b"])), ["a", "b"]);
        assert!(texts(&json!(null)).is_empty());
    }
}
