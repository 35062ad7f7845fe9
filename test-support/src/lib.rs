//! Code that the tests of all packages share: a raw HTTP listener, the recordings of Ory Hydra, golden files, hostile
//! documents, the rule for skipped tests, and the crates of a build.
//!
//! Only tests and xtask use this crate. It depends on no other package of the workspace, so every package can use it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod command;
pub mod golden;
pub mod hostile;
pub mod listener;
pub mod recording;
pub mod request;
pub mod skip;
pub mod units;

pub use command::cargo;
pub use golden::assert_golden;
pub use listener::{Listener, Step, endless, response};
pub use skip::{say, shared, skipped};
pub use units::units;

use std::path::{Path, PathBuf};

/// The root folder of the repository.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}
