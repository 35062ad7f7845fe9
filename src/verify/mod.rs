//! Verification of the issuer's JWTs (feature `verify`): fetching and caching its keys, and the rules for signatures and claims.
//!
//! Implements `JwtVerifier` of `jwt`, and uses `discovery`, the client and the claims of `userinfo`; only `lib.rs` uses this module.

mod cache;
mod fetch;
mod id_token;
mod jwk;
mod jwk_set;
mod logout_token;
mod rules;
mod verifier;

pub use self::cache::CachedJwkSet;
pub use self::id_token::{IdToken, IdTokenVerifier};
pub use self::logout_token::{LogoutToken, LogoutTokenVerifier, ReplayGuard};
pub use self::verifier::IssuerVerifier;
