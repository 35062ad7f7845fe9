//! The documents of a folder: its files, and its subfolders with documents of several files.

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
    /// A document of several files has these.
    pub tree: Option<Tree>,
}

/// The files of a document of several files.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The folder that the files are in.
    pub folder: PathBuf,
    /// The names and texts of all files, one after the other.
    pub bytes: Vec<u8>,
}

/// The documents of a folder, sorted by name: each file, and the roots in each subfolder.
///
/// # Errors
///
/// The folder cannot be read.
pub fn documents(folder: &Path) -> Result<Vec<Document>, Error> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            found.extend(trees(&path, name)?);
        } else if is_document(&path) {
            found.push(Document { name: name.to_owned(), bytes: bytes(&path)?, path, tree: None });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The documents of these names; an empty list selects all.
///
/// # Errors
///
/// There is no document, or none of a selected name.
pub fn select(found: Vec<Document>, only: &[String]) -> Result<Vec<Document>, Error> {
    for wanted in only {
        if !found.iter().any(|document| is(wanted, &document.name, &document.path)) {
            return Err(Error::new("the corpus", format_args!("there is no document `{wanted}`")));
        }
    }
    let is_selected =
        |document: &Document| only.is_empty() || only.iter().any(|wanted| is(wanted, &document.name, &document.path));
    let selected: Vec<Document> = found.into_iter().filter(is_selected).collect();
    if selected.is_empty() {
        return Err(Error::new("the corpus", "there is no document (.json, .yaml or .yml)"));
    }
    Ok(selected)
}

/// The documents of several files below a folder. A root is a file that declares its version of OpenAPI.
fn trees(folder: &Path, name: &str) -> Result<Vec<Document>, Error> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for path in entries(&next)? {
            if path.is_dir() {
                open.push(path);
            } else if is_document(&path) {
                files.push((bytes(&path)?, path));
            }
        }
    }
    files.sort_by(|(_, one), (_, other)| one.cmp(other));
    let all: Vec<u8> = files
        .iter()
        .flat_map(|(bytes, path)| {
            [path.strip_prefix(folder).unwrap_or(path).as_os_str().as_encoded_bytes(), bytes].concat()
        })
        .collect();
    let roots: Vec<(Vec<u8>, PathBuf)> = files.into_iter().filter(|(bytes, path)| is_root(bytes, path)).collect();
    let is_single = roots.len() == 1;
    let document = |(bytes, path): (Vec<u8>, PathBuf)| {
        let relative = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
        let name = if is_single { name.to_owned() } else { format!("{name}/{}", relative.display()) };
        let tree = Some(Tree { folder: folder.to_owned(), bytes: all.clone() });
        Document { name, path, bytes, tree }
    };
    Ok(roots.into_iter().map(document).collect())
}

/// Whether a file declares its version of OpenAPI.
fn is_root(bytes: &[u8], path: &Path) -> bool {
    let text = String::from_utf8_lossy(bytes);
    if path.extension().is_some_and(|extension| extension == "json") {
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        return value.get("openapi").or_else(|| value.get("swagger")).is_some();
    }
    text.lines().any(|line| {
        let key = line.split(':').next().unwrap_or_default();
        line.contains(':') && matches!(key.trim_matches(['"', '\'', '\u{feff}']), "openapi" | "swagger")
    })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error: std::io::Error| Error::new(folder.display(), error);
    fs::read_dir(folder).map_err(failed)?.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}

fn is_document(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("json" | "yaml" | "yml")) && path.is_file()
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::new(path.display(), error))
}

fn is(wanted: &str, name: &str, path: &Path) -> bool {
    wanted == name || path.file_name().and_then(|file| file.to_str()) == Some(wanted)
}

impl Document {
    /// Its size in kB, with all of its files.
    pub fn kilobytes(&self) -> u64 {
        u64::try_from(self.text().len()).unwrap_or(u64::MAX) / 1000
    }

    /// The names and texts of all of its files.
    pub fn text(&self) -> &[u8] {
        self.tree.as_ref().map_or(&self.bytes, |tree| &tree.bytes)
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
    let schemas = document.pointer("/components/schemas").or_else(|| document.get("definitions"));
    let schemas = schemas.and_then(Value::as_object).map_or(0, |all| all.len());
    (operations, schemas)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_subfolder_is_a_document_of_several_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generator/tests/files");
        let found = documents(&folder).unwrap();
        let [shop] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((shop.name.as_str(), shop.path.clone()), ("shop", folder.join("shop/openapi.yaml")));
        assert!(shop.text().len() > shop.bytes.len());
        assert_eq!(select(found, &["shop".to_owned()]).unwrap().len(), 1);
    }
}
