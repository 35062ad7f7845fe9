//! Reads JSON or YAML as a document in which every value has its location.

mod formal;
mod identifiers;
mod media_types;
mod node;
mod normal;
mod path_items;
mod reference;
mod swagger2;
mod text;
mod walk;

pub(crate) use formal::Formality;
pub(crate) use node::{Node, word};
pub(crate) use reference::{Section, pointer_of};

use serde_json::Value;

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};
use crate::report::NoteKind;

/// The supported versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V20,
    V30,
    V31,
    V32,
}

/// An OpenAPI document of a supported version. Version 2.0 is converted, and version 3.1 is normalized to 3.0.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
    moved: normal::Moved,
    /// The moved values of a document of version 2.0: from the converted document to the text.
    converted: normal::Moved,
    repeated: Vec<String>,
    formalities: Vec<Formality>,
    notes: Vec<(NoteKind, Formality)>,
}

impl Document {
    /// Reads JSON or YAML.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        Self::read_named(text, None)
    }

    /// Reads JSON or YAML. `name` is the URI or the path of the document, for references to itself.
    pub(crate) fn read_named(text: &str, name: Option<&str>) -> Result<Self, Problem> {
        let (root, repeated) = text::parse(text)?;
        let (moved, converted) = (normal::Moved::new(), normal::Moved::new());
        let (formalities, notes) = (Vec::new(), Vec::new());
        let mut document = Self { root, moved, converted, repeated, formalities, notes };
        let version = document.check_version()?;
        let is_3_1 = matches!(version, Version::V31 | Version::V32);
        let Self { root, moved, converted, formalities, notes, .. } = &mut document;
        let own = root.get("$self").and_then(Value::as_str).filter(|_| version == Version::V32).map(str::to_owned);
        identifiers::resolve(root, is_3_1, name, own.as_deref(), formalities);
        if version == Version::V20 {
            formalities.extend(formal::absent(root));
            let result = swagger2::convert(root);
            (*root, *converted, *notes) = (result.root, result.moved, result.notes);
        }
        let written = formalities.len();
        formalities.extend(formal::correct(root, is_3_1, moved));
        path_items::merge(root, formalities, moved);
        if version == Version::V32 {
            media_types::resolve(root, moved);
        }
        for formality in formalities.iter_mut().skip(written).filter(|_| !converted.is_empty()) {
            formality.at = original(converted, &formality.at);
        }
        if is_3_1 {
            moved.extend(normal::normalize(root));
        }
        // `serde_json::Map` is sorted, unless a crate of the build enables `preserve_order`.
        document.root.sort_all_objects();
        Ok(document)
    }

    /// The formal errors that have no effect on the output.
    pub(crate) fn formalities(&self) -> &[Formality] {
        &self.formalities
    }

    /// The notes of the reader that are no formalities.
    pub(crate) fn notes(&self) -> &[(NoteKind, Formality)] {
        &self.notes
    }

    /// The location in the text, before conversion and normalization.
    pub(crate) fn original(&self, at: &Location) -> Location {
        if self.moved.is_empty() && self.converted.is_empty() {
            return at.clone();
        }
        at.mapped(|pointer| original(&self.converted, &original(&self.moved, pointer)))
    }

    /// Whether the text has a value at this pointer.
    fn has_location(&self, pointer: &str) -> bool {
        let is_moved = self.moved.values().chain(self.converted.values()).any(|original| original == pointer);
        is_moved || self.current(pointer).iter().any(|now| self.root.pointer(now).is_some())
    }

    /// The pointers in the converted document that a pointer of the text may have.
    fn current(&self, pointer: &str) -> Vec<String> {
        let below = |(new, old): (&String, &String)| {
            let rest = pointer.strip_prefix(old.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{new}{rest}"))
        };
        let moved = self.converted.iter().filter_map(below);
        let same = std::iter::once(pointer.to_owned());
        same.chain(moved).filter(|now| original(&self.converted, now) == pointer).collect()
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
        if let Some(version) = properties.get("swagger").filter(|_| !properties.contains_key("openapi")) {
            return match version {
                Value::String(version) if version == "2.0" => Ok(Version::V20),
                // YAML reads `2.0` as a number.
                Value::Number(version) if version.as_f64() == Some(2.0) => {
                    let what = "the number is read as the version: it is written `\"2.0\"`, with quotes".to_owned();
                    self.formalities.push(Formality { at: "/swagger".to_owned(), what });
                    Ok(Version::V20)
                }
                version => {
                    let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
                    problem(ProblemKind::UnsupportedVersion { version }, &root.child("swagger"))
                }
            };
        }
        match properties.get("openapi") {
            None => problem(ProblemKind::NotOpenApi, &root),
            Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => Ok(Version::V30),
            Some(Value::String(version)) if version == "3.1" || version.starts_with("3.1.") => Ok(Version::V31),
            Some(Value::String(version)) if version == "3.2" || version.starts_with("3.2.") => Ok(Version::V32),
            // YAML reads `3.0`, `3.1` and `3.2` as numbers.
            Some(Value::Number(version)) if matches!(version.to_string().as_str(), "3.0" | "3.1" | "3.2") => {
                let what = format!("the number is read as the version: it is written `\"{version}.0\"`, with quotes");
                self.formalities.push(Formality { at: "/openapi".to_owned(), what });
                Ok(match version.to_string().as_str() {
                    "3.0" => Version::V30,
                    "3.1" => Version::V31,
                    _ => Version::V32,
                })
            }
            Some(version) => {
                let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
                problem(ProblemKind::UnsupportedVersion { version }, &root.child("openapi"))
            }
        }
    }
}

/// The pointer of a value before it was moved.
fn original(moved: &normal::Moved, pointer: &str) -> String {
    let ends = pointer.match_indices('/').map(|(index, _)| index).chain([pointer.len()]);
    let mut original = pointer.to_owned();
    for end in ends {
        if let Some((now, rest)) = pointer.split_at_checked(end)
            && let Some(was) = moved.get(now)
        {
            // The longest matching move is the last one. Its target is a location in the text.
            original = format!("{was}{rest}");
        }
    }
    original
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
