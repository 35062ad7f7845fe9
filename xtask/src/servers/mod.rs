//! `cargo xtask servers`: calls real servers with clients of the documents that they serve at that moment.
//!
//! ```text
//! server (pinned, in a virtual environment) --its document--> module --build--> program of typed calls --> server
//! ```
//!
//! The programs are in `xtask/servers`. Each call is an ordinary line of a user's program, with nothing that suits a server. A call
//! that cannot be right, because the server or its document is wrong, is listed with the reason.

mod options;
mod program;
mod python;
mod report;
mod running;

use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

pub use options::{NAMES, Options};
pub use report::{Call, Outcome, table};

use crate::corpus::Error;
use crate::corpus::process::Bounds;
use crate::corpus::workspace::Workspace;

/// Calls all chosen servers. A server whose prerequisites are missing has a reason instead of calls.
///
/// # Errors
///
/// The run fails for a reason other than a server.
pub fn run(options: &Options, root: &Path, shared: &Path) -> Result<Vec<Outcome>, Error> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let base = target.join("servers");
    fs::create_dir_all(&base).map_err(|error| Error::new(base.display(), error))?;
    // The workspace of the corpus, so that the dependencies of generated code are built once.
    let workspace = Workspace::new(&target.join("corpus"), &root.join("Cargo.lock"), false)?;
    let bounds = Bounds { time: Duration::from_secs(options.timeout), megabytes: 12_000 };
    let mut outcomes = Vec::new();
    for name in NAMES.into_iter().filter(|name| options.takes(name)) {
        let outcome = match running::missing(name, shared) {
            Some(missing) => Outcome::skipped(name, missing),
            None => {
                let python = python::install(&base, root, name)?;
                let server = running::start(&python, name, &base, shared)?;
                let calls = program::calls(&workspace, name, root, &server, bounds)?;
                Outcome::of(name, calls)
            }
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}
