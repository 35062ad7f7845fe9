//! What a client does on its own against passing failures, and that it does no more than it was told.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, unreachable_pub)]
#[path = "outcomes/listener.rs"]
mod listener;
#[path = "resilience/retries.rs"]
mod retries;
mod shared;
