//! Unions: values of one of several types.

use serde::de::{DeserializeOwned, Error};
use serde::{Serialize, Serializer, ser};
use serde_json::Value;

use super::integers::whole;

/// The discriminator of an object as text. `text` stores the text of a number or a boolean.
pub fn discriminator<'a>(value: &'a Value, property: &str, text: &'a mut String) -> Option<&'a str> {
    match value.get(property)? {
        Value::String(text) => return Some(text),
        Value::Number(number) => {
            let whole = number.as_f64().filter(|_| number.is_f64()).and_then(whole);
            *text = whole.map_or_else(|| number.to_string(), |whole| whole.to_string());
        }
        Value::Bool(flag) => *text = flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    }
    Some(text)
}

/// Decodes a value as a branch. The message of serde_json would quote the value.
pub fn read<T: DeserializeOwned, E: Error>(value: &Value, branch: &'static str) -> Result<T, E> {
    T::deserialize(value).map_err(|_| E::custom(format_args!("expected a valid {branch}")))
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
