//! node-oidc-provider: installed as its lock file says, and a server of it for each test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::server::{Server, folder, is_there, run};

const LOCK: &str = include_str!("node/package-lock.json");
const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("node/package.json")),
    ("package-lock.json", LOCK),
    ("server.js", include_str!("node/server.js")),
];

/// `None`, and a word about it, where there is no Node.
pub(crate) fn start() -> Option<Server> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(install).as_ref()?;
    Some(Server::start(Command::new("node").arg("server.js").current_dir(folder)))
}

fn install() -> Option<PathBuf> {
    for program in ["node", "npm"] {
        if !is_there(program, &["--version"], "install Node 20 or later, with npm") {
            return None;
        }
    }
    let packages = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    Some(folder(
        "node-oidc-provider",
        &FILES,
        LOCK,
        |_| true,
        |folder| {
            run(Command::new("npm").args(packages).current_dir(folder));
        },
    ))
}
