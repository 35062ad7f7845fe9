//! Follows `$ref`s: only inside the document, only to the right section, never in a cycle.

use std::collections::BTreeSet;

use super::Node;
use crate::location::{Location, unescape};
use crate::problem::{Problem, ProblemKind};

/// The section of `components` that a reference may point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Whether references to a wrong section are accepted. Older converters refer to a request body instead of its
    /// schema.
    fn tolerates(self, other: &str) -> bool {
        self == Section::Schemas && other == Section::RequestBodies.key()
    }

    fn key(self) -> &'static str {
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
        nearest(&self.document.root(), pointer)
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
        let reference = self.reference().unwrap_or_default().to_owned();
        Err(self.problem(ProblemKind::CircularReference { reference }))
    }

    fn follow(&self, reference: &str, section: Section) -> Result<Node<'d>, Problem> {
        let problem = |kind| Err(Problem::new(kind, &self.at().child("$ref")));
        let reference_text = || reference.to_owned();
        let Some(fragment) = reference.strip_prefix('#') else {
            return problem(ProblemKind::ExternalReference { reference: reference_text() });
        };
        // A pointer in a URI fragment may be percent-encoded (RFC 6901, section 6).
        let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        if let Some(rest) = pointer.strip_prefix("/components/")
            && !rest.starts_with(&format!("{}/", section.key()))
            // A pointer may point into a component, such as a schema in a response.
            && let Some((other, name)) = rest.split_once('/')
            && !name.contains('/')
            && !section.tolerates(other)
        {
            return problem(ProblemKind::WrongSection { reference: reference_text(), expected: section.key() });
        }
        let root = self.document.root();
        match root.value().pointer(&pointer) {
            Some(value) => Ok(Node::new(self.document, value, self.at().follow(&pointer))),
            None => {
                let nearest = nearest(&root, &pointer);
                problem(ProblemKind::DanglingReference { reference: reference_text(), nearest })
            }
        }
    }
}

/// The pointer with the most similar last segment.
fn nearest(root: &Node<'_>, pointer: &str) -> Option<String> {
    let (parent, wanted) = pointer.rsplit_once('/')?;
    let wanted = unescape(wanted);
    let properties = root.value().pointer(parent)?.as_object()?;
    let (distance, key) = properties.keys().map(|key| (edit_distance(key, &wanted), key)).min()?;
    let close = distance <= wanted.chars().count().div_ceil(3).max(1);
    close.then(|| Location::at(parent).child(key).to_string())
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
