//! Security: which credential an operation takes.

use super::Docs;

/// A way to present a credential.
#[derive(Clone, Debug)]
pub(crate) struct SecurityScheme {
    /// The name under `components/securitySchemes`.
    pub name: String,
    /// The Rust name: `with_<rust>` sets its credential.
    pub rust: String,
    /// How it is sent.
    pub kind: SchemeKind,
    /// What the document says of it.
    pub docs: Docs,
}

/// How a credential is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SchemeKind {
    /// `Authorization: Bearer <token>` (RFC 6750): `http` `bearer`, `oauth2` and `openIdConnect`.
    Bearer,
    /// `Authorization: Basic <user:password>` (RFC 7617).
    Basic,
    /// `Authorization: <this> <text>`, where the caller knows the text: `http` of any other scheme.
    Authorization(String),
    /// An API key in this header.
    ApiKeyHeader(String),
    /// An API key in this member of the query.
    ApiKeyQuery(String),
    /// An API key in this cookie.
    ApiKeyCookie(String),
}

/// One alternative of `security`: all of these schemes together. None at all means that no credential is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// Indices into [`super::Api::schemes`].
    pub schemes: Vec<usize>,
}
