//! The documents of a folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Error;
use crate::roles::METHODS;

/// One document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its file name without the extension.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Its text.
    pub bytes: Vec<u8>,
}

/// The documents of a folder, sorted by name. `only` selects documents by name; an empty list selects all.
///
/// # Errors
///
/// The folder cannot be read, or there is no document of a selected name.
pub fn documents(folder: &Path, only: &[String]) -> Result<Vec<Document>, Error> {
    let failed = |path: &Path, error: std::io::Error| Error::new(path.display(), error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let (Some(name), "json" | "yaml" | "yml") = (path.file_stem().and_then(|name| name.to_str()), extension) else {
            continue;
        };
        found.push((name.to_owned(), path));
    }
    found.sort();
    for wanted in only {
        if !found.iter().any(|(name, path)| is(wanted, name, path)) {
            return Err(Error::new(folder.display(), format_args!("there is no document `{wanted}`")));
        }
    }
    found.retain(|(name, path)| only.is_empty() || only.iter().any(|wanted| is(wanted, name, path)));
    if found.is_empty() {
        return Err(Error::new(folder.display(), "there is no document (.json, .yaml or .yml)"));
    }
    found
        .into_iter()
        .map(|(name, path)| {
            let bytes = fs::read(&path).map_err(|error| failed(&path, error))?;
            Ok(Document { name, path, bytes })
        })
        .collect()
}

fn is(wanted: &str, name: &str, path: &Path) -> bool {
    wanted == name || path.file_name().and_then(|file| file.to_str()) == Some(wanted)
}

impl Document {
    /// Its size in kB.
    pub fn kilobytes(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX) / 1000
    }

    /// The files with instances of its schemas: beside the document, and in the folder for unions that only the
    /// discriminator decides.
    pub fn instances(&self, folder: &Path) -> Vec<PathBuf> {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut found = Vec::new();
        for folder in [folder.to_owned(), folder.join("discriminator")] {
            let candidates = [folder.join(format!("{file}.jsonl")), folder.join(format!("{}.jsonl", self.name))];
            found.extend(candidates.into_iter().find(|path| path.is_file()));
        }
        found
    }

    /// The document as a value; `None` if it is not valid JSON or YAML.
    pub fn value(&self) -> Option<Value> {
        match self.path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => serde_json::from_slice(&self.bytes).ok(),
            _ => serde_yaml::from_slice(&self.bytes).ok(),
        }
    }
}

/// The number of operations and of schemas.
pub fn counts(document: &Value) -> (usize, usize) {
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths
        .into_iter()
        .flat_map(|paths| paths.values())
        .filter_map(Value::as_object)
        .flat_map(|item| item.keys())
        .filter(|key| METHODS.contains(&key.as_str()))
        .count();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).map_or(0, |all| all.len());
    (operations, schemas)
}
