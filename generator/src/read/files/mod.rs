//! Assembles one document from its files: each referenced part of another file becomes a component, and each `$ref` a
//! JSON pointer from the root. The file and the pointer of every part are kept for problems and notes.
//!
//! 1. `load` reads the files, `identifiers` indexes `$id` and `$anchor`, `references` collects the `$ref`s of a part.
//! 2. `resolve` finds the target of each `$ref`, beginning at the root document, until no new part is found.
//! 3. `homes` decides the pointer of each part in the assembled document; `build` makes that document.
//!
//! A document of one text goes the same way: then only `$ref`s by `$id`, `$anchor` and name are rewritten.

mod build;
mod homes;
mod identifiers;
mod load;
mod references;
mod resolve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use super::formal::Formality;
use super::text::Parsed;
use crate::location::{Location, Point};
use crate::problem::{Problem, ProblemKind};
use crate::sources::Sources;

/// The assembled document.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub(super) root: Value,
    pub(super) origins: Origins,
    /// The pointers of duplicate keys.
    pub(super) repeated: Vec<String>,
    pub(super) formalities: Vec<Formality>,
    /// The components whose key differs from their name, because it is taken.
    pub(super) renamed: Vec<Renamed>,
    /// The problem of each `$ref` whose target cannot be read, by its text in the assembled document.
    pub(super) unresolved: BTreeMap<String, ProblemKind>,
    /// The locations of all files that were read.
    pub(super) files: Vec<String>,
    /// The pointers of the parts whose version differs from that of the root document: whether it is 3.1 or later.
    pub(super) versions: BTreeMap<String, bool>,
}

/// A component whose key differs from its name.
#[derive(Debug)]
pub(crate) struct Renamed {
    /// Its pointer in the assembled document.
    pub(crate) at: String,
    pub(crate) wanted: String,
    pub(crate) given: String,
}

/// The origin of each part of the assembled document that is from elsewhere: its file (`None` is the root document) and
/// its pointer there, by its pointer in the assembled document.
#[derive(Debug, Default)]
pub(super) struct Origins {
    parts: BTreeMap<String, Point>,
}

impl Origins {
    /// The file and the pointer there of a value of the assembled document.
    pub(super) fn of(&self, pointer: &str) -> Point {
        let around = if self.parts.is_empty() { None } else { Some(ends(pointer)) };
        for end in around.into_iter().flatten() {
            if let Some((outer, rest)) = pointer.split_at_checked(end)
                && let Some(origin) = self.parts.get(outer)
            {
                return Point::original(origin.file().cloned(), format!("{}{rest}", origin.pointer));
            }
        }
        Point::original(None, pointer.to_owned())
    }

    /// Whether a part of the assembled document is from this location, which is a key of the settings.
    pub(super) fn has(&self, root: &Value, key: &str) -> bool {
        let Some((file, pointer)) = key.split_once('#') else { return false };
        self.parts.iter().any(|(home, origin)| {
            let rest =
                pointer.strip_prefix(origin.pointer.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'));
            origin.file().is_some_and(|of| **of == file)
                && rest.is_some_and(|rest| root.pointer(&format!("{home}{rest}")).is_some())
        })
    }
}

/// The ends of a pointer and of all pointers around it, longest first.
fn ends(pointer: &str) -> impl Iterator<Item = usize> {
    std::iter::once(pointer.len()).chain(pointer.rmatch_indices('/').map(|(index, _)| index))
}

/// A value of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    file: usize,
    pointer: String,
}

/// The root document before it is assembled.
pub(super) struct RootFile<'a> {
    pub(super) parsed: Parsed,
    /// Its location in the sources.
    pub(super) location: Option<&'a str>,
    /// Its name: a URI or a path, from the settings.
    pub(super) name: Option<&'a str>,
    /// The URI that it gives itself: its `$self`.
    pub(super) own: Option<String>,
    pub(super) is_2: bool,
    pub(super) is_3_1: bool,
}

/// Reads all files that the root document reaches, and assembles them.
pub(super) fn assemble(root: RootFile<'_>, sources: Option<&dyn Sources>) -> Result<Assembled, Problem> {
    let is_2 = root.is_2;
    let files = load::Files::new(root, sources);
    let mut resolver = resolve::Resolver::new(files, is_2);
    resolver.all();
    let built = match resolver.excess() {
        Some(kind) => Err(kind),
        None => build::build(resolver),
    };
    built.map_err(|kind| Problem::new(kind, &Location::root()))
}
