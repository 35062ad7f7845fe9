//! Walks over the schemas that a schema combines, which may lead back to it.

use std::collections::BTreeSet;

use crate::problem::Problem;
use crate::read::{Node, Section};

/// The lists of schemas that describe the same value.
pub(super) const COMBINED: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// Those of unions.
pub(super) const UNIONS: [&str; 2] = ["oneOf", "anyOf"];

/// A schema and those that apply with it, in these lists.
pub(super) fn applied<'d>(schema: &Node<'d>, keys: &[&str]) -> Result<Vec<Node<'d>>, Problem> {
    each_once(schema.clone(), |node| parts(node, keys))
}

/// A schema and those that it leads to at any depth, before the next ones of each. Each is there once, because schemas may lead back
/// to themselves.
pub(super) fn each_once<'d>(
    first: Node<'d>,
    next: impl Fn(&Node<'d>) -> Result<Vec<Node<'d>>, Problem>,
) -> Result<Vec<Node<'d>>, Problem> {
    let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![first]);
    while let Some(node) = open.pop() {
        if seen.insert(node.at().pointer().to_owned()) {
            open.extend(next(&node)?.into_iter().rev());
            found.push(node);
        }
    }
    Ok(found)
}

/// The schemas in these lists.
pub(super) fn parts<'d>(schema: &Node<'d>, keys: &[&str]) -> Result<Vec<Node<'d>>, Problem> {
    let mut found = Vec::new();
    for list in keys.iter().filter_map(|key| schema.get(key)) {
        for part in list.elements()? {
            found.push(part.resolve(Section::Schemas)?);
        }
    }
    Ok(found)
}
