//! Cleans free text of a document for rustdoc: no code runs, no text becomes a link by accident, all other markup is
//! escaped.

use std::fmt::Write;

use serde_json::Value;

use crate::ir::Docs;

/// Cleans a text with several lines.
pub(crate) fn clean(text: &str) -> Docs {
    let mut cleaner = Cleaner::default();
    for line in normalize(text).lines() {
        cleaner.line(line.trim_end());
    }
    Docs(cleaner.finish())
}

/// Cleans a text and joins its lines.
pub(super) fn clean_line(text: &str) -> Docs {
    let words: Vec<String> = normalize(text).split_whitespace().map(str::to_owned).collect();
    clean(&words.join(" "))
}

/// A value as inline code.
pub(super) fn inline_code(text: &str) -> String {
    let text: String = normalize(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// Title, description and limits of a schema.
pub(super) fn schema(title: Option<&str>, description: Option<&str>, value: &Value) -> Docs {
    let title = clean_line(title.unwrap_or_default()).0;
    let description = clean(description.unwrap_or_default()).0;
    let mut parts = Vec::new();
    if !title.is_empty() && !description.starts_with(&title) {
        parts.push(title);
    }
    if !description.is_empty() {
        parts.push(description);
    }
    let limits = limits(value);
    if !limits.is_empty() {
        parts.push(limits);
    }
    Docs(parts.join("\n\n"))
}

/// The limits of a schema that its Rust type does not express, as one line.
fn limits(value: &Value) -> String {
    const KEYWORDS: [(&str, &str); 11] = [
        ("pattern", "pattern"),
        ("minLength", "minimum length"),
        ("maxLength", "maximum length"),
        ("minimum", "minimum"),
        ("maximum", "maximum"),
        ("multipleOf", "multiple of"),
        ("minItems", "minimum elements"),
        ("maxItems", "maximum elements"),
        ("uniqueItems", "unique elements"),
        ("minProperties", "minimum properties"),
        ("maxProperties", "maximum properties"),
    ];
    let mut found = String::new();
    for (key, label) in KEYWORDS {
        let Some(limit) = value.get(key) else { continue };
        let text = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
        let before = if found.is_empty() { "Limits: " } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(found, "{before}{label} {}", inline_code(&text));
    }
    if !found.is_empty() {
        found.push('.');
    }
    found
}

/// Normalizes line ends and removes tabs, invisible characters and characters that change the text direction.
fn normalize(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    unified.chars().filter(|&c| c == '\n' || !(c.is_control() || is_invisible(c))).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[derive(Default)]
struct Cleaner {
    lines: Vec<String>,
    /// The marker of the current code block.
    fence: Option<String>,
}

impl Cleaner {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim_start();
        if let Some(fence) = &self.fence {
            if trimmed.starts_with(fence.as_str())
                && trimmed.trim_start_matches(fence.chars().as_str()).trim_matches(['`', '~']).is_empty()
            {
                self.lines.push(fence.clone());
                self.fence = None;
            } else {
                self.lines.push(line.to_owned());
            }
            return;
        }
        if let Some(fence) = fence(trimmed) {
            // A `text` block is shown and never compiled.
            self.lines.push(format!("{fence}text"));
            self.fence = Some(fence);
            return;
        }
        if is_rule(trimmed) {
            self.lines.push(String::new());
            return;
        }
        if let Some(heading) = heading(trimmed) {
            // Headings are reserved for the generated sections of an item's docs, so a heading of the document becomes
            // bold text.
            self.lines.push(format!("**{}**", inline(heading)));
            return;
        }
        self.lines.push(block(line));
    }

    fn finish(mut self) -> String {
        self.lines.extend(self.fence.take());
        let mut text = String::new();
        let mut blank = 0;
        for line in &self.lines {
            if line.trim().is_empty() {
                blank += 1;
                continue;
            }
            if !text.is_empty() {
                text.push_str(if blank == 0 { "\n" } else { "\n\n" });
            }
            blank = 0;
            text.push_str(line);
        }
        text
    }
}

/// The marker of an opening code fence.
fn fence(trimmed: &str) -> Option<String> {
    ['`', '~'].into_iter().find_map(|marker| {
        let run: String = trimmed.chars().take_while(|&c| c == marker).collect();
        let rest = trimmed.get(run.len()..).unwrap_or_default();
        (run.len() >= 3 && !rest.contains('`')).then_some(run)
    })
}

/// A line of only `=`, `-`, `*` or `_`: a rule, or the underline of a heading.
fn is_rule(trimmed: &str) -> bool {
    let mut chars = trimmed.chars().filter(|c| *c != ' ');
    let Some(first) = chars.next() else { return false };
    matches!(first, '=' | '-' | '*' | '_') && trimmed.len() > 1 && chars.all(|c| c == first)
}

fn heading(trimmed: &str) -> Option<&str> {
    let text = trimmed.trim_start_matches('#');
    let level = trimmed.len() - text.len();
    ((1..=6).contains(&level) && text.starts_with(' ')).then(|| text.trim().trim_end_matches('#').trim_end())
}

/// A line outside of a code block. Its indentation is limited, so that it never begins an indented code block. The same
/// holds for the text after the marker of a quote or a list.
fn block(line: &str) -> String {
    const MOST_INDENT: usize = 3;
    let text = line.trim_start();
    let indent = " ".repeat((line.len() - text.len()).min(MOST_INDENT));
    let marker_len = marker_len(text);
    let (marker, rest) = text.split_at_checked(marker_len).unwrap_or(("", text));
    if marker.is_empty() {
        format!("{indent}{}", inline(rest))
    } else {
        format!("{indent}{marker} {}", block(rest.strip_prefix(' ').unwrap_or(rest)))
    }
}

/// The length of the marker of a quote or a list item at the start of a line.
fn marker_len(text: &str) -> usize {
    if text.starts_with('>') {
        return 1;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut after = text.bytes().skip(digits);
    let is_marker = match after.next() {
        Some(b'-' | b'*' | b'+') => digits == 0,
        Some(b'.' | b')') => (1..=9).contains(&digits),
        _ => false,
    };
    if is_marker && after.next() == Some(b' ') { digits + 1 } else { 0 }
}

/// Text inside a line: keeps code spans and web links, escapes all other markup.
fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, len) = match c {
            '`' => code_span(rest),
            '[' => link(rest),
            '<' => autolink(rest),
            'h' if !out.ends_with(|before: char| before.is_alphanumeric()) => bare_url(rest),
            '!' if rest.starts_with("![") => (String::new(), 1),
            ']' => ("\\]".to_owned(), 1),
            '\\' => escape(rest),
            _ => (c.to_string(), c.len_utf8()),
        };
        out.push_str(&taken);
        rest = rest.get(len..).unwrap_or_default();
    }
    out
}

/// Keeps an escape together with its character.
fn escape(rest: &str) -> (String, usize) {
    match rest.chars().nth(1) {
        Some(next) if next.is_ascii_punctuation() => (format!("\\{next}"), 2),
        _ => ("\\\\".to_owned(), 1),
    }
}

fn code_span(rest: &str) -> (String, usize) {
    let run = rest.bytes().take_while(|&byte| byte == b'`').count();
    let marker = "`".repeat(run);
    let inside = rest.get(run..).unwrap_or_default();
    let end = inside.match_indices(&marker).map(|(index, _)| index).find(|&index| {
        let after = inside.get(index + run..).unwrap_or_default();
        let before = inside.get(..index).unwrap_or_default();
        !after.starts_with('`') && !before.ends_with('`') && !before.is_empty()
    });
    match end {
        Some(end) => {
            let len = run + end + run;
            (rest.get(..len).unwrap_or_default().to_owned(), len)
        }
        None => ("\\`".repeat(run), run),
    }
}

/// Keeps `[text](https://...)`; any other bracket is text.
fn link(rest: &str) -> (String, usize) {
    let literal = ("\\[".to_owned(), 1);
    let Some((text, target)) = rest.split_once("](") else { return literal };
    let text = text.strip_prefix('[').unwrap_or_default();
    let Some((url, _)) = target.split_once(')') else { return literal };
    if text.is_empty() || text.contains(['[', ']', '`', '<']) || !is_web(url) || url.contains(char::is_whitespace) {
        return literal;
    }
    (format!("[{text}](<{}>)", url.replace(['<', '>'], "")), text.len() + url.len() + 4)
}

fn autolink(rest: &str) -> (String, usize) {
    if let Some((url, _)) = rest.strip_prefix('<').and_then(|inside| inside.split_once('>'))
        && is_web(url)
        && !url.contains(|c: char| c.is_whitespace() || c == '<')
    {
        return (format!("<{url}>"), url.len() + 2);
    }
    ("\\<".to_owned(), 1)
}

fn bare_url(rest: &str) -> (String, usize) {
    if !is_web(rest) {
        return ("h".to_owned(), 1);
    }
    let end = rest.find(|c: char| c.is_whitespace() || "<>`\"'|{}\\^[]()".contains(c)).unwrap_or(rest.len());
    let url = rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    if url.len() <= "https://".len() {
        return ("h".to_owned(), 1);
    }
    (format!("<{url}>"), url.len())
}

fn is_web(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_inert() {
        for (text, expected) in [
            ("Plain text.", "Plain text."),
            ("a\r\nb\rc", "a\nb\nc"),
            ("See https://a.example/x.", "See <https://a.example/x>."),
            ("See <https://a.example/x>.", "See <https://a.example/x>."),
            ("See [here](https://a.example/x).", "See [here](<https://a.example/x>)."),
            ("[RFC6749] and [x][y]", "\\[RFC6749\\] and \\[x\\]\\[y\\]"),
            ("[click](javascript:alert(1))", "\\[click\\](javascript:alert(1))"),
            ("![logo](https://a.example/l.png)", "[logo](<https://a.example/l.png>)"),
            ("<b>bold</b> a < b", "\\<b>bold\\</b> a \\< b"),
            ("`<b> [x]` stays", "`<b> [x]` stays"),
            ("one ` tick", "one \\` tick"),
            ("# Title\ntext", "**Title**\ntext"),
            ("Title\n=====\ntext", "Title\n\ntext"),
            ("    let x = 1;", "   let x = 1;"),
            ("- a\n    - b", "- a\n   - b"),
            ("-     code", "-    code"),
            (">     code", ">    code"),
            ("```rust\nfn main() {}\n```", "```text\nfn main() {}\n```"),
            ("```\nopen", "```text\nopen\n```"),
            ("right\u{202e}left\u{0}", "rightleft"),
            ("C:\\path \\[x\\]", "C:\\\\path \\[x\\]"),
            ("", ""),
        ] {
            assert_eq!(clean(text).0, expected, "{text:?}");
        }
    }
}
