//! The client against OpenID providers that none of us wrote.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "interop/canaille.rs"]
mod canaille;
#[path = "interop/node.rs"]
mod node;
#[path = "interop/node_oidc_provider.rs"]
mod node_oidc_provider;
#[path = "interop/python.rs"]
mod python;
#[path = "interop/server.rs"]
mod server;
mod shared;
