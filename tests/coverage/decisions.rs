//! The table of decisions.

/// The decision of the hand-written layer about a part of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A flow has an argument or a result for it.
    Wrapped,
    /// Callers get it unchanged.
    PassedThrough,
    /// No flow uses it.
    DeliberatelyNot,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row<'t> {
    pub(crate) pointer: &'t str,
    /// The decision; `None` if the word is unknown.
    pub(crate) decision: Option<Decision>,
    pub(crate) item: &'t str,
    pub(crate) reason: &'t str,
}

pub(crate) fn read(table: &str) -> Vec<Row<'_>> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

fn row(line: &str) -> Row<'_> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [pointer, decision, item, reason] = columns.as_slice() else {
        panic!("not four columns, with tabs between them: {line}");
    };
    let decision = match *decision {
        "wrapped" => Some(Decision::Wrapped),
        "passed through" => Some(Decision::PassedThrough),
        "deliberately not" => Some(Decision::DeliberatelyNot),
        _ => None,
    };
    Row { pointer, decision, item, reason }
}
