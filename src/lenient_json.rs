//! Reading members of JSON whose types servers and consent apps do not keep to.

use serde_json::{Map, Value};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Reads any value; `None` where the text is none.
pub(crate) fn value(text: &[u8]) -> Option<Value> {
    // By `FromStr`, which serde_json has compiled already; its functions are compiled anew for whoever calls them.
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A truth value: a boolean, or the words `true` and `false` as text.
#[inline]
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A number of whole seconds: an integer, a number in float notation (`1.795e+09`), or either as text. Fractions are cut off.
#[inline]
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?)),
        _ => None,
    }
}

// 2^53: beyond it a float no longer holds every whole number, and no date is there.
const LARGEST: f64 = 9_007_199_254_740_992.0;

#[allow(clippy::cast_possible_truncation, reason = "bounded by the line above it")]
#[inline]
fn whole(number: f64) -> Option<i64> {
    (number.abs() <= LARGEST).then_some(number.trunc() as i64)
}

/// A list of texts: an array of them, or a single one.
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
    fn numbers_as_servers_write_them() {
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
    fn truth_and_texts() {
        assert_eq!(truth(&json!("True")), Some(true));
        assert_eq!(truth(&json!("yes")), None);
        assert_eq!(truth(&json!(1)), None);
        assert_eq!(texts(&json!("a")), ["a"]);
        assert_eq!(texts(&json!(["a", 1, "b"])), ["a", "b"]);
        assert!(texts(&json!(null)).is_empty());
    }
}
