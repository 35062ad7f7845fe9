//! What is the same at every call: the tables of a document and of its operations.

use reqwest::Method;

/// What a client knows of its document.
#[derive(Debug)]
pub struct Api {
    /// The security schemes.
    pub schemes: &'static [Scheme],
    /// The servers of single operations: as the document writes each, and the address that is used by default.
    pub servers: &'static [(&'static str, &'static str)],
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// Its HTTP method.
    pub method: Method,
    /// Its path as the document writes it, with its parameters in braces.
    pub path: &'static str,
    /// The index of its own server in [`Api::servers`].
    pub server: Option<usize>,
    /// The media types of its declared responses.
    pub accept: &'static str,
    /// The alternatives of credentials, as indices into [`Api::schemes`].
    pub security: &'static [&'static [usize]],
    /// The same as text.
    pub schemes: &'static str,
    /// Its declared responses: status (`200`, `4XX`, `default`) and media type; most specific first.
    pub responses: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// Whether a repetition has no effect on the server: the safe methods of RFC 9110, and `QUERY`.
    pub(crate) fn is_safe(&self) -> bool {
        self.method.is_safe() || self.method.as_str() == "QUERY"
    }
}

/// A method that has no constant. The generator checks the name, so an invalid one does not occur.
pub fn method(name: &'static str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap_or_default()
}

/// A security scheme.
#[derive(Debug)]
pub struct Scheme {
    /// Its name in the document.
    pub name: &'static str,
    /// How its credential is sent.
    pub carrier: Carrier,
}

/// How a credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `Authorization: Bearer`
    Bearer,
    /// `Authorization: Basic`
    Basic,
    /// `Authorization` with this scheme.
    Authorization(&'static str),
    /// A header of this name.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
}
