//! [`ClientManagement`]: the handle by which a registered client is read, replaced and deleted.

use std::fmt;

use openapi_smith_runtime::generated::Request as ApiRequest;
use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Error;
use crate::operation::Operation;
use crate::secret::Secret;

/// What it takes to read, replace and delete a client that was registered (RFC 7592): its id and its registration access
/// token.
///
/// [`Registration::management`](crate::Registration::management) gives one; [`new`](Self::new) makes one from stored parts.
/// To store one, serialise what [`expose`](Self::expose) gives, in a place that is fit for secrets; it can be deserialised
/// as it is.
///
/// **Store it again after every replacement**, which changes the token. A clone made before that is of no use afterwards.
///
/// ```
/// use ory_oidc::ClientManagement;
///
/// let handle = ClientManagement::new("3c0a2c0e-5f5b-4a8a-9d5a-6b8d2b1f0f11", "ory_at_...");
/// let stored = serde_json::to_string(&handle.expose())?;
/// let again: ClientManagement = serde_json::from_str(&stored)?;
/// assert_eq!(again, handle);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClientManagement {
    client_id: String,
    registration_access_token: Secret,
    client_uri: Option<String>,
}

/// What [`ExposedClientManagement`] writes.
#[derive(Deserialize)]
struct Stored {
    client_id: String,
    registration_access_token: Secret,
    #[serde(default)]
    registration_client_uri: Option<String>,
}

impl<'de> Deserialize<'de> for ClientManagement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The message of the deserializer would quote what is there instead, such as a token that was stored alone.
        let stored = Stored::deserialize(deserializer).map_err(|_| {
            D::Error::custom("not a stored management handle: `client_id` and `registration_access_token` are needed")
        })?;
        let handle = Self::new(stored.client_id, stored.registration_access_token);
        Ok(handle.with_client_uri(stored.registration_client_uri))
    }
}

impl ClientManagement {
    /// Makes a handle of a client's id and its latest registration access token.
    #[inline]
    pub fn new(client_id: impl Into<String>, registration_access_token: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            registration_access_token: registration_access_token.into(),
            client_uri: None,
        }
    }

    /// Adds the `registration_client_uri`. It is kept for the record: requests go to the client's base URL.
    #[must_use]
    pub fn with_client_uri(mut self, uri: impl Into<Option<String>>) -> Self {
        self.client_uri = uri.into();
        self
    }

    /// The id of the client.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The token, good until the client is replaced or deleted.
    #[must_use]
    pub fn registration_access_token(&self) -> &Secret {
        &self.registration_access_token
    }

    /// The `registration_client_uri` that came with the registration.
    ///
    /// Ory escapes unusual ids in it twice, and it may name a host that is not reachable from here: do not build on it.
    #[must_use]
    pub fn client_uri(&self) -> Option<&str> {
        self.client_uri.as_deref()
    }

    /// A view that can be serialised, token included.
    #[must_use]
    pub fn expose(&self) -> ExposedClientManagement<'_> {
        ExposedClientManagement(self)
    }

    /// Refuses an id with which the path would be another one, by the rule of the generated layer, but before a hook is told.
    #[inline]
    pub(crate) fn check(&self, operation: Operation) -> Result<(), Error> {
        let mut request = ApiRequest::default();
        request.path_value("id", &self.client_id);
        request.refusal.map_or(Ok(()), |refusal| Err(Error::from_api(operation, refusal)))
    }

    #[inline]
    pub(crate) fn rotate(&mut self, token: Secret) {
        self.registration_access_token = token;
    }
}

/// Shows the id.
impl fmt::Debug for ClientManagement {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientManagement")
            .field("client_id", &self.client_id)
            .field("registration_access_token", &self.registration_access_token)
            .finish_non_exhaustive()
    }
}

/// A [`ClientManagement`] that can be serialised with its token; made by [`ClientManagement::expose`].
#[derive(Clone, Copy, Debug)]
pub struct ExposedClientManagement<'a>(&'a ClientManagement);

impl Serialize for ExposedClientManagement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The names of RFC 7592 section 3, so that a stored registration answer can be read as a handle, too.
        let mut members = serializer.serialize_struct("ClientManagement", 3)?;
        members.serialize_field("client_id", &self.0.client_id)?;
        members.serialize_field("registration_access_token", self.0.registration_access_token.expose_secret())?;
        members.serialize_field("registration_client_uri", &self.0.client_uri)?;
        members.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_and_shown() {
        let handle = ClientManagement::new("id", "canary").with_client_uri("https://h/id".to_owned());
        assert!(!format!("{handle:?} {:?}", handle.expose()).contains("canary"));
        let stored = serde_json::to_string(&handle.expose()).unwrap();
        assert_eq!(serde_json::from_str::<ClientManagement>(&stored).unwrap(), handle);
        let answer = r#"{"client_id":"id","registration_access_token":"canary","redirect_uris":null}"#;
        assert_eq!(serde_json::from_str::<ClientManagement>(answer).unwrap(), ClientManagement::new("id", "canary"));
    }
}
