//! Where something stands in a document: a JSON pointer, and the chain of `$ref`s that led there.

use std::fmt;
use std::sync::Arc;

/// A place in a document.
///
/// `pointer` is an RFC 6901 JSON pointer from the root of the document. `via` holds the places of the
/// `$ref`s that were followed to get there, so that a message can say who asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pointer: String,
    via: Option<Arc<Step>>,
}

/// A `$ref` that was followed, and those before it. Shared, since all places below a `$ref` have the same.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Step {
    pointer: String,
    before: Option<Arc<Step>>,
    length: usize,
}

/// How many `$ref`s a place remembers. A document may chain any number of them; a reader follows a few.
const MOST_STEPS: usize = 16;

impl Location {
    /// The root of the document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The place with this JSON pointer.
    pub fn at(pointer: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), via: None }
    }

    /// The member or element `segment` of this place.
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

    /// The element `index` of this place.
    pub fn index(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// The place that a `$ref` at this place leads to.
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

    /// The places of the last `$ref`s that were followed, outermost first.
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

    /// The same place under another pointer.
    pub(crate) fn moved(&self, pointer: String) -> Self {
        Self { pointer, via: self.via.clone() }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.pointer)
    }
}

/// Escapes one segment as RFC 6901 asks.
pub(crate) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Undoes [`escape`].
pub(crate) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
