//! `cargo xtask corpus`: what the generator makes of a folder of real documents.
//!
//! ```text
//! document --generate (a child process)--> module --cargo check--> types --build and run--> instances, there and back
//! ```
//!
//! Instances are tried on a stack of 512 kB. One that overflows the stack ends the program, which is started again after it.
//!
//! Each stage of each document is measured. The result of every document is kept, so that a run can be resumed.

pub mod check;
pub mod child;
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

/// Why the corpus could not be run at all. What is wrong with a document is an outcome, not an error.
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
