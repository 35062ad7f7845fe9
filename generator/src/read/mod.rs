//! Reads JSON or YAML as a document in which every value has its location.

mod files;
mod formal;
mod media_types;
mod node;
mod normal;
mod path_items;
mod reference;
mod swagger2;
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
use crate::report::NoteKind;
use crate::sources::{Input, Root};

/// The supported versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V20,
    V30,
    V31,
    V32,
}

/// An OpenAPI document of a supported version, assembled from its files. Version 2.0 is converted, and version 3.1 is
/// normalized to 3.0.
#[derive(Debug, Default)]
pub(crate) struct Document {
    root: Value,
    moved: normal::Moved,
    /// The moved values of a document of version 2.0: from the converted document to the assembled one.
    converted: normal::Moved,
    origins: files::Origins,
    repeated: Vec<String>,
    formalities: Vec<Formality>,
    /// The notes of the reader that are no formalities.
    notes: Vec<(NoteKind, Formality)>,
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
        let version = check_version(&parsed.value, &mut formalities)?;
        let is_3_1 = matches!(version, Version::V31 | Version::V32);
        let own =
            parsed.value.get("$self").and_then(Value::as_str).filter(|_| version == Version::V32).map(str::to_owned);
        let root = files::RootFile { parsed, location, name, own, is_2: version == Version::V20, is_3_1 };
        let assembled = files::assemble(root, sources)?;
        let files::Assembled { mut root, origins, repeated, renamed, unresolved, files, versions, .. } = assembled;
        formalities.extend(assembled.formalities);
        // Assembly adds components, and the passes below visit properties in their order.
        root.sort_all_objects();
        let (mut converted, mut notes) = (normal::Moved::new(), Vec::new());
        if version == Version::V20 {
            formalities.extend(formal::absent(&mut root));
            let result = swagger2::convert(&root);
            (root, converted, notes) = (result.root, result.moved, result.notes);
        }
        let mut moved = normal::Moved::new();
        let written = formalities.len();
        formalities.extend(formal::correct(&mut root, is_3_1, &mut moved));
        path_items::merge(&mut root, &mut formalities, &mut moved);
        if version == Version::V32 {
            media_types::resolve(&mut root, &mut moved);
        }
        let normalized = normal::normalize(&mut root, is_3_1, &versions);
        let what = "`nullable: true` beside a `$ref` is read, although OpenAPI 3.0 ignores it: null is a value";
        let nullable = normalized.nullable.iter().map(|at| Formality { at: before(&moved, at), what: what.to_owned() });
        formalities.extend(nullable);
        moved.extend(normalized.moved);
        for formality in formalities.iter_mut().skip(written).filter(|_| !converted.is_empty()) {
            formality.at = before(&converted, &formality.at);
        }
        root.sort_all_objects();
        Ok(Self { root, moved, converted, origins, repeated, formalities, notes, renamed, unresolved, files })
    }

    /// The locations of the files that were read, the root document first. Empty for a document of one text.
    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// The locations of the files that cannot be read, although references lead there.
    pub(crate) fn unreadable(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut values = vec![&self.root];
        while let Some(value) = values.pop() {
            match value {
                Value::Object(properties) => {
                    let text = properties.get("$ref").and_then(Value::as_str);
                    if let Some(ProblemKind::UnreadableFile { file, .. }) =
                        text.and_then(|text| self.unresolved.get(text))
                    {
                        found.push(file.clone());
                    }
                    values.extend(properties.values());
                }
                Value::Array(elements) => values.extend(elements),
                _ => {}
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The components whose key differs from their name, because it is taken.
    pub(crate) fn renamed(&self) -> &[Renamed] {
        &self.renamed
    }

    /// The formal errors that have no effect on the output.
    pub(crate) fn formalities(&self) -> &[Formality] {
        &self.formalities
    }

    /// The notes of the reader that are no formalities.
    pub(crate) fn notes(&self) -> &[(NoteKind, Formality)] {
        &self.notes
    }

    /// The location in its file, before the document is assembled, converted and normalized.
    pub(crate) fn original(&self, at: &Location) -> Location {
        at.mapped(&|pointer| self.origins.of(&self.before_moves(pointer)))
    }

    /// The location in its file of a pointer of the assembled document, before conversion and normalization.
    pub(crate) fn written_at(&self, pointer: &str) -> Location {
        Location::original(self.origins.of(pointer))
    }

    /// The pointer in the assembled document, before conversion and normalization.
    pub(crate) fn before_moves(&self, pointer: &str) -> String {
        before(&self.converted, &before(&self.moved, pointer))
    }

    /// Whether a file has a value at this location, which is a key of the settings.
    fn has_location(&self, key: &str) -> bool {
        let is_moved = self.moved.values().chain(self.converted.values()).any(|original| original == key);
        is_moved
            || self.current(key).iter().any(|now| self.root.pointer(now).is_some())
            || self.origins.has(&self.root, key)
    }

    /// The pointers in the converted document that a pointer of the assembled one may have.
    fn current(&self, pointer: &str) -> Vec<String> {
        let below = |(new, old): (&String, &String)| {
            let rest = pointer.strip_prefix(old.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{new}{rest}"))
        };
        let moved = self.converted.iter().filter_map(below);
        let same = std::iter::once(pointer.to_owned());
        same.chain(moved).filter(|now| before(&self.converted, now) == pointer).collect()
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node::new(self, &self.root, Location::root())
    }

    /// The locations of duplicate keys.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = Location> {
        self.repeated.iter().map(|pointer| self.written_at(pointer))
    }
}

/// The version of a document, or the problem that it is unsupported.
fn check_version(document: &Value, formalities: &mut Vec<Formality>) -> Result<Version, Problem> {
    let root = Location::root();
    let problem = |kind, at: &Location| Err(Problem::new(kind, at));
    let Value::Object(properties) = document else {
        return problem(ProblemKind::NotOpenApi, &root);
    };
    if let Some(version) = properties.get("swagger").filter(|_| !properties.contains_key("openapi")) {
        return match version {
            Value::String(version) if version == "2.0" => Ok(Version::V20),
            // YAML reads `2.0` as a number.
            Value::Number(version) if version.as_f64() == Some(2.0) => {
                let what = "the number is read as the version: it is written `\"2.0\"`, with quotes".to_owned();
                formalities.push(Formality { at: "/swagger".to_owned(), what });
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
            formalities.push(Formality { at: "/openapi".to_owned(), what });
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

/// The pointer of a value before it was moved.
fn before(moved: &normal::Moved, pointer: &str) -> String {
    if moved.is_empty() {
        return pointer.to_owned();
    }
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
            assert_eq!(keys(paths.get("/a").unwrap().get("schema").unwrap()), ["a", "enum", "m", "z"]);
        }
    }
}
