//! A stand-in Ory server for tests, in the test's own process (feature `testing`).
//!
//! [`OryServer`] listens on a loopback port and serves the eight OpenID Connect operations the way a recorded Ory Hydra
//! does: same statuses, same bodies and error texts, same oddities. It is for testing **your** program: seed users and
//! clients, let your program call it, let requests fail, and inspect the requests that arrived.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use ory_oidc::testing::{Failure, Operation, OryServer, User};
//! use serde_json::json;
//!
//! let ory = OryServer::start().await?;
//!
//! // A client, and a user who is logged in there.
//! let client = ory.add_client(json!({"client_id": "shop", "redirect_uris": ["http://127.0.0.1:3000/cb"]}))?;
//! let tokens = ory.log_in(client.id(), User::new("alice").claim("email", json!("alice@app.example")));
//!
//! // Give your program `ory.base_url()` and `tokens.access_token()`, and see what it does when Ory is down:
//! ory.fail_next(Operation::GetOidcUserInfo, Failure::status(503));
//!
//! // What it sent:
//! for request in ory.requests() {
//!     assert_eq!(request.bearer_token(), Some(tokens.access_token()));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It belongs in your `dev-dependencies`: the program that you ship does not need it.
//!
//! ```toml
//! [dev-dependencies]
//! ory-oidc = { version = "0.1", features = ["testing"] }
//! ```
//!
//! # What is real
//!
//! - HTTP/1.1 and HTTP/2, by what your client begins with (there is no TLS to negotiate it: `http2_prior_knowledge`).
//! - ID tokens, signed userinfo and credentials carry signatures that verify with the key at `jwks_uri`.
//! - Proofs of `/credentials` are verified: signature, times, and a nonce bound to the access token.
//! - Registration rotates tokens, applies the server's rules, and resets the properties that the server resets.
//! - Logout needs a valid hint or cookie, asks for confirmation, and ends the session.
//!
//! # What differs from a real server
//!
//! - The signing key is for ES256, not for the usual RS256. The discovery document declares ES256.
//! - Proofs with `ES512` are refused, although the discovery document lists that algorithm, as a real one does.
//! - Nobody is called: no back-channel logout is sent, and the list behind a `sector_identifier_uri` is not read.
//! - It can demand an initial access token ([`OryServerBuilder::initial_access_token`]), which Ory never does, and has its
//!   metadata at the path-inserted address of RFC 8414, which behind a real proxy needs a rule of the proxy.
//! - There is no token endpoint and no log-in page: [`OryServer::log_in`] takes their place.
//! - Replacements of one client are carried out one after the other, so the second with the same token is a 401. On a real server
//!   both may get a 200, and one of the two tokens is dead: see [`OryServerBuilder::racing_replacements`].
//! - There is no admin API: an administrator's change of a client, which ends its registration access token, is
//!   [`OryServer::add_client`] with the same id, which makes a new one.
//! - Some sentences about undecodable JSON are simpler than Go's.

mod builder;
mod client;
mod client_document;
mod client_rules;
mod credential;
mod discovery;
mod failure;
mod go_duration;
mod go_json;
mod go_number;
mod grant;
mod html;
mod incoming;
mod jwk;
mod logout;
mod nonce;
mod operation;
mod proof;
mod race;
mod random_ids;
mod recorded;
mod registration;
mod response;
mod router;
mod server;
mod signing_keys;
mod state;
mod tokens;
mod transport;
mod user;
mod userinfo;

pub use builder::OryServerBuilder;
pub use client::{InvalidDocument, RegisteredClient};
pub use failure::Failure;
pub use operation::Operation;
pub use recorded::RecordedRequest;
pub use server::OryServer;
pub use tokens::Tokens;
pub use user::User;
