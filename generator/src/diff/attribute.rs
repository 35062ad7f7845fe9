//! Finds the changed public items of the two modules, and the difference that changed each.
//!
//! The items decide the impact on the Rust API. Each difference lists the paths of items that it may change; an item
//! that no difference lists becomes a separate change, so none is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{ApiImpact, ChangeKind, ItemChange};
use super::surface::{Entry, Surface, rename, renamed};
use super::walk::{Draft, Excerpt, Walk};
use super::{outline, wire_names};

/// The result: the items of each draft, and the unattributed items.
pub(super) struct Attribution {
    pub(super) items: Vec<Vec<ItemChange>>,
    pub(super) unexplained: Vec<ItemChange>,
    /// The renamed identifiers.
    pub(super) renames: BTreeMap<String, String>,
}

impl Attribution {
    fn give(&mut self, drafts: &[usize], item: &ItemChange) {
        for index in drafts {
            if let Some(items) = self.items.get_mut(*index) {
                items.push(item.clone());
            }
        }
    }

    /// The drafts of items that a changed re-export names, or that name the re-export.
    fn by_names(&self, walk: &Walk<'_>, change: &ItemChange) -> Vec<usize> {
        let words = |text: Option<&String>| -> BTreeSet<String> {
            let text = text.map(String::as_str).unwrap_or_default();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
        };
        let (before, after) = (words(change.old.as_ref()), words(change.new.as_ref()));
        let names: BTreeSet<&String> = before.symmetric_difference(&after).collect();
        let is_type = |item: &ItemChange| names.iter().any(|name| item.path == format!("types::{name}"));
        let is_reexport = !change.path.contains([':', '.']);
        let uses = |item: &ItemChange| {
            is_reexport && [&item.old, &item.new].iter().any(|shown| words(shown.as_ref()).contains(&change.path))
        };
        let is_text = |index: usize| walk.drafts.get(index).is_some_and(|draft| draft.kind.is_text());
        let with = |test: &dyn Fn(usize, &ItemChange) -> bool| -> Vec<usize> {
            let all = self.items.iter().enumerate().filter(|(index, _)| !is_text(*index));
            all.filter(|(index, items)| items.iter().any(|item| test(*index, item))).map(|(index, _)| index).collect()
        };
        let found = with(&|_, item| is_type(item) || uses(item));
        if !found.is_empty() || !is_reexport {
            return found;
        }
        let is_security =
            |index: usize| walk.drafts.get(index).is_some_and(|draft| draft.kind == ChangeKind::SecurityChanged);
        with(&|index, item| item.verdict == change.verdict && is_security(index))
    }
}

/// A changed public item of the module.
struct Difference {
    change: ItemChange,
    /// The paths under which a draft may list it: its own, or those of its changed arguments.
    keys: Vec<String>,
    /// The item that contains it.
    owner: String,
    docs_differ: bool,
    /// Whether the containing item was added or removed as a whole.
    is_whole: bool,
}

/// The drafts that list each public item. An index, because a document may change in ten thousand locations.
struct Noted {
    by_path: BTreeMap<String, Vec<usize>>,
    /// The drafts with a path that ends in `*` and stands for a prefix.
    by_prefix: BTreeMap<String, Vec<usize>>,
}

impl Noted {
    fn new(walk: &Walk<'_>, renames: &BTreeMap<String, String>) -> Self {
        let mut noted = Self { by_path: BTreeMap::new(), by_prefix: BTreeMap::new() };
        for (index, draft) in walk.drafts.iter().enumerate() {
            for anchor in anchors_of(walk, draft, renames) {
                match anchor.strip_suffix('*') {
                    Some(prefix) => noted.by_prefix.entry(prefix.to_owned()).or_default().push(index),
                    None => noted.by_path.entry(anchor).or_default().push(index),
                }
            }
        }
        noted
    }

    fn at(&self, path: &str) -> Vec<usize> {
        self.by_path.get(path).cloned().unwrap_or_default()
    }

    /// The drafts of an item and of its parts.
    fn under(&self, path: &str) -> Vec<usize> {
        let is_part = |noted: &str| {
            noted.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '#']))
        };
        let from = self.by_path.range(path.to_owned()..).take_while(|(noted, _)| noted.starts_with(path));
        let mut found: Vec<usize> =
            from.filter(|(noted, _)| is_part(noted)).flat_map(|(_, drafts)| drafts.clone()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn by_beginning(&self, name: &str) -> Vec<usize> {
        let fitting = self.by_prefix.iter().filter(|(prefix, _)| name.starts_with(prefix.as_str()));
        let mut found: Vec<usize> = fitting.flat_map(|(_, drafts)| drafts.clone()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Attributes every changed item of the two surfaces.
pub(super) fn attribute(walk: &Walk<'_>) -> Attribution {
    let renames = renames(walk);
    let old = renamed(&walk.old.surface, &renames);
    let noted = Noted::new(walk, &renames);
    let mut attribution =
        Attribution { items: vec![Vec::new(); walk.drafts.len()], unexplained: Vec::new(), renames: renames.clone() };
    let mut differences = renamed_items(&renames);
    differences.extend(compare(&old, &walk.new.surface));
    let (explained, waiting): (Vec<_>, Vec<_>) = differences
        .into_iter()
        .map(|difference| (explain(walk, &noted, &difference), difference))
        .partition(|(found, _)| !found.is_empty());
    for (found, difference) in explained {
        attribution.give(&found, &difference.change);
        // A changed text, beside other changes of the same item.
        if difference.docs_differ && difference.change.verdict > ApiImpact::DocsOnly {
            let docs = ItemChange { verdict: ApiImpact::DocsOnly, ..difference.change.clone() };
            let is_text = |index: &usize| walk.drafts.get(*index).is_some_and(|draft| !draft.kind.is_structural());
            let here = noted.at(&difference.change.path).into_iter();
            let texts: Vec<usize> = here.filter(|index| is_text(index) && !found.contains(index)).collect();
            attribution.give(&texts, &docs);
        }
    }
    // Items that name a changed item, and the re-exports that they need.
    for (_, Difference { change, .. }) in waiting {
        let mut found = attribution.by_names(walk, &change);
        if found.is_empty() {
            found = from_below(walk, &change);
        }
        if found.is_empty() {
            attribution.unexplained.push(change);
        } else {
            attribution.give(&found, &change);
        }
    }
    attribution
}

/// The renamed identifiers.
fn renames(walk: &Walk<'_>) -> BTreeMap<String, String> {
    let mut renames = walk.renames.clone();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let is_in = |surface: &Surface, name: &str| surface.contains_key(&format!("types::{name}"));
    for (from, to) in walk.pairs.iter().flat_map(|pair| &pair.types) {
        let is_rename = from != to && !is_in(&walk.new.surface, from) && !is_in(&walk.old.surface, to);
        if is_rename && !renames.contains_key(from) && taken.insert(to) {
            renames.insert(from.clone(), to.clone());
        }
    }
    renames
}

/// Renamed items. Each is a removal of the old name.
fn renamed_items(renames: &BTreeMap<String, String>) -> Vec<Difference> {
    let item = |(from, to): (&String, &String)| {
        let (old, new) = match from.strip_prefix("Client::") {
            Some(_) => (from.clone(), format!("Client::{to}")),
            None => (from.clone(), to.clone()),
        };
        let keys = vec![new.clone(), format!("types::{new}")];
        let change =
            ItemChange { path: new.clone(), old: Some(old), new: Some(new.clone()), verdict: ApiImpact::Breaking };
        Difference { change, keys, owner: new, docs_differ: false, is_whole: true }
    };
    renames.iter().map(item).collect()
}

fn anchors_of(walk: &Walk<'_>, draft: &Draft, renames: &BTreeMap<String, String>) -> BTreeSet<String> {
    let own =
        if draft.anchors.is_empty() { walk.anchors(draft.site, climbs(draft.kind)) } else { draft.anchors.clone() };
    let new_names = own.iter().map(|anchor| rename(anchor, renames)).collect::<Vec<_>>();
    own.into_iter().chain(new_names).collect()
}

/// Whether such a change alters the types that refer to the changed one, too.
fn climbs(kind: ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::TypeChanged
            | ChangeKind::FormatChanged
            | ChangeKind::Nullable
            | ChangeKind::NotNullable
            | ChangeKind::SchemaMoved
            | ChangeKind::SchemaRenamed
            | ChangeKind::AdditionalProperties
            | ChangeKind::BranchAdded
            | ChangeKind::BranchRemoved
            | ChangeKind::TextChanged
            | ChangeKind::DefaultChanged
            | ChangeKind::ConstraintChanged
            | ChangeKind::Deprecated
            | ChangeKind::NotDeprecated
    )
}

/// Every changed item.
fn compare(old: &Surface, new: &Surface) -> Vec<Difference> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    paths.into_iter().filter_map(|path| difference(path, old, new)).collect()
}

fn difference(path: &str, old: &Surface, new: &Surface) -> Option<Difference> {
    let (before, after) = (old.get(path), new.get(path));
    let owner = before.or(after).and_then(|entry| entry.owner.clone()).unwrap_or_else(|| path.to_owned());
    let moved = wire_names::moved(path, old, new);
    let (verdict, keys) = match (before, after) {
        (Some(before), Some(after)) => changed(path, before, after, &moved)?,
        (Some(_), None) => (ApiImpact::Breaking, vec![path.to_owned()]),
        (None, Some(_)) => {
            // A new field or variant breaks users who construct or match the item exhaustively.
            let is_part = path.len() > owner.len() && !path.contains(": ");
            let is_exhaustive = old.get(&owner).is_some_and(|entry| entry.is_exhaustive && entry.signature != "impl");
            let is_method = after.is_some_and(|entry| entry.signature.ends_with("fn"));
            let breaks = is_part && is_exhaustive && !is_method;
            (if breaks { ApiImpact::Breaking } else { ApiImpact::Additive }, vec![path.to_owned()])
        }
        (None, None) => return None,
    };
    let docs_differ = matches!((before, after), (Some(before), Some(after)) if before.docs != after.docs);
    let shown = |entry: Option<&Entry>| entry.map(|entry| wire_names::shown(entry, &moved));
    let change = ItemChange { path: path.to_owned(), old: shown(before), new: shown(after), verdict };
    let is_whole = old.contains_key(&owner) != new.contains_key(&owner);
    Some(Difference { change, keys, owner, docs_differ, is_whole })
}

/// How an item of both modules changed, and the paths under which a difference may list it.
fn changed(path: &str, before: &Entry, after: &Entry, moved: &[String]) -> Option<(ApiImpact, Vec<String>)> {
    let mut keys: Vec<String> = moved.iter().filter(|key| !key.is_empty()).map(|key| format!("{path}#{key}")).collect();
    let of = |entry: &Entry, name: &str| entry.arguments.iter().find(|(other, _)| other == name).cloned();
    for (name, _) in before.arguments.iter().chain(&after.arguments) {
        let key = format!("{path}#{name}");
        if of(before, name) != of(after, name) && !keys.contains(&key) {
            keys.push(key);
        }
    }
    if before.returns != after.returns {
        keys.push(format!("{path}#return"));
    }
    let is_other = before.signature != after.signature
        || before.arguments != after.arguments
        || before.returns != after.returns
        || (after.is_exhaustive != before.is_exhaustive)
        || !moved.is_empty();
    if is_other {
        if keys.is_empty() {
            keys.push(path.to_owned());
        }
        return Some((ApiImpact::Breaking, keys));
    }
    if before.deprecated != after.deprecated {
        return Some((ApiImpact::Additive, vec![path.to_owned()]));
    }
    (before.docs != after.docs).then(|| (ApiImpact::DocsOnly, vec![path.to_owned()]))
}

/// The drafts of a changed item: those that list it, else those that list the item that contains it.
fn explain(walk: &Walk<'_>, noted: &Noted, difference: &Difference) -> Vec<usize> {
    let Difference { change, keys, owner, .. } = difference;
    let is_docs = change.verdict == ApiImpact::DocsOnly;
    let pick = |mut matching: Vec<usize>, all: bool| {
        matching.sort_unstable();
        matching.dedup();
        if !is_docs {
            matching.retain(|index| walk.drafts.get(*index).is_some_and(|draft| !draft.kind.is_text()));
        }
        let is_structural = |index: &usize| walk.drafts.get(*index).is_some_and(|draft| draft.kind.is_structural());
        let structural: Vec<usize> = matching.iter().copied().filter(is_structural).collect();
        match (is_docs, structural.is_empty()) {
            (true, _) => matching,
            (false, false) => structural,
            (false, true) if all => matching,
            (false, true) => Vec::new(),
        }
    };
    let exact = pick(keys.iter().flat_map(|key| noted.at(key)).collect(), true);
    if !exact.is_empty() {
        return exact;
    }
    let by_location = explain_by_location(walk, difference);
    if !by_location.is_empty() {
        return of_its_operation(walk, by_location, owner);
    }
    let whole = if is_docs { &change.path } else { owner };
    let under = keys.iter().chain([whole]).flat_map(|path| noted.under(path)).collect();
    let under = pick(under, false);
    if !under.is_empty() {
        return under;
    }
    if is_docs {
        // The documentation of a part may describe the whole.
        let of_owner = pick(noted.under(owner), true);
        if !of_owner.is_empty() {
            return of_owner;
        }
    }
    let root = owner.strip_prefix("types::").unwrap_or(owner);
    pick(noted.by_beginning(root), is_docs)
}

/// The drafts below the type of an item. The required properties of branches decide how a union is decoded.
fn from_below(walk: &Walk<'_>, change: &ItemChange) -> Vec<usize> {
    let owner = owner_of(&change.path);
    let is_below = |index: &usize| {
        walk.drafts.get(*index).is_some_and(|draft| draft.kind.is_structural() && walk.is_below(draft.site, owner))
    };
    (0..walk.drafts.len()).filter(is_below).collect()
}

/// The drafts that added or removed the schema around a type's schema, together with the type.
fn explain_by_location(walk: &Walk<'_>, difference: &Difference) -> Vec<usize> {
    let Some(name) = difference.owner.strip_prefix("types::").filter(|_| difference.is_whole) else {
        return Vec::new();
    };
    let origin = |side: &super::side::Side| side.origin_of(name);
    let pointer_of = |draft: &Draft, is_new: bool| {
        let excerpt = if is_new { &draft.new } else { &draft.old };
        excerpt.as_ref().map(|excerpt| excerpt.pointer.clone())
    };
    let mut best: Vec<usize> = Vec::new();
    let mut length = 0;
    for is_new in [true, false] {
        let Some(origin) = origin(if is_new { walk.new } else { walk.old }) else { continue };
        for (index, draft) in walk.drafts.iter().enumerate().filter(|(_, draft)| draft.kind.is_structural()) {
            let Some(pointer) = pointer_of(draft, is_new) else { continue };
            let pointer = target(if is_new { walk.new } else { walk.old }, pointer);
            let is_inside = origin.strip_prefix(&pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            if !is_inside || pointer.len() < length || pointer.is_empty() {
                continue;
            }
            if pointer.len() > length {
                best.clear();
                length = pointer.len();
            }
            best.push(index);
        }
    }
    best.dedup();
    best
}

/// The component that a location refers to, if it is not a schema, which has a difference of its own.
fn target(side: &super::side::Side, pointer: String) -> String {
    let reference = side.at(&pointer).and_then(|node| node.get("$ref")?.value().as_str().map(str::to_owned));
    let target = reference.as_deref().and_then(|text| text.strip_prefix('#'));
    let target = target.filter(|target| !target.starts_with("/components/schemas/"));
    target.map_or(pointer, str::to_owned)
}

/// The drafts of the operation after which a type is named; all drafts if it is named otherwise.
fn of_its_operation(walk: &Walk<'_>, drafts: Vec<usize>, owner: &str) -> Vec<usize> {
    let name = owner.strip_prefix("types::").unwrap_or(owner);
    let is_named_after = |index: &usize| {
        let Some(draft) = walk.drafts.get(*index) else { return false };
        let reached = walk.operations(draft.site);
        let operations = walk.new.api.operations.iter().chain(&walk.old.api.operations);
        operations
            .filter(|operation| reached.contains(&operation.name.wire))
            .any(|operation| name.starts_with(operation.type_prefix.as_str()))
    };
    let own: Vec<usize> = drafts.iter().copied().filter(is_named_after).collect();
    if own.is_empty() { drafts } else { own }
}

/// The type or method that an item is, or belongs to.
pub(super) fn owner_of(path: &str) -> &str {
    let start = path.find("::").filter(|_| path.starts_with("types::") || path.starts_with("Client::"));
    let name = start.map_or(0, |start| start + 2);
    let rest = path.get(name..).unwrap_or_default();
    let end = rest.find(['.', ':', ' ']).map_or(path.len(), |end| name + end);
    path.get(..end).unwrap_or(path)
}

/// The operations of an item: of its method, or those whose requests and responses have its type.
pub(super) fn operations_of(walk: &Walk<'_>, owner: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for side in [walk.new, walk.old] {
        for operation in &side.api.operations {
            let own = outline::own_items(operation);
            let is_its_own = own.iter().any(|item| item == owner || owner.strip_prefix("Client::") == Some(item));
            let is_reached = || {
                let reached = outline::reach(side, operation);
                reached.iter().filter_map(|id| side.api.get(id)).any(|def| {
                    let names = std::iter::once(&def.name.rust).chain(&def.request_name);
                    owner.strip_prefix("types::").is_some_and(|ty| names.into_iter().any(|name| name == ty))
                })
            };
            if is_its_own || is_reached() {
                found.insert(operation.name.wire.clone());
            }
        }
    }
    found
}

/// The locations of an unattributed item in both documents, if known.
pub(super) fn excerpt_of(walk: &Walk<'_>, path: &str) -> (Option<Excerpt>, Option<Excerpt>) {
    let type_name = path.strip_prefix("types::").unwrap_or(path);
    let type_name = type_name.split(['.', ':', ' ']).next().unwrap_or_default();
    let method = path.strip_prefix("Client::").unwrap_or_default();
    let find = |side: &super::side::Side| {
        let of_operation =
            side.api.operations.iter().find(|operation| {
                operation.name.rust == method || type_name.starts_with(operation.type_prefix.as_str())
            });
        let operation = || of_operation.map(|operation| operation.origin.pointer().to_owned());
        side.origin_of(type_name).or_else(operation).map(|pointer| Excerpt::at(&pointer))
    };
    (find(walk.old), find(walk.new))
}
