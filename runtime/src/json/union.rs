//! Unions: values of one of several types.

use serde::de::{DeserializeOwned, Error};
use serde::{Serialize, Serializer, ser};
use serde_json::Value;

/// The text of a property of an object.
pub fn text_property<'a>(value: &'a Value, property: &str) -> Option<&'a str> {
    value.get(property)?.as_str()
}

/// Whether an object has one of these properties.
pub fn has_any(value: &Value, properties: &[&str]) -> bool {
    properties.iter().any(|property| value.get(property).is_some())
}

/// Decodes a value as the chosen branch. The message of serde_json would quote the value.
pub fn read<T: DeserializeOwned, E: Error>(value: Value, branch: &'static str) -> Result<T, E> {
    serde_json::from_value(value).map_err(|_| E::custom(format_args!("expected a valid {branch}")))
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
