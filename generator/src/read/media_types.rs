//! Replaces each `$ref` to a media type by the media type, whose schemas are then shared by a `$ref` each.

use serde_json::{Value, json};

use super::normal::Moved;
use super::reference::pointer_of;
use super::walk::{ARBITRARY, push};
use crate::location::escape;

/// The longest chain of references.
const MOST_STEPS: usize = 16;

/// The properties of a media type that are schemas.
const SCHEMAS: [&str; 2] = ["schema", "itemSchema"];

/// Replaces the references. A `$ref` without a target stays.
pub(super) fn resolve(root: &mut Value, moved: &mut Moved) {
    let mut found = Vec::new();
    find(root, &mut String::new(), &mut found);
    for (at, reference) in found {
        let Some((target_at, mut target)) = target(root, &reference) else { continue };
        for key in SCHEMAS {
            if let Some(schema) = target.get_mut(key).filter(|schema| schema.get("$ref").is_none()) {
                *schema = json!({ "$ref": format!("#{target_at}/{key}").replace('%', "%25") });
            }
        }
        if let Some(slot) = root.pointer_mut(&at) {
            *slot = target;
            moved.insert(at, target_at);
        }
    }
}

/// Finds each entry of a `content` object that is a `$ref`: its pointer, and the reference.
fn find(value: &Value, at: &mut String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(properties) => {
            for (key, property) in properties {
                if ARBITRARY.contains(&key.as_str()) || key.starts_with("x-") {
                    continue;
                }
                let length = push(at, key);
                if key == "content" {
                    let entries = property.as_object().into_iter().flatten();
                    // A schema may have a property `content`. Only media types have a slash in their names.
                    for (media, entry) in entries.filter(|(media, _)| media.contains('/')) {
                        if let Some(reference) = entry.get("$ref").and_then(Value::as_str) {
                            found.push((format!("{at}/{}", escape(media)), reference.to_owned()));
                        }
                    }
                }
                find(property, at, found);
                at.truncate(length);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let length = push(at, &index.to_string());
                find(element, at, found);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

/// The media type that a reference leads to, and its pointer.
fn target(root: &Value, reference: &str) -> Option<(String, Value)> {
    let mut pointer = pointer_of(reference)?;
    for _ in 0..MOST_STEPS {
        let value = root.pointer(&pointer)?;
        match value.get("$ref").and_then(Value::as_str) {
            Some(next) => pointer = pointer_of(next)?,
            None => return value.is_object().then(|| (pointer, value.clone())),
        }
    }
    None
}
