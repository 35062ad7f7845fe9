//! Calls of a client without a document, over transports without a socket.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::VecDeque;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use openapi_smith_runtime::generated as rt;
use openapi_smith_runtime::{
    AccessToken, AttemptEnded, AttemptStarted, BoxError, BoxFuture, BuildError, Credential, Error, Hook, RetryPolicy,
    Secret, TokenSource, Transport, TransportError, reqwest,
};
use reqwest::{Request, Response, StatusCode};
use tokio::time::Instant;
use tower::ServiceBuilder;

static API: rt::Api = rt::Api { schemes: &[rt::Scheme { name: "token", carrier: rt::Carrier::Bearer }], servers: &[] };

rt::client!(API);

use openapi_smith_runtime::Call;

impl Client {
    fn call(&self, operation: &'static rt::Operation, body: Option<&str>) -> Call<String> {
        let mut request = rt::Request::to_path("/pets");
        if let Some(body) = body {
            request.body("text/plain", body.as_bytes().to_vec());
        }
        rt::call(&self.0, operation, request, |response| match response.declared {
            ("200", _) => response.success(rt::Response::text, rt::identity),
            _ => response.undeclared(),
        })
    }
}

const fn operation(id: &'static str, method: &'static str, security: &'static [&'static [usize]]) -> rt::Operation {
    let responses = &[("200", "text/plain")];
    rt::Operation { id, method, path: "/pets", server: None, accept: "", security, schemes: "token", responses }
}

static LIST: rt::Operation = operation("list", "GET", &[]);
static ADD: rt::Operation = operation("add", "POST", &[]);
static OWN: rt::Operation = operation("own", "GET", &[&[0]]);

/// A service without a socket: it responds with these responses in turn, and keeps what it was sent.
#[derive(Clone, Default)]
struct InMemory {
    responses: Arc<Mutex<VecDeque<http::Response<&'static str>>>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl InMemory {
    fn responding(responses: impl IntoIterator<Item = http::Response<&'static str>>) -> Self {
        Self { responses: Arc::new(Mutex::new(responses.into_iter().collect())), ..Self::default() }
    }

    fn header(&self, index: usize, name: &str) -> Option<String> {
        let requests = self.requests.lock().unwrap();
        requests[index].headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

impl tower::Service<Request> for InMemory {
    type Response = Response;
    type Error = BoxError;
    type Future = Ready<Result<Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.requests.lock().unwrap().push(request);
        let response = self.responses.lock().unwrap().pop_front();
        ready(response.map(Response::from).ok_or_else(|| "the connection was closed".into()))
    }
}

fn response(status: u16, headers: &[(&str, &str)], body: &'static str) -> http::Response<&'static str> {
    let builder = http::Response::builder().status(status).header("content-type", "text/plain");
    headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value)).body(body).unwrap()
}

fn ok() -> http::Response<&'static str> {
    response(200, &[], "pets")
}

fn client(service: &InMemory) -> ClientBuilder {
    Client::builder("http://pets.example").transport(service.clone())
}

#[tokio::test]
async fn a_service_without_a_socket_is_a_transport() {
    let service = InMemory::responding([ok()]);
    let client = client(&service).user_agent("shop/1").default_header("x-shop", "7").build().unwrap();
    assert_eq!(client.call(&LIST, None).await.unwrap().into_inner(), "pets");
    assert_eq!(service.requests.lock().unwrap()[0].url().as_str(), "http://pets.example/pets");
    assert_eq!(service.header(0, "user-agent").as_deref(), Some("shop/1"));
    assert_eq!(service.header(0, "x-shop").as_deref(), Some("7"));
    let error = client.call(&LIST, None).await.unwrap_err();
    assert_eq!(error.to_string(), "the connection was lost before the response was complete");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the connection was closed");
}

#[tokio::test(start_paused = true)]
async fn tower_layers_fit_around_a_transport() {
    let service = InMemory::responding([ok(), ok()]);
    let limited = ServiceBuilder::new().concurrency_limit(1).service(service.clone());
    let client = Client::builder("http://pets.example").transport(limited).build().unwrap();
    let (one, two) = tokio::join!(client.call(&LIST, None).send(), client.call(&LIST, None).send());
    assert_eq!((one.unwrap().into_inner(), two.unwrap().into_inner()), ("pets".to_owned(), "pets".to_owned()));

    // reqwest's client with a layer.
    let http = reqwest_client();
    let hasty = ServiceBuilder::new().timeout(Duration::from_secs(1)).service(http);
    let client = Client::builder("http://127.0.0.1:1").transport(hasty).build().unwrap();
    let error = client.call(&LIST, None).await.unwrap_err();
    assert_eq!(error.to_string(), "no connection to the server");
}

fn reqwest_client() -> reqwest::Client {
    openapi_smith_runtime::http_client_builder().unwrap().build().unwrap()
}

/// Never responds.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_call_holds_for_any_transport() {
    let client = Client::builder("http://pets.example").transport(Silent).timeout(Duration::from_secs(9)).build();
    let client = client.unwrap();
    for (call, limit) in [(client.call(&LIST, None), 9), (client.call(&LIST, None).timeout(Duration::from_secs(2)), 2)]
    {
        let begun = Instant::now();
        let error = call.await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(begun.elapsed().as_secs(), limit);
    }
}

#[test]
fn an_invalid_setting_is_an_error_of_the_builder() {
    let builder = || Client::builder("http://127.0.0.1:1");
    assert!(matches!(Client::new("no url"), Err(BuildError::BaseUrl(_))));
    assert!(matches!(builder().user_agent("a\nb").build(), Err(BuildError::Header(_))));
    assert!(matches!(builder().default_header("a b", "c").build(), Err(BuildError::Header(_))));
    let own = builder().http_client(reqwest_client()).connect_timeout(Duration::ZERO);
    assert!(matches!(own.build(), Err(BuildError::ConnectTimeout)));
    let shown = format!("{:?}", builder().default_header("x-key", "CANARY").build().unwrap());
    assert!(shown.contains("x-key") && !shown.contains("CANARY"), "{shown}");
}

/// Calls until there is no retry; returns the times of waiting before each attempt.
async fn waits(policy: RetryPolicy, headers: &[(&str, &str)]) -> (Vec<u64>, Error) {
    let service = InMemory::responding((0..9).map(|_| response(503, headers, "")));
    let times = Times::default();
    let client = client(&service).retry(policy).hook(times.clone()).build().unwrap();
    let error = client.call(&LIST, None).await.unwrap_err();
    let times = times.0.lock().unwrap();
    let waits = times.windows(2).map(|pair| u64::try_from((pair[1] - pair[0]).as_millis()).unwrap());
    (waits.collect(), error)
}

#[derive(Clone, Default)]
struct Times(Arc<Mutex<Vec<Instant>>>);

impl Hook for Times {
    fn before<'a>(&'a self, _: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        self.0.lock().unwrap().push(Instant::now());
        Box::pin(ready(Ok(())))
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_as_the_policy_and_the_server_ask() {
    let (pauses, error) = waits(RetryPolicy::new(), &[]).await;
    assert!(error.is_retryable());
    // Half of each backoff is random. The clock of tokio counts milliseconds, and a sleep ends with the one after.
    let is_within = |wait: u64, least, most| (least..=most).contains(&wait);
    assert!(pauses.len() == 2 && is_within(pauses[0], 100, 202) && is_within(pauses[1], 200, 402), "{pauses:?}");

    let at_once = RetryPolicy::new().initial_backoff(Duration::ZERO);
    for headers in [
        &[("retry-after", "7")][..],
        &[("x-ratelimit-reset", "7")],
        &[("retry-after", "7"), ("x-ratelimit-reset", "1")],
        &[("retry-after", "Sun, 06 Nov 1994 08:49:44 GMT"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")],
    ] {
        let (pauses, error) = waits(at_once, headers).await;
        assert!(
            pauses.iter().all(|wait| is_within(*wait, 7_000, 7_001)) && pauses.len() == 2,
            "{headers:?} {pauses:?}"
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
    let (pauses, _) = waits(RetryPolicy::new(), &[("retry-after", "11")]).await;
    assert_eq!(pauses.len(), 0, "longer than the longest backoff");
    let policy = at_once.max_attempts(100).total_timeout(Duration::from_secs(35));
    let (pauses, _) = waits(policy, &[("retry-after", "9")]).await;
    assert_eq!(pauses.len(), 3, "the fourth would end after the total timeout");
}

#[tokio::test(start_paused = true)]
async fn only_safe_methods_are_retried_unless_the_call_says_so() {
    let policy = RetryPolicy::new();
    for (operation, own, attempts) in [(&LIST, false, 3), (&ADD, false, 1), (&ADD, true, 3), (&LIST, true, 3)] {
        let service = InMemory::responding((0..9).map(|_| response(503, &[], "")));
        let client = if own { client(&service) } else { client(&service).retry(policy) }.build().unwrap();
        let call = client.call(operation, Some("a pet"));
        let call = if own { call.retry(policy) } else { call };
        call.await.unwrap_err();
        assert_eq!(service.count(), attempts, "{} {own}", operation.id);
        let requests = service.requests.lock().unwrap();
        let is_whole = |request: &Request| request.body().unwrap().as_bytes() == Some(b"a pet");
        assert!(requests.iter().all(is_whole));
    }
    let service = InMemory::responding([response(404, &[], ""), ok()]);
    let client = client(&service).retry(policy).build().unwrap();
    assert_eq!(client.call(&LIST, None).await.unwrap_err().status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(service.count(), 1);
}

#[tokio::test]
async fn a_source_renews_a_rejected_token_once() {
    let given = Arc::new(Mutex::new(Vec::new()));
    let source = {
        let given = Arc::clone(&given);
        TokenSource::new(move |rejected: Option<Secret>| {
            let mut given = given.lock().unwrap();
            given.push(rejected.map(|token| token.expose_secret().to_owned()));
            let token = format!("token-{}", given.len());
            async move { Ok::<_, BoxError>(token) }
        })
    };
    let unauthorized = || response(401, &[], "");
    let service = InMemory::responding([unauthorized(), ok(), ok(), unauthorized(), unauthorized()]);
    let client = client(&service).build().unwrap();
    let call = || client.call(&OWN, None).credential(Credential::Bearer(AccessToken::from(&source)));
    call().await.unwrap();
    call().await.unwrap();
    assert_eq!(call().await.unwrap_err().status(), Some(StatusCode::UNAUTHORIZED));
    let tokens: Vec<_> = (0..5).map(|index| service.header(index, "authorization").unwrap()).collect();
    assert_eq!(tokens, ["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-2", "Bearer token-3"]);
    let rejected = [None, Some("token-1".to_owned()), Some("token-2".to_owned())];
    assert_eq!(*given.lock().unwrap(), rejected);

    let failing = TokenSource::new(|_: Option<Secret>| async { Err::<Secret, _>(BoxError::from("CANARY")) });
    let error = client.call(&OWN, None).credential(Credential::Bearer(failing.into())).await.unwrap_err();
    assert_eq!(error.to_string(), "the token provider failed");
    assert!(!format!("{error:?}").contains("CANARY"));
    assert_eq!(service.count(), 5, "nothing was sent");
}

#[tokio::test]
async fn a_header_of_the_call_replaces_a_token_whether_fixed_or_of_a_source() {
    let source = TokenSource::new(|_: Option<Secret>| async { Ok::<_, BoxError>("of-the-source") });
    for token in [AccessToken::from("fixed"), AccessToken::from(source)] {
        let service = InMemory::responding([ok()]);
        let client = client(&service).build().unwrap();
        let call = client.call(&OWN, None).credential(Credential::Bearer(token));
        call.header("authorization", "Custom x").await.unwrap();
        assert_eq!(service.header(0, "authorization").as_deref(), Some("Custom x"));
    }
}

/// Writes down the ends of attempts.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Hook for Diary {
    fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        let refuses = attempt.request().headers().contains_key("x-refuse");
        Box::pin(ready(if refuses { Err("refused".into()) } else { Ok(()) }))
    }

    fn after(&self, attempt: &AttemptEnded<'_>) {
        let error = attempt.error().map(|error| error.is::<Error>());
        let status = attempt.status().map(|status| status.as_u16());
        let line = format!("{} {} {status:?} {error:?}", attempt.operation_id(), attempt.number());
        let ends = [(attempt.will_retry(), " retried"), (attempt.is_cancelled(), " cancelled")];
        let ends: String = ends.iter().filter(|(is, _)| *is).map(|(_, text)| *text).collect();
        self.0.lock().unwrap().push(line + &ends);
    }
}

#[tokio::test]
async fn hooks_see_each_attempt_and_its_decoding() {
    let service = InMemory::responding([response(503, &[], ""), ok(), response(200, &[], "\u{fffd}")]);
    let diary = Diary::default();
    let policy = RetryPolicy::new().initial_backoff(Duration::ZERO);
    let client = client(&service).hook(diary.clone()).retry(policy).build().unwrap();
    client.call(&LIST, None).await.unwrap();
    client.call(&LIST, None).raw().await.unwrap();
    client.call(&LIST, None).header("x-refuse", "1").await.unwrap_err();
    client.call(&ADD, None).await.unwrap_err();
    let silent = Client::builder("http://pets.example").transport(Silent).hook(diary.clone()).build().unwrap();
    let call = tokio::spawn(silent.call(&LIST, None).send());
    tokio::task::yield_now().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(
        *diary.0.lock().unwrap(),
        [
            "list 1 Some(503) Some(true) retried",
            "list 2 Some(200) None",
            "list 1 Some(200) None",
            "list 1 None Some(true)",
            "add 1 None Some(true)",
            "list 1 None None cancelled",
        ]
    );
}

#[tokio::test]
async fn a_judge_decides_on_the_retry_and_knows_what_was_sent() {
    let service = InMemory::responding([response(400, &[], "secret-token is busy"), ok()]);
    let client = client(&service).build().unwrap();
    let policy = RetryPolicy::new().initial_backoff(Duration::ZERO);
    let call = client.call(&OWN, None).credential(Credential::Bearer("secret-token".into())).retry(policy);
    let mut seen = Vec::new();
    let value = call.send_with(|result, sent| match result {
        Ok(response) => response.decode().map_err(Busy),
        Err(error) => {
            let Error::Undecoded(undecoded) = &error else { panic!("{error:?}") };
            seen.push(sent.redaction().redact(&String::from_utf8_lossy(undecoded.body())));
            Err(Busy(error))
        }
    });
    assert_eq!(value.await.unwrap().into_inner(), "pets");
    assert_eq!(seen, ["[redacted] is busy"]);
}

/// An error that is always worth another attempt.
#[derive(Debug)]
struct Busy(Error);

impl std::fmt::Display for Busy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Busy {}

impl openapi_smith_runtime::AttemptError for Busy {
    fn status(&self) -> Option<StatusCode> {
        self.0.status()
    }

    fn headers(&self) -> Option<&reqwest::header::HeaderMap> {
        self.0.headers()
    }

    fn is_retryable(&self) -> bool {
        true
    }

    fn error_type(&self) -> std::borrow::Cow<'static, str> {
        "busy".into()
    }
}
