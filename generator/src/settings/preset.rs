//! Types of well-known crates, by name.

use super::RustType;

/// Types of a well-known crate in place of strings, for [`Settings::preset`](crate::Settings::preset).
///
/// The output lists the crate among its dependencies if the document has one of the formats.
///
/// | preset | format | type |
/// |---|---|---|
/// | `Jiff` | `date-time`, `date` | `jiff::Timestamp` (in UTC: an offset is converted), `jiff::civil::Date` |
/// | `Time` | `date-time`, `date` | `time::OffsetDateTime`, `time::Date` |
/// | `Chrono` | `date-time`, `date` | `chrono::DateTime<chrono::FixedOffset>`, `chrono::NaiveDate` |
/// | `Uuid` | `uuid` | `uuid::Uuid` |
/// | `Url` | `uri`, `url` | `url::Url` (it writes `https://a.example` with a slash at its end) |
/// | `Decimal` | `decimal` | `rust_decimal::Decimal` |
/// | `Bytes` | `byte`, `base64url` | `Vec<u8>`, decoded from base64 |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Preset {
    /// Dates of the crate `jiff`.
    Jiff,
    /// Dates of the crate `time`.
    Time,
    /// Dates of the crate `chrono`.
    Chrono,
    /// UUIDs of the crate `uuid`.
    Uuid,
    /// URLs of the crate `url`.
    Url,
    /// Decimal numbers of the crate `rust_decimal`.
    Decimal,
    /// Bytes instead of base64.
    Bytes,
}

impl Preset {
    /// The preset for dates with this name: `jiff`, `time` or `chrono`.
    pub fn dates(name: &str) -> Option<Self> {
        [("jiff", Self::Jiff), ("time", Self::Time), ("chrono", Self::Chrono)]
            .into_iter()
            .find_map(|(known, preset)| (known == name).then_some(preset))
    }

    /// Whether both presets have types for dates.
    fn replaces(self, other: Self) -> bool {
        let is_dates = |preset: Self| matches!(preset, Self::Jiff | Self::Time | Self::Chrono);
        self == other || (is_dates(self) && is_dates(other))
    }

    /// The type for strings of this format. `runtime` is the path of the runtime.
    fn ty(self, format: &str, runtime: &str) -> Option<RustType> {
        let plain = |path: &str| Some(RustType { path: path.to_owned(), with: None });
        let with = |path: &str, with: String| Some(RustType { path: path.to_owned(), with: Some(with) });
        match (self, format) {
            (Self::Jiff, "date-time") => plain("jiff::Timestamp"),
            (Self::Jiff, "date") => plain("jiff::civil::Date"),
            (Self::Time, "date-time") => with("time::OffsetDateTime", "time::serde::rfc3339".to_owned()),
            (Self::Time, "date") => plain("time::Date"),
            (Self::Chrono, "date-time") => plain("chrono::DateTime<chrono::FixedOffset>"),
            (Self::Chrono, "date") => plain("chrono::NaiveDate"),
            (Self::Uuid, "uuid") => plain("uuid::Uuid"),
            (Self::Url, "uri" | "url") => plain("url::Url"),
            (Self::Decimal, "decimal") => plain("rust_decimal::Decimal"),
            (Self::Bytes, "byte") => with("std::vec::Vec<u8>", format!("{runtime}::base64::standard")),
            (Self::Bytes, "base64url") => with("std::vec::Vec<u8>", format!("{runtime}::base64::url_safe")),
            _ => None,
        }
    }

    /// The crate: name, oldest version, features.
    pub(crate) fn dependency(self) -> Option<(&'static str, &'static str, &'static [&'static str])> {
        Some(match self {
            Self::Jiff => ("jiff", "0.2", &["serde"]),
            Self::Time => ("time", "0.3", &["formatting", "parsing", "serde-human-readable"]),
            Self::Chrono => ("chrono", "0.4", &["serde"]),
            Self::Uuid => ("uuid", "1", &["serde"]),
            Self::Url => ("url", "2", &["serde"]),
            Self::Decimal => ("rust_decimal", "1", &["serde"]),
            Self::Bytes => return None,
        })
    }
}

/// The chosen presets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presets(Vec<Preset>);

impl Presets {
    /// Adds a preset. It replaces another one for the same formats.
    pub(super) fn add(&mut self, preset: Preset) {
        self.0.retain(|other| !preset.replaces(*other));
        self.0.push(preset);
    }

    /// The preset and the type for strings of this format.
    pub(crate) fn ty(&self, format: &str, runtime: &str) -> Option<(Preset, RustType)> {
        self.0.iter().find_map(|preset| Some((*preset, preset.ty(format, runtime)?)))
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
