//! [`SingleFlight`]: a value that concurrent callers fetch together, with one fetch at a time.

use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use tokio::runtime::{Handle, Id};
use tokio::sync::Mutex;

use crate::boxed::BoxFuture;

/// Keeps the last value, and fetches a new one on demand.
///
/// Concurrent callers share one fetch: the caller with the lock drives it. If that caller is cancelled, the fetch stays, and the
/// next caller continues it. So a used refresh token is not lost with a cancelled caller. If the fetch that it continues fails, the
/// caller starts one of its own: nobody drove the first one for a while, so its time may be over. A fetch of another runtime is
/// dropped, because its connections and timers need that runtime, which may be idle or have ended.
pub struct SingleFlight<T, E> {
    /// The number of finished fetches.
    ended: AtomicU64,
    state: Mutex<State<T, E>>,
}

struct State<T, E> {
    in_progress: Option<Fetch<T, E>>,
    value: Option<T>,
    /// The error of the last fetch, if it failed.
    failure: Option<E>,
}

/// A fetch that is not finished.
struct Fetch<T, E> {
    future: BoxFuture<'static, Result<T, E>>,
    runtime: Option<Id>,
}

/// The runtime of the caller.
fn runtime() -> Option<Id> {
    Handle::try_current().ok().map(|runtime| runtime.id())
}

impl<T: Clone, E: Clone> SingleFlight<T, E> {
    /// Keeps `value`, if there is one.
    pub fn new(value: Option<T>) -> Self {
        Self { ended: AtomicU64::new(0), state: Mutex::new(State { in_progress: None, value, failure: None }) }
    }

    /// Returns the last value if it is `good`; otherwise the result of the fetch in progress, or of a new one by `start`.
    ///
    /// A caller that waited for a failed fetch gets its error, and does not start another fetch.
    pub async fn value(
        &self,
        good: &(dyn Fn(&T) -> bool + Sync),
        start: &(dyn Fn() -> BoxFuture<'static, Result<T, E>> + Sync),
    ) -> Result<T, E> {
        let ended = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        state.in_progress = state.in_progress.take().filter(|fetch| fetch.runtime == runtime());
        let mut is_continued = state.in_progress.is_some();
        if !is_continued {
            if let Some(value) = state.value.as_ref().filter(|value| good(value)) {
                return Ok(value.clone());
            }
            if let Some(failure) = state.failure.as_ref().filter(|_| self.ended.load(Ordering::Acquire) != ended) {
                return Err(failure.clone());
            }
        }
        let result = poll_fn(|context| {
            loop {
                // Removed while it is polled: a fetch that panics is dropped, and the next caller starts another.
                let start = || Fetch { future: start(), runtime: runtime() };
                let mut fetch = state.in_progress.take().unwrap_or_else(start);
                match fetch.future.as_mut().poll(context) {
                    Poll::Ready(Err(_)) if is_continued => is_continued = false,
                    Poll::Ready(result) => return Poll::Ready(result),
                    Poll::Pending => {
                        state.in_progress = Some(fetch);
                        return Poll::Pending;
                    }
                }
            }
        })
        .await;
        match &result {
            Ok(value) => (state.value, state.failure) = (Some(value.clone()), None),
            Err(error) => state.failure = Some(error.clone()),
        }
        self.ended.fetch_add(1, Ordering::AcqRel);
        result
    }

    /// The last value, if it is `good` and no caller drives a fetch. Starts nothing, and waits for nothing.
    pub fn current(&self, good: &(dyn Fn(&T) -> bool + Sync)) -> Option<T> {
        self.state.try_lock().ok()?.value.as_ref().filter(|value| good(value)).cloned()
    }

    /// Drops the value. A fetch whose caller is gone stays: it may have used a refresh token.
    pub async fn clear(&self) {
        self.state.lock().await.value = None;
    }

    /// Drops the value, and a fetch whose caller is gone, which may return a value that is as old.
    pub async fn reset(&self) {
        let mut state = self.state.lock().await;
        (state.value, state.in_progress) = (None, None);
    }
}

/// Shows nothing of the value, which may be a token.
impl<T, E> fmt::Debug for SingleFlight<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use tokio::sync::Semaphore;

    /// Counted fetches that end when the test allows it.
    struct Fetches {
        begun: AtomicUsize,
        let_go: Arc<Semaphore>,
        fail: bool,
    }

    impl Fetches {
        fn new(fail: bool) -> Arc<Self> {
            Arc::new(Self { begun: AtomicUsize::new(0), let_go: Arc::new(Semaphore::new(0)), fail })
        }

        async fn want(self: Arc<Self>, flight: Arc<SingleFlight<usize, String>>) -> Result<usize, String> {
            let start = || -> BoxFuture<'static, Result<usize, String>> {
                let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
                let (let_go, fail) = (Arc::clone(&self.let_go), self.fail);
                Box::pin(async move {
                    let_go.acquire().await.unwrap().forget();
                    if fail { Err(number.to_string()) } else { Ok(number) }
                })
            };
            flight.value(&|_| false, &start).await
        }
    }

    /// Lets every task run until it waits.
    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn concurrent_callers_share_one_fetch() {
        for fail in [false, true] {
            let (fetches, flight) = (Fetches::new(fail), Arc::new(SingleFlight::new(None)));
            let tasks: Vec<_> = (0..64).map(|_| tokio::spawn(Arc::clone(&fetches).want(Arc::clone(&flight)))).collect();
            settle().await;
            assert_eq!(fetches.begun.load(Ordering::SeqCst), 1);
            fetches.let_go.add_permits(if fail { 1 } else { 64 });
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(task.await.unwrap());
            }
            if fail {
                // All waiting callers get one failure; a later caller starts again.
                assert!(outcomes.iter().all(|outcome| *outcome == Err("1".to_owned())), "{outcomes:?}");
                fetches.let_go.add_permits(1);
                assert_eq!(Arc::clone(&fetches).want(flight).await.unwrap_err(), "2");
            } else {
                // No value was good, so each caller fetched one, never two at a time.
                assert_eq!(fetches.begun.load(Ordering::SeqCst), 64);
            }
        }
    }

    #[tokio::test]
    async fn a_good_value_is_returned_without_a_fetch() {
        let flight = SingleFlight::new(Some(7));
        let never = || -> BoxFuture<'static, Result<i32, String>> { panic!("nothing may be fetched") };
        assert_eq!(flight.value(&|value| *value == 7, &never).await.unwrap(), 7);
        let eight = || -> BoxFuture<'static, Result<i32, String>> { Box::pin(std::future::ready(Ok(8))) };
        assert_eq!(flight.value(&|value| *value != 7, &eight).await.unwrap(), 8);
        assert_eq!(flight.value(&|value| *value != 7, &never).await.unwrap(), 8);
        flight.clear().await;
        assert_eq!(flight.value(&|_| true, &eight).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn a_fetch_outlives_a_cancelled_caller() {
        let (fetches, flight) = (Fetches::new(false), Arc::new(SingleFlight::new(None)));
        let first = tokio::spawn(Arc::clone(&fetches).want(Arc::clone(&flight)));
        settle().await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        fetches.let_go.add_permits(1);
        assert_eq!(Arc::clone(&fetches).want(flight).await.unwrap(), 1, "the fetch of the cancelled caller");
    }

    #[test]
    fn a_fetch_of_another_runtime_is_not_continued() {
        let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (fetches, flight) = (Fetches::new(false), Arc::new(SingleFlight::new(None)));
        let want = || Arc::clone(&fetches).want(Arc::clone(&flight));
        // Nobody drives the timers of this runtime from here on, although it has not ended.
        let first = runtime();
        first.block_on(async {
            let call = tokio::spawn(want());
            settle().await;
            call.abort();
            assert!(call.await.unwrap_err().is_cancelled());
        });
        fetches.let_go.add_permits(2);
        assert_eq!(runtime().block_on(want()).unwrap(), 2, "a fetch of its own");
        assert_eq!(first.block_on(want()).unwrap(), 3);
    }

    #[tokio::test]
    async fn the_current_value_is_the_last_good_one_while_no_caller_drives_a_fetch() {
        let (fetches, flight) = (Fetches::new(false), Arc::new(SingleFlight::new(Some(0))));
        assert_eq!((flight.current(&|_| true), flight.current(&|_| false)), (Some(0), None));
        let call = tokio::spawn(Arc::clone(&fetches).want(Arc::clone(&flight)));
        settle().await;
        assert_eq!(flight.current(&|_| true), None);
        fetches.let_go.add_permits(1);
        assert_eq!(call.await.unwrap().unwrap(), 1);
        assert_eq!(flight.current(&|_| true), Some(1));
    }

    #[tokio::test]
    async fn an_abandoned_fetch_outlives_clear_and_not_reset() {
        for (is_reset, expected) in [(false, 1), (true, 2)] {
            let (fetches, flight) = (Fetches::new(false), Arc::new(SingleFlight::new(Some(0))));
            let first = tokio::spawn(Arc::clone(&fetches).want(Arc::clone(&flight)));
            settle().await;
            first.abort();
            assert!(first.await.unwrap_err().is_cancelled());
            if is_reset {
                flight.reset().await
            } else {
                flight.clear().await
            }
            fetches.let_go.add_permits(2);
            assert_eq!(fetches.want(flight).await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn the_failure_of_an_abandoned_fetch_is_not_that_of_the_next_caller() {
        let (failing, flight) = (Fetches::new(true), Arc::new(SingleFlight::new(None)));
        let first = tokio::spawn(Arc::clone(&failing).want(Arc::clone(&flight)));
        settle().await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        failing.let_go.add_permits(1);
        let fine = || -> BoxFuture<'static, Result<usize, String>> { Box::pin(std::future::ready(Ok(7))) };
        assert_eq!(flight.value(&|_| false, &fine).await.unwrap(), 7, "a fetch of its own");
        // Its own failure is an error, and so is that of a fetch that another caller still drives.
        let broken = || -> BoxFuture<'static, Result<usize, String>> { Box::pin(std::future::ready(Err("no".into()))) };
        assert_eq!(flight.value(&|_| false, &broken).await.unwrap_err(), "no");
    }

    #[tokio::test]
    async fn a_fetch_that_panics_is_dropped() {
        let flight = Arc::new(SingleFlight::<usize, String>::new(None));
        let other = Arc::clone(&flight);
        let broken = || -> BoxFuture<'static, Result<usize, String>> { Box::pin(async { panic!("in a fetch") }) };
        tokio::spawn(async move { other.value(&|_| false, &broken).await }).await.unwrap_err();
        let fine = || -> BoxFuture<'static, Result<usize, String>> { Box::pin(std::future::ready(Ok(1))) };
        assert_eq!(flight.value(&|_| false, &fine).await.unwrap(), 1);
    }
}
