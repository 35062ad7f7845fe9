//! The selection of operations by tag, id, or method and path.

use std::collections::BTreeSet;

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};
use crate::settings::Settings;

/// The selected tags and operations, and the known ones.
pub(super) struct Selection<'s> {
    settings: &'s Settings,
    tags: BTreeSet<String>,
    operations: BTreeSet<String>,
    /// The named operations that exist, by their addresses.
    addresses: BTreeSet<String>,
}

impl<'s> Selection<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Self { settings, tags: BTreeSet::new(), operations: BTreeSet::new(), addresses: BTreeSet::new() }
    }

    /// Whether an operation is selected: by a tag, by its id, or by its method and path. Without a selection, all are,
    /// except those that the setting `without` names.
    pub(super) fn takes(&mut self, tags: &[&str], id: Option<&str>, method: &str, path: &str) -> bool {
        let address = format!("{method} {path}");
        self.tags.extend(tags.iter().map(|&tag| tag.to_owned()));
        self.operations.insert(id.unwrap_or(&address).to_owned());
        let is_named = |named: &String| *named == address || Some(named.as_str()) == id;
        let all_named = self.settings.without.iter().chain(self.settings.operations.iter().flatten());
        if all_named.into_iter().any(|named| *named == address) {
            self.addresses.insert(address.clone());
        }
        if self.settings.without.iter().any(is_named) {
            return false;
        }
        let (wanted_tags, wanted_operations) = (&self.settings.tags, &self.settings.operations);
        if wanted_tags.is_none() && wanted_operations.is_none() {
            return true;
        }
        wanted_tags.iter().flatten().any(|wanted| tags.contains(&wanted.as_str()))
            || wanted_operations.iter().flatten().any(is_named)
    }

    /// The problems of tags and operations in the settings that do not exist.
    pub(super) fn problems(self) -> Vec<Problem> {
        let paths = Location::at("/paths");
        let known_tags: Vec<String> = self.tags.iter().cloned().collect();
        let known_operations: Vec<String> = self.operations.iter().cloned().collect();
        let tags = self.settings.tags.iter().flatten().filter(|tag| !self.tags.contains(*tag));
        let tags = tags.map(|tag| ProblemKind::UnknownTag { tag: tag.clone(), known: known_tags.clone() });
        let is_there = |wanted: &String| self.operations.contains(wanted) || self.addresses.contains(wanted);
        let named = self.settings.operations.iter().flatten().map(|named| ("operations", named));
        let named = named.chain(self.settings.without.iter().map(|named| ("without", named)));
        let operations = named.filter(|(_, named)| !is_there(named)).map(|(setting, named)| {
            let (operation, known) = (named.clone(), known_operations.clone());
            ProblemKind::UnknownOperation { setting, operation, known }
        });
        tags.chain(operations).map(|kind| Problem::new(kind, &paths)).collect()
    }
}
