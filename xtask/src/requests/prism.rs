//! Prism: the installation from its lock file, and a server for each document.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::corpus::Error;
use crate::corpus::workspace::write;

const MANIFEST: &str = include_str!("../../prism/package.json");
const LOCK: &str = include_str!("../../prism/package-lock.json");

/// Prism's message, before its address, when it is ready.
const LISTENING: &str = "Prism is listening on ";

/// The time limit for a start. Large documents need half a minute.
const MOST_WAIT: Duration = Duration::from_secs(180);

/// An installed Prism.
#[derive(Clone, Debug)]
pub struct Prism {
    program: PathBuf,
}

impl Prism {
    /// Installs the packages of the lock file, unless they are installed.
    ///
    /// # Errors
    ///
    /// There is no Node, or npm fails.
    pub fn install(folder: &Path) -> Result<Self, Error> {
        const NODE: &str = "this command needs Node (20 or later, with npm) in the PATH";
        for program in ["node", "npm"] {
            let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            if !found.is_ok_and(|status| status.success()) {
                return Err(Error::new(NODE, format_args!("`{program} --version` does not run")));
            }
        }
        fs::create_dir_all(folder).map_err(|error| Error::new(folder.display(), error))?;
        let installed = folder.join("installed.json");
        if !fs::read_to_string(&installed).is_ok_and(|lock| lock == LOCK) {
            write(&folder.join("package.json"), MANIFEST)?;
            write(&folder.join("package-lock.json"), LOCK)?;
            let output = Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(folder)
                .output()
                .map_err(|error| Error::new("npm ci", error))?;
            if !output.status.success() {
                return Err(Error::new("npm ci", String::from_utf8_lossy(&output.stderr)));
            }
            write(&installed, LOCK)?;
        }
        Ok(Self { program: folder.join("node_modules/@stoplight/prism-cli/dist/index.js") })
    }

    /// Starts a server for this document and waits until it is ready.
    ///
    /// # Errors
    ///
    /// The server cannot be started, ends, or takes too long.
    pub fn serve(&self, document: &Path) -> Result<Server, Error> {
        let failed =
            |reason: &dyn std::fmt::Display| Error::new(format_args!("prism mock {}", document.display()), reason);
        let mut child = Command::new("node")
            .arg(&self.program)
            .args(["mock", "--host", "127.0.0.1", "--port", "0"])
            .arg(document)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        let (sender, lines) = mpsc::channel();
        let outputs = [child.stdout.take().map(reader), child.stderr.take().map(reader)];
        let mut server = Server { child, base_url: String::new() };
        for output in outputs.into_iter().flatten() {
            let sender = sender.clone();
            // The output is read until the end, because Prism would block on a full pipe.
            thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        }
        drop(sender);
        let mut output = Vec::new();
        loop {
            match lines.recv_timeout(MOST_WAIT) {
                Ok(line) => match line.split_once(LISTENING) {
                    Some((_, address)) => {
                        server.base_url = address.trim().to_owned();
                        return Ok(server);
                    }
                    None => output.push(line),
                },
                Err(RecvTimeoutError::Timeout) => return Err(failed(&"it takes too long to start")),
                Err(RecvTimeoutError::Disconnected) => return Err(failed(&output.join("\n"))),
            }
        }
    }
}

fn reader(output: impl std::io::Read + Send + 'static) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::new(output))
}

/// A running server. Dropping the value ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    base_url: String,
}

impl Server {
    /// Its address.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
