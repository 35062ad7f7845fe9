//! The settings of the generator.

mod pagination;
mod preset;
mod rust_type;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::location::Location;
use crate::problem::Problem;
pub(crate) use pagination::{End, Next};
pub use pagination::{PAGINATION_ENDS, PAGINATION_STYLES, Pagination, PaginationStyle};
pub use preset::Preset;
use preset::Presets;
pub use rust_type::{InvalidRustType, RustType};

/// The settings of the generator. Start from [`Settings::new`] and chain.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) operations: Option<Vec<String>>,
    pub(crate) paths: Option<Vec<String>>,
    pub(crate) without: Vec<String>,
    pub(crate) without_tags: Vec<String>,
    pub(crate) without_paths: Vec<String>,
    pub(crate) default_security: Vec<String>,
    pub(crate) document_name: Option<String>,
    pub(crate) strict: bool,
    pub(crate) module_path: Option<String>,
    pub(crate) runtime_path: Option<String>,
    pub(crate) doc_extensions: Vec<(String, String)>,
    pub(crate) all_schemas: bool,
    pub(crate) docs: bool,
    pub(crate) setters: bool,
    pub(crate) types_only: bool,
    pub(crate) formats: BTreeMap<String, RustType>,
    pub(crate) presets: Presets,
    pub(crate) replaced: BTreeMap<String, RustType>,
    pub(crate) renamed: BTreeMap<String, String>,
    pub(crate) operation_names: OperationNames,
    pub(crate) derives: Vec<String>,
    pub(crate) derives_at: BTreeMap<String, Vec<String>>,
    pub(crate) paginations: BTreeMap<String, Pagination>,
}

/// The name under which settings have the type of a format: `date-time`, `integer/int64`.
pub(crate) fn format_key(json_type: &str, format: &str) -> String {
    if json_type == "string" { format.to_owned() } else { format!("{json_type}/{format}") }
}

/// How operations are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperationNames {
    /// By the function's name, if every `operationId` of the document is `{function}_{path}_{method}` as FastAPI writes
    /// it. Else as written.
    #[default]
    Functions,
    /// By the `operationId` as the document writes it.
    AsWritten,
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl Settings {
    /// The defaults: every operation; approximations are allowed and reported; no examples in the docs.
    pub fn new() -> Self {
        Self {
            tags: None,
            operations: None,
            paths: None,
            without: Vec::new(),
            without_tags: Vec::new(),
            without_paths: Vec::new(),
            default_security: Vec::new(),
            document_name: None,
            strict: false,
            module_path: None,
            runtime_path: None,
            doc_extensions: Vec::new(),
            all_schemas: false,
            docs: true,
            setters: true,
            types_only: false,
            formats: BTreeMap::new(),
            presets: Presets::default(),
            replaced: BTreeMap::new(),
            renamed: BTreeMap::new(),
            operation_names: OperationNames::default(),
            derives: Vec::new(),
            derives_at: BTreeMap::new(),
            paginations: BTreeMap::new(),
        }
    }

    /// Generates only the operations with one of these tags, and the types they use. In this and the other choices of
    /// operations, `*` stands for any text: `pets*`. Together with [`Settings::operations`] and [`Settings::paths`], all
    /// of them are generated. A tag that no operation has is a problem.
    #[must_use]
    pub fn tags<I, S>(mut self, tags: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Generates only these operations, and the types they use. An operation is given by `operationId`, or by method
    /// and path as in `GET /pets`; `*` stands for any text: `list*`, `GET *`.
    #[must_use]
    pub fn operations<I, S>(mut self, operations: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.operations = Some(operations.into_iter().map(Into::into).collect());
        self
    }

    /// Generates only the operations of these paths, and the types they use. `*` stands for any text: `/v1/*`. A path
    /// that matches no operation is a problem.
    #[must_use]
    pub fn paths<I, S>(mut self, paths: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.paths = Some(paths.into_iter().map(Into::into).collect());
        self
    }

    /// Leaves out the operations with one of these tags, also chosen ones.
    #[must_use]
    pub fn without_tags<I, S>(mut self, tags: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.without_tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Leaves out the operations of these paths, also chosen ones. `*` stands for any text.
    #[must_use]
    pub fn without_paths<I, S>(mut self, paths: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.without_paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Leaves out these operations, by `operationId`, or by method and path as in `GET /pets`. An operation that the
    /// document does not have is a problem.
    #[must_use]
    pub fn without<I, S>(mut self, operations: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.without.extend(operations.into_iter().map(Into::into));
        self
    }

    /// The security schemes of operations for which the document declares no `security`. A call of such an operation sends the
    /// credential of the first of these schemes for which the client has one, and is sent without a credential if there is
    /// none. An operation with `security: []` has none. A scheme that the document does not have is a problem.
    ///
    /// ```
    /// # use openapi_smith::Settings;
    /// let settings = Settings::new().default_security(["bearerAuth"]);
    /// ```
    #[must_use]
    pub fn default_security<I, S>(mut self, schemes: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.default_security.extend(schemes.into_iter().map(Into::into));
        self
    }

    /// The path or the URI of the document, such as `pets.yaml`. A `$ref` to this name stays inside the document. By
    /// default the name is unknown, and such a `$ref` leads to another document.
    #[must_use]
    pub fn document_name(mut self, name: impl Into<String>) -> Self {
        self.document_name = Some(name.into());
        self
    }

    /// Whether flaws, formalities, approximations and name collisions are problems. By default, they are notes, and an
    /// operation with a flaw is left out.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Whether unused component schemas have types, too. By default, they have none.
    #[must_use]
    pub fn all_schemas(mut self, all_schemas: bool) -> Self {
        self.all_schemas = all_schemas;
        self
    }

    /// Whether the output has only the types, without the client: for a server, a test or another HTTP client. The
    /// types are the same as those of a client, in the same module `types`: those that the chosen operations use, or
    /// all with [`Settings::all_schemas`]. [`Output::dependencies`](crate::Output::dependencies) lists the crates that
    /// they need.
    #[must_use]
    pub fn types_only(mut self, types_only: bool) -> Self {
        self.types_only = types_only;
        self
    }

    /// Whether the descriptions of the document become docs of the code. On by default. Without them, every item has
    /// one sentence of docs, so the lint `missing_docs` does not warn.
    #[must_use]
    pub fn docs(mut self, docs: bool) -> Self {
        self.docs = docs;
        self
    }

    /// Whether structs in requests have a setter for each optional property. On by default. Without them the output is
    /// shorter and compiles faster; the fields are public all the same.
    #[must_use]
    pub fn setters(mut self, setters: bool) -> Self {
        self.setters = setters;
        self
    }

    /// The public path of the generated module, such as `my_crate::api`. With it, the docs of every operation have an
    /// example that compiles. An invalid path is a problem.
    #[must_use]
    pub fn module_path(mut self, path: impl Into<String>) -> Self {
        self.module_path = Some(path.into());
        self
    }

    /// The path of the runtime, such as `my_crate::runtime` for a crate that re-exports it. The default is
    /// `::openapi_smith_runtime`.
    #[must_use]
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.runtime_path = Some(path.into());
        self
    }

    /// Shows the value of a vendor extension in the docs of its operation, under this label.
    #[must_use]
    pub fn doc_extension(mut self, extension: impl Into<String>, label: impl Into<String>) -> Self {
        self.doc_extensions.push((extension.into(), label.into()));
        self
    }

    /// Uses this type for strings of this `format`, such as `chrono::DateTime<chrono::Utc>` for `date-time`. By
    /// default, they are `String`s, which need no crate. Formats of numbers are written with the type:
    /// `integer/unix-time`, `number/decimal`.
    ///
    /// The type is used for every value of the format: in properties, lists, maps, unions, bodies and parameters. In
    /// parameters, the text of its JSON value is sent. The setting does not change `password`, `binary`, `enum`s and
    /// bodies of plain text.
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

    /// Uses the types of a well-known crate for some formats. [`Settings::format`] takes precedence. Presets for the same
    /// formats replace each other.
    ///
    /// ```
    /// use openapi_smith::{Preset, Settings};
    ///
    /// let settings = Settings::new().preset(Preset::Jiff).preset(Preset::Uuid);
    /// ```
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.presets.add(preset);
        self
    }

    /// Uses this type instead of a generated one for the schema with this JSON pointer: `/components/schemas/Money`, or
    /// `/components/schemas/Order/properties/total` for one property. A nullable schema results in an `Option` of the
    /// type.
    ///
    /// A pointer to no schema of the chosen operations is a problem.
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

    /// Sets the Rust name of a schema, a value of an `enum`, a branch of a `oneOf`, a property, a parameter or an
    /// operation. The names on the wire stay the same.
    ///
    /// `location` is a JSON pointer; for an operation also its `operationId` or method and path (`GET /pets`). Types
    /// and variants are written `OneName`; properties, parameters and methods `one_name`. The spelling also decides
    /// whether the pointer of a property means the property or its type.
    ///
    /// With a `*` in an `operationId` or in the name of a component, and a `*` in the new name, the setting is a pattern.
    /// The new name has the text that `*` stands for, in the spelling of its kind. A name for a single location takes
    /// precedence, then the longest pattern.
    ///
    /// A location without such a name, an invalid name, a taken name and a pattern without a match are problems.
    ///
    /// ```
    /// # use openapi_smith::Settings;
    /// let settings = Settings::new()
    ///     .rename("/components/schemas/OAuth2Client", "Application")
    ///     .rename("/components/schemas/Pet/properties/nm", "name")
    ///     .rename("listPetsUsingGET", "list_pets")
    ///     .rename("*UsingPOST", "*")
    ///     .rename("/components/schemas/*Dto", "*");
    /// ```
    #[must_use]
    pub fn rename(mut self, location: impl AsRef<str>, name: impl Into<String>) -> Self {
        self.renamed.insert(pointer_of(location.as_ref()), name.into());
        self
    }

    /// Sets how operations are named. By default, `read_queue_queues__id__get` for `GET /queues/{id}` is `read_queue` if
    /// all ids of the document have that form; the report has one note about it.
    ///
    /// ```
    /// # use openapi_smith::{OperationNames, Settings};
    /// let settings = Settings::new().operation_names(OperationNames::AsWritten);
    /// ```
    #[must_use]
    pub fn operation_names(mut self, names: OperationNames) -> Self {
        self.operation_names = names;
        self
    }

    /// Derives more traits for every type of a schema: `PartialEq`, `schemars::JsonSchema`. Traits that a type has
    /// anyway (`Clone`, `Debug`, `Serialize`, `Deserialize`, `Default` if nothing is required) are not derived twice.
    /// The compiler reports traits that cannot be derived. The parameter and response types of operations derive
    /// `PartialEq` from this setting, too.
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

    /// Adds a method for the pages of an operation: `list_pets_pages` beside `list_pets`.
    ///
    /// The operation is given by its `operationId`, by method and path (`GET /pets`), by its JSON pointer, or by a
    /// pattern in which `*` stands for any text. A pattern is a rule for the operations that can have such pages, and the
    /// longest one counts; an operation by name comes before an extension such as `x-speakeasy-pagination`, and that
    /// before a pattern. A declaration that does not fit its operation is a problem.
    ///
    /// ```
    /// use openapi_smith::{Pagination, Settings};
    ///
    /// let settings = Settings::new()
    ///     .pagination("listPets", Pagination::cursor("after", "meta.next").items("pets"))
    ///     .pagination("list*", Pagination::page_number("page").more("has_more"));
    /// ```
    #[must_use]
    pub fn pagination(mut self, operation: impl AsRef<str>, pagination: Pagination) -> Self {
        self.paginations.insert(pointer_of(operation.as_ref()), pagination);
        self
    }

    /// Derives more traits for the type of one schema of the chosen operations, given by its JSON pointer.
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
    /// The problem of a chosen name that is taken at this location.
    pub(crate) fn taken(&self, at: &Location, name: &str) -> Problem {
        // The key of an operation may be its `operationId`.
        let by_name = || self.renamed.iter().find(|(_, chosen)| *chosen == name).map(|(key, _)| key.as_str());
        let key = if self.renamed.contains_key(&*at.key()) { Some(at.key()) } else { by_name().map(Cow::Borrowed) };
        let what = format!("the name `{name}` is already taken");
        Problem::of_setting(
            "rename",
            &key.unwrap_or_default(),
            at,
            what,
            "choose a different name, or rename the other item too",
        )
    }
}

/// Decodes a pointer in a URI fragment (`#/components/...`). Other text is returned as it is.
fn pointer_of(location: &str) -> String {
    match location.strip_prefix('#') {
        Some(fragment) => percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned(),
        None => location.to_owned(),
    }
}
