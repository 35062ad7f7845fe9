//! Adapters: values that functions of the user's choice read and write, also inside lists, maps and options.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a `T` is written.
pub trait Write<T: ?Sized> {
    /// Serializes the value.
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

/// How a `T` is read.
pub trait Read<T> {
    /// Deserializes a value.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;
}

/// The functions of an adapter by serde's names.
#[derive(Debug)]
pub struct Via<W>(PhantomData<W>);

impl<W> Via<W> {
    /// Serializes the value.
    pub fn serialize<T: ?Sized, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
    where
        W: Write<T>,
    {
        W::write(value, serializer)
    }

    /// Deserializes a value.
    pub fn deserialize<'de, T, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>
    where
        W: Read<T>,
    {
        W::read(deserializer)
    }
}

/// A value that is read by an adapter.
#[allow(missing_debug_implementations, reason = "the value may be a secret")]
pub struct As<T, W>(pub T, PhantomData<W>);

impl<T, W> As<T, W> {
    /// The value.
    pub fn into_value(self) -> T {
        self.0
    }
}

/// The map of the values of a map that was read.
pub fn values<T, W>(map: BTreeMap<String, As<T, W>>) -> BTreeMap<String, T> {
    map.into_iter().map(|(name, value)| (name, value.0)).collect()
}

impl<'de, T, W: Read<T>> Deserialize<'de> for As<T, W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        W::read(deserializer).map(|value| Self(value, PhantomData))
    }
}

/// A reference to a value that is written by an adapter.
#[allow(missing_debug_implementations, reason = "the value may be a secret")]
pub struct Lent<'a, T: ?Sized, W>(&'a T, PhantomData<W>);

/// A reference to a value that is written by an adapter.
pub fn lent<W, T: ?Sized>(value: &T) -> Lent<'_, T, W> {
    Lent(value, PhantomData)
}

impl<T: ?Sized, W: Write<T>> Serialize for Lent<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        W::write(self.0, serializer)
    }
}

impl<T, W: Write<T>> Write<Option<T>> for Option<W> {
    fn write<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&lent::<W, T>(value)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T, W: Read<T>> Read<Option<T>> for Option<W> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Option::<As<T, W>>::deserialize(deserializer).map(|value| value.map(|value| value.0))
    }
}

impl<T, W: Write<T>> Write<[T]> for Vec<W> {
    fn write<S: Serializer>(value: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(lent::<W, T>))
    }
}

/// The functions of serde's traits.
#[derive(Debug)]
pub struct Plain;

impl<T: Serialize> Write<T> for Plain {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

impl<T: DeserializeOwned> Read<T> for Plain {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}

/// Tuples, with an adapter for each element.
macro_rules! tuples {
    ($(($($ty:ident $adapter:ident $index:tt),+),)+) => {$(
        impl<$($ty, $adapter: Write<$ty>),+> Write<($($ty,)+)> for ($($adapter,)+) {
            fn write<S: Serializer>(value: &($($ty,)+), serializer: S) -> Result<S::Ok, S::Error> {
                ($(lent::<$adapter, $ty>(&value.$index),)+).serialize(serializer)
            }
        }

        impl<$($ty, $adapter: Read<$ty>),+> Read<($($ty,)+)> for ($($adapter,)+) {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<($($ty,)+), D::Error> {
                let value = <($(As<$ty, $adapter>,)+)>::deserialize(deserializer)?;
                Ok(($(value.$index.0,)+))
            }
        }
    )+};
}

tuples! {
    (A V0 0),
    (A V0 0, B V1 1),
    (A V0 0, B V1 1, C V2 2),
    (A V0 0, B V1 1, C V2 2, E V3 3),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5, H V6 6),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5, H V6 6, I V7 7),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5, H V6 6, I V7 7, J V8 8),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5, H V6 6, I V7 7, J V8 8, K V9 9),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5, H V6 6, I V7 7, J V8 8, K V9 9, L V10 10),
    (A V0 0, B V1 1, C V2 2, E V3 3, F V4 4, G V5 5, H V6 6, I V7 7, J V8 8, K V9 9, L V10 10, M V11 11),
}

impl<T, W: Write<T>> Write<Vec<T>> for Vec<W> {
    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(lent::<W, T>))
    }
}

impl<T, W: Read<T>> Read<Vec<T>> for Vec<W> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        Vec::<As<T, W>>::deserialize(deserializer).map(|values| values.into_iter().map(|value| value.0).collect())
    }
}

impl<T, W: Write<T>> Write<BTreeMap<String, T>> for BTreeMap<String, W> {
    fn write<S: Serializer>(value: &BTreeMap<String, T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(value.iter().map(|(name, value)| (name, lent::<W, T>(value))))
    }
}

impl<T, W: Read<T>> Read<BTreeMap<String, T>> for BTreeMap<String, W> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error> {
        BTreeMap::deserialize(deserializer).map(values::<T, W>)
    }
}
