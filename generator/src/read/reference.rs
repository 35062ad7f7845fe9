//! Follows `$ref`s: only inside the document, only to the right section, never in a cycle.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::METHODS;
use super::{Document, Node};
use crate::location::{Location, unescape};
use crate::problem::{Problem, ProblemKind};

/// Keys of a schema, one of which tells a schema from other objects.
pub(super) const SCHEMA_KEYS: [&str; 7] = ["type", "properties", "allOf", "anyOf", "oneOf", "enum", "items"];

/// Keys that a response does not have.
const NOT_RESPONSE_KEYS: [&str; 6] = ["in", "schema", "type", "properties", "get", "post"];

/// The section of `components` that a reference may point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Schemas,
    Responses,
    Parameters,
    RequestBodies,
    SecuritySchemes,
    PathItems,
    Headers,
}

impl Section {
    /// Whether an object has the properties of this section. A reference leads further.
    fn fits(self, value: &Value) -> bool {
        let Value::Object(properties) = value else { return false };
        let any = |keys: &[&str]| keys.iter().any(|&key| properties.contains_key(key));
        any(&["$ref"])
            || match self {
                Section::Schemas => any(&SCHEMA_KEYS) && !any(&["content", "in", "schema", "scheme", "flows"]),
                Section::Responses => any(&["content", "description", "headers"]) && !any(&NOT_RESPONSE_KEYS),
                Section::Parameters => any(&["name"]) && any(&["in"]) && !any(&["type"]),
                Section::RequestBodies => any(&["content"]) && !any(&["headers", "in", "links", "schema"]),
                Section::SecuritySchemes => any(&["type"]) && any(&["flows", "in", "openIdConnectUrl", "scheme"]),
                Section::PathItems => any(&METHODS) || any(&["additionalOperations"]),
                Section::Headers => any(&["content", "schema"]) && !any(&["headers", "in", "links", "name"]),
            }
    }

    /// Whether references to a wrong section are accepted. Older converters refer to a request body instead of its
    /// schema.
    fn tolerates(self, other: &str) -> bool {
        self == Section::Schemas && other == Section::RequestBodies.key()
    }

    pub(super) fn key(self) -> &'static str {
        match self {
            Section::Schemas => "schemas",
            Section::Responses => "responses",
            Section::Parameters => "parameters",
            Section::RequestBodies => "requestBodies",
            Section::SecuritySchemes => "securitySchemes",
            Section::PathItems => "pathItems",
            Section::Headers => "headers",
        }
    }
}

impl<'d> Node<'d> {
    /// The `$ref` of this object, if it is one.
    pub(crate) fn reference(&self) -> Option<&'d str> {
        self.value().as_object()?.get("$ref")?.as_str()
    }

    /// The most similar pointer.
    pub(crate) fn nearest_location(&self, pointer: &str) -> Option<String> {
        self.document.nearest(pointer)
    }

    /// This node, or the target after any number of `$ref`s.
    pub(crate) fn resolve(&self, section: Section) -> Result<Node<'d>, Problem> {
        let mut node = self.clone();
        let mut seen = BTreeSet::new();
        while let Some(reference) = node.reference() {
            if !seen.insert(reference) {
                break;
            }
            node = node.follow(reference, section)?;
        }
        if node.reference().is_none() {
            return Ok(node);
        }
        let reference = self.document.written(self.reference().unwrap_or_default());
        Err(self.problem(ProblemKind::CircularReference { reference }))
    }

    fn follow(&self, reference: &str, section: Section) -> Result<Node<'d>, Problem> {
        let problem = |kind| Err(Problem::new(kind, &self.at().child("$ref")));
        let reference_text = || self.document.written(reference);
        let Some(pointer) = pointer_of(reference) else {
            let known = self.document.unresolved.get(reference).cloned();
            return problem(known.unwrap_or_else(|| ProblemKind::ExternalReference { reference: reference_text() }));
        };
        if let Some(other) = other_section(&pointer, section)
            && !section.tolerates(other)
            && !self.document.root.pointer(&pointer).is_some_and(|target| section.fits(target))
        {
            let expected = self.document.written(&format!("#/components/{}", section.key()));
            return problem(ProblemKind::WrongSection { reference: reference_text(), expected });
        }
        let root = self.document.root();
        match root.value().pointer(&pointer) {
            Some(value) => Ok(Node::new(self.document, value, self.at().follow(&pointer))),
            None => {
                let nearest = self.document.nearest(&pointer);
                problem(ProblemKind::DanglingReference { reference: reference_text(), nearest })
            }
        }
    }
}

impl Document {
    /// The pointer in the text that is most similar to this one.
    fn nearest(&self, pointer: &str) -> Option<String> {
        let found = self.current(pointer).into_iter().find_map(|now| nearest(&self.root(), &now))?;
        Some(self.written(&found))
    }

    /// A reference as the text writes it.
    fn written(&self, reference: &str) -> String {
        match pointer_of(reference) {
            Some(pointer) if !self.converted.is_empty() => self.original(&Location::at(pointer)).to_string(),
            _ => reference.to_owned(),
        }
    }
}

/// The pointer of a reference inside the document. A pointer in a URI fragment may be percent-encoded (RFC 6901,
/// section 6).
pub(crate) fn pointer_of(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    Some(percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned())
}

/// The section of the component at this pointer, if it is not the expected one. A pointer may also point into a
/// component, such as a schema in a response.
fn other_section(pointer: &str, expected: Section) -> Option<&str> {
    let (section, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
    (!name.contains('/') && section != expected.key()).then_some(section)
}

/// The section of a reference's target, if it is a wrong one and the target has the right properties.
pub(super) fn misplaced(root: &Value, reference: &str, expected: Section) -> Option<String> {
    let pointer = pointer_of(reference)?;
    let other = other_section(&pointer, expected)?;
    let fits = !expected.tolerates(other) && expected.fits(root.pointer(&pointer)?);
    fits.then(|| format!("#/components/{other}"))
}

/// The pointer with the most similar last segment.
fn nearest(root: &Node<'_>, pointer: &str) -> Option<String> {
    let (parent, key) = nearest_key(root.value(), pointer)?;
    Some(Location::at(parent).child(&key).to_string())
}

/// The most similar key to the last segment of a pointer, and the pointer of its object.
pub(super) fn nearest_key<'p>(root: &Value, pointer: &'p str) -> Option<(&'p str, String)> {
    let (parent, wanted) = pointer.rsplit_once('/')?;
    let wanted = unescape(wanted);
    let properties = root.pointer(parent)?.as_object()?;
    let (distance, key) = properties.keys().map(|key| (edit_distance(key, &wanted), key)).min()?;
    let close = distance <= wanted.chars().count().div_ceil(3).max(1);
    close.then(|| (parent, key.clone()))
}

/// Levenshtein distance, ignoring case. Implemented here, so that build scripts need no further dependency.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, l) in left.to_lowercase().chars().enumerate() {
        let mut next = vec![index + 1];
        let mut before = index + 1;
        for (r, pair) in right.iter().zip(row.windows(2)) {
            let [diagonal, above] = *pair else { continue };
            before = (diagonal + usize::from(*r != l)).min(above + 1).min(before + 1);
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, distance) in [("Pet", "pet", 0), ("Pets", "Pet", 1), ("", "abc", 3), ("kitten", "sitting", 3)]
        {
            assert_eq!(edit_distance(left, right), distance, "{left} {right}");
        }
    }
}
