//! Feature `blocking`: calls from programs without async.
//!
//! [`Call::wait`] and [`StreamCall::wait`] send a call and wait for its result; [`iter`] makes an iterator of pages, items and
//! events; [`wait`] waits for anything else, such as [`Call::raw`] or an async block of several calls. The generated client
//! is the same as in async programs.
//!
//! ```no_run
//! # use openapi_smith_runtime::{Call, Error, Items};
//! # fn example(get_pet: Call<String>, pets: Items<Vec<String>, String>) -> Result<(), Error> {
//! use openapi_smith_runtime::blocking;
//!
//! let pet = get_pet.wait()?;
//! println!("{}", *pet);
//! for pet in blocking::iter(pets) {
//!     println!("{}", pet?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The calling thread polls the call; one thread of the process drives connections and timers. It starts with the first
//! call. Calls from several threads run at the same time.
//!
//! In async code of tokio, waiting would stop other tasks. There each of these is an error of the kind
//! [`Blocking`](crate::TransportErrorKind::Blocking), not a panic. `spawn_blocking` and `block_in_place` of tokio allow it.

use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;
use progenitor_client::ResponseValue;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::coop;

use crate::call::{Call, StreamCall};
use crate::error::Error;
use crate::transport::{TransportError, TransportErrorKind};

impl<T, E: 'static> Call<T, E> {
    /// Sends the request and waits for its response, in a program without async.
    ///
    /// # Errors
    ///
    /// Those of the call; in async code an error of the kind [`Blocking`](crate::TransportErrorKind::Blocking).
    pub fn wait(self) -> Result<ResponseValue<T>, Error<E>> {
        wait(self)
    }
}

impl<T, E: 'static> StreamCall<T, E> {
    /// Sends the request and waits until the stream is open, in a program without async. [`iter`] reads the stream.
    ///
    /// # Errors
    ///
    /// Those of the call; in async code an error of the kind [`Blocking`](crate::TransportErrorKind::Blocking).
    pub fn wait(self) -> Result<ResponseValue<T>, Error<E>> {
        wait(self)
    }
}

/// Waits for the result of any future of this crate, such as a call, or an async block with several.
///
/// ```no_run
/// # use openapi_smith_runtime::{Call, Error, blocking};
/// # fn example(one: Call<String>, other: Call<u8>) -> Result<(), Error> {
/// let both = blocking::wait(async { Ok((one.await?, other.await?)) })?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of the future; in async code an error of the kind [`Blocking`](crate::TransportErrorKind::Blocking).
pub fn wait<F, T, E>(future: F) -> Result<T, Error<E>>
where
    F: IntoFuture<Output = Result<T, Error<E>>>,
{
    let runtime = shared().map_err(Error::Transport)?;
    runtime.wait(future).unwrap_or_else(|error| Err(Error::Transport(error.into())))
}

/// An iterator over a stream: pages, items, events, lines. Each step waits for the next one.
pub fn iter<S, T, E>(stream: S) -> Iter<S>
where
    S: Stream<Item = Result<T, Error<E>>> + Unpin,
{
    Iter { stream, is_ended: false }
}

/// An iterator over a stream; made by [`iter`].
pub struct Iter<S> {
    stream: S,
    is_ended: bool,
}

impl<S, T, E> Iterator for Iter<S>
where
    S: Stream<Item = Result<T, Error<E>>> + Unpin,
{
    type Item = Result<T, Error<E>>;

    /// The next value. After an error of waiting itself there is none.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_ended {
            return None;
        }
        let stream = &mut self.stream;
        let next = std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let waited = shared().and_then(|runtime| runtime.wait(next).map_err(TransportError::from));
        waited.unwrap_or_else(|error| {
            self.is_ended = true;
            Some(Err(Error::Transport(error)))
        })
    }
}

impl<S: fmt::Debug> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iter").field(&self.stream).finish()
    }
}

/// The runtime of [`wait`], which lives as long as the process.
fn shared() -> Result<&'static Runtime, TransportError> {
    static SHARED: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = SHARED.get() {
        return Ok(runtime);
    }
    let runtime =
        Runtime::start("openapi-smith").map_err(|error| TransportError::of_kind(TransportErrorKind::Invalid, error))?;
    Ok(SHARED.get_or_init(|| runtime))
}

/// A thread that drives connections and timers of the calls that others wait for. A clone shares the thread, which ends
/// with the last of them.
///
/// For crates that wrap a generated client. Programs need [`wait`] only.
#[derive(Clone)]
pub struct Runtime {
    handle: Handle,
    /// The thread ends when this is dropped.
    _running: Arc<oneshot::Sender<()>>,
}

impl Runtime {
    /// Starts a thread of this name.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn start(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, stopped) = oneshot::channel();
        let drive = move || {
            // Connections and timers are driven until the sender is dropped.
            let _ = runtime.block_on(stopped);
        };
        thread::Builder::new().name(name.to_owned()).spawn(drive)?;
        Ok(Self { handle, _running: Arc::new(running) })
    }

    /// Polls a future on this thread until it is ready.
    ///
    /// # Errors
    ///
    /// The caller is async code of tokio.
    pub fn wait<F: IntoFuture>(&self, future: F) -> Result<F::Output, InsideAsync> {
        if !may_block() {
            return Err(InsideAsync(()));
        }
        let _entered = self.handle.enter();
        Ok(block_on(future.into_future()))
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

/// Why [`Runtime::wait`] does not wait: its caller is async code.
#[derive(Debug)]
pub struct InsideAsync(());

impl fmt::Display for InsideAsync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a blocking call inside of async code")
    }
}

impl std::error::Error for InsideAsync {}

impl From<InsideAsync> for TransportError {
    fn from(error: InsideAsync) -> Self {
        Self::of_kind(TransportErrorKind::Blocking, error)
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
