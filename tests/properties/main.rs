//! Properties of the client: any JSON object is decoded without loss, or rejected with the location; any text is sent
//! unchanged, or refused.
//!
//! The cases are the same in each run; `ORY_OIDC_PROPERTIES=100000 cargo test --test properties` tries that many
//! others.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../operations/mod.rs"]
mod operations;
mod responses;
mod texts;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use ory_oidc::Client;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A server that sends the last response it was given, and records the last request.
struct World {
    runtime: Runtime,
    ory: Client,
    /// Stops when it is dropped.
    _server: MockServer,
    response: Arc<Mutex<(u16, String)>>,
    request: Arc<Mutex<Option<Request>>>,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let response = Arc::new(Mutex::new((200, String::new())));
        let request = Arc::new(Mutex::new(None));
        let (told, kept) = (Arc::clone(&response), Arc::clone(&request));
        let server = runtime.block_on(async {
            let server = MockServer::builder().disable_request_recording().start().await;
            let respond = move |request: &Request| {
                *kept.lock().unwrap() = Some(request.clone());
                let (status, body) = told.lock().unwrap().clone();
                ResponseTemplate::new(status).set_body_raw(body, "application/json")
            };
            Mock::given(any()).respond_with(respond).mount(&server).await;
            server
        });
        let ory = Client::builder(server.uri()).build().unwrap();
        Self { runtime, ory, _server: server, response, request }
    }

    fn will_respond(&self, status: u16, body: impl ToString) {
        *self.response.lock().unwrap() = (status, body.to_string());
    }

    fn take_request(&self) -> Option<Request> {
        self.request.lock().unwrap().take()
    }
}

/// Tries the test with many values, and shows the smallest failing one.
fn for_all<S>(strategy: S, test: impl Fn(&World, S::Value))
where
    S: Strategy,
    S::Value: Debug,
{
    let more: Option<u32> = std::env::var("ORY_OIDC_PROPERTIES").ok().map(|number| number.parse().unwrap());
    let config = Config { cases: more.unwrap_or(512), failure_persistence: None, ..Config::default() };
    let mut runner = match more {
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        Some(_) => TestRunner::new(config),
    };
    let world = World::new();
    let world = std::panic::AssertUnwindSafe(&world);
    let outcome = runner.run(&strategy, |value| {
        test(&world, value);
        Ok::<_, TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
