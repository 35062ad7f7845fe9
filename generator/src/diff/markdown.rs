//! The comparison as Markdown, for a pull request. Texts of a document are code or escaped, never markup.

use std::fmt::Write as _;

use super::change::{Change, Severity};
use super::inert::inert;
use super::{ChangeKind, Diff};

impl Diff {
    /// Markdown for a pull request: a table of the verdicts, then every change under its severity.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "## {}\n", prose(&self.heading()));
        if self.changes.is_empty() {
            text.push_str("No changes.\n");
            return text;
        }
        let _ = writeln!(text, "| wire | Rust API | next version | before 1.0 |\n|---|---|---|---|");
        let (wire, rust) = (self.wire().as_str(), self.rust().as_str());
        let (bump, below) = (self.bump().as_str(), self.bump().before_1_0().as_str());
        let _ = writeln!(text, "| **{wire}** | **{rust}** | **{bump}** | {below} |");
        for severity in Severity::ALL {
            let changes: Vec<&Change> = self.changes.iter().filter(|change| change.severity() == severity).collect();
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n### {} ({})\n", severity.heading(), changes.len());
            for change in changes {
                one(&mut text, change);
            }
        }
        text
    }
}

fn one(text: &mut String, change: &Change) {
    let _ = writeln!(text, "- **{}**", prose(&change.what));
    let location = match (&change.old_pointer, &change.new_pointer) {
        (Some(old), Some(new)) if old != new => format!("{} → {}", code(&format!("#{old}")), code(&format!("#{new}"))),
        _ => code(&format!("#{}", change.pointer())),
    };
    let _ = writeln!(text, "  - {location}");
    let _ = writeln!(text, "  - wire **{}**: {}", change.wire.as_str(), prose(&change.wire_reason));
    let _ = writeln!(text, "  - Rust **{}**: {}", change.rust.as_str(), prose(&change.rust_reason));
    if !change.operations.is_empty() {
        let operation = |(id, directions): (&str, String)| match directions.is_empty() {
            true => code(id),
            false => format!("{} ({directions})", code(id)),
        };
        let operations: Vec<String> = change.reach().map(operation).collect();
        let _ = writeln!(text, "  - operations: {}", operations.join(", "));
    }
    if change.kind == ChangeKind::TextChanged {
        block(text, change.old_value.as_deref(), change.new_value.as_deref());
    }
}

/// The old and the new text as a diff block. No line of the text can end the block.
fn block(text: &mut String, old: Option<&str>, new: Option<&str>) {
    let both = format!("{}\n{}", old.unwrap_or_default(), new.unwrap_or_default());
    let longest = both.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(text, "\n    {fence}diff");
    for (sign, value) in [('-', old), ('+', new)] {
        for line in value.into_iter().flat_map(str::lines) {
            let _ = writeln!(text, "    {sign} {}", inert(line, false));
        }
    }
    let _ = writeln!(text, "    {fence}\n");
}

/// Formats a sentence of the comparison: text between backticks becomes code, all other text is escaped.
fn prose(text: &str) -> String {
    let text = inert(text, false);
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        // The last piece has no closing backtick.
        if index % 2 == 1 && index < last {
            out.push_str(&code(piece));
        } else if piece.is_empty() && index > 0 && index < last {
            // Two adjacent pieces of code would merge.
            out.push(' ');
        } else {
            out.push_str(&escaped(piece));
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&' | '@' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text as code.
fn code(text: &str) -> String {
    let text = inert(text, false).replace('`', "\u{2019}");
    if text.trim().is_empty() { String::new() } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_not_markup() {
        assert_eq!(prose("`a` is <b>"), "`a` is \\<b\\>");
        assert_eq!(prose("`a``<img>` x"), "`a` `<img>` x");
        assert_eq!(prose("a ` [x](y)"), "a  \\[x\\](y)");
        let mut text = String::new();
        block(&mut text, Some("```\n</details>"), Some("b"));
        assert_eq!(text, "\n    ````diff\n    - ```\n    - </details>\n    + b\n    ````\n\n");
    }
}
