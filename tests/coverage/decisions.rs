//! The table of decisions.

/// What the hand-written layer does with something of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A flow takes or gives it.
    Wrapped,
    /// Callers get at it as it is on the wire.
    PassedThrough,
    /// No flow takes or gives it.
    DeliberatelyNot,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row<'t> {
    pub(crate) pointer: &'t str,
    /// `None` where it is not one of the three.
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
