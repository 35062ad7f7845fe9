//! The client against third-party OpenID providers, and against Prism, which interprets our document independently.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod canaille;
mod installation;
mod logins;
mod node;
mod node_oidc_provider;
mod openidconnect;
#[path = "../operations/mod.rs"]
mod operations;
mod prism;
mod python;
mod server;
