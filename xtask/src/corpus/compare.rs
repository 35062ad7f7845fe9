//! Compares JSON before decoding with JSON after encoding.

use serde_json::{Number, Value};

use crate::roles::token;

/// One difference between two values.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// A property of an object was lost.
    Lost {
        /// The pointer of the object.
        at: String,
        /// The name of the property.
        property: String,
    },
    /// Anything else.
    Changed {
        /// The pointer of the value.
        at: String,
        /// The difference in words.
        what: String,
    },
}

/// Every difference. The order of properties does not matter, and 1 equals 1.0.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(before, after, "", &mut found);
    found
}

fn compare(before: &Value, after: &Value, at: &str, found: &mut Vec<Difference>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                match after.get(key) {
                    Some(other) => compare(value, other, &child(at, key), found),
                    None => found.push(Difference::Lost { at: at.to_owned(), property: key.clone() }),
                }
            }
            for key in after.keys().filter(|key| !before.contains_key(*key)) {
                found.push(Difference::Changed { at: child(at, key), what: "was added".to_owned() });
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (value, other)) in before.iter().zip(after).enumerate() {
                compare(value, other, &child(at, &index.to_string()), found);
            }
        }
        (Value::Number(a), Value::Number(b)) if same_number(a, b) => {}
        _ if before == after => {}
        _ => {
            let what = format!("{} became {}", short(before), short(after));
            found.push(Difference::Changed { at: at.to_owned(), what });
        }
    }
}

/// Integers are compared exactly. Other numbers may differ in the last digit, because serde_json rounds them.
fn same_number(a: &Number, b: &Number) -> bool {
    if let (Some(a), Some(b)) = (whole(a), whole(b)) {
        return a == b;
    }
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return false };
    (a - b).abs() <= 4.0 * f64::EPSILON * a.abs().max(b.abs())
}

fn whole(number: &Number) -> Option<i128> {
    if let Some(number) = number.as_i64() {
        return Some(i128::from(number));
    }
    if let Some(number) = number.as_u64() {
        return Some(i128::from(number));
    }
    // Above about 2^100, a number is not an exact count.
    let number = number.as_f64()?;
    (number.fract() == 0.0 && number.abs() < 1e30).then_some(number as i128)
}

fn child(at: &str, segment: &str) -> String {
    format!("{at}/{}", token(segment))
}

/// A value in at most sixty characters.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    let cut: String = text.chars().take(57).collect();
    format!("{cut}...")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal() {
        for (a, b) in [
            (json!({"a": 1, "b": [1, 2]}), json!({"b": [1.0, 2], "a": 1})),
            (json!(0.1), json!(0.1)),
            (json!(null), json!(null)),
            (json!(u64::MAX), json!(u64::MAX)),
        ] {
            assert_eq!(differences(&a, &b), [], "{a} {b}");
        }
    }

    #[test]
    fn different() {
        for (a, b) in [
            (json!({"a": null}), json!({})),
            (json!({}), json!({"a": null})),
            (json!([1]), json!([1, 2])),
            (json!("1"), json!(1)),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0)),
            (json!(1.5), json!(1)),
        ] {
            assert_eq!(differences(&a, &b).len(), 1, "{a} {b}");
        }
    }
}
