//! The clock of retries and hooks: tokio's, so that tests can stop it. `wasm32` has none.

use std::time::Duration;

/// A point in time.
#[derive(Clone, Copy)]
pub(super) struct Moment(#[cfg(not(target_arch = "wasm32"))] tokio::time::Instant);

impl Moment {
    pub(super) fn now() -> Self {
        Self(
            #[cfg(not(target_arch = "wasm32"))]
            tokio::time::Instant::now(),
        )
    }

    /// The time since then; zero without a clock.
    pub(super) fn elapsed(self) -> Duration {
        #[cfg(not(target_arch = "wasm32"))]
        return self.0.elapsed();
        #[cfg(target_arch = "wasm32")]
        return Duration::ZERO;
    }
}

/// Waits.
pub(super) async fn wait(pause: Duration) {
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
}
