//! Access tokens at a resource server (feature `tower`): verified by userinfo with a cache, and a layer that requires them.
//!
//! Uses the client, `userinfo` and `jwt`; only `lib.rs` uses this module.

mod cache;
mod header;
mod layer;
mod verifier;

pub use self::layer::{BearerLayer, BearerService};
pub use self::verifier::{AccessTokenVerifier, BearerUser};
