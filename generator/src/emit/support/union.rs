//! Values of one of several types.

use serde::de::{DeserializeOwned, Error};
use serde::{Serialize, Serializer, ser};
use serde_json::Value;

/// The text of a member of an object.
pub(crate) fn text_member<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member)?.as_str()
}

/// Whether an object has one of these members.
pub(crate) fn has_any(value: &Value, members: &[&str]) -> bool {
    members.iter().any(|member| value.get(member).is_some())
}

/// Reads a value as the type that was settled on. The message of serde_json would quote the value.
pub(crate) fn read<T: DeserializeOwned, E: Error>(value: Value, branch: &'static str) -> Result<T, E> {
    serde_json::from_value(value).map_err(|_| E::custom(format_args!("expected a valid {branch}")))
}

/// A value that is none of the types.
pub(crate) fn no_branch<T, E: Error>(union: &'static str) -> Result<T, E> {
    Err(E::custom(format_args!("expected one of the types of {union}")))
}

/// Writes an object with the member that tells its type, where it does not have it yet.
pub(crate) fn tagged<T: Serialize, S: Serializer>(
    value: &T,
    member: &str,
    text: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(value).map_err(ser::Error::custom)?;
    if let Some(object) = value.as_object_mut() {
        object.entry(member).or_insert_with(|| text.into());
    }
    value.serialize(serializer)
}
