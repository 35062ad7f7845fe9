//! The findings of one run: the problems and the notes of the report.

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};
use crate::report::{NoteKind, Report, Verdict};

/// The problems and notes so far. `strict` turns approximations and name collisions into problems.
#[derive(Debug)]
pub(crate) struct Findings {
    strict: bool,
    problems: Vec<Problem>,
    report: Report,
}

impl Findings {
    pub(crate) fn new(strict: bool) -> Self {
        Self { strict, problems: Vec::new(), report: Report::default() }
    }

    /// Adds a problem.
    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Adds several problems.
    pub(crate) fn refuse_all(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.problems.extend(problems);
    }

    /// The value, or `None` with its problem added.
    pub(crate) fn collect<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Adds a note. Under `strict` an approximation is a problem.
    pub(crate) fn note(&mut self, kind: NoteKind, at: &Location, what: impl Into<String>) {
        let what = what.into();
        if self.strict && kind.verdict() == Verdict::Approximated {
            self.problems.push(Problem::new(ProblemKind::Approximated { what }, at));
        } else {
            self.report.push(kind, at, what);
        }
    }

    /// Notes that a Rust name differs from the obvious one. Under `strict`, the collision is a problem.
    pub(crate) fn renamed(&mut self, at: &Location, wanted: &str, given: &str) {
        if wanted == given {
            return;
        }
        if self.strict {
            let kind = ProblemKind::NameCollision { name: wanted.to_owned(), given: given.to_owned() };
            self.problems.push(Problem::new(kind, at));
        } else {
            self.report.push(NoteKind::NameCollision, at, format!("`{given}` instead of `{wanted}`, which is taken"));
        }
    }

    /// The problems that were added after the first `count`.
    pub(crate) fn problems_since(&self, count: usize) -> &[Problem] {
        self.problems.get(count..).unwrap_or_default()
    }

    /// Removes the flaws among the problems that were added after the first `count`: the problems that cost a part of
    /// the document, and not the document.
    pub(crate) fn take_flaws_since(&mut self, count: usize) -> Vec<Problem> {
        let added = self.problems.split_off(count.min(self.problems.len()));
        let (flaws, others): (Vec<_>, Vec<_>) = added.into_iter().partition(Problem::is_flaw);
        self.problems.extend(others);
        flaws
    }

    /// Notes a formality. Under `strict` it is a problem.
    pub(crate) fn formality(&mut self, at: &Location, what: &str) {
        if self.strict {
            self.problems.push(Problem::new(ProblemKind::Formality { what: what.to_owned() }, at));
        } else {
            self.report.push(NoteKind::Formality, at, what);
        }
    }

    /// The number of problems.
    pub(crate) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Whether there is a problem with this code.
    pub(crate) fn has_problem(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code() == code)
    }

    /// The report, or the problems without duplicates, sorted by location. `original` maps a location in the normalized
    /// document to the location in the text.
    pub(crate) fn close(self, original: impl Fn(&Location) -> Location) -> Result<Report, Vec<Problem>> {
        let Self { problems, mut report, .. } = self;
        if problems.is_empty() {
            report.relocate(original);
            return Ok(report);
        }
        let mut problems: Vec<Problem> = problems.into_iter().map(|problem| problem.relocated(&original)).collect();
        problems.sort_by(|a, b| a.location().cmp(b.location()));
        problems.dedup();
        Err(problems)
    }
}
