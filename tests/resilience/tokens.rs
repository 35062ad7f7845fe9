//! Token sources: called when a token is needed, and once more when it is rejected, with one request for all callers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ory_oidc::testing::{OryServer, User};
use ory_oidc::{BoxError, Client, Ed25519Signer, ErrorKind, Secret, TokenSource};
use tokio::sync::{Barrier, Semaphore};

use crate::listener::{Listener, json, response};

fn client(base_url: &str) -> Client {
    Client::builder(base_url).build().unwrap()
}

/// A source of `canary-token-1`, `canary-token-2`, and so on.
fn counting() -> (TokenSource, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let source = TokenSource::new(move |_: Option<Secret>| {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Ok::<_, BoxError>(format!("canary-token-{number}")) }
    });
    (source, asked)
}

fn unauthorized() -> String {
    response("401 Unauthorized", &[], r#"{"error":"invalid_token","error_description":"canary-token-1 has expired"}"#)
}

fn tokens(server: &Listener) -> Vec<String> {
    let token =
        |request: &str| request.split_once("canary-token-").unwrap().1.chars().take_while(|c| *c != '\r').collect();
    server.requests().iter().map(|(_, request)| token(request)).collect()
}

#[tokio::test]
async fn called_once_and_cached() {
    let server = Listener::responding_with(vec![json("200 OK", "{}"); 3]).await;
    let (source, asked) = counting();
    assert_eq!(asked.load(Ordering::SeqCst), 0, "not before it is needed");
    for _ in 0..3 {
        server.client().userinfo(&source).await.unwrap();
    }
    assert_eq!((asked.load(Ordering::SeqCst), tokens(&server)), (1, vec!["1".to_owned(); 3]));
    assert_eq!(source.token().await.unwrap().expose_secret(), "canary-token-1");
    source.invalidate().await;
    assert_eq!(source.clone().token().await.unwrap().expose_secret(), "canary-token-2");
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once() {
    let server = Listener::responding_with([unauthorized(), json("200 OK", "{}")]).await;
    let (source, asked) = counting();
    server.client().userinfo(&source).await.unwrap();
    assert_eq!((asked.load(Ordering::SeqCst), tokens(&server)), (2, vec!["1".to_owned(), "2".to_owned()]));

    let server = Listener::responding_with(vec![unauthorized(); 5]).await;
    let (source, asked) = counting();
    let error = server.client().userinfo(source).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    assert_eq!((asked.load(Ordering::SeqCst), server.requests().len()), (2, 2));

    // A fixed token cannot be replaced.
    let server = Listener::responding_with(vec![unauthorized(); 5]).await;
    let error = server.client().userinfo("canary-token-1").await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    assert!(error.to_string().contains("[redacted] has expired"), "{error}");
}

#[tokio::test]
async fn concurrent_callers_share_one_request() {
    let server = OryServer::start().await.unwrap();
    for token in ["old-token", "new-token"] {
        server.insert_access_token(token, "shop", User::new("alice"));
    }
    server.expire("old-token");
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let source = TokenSource::with_initial_token("old-token", move |rejected: Option<Secret>| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            assert_eq!(rejected.unwrap().expose_secret(), "old-token");
            tokio::task::yield_now().await;
            Ok::<_, BoxError>("new-token")
        }
    });
    let (ory, start) = (client(server.base_url()), Arc::new(Barrier::new(64)));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (ory, source, start) = (ory.clone(), source.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                ory.userinfo(&source).expect_subject("alice").await.map(drop)
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_provider_that_fails() {
    let server = Listener::silent().await;
    let source = TokenSource::new(|_: Option<Secret>| async { Err::<Secret, _>("no session") });
    let error = server.client().userinfo(&source).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::TokenProvider, false));
    assert_eq!(error.to_string(), "getOidcUserInfo: the token provider failed");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no session");
    // An invalid token is found before it is sent.
    let source = TokenSource::new(|_: Option<Secret>| async { Ok::<_, BoxError>("two words") });
    let error = server.client().userinfo(&source).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(server.connections().await, 0);
}

#[tokio::test]
async fn a_slow_provider() {
    let server = Listener::responding_with([json("200 OK", "{}")]).await;
    let (asked, let_go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (counter, waits) = (Arc::clone(&asked), Arc::clone(&let_go));
    let source = TokenSource::new(move |_: Option<Secret>| {
        counter.fetch_add(1, Ordering::SeqCst);
        let waits = Arc::clone(&waits);
        async move {
            waits.acquire().await?.forget();
            Ok::<_, BoxError>("canary-token-1")
        }
    });
    let ory = server.client();
    let error = ory.userinfo(&source).timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("the token provider took too long"), "{error}");
    assert_eq!(server.connections().await, 0);
    // The next call waits for the same token.
    let_go.add_permits(1);
    ory.userinfo(&source).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn credentials() {
    let server = OryServer::start().await.unwrap();
    let login = server.log_in("shop", User::new("alice"));
    let token = login.access_token().to_owned();
    server.insert_access_token("old-token", "shop", User::new("alice"));
    server.expire("old-token");
    let source = move || {
        let token = token.clone();
        TokenSource::with_initial_token("old-token", move |_: Option<Secret>| {
            let token = token.clone();
            async move { Ok::<_, BoxError>(token) }
        })
    };
    let ory = client(server.base_url());
    let signer = Ed25519Signer::generate().unwrap();
    // The nonce and the credential are requested with the same, new token.
    ory.issue_credential(source(), &signer).await.unwrap();
    let nonce = ory.credential_nonce(source()).await.unwrap();
    ory.issue_credential(login.access_token(), &signer).nonce(&nonce).await.unwrap();
    // A nonce is bound to its token, so a new token does not help.
    server.take_requests();
    let error = ory.issue_credential(source(), &signer).nonce(&nonce).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.requests().len()), (401, 1));
}

#[tokio::test]
async fn nothing_is_shown() {
    let server = Listener::responding_with(vec![unauthorized(); 2]).await;
    let (source, _) = counting();
    let request = server.client().userinfo(&source);
    let shown = format!("{source:?} {request:?} {:?}", ory_oidc::AccessToken::from("canary-token"));
    let error = request.await.unwrap_err();
    let shown = format!("{shown} {error} {error:?} {source:?}");
    // The server may repeat the first token. The second token must not appear.
    assert!(!shown.replace("canary-token-1", "").contains("canary"), "{shown}");
}
