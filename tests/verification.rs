//! Verification of what the issuer signed: which signatures count, where the keys come from, and when they are fetched again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "verification/issuer.rs"]
#[allow(unreachable_pub)]
mod issuer;
#[path = "verification/keys.rs"]
mod keys;
#[path = "verification/recorded.rs"]
mod recorded;
#[path = "verification/signatures.rs"]
mod signatures;
