//! Reads the settings file; errors show line and column.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs};

use openapi_smith::{OperationNames, Pagination, Preset, Problem, RustType, Settings};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::UsageError;
use crate::arguments::{DateCrate, Presets, Selection};

/// The content of the settings file; every key is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct File {
    tags: Vec<String>,
    operations: Vec<String>,
    paths: Vec<String>,
    without: Vec<String>,
    without_tags: Vec<String>,
    without_paths: Vec<String>,
    default_security: Vec<String>,
    document_name: Option<String>,
    strict: bool,
    all_schemas: bool,
    docs: Option<bool>,
    setters: Option<bool>,
    types_only: bool,
    #[serde(deserialize_with = "module_path")]
    module_path: Option<String>,
    #[serde(deserialize_with = "module_path")]
    runtime_path: Option<String>,
    doc_extensions: BTreeMap<String, String>,
    formats: BTreeMap<String, UserType>,
    dates: Option<Dates>,
    uuid: bool,
    url: bool,
    decimal: bool,
    bytes: bool,
    replace: BTreeMap<String, UserType>,
    rename: BTreeMap<String, String>,
    operation_names: Naming,
    derives: Vec<String>,
    derives_at: BTreeMap<String, Vec<String>>,
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
            D::Error::custom(format!("unknown crate for dates `{name}`: use `jiff`, `time` or `chrono`"))
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

fn module_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match syn::parse_str::<syn::Path>(&text) {
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(D::Error::custom(format!(
            "invalid path of a Rust module `{text}`: write a path such as `my_crate::api`"
        ))),
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
    if let Some(path) = module_path {
        settings = settings.module_path(path);
    }
    if let Some(path) = runtime_path {
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
