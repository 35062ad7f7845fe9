//! A new structure with our texts: what upstream added is marked, and never has upstream's words.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use crate::members::{METHODS, Member, classify, token};

/// What stands where nobody has written a text yet. A test refuses it.
pub const PLACEHOLDER: &str = "PLACEHOLDER: nobody has described this yet.";

/// Our document in the new structure, and the pointers of the placeholders.
///
/// `moved` leads from the pointer of something in the new structure to the one under which we have it.
pub fn merge(structure: &Value, ours: &Value, moved: &BTreeMap<String, String>) -> (Value, Vec<String>) {
    let mut merge = Merge { ours, moved, placeholders: Vec::new() };
    let merged = merge.value(structure, Some(ours), "", Kind::Keywords);
    (merged, merge.placeholders)
}

/// What the keys of an object are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words of OpenAPI.
    Keywords,
    /// Names that somebody gave.
    Names,
}

struct Merge<'a> {
    ours: &'a Value,
    moved: &'a BTreeMap<String, String>,
    placeholders: Vec<String>,
}

impl<'a> Merge<'a> {
    fn value(&mut self, new: &Value, ours: Option<&'a Value>, place: &str, kind: Kind) -> Value {
        let ours = match self.moved.get(place) {
            Some(from) => at(self.ours, from).or(ours),
            None => ours,
        };
        match (new, kind) {
            (Value::Mapping(members), Kind::Names) => {
                let named = members.iter().map(|(name, value)| {
                    let place = child(place, name);
                    let ours = ours.and_then(|ours| ours.get(name));
                    (name.clone(), self.value(value, ours, &place, Kind::Keywords))
                });
                // The order of names is upstream's.
                Value::Mapping(named.collect())
            }
            (Value::Mapping(members), Kind::Keywords) => Value::Mapping(self.keywords(members, ours, place)),
            (Value::Sequence(items), _) => {
                let theirs = ours.and_then(Value::as_sequence).map(Vec::as_slice).unwrap_or_default();
                let merged = items.iter().enumerate().map(|(index, item)| {
                    let same = |other: &&Value| item.is_mapping() && identity(other) == identity(item);
                    let ours = match identity(item) {
                        Some(_) => theirs.iter().find(same),
                        None => theirs.get(index),
                    };
                    self.value(item, ours, &format!("{place}/{index}"), Kind::Keywords)
                });
                Value::Sequence(merged.collect())
            }
            (leaf, _) => leaf.clone(),
        }
    }

    fn keywords(&mut self, new: &Mapping, ours: Option<&'a Value>, place: &str) -> Mapping {
        // A reference has no texts beside it.
        let is_reference = new.contains_key("$ref");
        let present = ours.and_then(Value::as_mapping);
        let is_text = |key: &str| matches!(classify(key), Member::Text | Member::Example);
        let mut merged = Mapping::new();
        let has_text = present.is_some_and(|present| present.contains_key("description"));
        if needs_text(place) && !is_reference && !has_text {
            self.texts(&mut merged, place);
        }
        // Our order, as far as there is one.
        for (key, value) in present.into_iter().flatten() {
            let name = key.as_str().unwrap_or_default();
            match new.get(key) {
                Some(new) => {
                    let merged_value = self.member(name, new, Some(value), place);
                    merged.insert(key.clone(), merged_value);
                }
                None if is_text(name) && !is_reference => {
                    merged.insert(key.clone(), value.clone());
                }
                None => {}
            }
        }
        let mut before: Option<&Value> = None;
        let mut members: Vec<(&Value, &Value)> = new.iter().collect();
        if present.is_none() {
            members.sort_by_key(|(key, _)| rank(key));
        }
        for (key, value) in members {
            if !merged.contains_key(key) {
                let value = self.member(key.as_str().unwrap_or_default(), value, None, place);
                let behind = before.and_then(|before| position(&merged, before));
                merged = insert(merged, behind, key.clone(), value);
            }
            before = Some(key);
        }
        merged
    }

    fn member(&mut self, name: &str, new: &Value, ours: Option<&'a Value>, place: &str) -> Value {
        let place = child(place, &name.into());
        match classify(name) {
            Member::NamedTexts => {
                let named = new.as_mapping().into_iter().flatten().map(|(name, _)| {
                    let text = ours.and_then(|ours| ours.get(name)).cloned();
                    let text = text.unwrap_or_else(|| self.placeholder(&child(&place, name)));
                    (name.clone(), text)
                });
                Value::Mapping(named.collect())
            }
            Member::Literal => new.clone(),
            Member::Names => self.value(new, ours, &place, Kind::Names),
            _ => self.value(new, ours, &place, Kind::Keywords),
        }
    }

    fn texts(&mut self, merged: &mut Mapping, place: &str) {
        if is_operation(place) {
            let text = self.placeholder(&format!("{place}/summary"));
            merged.insert("summary".into(), text);
        }
        let text = self.placeholder(&format!("{place}/description"));
        merged.insert("description".into(), text);
    }

    fn placeholder(&mut self, place: &str) -> Value {
        self.placeholders.push(place.to_owned());
        PLACEHOLDER.into()
    }
}

/// Our order of what a new schema says: its type first, its members last.
fn rank(key: &Value) -> usize {
    match key.as_str().unwrap_or_default() {
        "type" => 0,
        "format" => 1,
        "required" => 3,
        "properties" => 4,
        _ => 2,
    }
}

/// What makes an element of a list the same one: a parameter's name and place.
fn identity(item: &Value) -> Option<(&str, &str)> {
    Some((item.get("name")?.as_str()?, item.get("in")?.as_str()?))
}

fn position(merged: &Mapping, key: &Value) -> Option<usize> {
    merged.keys().position(|other| other == key)
}

/// The mapping with a further member behind the one with this index, or before all others.
fn insert(merged: Mapping, behind: Option<usize>, key: Value, value: Value) -> Mapping {
    let at = behind.map_or(0, |behind| behind + 1);
    let mut members: Vec<(Value, Value)> = merged.into_iter().collect();
    // Texts stay in front.
    let texts =
        members.iter().take_while(|(key, _)| classify(key.as_str().unwrap_or_default()) == Member::Text).count();
    members.insert(at.max(texts).min(members.len()), (key, value));
    members.into_iter().collect()
}

/// Whether a reader expects a text here: what becomes an item of the generated module, or a paragraph of one.
fn needs_text(place: &str) -> bool {
    let parts: Vec<&str> = place.split('/').skip(1).collect();
    if is_operation(place) {
        return true;
    }
    matches!(
        parts.as_slice(),
        ["components", "schemas" | "responses" | "securitySchemes" | "parameters" | "requestBodies", _]
            | [.., "requestBody"]
            | [.., "properties" | "responses" | "variables" | "parameters", _]
    )
}

fn is_operation(place: &str) -> bool {
    let parts: Vec<&str> = place.split('/').skip(1).collect();
    matches!(parts.as_slice(), ["paths", _, method] if METHODS.contains(method))
}

fn child(place: &str, key: &Value) -> String {
    format!("{place}/{}", token(key.as_str().unwrap_or_default()))
}

/// What stands at a pointer.
fn at<'v>(document: &'v Value, pointer: &str) -> Option<&'v Value> {
    pointer.split('/').skip(1).try_fold(document, |value, part| {
        let part = part.replace("~1", "/").replace("~0", "~");
        match value {
            Value::Sequence(items) => items.get(part.parse::<usize>().ok()?),
            other => other.get(part.as_str()),
        }
    })
}
