//! [`RetryPolicy`]: which calls are made again, how often, and after how long a pause.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use crate::operation::Operation;

/// When and how often a call is made again after a passing failure; given to [`ClientBuilder::retries`](crate::ClientBuilder::retries).
///
/// Only what is safe to repeat is repeated: [discovery](crate::Client::discover), [reading a client](crate::Client::read_client)
/// and [userinfo](crate::Client::userinfo), after an error that [is retryable](crate::Error::is_retryable). Registering, replacing
/// and deleting a client are never repeated, nor is anything that issues a credential or logs out.
///
/// Between two attempts is a pause. It begins with [`initial_backoff`](Self::initial_backoff) and doubles from attempt to attempt; half
/// of it is left to chance, so that many programs that failed together do not come back together. Where the server says how
/// long to wait (`Retry-After`, in seconds or as a date, or else `x-ratelimit-reset`), the pause is that long and never shorter.
/// If it asks for more than [`max_backoff`](Self::max_backoff), or for more than is left of the [`budget`](Self::total_timeout),
/// there is no further attempt: coming back early would only count against the limit once more. The error then says how long
/// ([`retry_after`](crate::Error::retry_after)).
///
/// ```
/// use std::time::Duration;
/// use ory_oidc::{Client, RetryPolicy};
///
/// let policy = RetryPolicy::new().max_attempts(4).total_timeout(Duration::from_secs(15));
/// let ory = Client::builder("https://slug.projects.oryapis.com").retries(policy).build()?;
/// # Ok::<(), ory_oidc::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is given to a client"]
pub struct RetryPolicy {
    attempts: u32,
    budget: Duration,
    initial_backoff: Duration,
    max_backoff: Duration,
}

impl RetryPolicy {
    /// Three attempts in at most 30 seconds, with pauses from 200 milliseconds to 10 seconds.
    pub const fn new() -> Self {
        Self {
            attempts: 3,
            budget: Duration::from_secs(30),
            initial_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(10),
        }
    }

    /// How many attempts there are at most, the first one included. With 0 or 1 nothing is repeated.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long all attempts and pauses together may take. An attempt that is under way when the time is up is broken off.
    ///
    /// Each attempt by itself is limited by the time-out of the call, as without retries.
    pub const fn total_timeout(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// How long the first pause is at most, where the server does not say.
    pub const fn initial_backoff(mut self, pause: Duration) -> Self {
        self.initial_backoff = pause;
        self
    }

    /// How long a pause may be at most.
    pub const fn max_backoff(mut self, pause: Duration) -> Self {
        self.max_backoff = pause;
        self
    }

    /// What is left of the budget after this time.
    pub(crate) fn left(&self, spent: Duration) -> Duration {
        self.budget.saturating_sub(spent)
    }

    /// The pause before the next attempt, when so many were made in this time; `None` if there is to be none.
    pub(crate) fn pause(&self, made: u32, spent: Duration, asked: Option<Duration>, chance: f64) -> Option<Duration> {
        if made >= self.attempts {
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
        (spent.saturating_add(pause) < self.budget).then_some(pause)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Which operations are repeated. Some others [may be](Operation::is_repeatable), but a person should decide on it: a nonce or a
/// credential that is made twice counts twice against a low limit, and a logout is not read-only.
pub(crate) const fn is_repeated(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::DiscoverOidcConfiguration | Operation::GetOidcDynamicClient | Operation::GetOidcUserInfo
    )
}

/// A number from 0 to 1, as random as a hash map's keys: enough to spread attempts, and without another crate.
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
    fn pauses_double_up_to_the_longest() {
        let policy = RetryPolicy::new().max_attempts(u32::MAX).total_timeout(Duration::MAX);
        for (made, longest) in [(1, 0.2), (2, 0.4), (3, 0.8), (6, 6.4), (7, 10.0), (33, 10.0), (u32::MAX - 1, 10.0)] {
            assert_eq!(policy.pause(made, ZERO, None, 0.0), seconds(longest / 2.0), "{made}");
            assert_eq!(policy.pause(made, ZERO, None, 1.0), seconds(longest), "{made}");
        }
    }

    #[test]
    fn the_server_is_obeyed_or_left_alone() {
        let policy = RetryPolicy::new();
        assert_eq!(policy.pause(1, ZERO, seconds(7.0), 0.0), seconds(7.0));
        assert_eq!(policy.pause(1, ZERO, seconds(7.0), 1.0), seconds(7.1));
        assert_eq!(policy.pause(1, ZERO, seconds(0.0), 0.0), seconds(0.0));
        assert_eq!(policy.pause(1, ZERO, seconds(10.0), 0.0), seconds(10.0));
        assert_eq!(policy.pause(1, ZERO, seconds(10.1), 0.0), None);
        assert_eq!(policy.pause(1, ZERO, Some(Duration::MAX), 1.0), None);
    }

    #[test]
    fn the_end() {
        let policy = RetryPolicy::new().max_attempts(3).total_timeout(Duration::from_secs(20));
        assert!(policy.pause(2, ZERO, None, 1.0).is_some());
        assert_eq!(policy.pause(3, ZERO, None, 1.0), None);
        assert_eq!(policy.max_attempts(1).pause(1, ZERO, None, 1.0), None);
        assert_eq!(policy.max_attempts(0).pause(1, ZERO, None, 1.0), None);
        // A pause after which no time would be left is not made.
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

    #[test]
    fn only_reads_are_repeated() {
        use Operation as O;
        for operation in [
            O::CreateVerifiableCredential,
            O::CreateOidcDynamicClient,
            O::SetOidcDynamicClient,
            O::DeleteOidcDynamicClient,
            O::RevokeOidcSession,
        ] {
            assert!(!is_repeated(operation), "{operation}");
        }
        for operation in [O::DiscoverOidcConfiguration, O::GetOidcDynamicClient, O::GetOidcUserInfo] {
            assert!(is_repeated(operation) && operation.is_repeatable(), "{operation}");
        }
    }
}
