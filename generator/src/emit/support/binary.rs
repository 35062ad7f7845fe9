//! Bytes as members of a JSON text, which has no bytes: they are a string there.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::with::{Read, Write};

/// A value made of bytes.
pub(crate) trait Raw: Sized {
    /// What it is in JSON.
    type Json: Serialize + for<'de> Deserialize<'de>;

    /// `None`: the bytes are no text.
    fn json(&self) -> Option<Self::Json>;

    fn from_json(json: Self::Json) -> Self;
}

impl Raw for Vec<u8> {
    type Json = String;

    fn json(&self) -> Option<String> {
        String::from_utf8(self.clone()).ok()
    }

    fn from_json(json: String) -> Self {
        json.into_bytes()
    }
}

impl<T: Raw> Raw for Option<T> {
    type Json = Option<T::Json>;

    fn json(&self) -> Option<Self::Json> {
        self.as_ref().map_or(Some(None), |value| value.json().map(Some))
    }

    fn from_json(json: Self::Json) -> Self {
        json.map(T::from_json)
    }
}

impl<T: Raw> Raw for Vec<T> {
    type Json = Vec<T::Json>;

    fn json(&self) -> Option<Self::Json> {
        self.iter().map(T::json).collect()
    }

    fn from_json(json: Self::Json) -> Self {
        json.into_iter().map(T::from_json).collect()
    }
}

impl<T: Raw> Raw for BTreeMap<String, T> {
    type Json = BTreeMap<String, T::Json>;

    fn json(&self) -> Option<Self::Json> {
        self.iter().map(|(name, value)| Some((name.clone(), value.json()?))).collect()
    }

    fn from_json(json: Self::Json) -> Self {
        json.into_iter().map(|(name, value)| (name, T::from_json(value))).collect()
    }
}

/// Reads and writes bytes as text.
pub(crate) struct AsText;

impl<T: Raw> Write<T> for AsText {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        let json = value.json().ok_or_else(|| ser::Error::custom("bytes that are no text"))?;
        json.serialize(serializer)
    }
}

impl<T: Raw> Read<T> for AsText {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::Json::deserialize(deserializer).map(T::from_json)
    }
}
