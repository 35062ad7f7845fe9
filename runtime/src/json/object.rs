//! Objects, read and written property by property.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::adapters::{Read, Write};

/// `Serialize` and `Deserialize` of a struct, from a table of its properties: whether each is required, its name, and
/// its adapter if it has one; then the field for undeclared properties, if they are kept.
///
/// Derives would do the same at twice the price for the compiler, and would accept an array of the values in order.
///
/// A `#[boxed]` struct is large and nests in itself. It is decoded into a box, so that nested values do not each take its size on
/// the stack.
///
/// `#[redacted]` before the field for undeclared properties: their values may be secrets, so `Debug` is implemented, too, and shows
/// only their names.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    (
        $(#[$boxed:ident])?
        $name:ident, [$($presence:ident $property:ident = $wire:literal $(as $adapter:ty)?),* $(,)?]
        $(, $(#[$redacted:ident])? $kept:ident $(as $kept_adapter:ty)?)?
    ) => {
        $crate::generated::redacted_debug!($name [$($property)*] $($(#[$redacted])? $kept)?);

        impl<'de> $crate::generated::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::generated::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let properties = $crate::generated::PropertiesOf::<Self>::new();
                $crate::generated::unboxed!($($boxed)? deserializer.deserialize_map(properties))
            }
        }

        impl<'de> $crate::generated::FromProperties<'de> for $name {
            type Decoded = $crate::generated::decoded_type!($($boxed)?);

            #[allow(clippy::match_single_binding, unreachable_patterns, reason = "structs differ in how many there are")]
            fn from_properties<A: $crate::generated::serde::de::MapAccess<'de>>(
                mut properties: A,
            ) -> Result<Self::Decoded, A::Error> {
                $(let mut $property $(: Option<$crate::generated::As<_, $adapter>>)? = None;)*
                $(
                    let mut $kept $(: ::std::collections::BTreeMap<_, $crate::generated::As<_, $kept_adapter>>)?
                        = Default::default();
                )?
                while let Some($crate::generated::PropertyName(name)) = properties.next_key()? {
                    match &*name {
                        $($wire => $crate::generated::property(&mut $property, &mut properties),)*
                        $(_ => $crate::generated::keep(&mut $kept, name, &mut properties),)?
                        _ => $crate::generated::ignore(&mut properties),
                    }?;
                }
                $crate::generated::decoded!($($boxed)? Self {
                    $($property: $crate::generated::taken!(
                        $presence, $wire, $property.take() $(.map($crate::generated::As::<_, $adapter>::into_value))?
                    ),)*
                    $($kept: $($crate::generated::values::<_, $kept_adapter>)?(::std::mem::take(&mut $kept)),)?
                })
            }
        }

        impl $crate::generated::serde::Serialize for $name {
            #[allow(unused_mut, reason = "structs differ in how many properties they have")]
            fn serialize<S: $crate::generated::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut properties = serializer.serialize_map(None)?;
                $($crate::generated::write!($presence, properties, $wire, &self.$property $(, $adapter)?);)*
                $(
                    for (name, value) in &self.$kept {
                        $crate::generated::entry!(properties, name, value $(, $kept_adapter)?);
                    }
                )?
                $crate::generated::serde::ser::SerializeMap::end(properties)
            }
        }
    };
}

/// `Debug` of a struct with redacted properties; nothing for other structs.
#[doc(hidden)]
#[macro_export]
macro_rules! __redacted_debug {
    ($name:ident [$($property:ident)*] #[redacted] $kept:ident) => {
        /// Shows only the names of additional properties, since their values may be secrets.
        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field($crate::generated::field_name(stringify!($property)), &self.$property))*
                    .field($crate::generated::field_name(stringify!($kept)), &self.$kept.keys().collect::<Vec<_>>())
                    .finish()
            }
        }
    };
    ($($struct_without_redacted_properties:tt)*) => {};
}

/// The decoded struct, in a box if it is large. A closure builds it, so that the stack that this takes is not occupied while
/// the properties are read, which may nest many levels.
#[doc(hidden)]
#[macro_export]
macro_rules! __decoded {
    (boxed $value:expr) => {
        (|| Ok(Box::new($value)))()
    };
    ($value:expr) => {
        Ok($value)
    };
}

/// What a struct is decoded into.
#[doc(hidden)]
#[macro_export]
macro_rules! __decoded_type {
    (boxed) => {
        Box<Self>
    };
    () => {
        Self
    };
}

/// The decoded struct without its box.
#[doc(hidden)]
#[macro_export]
macro_rules! __unboxed {
    (boxed $result:expr) => {
        $result.map(|decoded| *decoded)
    };
    ($result:expr) => {
        $result
    };
}

/// The value of a property that was looked for. `null` counts as absent, unless it is a value of the property.
#[doc(hidden)]
#[macro_export]
macro_rules! __taken {
    (required, $wire:literal, $found:expr) => {
        match $found {
            Some(value) => value,
            None => return Err($crate::generated::missing($wire)),
        }
    };
    (optional_or_null, $wire:literal, $found:expr) => {
        $found
    };
    ($presence:ident, $wire:literal, $found:expr) => {
        $found.unwrap_or_default()
    };
}

/// Writes a property, unless it is optional and absent.
#[doc(hidden)]
#[macro_export]
macro_rules! __write {
    (optional, $properties:ident, $wire:literal, $value:expr $(, $adapter:ty)?) => {
        if $value.is_some() {
            $crate::generated::entry!($properties, $wire, $value $(, $adapter)?);
        }
    };
    (optional_or_null, $properties:ident, $wire:literal, $value:expr $(, $adapter:ty)?) => {
        if let Some(value) = $value {
            $crate::generated::entry!($properties, $wire, value $(, $adapter)?);
        }
    };
    ($presence:ident, $properties:ident, $wire:literal, $value:expr $(, $adapter:ty)?) => {
        $crate::generated::entry!($properties, $wire, $value $(, $adapter)?)
    };
}

/// Writes one name and value.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry {
    ($properties:ident, $wire:expr, $value:expr) => {
        match $crate::generated::serde::ser::SerializeMap::serialize_entry(&mut $properties, $wire, $value) {
            Ok(()) => {}
            Err(error) => return Err(error),
        }
    };
    ($properties:ident, $wire:expr, $value:expr, $adapter:ty) => {
        match $crate::generated::serde::ser::SerializeMap::serialize_entry(
            &mut $properties,
            $wire,
            &$crate::generated::lent::<$adapter, _>($value),
        ) {
            Ok(()) => {}
            Err(error) => return Err(error),
        }
    };
}

/// A type that is made of the properties of an object.
pub trait FromProperties<'de>: Sized {
    /// The type, or a box of it.
    type Decoded;

    /// Reads the properties.
    fn from_properties<A: MapAccess<'de>>(properties: A) -> Result<Self::Decoded, A::Error>;
}

/// The visitor of such a type: it accepts objects only.
#[derive(Debug)]
pub struct PropertiesOf<T>(PhantomData<T>);

#[allow(clippy::new_without_default, reason = "only the macro calls it")]
impl<T> PropertiesOf<T> {
    /// The visitor.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromProperties<'de>> Visitor<'de> for PropertiesOf<T> {
    type Value = T::Decoded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, properties: A) -> Result<T::Decoded, A::Error> {
        T::from_properties(properties)
    }
}

/// Decodes a large struct into the box that another type holds it in.
#[derive(Debug)]
pub struct InBox;

impl<T> Read<Box<T>> for InBox
where
    T: for<'de> FromProperties<'de, Decoded = Box<T>>,
{
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<T>, D::Error> {
        deserializer.deserialize_map(PropertiesOf::<T>::new())
    }
}

impl<T: Serialize> Write<T> for InBox {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// The name of a property. It is borrowed from the text if it can be.
#[derive(Debug)]
pub struct PropertyName<'de>(pub Cow<'de, str>);

impl<'de> Deserialize<'de> for PropertyName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ReadName)
    }
}

struct ReadName;

impl<'de> Visitor<'de> for ReadName {
    type Value = PropertyName<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<PropertyName<'de>, E> {
        Ok(PropertyName(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<PropertyName<'de>, E> {
        Ok(PropertyName(Cow::Owned(name.to_owned())))
    }

    fn visit_string<E>(self, name: String) -> Result<PropertyName<'de>, E> {
        Ok(PropertyName(Cow::Owned(name)))
    }
}

/// Reads the value of a declared property. A property that occurs twice is an error.
// Inlined, it is compiled once for each property of each struct, and is too much for a processor's cache.
#[inline(never)]
pub fn property<'de, T, A>(found: &mut Option<T>, properties: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    if found.is_some() {
        return Err(A::Error::custom("a property that occurs twice"));
    }
    *found = Some(properties.next_value()?);
    Ok(())
}

/// Reads the value of an undeclared property that is kept.
#[inline(never)]
pub fn keep<'de, K, T, A>(kept: &mut K, name: Cow<'de, str>, properties: &mut A) -> Result<(), A::Error>
where
    K: Extend<(String, T)>,
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    kept.extend([(name.into_owned(), properties.next_value()?)]);
    Ok(())
}

/// Skips the value of an undeclared property.
pub fn ignore<'de, A: MapAccess<'de>>(properties: &mut A) -> Result<(), A::Error> {
    properties.next_value::<IgnoredAny>().map(drop)
}

/// The name of a field as a derived `Debug` shows it: `use` for `r#use`.
#[must_use]
pub fn field_name(written: &str) -> &str {
    written.strip_prefix("r#").unwrap_or(written)
}

/// The error of a required property that is missing.
pub fn missing<E: Error>(wire: &'static str) -> E {
    E::missing_field(wire)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Map, Value};

    struct Key {
        id: i64,
        r#use: Option<String>,
        rest: Map<String, Value>,
    }

    crate::__object! {
        Key, [
            required id = "id",
            optional r#use = "use",
        ], #[redacted] rest
    }

    #[test]
    fn values_of_additional_properties_are_redacted() {
        let key: Key = serde_json::from_str(r#"{"use": "sig", "id": 1, "d": "canary"}"#).unwrap();
        assert_eq!(key.rest.len(), 1);
        assert_eq!(format!("{key:?}"), r#"Key { id: 1, use: Some("sig"), rest: ["d"] }"#);
    }
}
