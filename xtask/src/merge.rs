//! Merges our texts into a new structure. Additions of upstream get a placeholder, never upstream's texts.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use crate::roles::{METHODS, Role, classify, token};

/// The text of anything that is not described yet. A test refuses it.
pub const PLACEHOLDER: &str = "PLACEHOLDER: nobody has described this yet.";

/// Our document in the new structure, and the pointers of the placeholders.
///
/// `moved` maps pointers of the new structure to pointers of our document.
pub fn merge(structure: &Value, ours: &Value, moved: &BTreeMap<String, String>) -> (Value, Vec<String>) {
    let mut merge = Merge { ours, moved, placeholders: Vec::new() };
    let merged = merge.value(structure, Some(ours), "", Keys::Keywords);
    (merged, merge.placeholders)
}

/// The keys of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Keywords of OpenAPI.
    Keywords,
    /// Names from the document's author.
    Names,
}

struct Merge<'a> {
    ours: &'a Value,
    moved: &'a BTreeMap<String, String>,
    placeholders: Vec<String>,
}

impl<'a> Merge<'a> {
    fn value(&mut self, new: &Value, ours: Option<&'a Value>, location: &str, keys: Keys) -> Value {
        let ours = match self.moved.get(location) {
            Some(from) => at(self.ours, from).or(ours),
            None => ours,
        };
        match (new, keys) {
            (Value::Mapping(properties), Keys::Names) => {
                let named = properties.iter().map(|(name, value)| {
                    let location = child(location, name);
                    let ours = ours.and_then(|ours| ours.get(name));
                    (name.clone(), self.value(value, ours, &location, Keys::Keywords))
                });
                // The order of names is upstream's.
                Value::Mapping(named.collect())
            }
            (Value::Mapping(properties), Keys::Keywords) => Value::Mapping(self.keywords(properties, ours, location)),
            (Value::Sequence(items), _) => {
                let theirs = ours.and_then(Value::as_sequence).map(Vec::as_slice).unwrap_or_default();
                let merged = items.iter().enumerate().map(|(index, item)| {
                    let same = |other: &&Value| item.is_mapping() && identity(other) == identity(item);
                    let ours = match identity(item) {
                        Some(_) => theirs.iter().find(same),
                        None => theirs.get(index),
                    };
                    self.value(item, ours, &format!("{location}/{index}"), Keys::Keywords)
                });
                Value::Sequence(merged.collect())
            }
            (leaf, _) => leaf.clone(),
        }
    }

    fn keywords(&mut self, new: &Mapping, ours: Option<&'a Value>, location: &str) -> Mapping {
        // The siblings of a reference are ignored.
        let is_reference = new.contains_key("$ref");
        let present = ours.and_then(Value::as_mapping);
        let is_text = |key: &str| matches!(classify(key), Role::Text | Role::Example);
        let mut merged = Mapping::new();
        let has_text = present.is_some_and(|present| present.contains_key("description"));
        if needs_text(location) && !is_reference && !has_text {
            self.texts(&mut merged, location);
        }
        // Our order, for the keys that we have.
        for (key, value) in present.into_iter().flatten() {
            let name = key.as_str().unwrap_or_default();
            match new.get(key) {
                Some(new) => {
                    let merged_value = self.property(name, new, Some(value), location);
                    merged.insert(key.clone(), merged_value);
                }
                None if is_text(name) && !is_reference => {
                    merged.insert(key.clone(), value.clone());
                }
                None => {}
            }
        }
        let mut before: Option<&Value> = None;
        let mut properties: Vec<(&Value, &Value)> = new.iter().collect();
        if present.is_none() {
            properties.sort_by_key(|(key, _)| rank(key));
        }
        for (key, value) in properties {
            if !merged.contains_key(key) {
                let value = self.property(key.as_str().unwrap_or_default(), value, None, location);
                let behind = before.and_then(|before| position(&merged, before));
                merged = insert(merged, behind, key.clone(), value);
            }
            before = Some(key);
        }
        merged
    }

    fn property(&mut self, name: &str, new: &Value, ours: Option<&'a Value>, location: &str) -> Value {
        let location = child(location, &name.into());
        match classify(name) {
            Role::NamedTexts => {
                let named = new.as_mapping().into_iter().flatten().map(|(name, _)| {
                    let text = ours.and_then(|ours| ours.get(name)).cloned();
                    let text = text.unwrap_or_else(|| self.placeholder(&child(&location, name)));
                    (name.clone(), text)
                });
                Value::Mapping(named.collect())
            }
            Role::Literal => new.clone(),
            Role::Names => self.value(new, ours, &location, Keys::Names),
            _ => self.value(new, ours, &location, Keys::Keywords),
        }
    }

    fn texts(&mut self, merged: &mut Mapping, location: &str) {
        if is_operation(location) {
            let text = self.placeholder(&format!("{location}/summary"));
            merged.insert("summary".into(), text);
        }
        let text = self.placeholder(&format!("{location}/description"));
        merged.insert("description".into(), text);
    }

    fn placeholder(&mut self, location: &str) -> Value {
        self.placeholders.push(location.to_owned());
        PLACEHOLDER.into()
    }
}

/// The rank of a key in a new schema: `type` first, `properties` last.
fn rank(key: &Value) -> usize {
    match key.as_str().unwrap_or_default() {
        "type" => 0,
        "format" => 1,
        "required" => 3,
        "properties" => 4,
        _ => 2,
    }
}

/// The identity of a list element: the name and location of a parameter.
fn identity(item: &Value) -> Option<(&str, &str)> {
    Some((item.get("name")?.as_str()?, item.get("in")?.as_str()?))
}

fn position(merged: &Mapping, key: &Value) -> Option<usize> {
    merged.keys().position(|other| other == key)
}

/// Inserts a property after the one with this index, or before all others.
fn insert(merged: Mapping, behind: Option<usize>, key: Value, value: Value) -> Mapping {
    let at = behind.map_or(0, |behind| behind + 1);
    let mut properties: Vec<(Value, Value)> = merged.into_iter().collect();
    // Texts stay first.
    let texts =
        properties.iter().take_while(|(key, _)| classify(key.as_str().unwrap_or_default()) == Role::Text).count();
    properties.insert(at.max(texts).min(properties.len()), (key, value));
    properties.into_iter().collect()
}

/// Whether readers expect a text here: for an item of the generated module, or a paragraph of its docs.
fn needs_text(location: &str) -> bool {
    let parts: Vec<&str> = location.split('/').skip(1).collect();
    if is_operation(location) {
        return true;
    }
    matches!(
        parts.as_slice(),
        ["components", "schemas" | "responses" | "securitySchemes" | "parameters" | "requestBodies", _]
            | [.., "requestBody"]
            | [.., "properties" | "responses" | "variables" | "parameters", _]
    )
}

fn is_operation(location: &str) -> bool {
    let parts: Vec<&str> = location.split('/').skip(1).collect();
    matches!(parts.as_slice(), ["paths", _, method] if METHODS.contains(method))
}

fn child(location: &str, key: &Value) -> String {
    format!("{location}/{}", token(key.as_str().unwrap_or_default()))
}

/// The value at a pointer.
pub(crate) fn at<'v>(document: &'v Value, pointer: &str) -> Option<&'v Value> {
    pointer.split('/').skip(1).try_fold(document, |value, part| {
        let part = part.replace("~1", "/").replace("~0", "~");
        match value {
            Value::Sequence(items) => items.get(part.parse::<usize>().ok()?),
            other => other.get(part.as_str()),
        }
    })
}
