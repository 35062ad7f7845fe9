//! Serializes secrets into a message, the one place where they are readable.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserializer, Serialize, Serializer};

use super::adapters::{Read, Write};
use crate::secret::Secret;

thread_local! {
    /// The secrets that are serialized on this thread, if they are collected.
    static COLLECTED: RefCell<Option<Vec<Secret>>> = const { RefCell::new(None) };
}

/// Collects the secrets that are serialized on this thread until it ends, to redact them in a text of the response. A message
/// without secrets costs no allocation.
pub(crate) struct Collecting {
    outer: Option<Vec<Secret>>,
}

impl Collecting {
    pub(crate) fn start() -> Self {
        Self { outer: COLLECTED.replace(Some(Vec::new())) }
    }

    /// The secrets since the start.
    pub(crate) fn end(mut self) -> Vec<Secret> {
        COLLECTED.replace(self.outer.take()).unwrap_or_default()
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        // `end` did the same, unless serializing panicked.
        if std::thread::panicking() {
            COLLECTED.replace(self.outer.take());
        }
    }
}

fn collect(secret: &Secret) {
    COLLECTED.with_borrow_mut(|collected| {
        if let Some(collected) = collected {
            collected.push(secret.clone());
        }
    });
}

/// A value made of secrets, which can be serialized in clear text.
pub trait Expose {
    /// Serializes it in clear text.
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl Expose for Secret {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        collect(self);
        serializer.serialize_str(self.expose_secret())
    }
}

impl<T: Expose> Expose for Option<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&Exposed(value)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Expose> Expose for Vec<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().expose(serializer)
    }
}

impl<T: Expose> Expose for [T] {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.len()))?;
        for value in self {
            sequence.serialize_element(&Exposed(value))?;
        }
        sequence.end()
    }
}

impl<T: Expose> Expose for BTreeMap<String, T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self {
            map.serialize_entry(name, &Exposed(value))?;
        }
        map.end()
    }
}

/// A reference to a value made of secrets that serializes in clear text. `Debug` shows nothing.
pub struct Exposed<'a, T: ?Sized>(pub &'a T);

impl<T: Expose + ?Sized> Serialize for Exposed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.expose(serializer)
    }
}

impl<T: ?Sized> fmt::Debug for Exposed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The adapter of a property made of secrets.
#[derive(Debug)]
pub struct SecretInClear;

impl<T: Expose> Write<T> for SecretInClear {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.expose(serializer)
    }
}

impl<T: DeserializeOwned> Read<T> for SecretInClear {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}
