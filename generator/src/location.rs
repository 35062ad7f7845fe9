//! Locations in a document: a JSON pointer, and the chain of `$ref`s that leads to it.

use std::fmt;
use std::sync::Arc;

/// A location in a document.
///
/// `pointer` is an RFC 6901 JSON pointer from the root of the document. `via` holds the locations of the `$ref`s that
/// were followed, so that a message can show them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pointer: String,
    via: Option<Arc<Step>>,
}

/// A followed `$ref` and the ones before it. All locations below a `$ref` share one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Step {
    pointer: String,
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

    /// The location with this JSON pointer.
    pub fn at(pointer: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), via: None }
    }

    /// The location of the property or element `segment` of this value.
    pub fn child(&self, segment: &str) -> Self {
        let mut pointer = String::with_capacity(self.pointer.len() + segment.len() + 1);
        pointer.push_str(&self.pointer);
        pointer.push('/');
        if segment.contains(['~', '/']) {
            pointer.push_str(&escape(segment));
        } else {
            pointer.push_str(segment);
        }
        Self { pointer, via: self.via.clone() }
    }

    /// The location of the element `index` of this value.
    pub fn index(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// The location `target` of a `$ref` at this location.
    pub fn follow(&self, target: &str) -> Self {
        let before = self.via.clone().filter(|via| via.length < MOST_STEPS);
        let length = before.as_ref().map_or(0, |via| via.length) + 1;
        let step = Step { pointer: self.pointer.clone(), before, length };
        Self { pointer: target.to_owned(), via: Some(Arc::new(step)) }
    }

    /// The JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The locations of the last followed `$ref`s, outermost first.
    pub fn via(&self) -> Vec<&str> {
        let mut steps = Vec::new();
        let mut next = &self.via;
        while let Some(step) = next {
            steps.push(step.pointer.as_str());
            next = &step.before;
        }
        steps.reverse();
        steps
    }

    /// The location with each pointer mapped, also those of the `$ref`s.
    pub(crate) fn mapped(&self, map: impl Fn(&str) -> String) -> Self {
        let mut via: Option<Arc<Step>> = None;
        for pointer in self.via() {
            let length = via.as_ref().map_or(0, |before| before.length) + 1;
            via = Some(Arc::new(Step { pointer: map(pointer), before: via, length }));
        }
        Self { pointer: map(&self.pointer), via }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.pointer)
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
