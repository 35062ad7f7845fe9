//! OpenAPI Overlay 1.0 and 1.1: changes a document by a list of actions.
//!
//! An [`Overlay`] is applied to a document with [`apply`], and the result is the text of the effective document.
//! [`OverlaidSources`] does the same to the root document of several files.
//!
//! One rule is stricter than the standard: an action must select something, and each of its parts must change
//! something. If the document is corrected later, this finds the actions that are no longer needed. All such actions
//! are reported at once.
//!
//! ```
//! use openapi_smith::overlay::{Overlay, apply};
//!
//! let document = "openapi: 3.0.3\ninfo: { title: Pets, version: \"1\" }\npaths: { /pets: { get: { responses: {} } } }\n";
//! let overlay = Overlay::parse(
//!     "
//! overlay: 1.0.0
//! info: { title: Ids, version: \"1\" }
//! actions:
//!   - target: $.paths['/pets'].get
//!     update: { operationId: listPets }
//! ",
//! )?;
//! let applied = apply(document, &overlay)?;
//! assert!(applied.text.contains("operationId: listPets"));
//! assert_eq!(applied.changes[0].locations, ["#/paths/~1pets/get"]);
//! # Ok::<(), openapi_smith::overlay::Problems>(())
//! ```

mod action;
mod engine;
mod path;

use std::fmt;

use serde_yaml::Value;

use crate::sources::{SourceError, Sources};

pub use action::Overlay;
#[doc(hidden)]
pub use engine::{apply_value, apply_what_fits, references};

/// An invalid or stale action.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The number of the action, counted from 1; 0 is the overlay itself.
    pub action: usize,
    /// Its `target`, as written.
    pub target: String,
    /// The JSON pointer of the location in the document, if known.
    pub location: Option<String>,
    /// The problem.
    pub what: String,
    /// The remedy.
    pub cure: String,
}

impl Problem {
    /// A problem of an action, without a location in the document.
    pub fn new(action: usize, target: &str, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { action, target: target.to_owned(), location: None, what: what.into(), cure: cure.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            0 => f.write_str("overlay")?,
            number => write!(f, "overlay action {number}")?,
        }
        if !self.target.is_empty() {
            write!(f, " on {}", self.target)?;
        }
        if let Some(location) = &self.location {
            write!(f, " at {location}")?;
        }
        write!(f, ": {}; {}", self.what, self.cure)
    }
}

/// All problems of an overlay, in the order of its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The locations that an action changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The number of the action, counted from 1.
    pub action: usize,
    /// Its `target`, as written.
    pub target: String,
    /// `update`, `copy` or `remove`.
    pub verb: &'static str,
    /// The JSON pointers of the locations.
    pub locations: Vec<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "action {}: {} {}: {}", self.action, self.verb, self.target, self.locations.join(", "))
    }
}

/// The effective document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Its text in YAML. The properties have the order of the document.
    pub text: String,
    /// What each action changed.
    pub changes: Vec<Change>,
}

/// Applies an overlay to a document, JSON or YAML.
///
/// # Errors
///
/// The document cannot be read, or an action does not fit it: the action selects nothing, changes nothing, or has
/// another type than its target.
pub fn apply(document: &str, overlay: &Overlay) -> Result<Applied, Problems> {
    let value = parse(document, "the document")?;
    let (result, changes) = apply_value(&value, overlay)?;
    let text = serde_yaml::to_string(&result).map_err(|error| whole(error.to_string(), "correct the document"))?;
    Ok(Applied { text, changes })
}

/// Parses JSON or YAML.
fn parse(text: &str, what: &str) -> Result<Value, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed: Value = serde_yaml::from_str(text)
        .map_err(|error| whole(format!("{what} is invalid: {error}"), "correct the syntax"))?;
    Ok(with_text_keys(parsed))
}

/// The value with keys that are strings: YAML reads statuses such as `200` as numbers.
fn with_text_keys(value: Value) -> Value {
    match value {
        Value::Mapping(properties) => {
            let entry = |(key, value): (Value, Value)| {
                let key = match key {
                    Value::Number(number) => Value::String(number.to_string()),
                    Value::Bool(flag) => Value::String(flag.to_string()),
                    Value::Null => Value::String("null".to_owned()),
                    key => key,
                };
                (key, with_text_keys(value))
            };
            Value::Mapping(properties.into_iter().map(entry).collect())
        }
        Value::Sequence(elements) => Value::Sequence(elements.into_iter().map(with_text_keys).collect()),
        value => value,
    }
}

/// A problem of the overlay or the document as a whole.
fn whole(what: String, cure: &str) -> Problems {
    Problems(vec![Problem::new(0, "", what, cure)])
}

/// Sources with overlays applied to one of their texts, the root document.
///
/// ```no_run
/// use openapi_smith::overlay::{OverlaidSources, Overlay, apply};
/// use openapi_smith::{FolderSources, Input, Settings, Sources, generate};
///
/// let folder = FolderSources::new("api");
/// let overlay = Overlay::parse(&std::fs::read_to_string("api/ours.overlay.yaml")?)?;
/// let applied = apply(&folder.text("openapi.yaml")?, &overlay)?;
/// let sources = OverlaidSources::new(&folder, "openapi.yaml", applied.text);
/// let output = generate(Input::files("openapi.yaml", &sources), &Settings::new())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct OverlaidSources<S> {
    sources: S,
    location: String,
    text: String,
}

impl<S: Sources> OverlaidSources<S> {
    /// The sources with the text at `location` replaced by its effective text. Overlays do not reach into other files: a
    /// target there selects nothing, which is a problem.
    pub fn new(sources: S, location: impl Into<String>, text: impl Into<String>) -> Self {
        Self { sources, location: location.into(), text: text.into() }
    }
}

impl<S> fmt::Debug for OverlaidSources<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverlaidSources").field("location", &self.location).finish_non_exhaustive()
    }
}

impl<S: Sources> Sources for OverlaidSources<S> {
    fn text(&self, location: &str) -> Result<String, SourceError> {
        if location == self.location { Ok(self.text.clone()) } else { self.sources.text(location) }
    }
}
