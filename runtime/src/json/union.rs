//! Unions: values of one of several types.
//!
//! | decision | what is buffered |
//! |---|---|
//! | the JSON type | nothing |
//! | a discriminator | the properties before it |
//! | the value | the value, in a `Buffer` |

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer, ser};
use serde_json::Value;

use super::buffer::{Buffer, Entry, are_numbers_objects};
use super::input::{Array, Input, JsonType, Object, Scalar};
use super::misfit::misfit;
use super::spare::Spare;

/// A union: it chooses a branch for a value, and decodes the branch from it.
pub trait Union<'de>: Sized {
    /// The variant for a value that does not fit the branch of its discriminator.
    const SPARE: Option<Spare<Self>> = None;

    /// Decodes the value. A branch that is a union itself is decoded by this method, too: as a deserializer, the value would be
    /// wrapped once more for each union.
    fn from_input<I: Input<'de>>(input: I) -> Result<Self, I::Error>;
}

/// Decodes a union.
pub fn decode<'de, T: Union<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Branches(PhantomData))
}

/// Decodes a branch that is a union.
pub fn branch<'de, T: Union<'de>, I: Input<'de>>(input: I) -> Result<T, I::Error> {
    match (T::SPARE, input.json_type()) {
        (Some(spare), JsonType::Object) => spare.decode(input, T::from_input),
        _ => T::from_input(input),
    }
}

/// Decodes a branch that is a union or `null`.
pub fn or_null<'de, T: Union<'de>, I: Input<'de>>(input: I) -> Result<Option<T>, I::Error> {
    match input.json_type() {
        JsonType::Null => Ok(None),
        _ => branch(input).map(Some),
    }
}

struct Branches<T>(PhantomData<T>);

impl<T> Branches<T> {
    fn scalar<'de, E: Error>(entry: Entry<'de>) -> Result<T, E>
    where
        T: Union<'de>,
    {
        T::from_input(Scalar::new(entry))
    }
}

impl<'de, T: Union<'de>> Visitor<'de> for Branches<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<T, E> {
        Self::scalar(Entry::Boolean(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Self::scalar(Entry::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Self::scalar(Entry::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Self::scalar(Entry::of_f64(number))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<T, E> {
        Self::scalar(Entry::of_i128(number)?)
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<T, E> {
        Self::scalar(Entry::of_u128(number)?)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Self::scalar(Entry::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        Self::scalar(Entry::Text(Cow::Borrowed(text)))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        Self::scalar(Entry::Text(Cow::Owned(text)))
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Self::scalar(Entry::Null)
    }

    fn visit_none<E: Error>(self) -> Result<T, E> {
        Self::scalar(Entry::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, items: S) -> Result<T, S::Error> {
        T::from_input(Array(items))
    }

    fn visit_map<M: MapAccess<'de>>(self, properties: M) -> Result<T, M::Error> {
        let mut object = Object::new(properties);
        if are_numbers_objects()
            && let Some(number) = object.number()?
        {
            return Self::scalar(number);
        }
        branch(object)
    }
}

/// Decodes a buffered value as a branch. The message of the error would quote the value.
pub fn read<T: DeserializeOwned, E: Error>(value: &Buffer<'_>, branch: &'static str) -> Result<T, E> {
    let value = value.value::<serde_json::Error>();
    T::deserialize(value).map_err(|_| E::custom(format_args!("expected a valid {branch}")))
}

/// Decodes a buffered value as the last possible branch. The error names a missing property.
pub fn read_last<T: DeserializeOwned, E: Error>(value: &Buffer<'_>, branch: &'static str) -> Result<T, E> {
    read(value, branch).map_err(|error| {
        let Ok(value) = Value::deserialize(value.value::<serde_json::Error>()) else { return error };
        let text = value.to_string();
        let misfit = serde_json::from_str::<T>(&text).map_err(|error| misfit(&text, &error)).err();
        match misfit.filter(|misfit| misfit.is_missing) {
            Some(misfit) => E::custom(format_args!("missing field `{}`", misfit.path)),
            None => error,
        }
    })
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
