//! A server of others: a process that says where it listens.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// On a machine that does much else.
const MOST_WAIT: Duration = Duration::from_secs(120);

/// A running provider. It ends with its value.
pub(crate) struct Server {
    _process: Process,
    pub(crate) issuer: String,
}

impl Server {
    /// One of our scripts, which say `listening at ` and the issuer.
    pub(crate) fn start(command: &mut Command) -> Self {
        let (process, issuer) = Process::start(command, |line| line.strip_prefix("listening at "));
        Self { _process: process, issuer }
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
