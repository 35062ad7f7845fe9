//! [`RetryPolicy`]: the number of attempts, and the backoff between them.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// Retries transient failures; set for a client with `ClientBuilder::retry`, or for one call with
/// [`Call::retry`](crate::Call::retry).
///
/// A client retries calls whose method is safe (RFC 9110 section 9.2.1: `GET`, `HEAD`, `OPTIONS`), since a request that failed
/// may have taken effect. A call with a policy of its own is retried whatever its method: its caller knows that
/// repeating it does no harm. Retried are errors that [are retryable](crate::Error::is_retryable). A body that is sent as it
/// is read cannot be sent twice.
///
/// The backoff begins with [`initial_backoff`](Self::initial_backoff) and doubles with each attempt. Half of each backoff is random
/// jitter. If the server sends a time to wait (`Retry-After`, in seconds or as a date, or else `x-ratelimit-reset`), the backoff is
/// never shorter. If that time is longer than [`max_backoff`](Self::max_backoff), or than the rest of the
/// [`total_timeout`](Self::total_timeout), there is no further attempt: an early one would only count against the limit. The error
/// has the time in [`retry_after`](crate::Error::retry_after).
///
/// The backoff uses tokio's clock, like reqwest's timeouts: the runtime needs `enable_time`.
///
/// ```
/// use std::time::Duration;
/// use openapi_smith_runtime::RetryPolicy;
///
/// let policy = RetryPolicy::new().max_attempts(4).total_timeout(Duration::from_secs(15));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is given to a client"]
pub struct RetryPolicy {
    max_attempts: u32,
    total_timeout: Duration,
    initial_backoff: Duration,
    max_backoff: Duration,
}

impl RetryPolicy {
    /// Three attempts in at most 30 seconds, with a backoff from 200 milliseconds to 10 seconds.
    pub const fn new() -> Self {
        Self {
            max_attempts: 3,
            total_timeout: Duration::from_secs(30),
            initial_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(10),
        }
    }

    /// The maximum number of attempts, the first one included. With 0 or 1 nothing is retried.
    #[doc(alias = "attempts")]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The time limit of all attempts together, backoff included. An attempt in progress is aborted when the time is up.
    ///
    /// The timeout of the call limits each attempt, as without retries.
    #[doc(alias = "budget")]
    pub const fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// The longest first backoff, unless the server sends a time to wait.
    #[doc(alias = "first_pause")]
    pub const fn initial_backoff(mut self, pause: Duration) -> Self {
        self.initial_backoff = pause;
        self
    }

    /// The longest backoff.
    #[doc(alias = "longest_pause")]
    pub const fn max_backoff(mut self, pause: Duration) -> Self {
        self.max_backoff = pause;
        self
    }

    /// The rest of the total timeout after this time.
    pub(crate) fn left(&self, spent: Duration) -> Duration {
        self.total_timeout.saturating_sub(spent)
    }

    /// The backoff before the next attempt, after so many attempts in this time; `None` if there is no further attempt.
    pub(crate) fn pause(&self, made: u32, spent: Duration, asked: Option<Duration>, chance: f64) -> Option<Duration> {
        if made >= self.max_attempts {
            return None;
        }
        let doubled = 1_u32.checked_shl(made.saturating_sub(1)).unwrap_or(u32::MAX);
        let own = self.initial_backoff.saturating_mul(doubled).min(self.max_backoff);
        let half = own / 2;
        let pause = match asked {
            Some(asked) if asked > self.max_backoff => return None,
            Some(asked) => asked.saturating_add(half.mul_f64(chance)),
            None => half.saturating_add(half.mul_f64(chance)),
        };
        (spent.saturating_add(pause) < self.total_timeout).then_some(pause)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// A number from 0 to 1, as random as a hash map's keys: enough for jitter, without another crate.
pub(crate) fn chance() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 32;
    f64::from(u32::try_from(bits).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: Duration = Duration::ZERO;

    fn seconds(seconds: f64) -> Option<Duration> {
        Some(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn backoff_doubles_up_to_the_maximum() {
        let policy = RetryPolicy::new().max_attempts(u32::MAX).total_timeout(Duration::MAX);
        for (made, longest) in [(1, 0.2), (2, 0.4), (3, 0.8), (6, 6.4), (7, 10.0), (33, 10.0), (u32::MAX - 1, 10.0)] {
            assert_eq!(policy.pause(made, ZERO, None, 0.0), seconds(longest / 2.0), "{made}");
            assert_eq!(policy.pause(made, ZERO, None, 1.0), seconds(longest), "{made}");
        }
    }

    #[test]
    fn the_servers_time_to_wait_is_kept_or_ends_the_attempts() {
        let policy = RetryPolicy::new();
        assert_eq!(policy.pause(1, ZERO, seconds(7.0), 0.0), seconds(7.0));
        assert_eq!(policy.pause(1, ZERO, seconds(7.0), 1.0), seconds(7.1));
        assert_eq!(policy.pause(1, ZERO, seconds(0.0), 0.0), seconds(0.0));
        assert_eq!(policy.pause(1, ZERO, seconds(10.0), 0.0), seconds(10.0));
        assert_eq!(policy.pause(1, ZERO, seconds(10.1), 0.0), None);
        assert_eq!(policy.pause(1, ZERO, Some(Duration::MAX), 1.0), None);
    }

    #[test]
    fn attempts_end_by_number_and_by_time() {
        let policy = RetryPolicy::new().max_attempts(3).total_timeout(Duration::from_secs(20));
        assert!(policy.pause(2, ZERO, None, 1.0).is_some());
        assert_eq!(policy.pause(3, ZERO, None, 1.0), None);
        assert_eq!(policy.max_attempts(1).pause(1, ZERO, None, 1.0), None);
        assert_eq!(policy.max_attempts(0).pause(1, ZERO, None, 1.0), None);
        // A backoff that would use up the total timeout ends the attempts.
        assert!(policy.pause(1, Duration::from_secs(14), seconds(5.0), 0.0).is_some());
        assert_eq!(policy.pause(1, Duration::from_secs(15), seconds(5.0), 0.0), None);
        assert_eq!(policy.pause(1, Duration::MAX, None, 0.0), None);
        assert_eq!(policy.left(Duration::from_secs(21)), ZERO);
    }

    #[test]
    fn chance_varies() {
        let chances: Vec<f64> = (0..100).map(|_| chance()).collect();
        assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)));
        assert!(chances.iter().any(|chance| *chance < 0.5) && chances.iter().any(|chance| *chance > 0.5));
    }
}
