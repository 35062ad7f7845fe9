//! The client against OpenID providers that none of us wrote, and against somebody else's reading of our document.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "interop/canaille.rs"]
mod canaille;
#[path = "interop/installation.rs"]
mod installation;
#[path = "interop/node.rs"]
mod node;
#[path = "interop/node_oidc_provider.rs"]
mod node_oidc_provider;
#[path = "interop/openidconnect.rs"]
mod openidconnect;
#[path = "interop/prism.rs"]
mod prism;
#[path = "interop/python.rs"]
mod python;
#[path = "interop/server.rs"]
mod server;
mod shared;
