//! What can be wrong with a text, told without understanding it.

use crate::merge::PLACEHOLDER;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// There is none.
    Empty,
    /// It stands for one that is to be written.
    Placeholder,
    /// An address that is neither a link nor code: `<https://...>` and `[words](https://...)` are links.
    BareLink,
    /// A code block that nothing closes: it takes the rest of the text with it.
    OpenFence,
    /// A code block without a language, or with one that rustdoc takes for Rust and compiles. It is printed as `text`.
    RunFence,
}

impl Fault {
    /// In a word or two.
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

/// Marks of texts that somebody meant to write later.
const LATER: [&str; 6] = ["todo", "tbd", "fixme", "xxx", "placeholder", "lorem ipsum"];
/// What rustdoc takes for Rust.
const RUN: [&str; 7] = ["", "rust", "should_panic", "no_run", "ignore", "compile_fail", "edition2024"];

/// The faults of a text, each once.
pub(super) fn of(text: &str) -> Vec<Fault> {
    if text.trim().is_empty() {
        return vec![Fault::Empty];
    }
    let mut faults = Vec::new();
    if text.contains(PLACEHOLDER) || stands_for_another(text) {
        faults.push(Fault::Placeholder);
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
                        faults.push(Fault::RunFence);
                    }
                    fence = Some(marker);
                }
                None if has_bare_link(line) => faults.push(Fault::BareLink),
                None => {}
            },
        }
    }
    if fence.is_some() {
        faults.push(Fault::OpenFence);
    }
    faults.sort_unstable();
    faults.dedup();
    faults
}

/// A text that begins with such a mark, or has no other word.
fn stands_for_another(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    LATER.iter().any(|mark| {
        text.strip_prefix(mark).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Marker and language of a line that opens a code block.
fn opening(line: &str) -> Option<(String, &str)> {
    ['`', '~'].into_iter().find_map(|marker| {
        let rest = line.trim_start_matches(marker);
        let length = line.len() - rest.len();
        (length >= 3 && !rest.contains('`')).then(|| (marker.to_string().repeat(length), rest.trim()))
    })
}

fn has_bare_link(line: &str) -> bool {
    // Between backticks every second piece is code.
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
        let cases: [(&str, &[Fault]); 14] = [
            (" \n", &[Fault::Empty]),
            (PLACEHOLDER, &[Fault::Placeholder]),
            ("TODO: say what", &[Fault::Placeholder]),
            ("tbd", &[Fault::Placeholder]),
            ("Todos of the user.", &[]),
            ("See https://a.example/b.", &[Fault::BareLink]),
            ("See <https://a.example/b>, [this](https://a.example), [that](<http://a.example>).", &[]),
            ("Such as `https://a.example`.", &[]),
            ("`a` and http://b.example and `c`", &[Fault::BareLink]),
            ("```json\n{\"at\": \"https://a.example\"}\n```\nMore.", &[]),
            ("```\nloop {}\n```", &[Fault::RunFence]),
            ("~~~rust,no_run\nloop {}\n~~~", &[Fault::RunFence]),
            ("```text\nno end, https://a.example", &[Fault::OpenFence]),
            ("````text\n```\n````", &[]),
        ];
        for (text, faults) in cases {
            assert_eq!(of(text), faults, "{text}");
        }
    }
}
