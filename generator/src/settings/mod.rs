//! What the user of the generator decides.

mod rust_type;

use std::collections::BTreeMap;

pub use rust_type::RustType;

/// How to generate. Start from [`Settings::new`] and chain.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) operations: Option<Vec<String>>,
    pub(crate) strict: bool,
    pub(crate) module_path: Option<String>,
    pub(crate) doc_extensions: Vec<(String, String)>,
    pub(crate) all_schemas: bool,
    pub(crate) formats: BTreeMap<String, RustType>,
}

impl Settings {
    /// Every operation; approximations are allowed and reported; no examples in the docs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the operations that have one of these tags, and what they reach.
    #[must_use]
    pub fn tags<I, S>(mut self, tags: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Only these operations, and what they reach: by `operationId`, or by method and path as in `GET /pets`. Together
    /// with [`Settings::tags`]: also these.
    #[must_use]
    pub fn operations<I, S>(mut self, operations: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.operations = Some(operations.into_iter().map(Into::into).collect());
        self
    }

    /// Turns every approximation into a problem.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Also makes a type for every schema of the components that no operation reaches.
    #[must_use]
    pub fn all_schemas(mut self) -> Self {
        self.all_schemas = true;
        self
    }

    /// Where the output will be reachable for its users, such as `my_crate::api`. With it the docs of every operation
    /// have an example that compiles.
    #[must_use]
    pub fn module_path(mut self, path: impl Into<String>) -> Self {
        self.module_path = Some(path.into());
        self
    }

    /// Shows the value of a vendor extension of an operation in its docs, under this label.
    #[must_use]
    pub fn doc_extension(mut self, extension: impl Into<String>, label: impl Into<String>) -> Self {
        self.doc_extensions.push((extension.into(), label.into()));
        self
    }

    /// Reads and writes strings of this `format` as this type: `date-time` as `chrono::DateTime<chrono::Utc>`. Without,
    /// they are a `String`, which needs no crate. Numbers are named with their type: `integer/unix-time`,
    /// `number/decimal`.
    ///
    /// It holds wherever a value of the format is: in members, lists, maps and unions, in bodies, and in parameters,
    /// where the text of its JSON form is sent. `password` and `binary` keep the types that they have, an `enum` stays
    /// one, and a body of plain text stays text.
    ///
    /// ```
    /// use openapi_smith::{RustType, Settings};
    ///
    /// let settings = Settings::new()
    ///     .format("uuid", "uuid::Uuid")
    ///     .format("date-time", RustType::new("time::OffsetDateTime").with("time::serde::rfc3339"));
    /// ```
    #[must_use]
    pub fn format(mut self, format: impl Into<String>, ty: impl Into<RustType>) -> Self {
        self.formats.insert(format.into(), ty.into());
        self
    }
}
