//! Locations in a document: its file, a JSON pointer, and the chain of `$ref`s that leads to it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

/// A location in a document.
///
/// `pointer` is an RFC 6901 JSON pointer from the root of its file. `via` holds the locations of the `$ref`s that were
/// followed, so that a message can show them. `Display` is `#/paths` in the root document, and
/// `schemas/pet.yaml#/properties/name` in another file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    point: Point,
    via: Option<Arc<Step>>,
}

/// A file and a JSON pointer from its root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Point {
    /// `None`: the pointer is the one in the normalized document. Empty: it is the one in the text of the root document.
    file: Option<Arc<String>>,
    pub(crate) pointer: String,
}

/// The file of the points of the root document.
static ROOT: LazyLock<Arc<String>> = LazyLock::new(Arc::default);

impl Point {
    /// A point of the text. `None` is the root document.
    pub(crate) fn original(file: Option<Arc<String>>, pointer: String) -> Self {
        Self { file: Some(file.unwrap_or_else(|| ROOT.clone())), pointer }
    }

    /// The file; `None` is the root document.
    pub(crate) fn file(&self) -> Option<&Arc<String>> {
        self.file.as_ref().filter(|file| !file.is_empty())
    }

    /// The file and the pointer, which tell points apart.
    fn key(&self) -> (Option<&Arc<String>>, &str) {
        (self.file(), &self.pointer)
    }
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Point {}

impl PartialOrd for Point {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Point {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Point {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// A followed `$ref` and the ones before it. All locations below a `$ref` share one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Step {
    point: Point,
    before: Option<Arc<Step>>,
    length: usize,
}

/// The number of `$ref`s that a location keeps. A document may chain any number of them.
const MOST_STEPS: usize = 16;

impl Location {
    /// The root of the document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The location with this JSON pointer in the root document.
    pub fn at(pointer: impl Into<String>) -> Self {
        Self { point: Point { file: None, pointer: pointer.into() }, via: None }
    }

    /// The location of a point of the text, which no map changes any more.
    pub(crate) fn original(point: Point) -> Self {
        Self { point: Point::original(point.file, point.pointer), via: None }
    }

    /// The location with this JSON pointer in another file.
    pub(crate) fn in_file(file: Arc<String>, pointer: impl Into<String>) -> Self {
        Self::original(Point::original(Some(file), pointer.into()))
    }

    /// The location without the `$ref`s that lead to it.
    pub(crate) fn alone(&self) -> Self {
        Self { point: self.point.clone(), via: None }
    }

    /// The location of the property or element `segment` of this value.
    pub fn child(&self, segment: &str) -> Self {
        let mut pointer = String::with_capacity(self.pointer().len() + segment.len() + 1);
        pointer.push_str(self.pointer());
        pointer.push('/');
        if segment.contains(['~', '/']) {
            pointer.push_str(&escape(segment));
        } else {
            pointer.push_str(segment);
        }
        Self { point: Point { file: self.point.file.clone(), pointer }, via: self.via.clone() }
    }

    /// The location of the element `index` of this value.
    pub fn index(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// The location `target` of a `$ref` at this location.
    pub fn follow(&self, target: &str) -> Self {
        let before = self.via.clone().filter(|via| via.length < MOST_STEPS);
        let length = before.as_ref().map_or(0, |via| via.length) + 1;
        let step = Step { point: self.point.clone(), before, length };
        Self { via: Some(Arc::new(step)), ..Self::at(target) }
    }

    /// The file relative to the folder of the sources, or its URL; `None` for the root document.
    pub fn file(&self) -> Option<&str> {
        self.point.file().map(|file| file.as_str())
    }

    /// The JSON pointer, from the root of the file.
    pub fn pointer(&self) -> &str {
        &self.point.pointer
    }

    /// The key of this location in the settings: its pointer, and `schemas/pet.yaml#/properties/name` in another file.
    pub fn key(&self) -> Cow<'_, str> {
        match self.file() {
            None => Cow::Borrowed(self.pointer()),
            Some(file) => Cow::Owned(format!("{file}#{}", self.pointer())),
        }
    }

    /// The locations of the last followed `$ref`s, outermost first.
    pub fn via(&self) -> Vec<Location> {
        let mut steps = Vec::new();
        let mut next = &self.via;
        while let Some(step) = next {
            steps.push(Location { point: step.point.clone(), via: None });
            next = &step.before;
        }
        steps.reverse();
        steps
    }

    /// The location with every pointer of the normalized document mapped to a file and a pointer in the file. Its
    /// `$ref`s are mapped, too. A point of the text stays as it is.
    pub(crate) fn mapped(&self, map: &dyn Fn(&str) -> Point) -> Self {
        let point = |point: &Point| match &point.file {
            Some(_) => point.clone(),
            None => map(&point.pointer),
        };
        let mut steps = Vec::new();
        let mut next = &self.via;
        while let Some(step) = next {
            steps.push(step);
            next = &step.before;
        }
        let via = steps
            .into_iter()
            .rev()
            .fold(None, |before, step| Some(Arc::new(Step { point: point(&step.point), before, length: step.length })));
        Self { point: point(&self.point), via }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.file().unwrap_or_default(), self.pointer())
    }
}

/// Escapes one segment (RFC 6901, section 3).
pub(crate) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Undoes [`escape`].
pub(crate) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
