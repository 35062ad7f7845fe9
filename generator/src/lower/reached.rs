//! Lowers unused schemas, and lists the types of all lowered schemas.

use std::collections::BTreeMap;

use super::{Lowering, Progress};
use crate::ir::Type;
use crate::names::Wanted;
use crate::read::Node;

impl<'d> Lowering<'d> {
    /// Lowers the unused schemas of components, shared bodies and shared responses.
    pub(super) fn all_schemas(&mut self, root: &Node<'d>) {
        let Some(components) = root.get("components") else { return };
        for (name, schema) in entries(&components, "schemas") {
            let ty = match schema.reference() {
                Some(_) => self.schema(&schema, &Wanted::component(name)),
                None => self.target(&schema, &Wanted::component(name)),
            };
            if let Some(ty) = ty {
                self.contents.insert(schema.at().pointer().to_owned(), ty);
            }
        }
        for section in ["requestBodies", "responses"] {
            for (name, shared) in entries(&components, section) {
                for (_, media) in entries(&shared, "content") {
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

    /// The types of component, body and response schemas, by pointer.
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

/// The properties of the object under a key; none if there is no such object.
fn entries<'d>(holder: &Node<'d>, key: &str) -> Vec<(&'d str, Node<'d>)> {
    holder.get(key).and_then(|section| section.entries().ok()).unwrap_or_default()
}
