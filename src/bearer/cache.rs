//! [`Cache`]: verdicts about access tokens, bounded in number and age, and one flight for each token that is being verified.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openapi_smith_runtime::SingleFlight;
use ring::digest;
use tokio::time::Instant;

use super::verifier::{BearerUser, Rejection, Verdict};
use crate::error::Error;

/// The SHA-256 of an access token. The token itself is not kept.
pub(super) type Key = [u8; 32];

pub(super) fn key(access_token: &str) -> Key {
    let mut key = Key::default();
    for (to, from) in key.iter_mut().zip(digest::digest(&digest::SHA256, access_token.as_bytes()).as_ref()) {
        *to = *from;
    }
    key
}

pub(super) type Flight = SingleFlight<Verdict, Error>;

pub(super) struct Cache(Mutex<Entries>);

struct Entries {
    /// How often the verdicts were dropped.
    generation: u64,
    flights: HashMap<Key, Arc<Flight>>,
    // Apart, so that a flood of invalid tokens does not displace the valid ones.
    accepted: Bounded<BearerUser>,
    rejected: Bounded<Rejection>,
}

/// What the cache has for a token.
pub(super) enum Found<'a> {
    Verdict(Verdict),
    Flight(Participant<'a>),
}

impl Cache {
    pub(super) fn new(capacity: usize, lifetime: Duration, rejection_lifetime: Duration) -> Self {
        Self(Mutex::new(Entries {
            generation: 0,
            flights: HashMap::new(),
            accepted: Bounded::new(capacity, lifetime),
            rejected: Bounded::new(capacity, rejection_lifetime),
        }))
    }

    /// A verdict that is not too old, or else the flight that finds one.
    pub(super) fn find(&self, key: Key) -> Found<'_> {
        let mut entries = self.lock();
        let now = Instant::now();
        if let Some(user) = entries.accepted.get(&key, now) {
            return Found::Verdict(Verdict::Accepted(user.clone()));
        }
        if let Some(rejection) = entries.rejected.get(&key, now) {
            return Found::Verdict(Verdict::Rejected(*rejection));
        }
        let flight = entries.flights.entry(key).or_insert_with(|| Arc::new(Flight::new(None)));
        Found::Flight(Participant { cache: self, key, flight: Arc::clone(flight) })
    }

    /// The number of invalidations so far, for [`keep`](Self::keep). Read it before the request.
    pub(super) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Keeps a verdict, unless all were dropped since it was asked for.
    pub(super) fn keep(&self, key: Key, generation: u64, verdict: &Verdict) {
        let mut entries = self.lock();
        match verdict {
            _ if entries.generation != generation => {}
            Verdict::Accepted(user) => entries.accepted.insert(key, user.clone()),
            Verdict::Rejected(rejection) => entries.rejected.insert(key, *rejection),
        }
    }

    /// Drops all verdicts, and those that are on their way.
    pub(super) fn clear(&self) {
        let mut entries = self.lock();
        entries.generation = entries.generation.wrapping_add(1);
        entries.flights.clear();
        entries.accepted.clear();
        entries.rejected.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller that waits for a flight. The last one removes it, finished or cancelled.
pub(super) struct Participant<'a> {
    cache: &'a Cache,
    key: Key,
    pub(super) flight: Arc<Flight>,
}

impl Drop for Participant<'_> {
    fn drop(&mut self) {
        let mut entries = self.cache.lock();
        let is_present = entries.flights.get(&self.key).is_some_and(|flight| Arc::ptr_eq(flight, &self.flight));
        // Clones are made under the lock only: this one, and that of the map.
        if is_present && Arc::strong_count(&self.flight) <= 2 {
            entries.flights.remove(&self.key);
        }
    }
}

/// Values that are dropped when they are too old, or the oldest of too many.
struct Bounded<V> {
    capacity: usize,
    lifetime: Duration,
    values: HashMap<Key, (Instant, V)>,
    /// Each insertion, the oldest first.
    order: VecDeque<(Instant, Key)>,
}

impl<V> Bounded<V> {
    fn new(capacity: usize, lifetime: Duration) -> Self {
        Self { capacity, lifetime, values: HashMap::new(), order: VecDeque::new() }
    }

    fn get(&self, key: &Key, now: Instant) -> Option<&V> {
        let (since, value) = self.values.get(key)?;
        (now.duration_since(*since) < self.lifetime).then_some(value)
    }

    fn insert(&mut self, key: Key, value: V) {
        let now = Instant::now();
        self.values.insert(key, (now, value));
        self.order.push_back((now, key));
        while let Some((since, key)) = self.order.front().copied() {
            if now.duration_since(since) < self.lifetime && self.values.len() <= self.capacity {
                break;
            }
            self.order.pop_front();
            // A newer value of the same key stays.
            if self.values.get(&key).is_some_and(|(of, _)| *of == since) {
                self.values.remove(&key);
            }
        }
    }

    fn clear(&mut self) {
        self.values.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_oldest_of_too_many_are_dropped() {
        let mut values = Bounded::new(2, 60 * SECOND);
        for name in ["a", "b", "c"] {
            values.insert(key(name), name);
            tokio::time::advance(SECOND).await;
        }
        let now = Instant::now();
        let found: Vec<_> = ["a", "b", "c"].iter().filter_map(|name| values.get(&key(name), now)).collect();
        assert_eq!(found, [&"b", &"c"]);
        assert_eq!(values.order.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn values_end_with_their_lifetime() {
        let mut values = Bounded::new(10, 60 * SECOND);
        values.insert(key("a"), 1);
        tokio::time::advance(59 * SECOND).await;
        assert_eq!(values.get(&key("a"), Instant::now()), Some(&1));
        tokio::time::advance(SECOND).await;
        assert_eq!(values.get(&key("a"), Instant::now()), None);
        values.insert(key("a"), 2);
        assert_eq!(values.get(&key("a"), Instant::now()), Some(&2));
        assert_eq!((values.values.len(), values.order.len()), (1, 1), "memory is bounded, too");
    }

    #[tokio::test]
    async fn the_last_participant_removes_the_flight() {
        let cache = Cache::new(10, SECOND, SECOND);
        let flights = || cache.lock().flights.len();
        let (first, second) = (cache.find(key("a")), cache.find(key("a")));
        let (Found::Flight(first), Found::Flight(second)) = (first, second) else { panic!("nothing is kept") };
        assert!(Arc::ptr_eq(&first.flight, &second.flight));
        drop(first);
        assert_eq!(flights(), 1);
        drop(second);
        assert_eq!(flights(), 0);
    }

    #[test]
    fn a_key_is_the_sha_256_of_the_token() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(key("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
