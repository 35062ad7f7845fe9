//! [`Registrations`]: registered clients whose handles are in a store, so that several tasks and processes can manage them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::store::{RegistrationLock, RegistrationStore};
use super::to_the_end::to_the_end;
use super::{ClientMetadata, RegisteredClient, Registration, RegistrationHandle};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result, SalvagedClient, remedies};
use openapi_smith_runtime::BoxError;

impl Client {
    /// Manages registered clients whose handles are in `store`: for programs of which several instances run.
    ///
    /// Nothing is sent yet.
    #[inline]
    pub fn registrations(&self, store: impl RegistrationStore + 'static) -> Registrations {
        Registrations { client: self.clone(), store: Arc::new(store) }
    }
}

/// Registered clients whose handles are in a [`RegistrationStore`]; made by [`Client::registrations`].
///
/// Each replacement of a client changes its registration access token, and the old one is dead at once. If two workers replace a client
/// at the same moment, a real server may even give both a new token, one of which is dead. So each method here takes the lock of the
/// client, loads its handle, makes its calls, stores the changed handle, and releases the lock. If a token is rejected because a worker
/// without the lock was faster, the handle is loaded again and the calls are repeated.
///
/// If the server rejects the stored token and nobody can be about to store another one, the token is dead: an administrator's PUT or
/// PATCH ended it, or a worker was killed between a replacement and its storing. The call then returns the 401, whose hint names both
/// causes. The handle stays in the store until [`put`](Self::put) replaces it: see [the guide](crate::guide::registration). With a store
/// without locks, somebody always can, so the call is tried for about three seconds before it returns the 401.
///
/// A change whose response is lost (a timeout, a cut connection, a 5xx) may have taken effect. So a request with the stored token
/// follows it, before the lock is released:
///
/// | the server | [`update`](Self::update) and [`delete`](Self::delete) return |
/// |---|---|
/// | accepts the token | the error of the change. Its hint is that the token still works: the call can be repeated |
/// | rejects it | a 401, with the error of the change as its [source](std::error::Error::source): the new token is lost, or the client deleted, whose handle [`forget`](Self::forget) removes |
/// | sends no response of its own either | the error of the change. The next call shows whether it took effect |
///
/// **Cancellation**: a change that has begun goes on if its future is dropped (in `select!`, by a timeout, by a web framework whose
/// client is gone), in a task of tokio, to the storing of the token. It ends early only with the runtime.
///
/// Cheap to clone: clones share the store.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client, client_id: &str) -> Result<(), ory_oidc::Error> {
/// # let store = ory_oidc::InMemoryStore::new();
/// let registrations = ory.registrations(store);
/// let client = registrations.update(client_id, |metadata| metadata.client_name("Shop 2")).await?;
/// println!("{:?}", client.client_name());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Registrations {
    client: Client,
    store: Arc<dyn RegistrationStore>,
}

impl Registrations {
    /// Registers a client, and stores its handle.
    ///
    /// If the server sends no registration access token, which Ory always does, nothing is stored. A registration with an
    /// [initial access token](crate::RegisterRequest::initial_access_token) is made by [`Client::register`]; [`put`](Self::put) stores its
    /// handle.
    ///
    /// # Errors
    ///
    /// As for [`Client::register`]. [`RegistrationStore`](ErrorKind::RegistrationStore) if the store fails after the registration:
    /// [`Error::salvaged`] has the id, the secret and the token then.
    pub async fn register(&self, metadata: impl Into<ClientMetadata>) -> Result<Registration> {
        to_the_end(self.clone().registered(metadata.into())).await
    }

    async fn registered(self, metadata: ClientMetadata) -> Result<Registration> {
        match self.client.register(metadata).await {
            Ok(registration) => {
                if let Some(handle) = registration.handle() {
                    let salvaged = || {
                        let (id, secret) = (registration.client_id(), registration.client_secret());
                        let (token, uri) = (handle.registration_access_token(), handle.client_uri());
                        SalvagedClient::from_parts(id, secret, Some(token), uri)
                    };
                    let stored = self.put(handle.clone()).await;
                    stored.map_err(|error| error.with_salvaged(Some(salvaged())))?;
                }
                Ok(registration)
            }
            Err(error) => match error.salvaged().and_then(SalvagedClient::handle) {
                // The response cannot be decoded, but the client exists.
                Some(handle) => {
                    let salvaged = error.salvaged().cloned();
                    self.put(handle).await.map_err(|failed| failed.with_salvaged(salvaged))?;
                    Err(error)
                }
                None => Err(error),
            },
        }
    }

    /// Stores a handle that was got elsewhere, in place of the stored one if there is one: of a client that an administrator made or
    /// [made again](crate::guide::registration), for example.
    ///
    /// # Errors
    ///
    /// [`RegistrationStore`](ErrorKind::RegistrationStore) if the store fails.
    pub async fn put(&self, handle: RegistrationHandle) -> Result<()> {
        let _lock = self.lock(handle.client_id()).await?;
        // Only a worker without the lock can be faster.
        for _ in 0..ATTEMPTS {
            let stored = self.stored(handle.client_id()).await?;
            if self.swap(handle.client_id(), stored.as_ref(), Some(&handle)).await? {
                return Ok(());
            }
        }
        Err(failed("store the handle", "others keep changing it"))
    }

    /// Reads a client.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_client`]. [`InvalidInput`](ErrorKind::InvalidInput) if no handle of the client is stored,
    /// [`RegistrationStore`](ErrorKind::RegistrationStore) if the store fails.
    pub async fn read(&self, client_id: &str) -> Result<RegisteredClient> {
        let mut races = Races::new(self);
        loop {
            let (lock, handle) = self.take(client_id).await?;
            match self.client.read_client(&handle).await {
                Err(error) if may_be_lost(&error) => races.lost(lock, &handle, error).await?,
                result => return result,
            }
        }
    }

    /// Changes a client: reads it, lets `edit` change its metadata, replaces it with the result, and stores the new handle.
    ///
    /// `edit` gets what the server has now, and is called again if the client was changed meanwhile. With a store that has locks, no
    /// simultaneous change is overwritten.
    ///
    /// # Errors
    ///
    /// As for [`Client::read_client`] and [`Client::replace_client`]. Status 401 means that the stored token is dead; after any other
    /// error of the server or the connection, the call can be repeated. [`InvalidInput`](ErrorKind::InvalidInput) if no handle of the
    /// client is stored. [`RegistrationStore`](ErrorKind::RegistrationStore) if the store fails; if it fails after the replacement,
    /// [`Error::rotated_token`] has the new token, for [`put`](Self::put).
    pub async fn update<F>(&self, client_id: &str, mut edit: F) -> Result<RegisteredClient>
    where
        F: FnMut(ClientMetadata) -> ClientMetadata + Send,
    {
        let mut races = Races::new(self);
        loop {
            let (lock, handle) = self.take(client_id).await?;
            let current = match self.client.read_client(&handle).await {
                Err(error) if may_be_lost(&error) => {
                    races.lost(lock, &handle, error).await?;
                    continue;
                }
                result => result?,
            };
            let replacement = self.clone().replaced(handle.clone(), edit(current.to_metadata()));
            // The lock goes along, so that it is held to the end.
            match to_the_end(async move { (replacement.await, lock) }).await {
                (Ok(None), lock) => races.lost(lock, &handle, overtaken()).await?,
                (Err(error), lock) if may_be_lost(&error) => races.lost(lock, &handle, error).await?,
                (Ok(Some(client)), _) => return Ok(client),
                (Err(error), _) => return Err(error),
            }
        }
    }

    /// Replaces the client, and stores the new handle; `None` if another replacement followed before that.
    async fn replaced(self, handle: RegistrationHandle, metadata: ClientMetadata) -> Result<Option<RegisteredClient>> {
        let mut new = handle.clone();
        let replaced = self.client.replace_client(&mut new, metadata).await;
        if new.is_changed() && !self.keep(&handle, &new).await? {
            return Ok(None);
        }
        match replaced {
            Err(error) if !new.is_changed() => Err(self.checked(&handle, error, remedies::REPLACED).await),
            result => result.map(Some),
        }
    }

    /// Deletes a client, and its handle from the store.
    ///
    /// # Errors
    ///
    /// As for [`Client::delete_client`]. [`InvalidInput`](ErrorKind::InvalidInput) if no handle of the client is stored,
    /// [`RegistrationStore`](ErrorKind::RegistrationStore) if the store fails.
    pub async fn delete(&self, client_id: &str) -> Result<()> {
        let mut races = Races::new(self);
        loop {
            let (lock, handle) = self.take(client_id).await?;
            let deletion = self.clone().deleted(handle.clone());
            match to_the_end(async move { (deletion.await, lock) }).await {
                (Err(error), lock) if may_be_lost(&error) => races.lost(lock, &handle, error).await?,
                (result, _) => return result,
            }
        }
    }

    /// Deletes the client, and removes the handle from the store.
    async fn deleted(self, handle: RegistrationHandle) -> Result<()> {
        match self.client.delete_client(&handle).await {
            Err(error) => Err(self.checked(&handle, error, remedies::DELETED).await),
            // A handle of a worker without the lock is as dead as this one.
            Ok(()) => self.swap(handle.client_id(), Some(&handle), None).await.map(drop),
        }
    }

    /// Removes the handle of a client from the store, and sends nothing: for a client that is deleted, or is not managed here any more.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if no handle of the client is stored,
    /// [`RegistrationStore`](ErrorKind::RegistrationStore) if the store fails.
    pub async fn forget(&self, client_id: &str) -> Result<()> {
        // Only a worker without the lock can be faster.
        for _ in 0..ATTEMPTS {
            let (_lock, handle) = self.take(client_id).await?;
            if self.swap(client_id, Some(&handle), None).await? {
                return Ok(());
            }
        }
        Err(failed("remove the handle", "others keep changing it"))
    }

    /// The error of a change, after a request that tells whether the token still works. `effect` is the hint if it does not.
    async fn checked(&self, handle: &RegistrationHandle, error: Error, effect: &'static str) -> Error {
        if !error.may_have_taken_effect() {
            return error;
        }
        match self.client.read_client(handle).await {
            Ok(_) => error.with_hint(remedies::STILL_WORKS),
            Err(check) if is_unauthorized(&check) && check.is_by_ory() => check.with_hint(effect).with_source(error),
            Err(_) => error,
        }
    }

    /// The lock and the stored handle.
    async fn take(&self, client_id: &str) -> Result<(RegistrationLock, RegistrationHandle)> {
        let missing = || {
            Error::invalid(None, "the registration store has no handle of this client")
                .with_hint("register the client by `registrations`, or store its handle with `put`")
        };
        // A store may keep something for each lock, so an unknown id gets none.
        self.stored(client_id).await?.ok_or_else(missing)?;
        let lock = self.lock(client_id).await?;
        Ok((lock, self.stored(client_id).await?.ok_or_else(missing)?))
    }

    /// Stores the handle after a replacement, and returns whether its token is good.
    ///
    /// If a worker without the lock was faster in storing another handle, both have a token of the server, and one of the two is dead:
    /// a request tells which.
    async fn keep(&self, old: &RegistrationHandle, new: &RegistrationHandle) -> Result<bool> {
        let keep = async {
            let mut expected = Some(old.clone());
            for _ in 0..ATTEMPTS {
                if self.swap(new.client_id(), expected.as_ref(), Some(new)).await? {
                    return Ok(true);
                }
                match self.client.read_client(new).await {
                    Err(error) if may_be_lost(&error) => return Ok(false),
                    result => drop(result?),
                }
                expected = self.stored(new.client_id()).await?;
            }
            Err(failed("store the new handle", "others keep changing it"))
        };
        keep.await.map_err(|error: Error| {
            let salvaged = SalvagedClient::of_handle(new);
            error
                .with_operation(crate::operation::Operation::SetOidcDynamicClient)
                .with_salvaged(Some(salvaged))
                .with_hint("the client was replaced, and its new token is not stored: it is in `rotated_token()`")
        })
    }

    async fn lock(&self, client_id: &str) -> Result<RegistrationLock> {
        self.store.lock(client_id).await.map_err(|error| failed("lock the client", error))
    }

    async fn stored(&self, client_id: &str) -> Result<Option<RegistrationHandle>> {
        let handle = self.store.load(client_id).await.map_err(|error| failed("load the handle", error))?;
        // With a file or row in the wrong place, the calls would change another client.
        match &handle {
            Some(other) if other.client_id() != client_id => {
                Err(failed("load the handle", "the stored handle is of another client"))
            }
            _ => Ok(handle),
        }
    }

    async fn swap(
        &self,
        client_id: &str,
        expected: Option<&RegistrationHandle>,
        new: Option<&RegistrationHandle>,
    ) -> Result<bool> {
        let swapped = self.store.compare_and_swap(client_id, expected, new);
        swapped.await.map_err(|error| failed("store the handle", error))
    }
}

/// Shows the client.
impl fmt::Debug for Registrations {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registrations").field("client", &self.client).finish_non_exhaustive()
    }
}

/// How often a call is tried if others keep being faster.
const ATTEMPTS: u32 = 8;

/// The first pause for a worker that has replaced the client, and not stored its handle yet. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// The races that one call lost.
struct Races<'a> {
    registrations: &'a Registrations,
    left: u32,
    pause: Duration,
    /// The first 401 with the present handle: the error of a change is its source. Later ones have no source.
    first: Option<Error>,
}

impl<'a> Races<'a> {
    fn new(registrations: &'a Registrations) -> Self {
        Self { registrations, left: ATTEMPTS, pause: FIRST_PAUSE, first: None }
    }

    /// Returns if the handle was changed by another worker, or may still be, so that the call has to be repeated with the stored one.
    async fn lost(&mut self, lock: RegistrationLock, used: &RegistrationHandle, error: Error) -> Result<()> {
        let error = self.first.take().filter(|_| is_unauthorized(&error)).unwrap_or(error);
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Err(error);
        }
        let is_changed = self.registrations.stored(used.client_id()).await?.as_ref() != Some(used);
        if is_changed {
            return Ok(());
        }
        // Nobody can be about to store another handle, so the token is dead for another reason.
        if lock.is_held() && is_unauthorized(&error) {
            return Err(error);
        }
        self.first = Some(error).filter(is_unauthorized);
        drop(lock);
        tokio::time::sleep(self.pause).await;
        self.pause = self.pause.saturating_mul(2);
        Ok(())
    }
}

/// Whether another worker may have been faster: the token is not the latest one, or two writes collided in the server's database.
fn may_be_lost(error: &Error) -> bool {
    is_unauthorized(error) || error.oauth().is_some_and(|oauth| oauth.error().starts_with("Unable to serialize access"))
}

fn is_unauthorized(error: &Error) -> bool {
    error.status().is_some_and(|status| status == 401)
}

/// The error for a replacement that succeeded, and was overwritten by another one before its token was stored.
fn overtaken() -> Error {
    let operation = crate::operation::Operation::SetOidcDynamicClient;
    Error::new(ErrorKind::Rejected, Some(operation), "the client was replaced by others at the same time")
}

fn failed(what: &str, source: impl Into<BoxError>) -> Error {
    let source = match source.into().downcast::<Error>() {
        // The store cannot be used here at all.
        Ok(error) if error.kind() == ErrorKind::InvalidInput => return *error,
        Ok(error) => BoxError::from(*error),
        Err(source) => source,
    };
    Error::new(ErrorKind::RegistrationStore, None, format!("the registration store cannot {what}")).with_source(source)
}
