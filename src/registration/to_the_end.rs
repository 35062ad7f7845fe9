//! [`to_the_end`]: a future that becomes a task if its caller drops it.

use std::pin::Pin;
use std::task::{Context, Poll};

use openapi_smith_runtime::BoxFuture;
use tokio::runtime::Handle;

/// Runs a future that must not stop half-way: if the caller drops it before its end, the rest of it is a task.
///
/// The caller polls it, so that its spans and thread-local values are there as long as the caller is.
pub(super) fn to_the_end<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> ToTheEnd<T> {
    ToTheEnd { rest: Some(Box::pin(future)), runtime: Handle::try_current().ok() }
}

/// The future of [`to_the_end`].
pub(super) struct ToTheEnd<T: Send + 'static> {
    /// Not there while it is polled, so that nothing is left of a future that panics.
    rest: Option<BoxFuture<'static, T>>,
    /// Outside of a runtime, every call fails at once.
    runtime: Option<Handle>,
}

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(mut rest) = self.rest.take() else { return Poll::Pending };
        let polled = rest.as_mut().poll(context);
        if polled.is_pending() {
            self.rest = Some(rest);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        if let (Some(rest), Some(runtime)) = (self.rest.take(), &self.runtime) {
            drop(runtime.spawn(async move { drop(rest.await) }));
        }
    }
}
