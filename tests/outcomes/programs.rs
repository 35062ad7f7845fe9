//! Outcomes 57 to 65: programs without async, token sources, caches, limits, and errors that a `main` returns.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ory_oidc::{BoxError, ClientMetadata, ErrorKind, LogoutOutcome, Operation, Secret, TokenSource, blocking};

use crate::listener::{Listener, response};
use crate::verifiers::Attempts;
use crate::world::{CALLBACK, World};

const HOUR: Duration = Duration::from_secs(60 * 60);

pub async fn every_flow_without_async(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens().clone());
    let program = move || {
        let ory = blocking::Client::new(ory).unwrap();
        let discovery = ory.wait(ory.discover()).unwrap();
        let registration = ory.wait(ory.register(ClientMetadata::new([CALLBACK]))).unwrap();
        let mut handle = registration.handle().unwrap();
        let current = ory.wait(ory.read_client(&handle)).unwrap();
        ory.wait(ory.replace_client(&mut handle, current.to_metadata().client_name("Shop 2"))).unwrap();
        ory.wait(ory.delete_client(&handle)).unwrap();
        let info = ory.wait(ory.userinfo(&tokens.custom.access_token).expect_subject("alice")).unwrap();
        assert_eq!(info.claims().unwrap().iss(), Some(discovery.issuer()));
        let keys = ory.discover().cached(HOUR).keys(HOUR);
        let verifier = keys.id_token_verifier(&tokens.client_id).any_nonce();
        assert_eq!(ory.wait(verifier.verify(&*tokens.plain.id_token)).unwrap().subject(), "alice");
        assert!(!ory.wait(ory.credential_nonce(&tokens.plain.access_token)).unwrap().value().is_empty());
        let outcome = ory.wait(ory.start_logout()).unwrap();
        assert!(matches!(outcome, LogoutOutcome::Redirected(_)), "{outcome:?}");
    };
    tokio::task::spawn_blocking(program).await.unwrap();
}

pub async fn waiting_inside_of_async_code_is_an_error(world: &World) {
    let server = Listener::silent().await;
    let ory = blocking::Client::new(world.client_at(&server.base_url)).unwrap();
    let error = ory.wait(ory.discover()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("spawn_blocking"), "{error}");
    assert_eq!(server.connections().await, 0);
}

pub async fn a_call_without_a_tokio_runtime_is_an_error(world: &World) {
    let server = Listener::silent().await;
    let request = world.client_at(&server.base_url).discover();
    let polled = std::thread::spawn(move || pin!(request.into_future()).poll(&mut Context::from_waker(Waker::noop())));
    let Poll::Ready(Err(error)) = polled.join().unwrap() else { panic!("it waits for a runtime") };
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("tokio"), "{error}");
    assert_eq!(server.connections().await, 0);
}

pub async fn a_rejected_access_token_is_replaced_once(world: &World) {
    let (ory, good) = (world.client(), &world.tokens().plain.access_token);
    let asked = Arc::new(AtomicUsize::new(0));
    let (counter, response) = (Arc::clone(&asked), good.clone());
    let source = TokenSource::with_initial_token("expired", move |rejected: Option<Secret>| {
        assert_eq!(rejected.as_ref().map(Secret::expose_secret), Some("expired"));
        counter.fetch_add(1, Ordering::SeqCst);
        let response = response.clone();
        async move { Ok::<_, BoxError>(response) }
    });
    // Concurrent callers share the new token.
    let both = tokio::join!(ory.userinfo(&source).send(), ory.userinfo(&source).send());
    let subjects = [both.0, both.1].map(|info| info.unwrap().claims().unwrap().sub().map(str::to_owned));
    assert_eq!(subjects, [Some("alice".to_owned()), Some("alice".to_owned())]);
    ory.userinfo(&source).expect_subject("alice").await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

pub async fn a_cached_document_is_fetched_once(world: &World) {
    let attempts = Attempts::default();
    let cached = world.builder().hook(attempts.clone()).build().unwrap().discover().cached(HOUR);
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let cached = cached.clone();
            tokio::spawn(async move { cached.get().await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(attempts.of(Operation::DiscoverOidcConfiguration), 1);
    cached.invalidate().await;
    cached.get().await.unwrap();
    assert_eq!(attempts.of(Operation::DiscoverOidcConfiguration), 2);
}

/// What a `main` prints that returns the error: `Error: ` and `Debug`.
pub async fn a_main_that_returns_the_error_prints_its_line(world: &World) {
    let error = world.client().userinfo("unknown").await.unwrap_err();
    let (line, printed) = (error.to_string(), format!("{error:?}"));
    assert!(line.starts_with("getOidcUserInfo: refused with 401 Unauthorized: "), "{line}");
    assert!(printed.starts_with(&line), "{printed}");
}

pub async fn a_response_above_the_limit_is_an_error(world: &World) {
    let ory = world.client();
    let error = ory.discover().response_limit(100).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::UnexpectedResponse, false));
    assert!(error.to_string().contains("larger than the limit of 100 bytes"), "{error}");
    ory.discover().response_limit(1 << 20).await.unwrap();
}

pub async fn a_long_id_token_hint_is_refused_before_sending(world: &World) {
    let server = Listener::silent().await;
    let ory = world.client_at(&server.base_url);
    let long = "a".repeat(20_000);
    let errors = [
        ory.start_logout().id_token_hint(&*long).await.unwrap_err(),
        ory.logout_url().id_token_hint(&*long).build().unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("the ID token hint is longer than 16,384 bytes"), "{error}");
    }
    assert_eq!(server.connections().await, 0);
}

pub async fn a_compressed_response_is_called_so(world: &World) {
    let compressed = response("200 OK", &["content-type: application/json", "content-encoding: gzip"], "\u{1f}\u{b}");
    let server = Listener::responding_with([compressed]).await;
    let error = world.client_at(&server.base_url).userinfo("token").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert!(error.to_string().contains("compressed (gzip)"), "{error}");
}
