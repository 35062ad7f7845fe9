//! Lowers unused schemas, and lists the types of all lowered schemas.

use std::collections::BTreeMap;

use super::left_out::{Flawed, LeftOut, Reaching};
use super::{Lowering, Progress};
use crate::ir::Type;
use crate::names::Wanted;
use crate::read::Node;

impl<'d> Lowering<'d> {
    /// Lowers the unused schemas of components, shared bodies and shared responses.
    pub(super) fn all_schemas(
        &mut self,
        root: &Node<'d>,
        left_out: &LeftOut,
        parts: &mut Vec<Reaching>,
        flawed: &mut Vec<Flawed>,
    ) {
        for (name, schema, wanted) in unused(root) {
            if left_out.contains(schema.at()) || self.contents.contains_key(schema.at().pointer()) {
                continue;
            }
            let part = Flawed::component(schema.at(), name);
            let problems = self.findings.problem_count();
            let ty = match schema.reference() {
                None if wanted.component_itself().is_some() => self.target(&schema, &wanted),
                _ => self.schema(&schema, &wanted),
            };
            flawed.extend(self.flawed(part.clone(), problems));
            if let Some(ty) = ty {
                parts.push(Reaching::component(part, &ty));
                self.contents.insert(schema.at().pointer().to_owned(), ty);
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

/// The schemas that may be unused: a name for people, the schema, and the wanted name of its type.
fn unused<'d>(root: &Node<'d>) -> Vec<(String, Node<'d>, Wanted)> {
    let mut found = Vec::new();
    if let Some(components) = root.get("components") {
        for (name, schema) in entries(&components, "schemas") {
            found.push((format!("the schema `{name}`"), schema, Wanted::component(name)));
        }
        for section in ["requestBodies", "responses"] {
            for (name, shared) in entries(&components, section) {
                for (_, media) in entries(&shared, "content") {
                    let schema = media.get("schema").map(|schema| (format!("the schema of `{name}`"), schema));
                    found.extend(schema.map(|(title, schema)| (title, schema, Wanted::words(name))));
                }
            }
        }
    }
    found
}

/// The properties of the object under a key; none if there is no such object.
fn entries<'d>(holder: &Node<'d>, key: &str) -> Vec<(&'d str, Node<'d>)> {
    holder.get(key).and_then(|section| section.entries().ok()).unwrap_or_default()
}
