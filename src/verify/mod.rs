//! Verification of what the issuer signed (feature `verify`): its keys, when to fetch them again, and what a JWT must say.

mod cache;
mod fetch;
mod jwk;
mod jwk_set;
mod verifier;

pub use self::cache::CachedJwkSet;
pub use self::verifier::IssuerVerifier;
