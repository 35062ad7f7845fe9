//! [`RegistrationStore`]: where registration handles are kept, so that several tasks and processes can manage one client.

#[cfg(feature = "file-store")]
mod file;
mod in_memory;

#[cfg(feature = "file-store")]
pub use self::file::FileStore;
pub use self::in_memory::InMemoryStore;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::RegistrationHandle;
use openapi_smith_runtime::{BoxError, BoxFuture};

/// A place for registration handles, shared by everything that manages the same clients; used by
/// [`Client::registrations`](crate::Client::registrations).
///
/// [`InMemoryStore`] is for one process, `FileStore` (feature `file-store`) for the processes of one machine. For a database,
/// implement the trait: a row for each client, a conditional `UPDATE`, and a lock such as PostgreSQL's `pg_advisory_lock`.
///
/// **A store holds secrets**: a reader of a handle can replace and delete the client. Keep it where only this program reads it, or
/// encrypt it. Errors of a store must not contain a token: they become the [source](std::error::Error::source) of an
/// [`Error`](crate::Error) of the kind [`RegistrationStore`](crate::ErrorKind::RegistrationStore), and may be logged.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
///
/// use ory_oidc::{BoxError, BoxFuture, RegistrationHandle, RegistrationLock, RegistrationStore};
///
/// /// Documents in a database without locks, here a map.
/// struct Documents(Mutex<BTreeMap<String, String>>);
///
/// impl RegistrationStore for Documents {
///     fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
///         Box::pin(async move {
///             let documents = self.0.lock().map_err(|_| "poisoned")?;
///             Ok(documents.get(client_id).map(|document| serde_json::from_str(document)).transpose()?)
///         })
///     }
///
///     fn compare_and_swap<'a>(
///         &'a self,
///         client_id: &'a str,
///         expected: Option<&'a RegistrationHandle>,
///         new: Option<&'a RegistrationHandle>,
///     ) -> BoxFuture<'a, Result<bool, BoxError>> {
///         Box::pin(async move {
///             let text = |handle: &RegistrationHandle| serde_json::to_string(&handle.to_stored());
///             let (expected, new) = (expected.map(text).transpose()?, new.map(text).transpose()?);
///             let mut documents = self.0.lock().map_err(|_| "poisoned")?;
///             let is_expected = documents.get(client_id) == expected.as_ref();
///             if is_expected {
///                 match new {
///                     Some(new) => drop(documents.insert(client_id.to_owned(), new)),
///                     None => drop(documents.remove(client_id)),
///                 }
///             }
///             Ok(is_expected)
///         })
///     }
///
///     fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
///         Box::pin(async { Ok(RegistrationLock::none()) })
///     }
/// }
/// ```
pub trait RegistrationStore: Send + Sync {
    /// Loads the handle of the client; `None` if none is stored.
    ///
    /// # Errors
    ///
    /// The handle cannot be read: for example, the file is not a handle.
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>>;

    /// Stores `new` in place of `expected`, and returns `true`. If the stored handle is not `expected`, it changes nothing and returns
    /// `false`. `None` as `expected` means that no handle is stored; `None` as `new` removes the handle. Comparison and change are one
    /// step: no other call may see or change the handle in between.
    ///
    /// # Errors
    ///
    /// The handle cannot be stored. The stored handle is then `expected` or `new`, never half of one.
    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>>;

    /// Waits for the lock of the client, which one caller at a time holds until it drops the returned value. The lock of a process
    /// that was killed has to become free.
    ///
    /// A store without locks returns [`RegistrationLock::none`].
    ///
    /// # Errors
    ///
    /// Whatever prevents the lock.
    fn lock<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>>;
}

/// A store that is shared.
impl<S: RegistrationStore + ?Sized> RegistrationStore for Arc<S> {
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
        (**self).load(client_id)
    }

    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        (**self).compare_and_swap(client_id, expected, new)
    }

    fn lock<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
        (**self).lock(client_id)
    }
}

/// The lock of a client in a [`RegistrationStore`], held until it is dropped.
#[must_use = "the lock is released when this is dropped"]
pub struct RegistrationLock(Option<Box<dyn Any + Send>>);

impl RegistrationLock {
    /// A lock that `guard` releases when it is dropped.
    pub fn new(guard: impl Any + Send) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// The lock of a store without locks. Others may change the client at the same time.
    ///
    /// No token is lost then, but an edit may be: two replacements of the same moment both succeed, and the later one
    /// overwrites the earlier.
    pub fn none() -> Self {
        Self(None)
    }

    /// Whether others are locked out.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Debug for RegistrationLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationLock").field("is_held", &self.is_held()).finish()
    }
}
