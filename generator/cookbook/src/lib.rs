//! The programs that `docs/cookbook.md` quotes: one file for each part of the page.
//!
//! `tests/recipes.rs` runs them.

pub mod authentication;
pub mod calls;
pub mod errors;
pub mod failures_of_the_network;
pub mod files;
pub mod hooks;
pub mod pages;
pub mod side_by_side;
pub mod streams;
pub mod transports;
pub mod values;
pub mod without_async;

/// The generated client.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/workshop.rs"));
}

/// What a program of this page returns.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
