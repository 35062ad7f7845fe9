//! Names the targets of `$ref`s by their own locations, not by the first `$ref`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Lowering, branch_names, responses};
use crate::ir::HttpMethod;
use crate::location::{Location, unescape};
use crate::names::{Wanted, type_name};
use crate::read::Node;

impl<'d> Lowering<'d> {
    /// The name of the schema at this location. `None` for a location where OpenAPI has no schema.
    pub(super) fn own_name(&self, node: &Node<'d>) -> Option<Wanted> {
        let segments: Vec<String> = node.at().pointer().split('/').skip(1).map(unescape).collect();
        let (root, rest) = segments.split_first()?;
        match (root.as_str(), rest) {
            ("components", [section, name, rest @ ..]) => {
                let start = match section.as_str() {
                    "schemas" => Wanted::component(name),
                    "headers" => Wanted::words(name).and("header"),
                    _ => Wanted::words(name),
                };
                Some(inside(node, start, rest, &["components", section, name]))
            }
            ("paths", [path, key, method, rest @ ..]) if key == "additionalOperations" => {
                let at = location(&["paths", path, key, method]);
                let prefix = self.prefixes.get(at.pointer()).cloned();
                let start = Wanted::words(prefix.unwrap_or_else(|| type_name(&format!("{method} {path}"))));
                Some(inside(node, start, rest, &["paths", path, key, method]))
            }
            ("paths", [path, method, rest @ ..]) => {
                let start = Wanted::words(self.prefix_of(node, path, method));
                Some(inside(node, start, rest, &["paths", path, method]))
            }
            _ => None,
        }
    }

    /// The prefix of an operation's type names.
    fn prefix_of(&self, node: &Node<'d>, path: &str, method: &str) -> String {
        let at = location(&["paths", path, method]);
        if let Some(prefix) = self.prefixes.get(at.pointer()) {
            return prefix.clone();
        }
        if !HttpMethod::ALL.iter().any(|(key, _)| *key == method) {
            return type_name(path);
        }
        let operation = node.elsewhere(&at);
        let id = operation.as_ref().and_then(|operation| operation.get("operationId")?.value().as_str());
        id.map_or_else(|| type_name(&format!("{method} {path}")), type_name)
    }
}

/// The name of the schema at the path `rest` below `before`.
fn inside(node: &Node<'_>, start: Wanted, rest: &[String], before: &[&str]) -> Wanted {
    let mut wanted = start;
    let mut at = location(before);
    let mut segments = rest.iter().map(String::as_str).peekable();
    while let Some(key) = segments.next() {
        at = at.child(key);
        let mut next = || {
            let name = segments.next().unwrap_or_default();
            at = at.child(name);
            name
        };
        match key {
            "schema" => {}
            "items" => wanted = wanted.and("item"),
            "additionalProperties" => wanted = wanted.and("value"),
            "requestBody" => wanted = wanted.and("body"),
            "content" | "encoding" => _ = next(),
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions" | "headers" => {
                wanted = wanted.and(next());
            }
            "anyOf" | "oneOf" => {
                let index = next().parse::<usize>().unwrap_or_default();
                let list = around(&at);
                let holder = node.elsewhere(&around(&list));
                let branches = node.elsewhere(&list).and_then(|list| list.elements().ok());
                if let (Some(holder), Some(branches)) = (holder, branches) {
                    wanted = wanted.and(&branch_names::words(&holder, &branches, index));
                }
            }
            // The parts of an `allOf` are one type.
            "allOf" => _ = next(),
            "prefixItems" => {
                let index = next().parse::<usize>().map(|index| index + 1).unwrap_or_default();
                wanted = wanted.and(&index.to_string());
            }
            "parameters" => {
                next();
                let name = node.elsewhere(&at).and_then(|parameter| parameter.get("name")?.value().as_str());
                wanted = wanted.and(name.unwrap_or("parameter"));
            }
            "responses" => {
                let status = next();
                // All responses of an operation share the type of a header.
                if segments.peek() != Some(&"headers") {
                    wanted =
                        wanted.and(&responses::status(status).map_or_else(|| status.to_owned(), |known| known.name()));
                }
            }
            other => wanted = wanted.and(other),
        }
    }
    wanted
}

/// The location around the last segment.
fn around(at: &Location) -> Location {
    Location::at(at.pointer().rsplit_once('/').map(|(before, _)| before).unwrap_or_default())
}

fn location(segments: &[&str]) -> Location {
    segments.iter().fold(Location::root(), |at, segment| at.child(segment))
}

/// The targets of all `$ref`s of the document.
pub(super) fn targets(root: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(properties) => {
                if let Some(fragment) =
                    properties.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
                {
                    found.insert(percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned());
                }
                open.extend(properties.values());
            }
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    found
}
