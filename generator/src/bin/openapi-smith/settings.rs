//! The file of settings. What it says wrong is said with its place.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use openapi_smith::Settings;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::Fault;
use crate::arguments::Choice;

/// What the file may say; every key is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct File {
    tags: Vec<String>,
    operations: Vec<String>,
    strict: bool,
    all_schemas: bool,
    #[serde(deserialize_with = "module_path")]
    module_path: Option<String>,
    doc_extensions: BTreeMap<String, String>,
}

fn module_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match syn::parse_str::<syn::Path>(&text) {
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(D::Error::custom(format!("`{text}` is not the path of a Rust module, such as `my_crate::api`"))),
    }
}

/// The settings of the file and of the command line together.
pub(crate) fn settings(choice: &Choice) -> Result<Settings, Fault> {
    let File { mut tags, mut operations, strict, all_schemas, module_path, doc_extensions } =
        choice.settings.as_deref().map_or_else(|| Ok(File::default()), read)?;
    // Who asks for a slice on the command line wants that one and not the file's as well.
    if !choice.tags.is_empty() || !choice.operations.is_empty() {
        tags.clone_from(&choice.tags);
        operations.clone_from(&choice.operations);
    }
    let mut settings = Settings::new();
    if !tags.is_empty() {
        settings = settings.tags(tags);
    }
    if !operations.is_empty() {
        settings = settings.operations(operations);
    }
    if strict || choice.strict {
        settings = settings.strict();
    }
    if all_schemas {
        settings = settings.all_schemas();
    }
    if let Some(path) = module_path {
        settings = settings.module_path(path);
    }
    Ok(doc_extensions
        .into_iter()
        .fold(settings, |settings, (extension, label)| settings.doc_extension(extension, label)))
}

fn read(path: &Path) -> Result<File, Fault> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| Fault(format!("cannot read {shown}: {error}")))?;
    if path.extension().is_some_and(|extension| extension == "json") {
        return serde_json::from_str(&text).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            Fault(format!("{shown}:{}:{}: {message}", error.line(), error.column()))
        });
    }
    toml::from_str(&text).map_err(|error| {
        let (line, column) = place(&text, error.span().map_or(0, |span| span.start));
        Fault(format!("{shown}:{line}:{column}: {}", error.message()))
    })
}

/// Line and column of a byte, counted from one.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or_default();
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last_line.chars().count() + 1)
}
