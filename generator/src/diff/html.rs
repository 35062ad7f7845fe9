//! The comparison as one self-contained HTML page: a map of the operations and types, and every change with both sides.
//!
//! maud escapes all text, and the page's content security policy allows only our style and script, by their hashes.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Diff;
use super::change::{ApiImpact, Change, ItemChange, Severity, WireImpact};
use super::inert::inert;
use super::outline::{OutlineMember, OutlineOperation, OutlineType, Presence};
use super::words::{Run, runs};

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The SHA-256 of [`STYLE`] and [`SCRIPT`] in base64; a test checks them.
const STYLE_HASH: &str = "0zE7d2R+xQ5mGpPSUKY9TIUxaZAAdTV0HX4yL7tf5Zs=";
const SCRIPT_HASH: &str = "6zMv72NxmZqZV3rpe2JS+wfp2dQFwyXUmyp5hd2MJvs=";

/// The number of unchanged properties that the map shows for a type.
const MOST_UNCHANGED: usize = 6;

impl Diff {
    /// One HTML page that loads nothing else: a map of the operations, types and properties, and every change with the
    /// old and the new side, filters and links. Texts of the documents are escaped.
    pub fn to_html(&self) -> String {
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
                        }
                        (self.map())
                        @if !self.changes.is_empty() {
                            (self.list())
                        }
                    }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }

    fn head(&self) -> Markup {
        html! {
            header {
                div {
                    h1 { (line(&self.new.title)) }
                    p.versions { (line(&self.old.version)) " → " (line(&self.new.version)) }
                }
                button #theme type="button" title="Light or dark" aria-label="Light or dark" { "◐" }
                ul.totals {
                    li class=(of_wire(self.wire())) { small { "wire" } b { (self.wire().as_str()) } }
                    li class=(of_rust(self.rust())) { small { "Rust API" } b { (self.rust().as_str()) } }
                    li { small { "next version" } b { (self.bump().as_str()) } }
                    li { small { "before 1.0" } b { (self.bump().before_1_0().as_str()) } }
                    li { small { "changes" } b { (self.changes.len()) } }
                }
            }
        }
    }

    fn map(&self) -> Markup {
        html! {
            section aria-labelledby="map" {
                h2 #map { "Operations" }
                ul.operations {
                    @for operation in &self.outline.operations { (self.operation(operation)) }
                }
                @if !self.outline.types.is_empty() {
                    h2 { "Types" }
                    ul.types {
                        @for ty in &self.outline.types { (self.ty(ty)) }
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
                button type="button" aria-pressed="false" data-operation=(operation.id) {
                    span.method { (operation.method) } " " span.path { (line(&operation.path)) }
                    span.sub { (line(&operation.id)) ": " (counted(reaching.len())) }
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
        let operations: Vec<&String> = ty.operations.iter().collect();
        html! {
            li class={ (severity(of_type.iter().copied())) " " (presence(ty.presence)) }
                data-operations=(serde_json::json!(operations).to_string()) {
                h3.name { (line(&ty.name)) }
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
        let count = |severity: Severity| self.changes.iter().filter(|change| change.severity() == severity).count();
        html! {
            section aria-labelledby="changes" {
                h2 #changes { "Changes" }
                div.filters role="group" aria-label="Filters" {
                    @for severity in Severity::ALL {
                        @if count(severity) > 0 {
                            button type="button" aria-pressed="true" data-severity=(severity.as_str()) {
                                span class={ "pill " (severity.as_str()) } { (severity.heading()) } " " (count(severity))
                            }
                        }
                    }
                    select #operation aria-label="Operation" {
                        option value="" { "all operations" }
                        @for operation in &self.outline.operations {
                            option value=(operation.id) { (line(&operation.id)) }
                        }
                    }
                    input #search type="search" placeholder="Search" aria-label="Search";
                    span #shown .shown role="status" {}
                }
                @for change in &self.changes { (self.change(change)) }
            }
        }
    }

    fn change(&self, change: &Change) -> Markup {
        let operations: Vec<&String> = change.operations.iter().collect();
        let operations_text: Vec<String> = change.operations.iter().map(|id| line(id)).collect();
        html! {
            article #(self.id(change)) class=(change.severity().as_str()) data-severity=(change.severity().as_str())
                data-operations=(serde_json::json!(operations).to_string()) {
                h3 { (prose(&change.what)) }
                p.pointer { (pointers(change)) }
                dl.verdicts {
                    dt { span class={ "pill " (of_wire(change.wire)) } { "wire: " (change.wire.as_str()) } }
                    dd { (prose(&change.wire_reason)) }
                    dt { span class={ "pill " (of_rust(change.rust)) } { "Rust: " (change.rust.as_str()) } }
                    dd { (prose(&change.rust_reason)) }
                }
                (sides(change))
                @if !change.items.is_empty() {
                    details {
                        summary { "In the generated module: " (counted_items(change.items.len())) }
                        ul.items { @for item in &change.items { (shown_item(item)) } }
                    }
                }
                @if !operations_text.is_empty() {
                    p.reached { "Operations: " (operations_text.join(", ")) }
                }
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

/// The old and the new value side by side; for two texts, the different words are marked.
fn sides(change: &Change) -> Markup {
    let (old, new) = (change.old_value.as_deref(), change.new_value.as_deref());
    if old.is_none() && new.is_none() {
        return html! {};
    }
    let differing = match (old, new) {
        (Some(old), Some(new)) => Some(runs(old, new)),
        _ => None,
    };
    // Texts without common words are shown in two plain columns.
    let differing = differing
        .filter(|runs| runs.iter().any(|run| matches!(run, Run::Same(text) if text.contains(char::is_alphanumeric))));
    let side = |name: &str, value: Option<&str>, is_new: bool| {
        html! {
            div {
                small { (name) }
                @match (value, &differing) {
                    (None, _) => { pre { "—" } }
                    (Some(_), Some(runs)) => { pre { (words(runs, is_new)) } }
                    (Some(value), _) => { pre { (inert(value, true)) } }
                }
            }
        }
    };
    html! { div.sides { (side("old", old, false)) (side("new", new, true)) } }
}

fn words(runs: &[Run], is_new: bool) -> Markup {
    html! {
        @for run in runs {
            @match (run, is_new) {
                (Run::Same(text), _) => { (inert(text, true)) }
                (Run::Gone(text), false) => { del { (inert(text, true)) } }
                (Run::Fresh(text), true) => { ins { (inert(text, true)) } }
                _ => {}
            }
        }
    }
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
