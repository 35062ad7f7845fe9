//! Reads JSON or YAML as a document in which every value has its location.

mod formal;
mod identifiers;
mod node;
mod normal;
mod path_items;
mod reference;
mod text;
mod walk;

pub(crate) use formal::Formality;
pub(crate) use node::{Node, word};
pub(crate) use reference::{Section, pointer_of};

use serde_json::Value;

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};

/// The supported versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V30,
    V31,
}

/// An OpenAPI document of a supported version. Version 3.1 is normalized to 3.0.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
    moved: normal::Moved,
    repeated: Vec<String>,
    formalities: Vec<Formality>,
}

impl Document {
    /// Reads JSON or YAML.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        Self::read_named(text, None)
    }

    /// Reads JSON or YAML. `name` is the URI or the path of the document, for references to itself.
    pub(crate) fn read_named(text: &str, name: Option<&str>) -> Result<Self, Problem> {
        let (root, repeated) = text::parse(text)?;
        let mut document = Self { root, moved: normal::Moved::new(), repeated, formalities: Vec::new() };
        let is_3_1 = document.check_version()? == Version::V31;
        let Self { root, moved, formalities, .. } = &mut document;
        identifiers::resolve(root, is_3_1, name, formalities);
        formalities.extend(formal::correct(root, is_3_1, moved));
        path_items::merge(root, formalities, moved);
        moved.extend(normal::normalize(root, is_3_1));
        // `serde_json::Map` is sorted, unless a crate of the build enables `preserve_order`.
        document.root.sort_all_objects();
        Ok(document)
    }

    /// The formal errors that have no effect on the output.
    pub(crate) fn formalities(&self) -> &[Formality] {
        &self.formalities
    }

    /// The location in the text, before normalization.
    pub(crate) fn original(&self, at: &Location) -> Location {
        let pointer = at.pointer();
        if self.moved.is_empty() {
            return at.clone();
        }
        let ends = pointer.match_indices('/').map(|(index, _)| index).chain([pointer.len()]);
        let mut original = pointer.to_owned();
        for end in ends {
            if let Some((now, rest)) = pointer.split_at_checked(end)
                && let Some(was) = self.moved.get(now)
            {
                // The longest matching move is the last one. Its target is a location in the text.
                original = format!("{was}{rest}");
            }
        }
        at.moved(original)
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node::new(self, &self.root, Location::root())
    }

    /// The locations of duplicate keys, in the text.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = Location> {
        self.repeated.iter().map(Location::at)
    }

    fn check_version(&mut self) -> Result<Version, Problem> {
        let root = Location::root();
        let problem = |kind, at: &Location| Err(Problem::new(kind, at));
        let Value::Object(properties) = &self.root else {
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
                self.formalities.push(Formality { at: "/openapi".to_owned(), what });
                Ok(if version.to_string() == "3.0" { Version::V30 } else { Version::V31 })
            }
            Some(version) => {
                let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
                problem(ProblemKind::UnsupportedVersion { version }, &root.child("openapi"))
            }
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
