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
    /// The selected operations that exist.
    addresses: BTreeSet<String>,
}

impl<'s> Selection<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Self { settings, tags: BTreeSet::new(), operations: BTreeSet::new(), addresses: BTreeSet::new() }
    }

    /// Whether an operation is selected: by a tag, by its id, or by its method and path. Without a selection, all are.
    pub(super) fn takes(&mut self, tags: &[&str], id: Option<&str>, method: &str, path: &str) -> bool {
        let address = format!("{method} {path}");
        self.tags.extend(tags.iter().map(|&tag| tag.to_owned()));
        self.operations.insert(id.unwrap_or(&address).to_owned());
        let (wanted_tags, wanted_operations) = (&self.settings.tags, &self.settings.operations);
        if wanted_tags.is_none() && wanted_operations.is_none() {
            return true;
        }
        let by_address = wanted_operations.iter().flatten().any(|wanted| *wanted == address);
        if by_address {
            self.addresses.insert(address);
        }
        by_address
            || wanted_tags.iter().flatten().any(|wanted| tags.contains(&wanted.as_str()))
            || wanted_operations.iter().flatten().any(|wanted| Some(wanted.as_str()) == id)
    }

    /// The problems of selected tags and operations that do not exist.
    pub(super) fn problems(self) -> Vec<Problem> {
        let paths = Location::at("/paths");
        let known_tags: Vec<String> = self.tags.iter().cloned().collect();
        let known_operations: Vec<String> = self.operations.iter().cloned().collect();
        let tags = self.settings.tags.iter().flatten().filter(|tag| !self.tags.contains(*tag));
        let tags = tags.map(|tag| ProblemKind::UnknownTag { tag: tag.clone(), known: known_tags.clone() });
        let is_there = |wanted: &String| self.operations.contains(wanted) || self.addresses.contains(wanted);
        let operations = self.settings.operations.iter().flatten().filter(|wanted| !is_there(wanted));
        let operations = operations
            .map(|id| ProblemKind::UnknownOperation { operation: id.clone(), known: known_operations.clone() });
        tags.chain(operations).map(|kind| Problem::new(kind, &paths)).collect()
    }
}
