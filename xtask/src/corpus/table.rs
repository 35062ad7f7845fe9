//! The table of all outcomes, for people.

use std::fmt::Write as _;

use super::outcome::{Cost, Outcome, Verdict};

const HEAD: [&str; 13] = [
    "document",
    "kB",
    "operations",
    "schemas",
    "generate s / MB",
    "lines",
    "check s / MB",
    "problems",
    "warnings",
    "approximated",
    "untyped",
    "instances",
    "largest type",
];

/// The table, the failures below it, and the totals.
pub fn table(outcomes: &[Outcome]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(outcomes.iter().map(row));
    let mut text = aligned(&rows);
    for outcome in outcomes {
        text.push_str(&details(outcome));
    }
    let _ = write!(text, "\n{}", totals(outcomes));
    text
}

/// Aligned rows of cells: the first cell to the left, the others to the right.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(index, (cell, &width))| {
                    if index == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}

fn row(outcome: &Outcome) -> [String; 13] {
    let number = |number: Option<usize>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    [
        outcome.document.clone(),
        outcome.kilobytes.to_string(),
        number(outcome.operations),
        number(outcome.schemas),
        cost(outcome.generate),
        number(outcome.lines),
        match outcome.verdict {
            Verdict::Compiles | Verdict::Generated => cost(outcome.check),
            bad => bad.as_str().to_owned(),
        },
        outcome.problem_count.to_string(),
        outcome.warnings.to_string(),
        outcome.approximated.to_string(),
        outcome.untyped.to_string(),
        outcome.instances.as_ref().map_or_else(|| "-".to_owned(), |all| format!("{}/{}", all.equal, all.total)),
        outcome.largest.first().map_or_else(|| "-".to_owned(), |size| format!("{} {}", short(&size.rust), size.bytes)),
    ]
}

/// The name of a type in at most forty characters.
fn short(rust: &str) -> String {
    const MOST: usize = 40;
    let name = rust.strip_prefix("types::").unwrap_or(rust);
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    name.chars().take(MOST - 3).chain("...".chars()).collect()
}

fn cost(cost: Option<Cost>) -> String {
    let Some(Cost { seconds, megabytes }) = cost else { return "-".to_owned() };
    megabytes.map_or_else(|| format!("{seconds:.2}"), |megabytes| format!("{seconds:.2} / {megabytes}"))
}

/// The failures of a document, the first of each kind.
fn details(outcome: &Outcome) -> String {
    const MOST: usize = 5;
    let mut lines: Vec<String> = outcome.problems.iter().take(MOST).cloned().collect();
    if let Some(instances) = &outcome.instances {
        lines.extend(instances.failure.clone());
        let (aborted, wrong): (Vec<_>, Vec<_>) = instances.wrong.iter().partition(|wrong| wrong.aborted);
        let shown = aborted.iter().take(MOST).chain(wrong.iter().take(MOST));
        lines.extend(shown.map(|wrong| format!("{}: {}", wrong.name(), wrong.reason)));
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", outcome.document);
    for line in lines {
        let _ = writeln!(text, "    {line}");
    }
    text
}

/// The last line, with the totals.
pub fn totals(outcomes: &[Outcome]) -> String {
    let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let counts: Vec<String> = [
        Verdict::Compiles,
        Verdict::Generated,
        Verdict::Warnings,
        Verdict::Errors,
        Verdict::Refused,
        Verdict::Timeout,
        Verdict::Crashed,
    ]
    .into_iter()
    .filter(|&verdict| count(verdict) > 0)
    .map(|verdict| format!("{} {}", count(verdict), verdict.as_str()))
    .collect();
    let tried: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.instances.as_ref()).collect();
    let seconds =
        |of: fn(&Outcome) -> Option<Cost>| -> f64 { outcomes.iter().filter_map(of).map(|cost| cost.seconds).sum() };
    format!(
        "{} documents: {}; {} lines; generated in {:.1} s, checked in {:.1} s; {} approximated, {} untyped ({} \
         where the schema says more); instances \
         {} of {} equal ({} of the others contested, {} without a type, {} aborted)",
        outcomes.len(),
        counts.join(", "),
        outcomes.iter().filter_map(|outcome| outcome.lines).sum::<usize>(),
        seconds(|outcome| outcome.generate),
        seconds(|outcome| outcome.check),
        outcomes.iter().map(|outcome| outcome.approximated).sum::<usize>(),
        outcomes.iter().map(|outcome| outcome.untyped).sum::<usize>(),
        outcomes.iter().map(|outcome| outcome.widened).sum::<usize>(),
        tried.iter().map(|all| all.equal).sum::<usize>(),
        tried.iter().map(|all| all.total).sum::<usize>(),
        tried.iter().map(|all| all.contested).sum::<usize>(),
        tried.iter().map(|all| all.untried).sum::<usize>(),
        tried.iter().flat_map(|all| &all.wrong).filter(|wrong| wrong.aborted).count(),
    )
}
