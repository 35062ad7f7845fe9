//! Notes the formalities of the parts that the chosen operations reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Lowering;
use super::operation::Choice;
use crate::location::Location;
use crate::read::{Document, Renamed};

impl<'d> Lowering<'d> {
    /// A note for each formality of the document itself, of the chosen operations and of everything that they reach.
    pub(super) fn formalities(&mut self, document: &Document, chosen: &[Choice<'_>]) {
        if document.formalities().is_empty() && document.renamed().is_empty() {
            return;
        }
        let reached = reached(document, chosen);
        for Renamed { at, wanted, given } in document.renamed() {
            if self.settings.all_schemas || reached.contains(at) {
                self.renamed(&Location::at(at), wanted, given);
            }
        }
        for formality in document.formalities() {
            let at = formality.at.as_str();
            let section = at.split('/').nth(1).unwrap_or_default();
            let is_reached = match section {
                "paths" | "components" | "webhooks" => {
                    let ends = at.match_indices('/').map(|(index, _)| index).chain([at.len()]);
                    let mut outer = ends.filter_map(|end| at.get(..end));
                    (self.settings.all_schemas && section != "paths") || outer.any(|outer| reached.contains(outer))
                }
                _ => true,
            };
            if is_reached {
                self.findings.formality(&Location::at(at), &formality.what);
            }
        }
    }
}

/// The pointers of the chosen operations, of what they share, and of all targets of `$ref`s below these.
fn reached(document: &Document, chosen: &[Choice<'_>]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Value> = Vec::new();
    for choice in chosen {
        let [operation, item] = choice.nodes();
        reached.insert(operation.at().pointer().to_owned());
        reached.insert(document.before_moves(operation.at().pointer()));
        open.push(operation.value());
        for shared in ["parameters", "servers"] {
            reached.insert(item.at().child(shared).pointer().to_owned());
            open.extend(item.value().get(shared));
        }
    }
    while let Some(value) = open.pop() {
        match value {
            Value::Object(properties) => {
                let reference = properties.get("$ref").and_then(Value::as_str);
                if let Some(pointer) = reference.and_then(crate::read::pointer_of)
                    && let Some(target) = document.root().value().pointer(&pointer)
                    && reached.insert(pointer)
                {
                    open.push(target);
                }
                open.extend(properties.values());
            }
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    reached
}
