//! The violations that Prism reports wrongly, each with its reason.

/// A line of the list, with tabs between document, operation, a part of the violation's text, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Allowance {
    document: String,
    operation: String,
    text: String,
}

/// The list, and which of its lines were used.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    lines: Vec<(Allowance, bool)>,
}

impl Allowed {
    /// Reads the list.
    ///
    /// # Errors
    ///
    /// A line does not have four columns, or a column is empty.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut allowed = Self::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [document, operation, text, _reason] = columns.as_slice() else {
                return Err(format!("line {}: document, operation, text and reason, with tabs between", index + 1));
            };
            if columns.iter().any(|column| column.trim().is_empty()) {
                return Err(format!("line {}: a column is empty", index + 1));
            }
            let [document, operation, text] = [document, operation, text].map(|column| (*column).to_owned());
            allowed.lines.push((Allowance { document, operation, text }, false));
        }
        Ok(allowed)
    }

    /// Whether a line allows this violation. `*` stands for all operations.
    pub fn allows(&mut self, document: &str, operation: &str, violation: &str) -> bool {
        let fits = |line: &Allowance| {
            line.document == document
                && (line.operation == "*" || line.operation == operation)
                && violation.contains(&line.text)
        };
        let mut found = false;
        for (_, needed) in self.lines.iter_mut().filter(|(line, _)| fits(line)) {
            *needed = true;
            found = true;
        }
        found
    }

    /// The unused lines for these documents.
    pub fn unneeded(&self, documents: &[String]) -> Vec<String> {
        let unneeded = self.lines.iter().filter(|(line, needed)| !needed && documents.contains(&line.document));
        unneeded.map(|(line, _)| format!("{} {} `{}`", line.document, line.operation, line.text)).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_line_allows_its_violation_only() {
        let mut allowed = Allowed::read("# why\nbox\tgetFile\tmust be\tPrism errs\nbox\t*\tnever\tno\n").unwrap();
        assert!(allowed.allows("box", "getFile", "request.query.x: must be string"));
        assert!(!allowed.allows("box", "other", "request.query.x: must be string"));
        assert_eq!(allowed.unneeded(&["box".to_owned()]), ["box * `never`"]);
        assert!(allowed.unneeded(&["svix".to_owned()]).is_empty());
        assert!(Allowed::read("box\tgetFile\tmust be").is_err());
        assert!(Allowed::read("box\tgetFile\tmust be\t ").is_err());
    }
}
