//! [`RegistrationHandle`]: the handle by which a registered client is read, replaced and deleted.

use std::fmt;

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::SalvagedClient;
use openapi_smith_runtime::{Credential, Secret};

/// The id and the registration access token of a registered client, with which it is read, replaced and deleted (RFC 7592).
///
/// [`Registration::handle`](crate::Registration::handle) returns one; [`new`](Self::new) makes one from stored parts.
/// To store a handle, serialise [`to_stored`](Self::to_stored) to a place that is fit for secrets, and deserialise it from there.
///
/// **Every replacement changes the token, and the old one is dead at once.** So:
///
/// - Store the handle if it changed, with [`store_if_changed`](Self::store_if_changed), before you look at the result of the
///   replacement. A handle that did not change is not stored: its token may be older than the stored one.
/// - Where several processes or tasks manage one client, use [`Client::registrations`](crate::Client::registrations), or hold a lock for
///   that client from loading the handle to storing it. Without the lock, two of them present the same token. The second is
///   rejected with 401, or both get a new token, one of which is dead.
/// - An administrator's PUT or PATCH of the client ends the token, too, without a new one: see [the guide](crate::guide::registration).
///
/// A clone carries the old token after its original was rotated, and is of no use then. It counts as changed if its original
/// did when it was cloned: the one that is kept has to be stored.
///
/// ```
/// use ory_oidc::RegistrationHandle;
///
/// let handle = RegistrationHandle::new("3c0a2c0e-5f5b-4a8a-9d5a-6b8d2b1f0f11", "ory_at_...");
/// let stored = serde_json::to_string(&handle.to_stored())?;
/// let again: RegistrationHandle = serde_json::from_str(&stored)?;
/// assert_eq!(again, handle);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(alias = "ClientManagement")]
#[doc(alias = "management")]
#[derive(Clone)]
pub struct RegistrationHandle {
    client_id: String,
    registration_access_token: Secret,
    client_uri: Option<String>,
    /// Whether the token is newer than the stored one.
    changed: bool,
}

/// Compares the stored parts; whether a handle changed is not one of them.
impl PartialEq for RegistrationHandle {
    fn eq(&self, other: &Self) -> bool {
        self.client_id == other.client_id
            && self.registration_access_token == other.registration_access_token
            && self.client_uri == other.client_uri
    }
}

impl Eq for RegistrationHandle {}

/// What [`StoredHandle`] writes.
#[derive(Deserialize)]
struct Stored {
    client_id: String,
    registration_access_token: Secret,
    #[serde(default)]
    registration_client_uri: Option<String>,
}

impl<'de> Deserialize<'de> for RegistrationHandle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The deserializer's message would quote the value, such as a token that was stored alone.
        let stored = Stored::deserialize(deserializer).map_err(|_| {
            D::Error::custom("not a stored registration handle: `client_id` and `registration_access_token` are needed")
        })?;
        let handle = Self::new(stored.client_id, stored.registration_access_token);
        Ok(handle.with_client_uri(stored.registration_client_uri))
    }
}

impl RegistrationHandle {
    /// Makes a handle of a client's id and its latest registration access token, as they were stored.
    #[inline]
    pub fn new(client_id: impl Into<String>, registration_access_token: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            registration_access_token: registration_access_token.into(),
            client_uri: None,
            changed: false,
        }
    }

    /// The same handle, of a token that was never stored.
    #[inline]
    pub(crate) fn unstored(self) -> Self {
        Self { changed: true, ..self }
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

    /// Whether the token is newer than the stored one, so that the handle has to be stored.
    ///
    /// True for a handle of a new [`Registration`](crate::Registration::handle) or a
    /// [`SalvagedClient`](crate::SalvagedClient::handle), and after a replacement that changed the token, until the handle is
    /// stored. False for a handle that was deserialised or made by [`new`](Self::new).
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Calls `store` if the handle [changed](Self::is_changed). If `store` succeeds, the handle counts as stored.
    ///
    /// Call it after every replacement, whether that succeeded or failed.
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client, path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    /// use ory_oidc::{RegistrationHandle, ClientMetadata};
    ///
    /// // Take the lock of this client here, and hold it to the end.
    /// let mut handle: RegistrationHandle = serde_json::from_slice(&std::fs::read(path)?)?;
    /// let current = ory.read_client(&handle).await?;
    /// let replaced = ory.replace_client(&mut handle, current.to_metadata().client_name("Shop 2")).await;
    /// handle.store_if_changed(|stored| std::fs::write(path, serde_json::to_vec(&stored)?))?;
    /// println!("{:?}", replaced?.client_name());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of `store`. The handle still counts as changed, and the call can be retried.
    pub fn store_if_changed<E>(&mut self, store: impl FnOnce(StoredHandle<'_>) -> Result<(), E>) -> Result<(), E> {
        if self.changed {
            store(self.to_stored())?;
            self.mark_stored();
        }
        Ok(())
    }

    /// Marks the handle as stored, where storing has to be awaited.
    ///
    /// ```no_run
    /// # async fn store(_: ory_oidc::StoredHandle<'_>) -> Result<(), std::io::Error> { Ok(()) }
    /// # async fn example(mut handle: ory_oidc::RegistrationHandle) -> Result<(), std::io::Error> {
    /// if handle.is_changed() {
    ///     store(handle.to_stored()).await?;
    ///     handle.mark_stored();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn mark_stored(&mut self) {
        self.changed = false;
    }

    /// A view that serialises, token included.
    #[must_use]
    #[doc(alias = "expose")]
    pub fn to_stored(&self) -> StoredHandle<'_> {
        StoredHandle(self)
    }

    /// Serialises the handle with its token, for serde's `serialize_with`: in a struct of your own, in a place that is fit for
    /// secrets.
    ///
    /// A handle does not implement `Serialize`, because its token is a secret: it would end up in any log that serialises a struct
    /// around it. This function, like [`to_stored`](Self::to_stored), has to be named.
    ///
    /// ```
    /// use ory_oidc::RegistrationHandle;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Saved {
    ///     tenant: String,
    ///     #[serde(serialize_with = "RegistrationHandle::serialize_with_token")]
    ///     handle: RegistrationHandle,
    /// }
    ///
    /// let saved = Saved { tenant: "blue".into(), handle: RegistrationHandle::new("id", "ory_at_...") };
    /// let text = serde_json::to_string(&saved)?;
    /// let again: Saved = serde_json::from_str(&text)?;
    /// assert_eq!(again.handle, saved.handle);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the serialiser.
    pub fn serialize_with_token<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_stored().serialize(serializer)
    }

    /// The token, for a call.
    #[inline]
    pub(crate) fn credential(&self) -> Credential {
        Credential::Bearer(self.registration_access_token.clone().into())
    }

    #[inline]
    pub(crate) fn rotate(&mut self, token: Secret) {
        // A server that does not rotate sends the token that is stored.
        self.changed |= token != self.registration_access_token;
        self.registration_access_token = token;
    }
}

impl SalvagedClient {
    /// The parts of a handle that cannot be stored.
    pub(crate) fn of_handle(handle: &RegistrationHandle) -> Self {
        let token = handle.registration_access_token();
        Self::from_parts(handle.client_id(), None, Some(token), handle.client_uri())
    }

    /// The handle that reads, replaces and deletes the client, if both id and token could be read.
    ///
    /// It counts as [changed](RegistrationHandle::is_changed): it has not been stored yet.
    #[must_use]
    #[inline]
    pub fn handle(&self) -> Option<RegistrationHandle> {
        let handle = RegistrationHandle::new(self.client_id()?, self.registration_access_token()?.clone());
        Some(handle.with_client_uri(self.client_uri().map(str::to_owned)).unstored())
    }
}

/// Shows the id, and whether the handle changed.
impl fmt::Debug for RegistrationHandle {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationHandle")
            .field("client_id", &self.client_id)
            .field("registration_access_token", &self.registration_access_token)
            .field("changed", &self.changed)
            .finish_non_exhaustive()
    }
}

/// A [`RegistrationHandle`] that can be serialised with its token; made by [`RegistrationHandle::to_stored`].
#[doc(alias = "ExposedClientManagement")]
#[derive(Clone, Copy, Debug)]
pub struct StoredHandle<'a>(&'a RegistrationHandle);

impl Serialize for StoredHandle<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The names of RFC 7592 section 3, so that a stored registration response deserialises as a handle, too.
        let mut properties = serializer.serialize_struct("RegistrationHandle", 3)?;
        properties.serialize_field("client_id", &self.0.client_id)?;
        properties.serialize_field("registration_access_token", self.0.registration_access_token.expose_secret())?;
        properties.serialize_field("registration_client_uri", &self.0.client_uri)?;
        properties.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_handle_round_trips_and_debug_hides_the_token() {
        let handle = RegistrationHandle::new("id", "canary").with_client_uri("https://h/id".to_owned());
        assert!(!format!("{handle:?} {:?}", handle.to_stored()).contains("canary"));
        let stored = serde_json::to_string(&handle.to_stored()).unwrap();
        assert_eq!(serde_json::from_str::<RegistrationHandle>(&stored).unwrap(), handle);
        let response = r#"{"client_id":"id","registration_access_token":"canary","redirect_uris":null}"#;
        assert_eq!(
            serde_json::from_str::<RegistrationHandle>(response).unwrap(),
            RegistrationHandle::new("id", "canary")
        );
    }

    #[test]
    fn a_handle_is_changed_from_a_rotation_until_it_is_stored() {
        let mut handle = RegistrationHandle::new("id", "old").with_client_uri("https://h/id".to_owned());
        assert!(!handle.is_changed());
        handle.store_if_changed(|_| Err("not called")).unwrap();
        handle.rotate("old".into());
        assert!(!handle.is_changed());

        handle.rotate("new".into());
        assert!(handle.is_changed() && handle.clone().is_changed());
        // A write that fails leaves it to be stored, and so does a token that comes again.
        assert_eq!(handle.store_if_changed(|_| Err("disk full")), Err("disk full"));
        handle.rotate("new".into());
        assert!(handle.is_changed());
        let mut stored = String::new();
        let store = |exposed: StoredHandle<'_>| serde_json::to_string(&exposed).map(|text| stored = text);
        handle.store_if_changed(store).unwrap();
        assert!(!handle.is_changed() && stored.contains("\"new\"") && !stored.contains("changed"));
        handle.store_if_changed(|_| Err("not called")).unwrap();

        let fresh = RegistrationHandle::new("id", "new").with_client_uri("https://h/id".to_owned()).unstored();
        assert!(fresh.is_changed() && fresh == handle);
        let mut again: RegistrationHandle = serde_json::from_str(&stored).unwrap();
        assert!(!again.is_changed() && again == handle);
        again.rotate("newer".into());
        again.mark_stored();
        assert!(!again.is_changed());
    }
}
