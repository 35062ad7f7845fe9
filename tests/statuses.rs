//! Every status for every operation, the headers by which a server asks for time, and odd content types, from a
//! third-party server.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod operations;

use std::time::Duration;

use operations::{OPERATIONS, call, good_body};
use ory_oidc::reqwest::header::{HeaderName, HeaderValue};
use ory_oidc::{Client, ErrorKind, Operation, RateLimit, RetryPolicy};
use test_support::Listener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The request header that chooses the response's status.
const WANTED: &str = "x-wanted";

/// A page that ends a session: it notifies a client, and goes on.
const FRONT_CHANNEL_PAGE: &str = "<meta http-equiv='refresh' content='7; URL=/bye'>\
    <iframe src='https://app.example/out?iss=https%3A%2F%2Fory.example&sid=s'></iframe>";

/// Sends the status that the request asks for, with a valid body for a success and an error otherwise.
async fn server(operation: Operation) -> MockServer {
    let server = MockServer::start().await;
    let respond = move |request: &Request| {
        let status: u16 = request.headers[WANTED].to_str().unwrap().parse().unwrap();
        let refusal = r#"{"error":"some_code","error_description":"Some words."}"#;
        let body = if status < 400 { good_body(operation) } else { refusal };
        let mut response = ResponseTemplate::new(status).set_body_raw(body, "application/json");
        if operation == Operation::RevokeOidcSession && status < 400 {
            response = ResponseTemplate::new(status).set_body_raw(FRONT_CHANNEL_PAGE, "text/html");
            response = response.insert_header("location", "/bye");
        }
        response
    };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    server
}

/// The successful statuses of an operation.
fn wanted(operation: Operation) -> &'static [u16] {
    match operation {
        Operation::CreateOidcDynamicClient => &[201],
        Operation::DeleteOidcDynamicClient => &[204],
        Operation::RevokeOidcSession => &[200, 302],
        _ => &[200],
    }
}

#[tokio::test]
async fn every_status_on_every_operation() {
    for operation in OPERATIONS {
        let server = server(operation).await;
        for status in 200..=599 {
            let builder = Client::builder(server.uri()).default_header(WANTED, status.to_string());
            let result = call(&builder.build().unwrap(), operation).await;
            if wanted(operation).contains(&status) {
                result.unwrap();
                continue;
            }
            let error = result.unwrap_err();
            let kind = if status < 400 { ErrorKind::UnexpectedResponse } else { ErrorKind::Rejected };
            assert_eq!((error.kind(), error.operation()), (kind, Some(operation)), "{status}: {error}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.oauth().map(|oauth| oauth.error()), (status >= 400).then_some("some_code"), "{status}");
            let text = error.to_string();
            assert!(text.starts_with(operation.as_str()) && text.contains(&status.to_string()), "{text}");
            assert!(status < 400 || text.contains("some_code: Some words"), "{text}");
            assert!(!format!("{text} {error:?}").contains("canary"), "{text}");
            let passing = [408, 429, 500, 502, 503, 504].contains(&status) && operation.is_retryable();
            assert_eq!(error.is_retryable(), passing, "{operation} {status}");
        }
        assert_eq!(server.received_requests().await.unwrap().len(), 400, "nothing is repeated or followed");
    }
}

/// Interim statuses as the only response, which a proper server cannot send.
#[tokio::test]
async fn interim_statuses_on_every_operation() {
    for operation in OPERATIONS {
        for status in 100..=199_u16 {
            let server = Listener::respond(format!("HTTP/1.1 {status} Interim\r\n\r\n")).await;
            let ory = Client::builder(server.base_url()).build().unwrap();
            let error = call(&ory, operation).await.unwrap_err();
            // Only 101 is a final status. After the others, another response must follow, but none does.
            let expected = match status {
                101 => (ErrorKind::UnexpectedResponse, Some(101)),
                _ => (ErrorKind::Transport, None),
            };
            assert_eq!((error.kind(), error.status().map(|s| s.as_u16())), expected, "{operation} {status}: {error}");
        }
    }
}

#[tokio::test]
async fn every_header_that_asks_for_time() {
    // The headers, the seconds they mean, and the number of requests with retries and a short total timeout.
    type Case = (&'static [(&'static str, &'static str)], Option<u64>, usize);
    const CASES: [Case; 20] = [
        (&[], None, 3),
        (&[("retry-after", "0")], Some(0), 3),
        (&[("retry-after", "120")], Some(120), 1),
        (&[("retry-after", " 120 ")], Some(120), 1),
        (&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(0), 3),
        (&[("retry-after", "Sunday, 06-Nov-94 08:51:37 GMT"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(120), 1),
        (&[("retry-after", "Sun Nov  6 08:51:37 1994"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(120), 1),
        (&[("retry-after", "-1")], None, 3),
        (&[("retry-after", "1.5")], None, 3),
        (&[("retry-after", "soon")], None, 3),
        (&[("retry-after", "")], None, 3),
        (&[("retry-after", "18446744073709551615")], Some(u64::MAX), 1),
        (&[("retry-after", "18446744073709551616")], None, 3),
        (&[("x-ratelimit-reset", "0")], Some(0), 3),
        (&[("x-ratelimit-reset", "59")], Some(59), 1),
        (&[("x-ratelimit-reset", "soon")], None, 3),
        (&[("x-ratelimit-remaining", "0")], None, 3),
        (&[("retry-after", "0"), ("x-ratelimit-reset", "59")], Some(0), 3),
        (&[("retry-after", "soon"), ("x-ratelimit-reset", "59")], Some(59), 1),
        (&[("retry-after", "0"), ("retry-after", "59")], Some(0), 3),
    ];
    for (headers, wait, repeats) in CASES {
        let server = MockServer::start().await;
        let policy = RetryPolicy::new().initial_backoff(Duration::ZERO);
        let ory = Client::builder(server.uri()).retries(policy).build().unwrap();
        for operation in OPERATIONS {
            server.reset().await;
            let mut response = ResponseTemplate::new(429);
            for (name, value) in headers {
                response = response.append_header(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            Mock::given(any()).respond_with(response).mount(&server).await;
            let error = call(&ory, operation).await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 429));
            assert_eq!(error.retry_after(), wait.map(Duration::from_secs), "{headers:?}");
            assert_eq!(error.rate_limit(), RateLimit::from_headers(error.headers()));
            let limited = headers.iter().any(|(name, _)| name.starts_with("x-ratelimit"));
            assert_eq!(error.rate_limit().is_some(), limited, "{headers:?}");
            assert!(error.to_string().contains("too many requests: wait"), "{error}");
            let repeated = matches!(
                operation,
                Operation::DiscoverOidcConfiguration | Operation::GetOidcDynamicClient | Operation::GetOidcUserInfo
            );
            let expected = if repeated { repeats } else { 1 };
            let requests = server.received_requests().await.unwrap().len();
            assert_eq!(requests, expected, "{operation} {headers:?}");
        }
    }
}

/// A content type of a response, and whether it counts as JSON.
const CONTENT_TYPES: [(&str, bool); 14] = [
    ("application/json", true),
    ("application/json; charset=utf-8", true),
    ("APPLICATION/JSON", true),
    ("application/json;", true),
    (" application/json ", true),
    ("application/vnd.ory+json", true),
    ("text/json", true),
    ("text/html", false),
    ("text/plain", false),
    ("application/octet-stream", false),
    ("multipart/mixed; boundary=application/json", false),
    ("application/jsonp", false),
    ("json", false),
    ("application/json, text/html", false),
];

#[tokio::test]
async fn odd_content_types() {
    for operation in OPERATIONS {
        // A deletion has no body, and a logout has a page.
        if matches!(operation, Operation::DeleteOidcDynamicClient | Operation::RevokeOidcSession) {
            continue;
        }
        for (content_type, taken) in CONTENT_TYPES {
            let server = MockServer::start().await;
            let response = ResponseTemplate::new(wanted(operation)[0]).set_body_raw(good_body(operation), content_type);
            Mock::given(any()).respond_with(response).mount(&server).await;
            let result = call(&Client::builder(server.uri()).build().unwrap(), operation).await;
            match result {
                Ok(()) => assert!(taken, "{operation} {content_type:?}"),
                Err(error) => {
                    assert!(!taken, "{operation} {content_type:?}: {error}");
                    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
                    assert_eq!(error.body(), good_body(operation).as_bytes(), "nothing is lost");
                }
            }
        }
    }
}
