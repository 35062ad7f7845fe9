//! Security schemes and requirements.

use super::Docs;

/// A security scheme: a credential and how it is sent.
#[derive(Clone, Debug)]
pub(crate) struct SecurityScheme {
    /// The name under `components/securitySchemes`.
    pub name: String,
    /// The Rust name: `with_<rust>` sets its credential.
    pub rust: String,
    /// How it is sent.
    pub kind: SchemeKind,
    /// Its description, cleaned.
    pub docs: Docs,
}

/// How a credential is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SchemeKind {
    /// `Authorization: Bearer <token>` (RFC 6750): `http` `bearer`, `oauth2` and `openIdConnect`.
    Bearer,
    /// `Authorization: Basic <user:password>` (RFC 7617).
    Basic,
    /// `Authorization: <scheme> <text>` with a text from the caller: `http` with any other scheme.
    Authorization(String),
    /// An API key in this header.
    ApiKeyHeader(String),
    /// An API key in this query parameter.
    ApiKeyQuery(String),
    /// An API key in this cookie.
    ApiKeyCookie(String),
}

/// One alternative of `security`: all of these schemes together. Without schemes, no credential is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// Indices into [`super::Api::schemes`].
    pub schemes: Vec<usize>,
}
