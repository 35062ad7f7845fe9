//! Unions: values of one of several types.

use serde::de::{DeserializeOwned, Error};
use serde::{Serialize, Serializer, ser};
use serde_json::{Number, Value};

/// The discriminator of an object as text. `text` stores the text of a number or a boolean.
pub fn discriminator<'a>(value: &'a Value, property: &str, text: &'a mut String) -> Option<&'a str> {
    match value.get(property)? {
        Value::String(text) => return Some(text),
        Value::Number(number) => *text = whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string()),
        Value::Bool(flag) => *text = flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    }
    Some(text)
}

/// Decodes a value as a branch. The message of serde_json would quote the value.
pub fn read<T: DeserializeOwned, E: Error>(value: &Value, branch: &'static str) -> Result<T, E> {
    let invalid = || E::custom(format_args!("expected a valid {branch}"));
    T::deserialize(value).or_else(|_| {
        // To JSON Schema `1.0` is an integer, to serde it is not.
        let mut value = value.clone();
        if respell(&mut value) { T::deserialize(&value).map_err(|_| invalid()) } else { Err(invalid()) }
    })
}

/// Writes numbers with a fraction of zero as integers. Returns whether there is such a number.
fn respell(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => match whole(number) {
            Some(whole) => {
                *value = whole.into();
                true
            }
            None => false,
        },
        Value::Array(elements) => elements.iter_mut().fold(false, |any, element| respell(element) || any),
        Value::Object(members) => members.values_mut().fold(false, |any, member| respell(member) || any),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// The integer that is written with a fraction of zero.
fn whole(number: &Number) -> Option<i64> {
    /// Up to here an `f64` represents every integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|_| number.is_f64())?;
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

/// The error for a value that fits no branch.
pub fn no_branch<T, E: Error>(union: &'static str) -> Result<T, E> {
    Err(E::custom(format_args!("expected one of the types of {union}")))
}

/// Serializes an object, and adds the discriminator if the object lacks it.
pub fn tagged<T: Serialize, S: Serializer>(
    value: &T,
    discriminator: &str,
    text: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(value).map_err(ser::Error::custom)?;
    if let Some(object) = value.as_object_mut() {
        object.entry(discriminator).or_insert_with(|| text.into());
    }
    value.serialize(serializer)
}
