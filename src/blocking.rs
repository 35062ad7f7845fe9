//! Calls from programs without async (feature `blocking`).
//!
//! [`Client`] has one method of its own, [`wait`](Client::wait), which sends any request of the async [`crate::Client`], and waits
//! for its result:
//!
//! ```no_run
//! # fn main() -> Result<(), ory_oidc::Error> {
//! let ory = ory_oidc::Client::builder("https://slug.projects.oryapis.com").build()?;
//! let ory = ory_oidc::blocking::Client::new(ory)?;
//!
//! let discovery = ory.wait(ory.discover())?;
//! println!("{}", discovery.issuer());
//! # Ok(())
//! # }
//! ```
//!
//! See the [guide](crate::guide::blocking).

use std::fmt;
use std::ops::Deref;

use openapi_smith_runtime::blocking::Runtime;

use crate::client::Client as AsyncClient;
use crate::error::{Error, Result};

/// A [`crate::Client`] for programs without async.
///
/// It has all methods of the async client, whose requests [`wait`](Self::wait) sends. One thread belongs to it, with the runtime that
/// drives connections and timers. Cheap to clone: clones share the thread, which ends with the last of them. Calls from several
/// threads run at the same time.
#[derive(Clone)]
pub struct Client {
    client: AsyncClient,
    runtime: Runtime,
}

impl Client {
    /// Starts the thread. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the system gives no thread.
    pub fn new(client: AsyncClient) -> Result<Self> {
        let runtime = Runtime::start("ory-oidc").map_err(|error| {
            Error::invalid(None, "the thread of the blocking client cannot be started").with_source(error)
        })?;
        Ok(Self { client, runtime })
    }

    /// Sends a request, and waits for its result.
    ///
    /// It takes all requests of the async client, any other future of this crate that has a `Result`, such as
    /// [`CachedDiscovery::get`], and async blocks with several calls:
    ///
    /// ```no_run
    /// # fn example(ory: ory_oidc::blocking::Client, access_token: String) -> Result<(), ory_oidc::Error> {
    /// let info = ory.wait(ory.userinfo(&access_token).expect_subject("alice"))?;
    /// let document = ory.discover().cached(std::time::Duration::from_secs(3600));
    /// println!("{:?} {}", info, ory.wait(document.get())?.issuer());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`CachedDiscovery::get`]: crate::CachedDiscovery::get
    ///
    /// # Errors
    ///
    /// Those of the request; [`InvalidInput`](crate::ErrorKind::InvalidInput) if it is called from async code of tokio, where waiting
    /// would stop other tasks: await the request there. `spawn_blocking` and `block_in_place` of tokio allow the call.
    pub fn wait<F, T, E>(&self, request: F) -> Result<T, E>
    where
        F: IntoFuture<Output = Result<T, E>>,
        E: From<Error>,
    {
        self.runtime.wait(request).unwrap_or_else(|inside_async| {
            Err(Error::invalid(None, inside_async.to_string())
                .with_hint("await the request instead, or move the call to `tokio::task::spawn_blocking`")
                .into())
        })
    }
}

impl Deref for Client {
    type Target = AsyncClient;

    fn deref(&self) -> &AsyncClient {
        &self.client
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.client).finish()
    }
}
