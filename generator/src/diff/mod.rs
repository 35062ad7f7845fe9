//! Compares two versions of a document and judges each change: for the wire and for the generated Rust API.
//!
//! The comparison combines two independent analyses. `walk` compares the documents, with `$ref`s followed and `allOf`
//! merged, and judges each difference on the wire. `surface` collects the public items of the two generated modules,
//! and `attribute` finds the difference that changed each item.

mod attribute;
mod change;
mod components;
mod html;
mod inert;
mod json;
mod markdown;
mod operations;
mod outline;
mod schemas;
mod servers;
mod side;
mod surface;
mod terminal;
mod view;
mod walk;
mod webhooks;
mod wire_names;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use change::{ApiImpact, Bump, Change, ChangeKind, Direction, ItemChange, Severity, WireImpact};
#[doc(hidden)]
pub use inert::inert;
pub use outline::{Outline, OutlineMember, OutlineOperation, OutlineType, Presence};

use crate::problem::Problem;
use crate::settings::Settings;
use crate::sources::Input;
use side::Side;
use walk::{Draft, Excerpt, Walk};

/// The comparison of two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diff {
    /// The old document.
    pub old: DocumentName,
    /// The new document.
    pub new: DocumentName,
    /// Every change, the most severe first, then by location.
    pub changes: Vec<Change>,
    /// The operations and types of both documents, changed or not.
    pub outline: Outline,
}

/// Title and version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentName {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
}

impl Diff {
    /// The most severe impact on the wire.
    pub fn wire(&self) -> WireImpact {
        self.changes.iter().map(|change| change.wire).max().unwrap_or(WireImpact::None)
    }

    /// The most severe impact on the Rust API.
    pub fn rust(&self) -> ApiImpact {
        self.changes.iter().map(|change| change.rust).max().unwrap_or(ApiImpact::None)
    }

    /// The next version of a crate that publishes the generated module. It depends on the Rust API. If only the wire
    /// changes, it is a patch. For a version below 1.0 see [`Bump::before_1_0`].
    pub fn bump(&self) -> Bump {
        match (self.rust(), self.wire()) {
            _ if self.changes.is_empty() => Bump::None,
            (ApiImpact::Breaking, _) => Bump::Major,
            (ApiImpact::Additive, _) | (_, WireImpact::Breaking | WireImpact::Additive) => Bump::Minor,
            _ => Bump::Patch,
        }
    }
}

/// One of the two compared documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there are two documents")]
pub enum DocumentSide {
    /// The old document.
    Old,
    /// The new document.
    New,
}

impl DocumentSide {
    /// `old` or `new`.
    pub fn as_str(self) -> &'static str {
        match self {
            DocumentSide::Old => "old",
            DocumentSide::New => "new",
        }
    }
}

/// The error of [`compare`]: one of the documents is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffError {
    side: DocumentSide,
    problems: Vec<Problem>,
}

impl DiffError {
    /// Which of the two documents is refused.
    pub fn side(&self) -> DocumentSide {
        self.side
    }

    /// The problems, sorted by location. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for DiffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} document is refused", self.side.as_str())?;
        for problem in &self.problems {
            write!(f, "\n{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DiffError {}

/// Compares two versions of a document, each its JSON or YAML text or an [`Input`] of several files, as far as the
/// settings choose operations.
///
/// `settings` are the settings of the generated module, because the impact on the Rust API depends on the generated
/// code. [`Settings::strict`] is ignored.
///
/// # Errors
///
/// One of the documents is refused, with the problems that [`generate`](crate::generate) returns. The old document is
/// checked first.
///
/// # Example
///
/// ```
/// use openapi_smith::Settings;
/// use openapi_smith::diff::{ApiImpact, Bump, WireImpact, compare};
///
/// let old = r#"
/// openapi: 3.0.3
/// info: { title: Weather, version: "1" }
/// paths:
///   /now:
///     get:
///       operationId: currentWeather
///       responses:
///         "200":
///           description: Now.
///           content: { application/json: { schema: { type: object, properties: { rain: { type: boolean } } } } }
/// "#;
/// let new = old.replace("{ rain:", "{ sun: { type: boolean }, rain:");
/// let diff = compare(old, &new, &Settings::new())?;
/// assert_eq!((diff.wire(), diff.rust(), diff.bump()), (WireImpact::Additive, ApiImpact::Additive, Bump::Minor));
/// # Ok::<(), openapi_smith::diff::DiffError>(())
/// ```
pub fn compare<'a, 'b>(
    old: impl Into<Input<'a>>,
    new: impl Into<Input<'b>>,
    settings: &Settings,
) -> Result<Diff, DiffError> {
    let (old, new) = (old.into(), new.into());
    crate::on_large_stack(|| compare_here(&old, &new, settings))
}

fn compare_here(old: &Input<'_>, new: &Input<'_>, settings: &Settings) -> Result<Diff, DiffError> {
    let settings = Settings { strict: false, ..settings.clone() };
    let read = |input, side| Side::new(input, &settings).map_err(|problems| DiffError { side, problems });
    let old = read(old, DocumentSide::Old)?;
    let new = read(new, DocumentSide::New)?;
    let mut walk = Walk::new(&old, &new);
    walk.operations_of_both();
    walk.webhooks_of_both();
    walk.components();
    let attribution = attribute::attribute(&walk);
    let outline = outline::outline(&walk, &attribution.renames);
    let changes = changes(walk, attribution);
    let name =
        |side: &Side| DocumentName { title: side.api.info.title.clone(), version: side.api.info.version.clone() };
    Ok(Diff { old: name(&old), new: name(&new), changes, outline })
}

/// The changes: drafts with their impact on the Rust API. Equal drafts are merged.
fn changes(mut walk: Walk<'_>, attribution: attribute::Attribution) -> Vec<Change> {
    let attribute::Attribution { mut items, unexplained, .. } = attribution;
    // Unattributed items of one type are one change.
    let mut by_owner: BTreeMap<String, Vec<ItemChange>> = BTreeMap::new();
    for item in unexplained {
        by_owner.entry(attribute::owner_of(&item.path).to_owned()).or_default().push(item);
    }
    for (owner, of_owner) in by_owner {
        let (old, new) = attribute::excerpt_of(&walk, &owner);
        let site = walk.site(None, []);
        for operation in attribute::operations_of(&walk, &owner) {
            let from = walk.site(None, []);
            if let Some(from) = walk.sites.get_mut(from) {
                from.operation = Some(operation);
            }
            walk.reached_from(site, from);
        }
        walk.drafts.push(Draft {
            site,
            kind: ChangeKind::GeneratedOnly,
            what: what_changed(&owner, &of_owner),
            old,
            new,
            direction: None,
            wire: WireImpact::None,
            reason: "requests and responses are the same".to_owned(),
            anchors: Default::default(),
        });
        items.push(of_owner);
    }
    // One difference may be found in both directions, and from several operations.
    type Key = (ChangeKind, Option<Excerpt>, Option<Excerpt>, String);
    let mut merged: BTreeMap<Key, Vec<(Draft, Vec<ItemChange>)>> = BTreeMap::new();
    for (draft, items) in walk.drafts.iter().zip(items) {
        let key = (draft.kind, draft.old.clone(), draft.new.clone(), draft.what.clone());
        merged.entry(key).or_default().push((draft.clone(), items));
    }
    let mut changes: Vec<Change> = merged.into_values().filter_map(|drafts| change(&walk, drafts)).collect();
    let pointer = |change: &Change| change.new_pointer.clone().or_else(|| change.old_pointer.clone());
    changes.sort_by(|one, other| {
        (other.severity(), pointer(one), one.kind).cmp(&(one.severity(), pointer(other), other.kind))
    });
    changes
}

/// A description of changed items of one owner that no difference of the documents explains.
fn what_changed(owner: &str, items: &[ItemChange]) -> String {
    let whole = items.iter().find(|item| item.path == owner);
    match whole.map(|item| (item.old.is_some(), item.new.is_some())) {
        Some((false, _)) => format!("`{owner}` added to the generated code"),
        Some((_, false)) => format!("`{owner}` removed from the generated code"),
        _ => format!("the generated code of `{owner}` changed"),
    }
}

/// One change from equal drafts, which have different directions or locations.
fn change(walk: &Walk<'_>, drafts: Vec<(Draft, Vec<ItemChange>)>) -> Option<Change> {
    let (first, _) = drafts.first()?;
    let mut change = Change {
        kind: first.kind,
        what: first.what.clone(),
        old_pointer: first.old.as_ref().map(|excerpt| walk.old.true_pointer(&excerpt.pointer)),
        new_pointer: first.new.as_ref().map(|excerpt| walk.new.true_pointer(&excerpt.pointer)),
        old_value: first.old.as_ref().and_then(|excerpt| excerpt.value.clone()),
        new_value: first.new.as_ref().and_then(|excerpt| excerpt.value.clone()),
        operations: BTreeSet::new(),
        directions_of: BTreeMap::new(),
        directions: drafts.iter().filter_map(|(draft, _)| draft.direction).collect(),
        wire: drafts.iter().map(|(draft, _)| draft.wire).max()?,
        wire_reason: wire_reason(&drafts),
        rust: ApiImpact::None,
        rust_reason: String::new(),
        items: Vec::new(),
    };
    for (draft, _) in &drafts {
        for operation in walk.operations(draft.site) {
            change.directions_of.entry(operation).or_default().extend(draft.direction);
        }
    }
    change.operations = change.directions_of.keys().cloned().collect();
    for item in drafts.into_iter().flat_map(|(_, items)| items) {
        if !change.items.contains(&item) {
            change.items.push(item);
        }
    }
    change.items.sort_by(|one, other| other.verdict.cmp(&one.verdict).then_with(|| one.path.cmp(&other.path)));
    change.rust = change.items.iter().map(|item| item.verdict).max().unwrap_or(ApiImpact::None);
    change.rust_reason = rust_reason(&change.items);
    Some(change)
}

fn wire_reason(drafts: &[(Draft, Vec<ItemChange>)]) -> String {
    let mut reasons: BTreeMap<Option<Direction>, (WireImpact, &str)> = BTreeMap::new();
    for (draft, _) in drafts {
        let reason = reasons.entry(draft.direction).or_insert((draft.wire, &draft.reason));
        if draft.wire > reason.0 {
            *reason = (draft.wire, &draft.reason);
        }
    }
    let reasons: BTreeMap<Option<Direction>, &str> =
        reasons.into_iter().map(|(direction, (_, reason))| (direction, reason)).collect();
    let different: BTreeSet<&&str> = reasons.values().collect();
    if different.len() == 1 {
        return reasons.values().next().copied().unwrap_or_default().to_owned();
    }
    let said = reasons.iter().map(|(direction, reason)| match direction {
        Some(direction) => {
            format!("in {}: {reason}", if *direction == Direction::Request { "a request" } else { "a response" })
        }
        None => (*reason).to_owned(),
    });
    said.collect::<Vec<_>>().join("; ")
}

fn rust_reason(items: &[ItemChange]) -> String {
    const MOST: usize = 3;
    const MOST_LENGTH: usize = 60;
    let Some(first) = items.first() else { return "the public items are the same".to_owned() };
    // Parts of an added or removed item are not mentioned separately.
    let is_said = |item: &ItemChange| {
        let owner = attribute::owner_of(&item.path);
        owner != item.path
            && items.iter().any(|whole| {
                whole.path == owner
                    && whole.old.is_none() == item.old.is_none()
                    && whole.new.is_none() == item.new.is_none()
            })
    };
    let severest: Vec<&ItemChange> =
        items.iter().filter(|item| item.verdict == first.verdict && !is_said(item)).collect();
    let say = |item: &&ItemChange| {
        let path = &item.path;
        match (&item.old, &item.new) {
            _ if item.verdict == ApiImpact::DocsOnly => format!("the documentation of `{path}` changes"),
            (None, _) => format!("`{path}` added"),
            (Some(old), Some(new)) if old.starts_with("const ") => {
                let value = |text: &str| text.split_once(" = ").map(|(_, value)| value.to_owned()).unwrap_or_default();
                format!("the value of `{path}` changed from `{}` to `{}`", value(old), value(new))
            }
            (Some(_), None) => format!("`{path}` removed"),
            (Some(old), Some(new)) if old == new => format!("the attributes of `{path}` changed"),
            (Some(old), Some(new)) if old.len().max(new.len()) <= MOST_LENGTH => {
                format!("`{path}` changed from `{old}` to `{new}`")
            }
            _ if path.ends_with("::new") => format!("the arguments of `{path}` changed"),
            _ => format!("the declaration of `{path}` changed"),
        }
    };
    let mut text = severest.iter().take(MOST).map(say).collect::<Vec<_>>().join("; ");
    if severest.len() > MOST {
        text.push_str(&format!("; and {} more", severest.len() - MOST));
    }
    text
}
