//! [`SingleFlight`]: an errand that at most one runs at a time, for all who want what it brings.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use tokio::sync::Mutex;

use crate::call::BoxFuture;
use crate::error::{Error, Result};

/// Keeps the last value, and brings a new one when it is wanted.
///
/// The errand belongs to all who wait: whoever has the lock moves it on. When that one is cancelled the errand stays where it
/// is, and the next to come takes it up. So nothing is begun twice, and what was begun is finished: a refresh token that was
/// used up is not lost with the caller who happened to be the first.
pub(crate) struct SingleFlight<T> {
    /// How many errands have come to an end.
    ended: AtomicU64,
    state: Mutex<State<T>>,
}

struct State<T> {
    under_way: Option<BoxFuture<'static, Result<T>>>,
    value: Option<T>,
    /// Why the last errand failed, if it did.
    failure: Option<Error>,
}

impl<T: Clone> SingleFlight<T> {
    pub(crate) fn new(value: Option<T>) -> Self {
        Self { ended: AtomicU64::new(0), state: Mutex::new(State { under_way: None, value, failure: None }) }
    }

    /// Gives the last value if it is `good`, otherwise what the errand brings that is under way, or that `start` begins.
    ///
    /// Who waited while an errand failed gets that failure, and does not begin the next one.
    pub(crate) async fn value(
        &self,
        good: &(dyn Fn(&T) -> bool + Sync),
        start: &(dyn Fn() -> BoxFuture<'static, Result<T>> + Sync),
    ) -> Result<T> {
        let ended = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if state.under_way.is_none() {
            if let Some(value) = state.value.as_ref().filter(|value| good(value)) {
                return Ok(value.clone());
            }
            if let Some(failure) = state.failure.as_ref().filter(|_| self.ended.load(Ordering::Acquire) != ended) {
                return Err(failure.clone());
            }
            state.under_way = Some(start());
        }
        let result = poll_fn(|context| {
            // Taken out while it is polled: an errand that panics is gone, and the next caller begins another.
            let Some(mut errand) = state.under_way.take() else { return Poll::Pending };
            let result = errand.as_mut().poll(context);
            if result.is_pending() {
                state.under_way = Some(errand);
            }
            result
        })
        .await;
        match &result {
            Ok(value) => (state.value, state.failure) = (Some(value.clone()), None),
            Err(error) => state.failure = Some(error.clone()),
        }
        self.ended.fetch_add(1, Ordering::AcqRel);
        result
    }

    /// Forgets the value.
    pub(crate) async fn clear(&self) {
        self.state.lock().await.value = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use tokio::sync::Semaphore;

    /// Errands that end when they are let, and are counted.
    struct Errands {
        begun: AtomicUsize,
        let_go: Arc<Semaphore>,
        fail: bool,
    }

    impl Errands {
        fn new(fail: bool) -> Arc<Self> {
            Arc::new(Self { begun: AtomicUsize::new(0), let_go: Arc::new(Semaphore::new(0)), fail })
        }

        async fn want(self: Arc<Self>, flight: Arc<SingleFlight<usize>>) -> Result<usize> {
            let start = || -> BoxFuture<'static, Result<usize>> {
                let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
                let (let_go, fail) = (Arc::clone(&self.let_go), self.fail);
                Box::pin(async move {
                    let_go.acquire().await.unwrap().forget();
                    if fail { Err(Error::new(ErrorKind::TokenProvider, None, number.to_string())) } else { Ok(number) }
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
    async fn one_at_a_time_for_all() {
        for fail in [false, true] {
            let (errands, flight) = (Errands::new(fail), Arc::new(SingleFlight::new(None)));
            let tasks: Vec<_> = (0..64).map(|_| tokio::spawn(Arc::clone(&errands).want(Arc::clone(&flight)))).collect();
            settle().await;
            assert_eq!(errands.begun.load(Ordering::SeqCst), 1);
            errands.let_go.add_permits(if fail { 1 } else { 64 });
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(task.await.unwrap().map_err(|error| error.to_string()));
            }
            if fail {
                // One failure for all who waited for it; who comes later begins again.
                assert!(outcomes.iter().all(|outcome| *outcome == Err("1".to_owned())), "{outcomes:?}");
                errands.let_go.add_permits(1);
                assert_eq!(Arc::clone(&errands).want(flight).await.unwrap_err().to_string(), "2");
            } else {
                // Nobody found the value good, so each had one brought; none at the same time as another.
                assert_eq!(errands.begun.load(Ordering::SeqCst), 64);
            }
        }
    }

    #[tokio::test]
    async fn a_good_value_is_kept() {
        let flight = SingleFlight::new(Some(7));
        let never = || -> BoxFuture<'static, Result<i32>> { panic!("nothing is to be begun") };
        assert_eq!(flight.value(&|value| *value == 7, &never).await.unwrap(), 7);
        let eight = || -> BoxFuture<'static, Result<i32>> { Box::pin(std::future::ready(Ok(8))) };
        assert_eq!(flight.value(&|value| *value != 7, &eight).await.unwrap(), 8);
        assert_eq!(flight.value(&|value| *value != 7, &never).await.unwrap(), 8);
        flight.clear().await;
        assert_eq!(flight.value(&|_| true, &eight).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn what_was_begun_is_finished() {
        let (errands, flight) = (Errands::new(false), Arc::new(SingleFlight::new(None)));
        let first = tokio::spawn(Arc::clone(&errands).want(Arc::clone(&flight)));
        settle().await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        errands.let_go.add_permits(1);
        assert_eq!(Arc::clone(&errands).want(flight).await.unwrap(), 1, "the errand of the one that was cancelled");
    }

    #[tokio::test]
    async fn a_panic_is_not_kept() {
        let flight = Arc::new(SingleFlight::<usize>::new(None));
        let other = Arc::clone(&flight);
        let broken = || -> BoxFuture<'static, Result<usize>> { Box::pin(async { panic!("at its work") }) };
        tokio::spawn(async move { other.value(&|_| false, &broken).await }).await.unwrap_err();
        let fine = || -> BoxFuture<'static, Result<usize>> { Box::pin(std::future::ready(Ok(1))) };
        assert_eq!(flight.value(&|_| false, &fine).await.unwrap(), 1);
    }
}
