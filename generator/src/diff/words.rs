//! Compares two texts word by word.

use similar::{ChangeTag, TextDiff};

/// A run of equal, removed or added words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// In both.
    Same(String),
    /// Only in the old text.
    Gone(String),
    /// Only in the new text.
    Fresh(String),
}

/// The runs of two texts.
pub(super) fn runs(old: &str, new: &str) -> Vec<Run> {
    let diff = TextDiff::from_words(old, new);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let word = change.value();
        match (change.tag(), runs.last_mut()) {
            (ChangeTag::Equal, Some(Run::Same(text)))
            | (ChangeTag::Delete, Some(Run::Gone(text)))
            | (ChangeTag::Insert, Some(Run::Fresh(text))) => text.push_str(word),
            (ChangeTag::Equal, _) => runs.push(Run::Same(word.to_owned())),
            (ChangeTag::Delete, _) => runs.push(Run::Gone(word.to_owned())),
            (ChangeTag::Insert, _) => runs.push(Run::Fresh(word.to_owned())),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_by_word() {
        let (same, gone, fresh) =
            (|t: &str| Run::Same(t.into()), |t: &str| Run::Gone(t.into()), |t: &str| Run::Fresh(t.into()));
        assert_eq!(
            runs("the stragegy here", "the strategy here"),
            [same("the "), gone("stragegy"), fresh("strategy"), same(" here")]
        );
        assert_eq!(runs("", "new"), [fresh("new")]);
    }
}
