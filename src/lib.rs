//! Client for Ory's OpenID Connect operations.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod api;
mod call;
mod challenge;
mod claims;
mod client;
mod discovery;
mod error;
mod hint;
mod jwt;
mod loose;
mod management;
mod metadata;
mod operation;
mod rate_limit;
mod registration;
mod response;
mod salvage;
mod secret;
#[cfg(feature = "testing")]
pub mod testing;
mod transport;
mod userinfo;

pub use call::BoxFuture;
pub use challenge::BearerChallenge;
pub use claims::Claims;
pub use client::{Client, ClientBuilder};
pub use discovery::{DiscoverRequest, Discovery};
pub use error::{BoxError, Error, ErrorKind, OAuthError, Result};
pub use jwt::{CompactJwt, JwtVerifier};
pub use management::{ClientManagement, ExposedClientManagement};
pub use metadata::ClientMetadata;
pub use operation::Operation;
pub use rate_limit::RateLimit;
pub use registration::{
    DeleteClientRequest, ReadClientRequest, RegisterRequest, RegisteredClient, Registration, ReplaceClientRequest,
};
pub use response::Response;
pub use salvage::SalvagedClient;
pub use secret::Secret;
pub use userinfo::{SignedUserInfo, UserInfo, UserInfoRequest};
