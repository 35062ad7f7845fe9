//! The rule for skipped tests: a test without its prerequisites prints `skipped:` and passes, unless it is required to
//! run.

use std::env::var_os;
use std::io::Write;
use std::path::PathBuf;

use crate::workspace;

/// A file or folder of the documents outside the repository: in `../shared`, or in `$ORY_OIDC_SHARED`.
///
/// Prints `skipped:` and returns `None` if it is missing.
///
/// # Panics
///
/// If it is missing and `ORY_OIDC_REQUIRE_SHARED` is set.
#[must_use]
pub fn shared(name: &str) -> Option<PathBuf> {
    let root = var_os("ORY_OIDC_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        skipped(&format!("there is no {}", path.display()), "ORY_OIDC_REQUIRE_SHARED");
        return None;
    }
    Some(path)
}

/// Prints `skipped:` and the reason.
///
/// # Panics
///
/// If the environment variable `required` is set.
pub fn skipped(why: &str, required: &str) {
    assert!(var_os(required).is_none(), "{why}, and {required} is set");
    say(&format!("skipped: {why}"));
}

/// Prints a line that appears without `--nocapture`, even if the test passes.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "\n{line}");
}
