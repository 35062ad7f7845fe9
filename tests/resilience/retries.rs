//! Retries, counted by a listener. The backoff is tested with a paused clock in the unit tests.

use std::time::Duration;

use ory_oidc::{Client, ErrorKind, Operation, RetryPolicy};

use crate::listener::{Listener, json, response};
use crate::operations::{call, good_body};

/// A policy without backoff.
const AT_ONCE: RetryPolicy = RetryPolicy::new().max_attempts(4).initial_backoff(Duration::ZERO);

const REPEATED: [Operation; 3] =
    [Operation::DiscoverOidcConfiguration, Operation::GetOidcDynamicClient, Operation::GetOidcUserInfo];
const NEVER: [Operation; 5] = [
    Operation::CreateVerifiableCredential,
    Operation::CreateOidcDynamicClient,
    Operation::SetOidcDynamicClient,
    Operation::DeleteOidcDynamicClient,
    Operation::RevokeOidcSession,
];

fn client(server: &Listener, policy: RetryPolicy) -> Client {
    Client::builder(&server.base_url).retries(policy).build().unwrap()
}

fn good(operation: Operation) -> String {
    json("200 OK", good_body(operation))
}

fn busy() -> String {
    response("503 Service Unavailable", &["retry-after: 0"], "{}")
}

#[tokio::test]
async fn off_by_default() {
    for operation in REPEATED {
        let server = Listener::responding_with(vec![busy(), good(operation)]).await;
        assert_eq!(call(&server.client(), operation).await.unwrap_err().status().unwrap(), 503);
        assert_eq!(server.requests().len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn until_success_or_max_attempts() {
    for operation in REPEATED {
        // An empty response closes the connection.
        let failures = [busy(), String::new(), response("429 Too Many Requests", &["x-ratelimit-reset: 0"], "")];
        let server = Listener::responding_with(failures.into_iter().chain([good(operation)])).await;
        call(&client(&server, AT_ONCE), operation).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 4, "{operation}");
        assert!(requests.iter().all(|(_, request)| *request == requests[0].1), "each is like the first");

        let server = Listener::responding_with(vec![busy(); 10]).await;
        let error = call(&client(&server, AT_ONCE), operation).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Rejected, true));
        assert_eq!(server.requests().len(), 4, "{operation}");
    }
}

#[tokio::test]
async fn a_truncated_response_is_retried() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n{".to_owned();
    let server = Listener::responding_with([cut, String::new(), good(Operation::GetOidcUserInfo)]).await;
    // The listener keeps reading after the first response, so the client's timeout ends the attempt.
    let ory = Client::builder(&server.base_url).retries(AT_ONCE).timeout(Duration::from_secs(1)).build().unwrap();
    ory.userinfo("access-token").await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn unsafe_operations_are_never_retried() {
    for operation in NEVER {
        for failure in [busy(), String::new(), response("429 Too Many Requests", &["retry-after: 0"], "")] {
            let server = Listener::responding_with(vec![failure; 10]).await;
            call(&client(&server, AT_ONCE), operation).await.unwrap_err();
            assert_eq!(server.requests().len(), 1, "{operation}");
        }
    }
    let server = Listener::responding_with(vec![busy(); 10]).await;
    client(&server, AT_ONCE).credential_nonce("access-token").await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn permanent_failures_are_not_retried() {
    for failure in [
        response("401 Unauthorized", &[], "{}"),
        response("404 Not Found", &[], "{}"),
        response("200 OK", &["content-type: text/html"], ""),
        response("302 Found", &["location: /"], ""),
        json("200 OK", "[]"),
        "SSH-2.0-OpenSSH_9.9\r\n".to_owned(),
        // Longer than the policy waits.
        response("429 Too Many Requests", &["retry-after: 3600"], ""),
        response("429 Too Many Requests", &["retry-after: Sat, 06 Nov 2094 08:49:37 GMT"], ""),
        response("429 Too Many Requests", &["x-ratelimit-reset: 61"], ""),
    ] {
        let server = Listener::responding_with(vec![failure.clone(); 10]).await;
        client(&server, AT_ONCE).userinfo("access-token").await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{failure}");
    }
    let server = Listener::responding_with(vec![good(Operation::GetOidcUserInfo); 10]).await;
    let error = client(&server, AT_ONCE).userinfo("access-token").expect_subject("bob").await.unwrap_err();
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Verification, 1));
    let error = client(&server, AT_ONCE).userinfo("").await.unwrap_err();
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::InvalidInput, 1));
}

#[tokio::test]
async fn the_total_timeout_ends_a_running_attempt() {
    // A socket that accepts connections and never responds.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let policy = AT_ONCE.total_timeout(Duration::from_millis(300));
    let base_url = format!("http://{}", silent.local_addr().unwrap());
    for builder in [
        Client::builder(&base_url),
        // A user's HTTP client has no other timeout.
        Client::builder(&base_url).http_client(ory_oidc::http_client_builder().unwrap().build().unwrap()),
    ] {
        let ory = builder.retries(policy).build().unwrap();
        let start = std::time::Instant::now();
        let error = ory.userinfo("access-token").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!((300..3000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    }
}
