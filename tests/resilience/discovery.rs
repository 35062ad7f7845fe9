//! The cached discovery document.

use std::time::Duration;

use ory_oidc::testing::{Failure, Operation, OryServer};
use ory_oidc::{CachedDiscovery, Client, ErrorKind};
use tokio::runtime::{Builder, Runtime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn one_request_for_all() {
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let discovery = ory.discover().cached(DAY);
    assert!(server.requests().is_empty(), "nothing is sent before it is needed");
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let discovery = discovery.clone();
            tokio::spawn(async move { discovery.get().await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().issuer(), server.issuer());
    }
    assert_eq!(server.requests().len(), 1);
    discovery.invalidate().await;
    discovery.get().await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn for_its_lifetime() {
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let discovery = ory.discover().cached(DAY);
    let after = async |later| {
        // The clock is paused only while nothing else depends on it.
        tokio::time::pause();
        tokio::time::advance(later).await;
        tokio::time::resume();
        discovery.get().await.unwrap();
        server.take_requests().len()
    };
    assert_eq!(after(Duration::ZERO).await, 1);
    assert_eq!(after(DAY - Duration::from_secs(60)).await, 0);
    assert_eq!(after(Duration::from_secs(61)).await, 1);
    assert_eq!(after(DAY).await, 1);
}

#[tokio::test]
async fn failures_are_not_kept() {
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let discovery = ory.discover().cached(DAY);
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::status(503));
    assert_eq!(discovery.get().await.unwrap_err().status().unwrap().as_u16(), 503);
    discovery.get().await.unwrap();
    let wrong = ory.discover().expect_issuer("https://other.example").cached(DAY);
    assert_eq!(wrong.get().await.unwrap_err().kind(), ErrorKind::Verification);
}

/// A caller that gives up while the document is on its way.
async fn give_up(server: &OryServer, discovery: &CachedDiscovery) {
    server.take_requests();
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::delay(DAY));
    let arrived = async {
        while server.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        () = arrived => {}
        result = discovery.get() => panic!("the response is late: {result:?}"),
        () = tokio::time::sleep(Duration::from_secs(10)) => panic!("no request"),
    }
}

#[tokio::test]
async fn a_request_whose_caller_gave_up_does_not_fail_a_later_one() {
    const TIMEOUT: Duration = Duration::from_secs(10);
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).timeout(TIMEOUT).build().unwrap();
    let discovery = ory.discover().cached(DAY);
    give_up(&server, &discovery).await;
    // Nobody looked at the request until its time was over.
    tokio::time::pause();
    tokio::time::advance(2 * TIMEOUT).await;
    tokio::time::resume();
    discovery.get().await.unwrap();
}

#[tokio::test]
async fn a_request_from_before_an_invalidation_is_not_continued() {
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let discovery = ory.discover().cached(DAY);
    give_up(&server, &discovery).await;
    discovery.invalidate().await;
    discovery.get().await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_client_outlives_its_runtime() {
    let runtime = || -> Runtime { Builder::new_current_thread().enable_all().build().unwrap() };
    let servers = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = servers.block_on(OryServer::start()).unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let discovery = ory.discover().cached(DAY);
    for _ in 0..3 {
        // Each leaves an idle connection behind, and a request whose caller gave up.
        let runtime = runtime();
        runtime.block_on(async { ory.discover().await.unwrap() });
        runtime.block_on(discovery.invalidate());
        runtime.block_on(give_up(&server, &discovery));
    }
    runtime().block_on(async { discovery.get().await.unwrap() });
}
