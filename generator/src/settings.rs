//! What the user of the generator decides.

/// How to generate. Start from [`Settings::new`] and chain.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) operations: Option<Vec<String>>,
    pub(crate) strict: bool,
    pub(crate) module_path: Option<String>,
    pub(crate) doc_extensions: Vec<(String, String)>,
    pub(crate) all_schemas: bool,
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
}
