//! Text output, in colour if the stream is a terminal that supports it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use openapi_smith::{Dependency, ListedOperation, Note, Report, Verdict};

use crate::commands::LocatedProblem;
use crate::files::Document;
use crate::manifest::Entry;
use crate::stale::{self, StaleOutput};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();
const LOCATION: Style = AnsiColor::Cyan.on_default();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// An output stream.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// Writes a text. A closed stream is no error.
pub(crate) fn say(stream: Stream, text: &str) {
    let _ = match stream {
        Stream::Stdout => anstream::stdout().lock().write_all(text.as_bytes()),
        Stream::Stderr => anstream::stderr().lock().write_all(text.as_bytes()),
    };
}

/// Reports wrong usage.
pub(crate) fn usage_error(message: &str) {
    say(Stream::Stderr, &format!("{ERROR}error{ERROR:#}: {message}\n"));
}

/// Every problem with its location and remedy.
pub(crate) fn problems(document: &Document, problems: &[LocatedProblem<'_>]) -> String {
    let mut text = String::new();
    for LocatedProblem { problem, setting, near } in problems {
        let _ = writeln!(text, "{ERROR}{}{ERROR:#}: {STRONG}{}{STRONG:#}", problem.code(), problem.message());
        let _ = writeln!(text, "  {LOCATION}{}{LOCATION:#}", document.show(problem.location()));
        if let Some(setting) = setting {
            let _ = writeln!(text, "  {LOCATION}{setting}{LOCATION:#}");
        }
        for via in problem.location().via().iter().rev() {
            let _ = writeln!(text, "  {FAINT}reached by the `$ref` at {via}{FAINT:#}");
        }
        if !near.is_empty() {
            let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(text, "  did you mean {}?", near.join(" or "));
        }
        let _ = writeln!(text, "  {}", problem.remedy());
    }
    let number = problems.len();
    let noun = if number == 1 { "problem" } else { "problems" };
    let _ = writeln!(text, "{ERROR}refused{ERROR:#}: {number} {noun}");
    text
}

/// The notes of a report that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notes {
    All,
    /// Only the operations and components that the output does not have.
    LeftOut,
}

/// The notes to show, each with the number of equal ones: approximations first, then in the order of the document.
fn grouped(report: &Report, notes: Notes) -> Vec<(&Note, usize)> {
    let mut groups: Vec<(&Note, usize)> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let shown = |note: &&Note| notes == Notes::All || note.verdict() == Verdict::LeftOut;
    for note in report.notes().iter().filter(shown) {
        let index = *known.entry((note.code(), note.text())).or_insert(groups.len());
        match groups.get_mut(index) {
            Some((_, count)) => *count += 1,
            None => groups.push((note, 1)),
        }
    }
    groups.sort_by_key(|(note, _)| note.verdict());
    groups
}

/// The counts of a report, after its notes.
pub(crate) fn report(document: &Document, report: &Report, notes: Notes) -> String {
    let mut text = String::new();
    for (note, count) in grouped(report, notes) {
        let verdict = note.verdict().as_str();
        let times = if count > 1 { format!("{count} x ") } else { String::new() };
        let first = if count > 1 { " (the first)" } else { "" };
        let _ = writeln!(text, "{NOTE}{verdict}{NOTE:#} ({}): {times}{}", note.code(), note.text());
        let _ = writeln!(text, "  {LOCATION}{}{LOCATION:#}{FAINT}{first}{FAINT:#}", document.show(note.location()));
    }
    let count = |verdict| report.count(verdict);
    let _ = writeln!(
        text,
        "{} approximated, {} renamed, {} ignored, {} left out",
        count(Verdict::Approximated),
        count(Verdict::Renamed),
        count(Verdict::Ignored),
        count(Verdict::LeftOut)
    );
    text
}

/// The outputs that are missing or stale, and the command that renews them.
pub(crate) fn stale(outputs: &[StaleOutput]) -> String {
    let mut text = String::new();
    for StaleOutput { path, what } in outputs {
        let _ = writeln!(text, "{ERROR}stale{ERROR:#}: {STRONG}{path}{STRONG:#}: {what}");
    }
    let _ = writeln!(text, "  renew with: {LOCATION}{}{LOCATION:#}", stale::renewal());
    text
}

/// The lines of `Cargo.toml` that the code needs.
pub(crate) fn dependencies(dependencies: &[Dependency]) -> String {
    let mut text = "[dependencies]\n".to_owned();
    for dependency in dependencies {
        let _ = writeln!(text, "{dependency}");
    }
    text
}

/// What was done about each dependency in the manifest.
pub(crate) fn entries(dependencies: &[Dependency], entries: &[Entry]) -> String {
    let mut text = String::new();
    for (dependency, entry) in dependencies.iter().zip(entries) {
        let _ = match entry {
            Entry::Added => writeln!(text, "{GOOD}added{GOOD:#}: {dependency}"),
            Entry::Present { missing } if missing.is_empty() => writeln!(text, "present: {}", dependency.name),
            Entry::Present { missing } => {
                let missing = missing.join(", ");
                writeln!(text, "{NOTE}present{NOTE:#}: {}, without the features {missing}", dependency.name)
            }
        };
    }
    text
}

/// A line about a difference or an omission.
pub(crate) fn noted(text: &str) -> String {
    let (head, rest) = text.split_once(": ").unwrap_or((text, ""));
    format!("{NOTE}{head}{NOTE:#}: {rest}")
}

/// The start of a line about success.
pub(crate) fn done(text: &str) -> String {
    format!("{GOOD}{text}{GOOD:#}: ")
}

/// The operations by tag; an operation with several tags is listed under each.
pub(crate) fn operations(groups: &[(&str, Vec<&ListedOperation>)]) -> String {
    let id = |operation: &ListedOperation| operation.id.as_deref().unwrap_or("-").to_owned();
    let method = |operation: &ListedOperation| {
        let differs = operation.rust_name.as_deref().filter(|name| operation.id.as_deref() != Some(name));
        differs.map(|name| format!("fn {name}")).unwrap_or_default()
    };
    let width = |of: &dyn Fn(&ListedOperation) -> String| {
        let all = groups.iter().flat_map(|(_, operations)| operations);
        all.map(|operation| of(operation).chars().count()).max().unwrap_or_default()
    };
    let (id_width, method_width) = (width(&id), width(&method));
    let mut text = String::new();
    for (tag, operations) in groups {
        let _ = writeln!(text, "{STRONG}{tag}{STRONG:#} ({})", operations.len());
        for operation in operations {
            let (id, method) = (id(operation), method(operation));
            let gap = if method_width > 0 { "  " } else { "" };
            let address = format!("{gap}{method:<method_width$}  {:<7} {}", operation.method, operation.path);
            let deprecated = if operation.deprecated { " (deprecated)" } else { "" };
            let _ = writeln!(text, "  {LOCATION}{id:<id_width$}{LOCATION:#}{address}{FAINT}{deprecated}{FAINT:#}");
        }
    }
    text
}

/// The number of operations, and of the types that they reach.
pub(crate) fn sum(operations: usize, types: Option<usize>) -> String {
    let plural = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    match types {
        Some(types) => format!("{}, {}\n", plural(operations, "operation"), plural(types, "type")),
        None => String::new(),
    }
}

/// What each action of the overlays changed.
pub(crate) fn overlays(document: &Document) -> String {
    let mut text = String::new();
    for (file, change) in document.changes() {
        let (action, verb, target) = (change.action, change.verb, &change.target);
        let _ = writeln!(text, "{STRONG}{file}{STRONG:#}: action {action}: {verb} {target}");
        for location in &change.locations {
            let _ = writeln!(text, "  {LOCATION}{location}{LOCATION:#}");
        }
    }
    text
}
