//! [`InMemoryStore`]: handles in the memory of one process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{RegistrationLock, RegistrationStore};
use crate::registration::RegistrationHandle;
use openapi_smith_runtime::{BoxError, BoxFuture};

/// A [`RegistrationStore`] in memory, for one process: the handles are gone when it ends.
///
/// For tests, and for programs that register their clients anew at each start. Cheap to clone: clones share the handles.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client) -> Result<(), ory_oidc::Error> {
/// use ory_oidc::{ClientMetadata, InMemoryStore};
///
/// let registrations = ory.registrations(InMemoryStore::new());
/// let registration = registrations.register(ClientMetadata::new(["https://shop.example/callback"])).await?;
/// registrations.update(registration.client_id(), |metadata| metadata.client_name("Shop 2")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct InMemoryStore(Arc<Mutex<BTreeMap<String, Entry>>>);

#[derive(Default)]
struct Entry {
    handle: Option<RegistrationHandle>,
    lock: Arc<tokio::sync::Mutex<()>>,
}

impl InMemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RegistrationStore for InMemoryStore {
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
        Box::pin(async move { Ok(self.entries().get(client_id).and_then(|entry| entry.handle.clone())) })
    }

    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async move {
            let mut entries = self.entries();
            let entry = entries.entry(client_id.to_owned()).or_default();
            let is_expected = entry.handle.as_ref() == expected;
            if is_expected {
                entry.handle = new.cloned();
                entry.handle.iter_mut().for_each(RegistrationHandle::mark_stored);
            }
            Ok(is_expected)
        })
    }

    fn lock<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
        let lock = Arc::clone(&self.entries().entry(client_id.to_owned()).or_default().lock);
        Box::pin(async move { Ok(RegistrationLock::new(lock.lock_owned().await)) })
    }
}

/// Shows the ids of the clients.
impl fmt::Debug for InMemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InMemoryStore").field(&self.entries().keys().collect::<Vec<_>>()).finish()
    }
}
