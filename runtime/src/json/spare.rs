//! [`Spare`]: keeps a value that does not fit the branch of its discriminator.
//!
//! A branch is decoded directly, so its value is gone if it does not fit. A response that does not fit is therefore decoded a
//! second time, and [`keeping`] is on: each value of a union with such a variant is buffered, and kept if it does not fit.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;

use super::buffer::{Buffer, Buffered};

/// What happens to a value that does not fit the branch of its discriminator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It is an error.
    Strict,
    /// It is kept.
    Keeping,
    /// It is an error in the outermost union, which keeps it; the values inside are kept.
    Within,
}

thread_local! {
    static MODE: Cell<Mode> = const { Cell::new(Mode::Strict) };
}

/// Decodes with unions that keep values that do not fit.
pub(crate) fn keeping<T>(decode: impl FnOnce() -> T) -> T {
    within(Mode::Keeping, decode)
}

fn within<T>(mode: Mode, decode: impl FnOnce() -> T) -> T {
    /// Restores the mode, even after a panic.
    struct Before(Mode);
    impl Drop for Before {
        fn drop(&mut self) {
            MODE.set(self.0);
        }
    }
    let _before = Before(MODE.replace(mode));
    decode()
}

/// The variant of a union for a value that does not fit the branch of its discriminator.
#[derive(Debug)]
pub struct Spare<T> {
    keep: fn(Value) -> T,
    decode: fn(&str) -> serde_json::Result<T>,
}

impl<T: DeserializeOwned> Spare<T> {
    /// The variant that keeps any value.
    pub const fn new(keep: fn(Value) -> T) -> Self {
        Self { keep, decode: |text| serde_json::from_str(text) }
    }
}

impl<T> Spare<T> {
    /// Decodes the value with `decode`, or keeps it if it does not fit.
    pub(super) fn decode<'de, D: Deserializer<'de>>(
        self,
        input: D,
        decode: impl FnOnce(D) -> Result<T, D::Error>,
    ) -> Result<T, D::Error> {
        match MODE.get() {
            Mode::Strict => decode(input),
            Mode::Within => {
                MODE.set(Mode::Keeping);
                decode(input)
            }
            Mode::Keeping => {
                let buffer = Buffer::deserialize(input)?;
                if has_twice(buffer.value::<D::Error>()) {
                    return Err(D::Error::custom("a property that occurs twice"));
                }
                let value = Value::deserialize(buffer.value::<D::Error>())?;
                let decoded = within(Mode::Within, || (self.decode)(&value.to_string()));
                Ok(decoded.unwrap_or_else(|_| (self.keep)(value)))
            }
        }
    }
}

/// Whether an object has a property twice, at any depth. A JSON value would lose the first.
fn has_twice<E>(value: Buffered<'_, '_, E>) -> bool {
    let mut names = BTreeSet::new();
    value.items().any(has_twice) || value.properties().any(|(name, value)| !names.insert(name) || has_twice(value))
}
