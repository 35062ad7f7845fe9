//! Reads the settings file; errors show line and column.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs};

use openapi_smith::{
    OperationNames, PAGINATION_ENDS, PAGINATION_STYLES, Pagination, PaginationStyle, Preset, Problem, RustType,
    Settings,
};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use crate::UsageError;
use crate::arguments::{DateCrate, Presets, Selection};
use crate::settings_schema::Described;

/// Declares the content of the settings file, and the table of its keys.
macro_rules! settings_file {
    ($($(#[doc = $doc:literal])* $key:ident: $type:ty,)*) => {
        /// The content of the settings file; every key is optional.
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        struct File {
            /// The JSON Schema of the file, for editors.
            #[serde(rename = "$schema")]
            _schema: Option<String>,
            $($key: $type,)*
        }

        /// The keys of the settings file, each with its schema and its description.
        pub(crate) fn keys() -> Vec<(String, Value, String)> {
            vec![$((
                stringify!($key).replace('_', "-"),
                <$type as Described>::schema(),
                [$($doc.trim()),*].join(" "),
            )),*]
        }
    };
}

settings_file! {
    /// Only operations with one of these tags. In this and the other choices, `*` stands for any text.
    tags: Vec<String>,
    /// Only these operations, by operationId or as `GET /path`; with tags or paths: these, too.
    operations: Vec<String>,
    /// Only the operations of these paths, such as `/v1/*`; with tags or operations: these, too.
    paths: Vec<String>,
    /// Leaves out these operations.
    without: Vec<String>,
    /// Leaves out the operations with one of these tags.
    without_tags: Vec<String>,
    /// Leaves out the operations of these paths.
    without_paths: Vec<String>,
    /// The security schemes of operations that declare no `security`.
    default_security: Vec<String>,
    /// The name of the document: a `$ref` to this name stays inside the document.
    document_name: Option<String>,
    /// Refuses flaws, formal errors, approximations and name collisions.
    strict: bool,
    /// Generates the types of schemas that no operation reaches, too.
    all_schemas: bool,
    /// Whether the output has the document's descriptions. Default: true.
    docs: Option<bool>,
    /// Whether structs in requests have setters for optional properties. Default: true.
    setters: Option<bool>,
    /// Generates the types without the client.
    types_only: bool,
    /// The path of the generated module: gives the docs of each operation an example that compiles.
    module_path: Option<ModulePath>,
    /// The path of `openapi-smith-runtime`, for a crate that re-exports it.
    runtime_path: Option<ModulePath>,
    /// Vendor extensions of operations that their docs show, with labels.
    doc_extensions: BTreeMap<String, String>,
    /// Rust types for values of a format.
    formats: BTreeMap<String, UserType>,
    /// The crate for the formats `date-time` and `date`.
    dates: Option<Dates>,
    /// Uses the crate `uuid` for the format `uuid`.
    uuid: bool,
    /// Uses the crate `url` for the formats `uri` and `url`.
    url: bool,
    /// Uses the crate `rust_decimal` for the format `decimal`.
    decimal: bool,
    /// Decodes the formats `byte` and `base64url` to bytes.
    bytes: bool,
    /// Rust types for schemas, by JSON pointer.
    replace: BTreeMap<String, UserType>,
    /// Rust names, by JSON pointer, operationId or pattern.
    rename: BTreeMap<String, String>,
    /// How methods are named.
    operation_names: Naming,
    /// More traits that all types derive.
    derives: Vec<String>,
    /// More traits that the type of a schema derives, by JSON pointer.
    derives_at: BTreeMap<String, Vec<String>>,
    /// How the pages of operations follow each other, by operationId, `GET /path` or pattern.
    pagination: BTreeMap<String, Pages>,
}

/// How the pages of an operation follow each other.
#[derive(Debug)]
struct Pages(Pagination);

impl<'de> Deserialize<'de> for Pages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Scalar {
            Text(String),
            Number(u64),
        }
        let keys = BTreeMap::<String, Scalar>::deserialize(deserializer)?;
        let texts = keys.into_iter().map(|(key, value)| match value {
            Scalar::Text(text) => (key, text),
            Scalar::Number(number) => (key, number.to_string()),
        });
        Pagination::from_keys(texts.collect()).map(Pages).map_err(D::Error::custom)
    }
}

/// The names of the crates for dates.
const DATE_CRATES: [&str; 3] = ["jiff", "time", "chrono"];

/// The crate for dates, by its name.
#[derive(Debug)]
struct Dates(Preset);

impl From<DateCrate> for Dates {
    fn from(chosen: DateCrate) -> Self {
        Self(match chosen {
            DateCrate::Jiff => Preset::Jiff,
            DateCrate::Time => Preset::Time,
            DateCrate::Chrono => Preset::Chrono,
        })
    }
}

impl<'de> Deserialize<'de> for Dates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let preset = Preset::dates(&name);
        preset.map(Self).ok_or_else(|| {
            let [first, second, third] = DATE_CRATES;
            D::Error::custom(format!("unknown crate for dates `{name}`: use `{first}`, `{second}` or `{third}`"))
        })
    }
}

/// How operations are named.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Naming {
    #[default]
    Functions,
    AsWritten,
}

/// A user type: its path, or `{ type = "...", with = "..." }`.
#[derive(Debug)]
struct UserType(RustType);

impl<'de> Deserialize<'de> for UserType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UserTypeVisitor)
    }
}

struct UserTypeVisitor;

impl<'de> Visitor<'de> for UserTypeVisitor {
    type Value = UserType;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path of a Rust type, or `type` and `with`")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<UserType, E> {
        RustType::parse(path).map(UserType).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<UserType, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct WithModule {
            r#type: String,
            with: Option<String>,
        }
        let WithModule { r#type, with } = WithModule::deserialize(MapAccessDeserializer::new(map))?;
        let ty = RustType::parse(r#type).map_err(A::Error::custom)?;
        match with {
            Some(with) => ty.with(with).map(UserType).map_err(A::Error::custom),
            None => Ok(UserType(ty)),
        }
    }
}

/// The path of a Rust module.
#[derive(Debug)]
struct ModulePath(String);

impl<'de> Deserialize<'de> for ModulePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match syn::parse_str::<syn::Path>(&text) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(D::Error::custom(format!(
                "invalid path of a Rust module `{text}`: write a path such as `my_crate::api`"
            ))),
        }
    }
}

impl Described for ModulePath {
    fn schema() -> Value {
        String::schema()
    }
}

impl Described for Dates {
    fn schema() -> Value {
        json!({ "enum": DATE_CRATES })
    }
}

impl Described for Naming {
    fn schema() -> Value {
        json!({ "enum": ["functions", "as-written"] })
    }
}

impl Described for UserType {
    fn schema() -> Value {
        let path = json!({ "type": "string", "description": "The complete path of a Rust type." });
        let with =
            json!({ "type": "string", "description": "A module with `serialize` and `deserialize`, as for serde." });
        let object = json!({
            "type": "object",
            "properties": { "type": path, "with": with },
            "required": ["type"],
            "additionalProperties": false,
        });
        json!({ "anyOf": [path, object] })
    }
}

impl Described for Pages {
    fn schema() -> Value {
        let style = |style: &PaginationStyle| {
            let number =
                json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[0-9]+$" }] });
            let schema = |key: &str| if key == "first" { number.clone() } else { String::schema() };
            let own = style.required.iter().chain(style.optional).chain(&["items"]).chain(&PAGINATION_ENDS);
            let mut properties: Map<String, Value> = own.map(|key| ((*key).to_owned(), schema(key))).collect();
            properties.insert("style".to_owned(), json!({ "const": style.name }));
            let required: Vec<&str> = std::iter::once("style").chain(style.required.iter().copied()).collect();
            let pairs = PAGINATION_ENDS.iter().enumerate().flat_map(|(index, one)| {
                PAGINATION_ENDS.iter().skip(index + 1).map(move |other| json!({ "required": [one, other] }))
            });
            json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
                "not": { "anyOf": pairs.collect::<Vec<_>>() },
            })
        };
        json!({ "oneOf": PAGINATION_STYLES.iter().map(style).collect::<Vec<_>>() })
    }
}

/// The settings of the file and of the command line together.
pub(crate) fn settings(selection: &Selection, presets: Presets, strict: bool) -> Result<Settings, UsageError> {
    let file = selection.settings.as_deref().map_or_else(|| Ok(File::default()), read)?;
    let File { mut tags, mut operations, mut paths, all_schemas, module_path, runtime_path, doc_extensions, .. } = file;
    // A choice of operations on the command line replaces the choice of the file.
    if !selection.tags.is_empty() || !selection.operations.is_empty() || !selection.paths.is_empty() {
        tags.clone_from(&selection.tags);
        operations.clone_from(&selection.operations);
        paths.clone_from(&selection.paths);
    }
    let mut settings = Settings::new()
        .without(file.without)
        .without(selection.without.clone())
        .without_tags(file.without_tags)
        .without_tags(selection.without_tags.clone())
        .without_paths(file.without_paths)
        .without_paths(selection.without_paths.clone());
    if let Some(name) = file.document_name {
        settings = settings.document_name(name);
    }
    if !tags.is_empty() {
        settings = settings.tags(tags);
    }
    if !operations.is_empty() {
        settings = settings.operations(operations);
    }
    if !paths.is_empty() {
        settings = settings.paths(paths);
    }
    if let Some(ModulePath(path)) = module_path {
        settings = settings.module_path(path);
    }
    if let Some(ModulePath(path)) = runtime_path {
        settings = settings.runtime_path(path);
    }
    for (extension, label) in doc_extensions {
        settings = settings.doc_extension(extension, label);
    }
    for (format, UserType(ty)) in file.formats {
        settings = settings.format(format, ty);
    }
    if let Some(Dates(preset)) = presets.dates.map(Dates::from).or(file.dates) {
        settings = settings.preset(preset);
    }
    for (is_chosen, preset) in [
        (file.uuid || presets.uuid, Preset::Uuid),
        (file.url || presets.url, Preset::Url),
        (file.decimal || presets.decimal, Preset::Decimal),
        (file.bytes || presets.bytes, Preset::Bytes),
    ] {
        if is_chosen {
            settings = settings.preset(preset);
        }
    }
    for (pointer, UserType(ty)) in file.replace {
        settings = settings.replace(pointer, ty);
    }
    for (pointer, name) in file.rename {
        settings = settings.rename(pointer, name);
    }
    settings = settings
        .strict(file.strict || strict)
        .all_schemas(all_schemas)
        .types_only(file.types_only)
        .docs(file.docs.unwrap_or(true))
        .setters(file.setters.unwrap_or(true));
    if let Naming::AsWritten = file.operation_names {
        settings = settings.operation_names(OperationNames::AsWritten);
    }
    settings = settings.derives(file.derives).default_security(file.default_security);
    for (pointer, traits) in file.derives_at {
        settings = settings.derives_at(pointer, traits);
    }
    for (operation, Pages(pagination)) in file.pagination {
        settings = settings.pagination(operation, pagination);
    }
    Ok(settings)
}

/// The position of a problem's setting in the settings file, as `settings.toml:3:1`.
pub(crate) fn position_of(selection: &Selection, problem: &Problem) -> Option<String> {
    let path = selection.settings.as_deref()?;
    let (setting, key) = problem.setting()?;
    let text = fs::read_to_string(path).ok()?;
    let start = text.find(setting)?;
    let quoted = |prefix: &str| [format!("\"{prefix}{key}\""), format!("'{prefix}{key}'")];
    let spellings = quoted("").into_iter().chain(quoted("#"));
    let found = |spelling: &str| text.get(start..)?.find(spelling).map(|offset| start + offset);
    let offset = spellings.filter_map(|spelling| found(&spelling)).min().or_else(|| found(key))?;
    let (line, column) = position(&text, offset);
    Some(format!("{}:{line}:{column}", path.display()))
}

fn read(path: &Path) -> Result<File, UsageError> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| UsageError(format!("cannot read {shown}: {error}")))?;
    if path.extension().is_some_and(|extension| extension == "json") {
        // serde reads a struct from an array, too.
        if text.trim_start().starts_with('[') {
            return Err(UsageError(format!("{shown}:1:1: the settings are an array: write an object")));
        }
        return serde_json::from_str(&text).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            UsageError(format!("{shown}:{}:{}: {message}", error.line(), error.column()))
        });
    }
    toml::from_str(&text).map_err(|error| {
        let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
        UsageError(format!("{shown}:{line}:{column}: {}", error.message()))
    })
}

/// Line and column of a byte offset, counted from one.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or_default();
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last_line.chars().count() + 1)
}
