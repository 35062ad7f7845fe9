//! Objects, read and written member by member.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::with::{Read, Write};

/// Gives a struct `Serialize` and `Deserialize`: how each member is called, whether it has to be there, and what reads
/// and writes it if it does not do so itself; then the member that keeps those that are not declared. Derives would do
/// the same, at twice the price for the compiler, and would read an array as the members in their order.
///
/// A `#[boxed]` struct is large. It is made in a box, so that it is not on the stack at each level of what is being read.
macro_rules! object {
    (
        $(#[$boxed:ident])?
        $name:ident, [$($presence:ident $member:ident = $wire:literal $(as $adapter:ty)?),* $(,)?]
        $(, $kept:ident $(as $kept_adapter:ty)?)?
    ) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let members = super::support::object::Members::<Self>::new();
                super::support::object::unheld!($($boxed)? deserializer.deserialize_map(members))
            }
        }

        impl<'de> super::support::object::FromMembers<'de> for $name {
            type Held = super::support::object::held_type!($($boxed)?);

            #[allow(clippy::match_single_binding, unreachable_patterns, reason = "how many members there are differs")]
            fn from_members<A: serde::de::MapAccess<'de>>(mut members: A) -> Result<Self::Held, A::Error> {
                $(let mut $member $(: Option<super::support::with::As<_, $adapter>>)? = None;)*
                $(
                    let mut $kept $(: std::collections::BTreeMap<_, super::support::with::As<_, $kept_adapter>>)?
                        = Default::default();
                )?
                while let Some(super::support::object::Name(name)) = members.next_key()? {
                    match &*name {
                        $($wire => super::support::object::member(&mut $member, &mut members),)*
                        $(_ => super::support::object::keep(&mut $kept, name, &mut members),)?
                        _ => super::support::object::ignore(&mut members),
                    }?;
                }
                super::support::object::made!($($boxed)? Self {
                    $($member: super::support::object::taken!(
                        $presence, $wire, $member.take() $(.map(super::support::with::As::<_, $adapter>::into_value))?
                    ),)*
                    $($kept: $(super::support::with::values::<_, $kept_adapter>)?(std::mem::take(&mut $kept)),)?
                })
            }
        }

        impl serde::Serialize for $name {
            #[allow(unused_mut, reason = "how many members there are differs")]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut members = serializer.serialize_map(None)?;
                $(super::support::object::write!($presence, members, $wire, &self.$member $(, $adapter)?);)*
                $(
                    for (name, value) in &self.$kept {
                        super::support::object::entry!(members, name, value $(, $kept_adapter)?);
                    }
                )?
                serde::ser::SerializeMap::end(members)
            }
        }
    };
}

/// The value, in a box if it is read into one. It is put together by a function of its own, so that the room that this takes
/// on the stack is not taken while the members are read, which may go many levels deep.
macro_rules! made {
    (boxed $value:expr) => {
        (|| Ok(Box::new($value)))()
    };
    ($value:expr) => {
        Ok($value)
    };
}

macro_rules! held_type {
    (boxed) => {
        Box<Self>
    };
    () => {
        Self
    };
}

/// What was read, out of its box.
macro_rules! unheld {
    (boxed $result:expr) => {
        $result.map(|held| *held)
    };
    ($result:expr) => {
        $result
    };
}

/// A member as it was found, if it was. `null` counts as absent, unless it is a value of the member.
macro_rules! taken {
    (required, $wire:literal, $found:expr) => {
        super::support::object::required($found, $wire)?
    };
    (optional_or_null, $wire:literal, $found:expr) => {
        $found
    };
    ($presence:ident, $wire:literal, $found:expr) => {
        $found.unwrap_or_default()
    };
}

/// Writes a member that is there.
macro_rules! write {
    (optional, $members:ident, $wire:literal, $value:expr $(, $adapter:ty)?) => {
        if $value.is_some() {
            super::support::object::entry!($members, $wire, $value $(, $adapter)?);
        }
    };
    (optional_or_null, $members:ident, $wire:literal, $value:expr $(, $adapter:ty)?) => {
        if let Some(value) = $value {
            super::support::object::entry!($members, $wire, value $(, $adapter)?);
        }
    };
    ($presence:ident, $members:ident, $wire:literal, $value:expr $(, $adapter:ty)?) => {
        super::support::object::entry!($members, $wire, $value $(, $adapter)?)
    };
}

macro_rules! entry {
    ($members:ident, $wire:expr, $value:expr) => {
        serde::ser::SerializeMap::serialize_entry(&mut $members, $wire, $value)?
    };
    ($members:ident, $wire:expr, $value:expr, $adapter:ty) => {
        serde::ser::SerializeMap::serialize_entry(
            &mut $members,
            $wire,
            &super::support::with::lent::<$adapter, _>($value),
        )?
    };
}

pub(crate) use {entry, held_type, made, object, taken, unheld, write};

/// What is made of the members of an object.
pub(crate) trait FromMembers<'de>: Sized {
    /// The struct, or a box of it.
    type Held;

    fn from_members<A: MapAccess<'de>>(members: A) -> Result<Self::Held, A::Error>;
}

/// Takes objects, and nothing else.
pub(crate) struct Members<T>(PhantomData<T>);

impl<T> Members<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromMembers<'de>> Visitor<'de> for Members<T> {
    type Value = T::Held;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T::Held, A::Error> {
        T::from_members(members)
    }
}

/// Reads a large struct into the box that another type holds it in.
pub(crate) struct InBox;

impl<T> Read<Box<T>> for InBox
where
    T: for<'de> FromMembers<'de, Held = Box<T>>,
{
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<T>, D::Error> {
        deserializer.deserialize_map(Members::<T>::new())
    }
}

impl<T: Serialize> Write<T> for InBox {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// The name of a member, which is not copied where it can be lent.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ReadName)
    }
}

struct ReadName;

impl<'de> Visitor<'de> for ReadName {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }

    fn visit_string<E>(self, name: String) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name)))
    }
}

/// Reads the value of a declared member. Which of two values is meant, nobody knows.
// What is inlined here is compiled once more for each member of each struct, and is too much for a processor's cache.
#[inline(never)]
pub(crate) fn member<'de, T, A>(found: &mut Option<T>, members: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    if found.is_some() {
        return Err(A::Error::custom("a member that comes twice"));
    }
    *found = Some(members.next_value()?);
    Ok(())
}

/// Reads the value of a member that is not declared, and is kept.
#[inline(never)]
pub(crate) fn keep<'de, K, T, A>(kept: &mut K, name: Cow<'de, str>, members: &mut A) -> Result<(), A::Error>
where
    K: Extend<(String, T)>,
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    kept.extend([(name.into_owned(), members.next_value()?)]);
    Ok(())
}

/// Passes over the value of a member that is not declared.
pub(crate) fn ignore<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(drop)
}

/// A member that has to be there.
pub(crate) fn required<T, E: Error>(found: Option<T>, wire: &'static str) -> Result<T, E> {
    found.ok_or_else(|| E::missing_field(wire))
}
