//! The table of all calls, for people.

use std::collections::BTreeMap;

use crate::corpus::table::aligned;

/// The outcome of a document's calls.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The name of the document.
    pub document: String,
    /// The number of operations.
    pub operations: usize,
    /// The number of called operations.
    pub called: usize,
    /// The number of calls.
    pub calls: usize,
    /// The invalid requests: operation and violation, with the number of calls.
    pub violations: BTreeMap<(String, String), usize>,
    /// The number of allowed violations.
    pub allowed: usize,
    /// The number of violations in Prism's own responses.
    pub others: usize,
    /// The reasons for missing calls.
    pub failures: Vec<String>,
}

impl Outcome {
    /// Whether a request is invalid, or a call is missing.
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

/// The table, with the failures above it.
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
