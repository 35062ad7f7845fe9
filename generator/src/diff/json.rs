//! The comparison as JSON. The format is documented at [`Diff::to_json`]; new versions only add properties.

use serde_json::{Value, json};

use super::Diff;
use super::change::{Change, ItemChange};

impl Diff {
    /// One JSON object:
    ///
    /// ```text
    /// { "format": 1,
    ///   "old": { "title", "version" }, "new": { "title", "version" },
    ///   "wire": "none" | "constraint only" | "additive" | "breaking",
    ///   "rust": "none" | "docs only" | "additive" | "breaking",
    ///   "bump": { "from_1_0": "none" | "patch" | "minor" | "major", "below_1_0": the same },
    ///   "changes": [ {
    ///       "kind": the names of ChangeKind, such as "property-added",
    ///       "what": in words, "wire", "wire_reason", "rust", "rust_reason",
    ///       "old_pointer", "new_pointer", "old_value", "new_value": text or null,
    ///       "operations": [ids], "directions": ["request", "response"],
    ///       "directions_of": { id: ["request", "response"] },
    ///       "items": [ { "path", "old", "new", "rust" } ] } ] }
    /// ```
    ///
    /// Properties may be added. Any other change increases `format`.
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "format": 1,
            "old": { "title": self.old.title, "version": self.old.version },
            "new": { "title": self.new.title, "version": self.new.version },
            "wire": self.wire().as_str(),
            "rust": self.rust().as_str(),
            "bump": { "from_1_0": self.bump().as_str(), "below_1_0": self.bump().before_1_0().as_str() },
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        });
        // Has an effect if another crate of the build turns on serde_json's `preserve_order`.
        json.sort_all_objects();
        json
    }
}

fn change(change: &Change) -> Value {
    json!({
        "kind": change.kind.as_str(),
        "what": change.what,
        "wire": change.wire.as_str(),
        "wire_reason": change.wire_reason,
        "rust": change.rust.as_str(),
        "rust_reason": change.rust_reason,
        "old_pointer": change.old_pointer,
        "new_pointer": change.new_pointer,
        "old_value": change.old_value,
        "new_value": change.new_value,
        "operations": change.operations,
        "directions": change.directions.iter().map(|direction| direction.as_str()).collect::<Vec<_>>(),
        "directions_of": change.directions_of.iter().map(|(operation, directions)| {
            (operation.clone(), directions.iter().map(|direction| direction.as_str()).collect())
        }).collect::<serde_json::Map<String, Value>>(),
        "items": change.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn item(item: &ItemChange) -> Value {
    json!({ "path": item.path, "old": item.old, "new": item.new, "rust": item.verdict.as_str() })
}
