//! The defects of a text that can be found without understanding it.

use crate::merge::PLACEHOLDER;

/// A defect of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// The text is missing.
    Empty,
    /// A placeholder.
    Placeholder,
    /// An address that is neither a link nor code: `<https://...>` and `[words](https://...)` are links.
    BareLink,
    /// A code block without an end. It swallows the rest of the text.
    OpenFence,
    /// A code block without a language, or with one that rustdoc compiles as Rust. It is printed as `text`.
    RunFence,
}

impl Defect {
    /// The defect in one to four words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Placeholder => "placeholder",
            Self::BareLink => "bare link",
            Self::OpenFence => "code block not closed",
            Self::RunFence => "code block without a language",
        }
    }
}

/// Marks of unwritten texts.
const LATER: [&str; 6] = ["todo", "tbd", "fixme", "xxx", "placeholder", "lorem ipsum"];
/// The languages of code blocks that rustdoc compiles as Rust.
const RUN: [&str; 7] = ["", "rust", "should_panic", "no_run", "ignore", "compile_fail", "edition2024"];

/// The defects of a text, each once.
pub(super) fn of(text: &str) -> Vec<Defect> {
    if text.trim().is_empty() {
        return vec![Defect::Empty];
    }
    let mut defects = Vec::new();
    if text.contains(PLACEHOLDER) || stands_for_another(text) {
        defects.push(Defect::Placeholder);
    }
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let line = line.trim();
        match &fence {
            Some(open) if line.starts_with(open.as_str()) && line.trim_matches(['`', '~']).is_empty() => fence = None,
            Some(_) => {}
            None => match opening(line) {
                Some((marker, language)) => {
                    if RUN.contains(&language.split([',', ' ']).next().unwrap_or_default()) {
                        defects.push(Defect::RunFence);
                    }
                    fence = Some(marker);
                }
                None if has_bare_link(line) => defects.push(Defect::BareLink),
                None => {}
            },
        }
    }
    if fence.is_some() {
        defects.push(Defect::OpenFence);
    }
    defects.sort_unstable();
    defects.dedup();
    defects
}

/// Whether a text begins with such a mark, or consists of it.
fn stands_for_another(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    LATER.iter().any(|mark| {
        text.strip_prefix(mark).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// The marker and the language of a line that opens a code block.
fn opening(line: &str) -> Option<(String, &str)> {
    ['`', '~'].into_iter().find_map(|marker| {
        let rest = line.trim_start_matches(marker);
        let length = line.len() - rest.len();
        (length >= 3 && !rest.contains('`')).then(|| (marker.to_string().repeat(length), rest.trim()))
    })
}

fn has_bare_link(line: &str) -> bool {
    // Every second piece is code between backticks.
    line.split('`').step_by(2).any(|piece| {
        let found = piece.match_indices("http://").chain(piece.match_indices("https://"));
        found.into_iter().any(|(start, _)| {
            let before = piece.get(..start).unwrap_or_default();
            !(before.ends_with('<') || before.ends_with("](") || before.ends_with("](<"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found() {
        let cases: [(&str, &[Defect]); 14] = [
            (" \n", &[Defect::Empty]),
            (PLACEHOLDER, &[Defect::Placeholder]),
            ("TODO: say what", &[Defect::Placeholder]),
            ("tbd", &[Defect::Placeholder]),
            ("Todos of the user.", &[]),
            ("See https://a.example/b.", &[Defect::BareLink]),
            ("See <https://a.example/b>, [this](https://a.example), [that](<http://a.example>).", &[]),
            ("Such as `https://a.example`.", &[]),
            ("`a` and http://b.example and `c`", &[Defect::BareLink]),
            ("```json\n{\"at\": \"https://a.example\"}\n```\nMore.", &[]),
            ("```\nloop {}\n```", &[Defect::RunFence]),
            ("~~~rust,no_run\nloop {}\n~~~", &[Defect::RunFence]),
            ("```text\nno end, https://a.example", &[Defect::OpenFence]),
            ("````text\n```\n````", &[]),
        ];
        for (text, defects) in cases {
            assert_eq!(of(text), defects, "{text}");
        }
    }
}
