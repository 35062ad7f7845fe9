//! The virtual environments of the servers, with exact versions of everything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::corpus::Error;

/// Installs the requirements of a server, unless they are installed. Returns the environment's Python.
pub(super) fn install(base: &Path, root: &Path, name: &str) -> Result<PathBuf, Error> {
    let requirements = root.join("xtask/servers").join(format!("{name}.requirements.txt"));
    let wanted = fs::read_to_string(&requirements).map_err(|error| Error::new(requirements.display(), error))?;
    let folder = base.join(name);
    let python = folder.join("bin/python");
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|list| list == wanted) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let list = requirements.display().to_string();
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-deps", "-r", &list]))?;
    fs::write(&installed, wanted).map_err(|error| Error::new(installed.display(), error))?;
    Ok(python)
}

/// Whether there is a Python that can make virtual environments.
pub(super) fn is_there() -> bool {
    let test = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
    Command::new("python3").args(["-c", test]).output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command) -> Result<(), Error> {
    let shown = format!("{command:?}");
    let output = command.output().map_err(|error| Error::new(&shown, error))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(Error::new(shown, String::from_utf8_lossy(&output.stderr))),
    }
}
