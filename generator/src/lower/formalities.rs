//! Notes the formalities of the parts that the chosen operations reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Lowering;
use super::operation::Choice;
use crate::read::{Document, Formality, Renamed};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// A note for each formality of the document itself, of the chosen operations and of everything that they reach.
    pub(super) fn formalities(&mut self, document: &Document, chosen: &[Choice<'_>]) {
        if document.formalities().is_empty() && document.notes().is_empty() && document.renamed().is_empty() {
            return;
        }
        let reached = reached(document, chosen);
        let all_schemas = self.settings.all_schemas;
        for Renamed { at, wanted, given } in document.renamed() {
            if all_schemas || reached.contains(at) {
                self.renamed(&document.written_at(at), wanted, given);
            }
        }
        let is_reached = |at: &str| {
            let section = at.split('/').nth(1).unwrap_or_default();
            let is_of_document =
                !matches!(section, "paths" | "components" | "webhooks" | "definitions" | "parameters" | "responses");
            let ends = at.match_indices('/').map(|(index, _)| index).chain([at.len()]);
            let mut outer = ends.filter_map(|end| at.get(..end));
            is_of_document || (all_schemas && section != "paths") || outer.any(|outer| reached.contains(outer))
        };
        for formality in document.formalities().iter().filter(|formality| is_reached(&formality.at)) {
            self.findings.formality(&document.written_at(&formality.at), &formality.what);
        }
        for (kind, Formality { at, what }) in document.notes() {
            match kind {
                _ if !is_reached(at) => {}
                NoteKind::Formality => self.findings.formality(&document.written_at(at), what),
                kind => self.findings.note(*kind, &document.written_at(at), what),
            }
        }
    }
}

/// The pointers of the chosen operations, of what they share, and of all targets of `$ref`s below these.
fn reached(document: &Document, chosen: &[Choice<'_>]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Value> = Vec::new();
    // The pointers before and after the reader's moves.
    let mut insert = |pointer: String| {
        reached.insert(document.before_moves(&pointer));
        reached.insert(pointer)
    };
    for choice in chosen {
        let [operation, item] = choice.nodes();
        insert(operation.at().pointer().to_owned());
        open.push(operation.value());
        for shared in ["parameters", "servers"] {
            insert(item.at().child(shared).pointer().to_owned());
            open.extend(item.value().get(shared));
        }
    }
    while let Some(value) = open.pop() {
        match value {
            Value::Object(properties) => {
                let reference = properties.get("$ref").and_then(Value::as_str);
                if let Some(pointer) = reference.and_then(crate::read::pointer_of)
                    && let Some(target) = document.root().value().pointer(&pointer)
                    && insert(pointer)
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
