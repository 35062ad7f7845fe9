//! Verification of signed JWTs: valid signatures, the origin of the keys, and when keys are fetched again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[allow(unreachable_pub)]
mod id_tokens;
#[allow(unreachable_pub)]
mod issuer;
mod keys;
mod logout_tokens;
mod recorded;
mod signatures;
