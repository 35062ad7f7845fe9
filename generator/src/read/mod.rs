//! Reads JSON or YAML as a document in which every value has its location.

mod files;
mod formal;
mod node;
mod normal;
mod path_items;
mod reference;
mod text;
mod walk;

pub(crate) use files::Renamed;
pub(crate) use formal::Formality;
pub(crate) use node::{Node, word};
pub(crate) use reference::{Section, pointer_of};

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};
use crate::sources::{Input, Root};

/// The supported versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V30,
    V31,
}

/// An OpenAPI document of a supported version, assembled from its files. Version 3.1 is normalized to 3.0.
#[derive(Debug, Default)]
pub(crate) struct Document {
    root: Value,
    moved: normal::Moved,
    origins: files::Origins,
    repeated: Vec<String>,
    formalities: Vec<Formality>,
    renamed: Vec<Renamed>,
    unresolved: BTreeMap<String, ProblemKind>,
    files: Vec<String>,
}

impl Document {
    /// Reads JSON or YAML.
    #[cfg(test)]
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        Self::read_named(&Input::text(text), None)
    }

    /// Reads a document of any number of files. `name` is the URI or the path of the root document, for references to
    /// itself.
    pub(crate) fn read_named(input: &Input<'_>, name: Option<&str>) -> Result<Self, Problem> {
        let (location, sources) = match &input.root {
            Root::Text(_) => (None, None),
            Root::File { location, sources } => (Some(location.as_str()), Some(*sources)),
        };
        let text = match &input.root {
            Root::Text(text) => Cow::Borrowed(text.as_ref()),
            Root::File { location, sources } => Cow::Owned(sources.text(location).map_err(|error| {
                let (what, cure) = (error.what().to_owned(), error.remedy().to_owned());
                let kind = ProblemKind::UnreadableFile { file: location.clone(), what, cure };
                Problem::new(kind, &Location::root())
            })?),
        };
        let mut formalities = Vec::new();
        let parsed = text::parse(&text)?;
        drop(text);
        let is_3_1 = check_version(&parsed.value, &mut formalities)? == Version::V31;
        let root = files::RootFile { parsed, location, name, is_2: false, is_3_1 };
        let assembled = files::assemble(root, sources)?;
        let files::Assembled { mut root, origins, repeated, renamed, unresolved, files, versions, .. } = assembled;
        formalities.extend(assembled.formalities);
        let mut moved = normal::Moved::new();
        formalities.extend(formal::correct(&mut root, is_3_1, &mut moved));
        path_items::merge(&mut root, &mut formalities, &mut moved);
        moved.extend(normal::normalize(&mut root, is_3_1, &versions));
        // `serde_json::Map` is sorted, unless a crate of the build enables `preserve_order`.
        root.sort_all_objects();
        Ok(Self { root, moved, origins, repeated, formalities, renamed, unresolved, files })
    }

    /// The locations of the files that were read, the root document first. Empty for a document of one text.
    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// The components whose key differs from their name, because it is taken.
    pub(crate) fn renamed(&self) -> &[Renamed] {
        &self.renamed
    }

    /// The formal errors that have no effect on the output.
    pub(crate) fn formalities(&self) -> &[Formality] {
        &self.formalities
    }

    /// The location in its file, before the files are assembled and normalized.
    pub(crate) fn original(&self, at: &Location) -> Location {
        at.mapped(&|pointer| self.origins.of(&self.before_moves(pointer)))
    }

    /// The pointer in the assembled document, before normalization.
    pub(crate) fn before_moves(&self, pointer: &str) -> String {
        if self.moved.is_empty() {
            return pointer.to_owned();
        }
        let ends = pointer.match_indices('/').map(|(index, _)| index).chain([pointer.len()]);
        let mut original = pointer.to_owned();
        for end in ends {
            if let Some((now, rest)) = pointer.split_at_checked(end)
                && let Some(was) = self.moved.get(now)
            {
                // The longest matching move is the last one. Its target is a location before all moves.
                original = format!("{was}{rest}");
            }
        }
        original
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node::new(self, &self.root, Location::root())
    }

    /// The locations of duplicate keys.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = Location> {
        self.repeated.iter().map(Location::at)
    }
}

/// The version of a document, or the problem that it is unsupported.
fn check_version(document: &Value, formalities: &mut Vec<Formality>) -> Result<Version, Problem> {
    let root = Location::root();
    let problem = |kind, at: &Location| Err(Problem::new(kind, at));
    let Value::Object(properties) = document else {
        return problem(ProblemKind::NotOpenApi, &root);
    };
    if let Some(version) = properties.get("swagger") {
        let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
        return problem(ProblemKind::UnsupportedVersion { version }, &root.child("swagger"));
    }
    match properties.get("openapi") {
        None => problem(ProblemKind::NotOpenApi, &root),
        Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => Ok(Version::V30),
        Some(Value::String(version)) if version == "3.1" || version.starts_with("3.1.") => Ok(Version::V31),
        // YAML reads `3.0` and `3.1` as numbers.
        Some(Value::Number(version)) if matches!(version.to_string().as_str(), "3.0" | "3.1") => {
            let what = format!("the number is read as the version: it is written `\"{version}.0\"`, with quotes");
            formalities.push(Formality { at: "/openapi".to_owned(), what });
            Ok(if version.to_string() == "3.0" { Version::V30 } else { Version::V31 })
        }
        Some(version) => {
            let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
            problem(ProblemKind::UnsupportedVersion { version }, &root.child("openapi"))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Fails with serde_json's feature `preserve_order` if the reader does not sort.
    #[test]
    fn objects_are_sorted_with_any_features_of_serde_json() {
        for version in ["3.0.3", "3.1.0"] {
            let text = format!(
                r#"{{"openapi": "{version}", "paths": {{"/b": {{}}, "/c": {{}}, "/a": {{"schema": {{"z": 1, "const": 1, "a": 1, "m": 1}}}}}}}}"#
            );
            let document = Document::read(&text).unwrap();
            let keys =
                |node: Node<'_>| node.entries().unwrap().iter().map(|(key, _)| (*key).to_owned()).collect::<Vec<_>>();
            let paths = document.root().get("paths").unwrap();
            assert_eq!(keys(paths.clone()), ["/a", "/b", "/c"]);
            assert_eq!(keys(paths.get("/a").unwrap().get("schema").unwrap()), ["a", "enum", "m", "z"]);
        }
    }
}
