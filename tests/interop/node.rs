//! node-oidc-provider: installed as its lock file says, and a server of it for each test.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::{env, fs, thread};

use crate::shared::say;

const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("node/package.json")),
    ("package-lock.json", include_str!("node/package-lock.json")),
    ("server.js", include_str!("node/server.js")),
];

/// A running server. It ends with its value.
pub(crate) struct Server {
    child: Child,
    pub(crate) issuer: String,
}

impl Server {
    /// `None`, and a word about it, where there is no Node; under `ORY_OIDC_REQUIRE_INTEROP` that is a failure.
    pub(crate) fn start() -> Option<Self> {
        static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
        let folder = FOLDER.get_or_init(install).as_ref()?;
        let mut child = Command::new("node")
            .arg("server.js")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let issuer = lines.find_map(|line| line.strip_prefix("listening at ").map(str::to_owned));
        // It says more later, and would end if nobody listened.
        thread::spawn(move || lines.for_each(drop));
        let Some(issuer) = issuer else {
            let status = child.wait().unwrap();
            panic!("the server did not start ({status}): run `node server.js` in {}", folder.display());
        };
        Some(Self { child, issuer })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn install() -> Option<PathBuf> {
    for program in ["node", "npm"] {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            let required = env::var_os("ORY_OIDC_REQUIRE_INTEROP").is_some();
            assert!(!required, "`{program} --version` does not run: install Node 20 or later, with npm");
            say(&format!("skipped: `{program} --version` does not run"));
            return None;
        }
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node-oidc-provider");
    fs::create_dir_all(&folder).unwrap();
    let installed = folder.join("installed.json");
    for (name, text) in FILES {
        fs::write(folder.join(name), text).unwrap();
    }
    let lock = include_str!("node/package-lock.json");
    if !fs::read_to_string(&installed).is_ok_and(|text| text == lock) {
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
