//! A client of the stand-in, to be seeded by tests and compared in assertions.

use std::fmt;

use serde_json::Value;

/// A client of the stand-in, at the moment of the call that returned it.
///
/// `Debug` shows the id only.
#[derive(Clone)]
pub struct RegisteredClient {
    pub(super) id: String,
    pub(super) secret: Option<String>,
    pub(super) registration_access_token: Option<String>,
    pub(super) registration_client_uri: String,
    pub(super) document: Value,
}

impl RegisteredClient {
    /// The client's id: made by the server for registered clients, any text for those that an administrator added.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The client secret; a public client (`token_endpoint_auth_method: none`) has none.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }

    /// The registration access token: that of the last successful registration or replacement.
    #[must_use]
    pub fn registration_access_token(&self) -> Option<&str> {
        self.registration_access_token.as_deref()
    }

    /// The `registration_client_uri`: the URL at which the client is read, replaced and deleted.
    ///
    /// An id that needs percent-encoding is escaped twice in it, as on a real server. Such a URL leads nowhere.
    #[must_use]
    pub fn registration_client_uri(&self) -> &str {
        &self.registration_client_uri
    }

    /// The stored metadata with its defaults, with `metadata` and without secrets.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }
}

impl fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredClient").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A client document that no server would accept, with the server's reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDocument(pub(super) String);

impl fmt::Display for InvalidDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a client document: {}", self.0)
    }
}

impl std::error::Error for InvalidDocument {}
