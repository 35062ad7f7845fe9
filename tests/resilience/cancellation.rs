//! Drops a call at each of its await points. Afterwards, the client, the handle and the token source must still work.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use ory_oidc::{BoxError, Client, ClientMetadata, RegistrationHandle, RetryPolicy, Secret, TokenSource};

use test_support::{Listener, Step};

/// Polls the future, and drops it after this many waits. Returns its output if it is ready before.
async fn waiting_at_most<T>(times: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut waited = 0;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if waited == times => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

fn good(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Sends a response in pieces, so that the client waits inside the response.
fn in_pieces(response: &[u8]) -> Vec<Step> {
    // The pause follows the last byte of a piece.
    let pieces = response.chunks(25).flat_map(|piece| {
        let (last, others) = piece.split_last().unwrap();
        [Step::Send(others.to_vec()), Step::Drip(vec![*last], Duration::from_millis(1))]
    });
    std::iter::once(Step::Read).chain(pieces).collect()
}

const DOCUMENT: &str = r#"{"client_id":"c","redirect_uris":[],"registration_access_token":"next-token"}"#;

#[tokio::test]
async fn replace() {
    for times in 0.. {
        let server = Listener::scripted_once(in_pieces(&good(DOCUMENT)), good(DOCUMENT)).await;
        let ory = Client::builder(server.base_url()).build().unwrap();
        let mut handle = RegistrationHandle::new("c", "old-token").with_client_uri("https://i/c".to_owned());
        let metadata = || ClientMetadata::new(["https://app.example/cb"]);
        let done = waiting_at_most(times, ory.replace_client(&mut handle, metadata()).into_future()).await;
        let token = handle.registration_access_token().expose_secret();
        if let Some(done) = done {
            done.unwrap();
            assert_eq!(token, "next-token");
            assert!(times > 5, "there was something to wait for: {times}");
            return;
        }
        // The handle is unchanged, and the client makes another call with it.
        assert_eq!(handle, RegistrationHandle::new("c", "old-token").with_client_uri("https://i/c".to_owned()));
        ory.read_client(&handle).await.unwrap();
        ory.replace_client(&mut handle, metadata()).await.unwrap();
        assert_eq!(handle.registration_access_token().expose_secret(), "next-token");
        let puts = server.requests().iter().filter(|request| request.starts_with("PUT ")).count();
        assert!(puts <= 2, "nothing was sent twice: {puts}");
        if let Some(first) = server.requests().iter().find(|request| request.starts_with("GET ")) {
            assert!(first.contains("Bearer old-token\r\n"), "{first}");
        }
    }
}

#[tokio::test]
async fn userinfo_with_a_source_and_retries() {
    for times in 0.. {
        let refusal = b"HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
        let server = Listener::scripted_once(in_pieces(refusal), good("{}")).await;
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let source = TokenSource::with_initial_token("old-token", move |_: Option<Secret>| {
            counter.fetch_add(1, Ordering::SeqCst);
            async {
                tokio::task::yield_now().await;
                Ok::<_, BoxError>("new-token")
            }
        });
        let ory = Client::builder(server.base_url()).retries(RetryPolicy::new()).build().unwrap();
        let done = waiting_at_most(times, ory.userinfo(&source).into_future()).await;
        if let Some(done) = done {
            done.unwrap();
            assert!(times > 5, "there was something to wait for: {times}");
            return;
        }
        ory.userinfo(&source).await.unwrap();
        // The next caller completed the request that was begun.
        assert!(asked.load(Ordering::SeqCst) <= 1);
    }
}
