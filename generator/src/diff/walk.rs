//! Compares the two documents and records every difference with its site.
//!
//! Sites form a graph from operations down to schemas. A schema is compared once for each direction, however often it
//! is referred to; the graph then shows the operations that a difference affects.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{ChangeKind, Direction, WireImpact};
use super::side::Side;
use crate::read::Node;

/// A site of the graph, by its index.
pub(super) type SiteId = usize;

/// A pair of compared locations.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// The public items of this site.
    pub(super) anchors: BTreeSet<String>,
    /// The sites that lead to it.
    pub(super) parents: BTreeSet<SiteId>,
    /// The operation, if the site is one.
    pub(super) operation: Option<String>,
}

/// A recorded difference.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) site: SiteId,
    pub(super) kind: ChangeKind,
    pub(super) what: String,
    pub(super) old: Option<Excerpt>,
    pub(super) new: Option<Excerpt>,
    pub(super) direction: Option<Direction>,
    pub(super) wire: WireImpact,
    pub(super) reason: String,
    /// Public items of the difference itself, in addition to those of its site.
    pub(super) anchors: BTreeSet<String>,
}

/// A location in one document, and the text to show for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Excerpt {
    pub(super) pointer: String,
    pub(super) value: Option<String>,
}

impl Excerpt {
    /// The location of a node, showing its value.
    pub(super) fn of(node: &Node<'_>) -> Self {
        Self { pointer: node.at().pointer().to_owned(), value: Some(shown(node.value())) }
    }

    /// A location without a value to show.
    pub(super) fn at(pointer: &str) -> Self {
        Self { pointer: pointer.to_owned(), value: None }
    }

    /// The same location with another text to show.
    pub(super) fn showing(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

/// A string as it is, any other value as JSON; truncated if it is long.
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

/// Two corresponding schemas.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) site: SiteId,
    pub(super) old_component: Option<String>,
    pub(super) new_component: Option<String>,
    pub(super) old_pointer: String,
    pub(super) new_pointer: String,
    /// The Rust names: response types, then request types.
    pub(super) types: Vec<(String, String)>,
}

/// The state of the comparison.
pub(super) struct Walk<'d> {
    pub(super) old: &'d Side,
    pub(super) new: &'d Side,
    pub(super) sites: Vec<Site>,
    pub(super) drafts: Vec<Draft>,
    pub(super) pairs: Vec<Pair>,
    /// The ids of corresponding operations.
    pub(super) operation_pairs: Vec<(String, String)>,
    /// Other renamed identifiers: methods, and types named after an operation.
    pub(super) renames: BTreeMap<String, String>,
    /// The compared schemas.
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

    /// Adds a site below another one.
    pub(super) fn site(&mut self, parent: Option<SiteId>, anchors: impl IntoIterator<Item = String>) -> SiteId {
        self.sites.push(Site {
            anchors: anchors.into_iter().collect(),
            parents: parent.into_iter().collect(),
            operation: None,
        });
        self.sites.len() - 1
    }

    /// Adds another parent to a site.
    pub(super) fn reached_from(&mut self, site: SiteId, parent: SiteId) {
        if let Some(site) = self.sites.get_mut(site) {
            site.parents.insert(parent);
        }
    }

    pub(super) fn draft(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// The most severe impact of a comparison, whose findings are discarded.
    pub(super) fn try_out(&mut self, compare: impl FnOnce(&mut Self)) -> WireImpact {
        let (drafts, pairs, seen) = (self.drafts.len(), self.pairs.len(), self.seen.clone());
        compare(self);
        let worst = self.drafts.drain(drafts..).map(|draft| draft.wire).max().unwrap_or(WireImpact::None);
        self.pairs.truncate(pairs);
        self.seen = seen;
        worst
    }

    /// The operations that lead to a site.
    pub(super) fn operations(&self, site: SiteId) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.climb(site, |_, here| {
            found.extend(here.operation.clone());
            true
        });
        found
    }

    /// Whether a site, or one above it, belongs to this public item.
    pub(super) fn is_below(&self, site: SiteId, item: &str) -> bool {
        let mut found = false;
        self.climb(site, |_, here| {
            found |= here.anchors.contains(item);
            !found
        });
        found
    }

    /// The public items of a site: its own, or the nearest ones above it; with `climb` both.
    pub(super) fn anchors(&self, site: SiteId, climb: bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.climb(site, |id, here| {
            found.extend(here.anchors.iter().cloned());
            here.anchors.is_empty() || (climb && id == site)
        });
        found
    }

    /// Visits a site and the sites above it, each once. Continues above a site only if `look` returns true.
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
