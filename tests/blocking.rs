//! The blocking client: the flows without async, and where a call is refused.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use ory_oidc::testing::{Failure, Operation, OryServer, User};
use ory_oidc::{ClientMetadata, Ed25519Signer, Error, ErrorKind, FileStore, LogoutOutcome, RetryPolicy, blocking};
use tokio::runtime::{Builder, Runtime};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A stand-in, on a runtime that no test waits on.
struct StandIn {
    server: OryServer,
    _runtime: Runtime,
}

fn stand_in() -> StandIn {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(OryServer::start()).unwrap();
    StandIn { server, _runtime: runtime }
}

fn client(server: &OryServer) -> blocking::Client {
    blocking::Client::new(ory_oidc::Client::builder(server.base_url()).build().unwrap()).unwrap()
}

#[test]
fn every_flow() {
    let stand_in = stand_in();
    let server = &stand_in.server;
    let ory = client(server);
    assert_eq!(ory.wait(ory.discover()).unwrap().issuer(), server.issuer());

    let metadata = ClientMetadata::new(["https://shop.example/callback"]).client_name("Shop");
    let registration = ory.wait(ory.register(metadata)).unwrap();
    let mut handle = registration.handle().unwrap();
    let current = ory.wait(ory.read_client(&handle)).unwrap();
    ory.wait(ory.replace_client(&mut handle, current.to_metadata().client_name("Shop 2"))).unwrap();
    assert_eq!(ory.wait(ory.read_client(&handle)).unwrap().client_name(), Some("Shop 2"));

    let login = server.log_in(registration.client_id(), User::new("alice").nonce("n").claim("email", "a@app.example"));
    let info = ory.wait(ory.userinfo(login.access_token()).expect_subject("alice").send_with_response()).unwrap();
    assert_eq!(info.value().claims().unwrap().email(), Some("a@app.example"));
    let keys = ory.discover().cached(HOUR).keys(HOUR);
    let verifier = keys.id_token_verifier(registration.client_id()).nonce("n");
    assert_eq!(ory.wait(verifier.verify(login.id_token())).unwrap().subject(), "alice");
    let signer = Ed25519Signer::generate().unwrap();
    let credential = ory.wait(ory.issue_credential(login.access_token(), &signer)).unwrap();
    ory.wait(credential.verify(&keys.credential_verifier())).unwrap();
    let logout = ory.wait(ory.start_logout().id_token_hint(login.id_token())).unwrap();
    assert!(matches!(logout, LogoutOutcome::ConfirmationRequired { .. }), "{logout:?}");

    ory.wait(ory.delete_client(&handle)).unwrap();
    let error = ory.wait(ory.read_client(&handle)).unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    // Errors of the caller's own, and several calls in one.
    let result: Result<usize, Box<dyn std::error::Error>> = ory.wait(async {
        let issuer = ory.discover().await?.issuer().len();
        ory.discover().await?;
        Ok(issuer)
    });
    assert_eq!(result.unwrap(), server.issuer().len());
}

#[test]
fn stores_caches_and_the_verifier_of_access_tokens() {
    let stand_in = stand_in();
    let server = &stand_in.server;
    let ory = client(server);
    let folder = tempfile::tempdir().unwrap();
    let registrations = ory.registrations(FileStore::open(folder.path()).unwrap());
    let registration = ory.wait(registrations.register(ClientMetadata::machine())).unwrap();
    let id = registration.client_id();
    // Each thread waits for the lock of the others.
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (ory, registrations) = (&ory, &registrations);
            let add = move |metadata: ClientMetadata| {
                let contacts = metadata.as_request().contacts.clone().flatten().unwrap_or_default();
                metadata.contacts(contacts.into_iter().chain([format!("{number}@shop.example")]))
            };
            scope.spawn(move || ory.wait(registrations.update(id, add)).unwrap());
        }
    });
    let client = ory.wait(registrations.read(id)).unwrap();
    assert_eq!(client.document().contacts.iter().flatten().flatten().count(), 4);
    ory.wait(registrations.delete(id)).unwrap();

    let verifier = ory.access_token_verifier().client_ids("shop");
    let token = server.log_in("shop", "alice").access_token().to_owned();
    for _ in 0..2 {
        assert_eq!(ory.wait(verifier.verify(&*token)).unwrap().subject(), Some("alice"));
    }
    let metadata = ory.discover().cached(HOUR);
    assert_eq!(ory.wait(metadata.get()).unwrap().issuer(), ory.wait(ory.server_metadata()).unwrap().issuer());
    let invalidate = async {
        metadata.invalidate().await;
        Ok::<_, Error>(())
    };
    ory.wait(invalidate).unwrap();
}

#[test]
fn timeouts_and_retries_have_a_clock() {
    let stand_in = stand_in();
    let server = &stand_in.server;
    let ory = client(server);
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::delay(HOUR));
    let start = Instant::now();
    let error = ory.wait(ory.discover().timeout(Duration::from_millis(100))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(start.elapsed() < Duration::from_secs(20));

    let policy = RetryPolicy::new().max_attempts(3).initial_backoff(Duration::from_millis(10));
    let retrying = ory_oidc::Client::builder(server.base_url()).retries(policy).build().unwrap();
    let retrying = blocking::Client::new(retrying).unwrap();
    server.fail_next(Operation::DiscoverOidcConfiguration, Failure::status(503));
    retrying.wait(retrying.discover()).unwrap();
}

#[test]
fn several_threads_share_one_client() {
    let stand_in = stand_in();
    let server = &stand_in.server;
    let ory = client(server);
    let token = server.log_in("shop", "alice").access_token().to_owned();
    // All calls have to be in progress at the same time.
    server.fail_always(Operation::GetOidcUserInfo, Failure::delay(Duration::from_millis(500)));
    let start = Instant::now();
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..16)
            .map(|_| {
                let (ory, token) = (ory.clone(), &token);
                scope.spawn(move || ory.wait(ory.userinfo(token)).unwrap().claims().unwrap().sub().unwrap().to_owned())
            })
            .collect();
        for call in calls {
            assert_eq!(call.join().unwrap(), "alice");
        }
    });
    assert!(start.elapsed() < Duration::from_millis(16 * 500));
}

fn refused(ory: &blocking::Client) {
    let error = ory.wait(ory.discover()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().starts_with("a blocking call inside of async code (await the request"), "{error}");
}

#[test]
fn async_code_gets_an_error_and_no_panic() {
    let stand_in = stand_in();
    let ory = &client(&stand_in.server);
    let one = Builder::new_current_thread().enable_all().build().unwrap();
    let many = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for runtime in [&one, &many] {
        runtime.block_on(async {
            refused(ory);
            // Again, after the budget was used up, and in tasks.
            refused(ory);
            tokio::task::yield_now().await;
            refused(ory);
            let own = ory.clone();
            tokio::spawn(async move { refused(&own) }).await.unwrap();
            // The runtime still works, for a client whose connections it drives.
            tokio::time::sleep(Duration::from_millis(1)).await;
            let own = ory_oidc::Client::builder(stand_in.server.base_url()).build().unwrap();
            own.discover().await.unwrap();
            // Made and dropped inside of async code.
            drop(blocking::Client::new((**ory).clone()).unwrap());
        });
        let local = tokio::task::LocalSet::new();
        local.block_on(runtime, async { refused(ory) });
    }
}

#[test]
fn code_that_may_block_in_an_async_program_may_call() {
    let stand_in = stand_in();
    let ory = &client(&stand_in.server);
    let one = Builder::new_current_thread().enable_all().build().unwrap();
    let many = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let call = |ory: blocking::Client| move || ory.wait(ory.discover()).map(drop);
    for runtime in [&one, &many] {
        let result: Result<(), Error> =
            runtime.block_on(async { tokio::task::spawn_blocking(call(ory.clone())).await.unwrap() });
        result.unwrap();
        // Only the handle is entered: no task runs here.
        let _entered = runtime.enter();
        call(ory.clone())().unwrap();
    }
    many.block_on(async {
        tokio::task::block_in_place(call(ory.clone())).unwrap();
        // tokio ends the permission to block when the task yields.
        tokio::task::yield_now().await;
        refused(ory);
    });
    // A thread of the program's own.
    std::thread::scope(|scope| scope.spawn(call(ory.clone())).join().unwrap()).unwrap();
}

#[test]
fn the_thread_ends_with_the_last_clone() {
    let stand_in = stand_in();
    let ory = client(&stand_in.server);
    // A task on the runtime of the client owns the sender, until the runtime is dropped at the end of its thread.
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let task = async move {
        let _sender = sender;
        std::future::pending::<()>().await;
    };
    let spawned: Result<_, Error> = ory.wait(async { Ok(tokio::spawn(task)) });
    spawned.unwrap();
    let clone = ory.clone();
    drop(ory);
    clone.wait(clone.discover()).unwrap();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert!(format!("{clone:?}").starts_with("blocking::Client(Client"));
    drop(clone);
    assert_eq!(receiver.recv_timeout(Duration::from_secs(20)), Err(RecvTimeoutError::Disconnected));
}
