//! The expected outcomes, in a file. A worse outcome fails; a new expectation must be accepted explicitly.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::outcome::{Outcome, Verdict};

const HEAD: &str = "# document\tverdict\tinstances equal\tinstances in all";

/// The expected outcome of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expected {
    verdict: Verdict,
    equal: usize,
    total: usize,
}

/// The comparison of outcomes with the expected ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The regressions, one line each.
    pub worse: Vec<String>,
    /// The improvements and new documents.
    pub better: Vec<String>,
}

/// The table of the outcomes. Lines of `old` for other documents are kept.
pub fn write(outcomes: &[Outcome], old: &str) -> String {
    let mut lines: BTreeMap<String, Expected> = read(old).unwrap_or_default();
    lines.extend(outcomes.iter().map(|outcome| (outcome.document.clone(), of(outcome))));
    let mut text = format!("{HEAD}\n");
    for (document, Expected { verdict, equal, total }) in lines {
        let _ = writeln!(text, "{document}\t{}\t{equal}\t{total}", verdict.as_str());
    }
    text
}

/// Compares the outcomes. With `all`, every document of the table must be present.
///
/// # Errors
///
/// The table is invalid. The error names the line.
pub fn compare(outcomes: &[Outcome], table: &str, all: bool) -> Result<Comparison, String> {
    let expected = read(table)?;
    let mut comparison = Comparison::default();
    for outcome in outcomes {
        let now = of(outcome);
        let name = &outcome.document;
        let Some(&before) = expected.get(name) else {
            comparison.better.push(format!("{name}: is new"));
            continue;
        };
        let mut note = |is_worse: bool, what: String| {
            let list = if is_worse { &mut comparison.worse } else { &mut comparison.better };
            list.push(format!("{name}: {what}"));
        };
        if now.verdict != before.verdict {
            let what = format!("{}, was {}", now.verdict.as_str(), before.verdict.as_str());
            note(now.verdict < before.verdict, what);
        }
        // Ratios are compared, so that more instances are not a regression. A document that does not compile has no
        // instances.
        if (now.equal, now.total) != (before.equal, before.total) {
            let what = format!("{} of {} instances, were {} of {}", now.equal, now.total, before.equal, before.total);
            note(wrong(now) > wrong(before) || now.equal < before.equal, what);
        }
    }
    if all {
        let is_gone = |name: &&String| !outcomes.iter().any(|outcome| outcome.document == **name);
        comparison.worse.extend(expected.keys().filter(is_gone).map(|name| format!("{name}: is gone")));
    }
    Ok(comparison)
}

fn wrong(expected: Expected) -> usize {
    expected.total.saturating_sub(expected.equal)
}

fn of(outcome: &Outcome) -> Expected {
    let (equal, total) = outcome.instances.as_ref().map_or((0, 0), |instances| (instances.equal, instances.total));
    Expected { verdict: outcome.verdict, equal, total }
}

fn read(table: &str) -> Result<BTreeMap<String, Expected>, String> {
    let lines = table.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|(index, line)| {
            let wrong = || format!("line {}: not `document, verdict, equal, total` with tabs between", index + 1);
            let cells: Vec<&str> = line.split('\t').collect();
            let [document, verdict, equal, total] = cells.as_slice() else { return Err(wrong()) };
            let number = |text: &str| text.parse().map_err(|_| wrong());
            let verdict = Verdict::parse(verdict).ok_or_else(wrong)?;
            Ok(((*document).to_owned(), Expected { verdict, equal: number(equal)?, total: number(total)? }))
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::outcome::Instances;
    use super::*;

    fn outcome(document: &str, verdict: Verdict, equal: usize, total: usize) -> Outcome {
        let instances = Some(Instances { equal, total, ..Instances::default() });
        Outcome { document: document.to_owned(), verdict, instances, ..Outcome::default() }
    }

    #[test]
    fn a_table_agrees_with_itself() {
        let outcomes = [outcome("a", Verdict::Compiles, 3, 4), outcome("b", Verdict::Refused, 0, 0)];
        let table = write(&outcomes, "");
        assert_eq!(compare(&outcomes, &table, true), Ok(Comparison::default()));
    }

    #[test]
    fn worse_and_better() {
        let table = write(&[outcome("a", Verdict::Compiles, 3, 4), outcome("b", Verdict::Refused, 0, 0)], "");
        let now = [outcome("a", Verdict::Errors, 2, 4), outcome("c", Verdict::Compiles, 1, 1)];
        let comparison = compare(&now, &table, true).unwrap();
        assert_eq!(comparison.worse, ["a: errors, was compiles", "a: 2 of 4 instances, were 3 of 4", "b: is gone"]);
        assert_eq!(comparison.better, ["c: is new"]);
    }

    #[test]
    fn a_broken_table_is_reported() {
        assert_eq!(
            compare(&[], "a\tcompiles\n", true),
            Err("line 1: not `document, verdict, equal, total` with tabs between".to_owned())
        );
    }
}
