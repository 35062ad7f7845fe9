//! Whole numbers that are written with a fraction of zero: to JSON Schema `1.0` is an integer, to serde it is none.

use serde_json::Value;

/// The same JSON text with such numbers as integers, if it has any. Asked only after a text could not be read, so that it
/// costs nobody anything, in time or in code, whose server writes `1`.
pub(crate) fn respelled(text: &[u8]) -> Option<Vec<u8>> {
    let mut value = serde_json::from_slice(text).ok()?;
    if respell(&mut value) { serde_json::to_vec(&value).ok() } else { None }
}

fn respell(value: &mut Value) -> bool {
    /// Up to here every whole number has a fraction of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(fraction) if fraction.fract() == 0.0 && fraction.abs() <= EXACT => {
                *value = Value::from(fraction as i64);
                true
            }
            _ => false,
        },
        // Every one has to be looked at, so no `any`.
        Value::Array(elements) => elements.iter_mut().fold(false, |changed, element| respell(element) | changed),
        Value::Object(members) => members.values_mut().fold(false, |changed, member| respell(member) | changed),
        _ => false,
    }
}
