//! What the user of the generator decides.

mod rust_type;

use std::collections::BTreeMap;

use crate::location::Location;
use crate::problem::Problem;
pub use rust_type::{InvalidRustType, RustType};

/// How to generate. Start from [`Settings::new`] and chain.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) operations: Option<Vec<String>>,
    pub(crate) strict: bool,
    pub(crate) module_path: Option<String>,
    pub(crate) runtime_path: Option<String>,
    pub(crate) doc_extensions: Vec<(String, String)>,
    pub(crate) all_schemas: bool,
    pub(crate) docs: bool,
    pub(crate) types_only: bool,
    pub(crate) formats: BTreeMap<String, RustType>,
    pub(crate) replaced: BTreeMap<String, RustType>,
    pub(crate) renamed: BTreeMap<String, String>,
    pub(crate) derives: Vec<String>,
    pub(crate) derives_at: BTreeMap<String, Vec<String>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl Settings {
    /// Every operation; approximations are allowed and reported; no examples in the docs.
    pub fn new() -> Self {
        Self {
            tags: None,
            operations: None,
            strict: false,
            module_path: None,
            runtime_path: None,
            doc_extensions: Vec::new(),
            all_schemas: false,
            docs: true,
            types_only: false,
            formats: BTreeMap::new(),
            replaced: BTreeMap::new(),
            renamed: BTreeMap::new(),
            derives: Vec::new(),
            derives_at: BTreeMap::new(),
        }
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

    /// Whether approximations and name collisions are problems. They are notes by default.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Whether schemas of the components that no operation reaches have types, too. They have none by default.
    #[must_use]
    pub fn all_schemas(mut self, all_schemas: bool) -> Self {
        self.all_schemas = all_schemas;
        self
    }

    /// Whether the output has only the types, without the client: for a server, a test, another HTTP client. The output
    /// needs serde and serde_json, and `subtle` and `zeroize` if a type has a secret. The types are the same as those of a
    /// client: also in `types`, and only those that the chosen operations reach, unless [`Settings::all_schemas`] is set.
    #[must_use]
    pub fn types_only(mut self, types_only: bool) -> Self {
        self.types_only = types_only;
        self
    }

    /// Whether the descriptions of the document become docs of the code, as by default. Without them every item has one
    /// sentence that names it, so the lint `missing_docs` does not warn.
    #[must_use]
    pub fn docs(mut self, docs: bool) -> Self {
        self.docs = docs;
        self
    }

    /// The path of the generated module for its users, such as `my_crate::api`. With it the docs of every operation have an
    /// example that compiles. A text that is no path is a problem.
    #[must_use]
    pub fn module_path(mut self, path: impl Into<String>) -> Self {
        self.module_path = Some(path.into());
        self
    }

    /// Where the generated module finds the runtime, such as `my_crate::runtime` for a crate that re-exports it.
    /// `::openapi_smith_runtime` unless set.
    #[must_use]
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.runtime_path = Some(path.into());
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
    ///     .format("date-time", RustType::parse("time::OffsetDateTime")?.with("time::serde::rfc3339")?);
    /// # Ok::<(), openapi_smith::InvalidRustType>(())
    /// ```
    #[must_use]
    pub fn format(mut self, format: impl Into<String>, ty: impl Into<RustType>) -> Self {
        self.formats.insert(format.into(), ty.into());
        self
    }

    /// Puts this type in the place of a schema, which is named by its JSON pointer: `/components/schemas/Money`, or
    /// `/components/schemas/Order/properties/total` for this one member. Where null is a value, it is an `Option` of it.
    ///
    /// A pointer that leads to no schema of the chosen operations is a problem.
    ///
    /// ```
    /// # use openapi_smith::Settings;
    /// let settings = Settings::new().replace("/components/schemas/Money", "my_crate::Money");
    /// ```
    #[must_use]
    pub fn replace(mut self, pointer: impl AsRef<str>, ty: impl Into<RustType>) -> Self {
        self.replaced.insert(pointer_of(pointer.as_ref()), ty.into());
        self
    }

    /// Gives what stands at a place another Rust name: a schema, a value of an `enum`, a branch of a `oneOf`, a member,
    /// a parameter, or an operation. What is sent stays the same.
    ///
    /// Everything is named by its JSON pointer, operations also by `operationId` or as in `GET /pets`. Types and
    /// variants are written `OneName`; members, parameters and methods `one_name`: that also decides whether the pointer
    /// of a member means the member or its type.
    ///
    /// A place that has no such name, and a name that is not one or is taken, are problems.
    ///
    /// ```
    /// # use openapi_smith::Settings;
    /// let settings = Settings::new()
    ///     .rename("/components/schemas/OAuth2Client", "Application")
    ///     .rename("/components/schemas/Pet/properties/nm", "name")
    ///     .rename("listPetsUsingGET", "list_pets");
    /// ```
    #[must_use]
    pub fn rename(mut self, place: impl AsRef<str>, name: impl Into<String>) -> Self {
        self.renamed.insert(pointer_of(place.as_ref()), name.into());
        self
    }

    /// Derives more traits for every type that is made for a schema: `PartialEq`, `schemars::JsonSchema`. What a type
    /// derives or implements anyway (`Clone`, `Debug`, `Serialize`, `Deserialize`, `Default` where nothing is required)
    /// is not derived twice; whether a trait can be derived is for the compiler to say. `PartialEq`, asked for here, is
    /// derived by the parameters and the answers of operations, too.
    ///
    /// ```
    /// # use openapi_smith::Settings;
    /// let settings = Settings::new()
    ///     .derives(["schemars::JsonSchema"])
    ///     .derives_at("/components/schemas/PetId", ["PartialEq", "Eq", "Hash"]);
    /// ```
    #[must_use]
    pub fn derives<I, S>(mut self, traits: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.derives.extend(traits.into_iter().map(Into::into));
        self
    }

    /// The same for the type of one schema, which is named by its JSON pointer, and has to be one of the chosen
    /// operations.
    #[must_use]
    pub fn derives_at<I, S>(mut self, pointer: impl AsRef<str>, traits: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let derives = self.derives_at.entry(pointer_of(pointer.as_ref())).or_default();
        derives.extend(traits.into_iter().map(Into::into));
        self
    }
}

impl Settings {
    /// The problem that a name which the settings choose at this location is taken.
    pub(crate) fn taken(&self, at: &Location, name: &str) -> Problem {
        // An operation may be named by its id.
        let by_name = || self.renamed.iter().find(|(_, chosen)| *chosen == name).map(|(key, _)| key.as_str());
        let key = if self.renamed.contains_key(at.pointer()) { Some(at.pointer()) } else { by_name() };
        let what = format!("the name `{name}` is the one of something else too");
        Problem::of_setting(
            "rename",
            key.unwrap_or_default(),
            at,
            what,
            "choose another name, or rename the other one too",
        )
    }
}

/// A pointer as a document writes it, `#/components/...`, as the pointer that it is; anything else as it is.
fn pointer_of(place: &str) -> String {
    match place.strip_prefix('#') {
        Some(fragment) => percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned(),
        None => place.to_owned(),
    }
}
