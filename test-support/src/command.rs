//! Cargo, started by a test or a tool that cargo has started.

use std::env;
use std::path::Path;
use std::process::Command;

/// Cargo in this folder, without the variables of the package that runs. With other ones, the build script of ring would run again,
/// and everything above it would be built again.
#[must_use]
pub fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|own| name.starts_with(own))) {
            cargo.env_remove(name);
        }
    }
    cargo
}
