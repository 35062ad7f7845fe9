//! Client for Ory's OpenID Connect operations.
