//! `cargo xtask corpus`: tests the generator with a folder of real documents.
//!
//! ```text
//! document --generate (a child process)--> module --cargo check--> types --build and run--> instances
//! ```
//!
//! Instances are tried on a stack of 512 kB. If an instance overflows the stack, the program ends and is started again
//! after it.
//!
//! Each stage of each document is measured. Results are stored, so that a run can be resumed.

pub mod check;
pub mod compare;
pub mod documents;
pub mod expect;
pub mod instances;
pub mod kept;
pub mod options;
pub mod outcome;
pub mod process;
pub mod run;
#[cfg(test)]
mod runner;
pub mod sizes;
pub mod store;
pub mod supervise;
pub mod table;
pub mod workspace;

use std::fmt;

pub use options::Options;
pub use run::run;

/// The error of a corpus that cannot run. Problems of single documents are outcomes and not errors.
#[derive(Debug)]
pub struct Error(pub String);

impl Error {
    pub(crate) fn new(doing: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self(format!("{doing}: {reason}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
