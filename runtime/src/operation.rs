//! The tables of a document and of its operations, which are the same for every call.

use reqwest::Method;

/// The table of a document.
#[derive(Debug)]
pub struct Api {
    /// The security schemes.
    pub schemes: &'static [Scheme],
    /// The servers of single operations: as the document writes each, and the address that is used by default.
    pub servers: &'static [(&'static str, &'static str)],
}

/// An operation of a document: a generated module has a value for each, in `ops`. Only generated code makes one.
#[derive(Debug)]
pub struct Operation {
    /// Its `operationId`.
    #[doc(hidden)]
    pub id: &'static str,
    /// Its HTTP method.
    #[doc(hidden)]
    pub method: &'static str,
    /// Its path as the document writes it, with its parameters in braces.
    #[doc(hidden)]
    pub path: &'static str,
    /// The index of its own server in [`Api::servers`].
    #[doc(hidden)]
    pub server: Option<usize>,
    /// The media types of its declared responses.
    #[doc(hidden)]
    pub accept: &'static str,
    /// The alternatives of credentials, as indices into [`Api::schemes`].
    #[doc(hidden)]
    pub security: &'static [&'static [usize]],
    /// The same as text.
    #[doc(hidden)]
    pub schemes: &'static str,
    /// Its declared responses: status (`200`, `4XX`, `default`) and media type; most specific first.
    #[doc(hidden)]
    pub responses: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// The `operationId`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The path as the document writes it, with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The declared responses: status (`200`, `4XX`, `default`) and media type, which is empty without a body.
    pub fn responses(&self) -> &'static [(&'static str, &'static str)] {
        self.responses
    }

    /// Whether a retry changes nothing at the server: the safe methods of RFC 9110, and `QUERY`.
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "QUERY" | "TRACE")
    }

    /// The method of the request. The generator checks the name, so an invalid one does not occur.
    pub(crate) fn request_method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap_or_default()
    }
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
