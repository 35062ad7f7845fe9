//! The input of the generator: the text of a document, or a document of several files with the source of their texts.

mod folder;
#[cfg(feature = "pinned")]
mod lock;
#[cfg(feature = "pinned")]
mod pinned;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

pub use folder::FolderSources;
#[cfg(feature = "pinned")]
#[doc(hidden)]
pub use lock::{LOCK_FILE, Lock, Pin};
#[cfg(feature = "pinned")]
pub use pinned::PinnedSources;

/// The texts of the files of a document, by location.
///
/// A location is a path below the root folder, with `/` between its segments and without `.` and `..`, such as
/// `schemas/pet.yaml`; or the URL of a `$ref`, without its fragment. The generator reads each location at most once.
/// [`FolderSources`] reads a folder; a `BTreeMap` from locations to texts is a source, too.
pub trait Sources: Sync {
    /// The text at a location.
    ///
    /// # Errors
    ///
    /// There is no such text, or it is not allowed to be read.
    fn text(&self, location: &str) -> Result<String, SourceError>;
}

impl<S: Sources + ?Sized> Sources for &S {
    fn text(&self, location: &str) -> Result<String, SourceError> {
        (**self).text(location)
    }
}

impl Sources for BTreeMap<String, String> {
    fn text(&self, location: &str) -> Result<String, SourceError> {
        self.get(location).cloned().ok_or_else(|| SourceError::new("there is no such file", ADD_OR_CORRECT))
    }
}

/// The remedy for a file that does not exist.
const ADD_OR_CORRECT: &str = "add the file, or correct the `$ref`";

/// Why a text cannot be read, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    what: String,
    remedy: String,
}

impl SourceError {
    /// An error. `what` is wrong with the file, such as `there is no such file`; `remedy` is what to do.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }

    /// What is wrong with the file.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The remedy.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.remedy)
    }
}

impl std::error::Error for SourceError {}

/// A document: its text, or the location of its root document in [`Sources`].
///
/// ```
/// use std::collections::BTreeMap;
///
/// use openapi_smith::{Input, Settings, generate};
///
/// let files: BTreeMap<String, String> = [
///     ("openapi.yaml", r#"
/// openapi: 3.0.3
/// info: { title: Pets, version: "1" }
/// paths:
///   /pets/{id}: { $ref: "paths/pet.yaml" }
/// "#),
///     ("paths/pet.yaml", r#"
/// get:
///   operationId: pet
///   parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
///   responses:
///     "200": { description: A pet., content: { application/json: { schema: { $ref: "../schemas/Pet.yaml" } } } }
/// "#),
///     ("schemas/Pet.yaml", "{ type: object, properties: { name: { type: string } } }"),
/// ]
/// .map(|(location, text)| (location.to_owned(), text.to_owned()))
/// .into();
///
/// let output = generate(Input::files("openapi.yaml", &files), &Settings::new())?;
/// assert!(output.code.contains("pub struct Pet {"));
/// assert_eq!(output.files, ["openapi.yaml", "paths/pet.yaml", "schemas/Pet.yaml"]);
/// # Ok::<(), openapi_smith::Error>(())
/// ```
#[derive(Clone)]
pub struct Input<'a> {
    pub(crate) root: Root<'a>,
}

/// Whether a location is a URL, and not a path below the root folder.
pub(crate) fn is_url(location: &str) -> bool {
    location.contains("://")
}

/// The root document.
#[derive(Clone)]
pub(crate) enum Root<'a> {
    /// Its text. A `$ref` to another file is a problem.
    Text(Cow<'a, str>),
    /// Its location.
    File { location: String, sources: &'a dyn Sources },
}

impl<'a> Input<'a> {
    /// A document of one text, JSON or YAML. A `$ref` to another file is a problem.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { root: Root::Text(text.into()) }
    }

    /// A document of any number of files. `root` is the location of the root document in `sources`.
    pub fn files(root: impl Into<String>, sources: &'a dyn Sources) -> Self {
        let root: String = root.into();
        let location = root.strip_prefix("./").map_or(root.clone(), str::to_owned);
        Self { root: Root::File { location, sources } }
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Root::Text(text) => f.debug_tuple("Input::text").field(&text.len()).finish(),
            Root::File { location, .. } => f.debug_tuple("Input::files").field(location).finish(),
        }
    }
}

impl<'a, T: AsRef<str> + ?Sized> From<&'a T> for Input<'a> {
    fn from(text: &'a T) -> Self {
        Self::text(text.as_ref())
    }
}
