//! Whole numbers that are written with a fraction of zero: to JSON Schema `1.0` is an integer, to serde it is none.

/// The same JSON text with such numbers as integers, if it has any. Nothing else in it changes: a member that comes twice
/// still does. Asked only after a text could not be read, so that it costs nobody any time whose server writes `1`.
pub(crate) fn respelled(text: &str) -> Option<String> {
    let mut written = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut in_text = false;
    let mut changed = false;
    while let [first, others @ ..] = rest {
        let mut length = 1;
        match (in_text, first) {
            (true, b'\\') => length = 2,
            (_, b'"') => in_text = !in_text,
            (false, b'-' | b'0'..=b'9') => {
                length += others.iter().take_while(|byte| b"+-.0123456789Ee".contains(byte)).count();
            }
            _ => {}
        }
        let (token, after) = rest.split_at_checked(length)?;
        let integer = if in_text { None } else { whole(token) };
        match integer {
            Some(integer) => {
                written.extend_from_slice(integer.to_string().as_bytes());
                changed = true;
            }
            None => written.extend_from_slice(token),
        }
        rest = after;
    }
    if changed { String::from_utf8(written).ok() } else { None }
}

/// The integer that a number with a fraction or an exponent is.
fn whole(token: &[u8]) -> Option<i64> {
    /// Up to here every whole number has a fraction of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !token.iter().any(|byte| b".Ee".contains(byte)) {
        return None;
    }
    let number: f64 = std::str::from_utf8(token).ok()?.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
