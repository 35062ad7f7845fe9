//! A server of others: a process that says where it listens, from a folder that is filled as its pins say.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

use crate::shared::say;

/// A running server. It ends with its value.
pub(crate) struct Server {
    child: Child,
    pub(crate) issuer: String,
}

impl Server {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let issuer = lines.find_map(|line| line.strip_prefix("listening at ").map(str::to_owned));
        // It says more later, and would end if nobody listened.
        thread::spawn(move || lines.for_each(drop));
        let Some(issuer) = issuer else {
            let status = child.wait().unwrap();
            panic!("the server did not start ({status}): run {command:?}");
        };
        Self { child, issuer }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether what a server needs is there, by a command that must succeed. Where it is not the test that asks says so and counts
/// as skipped; under `ORY_OIDC_REQUIRE_INTEROP` that is a failure.
pub(crate) fn is_there(program: &str, arguments: &[&str], remedy: &str) -> bool {
    if succeeds(Command::new(program).args(arguments)) {
        return true;
    }
    let command = format!("`{program} {}` does not run", arguments.join(" "));
    assert!(env::var_os("ORY_OIDC_REQUIRE_INTEROP").is_none(), "{command}: {remedy}");
    say(&format!("skipped: {command}"));
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
