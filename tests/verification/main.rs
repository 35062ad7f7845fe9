//! Verification of what the issuer signed: which signatures count, where the keys come from, and when they are fetched again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[allow(unreachable_pub)]
mod issuer;
mod keys;
mod recorded;
mod signatures;
