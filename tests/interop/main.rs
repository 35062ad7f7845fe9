//! The client against OpenID providers that none of us wrote, and against somebody else's reading of our document.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod canaille;
mod installation;
mod node;
mod node_oidc_provider;
mod openidconnect;
#[path = "../operations/mod.rs"]
mod operations;
mod prism;
mod python;
mod server;
