//! [`InMemoryStore`]: handles in the memory of one process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

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
pub struct InMemoryStore(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    handles: BTreeMap<String, RegistrationHandle>,
    /// The locks that somebody holds or waits for.
    locks: BTreeMap<String, Weak<tokio::sync::Mutex<()>>>,
}

impl Entries {
    fn lock(&mut self, client_id: &str) -> Arc<tokio::sync::Mutex<()>> {
        self.locks.retain(|_, lock| lock.strong_count() > 0);
        self.locks.get(client_id).and_then(Weak::upgrade).unwrap_or_else(|| {
            let lock = Arc::default();
            self.locks.insert(client_id.to_owned(), Arc::downgrade(&lock));
            lock
        })
    }
}

impl InMemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RegistrationStore for InMemoryStore {
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
        Box::pin(async move { Ok(self.entries().handles.get(client_id).cloned()) })
    }

    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async move {
            let handles = &mut self.entries().handles;
            let is_expected = handles.get(client_id) == expected;
            match new.cloned().filter(|_| is_expected) {
                Some(mut new) => {
                    new.mark_stored();
                    handles.insert(client_id.to_owned(), new);
                }
                None if is_expected => drop(handles.remove(client_id)),
                None => {}
            }
            Ok(is_expected)
        })
    }

    fn lock<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
        let lock = self.entries().lock(client_id);
        Box::pin(async move { Ok(RegistrationLock::new(lock.lock_owned().await)) })
    }
}

/// Shows the ids of the clients with a handle.
impl fmt::Debug for InMemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InMemoryStore").field(&self.entries().handles.keys().collect::<Vec<_>>()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_kept_of_clients_without_a_handle() {
        let store = InMemoryStore::new();
        let handle = RegistrationHandle::new("deleted", "t");
        for (expected, new) in [(None, Some(&handle)), (Some(&handle), None)] {
            let _lock = store.lock("deleted").await.unwrap();
            assert!(store.compare_and_swap("deleted", expected, new).await.unwrap());
        }
        assert!(!store.compare_and_swap("unknown", Some(&handle), Some(&handle)).await.unwrap());
        for id in 0..100 {
            drop(store.lock(&id.to_string()).await.unwrap());
        }
        let _held = store.lock("held").await.unwrap();
        let entries = store.entries();
        assert_eq!((entries.handles.len(), entries.locks.keys().collect::<Vec<_>>()), (0, vec![&"held".to_owned()]));
        drop(entries);
        assert_eq!(format!("{store:?}"), "InMemoryStore([])");
    }
}
