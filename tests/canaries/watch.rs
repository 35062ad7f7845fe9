//! Looks for canaries in everything that can be printed.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once};

/// Every canary has this in it, so that a part of one is found as well.
pub(crate) const MARK: &str = "canary-";

/// The secrets to look for.
#[derive(Default)]
pub(crate) struct Watch {
    secrets: Vec<String>,
    looked: usize,
    /// The errors that were unwrapped already; one of each will do.
    unwrapped: HashSet<String>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        collect_logs();
        Self { secrets: vec![MARK.to_owned()], ..Self::default() }
    }

    /// Looks for this secret, too: one that could not be chosen.
    pub(crate) fn secret(&mut self, secret: &str) {
        assert!(secret.len() > 8, "too short to look for: {secret:?}");
        self.secrets.push(secret.to_owned());
    }

    #[track_caller]
    pub(crate) fn text(&mut self, text: &str) {
        self.looked += 1;
        for secret in &self.secrets {
            assert!(!text.contains(secret), "a secret is shown:\n{text}");
        }
    }

    #[track_caller]
    pub(crate) fn debug(&mut self, value: &impl Debug) {
        self.text(&format!("{value:?}"));
        self.text(&format!("{value:#?}"));
    }

    /// Everything that can be had of an error in words, and the panic of who unwraps it.
    #[track_caller]
    pub(crate) fn error<E: StdError>(&mut self, error: E) {
        self.debug(&error);
        self.text(&error.to_string());
        self.text(&format!("{error:#}"));
        let mut source = error.source();
        while let Some(inner) = source {
            self.debug(&inner);
            self.text(&inner.to_string());
            source = inner.source();
        }
        if !self.unwrapped.insert(format!("{error:?}")) {
            return;
        }
        let unwrapping = AssertUnwindSafe(move || unwrap(Err(error)));
        let panic = catch_unwind(unwrapping).unwrap_err();
        self.text(panic.downcast_ref::<String>().unwrap());
    }

    /// At the end: what was logged meanwhile. Says how many texts were looked at.
    #[track_caller]
    pub(crate) fn finish(mut self) -> usize {
        let logs = LOGS.lock().unwrap().clone();
        for line in &logs {
            self.text(line);
        }
        self.looked
    }
}

fn unwrap<E: Debug>(outcome: Result<(), E>) {
    outcome.unwrap();
}

/// What the libraries below log, at every level.
static LOGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LOGS.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

fn collect_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Collector).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

/// How much was logged so far: none at all would mean that nobody looks.
pub(crate) fn logged() -> usize {
    LOGS.lock().unwrap().len()
}
