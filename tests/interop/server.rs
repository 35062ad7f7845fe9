//! Third-party servers: processes that print their address.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The time limit for a start, on a busy machine.
const MOST_WAIT: Duration = Duration::from_secs(120);

/// A running provider. Dropping the value ends it.
pub(crate) struct Server {
    _process: Process,
    pub(crate) issuer: String,
}

impl Server {
    /// Starts one of our scripts, which prints `listening at ` and the issuer.
    pub(crate) fn start(command: &mut Command) -> Self {
        let (process, issuer) = Process::start(command, |line| line.strip_prefix("listening at "));
        Self { _process: process, issuer }
    }
}

/// A running program. Dropping the value ends it.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a program, and waits for the output line in which `wanted` finds a value.
    pub(crate) fn start(command: &mut Command, wanted: fn(&str) -> Option<&str>) -> (Self, String) {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut process = Self { child };
        let lines = BufReader::new(process.child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (sender, found) = mpsc::channel();
        // The output is read until the end, because the program would block on a full pipe.
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
