//! Client for Ory's OpenID Connect operations: discovery, dynamic client registration, userinfo, verifiable credentials and
//! logout, on the Ory Network and on self-hosted Hydra.
//!
//! ```no_run
//! # async fn example(access_token: String, subject: String) -> Result<(), ory_oidc::Error> {
//! let ory = ory_oidc::Client::builder("https://slug.projects.oryapis.com").build()?;
//!
//! let discovery = ory.discover().await?;
//! let info = ory.userinfo(&access_token).expect_subject(&subject).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Overview
//!
//! - [`Client`] has a method for each task. It takes the required parameters and returns a request with setters for the optional
//!   ones, which is sent by `.await` (or [`send`](DiscoverRequest::send), or
//!   [`send_with_response`](DiscoverRequest::send_with_response) for status and headers).
//! - [`Error`] is the one error, with its [kind](Error::kind), the server's error code and description, and a hint.
//! - [`Secret`] holds every token and secret: it does not print, and is wiped when dropped. Methods that take one also accept
//!   `&str` and `String`.
//! - [`JwtVerifier`] and [`ProofSigner`] plug in cryptography, [`TokenProvider`] supplies access tokens, and [`Hook`] is for
//!   metrics and additional headers.
//! - [`RetryPolicy`] retries reads after transient failures; off by default.
//! - [`api`] is the generated layer below: every type and operation of Ory's API document.
//! - [`guide`] has a page for each flow, the migration from `ory-client`, and error texts with their remedies.
//!
//! | flow | entry points |
//! |---|---|
//! | discovery | [`Client::discover`], [`Client::server_metadata`] |
//! | dynamic client registration (RFC 7591, RFC 7592) | [`Client::register`], [`Client::read_client`], [`Client::replace_client`], [`Client::delete_client`]; by several workers: [`Client::registrations`] |
//! | userinfo | [`Client::userinfo`] |
//! | verifiable credentials | [`Client::credential_nonce`], [`Client::issue_credential`] |
//! | logout | [`Client::logout_url`], [`Client::start_logout`] |
//! | ID tokens and back-channel logout (feature `verify`) | `CachedJwkSet::id_token_verifier`, `CachedJwkSet::logout_token_verifier` |
//! | resource servers (feature `tower`) | `Client::access_token_verifier` |
//!
//! # Features
//!
//! | feature | default | effect |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with ring; installs nothing in the process |
//! | `native-tls` | no | TLS by the operating system, unless `rustls` is on as well |
//! | `ed25519` | no | `Ed25519Signer` |
//! | `p256` | no | `P256Signer` |
//! | `file-store` | no | `FileStore`: registration handles in the files of a folder, for all processes of a machine |
//! | `verify` | no | the issuer's keys, cached, and verification of ID tokens, logout tokens, signed userinfo and credentials by them |
//! | `tower` | no | `BearerLayer`, which requires access tokens, verified by userinfo with a cache: for axum, hyper and tonic |
//! | `blocking` | no | `blocking::Client`, for programs without async |
//! | `tracing` | no | a span for each call, by OpenTelemetry's conventions for HTTP clients |
//! | `testing` | no | `testing`: a stand-in Ory server in your own process, to test your program with |
//!
//! `rustls` turns on reqwest's `rustls-no-provider`, for the whole program. If none of reqwest's own TLS features is on, a
//! plain `reqwest::Client::new()` then panics for lack of a cryptography provider: use [`http_client_builder`] instead.
//!
//! Without either TLS feature an `https` base URL needs an HTTP client of your own, given to
//! [`ClientBuilder::http_client`].

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)
)]

pub mod api;
pub mod guide;

// The flows.
mod credential;
mod discovery;
mod logout;
mod registration;
mod userinfo;

// JWTs, and their verification.
#[cfg(any(feature = "tower", feature = "verify"))]
mod client_ids;
mod jwt;
#[cfg(feature = "verify")]
mod verify;

// What the flows share.
mod call;
mod client;
mod error;
mod headers;
mod hook;
mod lenient_json;
mod operation;
mod response;

#[cfg(feature = "tower")]
mod bearer;

#[cfg(feature = "blocking")]
pub mod blocking;

#[cfg(feature = "testing")]
pub mod testing;

// The programs in the README have to compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use self::client::{Client, ClientBuilder, http_client_builder};
pub use self::error::{Error, ErrorKind, OAuthError, Result, SalvagedClient, VerificationFailure};
pub use self::hook::{AttemptEnded, AttemptStarted, Hook};
pub use self::operation::Operation;
pub use self::response::Response;

// What every generated client has.
pub use openapi_smith_runtime::{
    AccessToken, BearerChallenge, BoxError, BoxFuture, RateLimit, RateWindow, RetryPolicy, Secret, TokenError,
    TokenProvider, TokenSource, Transport, TransportError, TransportErrorKind,
};

pub use self::discovery::{CachedDiscovery, DiscoverRequest, Discovery, ServerMetadata, ServerMetadataRequest};

#[cfg(feature = "file-store")]
pub use self::registration::FileStore;
pub use self::registration::{
    ClientMetadata, DeleteClientRequest, GrantType, InMemoryStore, MetadataProblem, ReadClientRequest, RegisterRequest,
    RegisteredClient, Registration, RegistrationHandle, RegistrationLock, RegistrationStore, Registrations,
    ReplaceClientRequest, ResponseType, StoredHandle, SubjectType, TokenEndpointAuthMethod,
};

pub use self::jwt::{CompactJwt, JwtVerifier};
pub use self::userinfo::{Claims, SignedUserInfo, UserInfo, UserInfoRequest};

#[cfg(feature = "ed25519")]
pub use self::credential::Ed25519Signer;
#[cfg(feature = "p256")]
pub use self::credential::P256Signer;
pub use self::credential::{
    CredentialClaims, CredentialNonce, CredentialNonceRequest, IssueCredentialRequest, ProofSigner,
    VerifiableCredential,
};

#[cfg(feature = "tower")]
pub use self::bearer::{AccessTokenVerifier, BearerLayer, BearerService, BearerUser};
#[cfg(any(feature = "tower", feature = "verify"))]
pub use self::client_ids::ClientIds;
#[cfg(feature = "verify")]
pub use self::verify::{
    CachedJwkSet, IdToken, IdTokenVerifier, IssuerVerifier, LogoutToken, LogoutTokenVerifier, ReplayGuard,
};

pub use self::logout::{LogoutOutcome, LogoutUrlBuilder, StartLogoutRequest};

// Part of public signatures: `Url`, `StatusCode`, `header`, and the client that can be brought along.
pub use reqwest;
