//! Transient failures: what the client does by itself, that it does no more than configured, and what hooks and spans
//! show.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod cancellation;
mod discovery;
mod hooks;
mod http2;
#[allow(dead_code, unreachable_pub)]
#[path = "../outcomes/listener/mod.rs"]
mod listener;
#[path = "../operations/mod.rs"]
mod operations;
mod retries;
mod spans;
mod tokens;
