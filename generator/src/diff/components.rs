//! Compares the lists of component schemas: added, removed, renamed and moved ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{ChangeKind, WireImpact};
use super::side::Side;
use super::view::component_at;
use super::walk::{Excerpt, Walk};

impl<'d> Walk<'d> {
    /// Notes added, removed, renamed and moved components. Call it after the operations are compared.
    pub(super) fn components(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut paired_old = BTreeSet::new();
        let mut paired_new = BTreeSet::new();
        // A component may become inline, or an inline schema a component, at many locations: that is one change.
        let mut told: BTreeMap<_, (Excerpt, Excerpt)> = BTreeMap::new();
        for pair in self.pairs.clone() {
            paired_old.extend(pair.old_component.clone());
            paired_new.extend(pair.new_component.clone());
            let (kind, what, reason) = match (&pair.old_component, &pair.new_component) {
                (Some(from), Some(to)) if from != to => (
                    ChangeKind::SchemaRenamed,
                    format!("the schema `{from}` is renamed to `{to}`"),
                    "the name of a schema is never sent",
                ),
                (Some(from), None) => (
                    ChangeKind::SchemaMoved,
                    format!("the schema `{from}` is now inline"),
                    "the location of a schema does not change the value",
                ),
                (None, Some(to)) => (
                    ChangeKind::SchemaMoved,
                    format!("an inline schema is now the component `{to}`"),
                    "the location of a schema does not change the value",
                ),
                _ => continue,
            };
            let here = || (Excerpt::at(&pair.old_pointer), Excerpt::at(&pair.new_pointer));
            let (old, new) = told.entry((pair.old_component.clone(), pair.new_component.clone())).or_insert_with(here);
            let excerpts = (Some(old.clone()), Some(new.clone()));
            self.note(pair.site, kind, what, excerpts, None, (WireImpact::None, reason));
        }
        let names = |side: &Side| -> BTreeMap<String, String> {
            side.reached.iter().filter_map(|pointer| Some((component_at(pointer)?, pointer.clone()))).collect()
        };
        let (before, after) = (names(old), names(new));
        let reach = Reach::of(new);
        for (name, pointer) in
            after.iter().filter(|(name, _)| !before.contains_key(*name) && !paired_new.contains(*name))
        {
            let what = format!("the schema `{name}` added");
            let verdict = (WireImpact::None, "a component changes nothing unless it is referred to");
            self.component(new, &reach, pointer, ChangeKind::SchemaAdded, what, verdict);
        }
        let reach = Reach::of(old);
        for (name, pointer) in
            before.iter().filter(|(name, _)| !after.contains_key(*name) && !paired_old.contains(*name))
        {
            let what = format!("the schema `{name}` removed");
            let verdict = (WireImpact::None, "a component changes nothing unless it is referred to");
            self.component(old, &reach, pointer, ChangeKind::SchemaRemoved, what, verdict);
        }
    }

    fn component(
        &mut self,
        side: &'d Side,
        reach: &Reach,
        pointer: &str,
        kind: ChangeKind,
        what: String,
        verdict: (WireImpact, &str),
    ) {
        let Some(node) = side.at(pointer) else { return };
        let names = side.type_names(&super::view::View::of(&node));
        let site = self.site(None, names.into_iter().map(|name| format!("types::{name}")));
        for operation in reach.operations(side, pointer) {
            let from = self.site(None, []);
            if let Some(from) = self.sites.get_mut(from) {
                from.operation = Some(operation);
            }
            self.reached_from(site, from);
        }
        let excerpt = Some(Excerpt::of(&node));
        let excerpts = if kind == ChangeKind::SchemaAdded { (None, excerpt) } else { (excerpt, None) };
        self.note(site, kind, what, excerpts, None, verdict);
    }
}

/// Which component refers to which, by their pointers.
struct Reach {
    referred_by: BTreeMap<String, BTreeSet<String>>,
}

impl Reach {
    fn of(side: &Side) -> Self {
        let mut referred_by: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut add = |from: &str, value: &Value| {
            for reference in references(value) {
                referred_by.entry(reference).or_default().insert(from.to_owned());
            }
        };
        for operation in &side.api.operations {
            if let Some(node) = side.node_of(operation) {
                add(node.at().pointer(), node.value());
            }
        }
        for (section, _) in side.at("/components").and_then(|all| all.entries().ok()).unwrap_or_default() {
            let pointer = crate::Location::at("/components").child(section);
            for (_, node) in side.at(pointer.pointer()).and_then(|all| all.entries().ok()).unwrap_or_default() {
                add(node.at().pointer(), node.value());
            }
        }
        Self { referred_by }
    }

    /// The operations from which a component is reached.
    fn operations(&self, side: &Side, pointer: &str) -> BTreeSet<String> {
        let mut open = vec![pointer];
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(self.referred_by.get(next).into_iter().flatten().map(String::as_str));
            }
        }
        let operations = side.api.operations.iter();
        let reached = operations.filter(|operation| seen.contains(operation.origin.pointer()));
        reached.map(|operation| operation.name.wire.clone()).collect()
    }
}

/// The components that a value refers to, at any depth.
fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![value];
    while let Some(next) = open.pop() {
        match next {
            Value::Object(properties) => {
                if let Some(pointer) =
                    properties.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
                {
                    let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
                    // Schemas inside a component belong to the component.
                    let ends = pointer.match_indices('/').map(|(index, _)| index).nth(3);
                    let whole = ends.and_then(|end| pointer.get(..end)).unwrap_or(&pointer);
                    found.insert(whole.to_owned());
                }
                open.extend(properties.values());
            }
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    found
}
