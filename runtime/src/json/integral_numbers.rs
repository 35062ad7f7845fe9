//! Texts in which integers have a fraction of zero, for types that do not read their integers by [`integers::Integer`]: the user's own,
//! and integers that are no property.

use super::integers;
use super::tokens::Tokens;

/// The same JSON text with such numbers as integers, if it has any. Nothing else changes: a property that occurs twice
/// still does. Called only after a text could not be decoded, so it costs nothing if the server writes `1`.
pub(crate) fn respelled(text: &str) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    let mut changed = false;
    for token in Tokens(text) {
        match whole(token) {
            Some(integer) => {
                written.push_str(&integer.to_string());
                changed = true;
            }
            None => written.push_str(token),
        }
    }
    changed.then_some(written)
}

/// The integer that a number with a fraction or an exponent is.
fn whole(token: &str) -> Option<i64> {
    let is_number = !token.starts_with('"') && token.contains(['.', 'E', 'e']);
    is_number.then(|| token.parse().ok()).flatten().and_then(integers::whole)
}

#[cfg(test)]
mod tests {
    use super::respelled;

    #[test]
    fn only_integers_with_a_fraction_of_zero_change() {
        let text = r#"{"a": 1.0, "b": [2e3, 1.5, -0.0, 7], "c": "1.0", "d": 1e300}"#;
        let other = r#"{"a": 1, "b": [2000, 1.5, 0, 7], "c": "1.0", "d": 1e300}"#;
        assert_eq!(respelled(text).as_deref(), Some(other));
        assert_eq!(respelled(r#"{"a": 1, "b": "2.0"}"#), None);
        // Above 2^53 a fraction is not exact.
        assert_eq!(respelled("9007199254740994.0"), None);
    }
}
