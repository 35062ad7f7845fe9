//! The comparison as text for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::change::{ApiImpact, Change, Severity, WireImpact};
use super::inert::inert;
use super::words::{Run, runs};
use super::{ChangeKind, Diff};

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const LOCATION: Style = AnsiColor::Cyan.on_default();
const GONE: Style = AnsiColor::Red.on_default().strikethrough();
const FRESH: Style = AnsiColor::Green.on_default();

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Breaking => AnsiColor::Red.on_default().bold(),
        Severity::Additive => AnsiColor::Green.on_default().bold(),
        Severity::Minor => AnsiColor::Yellow.on_default().bold(),
        Severity::None => FAINT,
    }
}

fn wire_style(wire: WireImpact) -> Style {
    style(match wire {
        WireImpact::None => Severity::None,
        WireImpact::ConstraintOnly => Severity::Minor,
        WireImpact::Additive => Severity::Additive,
        WireImpact::Breaking => Severity::Breaking,
    })
}

fn rust_style(rust: ApiImpact) -> Style {
    style(match rust {
        ApiImpact::None => Severity::None,
        ApiImpact::DocsOnly => Severity::Minor,
        ApiImpact::Additive => Severity::Additive,
        ApiImpact::Breaking => Severity::Breaking,
    })
}

impl Diff {
    /// Text with ANSI colours. Print it to a stream that strips unsupported colours.
    pub fn to_terminal(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{STRONG}{}{STRONG:#}", inert(&self.heading(), false));
        if self.changes.is_empty() {
            let _ = writeln!(text, "no changes");
            return text;
        }
        let (wire, rust) = (self.wire(), self.rust());
        let (on_wire, on_rust) = (wire_style(wire), rust_style(rust));
        let _ = writeln!(
            text,
            "wire {on_wire}{}{on_wire:#}, Rust API {on_rust}{}{on_rust:#}, next version: {STRONG}{}{STRONG:#} \
             (before 1.0: {})",
            wire.as_str(),
            rust.as_str(),
            self.bump().as_str(),
            self.bump().before_1_0().as_str()
        );
        for severity in Severity::ALL {
            let changes: Vec<&Change> = self.changes.iter().filter(|change| change.severity() == severity).collect();
            if changes.is_empty() {
                continue;
            }
            let style = style(severity);
            let _ = writeln!(text, "\n{style}{} ({}){style:#}", severity.heading(), changes.len());
            for change in changes {
                one(&mut text, change);
            }
        }
        text
    }

    /// Which documents are compared, on one line.
    pub(super) fn heading(&self) -> String {
        if self.old.title == self.new.title {
            return format!("{}: {} -> {}", self.new.title, self.old.version, self.new.version);
        }
        format!("{} {} -> {} {}", self.old.title, self.old.version, self.new.title, self.new.version)
    }
}

fn one(text: &mut String, change: &Change) {
    let Change { wire, rust, .. } = change;
    let (on_wire, on_rust) = (wire_style(*wire), rust_style(*rust));
    let _ = writeln!(text, "  {}", inert(&change.what, false));
    match (&change.old_pointer, &change.new_pointer) {
        (Some(old), Some(new)) if old != new => {
            let _ = writeln!(text, "    {LOCATION}#{} -> #{}{LOCATION:#}", inert(old, false), inert(new, false));
        }
        _ => {
            let _ = writeln!(text, "    {LOCATION}#{}{LOCATION:#}", inert(change.pointer(), false));
        }
    }
    let _ = writeln!(text, "    wire {on_wire}{}{on_wire:#}: {}", wire.as_str(), inert(&change.wire_reason, false));
    let _ = writeln!(text, "    Rust {on_rust}{}{on_rust:#}: {}", rust.as_str(), inert(&change.rust_reason, false));
    if let (ChangeKind::TextChanged, Some(old), Some(new)) = (change.kind, &change.old_value, &change.new_value) {
        let _ = writeln!(text, "    {}", words(old, new));
    }
    if !change.operations.is_empty() {
        let operation = |(id, directions): (&str, String)| match directions.is_empty() {
            true => inert(id, false),
            false => format!("{} ({directions})", inert(id, false)),
        };
        let operations: Vec<String> = change.reach().map(operation).collect();
        let _ = writeln!(text, "    {FAINT}operations: {}{FAINT:#}", operations.join(", "));
    }
}

/// The different words of two texts, with some context.
fn words(old: &str, new: &str) -> String {
    const AROUND: usize = 30;
    let mut line = String::new();
    for run in runs(old, new) {
        match run {
            Run::Same(same) => {
                let same = inert(&same, false);
                let length = same.chars().count();
                if length <= 2 * AROUND {
                    line.push_str(&same);
                } else {
                    let start: String = same.chars().take(AROUND).collect();
                    let end: String = same.chars().skip(length - AROUND).collect();
                    let _ = write!(line, "{start}{FAINT}...{FAINT:#}{end}");
                }
            }
            Run::Gone(gone) => {
                let _ = write!(line, "{GONE}[-{}-]{GONE:#}", inert(&gone, false));
            }
            Run::Fresh(fresh) => {
                let _ = write!(line, "{FRESH}{{+{}+}}{FRESH:#}", inert(&fresh, false));
            }
        }
    }
    line
}
