//! Replaces each `$ref` to a media type by the media type, whose schemas are then shared by a `$ref` each.

use serde_json::{Value, json};

use super::normal::Moved;
use super::reference::pointer_of;
use super::walk::{holds_named, is_arbitrary, push};
use crate::location::escape;

/// The longest chain of references.
const MOST_STEPS: usize = 16;

/// The properties of a media type that are schemas.
const SCHEMAS: [&str; 2] = ["schema", "itemSchema"];

/// Replaces the references. A `$ref` without a target stays.
pub(super) fn resolve(root: &mut Value, moved: &mut Moved) {
    let mut found = Vec::new();
    find(root, &mut String::new(), false, &mut found);
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

/// Finds each entry of a `content` object that is a `$ref`: its pointer, and the reference. `is_named`: the value is a map
/// from names to objects.
fn find(value: &Value, at: &mut String, is_named: bool, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(properties) => {
            for (key, property) in properties {
                if !is_named && is_arbitrary(key) {
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
                find(property, at, !is_named && holds_named(key), found);
                at.truncate(length);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let length = push(at, &index.to_string());
                find(element, at, false, found);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_may_have_the_name_of_a_keyword() {
        let root = |media: Value| {
            let response = json!({ "content": { "a/b": media } });
            json!({
                "components": { "mediaTypes": { "M": { "schema": { "$ref": "#/s" } } }, "responses": { "example": response } },
                "paths": { "/a": { "get": { "responses": { "default": response } } } },
            })
        };
        let mut found = root(json!({ "$ref": "#/components/mediaTypes/M" }));
        resolve(&mut found, &mut Moved::new());
        assert_eq!(found, root(json!({ "schema": { "$ref": "#/s" } })));
    }
}
