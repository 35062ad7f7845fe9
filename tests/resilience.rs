//! What a client does on its own against passing failures, that it does no more than it was told, and what others see of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "resilience/cancellation.rs"]
mod cancellation;
#[path = "resilience/discovery.rs"]
mod discovery;
#[path = "resilience/hooks.rs"]
mod hooks;
#[path = "resilience/http2.rs"]
mod http2;
#[allow(dead_code, unreachable_pub)]
#[path = "outcomes/listener.rs"]
mod listener;
#[path = "resilience/retries.rs"]
mod retries;
#[allow(dead_code)]
#[path = "faults/script.rs"]
mod script;
mod shared;
#[path = "resilience/spans.rs"]
mod spans;
#[path = "resilience/tokens.rs"]
mod tokens;
