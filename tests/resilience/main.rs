//! What a client does on its own against passing failures, that it does no more than it was told, and what others see of it.
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
