//! Whole numbers that are written with a fraction of zero: to JSON Schema `1.0` is an integer, to serde it is none.

use super::tokens::Tokens;

/// The same JSON text with such numbers as integers, if it has any. Nothing else in it changes: a member that comes twice
/// still does. Asked only after a text could not be read, so that it costs nobody any time whose server writes `1`.
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
    /// Up to here every whole number has a fraction of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if token.starts_with('"') || !token.contains(['.', 'E', 'e']) {
        return None;
    }
    let number: f64 = token.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
