//! Merges path items that have a `$ref` beside other fields.
//!
//! OpenAPI leaves the result undefined if both objects have a field: then the own field is used, with a note.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::formal::Formality;
use super::reference::pointer_of;
use super::walk::{METHODS, push};

/// The longest chain of path items.
const MOST_STEPS: usize = 16;

/// Merges each such path item with the targets of its `$ref`. Records the original pointers of the merged fields.
pub(super) fn merge(root: &mut Value, found: &mut Vec<Formality>, moved: &mut BTreeMap<String, String>) {
    for section in ["/paths", "/webhooks", "/components/pathItems"] {
        let items = root.pointer(section).and_then(Value::as_object).into_iter().flatten();
        let with_siblings: Vec<(String, Map<String, Value>)> = items
            .filter_map(|(path, item)| Some((path.clone(), item.as_object()?.clone())))
            .filter(|(_, item)| item.contains_key("$ref") && item.keys().any(|key| is_field(key)))
            .collect();
        for (path, item) in with_siblings {
            let mut at = section.to_owned();
            push(&mut at, &path);
            if let Some(merged) = merged(root, &at, item, found, moved)
                && let Some(slot) = root.pointer_mut(&at)
            {
                *slot = Value::Object(merged);
            }
        }
    }
}

/// Whether the property of a path item has an effect on its operations.
fn is_field(key: &str) -> bool {
    METHODS.contains(&key) || matches!(key, "additionalOperations" | "parameters" | "servers")
}

/// The path item with the fields of its targets; `None` if a target does not exist.
fn merged(
    root: &Value,
    at: &str,
    mut item: Map<String, Value>,
    found: &mut Vec<Formality>,
    moved: &mut BTreeMap<String, String>,
) -> Option<Map<String, Value>> {
    let (mut formalities, mut moves) = (Vec::new(), Vec::new());
    for _ in 0..MOST_STEPS {
        let Some(reference) = item.remove("$ref") else {
            found.extend(formalities);
            moved.extend(moves);
            return Some(item);
        };
        let target_at = pointer_of(reference.as_str()?)?;
        for (key, value) in root.pointer(&target_at)?.as_object()? {
            if !item.contains_key(key) {
                moves.push((format!("{at}/{key}"), format!("{target_at}/{key}")));
                item.insert(key.clone(), value.clone());
            } else if is_field(key) {
                let what = format!("`{key}` is in the path item and in the target of its `$ref`: the first is used");
                formalities.push(Formality { at: format!("{at}/{key}"), what });
            }
        }
    }
    None
}
