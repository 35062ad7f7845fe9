//! Bytes in JSON, which are a string there.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::adapters::{Read, Write};

/// A value made of bytes.
pub trait Binary: Sized {
    /// Its form in JSON.
    type Json: Serialize + for<'de> Deserialize<'de>;

    /// Its form in JSON; `None` if the bytes are not UTF-8.
    fn json(&self) -> Option<Self::Json>;

    /// The value of its form in JSON.
    fn from_json(json: Self::Json) -> Self;
}

impl Binary for Vec<u8> {
    type Json = String;

    fn json(&self) -> Option<String> {
        String::from_utf8(self.clone()).ok()
    }

    fn from_json(json: String) -> Self {
        json.into_bytes()
    }
}

impl<T: Binary> Binary for Option<T> {
    type Json = Option<T::Json>;

    fn json(&self) -> Option<Self::Json> {
        self.as_ref().map_or(Some(None), |value| value.json().map(Some))
    }

    fn from_json(json: Self::Json) -> Self {
        json.map(T::from_json)
    }
}

impl<T: Binary> Binary for Vec<T> {
    type Json = Vec<T::Json>;

    fn json(&self) -> Option<Self::Json> {
        self.iter().map(T::json).collect()
    }

    fn from_json(json: Self::Json) -> Self {
        json.into_iter().map(T::from_json).collect()
    }
}

impl<T: Binary> Binary for BTreeMap<String, T> {
    type Json = BTreeMap<String, T::Json>;

    fn json(&self) -> Option<Self::Json> {
        self.iter().map(|(name, value)| Some((name.clone(), value.json()?))).collect()
    }

    fn from_json(json: Self::Json) -> Self {
        json.into_iter().map(|(name, value)| (name, T::from_json(value))).collect()
    }
}

/// The adapter of a property made of bytes.
#[derive(Debug)]
pub struct BytesAsText;

impl<T: Binary> Write<T> for BytesAsText {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        let json = value.json().ok_or_else(|| ser::Error::custom("bytes that are not UTF-8"))?;
        json.serialize(serializer)
    }
}

impl<T: Binary> Read<T> for BytesAsText {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::Json::deserialize(deserializer).map(T::from_json)
    }
}
