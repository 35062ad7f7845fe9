//! The five configurations of the client in the outcomes, and a proof that each is in effect.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ory_oidc::{AttemptEnded, AttemptStarted, Client, ClientBuilder, Hook, RetryPolicy};

use crate::listener::{Listener, json, response};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configuration {
    Default,
    OwnClient,
    Retries,
    Hooks,
    Http2,
}

impl Configuration {
    pub const ALL: [Self; 5] = [Self::Default, Self::OwnClient, Self::Retries, Self::Hooks, Self::Http2];

    /// The prefix of the test names; the default configuration has none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::OwnClient => Some("own_client"),
            Self::Retries => Some("retries"),
            Self::Hooks => Some("hooks"),
            Self::Http2 => Some("http2"),
        }
    }
}

/// A configuration in one test. It makes every client of the outcomes.
pub struct SetUp {
    configuration: Configuration,
    /// The user's HTTP client, shared by all clients of a test, because making one reads the system's certificates.
    http: OnceLock<reqwest::Client>,
    counter: Counter,
}

impl SetUp {
    pub fn new(configuration: Configuration) -> Self {
        Self { configuration, http: OnceLock::new(), counter: Counter::default() }
    }

    pub fn builder(&self, base_url: &str) -> ClientBuilder {
        let builder = Client::builder(base_url);
        match self.configuration {
            Configuration::Default => builder,
            Configuration::OwnClient => builder.http_client(self.http.get_or_init(own_client).clone()),
            Configuration::Retries => retries(builder),
            Configuration::Hooks => builder.hook(self.counter.clone()),
            Configuration::Http2 => builder.http_client(self.http.get_or_init(http2_client).clone()),
        }
    }

    /// Proves that this configuration is in effect, and no other: a call fails once, and its requests are compared.
    pub async fn prove(&self) {
        let busy = response("503 Service Unavailable", &["retry-after: 0"], "{}");
        let server = Listener::responding_with([busy, json("200 OK", r#"{"sub":"alice"}"#)]).await;
        let result = self.builder(&server.base_url).build().unwrap().userinfo("token").await;
        let requests = server.requests();
        let first = &requests[0].1;
        let is = |configuration| self.configuration == configuration;
        assert_eq!(first.contains(OWN_NAME), is(Configuration::OwnClient), "{first}");
        assert_eq!((result.is_ok(), requests.len() == 2), (is(Configuration::Retries), is(Configuration::Retries)));
        assert_eq!(first.contains(ADDED.0), is(Configuration::Hooks), "{first}");
        assert_eq!(first.contains(" HTTP/2.0\r\n"), is(Configuration::Http2), "{first}");
        assert_eq!(self.counter.take(), if is(Configuration::Hooks) { (1, 1) } else { (0, 0) });
    }

    /// Checks after a test that each attempt called its hooks twice, at its start and at its end.
    pub fn settle(&self, calls: bool) {
        let (before, after) = self.counter.take();
        assert_eq!(before, after, "a hook was not told of the beginning or the end of an attempt");
        assert_eq!(before > 0, calls && self.configuration == Configuration::Hooks, "{before} attempts were told of");
    }
}

const OWN_NAME: &str = "user-agent: outcomes/1\r\n";

fn own_client() -> reqwest::Client {
    ory_oidc::http_client_builder().unwrap().user_agent("outcomes/1").build().unwrap()
}

fn retries(builder: ClientBuilder) -> ClientBuilder {
    let pause = Duration::from_millis;
    builder.retries(RetryPolicy::new().max_attempts(4).initial_backoff(pause(1)).max_backoff(pause(4)))
}

/// An HTTP client that speaks only HTTP/2, without negotiation.
pub fn http2_client() -> reqwest::Client {
    ory_oidc::http_client_builder().unwrap().http2_prior_knowledge().build().unwrap()
}

const ADDED: (&str, &str) = ("x-outcome", "hooked");

/// A hook that adds a header, and counts its calls.
#[derive(Clone, Default)]
struct Counter {
    before: Arc<AtomicUsize>,
    after: Arc<AtomicUsize>,
}

impl Counter {
    fn take(&self) -> (usize, usize) {
        (self.before.swap(0, Ordering::SeqCst), self.after.swap(0, Ordering::SeqCst))
    }
}

impl Hook for Counter {
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        attempt.header(ADDED.0, ADDED.1);
        self.before.fetch_add(1, Ordering::SeqCst);
    }

    fn after(&self, _: &AttemptEnded<'_>) {
        self.after.fetch_add(1, Ordering::SeqCst);
    }
}
