//! The types of the schemas that were reached, and the schemas that no operation reaches.

use std::collections::BTreeMap;

use super::{Lowering, Progress};
use crate::ir::Type;
use crate::names::Wanted;
use crate::read::Node;

impl<'d> Lowering<'d> {
    /// Lowers what the operations did not ask for: the schemas of the components, and of the shared bodies and answers.
    pub(super) fn all_schemas(&mut self, root: &Node<'d>) {
        let Some(components) = root.get("components") else { return };
        for (name, schema) in members(&components, "schemas") {
            let ty = match schema.reference() {
                Some(_) => self.schema(&schema, &Wanted::component(name)),
                None => self.target(&schema, &Wanted::component(name)),
            };
            if let Some(ty) = ty {
                self.contents.insert(schema.at().pointer().to_owned(), ty);
            }
        }
        for section in ["requestBodies", "responses"] {
            for (name, shared) in members(&components, section) {
                for (_, media) in members(&shared, "content") {
                    let Some(schema) = media.get("schema") else { continue };
                    if self.contents.contains_key(schema.at().pointer()) {
                        continue;
                    }
                    if let Some(ty) = self.schema(&schema, &Wanted::words(name)) {
                        self.contents.insert(schema.at().pointer().to_owned(), ty);
                    }
                }
            }
        }
    }

    /// What each schema became that a `$ref`, a body or an answer leads to, by its pointer.
    pub(super) fn reached(&self) -> BTreeMap<String, Type> {
        let mut reached = self.contents.clone();
        for (pointer, progress) in &self.resolved {
            if let (Progress::Done(ty), false) = (progress, reached.contains_key(pointer)) {
                reached.insert(pointer.clone(), ty.clone());
            }
        }
        reached
    }
}

/// The members of an object that is a member of another; none where there is no such thing.
fn members<'d>(holder: &Node<'d>, key: &str) -> Vec<(&'d str, Node<'d>)> {
    holder.get(key).and_then(|section| section.members().ok()).unwrap_or_default()
}
