//! Hooks: code before and after each attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use openapi_smith_runtime::reqwest::header::HeaderValue;
use openapi_smith_runtime::{AttemptEnded, AttemptStarted, BoxError, BoxFuture, Hook};

/// Counts failures, and sends the name of the operation.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    failures: Arc<AtomicU64>,
}

impl Metrics {
    /// The number of failed attempts.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }
}

impl Hook for Metrics {
    fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        let operation = HeaderValue::from_static(attempt.operation_id());
        attempt.request_mut().headers_mut().insert("x-operation", operation);
        Box::pin(async { Ok(()) })
    }

    fn after(&self, attempt: &AttemptEnded<'_>) {
        if attempt.error().is_some() || attempt.will_retry() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }
}
