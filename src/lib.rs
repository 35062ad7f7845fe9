//! Client for Ory's OpenID Connect operations.

#[cfg(feature = "testing")]
pub mod testing;
