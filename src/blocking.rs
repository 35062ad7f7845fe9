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
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::coop;

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
    runtime: Arc<Runtime>,
}

struct Runtime {
    handle: Handle,
    /// The thread ends when this is dropped.
    _running: oneshot::Sender<()>,
}

impl Client {
    /// Starts the thread. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the system gives no thread.
    pub fn new(client: AsyncClient) -> Result<Self> {
        let refuse = |error: std::io::Error| {
            Error::invalid(None, "the thread of the blocking client cannot be started").with_source(error)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(refuse)?;
        let handle = runtime.handle().clone();
        let (running, stopped) = oneshot::channel();
        let drive = move || {
            // Connections and timers are driven until the sender is dropped.
            let _ = runtime.block_on(stopped);
        };
        thread::Builder::new().name("ory-oidc".to_owned()).spawn(drive).map_err(refuse)?;
        Ok(Self { client, runtime: Arc::new(Runtime { handle, _running: running }) })
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
        if !may_block() {
            let problem = "a blocking call inside of async code";
            return Err(Error::invalid(None, problem)
                .with_hint("await the request instead, or move the call to `tokio::task::spawn_blocking`")
                .into());
        }
        let _entered = self.runtime.handle.enter();
        block_on(request.into_future())
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

/// More than tokio's budget of a task, which is 128.
const MORE_THAN_THE_BUDGET: usize = 1024;

/// Whether this thread may wait.
///
/// tokio limits async code by a budget, so that each task yields in time. Where a thread may wait, in `spawn_blocking` and
/// `block_in_place`, there is no budget. No function of tokio tells the two apart without a panic.
fn may_block() -> bool {
    if Handle::try_current().is_err() {
        return true;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MORE_THAN_THE_BUDGET).all(|_| pin!(coop::consume_budget()).poll(&mut context).is_ready())
}

/// Polls the future on this thread until it is ready. tokio's own function panics inside of `enter`.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // A wake-up between the poll and this line makes `park` return at once.
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
