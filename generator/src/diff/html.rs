//! The comparison as one self-contained HTML page: what breaks, every change in groups, then a map of the operations and
//! types.
//!
//! maud escapes all text, and the page's content security policy allows only our style and script, by their hashes.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Diff;
use super::change::{ApiImpact, Change, ItemChange, Severity, WireImpact};
use super::inert::inert;
use super::outline::{OutlineMember, OutlineOperation, OutlineType, Presence};
use super::words::{Run, runs};

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The SHA-256 of [`STYLE`] and [`SCRIPT`] in base64; a test checks them.
const STYLE_HASH: &str = "MdSDWGJdYP3SuO7NjDwXG/MHtSj5f3ZaHXCU5IEWg+M=";
const SCRIPT_HASH: &str = "7meJqSO9Y0ZISkrAWUSB5bbzKkpWEFaAXAxXUXT0Lzg=";

/// The number of unchanged properties that the map shows for a type.
const MOST_UNCHANGED: usize = 6;
/// The number of changes on the first screen.
const MOST_FIRST: usize = 8;
/// The number of changes that are open from the start.
const MOST_OPEN: usize = 25;
/// The number of breaking changes whose groups are open from the start.
const MOST_GROUPS_OPEN: usize = 100;
/// The number of operations that a change names before the rest folds.
const MOST_OPERATIONS: usize = 8;

impl Diff {
    /// One HTML page that loads nothing else: a map of the operations, types and properties, and every change with the
    /// old and the new side, filters and links. Texts of the documents are escaped.
    pub fn to_html(&self) -> String {
        self.to_html_with(&[])
    }

    /// The page of [`to_html`](Self::to_html) with sections of its user, each a title and lines.
    #[doc(hidden)]
    pub fn to_html_with(&self, sections: &[(String, Vec<String>)]) -> String {
        let title = line(&self.heading());
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; \
             form-action 'none'"
        );
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (self.head())
                    main {
                        @if self.changes.is_empty() {
                            p.empty { "No changes." }
                        } @else {
                            (self.first())
                            (self.list())
                        }
                        @for (title, lines) in sections {
                            section.own {
                                h2 { (line(title)) }
                                ul { @for entry in lines { li { (line(entry)) } } }
                            }
                        }
                        (self.map())
                    }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }

    fn head(&self) -> Markup {
        let first = |test: &dyn Fn(&Change) -> bool| self.changes.iter().find(|change| test(change));
        let link = |change: Option<&Change>, text: &str| match change {
            Some(change) => html! { a href={ "#" (self.id(change)) } { (text) } },
            None => html! { (text) },
        };
        let (wire, rust) = (self.wire(), self.rust());
        html! {
            header {
                div {
                    h1 { (line(&self.new.title)) }
                    p.versions { (line(&self.old.version)) " → " (line(&self.new.version)) }
                }
                button #theme type="button" title="Light or dark" aria-label="Light or dark" { "◐" }
                ul.totals {
                    li class=(of_wire(wire)) {
                        small { "wire" } b { (link(first(&|change| change.wire == wire), wire.as_str())) }
                    }
                    li class=(of_rust(rust)) {
                        small { "Rust API" } b { (link(first(&|change| change.rust == rust), rust.as_str())) }
                    }
                    li {
                        small { "next version" } b { (self.bump().as_str()) }
                        small { "before 1.0: " (self.bump().before_1_0().as_str()) }
                    }
                }
            }
        }
    }

    fn of(&self, severity: Severity) -> Vec<&Change> {
        self.changes.iter().filter(|change| change.severity() == severity).collect()
    }

    /// The breaking changes in a line each.
    fn first(&self) -> Markup {
        let mut breaking = self.of(Severity::Breaking);
        breaking.sort_by_key(|change| std::cmp::Reverse((change.wire, change.rust)));
        let rest = breaking.len().saturating_sub(MOST_FIRST);
        html! {
            section.first aria-labelledby="first" {
                h2 #first { @if breaking.is_empty() { "Nothing breaks" } @else { "What breaks" } }
                @if breaking.is_empty() {
                    p { "Existing code compiles, and deployed clients work." }
                } @else {
                    ul {
                        @for change in breaking.iter().take(MOST_FIRST) {
                            li { a href={ "#" (self.id(change)) } { (prose(&change.what)) } " " (breaks(change)) }
                        }
                    }
                    @if rest > 0 { p { a href="#breaking" { "and " (rest) " more" } } }
                }
            }
        }
    }

    fn map(&self) -> Markup {
        let operations = &self.outline.operations;
        html! {
            section aria-labelledby="map" {
                h2 #map { "Map" }
                details.map {
                    summary { "Operations (" (operations.len()) ")" }
                    ul.operations { @for operation in operations { (self.operation(operation)) } }
                }
                @if !self.outline.types.is_empty() {
                    details.map {
                        summary { "Types (" (self.outline.types.len()) ")" }
                        ul.types { @for ty in &self.outline.types { (self.ty(ty)) } }
                    }
                }
            }
        }
    }

    fn operation(&self, operation: &OutlineOperation) -> Markup {
        let reaching: Vec<&Change> =
            self.changes.iter().filter(|change| change.operations.contains(&operation.id)).collect();
        html! {
            li class={ (severity(reaching.iter().copied())) " " (presence(operation.presence)) } {
                span.method { (operation.method) } " " span.path { (line(&operation.path)) }
                span.sub {
                    (line(&operation.id)) ": "
                    @match reaching.first() {
                        Some(first) => {
                            a href={ "#" (self.id(first)) } data-operation=(operation.id) { (counted(reaching.len())) }
                        }
                        None => { (counted(0)) }
                    }
                }
            }
        }
    }

    fn ty(&self, ty: &OutlineType) -> Markup {
        let path = format!("types::{}", ty.name);
        let is_of = |change: &&Change| {
            is_inside(&ty.pointer, change.pointer()) || change.items.iter().any(|item| is_part(&item.path, &path))
        };
        let of_type: Vec<&Change> = self.changes.iter().filter(is_of).collect();
        let altered: Vec<(&OutlineMember, Vec<&Change>)> = ty
            .members
            .iter()
            .map(|member| (member, of_type.iter().copied().filter(|change| self.alters(change, ty, member)).collect()))
            .collect();
        let mut unchanged = 0;
        let is_shown = |entry: &&(&OutlineMember, Vec<&Change>)| {
            unchanged += usize::from(entry.1.is_empty());
            !entry.1.is_empty() || unchanged <= MOST_UNCHANGED
        };
        let shown: Vec<_> = altered.iter().filter(is_shown).collect();
        let hidden = altered.len() - shown.len();
        html! {
            li class={ (severity(of_type.iter().copied())) " " (presence(ty.presence)) } {
                h3.name { (line(&ty.name)) }
                @if let Some(first) = of_type.first() {
                    span.sub { a href={ "#" (self.id(first)) } { (counted(of_type.len())) } }
                }
                div.members {
                    @for (member, changes) in shown {
                        @if let Some(first) = changes.first() {
                            a class={ "chip " (severity(changes.iter().copied())) " " (presence(member.presence)) }
                                href={ "#" (self.id(first)) } { (line(&member.name)) }
                        } @else {
                            span class="chip none" { (line(&member.name)) }
                        }
                    }
                    @if hidden > 0 { span.rest { "and " (hidden) " more" } }
                }
            }
        }
    }

    fn alters(&self, change: &Change, ty: &OutlineType, member: &OutlineMember) -> bool {
        let pointer = crate::Location::at(format!("{}/properties", ty.pointer)).child(&member.name);
        is_inside(pointer.pointer(), change.pointer())
            || change.items.iter().any(|item| member.paths.iter().any(|path| is_part(&item.path, path)))
    }

    fn list(&self) -> Markup {
        let mut known = BTreeSet::new();
        let operations: Vec<&OutlineOperation> = self
            .outline
            .operations
            .iter()
            .filter(|operation| self.changes.iter().any(|change| change.operations.contains(&operation.id)))
            .filter(|operation| known.insert(&operation.id))
            .collect();
        html! {
            section aria-labelledby="changes" {
                h2 #changes { "All changes" }
                nav.filters aria-label="Filters" {
                    a.count href="#changes" data-severity="" aria-current="true" { "all " (self.changes.len()) }
                    @for severity in Severity::ALL {
                        @if !self.of(severity).is_empty() {
                            a class={ "count pill " (severity.as_str()) } href={ "#" (severity.as_str()) }
                                data-severity=(severity.as_str()) {
                                (severity.heading()) " " (self.of(severity).len())
                            }
                        }
                    }
                    select #operation aria-label="Operation" {
                        option value="" { "all operations" }
                        @for operation in operations { option value=(operation.id) { (line(&operation.id)) } }
                    }
                    input #search type="search" placeholder="Search" aria-label="Search";
                    span #shown .shown role="status" {}
                }
                @for severity in Severity::ALL { (self.with_severity(severity)) }
            }
        }
    }

    /// The changes of one severity, by what they belong to.
    fn with_severity(&self, severity: Severity) -> Markup {
        let changes = self.of(severity);
        let mut groups: Vec<(String, Vec<&Change>)> = Vec::new();
        for change in &changes {
            let subject = subject(change.pointer());
            match groups.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, group)) => group.push(change),
                None => groups.push((subject, vec![change])),
            }
        }
        let is_open =
            self.changes.len() <= MOST_OPEN || (severity == Severity::Breaking && changes.len() <= MOST_GROUPS_OPEN);
        html! {
            @if !changes.is_empty() {
                section.severity data-severity=(severity.as_str()) aria-labelledby=(severity.as_str()) {
                    h3 #(severity.as_str()) { (severity.heading()) " (" (changes.len()) ")" }
                    @for (subject, group) in &groups {
                        details.group open[is_open] {
                            summary {
                                span.subject { (line(subject)) } " "
                                span.sub { (counted(group.len())) }
                            }
                            @for change in group {
                                (self.change(change, is_open && changes.len() <= MOST_OPEN))
                            }
                        }
                    }
                }
            }
        }
    }

    fn change(&self, change: &Change, is_open: bool) -> Markup {
        let operations: Vec<&String> = change.operations.iter().collect();
        html! {
            details #(self.id(change)) class={ "change " (change.severity().as_str()) } open[is_open]
                data-operations=(serde_json::json!(operations).to_string()) {
                summary {
                    span.what { (prose(&change.what)) } " "
                    span class={ "pill " (of_wire(change.wire)) } { "wire: " (change.wire.as_str()) } " "
                    span class={ "pill " (of_rust(change.rust)) } { "Rust: " (change.rust.as_str()) }
                }
                p.pointer { (pointers(change)) }
                dl.verdicts {
                    dt { "wire" } dd { (prose(&change.wire_reason)) }
                    dt { "Rust" } dd { (prose(&change.rust_reason)) }
                }
                (sides(change))
                @if !change.items.is_empty() {
                    details.more {
                        summary { "In the generated module: " (counted_items(change.items.len())) }
                        ul.items { @for item in &change.items { (shown_item(item)) } }
                    }
                }
                (reached(change))
            }
        }
    }

    /// The anchor of a change.
    fn id(&self, change: &Change) -> String {
        let index = self.changes.iter().position(|other| std::ptr::eq(other, change)).unwrap_or_default();
        format!("c{}", index + 1)
    }
}

/// A text on one line.
fn line(text: &str) -> String {
    inert(text, false)
}

/// A sentence of the comparison, with names of the document between backticks.
fn prose(text: &str) -> Markup {
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    html! {
        @for (index, piece) in pieces.iter().enumerate() {
            @if index % 2 == 1 && index < last { code { (line(piece)) } } @else { (line(piece)) }
        }
    }
}

fn pointers(change: &Change) -> String {
    match (&change.old_pointer, &change.new_pointer) {
        (Some(old), Some(new)) if old != new => format!("#{} → #{}", line(old), line(new)),
        _ => format!("#{}", line(change.pointer())),
    }
}

/// The pills of a breaking change: the side that breaks.
fn breaks(change: &Change) -> Markup {
    html! {
        @if change.wire == WireImpact::Breaking { span.pill.breaking { "wire" } }
        @if change.wire == WireImpact::Breaking && change.rust == ApiImpact::Breaking { " " }
        @if change.rust == ApiImpact::Breaking { span.pill.breaking { "Rust" } }
    }
}

/// The operation or the component of a pointer.
fn subject(pointer: &str) -> String {
    let segments: Vec<String> = pointer.split('/').skip(1).map(crate::location::unescape).collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["paths", path, "additionalOperations", method, ..] => format!("{method} {path}"),
        ["paths", path, method, ..] if *method != "parameters" => format!("{} {path}", method.to_uppercase()),
        ["paths", path, ..] => (*path).to_owned(),
        ["components", "schemas", name, ..] | ["definitions", name, ..] => (*name).to_owned(),
        ["components", section, name, ..] => format!("{name} ({section})"),
        _ => "The document".to_owned(),
    }
}

/// The affected operations, each with its directions.
fn reached(change: &Change) -> Markup {
    let all: Vec<(&str, String)> = change.reach().collect();
    let list = |some: &[(&str, String)]| {
        html! {
            @for (index, (id, directions)) in some.iter().enumerate() {
                @if index > 0 { ", " }
                code { (line(id)) } @if !directions.is_empty() { " (" (directions) ")" }
            }
        }
    };
    html! {
        @if all.len() > MOST_OPERATIONS {
            details.more { summary { (all.len()) " operations" } p.reached { (list(&all)) } }
        } @else if !all.is_empty() {
            p.reached { "Operations: " (list(&all)) }
        }
    }
}

/// The old and the new value. Two texts are one text with marked words; a value without counterpart stands alone.
fn sides(change: &Change) -> Markup {
    let side = |name: &str, value: Markup| html! { div { small { (name) } pre { (value) } } };
    let plain = |value: &str| html! { (inert(value, true)) };
    match (change.old_value.as_deref(), change.new_value.as_deref()) {
        (None, None) => html! {},
        (Some(old), None) => html! { div.sides { (side("removed", plain(old))) } },
        (None, Some(new)) => html! { div.sides { (side("added", plain(new))) } },
        (Some(old), Some(new)) if old == new => html! {},
        (Some(old), Some(new)) => {
            let runs = runs(old, new);
            let is_word = |run: &Run| matches!(run, Run::Same(text) if text.contains(char::is_alphanumeric));
            if runs.iter().any(is_word) {
                html! { div.sides { (side("changed", words(&runs))) } }
            } else {
                html! { div.sides { (side("old", plain(old))) (side("new", plain(new))) } }
            }
        }
    }
}

fn words(runs: &[Run]) -> Markup {
    html! {
        @for run in runs {
            @match run {
                Run::Same(text) => { (inert(&around(text), true)) }
                Run::Gone(text) => { del { (inert(text, true)) } }
                Run::Fresh(text) => { ins { (inert(text, true)) } }
            }
        }
    }
}

/// The ends of a long text without differences.
fn around(text: &str) -> String {
    const AROUND: usize = 200;
    let length = text.chars().count();
    if length <= 2 * AROUND {
        return text.to_owned();
    }
    let start: String = text.chars().take(AROUND).collect();
    let end: String = text.chars().skip(length - AROUND).collect();
    format!("{start} […] {end}")
}

fn shown_item(item: &ItemChange) -> Markup {
    html! {
        li {
            span class={ "pill " (of_rust(item.verdict)) } { (item.verdict.as_str()) } " "
            code { (line(&item.path)) }
            @match (&item.old, &item.new) {
                (Some(old), Some(new)) if old != new => { " changed from " code { (line(old)) } " to " code { (line(new)) } }
                (Some(_), None) => { " removed" }
                (None, Some(new)) => { " added: " code { (line(new)) } }
                _ => {}
            }
        }
    }
}

fn counted(number: usize) -> String {
    match number {
        0 => "no change".to_owned(),
        1 => "1 change".to_owned(),
        _ => format!("{number} changes"),
    }
}

fn counted_items(number: usize) -> String {
    if number == 1 { "1 item".to_owned() } else { format!("{number} items") }
}

/// Whether a pointer is the same as another one or below it.
fn is_inside(outer: &str, pointer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an item is this one or a part of it.
fn is_part(item: &str, path: &str) -> bool {
    item.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '#']))
}

fn severity<'c>(changes: impl Iterator<Item = &'c Change>) -> &'static str {
    changes.map(Change::severity).max().unwrap_or(Severity::None).as_str()
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Old => "gone",
        Presence::New => "fresh",
        Presence::Both => "kept",
    }
}

fn of_wire(wire: WireImpact) -> &'static str {
    match wire {
        WireImpact::None => "none",
        WireImpact::ConstraintOnly => "minor",
        WireImpact::Additive => "additive",
        WireImpact::Breaking => "breaking",
    }
}

fn of_rust(rust: ApiImpact) -> &'static str {
    match rust {
        ApiImpact::None => "none",
        ApiImpact::DocsOnly => "minor",
        ApiImpact::Additive => "additive",
        ApiImpact::Breaking => "breaking",
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_the_style_and_the_script() {
        let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
        assert_eq!(hash(STYLE), STYLE_HASH, "the style changed: put its new hash into `STYLE_HASH`");
        assert_eq!(hash(SCRIPT), SCRIPT_HASH, "the script changed: put its new hash into `SCRIPT_HASH`");
    }
}
