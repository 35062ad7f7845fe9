//! The words that distinguish a branch of a `oneOf` or an `anyOf`: its title, a constant, its JSON type, or a property.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema::is_null_only;
use crate::read::{Node, Section};

/// The longest title or constant that is a name.
const MOST_LETTERS: usize = 40;

/// The most schemas inside each other that distinguish a branch.
const MOST_DEPTH: usize = 4;

/// The most comparisons that distinguish a branch. Schemas may contain themselves by many properties.
const MOST_COMPARED: usize = 256;

/// The comparisons so far: the depth, and the locations of the schema and of the others.
type Compared = BTreeSet<(usize, Vec<String>)>;

/// The words for the inline branch with this index. Empty if it is the only branch besides `null`, because then it is
/// the schema around it.
pub(super) fn words(holder: &Node<'_>, branches: &[Node<'_>], index: usize) -> String {
    let Some(branch) = branches.get(index) else { return String::new() };
    let others: Vec<Node<'_>> = branches
        .iter()
        .enumerate()
        .filter(|(other, node)| *other != index && !is_null_only(node))
        .map(|(_, node)| node.resolve(Section::Schemas).unwrap_or_else(|_| node.clone()))
        .collect();
    if others.is_empty() && !holder.has("discriminator") {
        return String::new();
    }
    let distinguished = distinguishing(branch, &others, 0, &mut Compared::new()).or_else(|| {
        // A branch that is a `$ref` has a name of its own.
        let is_inline =
            |node: &&Node<'_>| node.reference().is_none() && !is_null_only(node) && node.at() != branch.at();
        kind(branch).filter(|own| !branches.iter().filter(is_inline).any(|other| kind(other).as_ref() == Some(own)))
    });
    // The only branch with nothing of its own.
    let remaining = || {
        let has_own = |(at, other): (usize, &Node<'_>)| {
            let mut beside = others.clone();
            beside.get_mut(at).into_iter().for_each(|slot| slot.clone_from(branch));
            distinguishing(other, &beside, 0, &mut Compared::new()).is_some()
        };
        others.iter().enumerate().all(has_own).then(|| "other".to_owned())
    };
    distinguished.or_else(remaining).unwrap_or_else(|| (index + 1).to_string())
}

/// The words that a schema has and no other one. No words distinguish it from itself.
fn distinguishing(branch: &Node<'_>, others: &[Node<'_>], depth: usize, compared: &mut Compared) -> Option<String> {
    let pointer = |node: &Node<'_>| node.at().pointer().to_owned();
    if depth >= MOST_DEPTH
        || compared.len() >= MOST_COMPARED
        || others.iter().any(|other| other.at().pointer() == branch.at().pointer())
        || !compared.insert((depth, std::iter::once(branch).chain(others).map(pointer).collect()))
    {
        return None;
    }
    let is_own = |words: fn(&Node<'_>) -> Option<String>| {
        let own = words(branch)?;
        let is_shared = others.iter().any(|other| words(other).as_ref() == Some(&own));
        (!is_shared).then_some(own)
    };
    let known =
        || branch.has("enum").then(|| "known".to_owned()).filter(|_| !others.iter().any(|node| node.has("enum")));
    is_own(title)
        .or_else(|| is_own(only_value))
        .or_else(|| constant(branch, others))
        .or_else(|| is_own(kind))
        .or_else(known)
        .or_else(|| property(branch, others))
        .or_else(|| items(branch, others, depth + 1, compared))
        .or_else(|| typed_property(branch, others, depth + 1, compared))
}

/// The title of a schema that can be a name.
pub(super) fn title(node: &Node<'_>) -> Option<String> {
    named(node.text_at("title").ok().flatten()?)
}

/// A text that can be a name.
fn named(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || " _-./".contains(c);
    let is_name = text.len() <= MOST_LETTERS && text.chars().any(char::is_alphabetic) && text.chars().all(fits);
    is_name.then(|| text.to_owned())
}

/// The only valid value of a schema, if it is a text.
fn only_value(node: &Node<'_>) -> Option<String> {
    let value = match (node.get("const"), node.get("enum")) {
        (Some(only), _) => only.value().clone(),
        (None, Some(list)) => match list.value().as_array()?.as_slice() {
            [only] => only.clone(),
            _ => return None,
        },
        (None, None) => return None,
    };
    value.as_str().and_then(named)
}

/// The values of the first property that has few values, none of which another branch has: `counter or gauge`.
fn constant(branch: &Node<'_>, others: &[Node<'_>]) -> Option<String> {
    let of = |properties: &[(&str, Node<'_>)], wire: &str| -> Vec<String> {
        let properties = properties.iter().filter(|(name, _)| *name == wire);
        properties
            .filter_map(|(_, property)| property.resolve(Section::Schemas).ok())
            .flat_map(|node| few(&node))
            .collect()
    };
    let (declared, others): (_, Vec<_>) = (properties(branch), others.iter().map(properties).collect());
    declared.iter().find_map(|(wire, _)| {
        let own = of(&declared, wire);
        let is_shared = others.iter().any(|other| of(other, wire).iter().any(|value| own.contains(value)));
        if own.is_empty() || is_shared { None } else { named(&own.join(" or ")) }
    })
}

/// The values of a schema, if they are few texts.
fn few(node: &Node<'_>) -> Vec<String> {
    const MOST: usize = 3;
    if let Some(only) = only_value(node) {
        return vec![only];
    }
    let values = node.get("enum").and_then(|list| list.value().as_array()).map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<String> = values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
    if texts.len() == values.len() && texts.len() <= MOST { texts } else { Vec::new() }
}

/// The properties of a schema and of the parts of its `allOf`.
fn properties<'d>(node: &Node<'d>) -> Vec<(&'d str, Node<'d>)> {
    let parts = node.get("allOf").and_then(|parts| parts.elements().ok()).unwrap_or_default();
    let parts = parts.into_iter().filter_map(|part| part.resolve(Section::Schemas).ok());
    let declared = |node: &Node<'d>| node.get("properties").and_then(|all| all.entries().ok()).unwrap_or_default();
    std::iter::once(node.clone()).chain(parts).flat_map(|node| declared(&node)).collect()
}

/// The word for the JSON type.
fn kind(node: &Node<'_>) -> Option<String> {
    let declared = node.get("type").and_then(|ty| ty.value().as_str().map(str::to_owned));
    let word = match declared.as_deref() {
        Some("object") | None if !properties(node).is_empty() => "object",
        Some("object") => "map",
        Some("array") => "list",
        Some("string") => "text",
        Some("integer") => "integer",
        Some("number") => "number",
        Some("boolean") => "boolean",
        None if node.has("enum") => match node.get("enum")?.value().as_array()?.first()? {
            Value::String(_) => "text",
            Value::Number(_) => "number",
            _ => return None,
        },
        None if node.has("oneOf") || node.has("anyOf") => "choice",
        Some(_) | None => return None,
    };
    Some(word.to_owned())
}

/// `with name`: the first property that no other branch declares, in the order of the `required` list.
fn property(branch: &Node<'_>, others: &[Node<'_>]) -> Option<String> {
    let names = |node: &Node<'_>| properties(node).into_iter().map(|(wire, _)| wire.to_owned()).collect::<Vec<_>>();
    let required = branch.texts("required").unwrap_or_default();
    let (declared, others_declare): (_, Vec<Vec<String>>) = (names(branch), others.iter().map(names).collect());
    let is_own = |wire: &str| !others_declare.iter().flatten().any(|other| other == wire);
    let needs = |node: &Node<'_>, wire: &str| node.texts("required").unwrap_or_default().contains(&wire);
    let own_required = required.iter().copied().find(|wire| is_own(wire) && declared.iter().any(|other| other == wire));
    let own = own_required.map(str::to_owned).or_else(|| declared.into_iter().find(|wire| is_own(wire)));
    let needed = || required.into_iter().find(|wire| !others.iter().any(|other| needs(other, wire))).map(str::to_owned);
    own.or_else(needed).map(|wire| format!("with {wire}"))
}

/// `list of texts`: the words for the elements of an array.
fn items(branch: &Node<'_>, others: &[Node<'_>], depth: usize, compared: &mut Compared) -> Option<String> {
    let own = elements(branch)?;
    let others: Vec<Node<'_>> = others.iter().filter_map(elements).collect();
    Some(format!("list of {}", distinguishing(&own, &others, depth, compared)?))
}

/// `labels as list of text`: the first property that all branches declare and whose schema is distinguished.
fn typed_property(branch: &Node<'_>, others: &[Node<'_>], depth: usize, compared: &mut Compared) -> Option<String> {
    let others: Vec<_> = others.iter().map(properties).collect();
    properties(branch).into_iter().find_map(|(wire, own)| {
        let own = own.resolve(Section::Schemas).ok()?;
        let others: Vec<Node<'_>> = others.iter().map(|other| property_of(other, wire)).collect::<Option<_>>()?;
        Some(format!("{wire} as {}", distinguishing(&own, &others, depth, compared)?))
    })
}

/// The schema of a property.
fn property_of<'d>(properties: &[(&str, Node<'d>)], wire: &str) -> Option<Node<'d>> {
    properties.iter().find(|(name, _)| *name == wire)?.1.resolve(Section::Schemas).ok()
}

/// The schema of the elements of an array.
fn elements<'d>(node: &Node<'d>) -> Option<Node<'d>> {
    node.get("items")?.resolve(Section::Schemas).ok()
}
