//! Verification of the issuer's JWTs (feature `verify`): fetching and caching its keys, and the rules for signatures and claims.
//!
//! Implements `JwtVerifier` of `jwt`, and uses `discovery` and the client; only `lib.rs` uses this module.

mod cache;
mod fetch;
mod jwk;
mod jwk_set;
mod verifier;

pub use self::cache::CachedJwkSet;
pub use self::verifier::IssuerVerifier;
