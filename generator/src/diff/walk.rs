//! The two documents side by side: every difference, where it was met, and on which way it is reached.
//!
//! Places form a graph, from operations down to schemas. A schema is looked at once for each direction in which it
//! travels, however often it is referred to; the graph then says which operations a difference reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{ChangeKind, Direction, WireImpact};
use super::side::Side;
use crate::read::Node;

/// A place of the graph, by its index.
pub(super) type SiteId = usize;

/// A pair of places that are compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// The public items that say what is said here.
    pub(super) anchors: BTreeSet<String>,
    /// From where it is reached.
    pub(super) parents: BTreeSet<SiteId>,
    /// The operation, where it is one.
    pub(super) operation: Option<String>,
}

/// A difference as it was met.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) site: SiteId,
    pub(super) kind: ChangeKind,
    pub(super) what: String,
    pub(super) old: Option<Place>,
    pub(super) new: Option<Place>,
    pub(super) direction: Option<Direction>,
    pub(super) wire: WireImpact,
    pub(super) reason: String,
    /// The public items of its own, beside those of its place.
    pub(super) anchors: BTreeSet<String>,
}

/// A place of one document, and what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) value: Option<String>,
}

impl Place {
    /// A place with the value that stands there.
    pub(super) fn of(node: &Node<'_>) -> Self {
        Self { pointer: node.at().pointer().to_owned(), value: Some(shown(node.value())) }
    }

    /// A place of which no value is shown.
    pub(super) fn at(pointer: &str) -> Self {
        Self { pointer: pointer.to_owned(), value: None }
    }

    /// The same place with another text to show.
    pub(super) fn showing(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

/// A text as it is, any other value as JSON, cut where it is long.
pub(super) fn shown(value: &serde_json::Value) -> String {
    const MOST: usize = 4000;
    let json = || serde_json::to_string_pretty(value).unwrap_or_default();
    let text = if value.is_object() || value.is_array() { json() } else { value.to_string() };
    let text = value.as_str().map_or(text, str::to_owned);
    match text.char_indices().nth(MOST) {
        Some((end, _)) if !value.is_string() => format!("{}...", text.get(..end).unwrap_or_default()),
        _ => text,
    }
}

/// Two schemas that stand for each other.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) site: SiteId,
    pub(super) old_component: Option<String>,
    pub(super) new_component: Option<String>,
    pub(super) old_pointer: String,
    pub(super) new_pointer: String,
    /// The Rust names, form by form.
    pub(super) types: Vec<(String, String)>,
}

/// The comparison at work.
pub(super) struct Walk<'d> {
    pub(super) old: &'d Side,
    pub(super) new: &'d Side,
    pub(super) sites: Vec<Site>,
    pub(super) drafts: Vec<Draft>,
    pub(super) pairs: Vec<Pair>,
    /// The ids of the operations that stand for each other.
    pub(super) operation_pairs: Vec<(String, String)>,
    /// Other renamed identifiers: methods, and what is named after an operation.
    pub(super) renames: BTreeMap<String, String>,
    /// The schemas that were compared already.
    pub(super) seen: BTreeMap<(String, String, Direction), SiteId>,
}

impl<'d> Walk<'d> {
    pub(super) fn new(old: &'d Side, new: &'d Side) -> Self {
        Self {
            old,
            new,
            sites: Vec::new(),
            drafts: Vec::new(),
            pairs: Vec::new(),
            operation_pairs: Vec::new(),
            renames: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    /// A new place, reached from another one.
    pub(super) fn site(&mut self, parent: Option<SiteId>, anchors: impl IntoIterator<Item = String>) -> SiteId {
        self.sites.push(Site {
            anchors: anchors.into_iter().collect(),
            parents: parent.into_iter().collect(),
            operation: None,
        });
        self.sites.len() - 1
    }

    /// A place is reached from a further one.
    pub(super) fn reached_from(&mut self, site: SiteId, parent: SiteId) {
        if let Some(site) = self.sites.get_mut(site) {
            site.parents.insert(parent);
        }
    }

    pub(super) fn draft(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// What a comparison would find, without keeping any of it: the worst verdict.
    pub(super) fn try_out(&mut self, compare: impl FnOnce(&mut Self)) -> WireImpact {
        let (drafts, pairs, seen) = (self.drafts.len(), self.pairs.len(), self.seen.clone());
        compare(self);
        let worst = self.drafts.drain(drafts..).map(|draft| draft.wire).max().unwrap_or(WireImpact::None);
        self.pairs.truncate(pairs);
        self.seen = seen;
        worst
    }

    /// The operations from which a place is reached.
    pub(super) fn operations(&self, site: SiteId) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.climb(site, |_, here| {
            found.extend(here.operation.clone());
            true
        });
        found
    }

    /// Whether a place is, or is reached from, one that this public item stands for.
    pub(super) fn is_below(&self, site: SiteId, item: &str) -> bool {
        let mut found = false;
        self.climb(site, |_, here| {
            found |= here.anchors.contains(item);
            !found
        });
        found
    }

    /// The public items that say what is said at a place: its own, or the nearest above it; with `climb` both.
    pub(super) fn anchors(&self, site: SiteId, climb: bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.climb(site, |id, here| {
            found.extend(here.anchors.iter().cloned());
            here.anchors.is_empty() || (climb && id == site)
        });
        found
    }

    /// Looks at a place and at those from which it is reached, each once; on from a place only where `look` says so.
    fn climb(&self, from: SiteId, mut look: impl FnMut(SiteId, &Site) -> bool) {
        let mut open = vec![from];
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if let Some(here) = self.sites.get(next)
                && seen.insert(next)
                && look(next, here)
            {
                open.extend(&here.parents);
            }
        }
    }
}
