//! Programs that run on Node: installed as their lock files say, and running ones. One of them is node-oidc-provider.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{env, fs, thread};

use crate::shared::say;

const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("node/package.json")),
    (LOCK, include_str!("node/package-lock.json")),
    ("server.js", include_str!("node/server.js")),
];

const LOCK: &str = "package-lock.json";

/// On a machine that does much else.
const MOST_WAIT: Duration = Duration::from_secs(120);

/// A running node-oidc-provider. It ends with its value.
pub(crate) struct Server {
    _process: Process,
    pub(crate) issuer: String,
}

impl Server {
    /// `None`, and a word about it, where there is no Node; under `ORY_OIDC_REQUIRE_INTEROP` that is a failure.
    pub(crate) fn start() -> Option<Self> {
        static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
        let folder = FOLDER.get_or_init(|| npm_ci("node-oidc-provider", &FILES)).as_ref()?;
        let mut command = Command::new("node");
        command.arg("server.js").current_dir(folder);
        let (process, issuer) = Process::start(&mut command, |line| line.strip_prefix("listening at "));
        Some(Self { _process: process, issuer })
    }
}

/// A running program. It ends with its value.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts it, waits for the line of its output in which `wanted` finds something, and gives that.
    pub(crate) fn start(command: &mut Command, wanted: fn(&str) -> Option<&str>) -> (Self, String) {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut process = Self { child };
        let lines = BufReader::new(process.child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (sender, found) = mpsc::channel();
        // It says more later, and would end or stand still if nobody listened.
        thread::spawn(move || {
            lines.for_each(|line| wanted(&line).into_iter().for_each(|part| drop(sender.send(part.trim().to_owned()))));
        });
        match found.recv_timeout(MOST_WAIT) {
            Ok(part) => (process, part),
            Err(RecvTimeoutError::Timeout) => panic!("it takes too long to start: {command:?}"),
            Err(RecvTimeoutError::Disconnected) => {
                panic!("it did not start ({}): {command:?}", process.child.wait().unwrap())
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of this name with these files, one of which is the lock file, and with what that one names installed.
pub(crate) fn npm_ci(name: &str, files: &[(&str, &str)]) -> Option<PathBuf> {
    for program in ["node", "npm"] {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            let required = env::var_os("ORY_OIDC_REQUIRE_INTEROP").is_some();
            assert!(!required, "`{program} --version` does not run: install Node 20 or later, with npm");
            say(&format!("skipped: `{program} --version` does not run"));
            return None;
        }
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let installed = folder.join("installed.json");
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let (_, lock) = files.iter().find(|(name, _)| *name == LOCK).unwrap();
    if !fs::read_to_string(&installed).is_ok_and(|text| text == *lock) {
        let output = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "npm ci: {}", String::from_utf8_lossy(&output.stderr));
        fs::write(installed, lock).unwrap();
    }
    Some(folder)
}
