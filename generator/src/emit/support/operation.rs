//! What is the same at every call of an operation.

use reqwest::Method;

/// An operation, as data.
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: &'static str,
    // when servers
    /// Its own server, as an index into `SERVERS`.
    pub(crate) server: Option<usize>,
    // end
    /// Its HTTP method.
    pub(crate) method: Method,
    /// The media types of its declared answers.
    pub(crate) accept: &'static str,
    // when credentials
    /// The alternatives of credentials, as indices into `SCHEMES`.
    pub(crate) security: &'static [&'static [usize]],
    /// The same as text.
    pub(crate) schemes: &'static str,
    // end
    /// Its declared answers: status (`200`, `4XX`, `default`) and media type; most specific first.
    pub(crate) answers: &'static [(&'static str, &'static str)],
}
// when credentials

/// A security scheme.
pub(crate) struct Scheme {
    /// Its name in the document.
    pub(crate) name: &'static str,
    /// How its credential is sent.
    pub(crate) carrier: Carrier,
}

/// How a credential is sent.
pub(crate) enum Carrier {
    /// `Authorization: Bearer`
    Bearer,
    // when basic
    /// `Authorization: Basic`
    Basic,
    // end
    // when authorizations
    /// `Authorization` with this scheme.
    Authorization(&'static str),
    // end
    // when keys
    /// A header of this name.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
    // end
}
// end
