//! Canaille: installed in a virtual environment with pinned packages, and a server that most tests share.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::installation::{folder, is_there, run, succeeds};
use crate::server::Server;

const PINS: &str = include_str!("python/requirements.txt");
const FILES: [(&str, &str); 2] = [("requirements.txt", PINS), ("server.py", include_str!("python/server.py"))];
// Some systems have the module `venv` without the packages that it installs.
const VENV: &str = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";

/// The Canaille server that tests share: registration is open to all. `None` without Python. It ends with this process.
pub(crate) fn open() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| start(&[])).as_ref()
}

/// A Canaille server for one test; `None` without Python.
pub(crate) fn start(options: &[&str]) -> Option<Server> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(install).as_ref()?;
    Some(Server::start(python(folder).arg("server.py").args(options).current_dir(folder)))
}

/// The Python of the environment, isolated from the user's settings.
fn python(folder: &Path) -> Command {
    let mut python = Command::new(folder.join("venv/bin/python"));
    python.arg("-I");
    python
}

fn install() -> Option<PathBuf> {
    if !is_there("python3", &["-c", VENV], "install Python 3.11 or later, with venv") {
        return None;
    }
    // An environment depends on the Python that made it, which may be gone.
    let sound = |folder: &Path| succeeds(python(folder).args(["-c", ""]));
    Some(folder("canaille", &FILES, PINS, sound, |folder| {
        run(Command::new("python3").args(["-m", "venv", "--clear", "venv"]).current_dir(folder));
        // Only built packages, so that no third-party code runs during the installation.
        let packages = ["-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"];
        run(python(folder).args(packages).args(["-r", "requirements.txt"]).current_dir(folder));
    }))
}
