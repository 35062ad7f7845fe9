//! What a server of others needs: the programs that run it, and a folder that is filled as its pins say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use test_support::skipped;

/// Whether what a server needs is there, by a command that must succeed. Where it is not the test that asks says so and counts
/// as skipped; under `ORY_OIDC_REQUIRE_INTEROP` that is a failure.
pub(crate) fn is_there(program: &str, arguments: &[&str], remedy: &str) -> bool {
    if succeeds(Command::new(program).args(arguments)) {
        return true;
    }
    let command = format!("`{program} {}` does not run", arguments.join(" "));
    skipped(&format!("{command}: {remedy}"), "ORY_OIDC_REQUIRE_INTEROP");
    false
}

/// Whether the command runs, and ends well. What it says is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs a step of an installation, which must succeed.
pub(crate) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The folder of a server with our `files` in it. `install` fills it, unless it did so before with these `pins` and what it
/// left is still `sound`.
pub(crate) fn folder(
    name: &str,
    files: &[(&str, &str)],
    pins: &str,
    sound: impl FnOnce(&Path) -> bool,
    install: impl FnOnce(&Path),
) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let installed = folder.join("installed");
    if !(fs::read_to_string(&installed).is_ok_and(|text| text == pins) && sound(&folder)) {
        // One that fails half-way must not pass for the one before it.
        let _ = fs::remove_file(&installed);
        install(&folder);
        fs::write(installed, pins).unwrap();
    }
    folder
}
