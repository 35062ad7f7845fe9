//! The folder of real documents and recordings beside the repository, which is not part of it.
#![allow(dead_code, unreachable_pub, clippy::panic)]

pub mod operations;
pub mod recording;
pub mod request;

use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder of it. Where it is missing the test that asks says so and counts as skipped, unless
/// `ORY_OIDC_REQUIRE_SHARED` is set: then it fails.
pub fn folder(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("ORY_OIDC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("ORY_OIDC_REQUIRE_SHARED").is_none(), "there is no {}", folder.display());
    say(&format!("skipped: there is no {}", folder.display()));
    None
}

/// Says a line that is seen without `--nocapture`: what is printed in the usual way is only shown of a test that fails.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "\n{line}");
}
