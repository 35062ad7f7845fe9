//! The prerequisites of a third-party server: programs, and a folder with pinned packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use test_support::skipped;

/// Whether a prerequisite is available, tested by a command. If not, prints `skipped:`; with `ORY_OIDC_REQUIRE_INTEROP`
/// it fails.
pub(crate) fn is_there(program: &str, arguments: &[&str], remedy: &str) -> bool {
    if succeeds(Command::new(program).args(arguments)) {
        return true;
    }
    let command = format!("`{program} {}` does not run", arguments.join(" "));
    skipped(&format!("{command}: {remedy}"), "ORY_OIDC_REQUIRE_INTEROP");
    false
}

/// Whether the command runs and succeeds. Its output is discarded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs a step of an installation. It must succeed.
pub(crate) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The folder of a server, with our `files` in it. `install` fills the folder, unless it was filled with the same
/// `pins` and is still `sound`.
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
        // An incomplete installation must not pass for the previous one.
        let _ = fs::remove_file(&installed);
        install(&folder);
        fs::write(installed, pins).unwrap();
    }
    folder
}
