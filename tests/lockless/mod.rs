//! A store of registration handles whose workers do not exclude each other.

use ory_oidc::{BoxError, BoxFuture, InMemoryStore, RegistrationHandle, RegistrationLock, RegistrationStore};

/// A store whose locks lock nobody out.
pub(crate) struct Lockless(pub(crate) InMemoryStore);

impl RegistrationStore for Lockless {
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
        self.0.load(client_id)
    }

    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        self.0.compare_and_swap(client_id, expected, new)
    }

    fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
        Box::pin(async { Ok(RegistrationLock::none()) })
    }
}
