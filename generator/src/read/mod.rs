//! Reads JSON or YAML as a document in which every value has its location.

mod node;
mod normal;
mod reference;
mod text;

pub(crate) use node::{Node, word};
pub(crate) use reference::Section;

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
}

impl Document {
    /// Reads JSON or YAML.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let (root, repeated) = text::parse(text)?;
        let mut document = Self { root, moved: normal::Moved::new(), repeated };
        if document.check_version()? == Version::V31 {
            document.moved = normal::normalize(&mut document.root);
        }
        // `serde_json::Map` is sorted, unless a crate of the build enables `preserve_order`.
        document.root.sort_all_objects();
        Ok(document)
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

    fn check_version(&self) -> Result<Version, Problem> {
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
            let constant = if version == "3.0.3" { "const" } else { "enum" };
            let mut expected = ["a", constant, "m", "z"];
            expected.sort_unstable();
            assert_eq!(keys(paths.get("/a").unwrap().get("schema").unwrap()), expected);
        }
    }
}
