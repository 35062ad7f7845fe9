//! The list of instances that may not come back, with reasons.

use std::collections::{BTreeMap, BTreeSet};

/// Compares the list with the failures. A line is `file`, `group`, `instance` and `reason`, separated by tabs.
///
/// # Errors
///
/// A line does not have four parts, or has an empty reason.
pub fn unexpected(list: &str, failures: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut allowed = BTreeSet::new();
    for (index, line) in list.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [file, group, instance, reason] = parts.as_slice() else {
            return Err(format!("line {}: expected file, group, instance and reason", index + 1));
        };
        if reason.trim().is_empty() {
            return Err(format!("line {}: the reason is missing", index + 1));
        }
        allowed.insert(format!("{file}\t{group}\t{instance}"));
    }
    let new = failures.iter().filter(|(name, _)| !allowed.contains(*name));
    let fixed = allowed.iter().filter(|name| !failures.contains_key(*name));
    let new = new.map(|(name, reason)| format!("not allowed: {name}\t{reason}"));
    Ok(new.chain(fixed.map(|name| format!("comes back, remove the line: {name}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_lines_must_agree() {
        let failures = BTreeMap::from([("a\tb\tc".to_owned(), "lost".to_owned())]);
        assert_eq!(unexpected("# list\na\tb\tc\twhy\n", &failures), Ok(Vec::new()));
        assert_eq!(unexpected("", &failures), Ok(vec!["not allowed: a\tb\tc\tlost".to_owned()]));
        let both = unexpected("a\tb\tc\twhy\nx\ty\tz\twhy", &failures);
        assert_eq!(both, Ok(vec!["comes back, remove the line: x\ty\tz".to_owned()]));
        assert!(unexpected("a\tb\tc\t ", &failures).is_err());
        assert!(unexpected("a\tb\tc", &failures).is_err());
    }
}
