//! The selection of operations by tag, by id or method and path, and by path.

use std::collections::BTreeSet;

use super::pattern::matches;
use crate::location::Location;
use crate::problem::{Problem, ProblemKind};
use crate::settings::Settings;

/// The known tags, operations and paths, and the patterns of the settings that select some of them.
pub(super) struct Selection<'s> {
    settings: &'s Settings,
    tags: BTreeSet<String>,
    operations: BTreeSet<String>,
    paths: BTreeSet<String>,
    /// The patterns that match an operation, with the names of their settings.
    used: BTreeSet<(&'static str, &'s str)>,
}

impl<'s> Selection<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        let (tags, operations, paths) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { settings, tags, operations, paths, used: BTreeSet::new() }
    }

    /// Whether an operation is selected: by a tag, by its id, by its method and path, or by its path. Without a
    /// selection, all are. Excluded ones are not.
    pub(super) fn takes(&mut self, tags: &[&str], id: Option<&str>, method: &str, path: &str) -> bool {
        let address = format!("{method} {path}");
        self.tags.extend(tags.iter().map(|&tag| tag.to_owned()));
        self.operations.insert(id.unwrap_or(&address).to_owned());
        self.paths.insert(path.to_owned());
        let settings = self.settings;
        let by_tag = |pattern: &str| tags.iter().any(|tag| matches(pattern, tag));
        let by_operation = |pattern: &str| id.is_some_and(|id| matches(pattern, id)) || matches(pattern, &address);
        let by_path = |pattern: &str| matches(pattern, path);
        // Every pattern is tried, because one that matches nothing is a problem.
        let is_excluded = [
            self.any("without", &settings.without, &by_operation),
            self.any("without-tags", &settings.without_tags, &by_tag),
            self.any("without-paths", &settings.without_paths, &by_path),
        ];
        let is_chosen = [
            self.any("tags", listed(&settings.tags), &by_tag),
            self.any("operations", listed(&settings.operations), &by_operation),
            self.any("paths", listed(&settings.paths), &by_path),
        ];
        let has_choice = settings.tags.is_some() || settings.operations.is_some() || settings.paths.is_some();
        !is_excluded.contains(&true) && (!has_choice || is_chosen.contains(&true))
    }

    /// Whether one of the patterns of a setting matches. Records all that do.
    fn any(&mut self, setting: &'static str, patterns: &'s [String], test: &dyn Fn(&str) -> bool) -> bool {
        let found = patterns.iter().filter(|pattern| test(pattern)).map(|pattern| (setting, pattern.as_str()));
        let found: Vec<_> = found.collect();
        self.used.extend(&found);
        !found.is_empty()
    }

    /// The problems of patterns that match nothing.
    pub(super) fn problems(self) -> Vec<Problem> {
        let paths = Location::at("/paths");
        let known = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<String>>();
        let unused = |setting: &'static str, patterns: &'s [String]| {
            let is_unused = |pattern: &&String| !self.used.contains(&(setting, pattern.as_str()));
            patterns.iter().filter(is_unused).map(|pattern| (setting, pattern.clone())).collect::<Vec<_>>()
        };
        let settings = self.settings;
        let mut kinds = Vec::new();
        for (setting, tag) in
            unused("tags", listed(&settings.tags)).into_iter().chain(unused("without-tags", &settings.without_tags))
        {
            kinds.push(ProblemKind::UnknownTag { setting, tag, known: known(&self.tags) });
        }
        for (setting, operation) in
            unused("operations", listed(&settings.operations)).into_iter().chain(unused("without", &settings.without))
        {
            kinds.push(ProblemKind::UnknownOperation { setting, operation, known: known(&self.operations) });
        }
        for (setting, path) in
            unused("paths", listed(&settings.paths)).into_iter().chain(unused("without-paths", &settings.without_paths))
        {
            kinds.push(ProblemKind::UnknownPath { setting, path, known: known(&self.paths) });
        }
        kinds.into_iter().map(|kind| Problem::new(kind, &paths)).collect()
    }
}

fn listed(patterns: &Option<Vec<String>>) -> &[String] {
    patterns.as_deref().unwrap_or_default()
}
