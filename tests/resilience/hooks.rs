//! Hooks: called before and after each attempt, with its outcome and without secrets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ory_oidc::{AttemptEnded, AttemptStarted, Client, ErrorKind, Hook, RegistrationHandle, RetryPolicy};

use tokio::io::AsyncReadExt as _;

use crate::listener::{Listener, json, response};

/// Records its calls, and adds a header.
#[derive(Clone)]
struct Diary {
    lines: Arc<Mutex<Vec<String>>>,
    header: (&'static str, &'static str),
}

impl Diary {
    fn new(header: (&'static str, &'static str)) -> Self {
        Self { lines: Arc::default(), header }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }

    fn write(&self, line: String) {
        assert!(!line.contains("canary"), "{line}");
        self.lines.lock().unwrap().push(line);
    }
}

impl Hook for Diary {
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        attempt.header(self.header.0, self.header.1);
        assert!(!format!("{attempt:?}").contains("canary"));
        self.write(format!("before {} {}", attempt.operation(), attempt.number()));
    }

    fn after(&self, attempt: &AttemptEnded<'_>) {
        assert!(!format!("{attempt:?}").contains("canary"));
        assert!(attempt.duration() < Duration::from_secs(30));
        self.write(format!(
            "after {} {}: {:?} {:?} {:?}{}{}",
            attempt.operation(),
            attempt.number(),
            attempt.status().map(|status| status.as_u16()),
            attempt.error(),
            attempt.rate_limit().and_then(|limit| limit.remaining),
            if attempt.will_retry() { ", again" } else { "" },
            if attempt.is_cancelled() { ", cancelled" } else { "" },
        ));
    }
}

const TRACE: (&str, &str) = ("traceparent", "00-canary-01");

#[tokio::test]
async fn around_each_attempt() {
    let limited = ["x-ratelimit-remaining: 0", "x-ratelimit-reset: 0"];
    let responses = [response("429 Too Many Requests", &limited, "{}"), String::new(), json("200 OK", "{}")];
    let server = Listener::responding_with(responses).await;
    let diary = Diary::new(TRACE);
    let policy = RetryPolicy::new().initial_backoff(Duration::ZERO);
    let ory = Client::builder(&server.base_url).retries(policy).hook(diary.clone()).build().unwrap();
    ory.userinfo("canary-access-token").await.unwrap();
    assert_eq!(
        diary.take(),
        [
            "before getOidcUserInfo 1",
            "after getOidcUserInfo 1: Some(429) Some(Rejected) Some(0), again",
            "before getOidcUserInfo 2",
            "after getOidcUserInfo 2: None Some(Transport) None, again",
            "before getOidcUserInfo 3",
            "after getOidcUserInfo 3: Some(200) None None",
        ]
    );
    let requests = server.requests();
    assert!(requests.iter().all(|(_, request)| request.contains("traceparent: 00-canary-01\r\n")), "{requests:?}");
}

#[tokio::test]
async fn headers_of_hooks() {
    // Headers of hooks replace those of the call, which replace those of the client. A later hook replaces those of an
    // earlier one.
    let server = Listener::responding_with(vec![json("200 OK", "{}"); 2]).await;
    let builder = || Client::builder(&server.base_url).default_header("x-mine", "client");
    let ory = builder().hook(Diary::new(("x-mine", "first"))).hook(Diary::new(("x-mine", "second"))).build().unwrap();
    ory.userinfo("canary-access-token").header("x-mine", "call").await.unwrap();
    builder().build().unwrap().userinfo("canary-access-token").header("x-mine", "call").await.unwrap();
    let mine: Vec<String> = server
        .requests()
        .iter()
        .map(|(_, request)| request.lines().filter(|line| line.starts_with("x-mine")).collect())
        .collect();
    assert_eq!(mine, ["x-mine: second", "x-mine: call"]);

    // A secret in a hook's header is redacted in errors, too.
    let refusal = response("400 Bad Request", &[], r#"{"error":"x","error_description":"bad key canary-key"}"#);
    let server = Listener::responding_with([refusal]).await;
    let ory = Client::builder(&server.base_url).hook(Diary::new(("x-api-key", "canary-key"))).build().unwrap();
    let error = ory.userinfo("canary-access-token").await.unwrap_err();
    assert!(error.to_string().contains("bad key [redacted]"), "{error}");

    let server = Listener::silent().await;
    for (header, message) in [
        (("authorization", "Bearer canary"), "header `authorization`: cannot be set"),
        (("content-length", "0"), "header `content-length`: cannot be set"),
        (("x-mine", "canary\n"), "header `x-mine`: its value contains a control character"),
    ] {
        let diary = Diary::new(header);
        let ory = Client::builder(&server.base_url).hook(diary.clone()).build().unwrap();
        let error = ory.discover().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(message), "{error}");
        let after = "after discoverOidcConfiguration 1: None Some(InvalidInput) None";
        assert_eq!(diary.take(), ["before discoverOidcConfiguration 1", after]);
    }
    assert_eq!(server.connections().await, 0);
}

#[tokio::test]
async fn not_called_for_invalid_input() {
    let diary = Diary::new(TRACE);
    let ory = Client::builder("http://127.0.0.1:1").hook(diary.clone()).build().unwrap();
    ory.userinfo("").await.unwrap_err();
    ory.userinfo("canary").header("a b", "").await.unwrap_err();
    for id in ["", ".", ".."] {
        ory.delete_client(&RegistrationHandle::new(id, "canary")).await.unwrap_err();
    }
    assert_eq!(diary.take(), [""; 0]);
}

#[tokio::test]
async fn a_cancelled_call() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let diary = Diary::new(TRACE);
    let builder = Client::builder(format!("http://{}", silent.local_addr().unwrap()));
    let ory = builder.hook(diary.clone()).build().unwrap();
    let call = tokio::spawn(ory.userinfo("canary-access-token").send());
    let (mut connection, _) = silent.accept().await.unwrap();
    connection.read_u8().await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(diary.take(), ["before getOidcUserInfo 1", "after getOidcUserInfo 1: None None None, cancelled"]);
}
