//! Members that may be absent and may be `null`, which are two different things.

use serde::{Deserialize, Deserializer};

/// For `#[serde(deserialize_with = "...")]` of an optional member of which `null` is a value: what is there is `Some`,
/// `null` included.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
