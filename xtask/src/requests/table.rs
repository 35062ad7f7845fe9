//! What became of the calls of all documents, for a person.

use std::collections::BTreeMap;

use crate::corpus::table::aligned;

/// What became of the calls of a document.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Its name.
    pub document: String,
    /// How many operations it has.
    pub operations: usize,
    /// How many of them were called.
    pub called: usize,
    /// How many calls were made.
    pub calls: usize,
    /// What is wrong with requests: operation and violation, and in how many calls.
    pub violations: BTreeMap<(String, String), usize>,
    /// How many violations the list allows.
    pub allowed: usize,
    /// The number of violations in Prism's own responses.
    pub others: usize,
    /// Why there were no calls, or not all.
    pub failures: Vec<String>,
}

impl Outcome {
    /// Whether something is wrong.
    pub fn is_bad(&self) -> bool {
        !self.violations.is_empty() || !self.failures.is_empty()
    }

    fn row(&self) -> [String; 7] {
        [
            self.document.clone(),
            self.operations.to_string(),
            self.called.to_string(),
            self.calls.to_string(),
            self.violations.values().sum::<usize>().to_string(),
            self.allowed.to_string(),
            self.others.to_string(),
        ]
    }
}

/// The table, with what is wrong above it.
pub fn table(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        for ((operation, violation), calls) in &outcome.violations {
            text.push_str(&format!("{} {operation}: {violation} ({calls} calls)\n", outcome.document));
        }
        for failure in &outcome.failures {
            text.push_str(&format!("{}: {failure}\n", outcome.document));
        }
    }
    let head =
        ["document", "operations", "called", "calls", "violations", "allowed", "in responses"].map(str::to_owned);
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(outcomes.iter().map(Outcome::row)).collect();
    text.push_str(&aligned(&rows));
    text
}
