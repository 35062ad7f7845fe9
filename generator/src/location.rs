//! Where something stands in a document: a JSON pointer, and the chain of `$ref`s that led there.

use std::fmt;

/// A place in a document.
///
/// `pointer` is an RFC 6901 JSON pointer from the root of the document. `via` holds the places of the
/// `$ref`s that were followed to get there, outermost first, so that a message can say who asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pointer: String,
    via: Vec<String>,
}

impl Location {
    /// The root of the document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The place with this JSON pointer.
    pub fn at(pointer: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), via: Vec::new() }
    }

    /// The member or element `segment` of this place.
    pub fn child(&self, segment: &str) -> Self {
        let mut pointer = String::with_capacity(self.pointer.len() + segment.len() + 1);
        pointer.push_str(&self.pointer);
        pointer.push('/');
        pointer.push_str(&escape(segment));
        Self { pointer, via: self.via.clone() }
    }

    /// The element `index` of this place.
    pub fn index(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// The place that a `$ref` at this place leads to.
    pub fn follow(&self, target: &str) -> Self {
        let mut via = self.via.clone();
        via.push(self.pointer.clone());
        Self { pointer: target.to_owned(), via }
    }

    /// The JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The places of the `$ref`s that were followed, outermost first.
    pub fn via(&self) -> &[String] {
        &self.via
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
