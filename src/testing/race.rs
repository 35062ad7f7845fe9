//! Replacements of one client that race: each waits for another between the check of its token and its effect.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// The replacements that wait, one for each client.
pub(super) struct Race {
    /// The longest time to wait, or zero if nothing races.
    window: Duration,
    waiting: Mutex<BTreeMap<String, oneshot::Sender<()>>>,
}

impl Race {
    pub(super) fn new(window: Duration) -> Self {
        Self { window, waiting: Mutex::default() }
    }

    pub(super) fn is_on(&self) -> bool {
        !self.window.is_zero()
    }

    /// Waits until another replacement of the client gets here, or the window is over.
    pub(super) async fn wait(&self, client_id: &str) {
        if let Some(other) = self.met(client_id) {
            let _ = timeout(self.window, other).await;
        }
    }

    /// Lets the replacement go on that waits, or makes this one wait.
    fn met(&self, client_id: &str) -> Option<oneshot::Receiver<()>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // The one that waited may have given up by now.
        if waiting.remove(client_id).is_some_and(|first| first.send(()).is_ok()) {
            return None;
        }
        let (first, other) = oneshot::channel();
        waiting.insert(client_id.to_owned(), first);
        Some(other)
    }
}
