//! What the generator did that a reader of the document might not expect. Nothing of it is silent.

use std::collections::BTreeSet;
use std::fmt;

use crate::location::Location;

/// Everything that was not taken over to the letter, with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    notes: Vec<Note>,
    /// The notes that are there already, so that none is there twice.
    seen: BTreeSet<(Verdict, Location, String)>,
}

impl Report {
    pub(crate) fn push(&mut self, verdict: Verdict, at: &Location, text: impl Into<String>) {
        let note = Note { verdict, at: at.clone(), text: text.into() };
        if self.seen.insert((verdict, Location::at(at.pointer()), note.text.clone())) {
            self.notes.push(note);
        }
    }

    /// Puts every note at the place where the document has it.
    pub(crate) fn place(&mut self, place: impl Fn(&Location) -> Location) {
        for note in &mut self.notes {
            note.at = place(&note.at);
        }
    }

    /// The notes, in the order in which the document was read.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// How many notes have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.notes.iter().filter(|note| note.verdict == verdict).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        write!(
            f,
            "{} approximated, {} renamed, {} ignored",
            self.count(Verdict::Approximated),
            self.count(Verdict::Renamed),
            self.count(Verdict::Ignored)
        )
    }
}

/// One entry of a [`Report`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    verdict: Verdict,
    at: Location,
    text: String,
}

impl Note {
    /// What was done.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Where.
    pub fn location(&self) -> &Location {
        &self.at
    }

    /// In words.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Approximated => "approximated",
            Verdict::Renamed => "renamed",
            Verdict::Ignored => "ignored",
        };
        write!(f, "{}: {verdict}: {}", self.at, self.text)
    }
}

/// What was done with a part of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// The Rust type accepts more than the schema does, and keeps the data; or the document says two things at once, of which
    /// one is taken.
    Approximated,
    /// The Rust name had to differ from the obvious one.
    Renamed,
    /// It does not change what is generated: callbacks, links, unknown keywords.
    Ignored,
}
