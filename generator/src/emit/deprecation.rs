//! What names a deprecated type must not warn: whoever uses the item is warned where the type is theirs to choose.

use std::collections::BTreeSet;

use super::Scene;

const ALLOW: &str = "#[allow(deprecated, reason = \"what is deprecated still has to be sent and read\")]";

/// The items, each that names a deprecated type with leave to do so.
pub(super) fn allow(scene: &Scene<'_>, items: Vec<String>) -> Vec<String> {
    let deprecated: BTreeSet<String> = scene.deprecated_types().collect();
    if deprecated.is_empty() {
        return items;
    }
    items.into_iter().map(|item| if names_one(&item, &deprecated) { with_leave(&item) } else { item }).collect()
}

/// Whether the code names one of these types, and has no leave yet. A comment may say what it will.
fn names_one(item: &str, types: &BTreeSet<String>) -> bool {
    let name = |piece: &str| -> String { piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let code = item.lines().filter(|line| !line.trim_start().starts_with("///"));
    let mut named = code.flat_map(|line| line.split("types::").skip(1)).map(name);
    !item.contains("#[allow(deprecated,") && named.any(|name| types.contains(&name))
}

/// The leave stands after the comment.
fn with_leave(item: &str) -> String {
    let is_comment = |line: &&str| line.starts_with("///");
    let comment = item.lines().take_while(is_comment);
    let code = item.lines().skip_while(is_comment);
    let lines: Vec<&str> = comment.chain([ALLOW]).chain(code).collect();
    lines.join("\n")
}
