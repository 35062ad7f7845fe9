//! Runs a call, measures it, and adds a line to the table.

use std::time::{Duration, Instant};

use ory_oidc::{Error, ErrorKind};

use crate::PEAK;
use crate::cases::Outcome;

/// The memory limit of a call, 48 times the size limit of its response: a decoded value of two bytes has 32, and a
/// growing vector reserves twice its size.
const MEMORY: usize = 12 << 20;
/// The permitted delay of a call's end, for a busy machine.
const SLACK: Duration = Duration::from_secs(2);
/// The canary, which no text may contain.
const CANARY: &str = "canary";

/// A measurement of the memory of the process, beyond what was in use at its start.
pub(crate) struct Memory(usize);

impl Memory {
    pub(crate) fn measure() -> Self {
        PEAK.reset_peak_usage();
        Self(PEAK.current_usage())
    }

    pub(crate) fn most(&self) -> usize {
        PEAK.peak_usage().saturating_sub(self.0)
    }
}

/// Awaits the call. Returns its duration, and its error if it fails.
pub(crate) async fn timed<T>(call: impl Future<Output = Result<T, Error>>) -> (Duration, Option<Error>) {
    let start = Instant::now();
    let result = call.await;
    (start.elapsed(), result.err())
}

#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<String>,
    failures: Vec<String>,
}

impl Report {
    /// Awaits the call and compares its outcome. `allowed` is its timeout.
    pub(crate) async fn case<T>(
        &mut self,
        name: &str,
        expected: Outcome,
        allowed: Duration,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Option<Error> {
        let memory = Memory::measure();
        let (took, error) = timed(call).await;
        self.ended(name, expected, allowed, took, memory.most(), error)
    }

    /// Compares the outcome of a call that has ended.
    pub(crate) fn ended(
        &mut self,
        name: &str,
        expected: Outcome,
        allowed: Duration,
        took: Duration,
        memory: usize,
        error: Option<Error>,
    ) -> Option<Error> {
        let outcome = match &error {
            None => Outcome::Value,
            Some(error) => Outcome::Error(error.kind(), error.status().map(|status| status.as_u16())),
        };
        let shown = match outcome {
            Outcome::Value => "a value".to_owned(),
            Outcome::Broken => String::new(),
            Outcome::Error(kind, None) => format!("{kind:?}"),
            Outcome::Error(kind, Some(status)) => format!("{kind:?} with {status}"),
        };
        self.lines.push(format!("{name:<62} {shown:<26} {:>6} ms {:>6} kB", took.as_millis(), memory / 1024));
        let text = error.as_ref().map(|error| format!("{error} | {error:?}")).unwrap_or_default();
        let expected = match (expected, outcome) {
            (Outcome::Broken, Outcome::Error(ErrorKind::Connect | ErrorKind::Transport, None)) => outcome,
            _ => expected,
        };
        self.check(outcome == expected, || format!("{name}: expected {expected:?}: {outcome:?} {text}"));
        self.check(took <= allowed + SLACK, || format!("{name}: took {took:?}, allowed were {allowed:?}"));
        self.check(memory <= MEMORY, || format!("{name}: took {memory} bytes"));
        self.check(!text.contains(CANARY), || format!("{name}: shows a secret: {text}"));
        self.check(!text.contains(char::is_control), || format!("{name}: not one line: {text}"));
        error
    }

    pub(crate) fn check(&mut self, holds: bool, failure: impl FnOnce() -> String) {
        if !holds {
            self.failures.push(failure());
        }
    }

    /// Prints the table, and then the failures.
    pub(crate) fn finish(self, title: &str) {
        test_support::say(&format!("{title}\n{}", self.lines.join("\n")));
        assert!(self.failures.is_empty(), "{}:\n{}", self.failures.len(), self.failures.join("\n"));
    }
}
