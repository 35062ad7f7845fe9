//! Looks for canaries in everything that can be printed.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once};

/// Every canary contains this text, so parts of a canary are found, too.
pub(crate) const MARK: &str = "canary-";

/// The secrets to look for.
#[derive(Default)]
pub(crate) struct Watch {
    secrets: Vec<String>,
    looked: usize,
    /// The kinds of errors that were unwrapped. One of each kind is enough.
    unwrapped: HashSet<String>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        collect_logs();
        Self { secrets: vec![MARK.to_owned()], ..Self::default() }
    }

    /// Looks for a further secret, which the test could not choose.
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

    /// Checks all text of an error, and the panic of unwrapping it.
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

    /// Checks the log at the end, and prints the number of checked texts.
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

/// The log of the libraries below, at every level.
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

/// The size of the log so far. An empty log would mean that nothing was checked.
pub(crate) fn logged() -> usize {
    LOGS.lock().unwrap().len()
}
