//! Node programs, installed from their lock files. One of them is node-oidc-provider.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::installation::{folder, is_there, run};
use crate::server::Server;

const LOCK: &str = include_str!("node/package-lock.json");
const FILES: [(&str, &str); 2] =
    [("package.json", include_str!("node/package.json")), ("server.js", include_str!("node/server.js"))];

/// A node-oidc-provider for one test; `None` without Node.
pub(crate) fn start() -> Option<Server> {
    start_with(&[])
}

/// A node-oidc-provider that demands this initial access token for registrations, and reads client ID metadata documents.
pub(crate) fn start_demanding(initial_access_token: &str) -> Option<Server> {
    start_with(&[initial_access_token])
}

fn start_with(arguments: &[&str]) -> Option<Server> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| npm_ci("node-oidc-provider", LOCK, &FILES)).as_ref()?;
    Some(Server::start(Command::new("node").arg("server.js").args(arguments).current_dir(folder)))
}

/// The folder of this name with these files, and with the packages of the lock file; `None` without Node.
pub(crate) fn npm_ci(name: &str, lock: &str, files: &[(&str, &str)]) -> Option<PathBuf> {
    for program in ["node", "npm"] {
        if !is_there(program, &["--version"], "install Node 20 or later, with npm") {
            return None;
        }
    }
    let files = [files, &[("package-lock.json", lock)]].concat();
    let packages = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let install = |folder: &Path| run(Command::new("npm").args(packages).current_dir(folder));
    Some(folder(name, &files, lock, |_| true, install))
}
