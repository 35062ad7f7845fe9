//! Stores of registration handles, and clients that are managed by them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod lockless;

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use lockless::Lockless;
use ory_oidc::testing::{Failure, Operation, OryServer};
use ory_oidc::{
    BoxError, BoxFuture, Client, ClientBuilder, ClientMetadata, ErrorKind, FileStore, InMemoryStore,
    RegistrationHandle, RegistrationLock, RegistrationStore,
};
use serde_json::json;

const CALLBACK: &str = "https://shop.example/callback";

/// Longer than any wait of a test that succeeds.
const LONG: std::time::Duration = std::time::Duration::from_secs(10);

/// The error of the first poll, outside of a runtime.
fn refused<T, E>(call: impl Future<Output = Result<T, E>>) -> E {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.err().unwrap(),
        Poll::Pending => panic!("the call waits"),
    }
}

#[test]
fn without_a_runtime_a_store_of_files_is_an_error() {
    let folder = Folder::new();
    let store = folder.store();
    for error in [
        refused(store.load("c")),
        refused(store.compare_and_swap("c", None, Some(&handle("canary")))),
        refused(store.lock("c")),
    ] {
        assert!(error.to_string().contains("needs a runtime of tokio"), "{error}");
    }
    let registrations = Client::builder("http://127.0.0.1:1").build().unwrap().registrations(store);
    for error in [
        refused(registrations.register(ClientMetadata::new([CALLBACK]))).to_string(),
        refused(registrations.put(handle("canary"))).to_string(),
        refused(registrations.read("c")).to_string(),
        refused(registrations.update("c", |metadata| metadata)).to_string(),
        refused(registrations.delete("c")).to_string(),
    ] {
        assert!(error.contains("needs a runtime of tokio"), "{error}");
    }
    assert_eq!(refused(registrations.read("c")).kind(), ErrorKind::InvalidInput);
}

/// A folder that is removed at the end of the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The folder of the store, which the store creates.
    fn path(&self) -> PathBuf {
        self.0.path().join("store")
    }

    fn store(&self) -> FileStore {
        FileStore::open(self.path()).unwrap()
    }

    /// The file with this ending. There is one client.
    fn file(&self, ending: &str) -> PathBuf {
        let files = std::fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().path());
        files.into_iter().find(|path| path.extension().is_some_and(|found| found == ending)).unwrap()
    }
}

fn stores(folder: &Folder) -> [Arc<dyn RegistrationStore>; 2] {
    [Arc::new(InMemoryStore::new()), Arc::new(folder.store())]
}

fn handle(token: &str) -> RegistrationHandle {
    RegistrationHandle::new("A/../b", token)
}

#[tokio::test]
async fn only_the_expected_handle_is_replaced() {
    let folder = Folder::new();
    for store in stores(&folder) {
        let (one, two) = (handle("canary-1"), handle("canary-2").with_client_uri("https://h/c".to_owned()));
        let swap = async |expected, new| store.compare_and_swap("A/../b", expected, new).await.unwrap();
        assert_eq!(store.load("A/../b").await.unwrap(), None);
        assert!(!swap(Some(&one), Some(&two)).await);
        assert!(swap(None, Some(&one)).await && !swap(None, Some(&two)).await);
        assert_eq!(store.load("A/../b").await.unwrap(), Some(one.clone()));
        assert!(!swap(Some(&two), None).await && swap(Some(&one), Some(&two)).await);
        let stored = store.load("A/../b").await.unwrap().unwrap();
        assert!(stored == two && !stored.is_changed() && stored.client_uri() == Some("https://h/c"));
        assert_eq!(store.load("a/../b").await.unwrap(), None);
        assert!(swap(Some(&two), None).await && swap(None, None).await);
        assert_eq!(store.load("A/../b").await.unwrap(), None);
    }
    // Nothing is outside of the folder, and the secrets are gone.
    assert!(std::fs::read_dir(folder.path()).unwrap().all(|entry| !holds(&entry.unwrap().path(), "canary")));
}

fn holds(path: &Path, text: &str) -> bool {
    std::fs::read_to_string(path).unwrap().contains(text)
}

#[tokio::test]
async fn one_caller_at_a_time_has_the_lock_of_a_client() {
    let folder = Folder::new();
    for store in stores(&folder) {
        let lock = store.lock("a").await.unwrap();
        assert!(lock.is_held());
        let _other_client = store.lock("b").await.unwrap();
        let mut waiting = Box::pin(store.lock("a"));
        let limit = std::time::Duration::from_millis(100);
        tokio::time::timeout(limit, &mut waiting).await.unwrap_err();
        // The lock does not keep the handle from being read and stored.
        assert!(store.compare_and_swap("a", None, Some(&RegistrationHandle::new("a", "t"))).await.unwrap());
        drop(lock);
        assert!(waiting.await.unwrap().is_held());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let store = folder.store();
    let rights = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert!(store.compare_and_swap("c", None, Some(&handle("canary"))).await.unwrap());
    drop(store.lock("c").await.unwrap());
    assert_eq!(rights(&folder.path()), 0o700);
    // A file that a killed process left behind, with other rights.
    let new = folder.file("json").with_extension("new");
    std::fs::write(&new, "half a han").unwrap();
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(store.compare_and_swap("c", Some(&handle("canary")), Some(&handle("canary-2"))).await.unwrap());
    assert!(!new.exists());
    for ending in ["json", "lock", "swap"] {
        assert_eq!(rights(&folder.file(ending)), 0o600, "{ending}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_an_error_without_its_text() {
    let folder = Folder::new();
    let store = folder.store();
    assert!(store.compare_and_swap("c", None, Some(&handle("canary"))).await.unwrap());
    let server = OryServer::start().await.unwrap();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(store);
    for text in ["", "\"canary\"", "{\"client_id\": \"c\", \"registration_access_token\": [\"canary\"]}"] {
        std::fs::write(folder.file("json"), text).unwrap();
        let error = registrations.read("c").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RegistrationStore);
        assert_eq!(error.to_string(), "the registration store cannot load the handle");
        let shown = format!("{error:?}");
        assert!(shown.contains("the file is not a registration handle") && !shown.contains("canary"), "{shown}");
    }
}

#[tokio::test]
async fn a_file_of_another_version_is_read() {
    let folder = Folder::new();
    let server = OryServer::start().await.unwrap();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(folder.store());
    let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let (id, handle) = (registration.client_id(), registration.handle().unwrap());
    let token = handle.registration_access_token().expose_secret();
    // Without an optional property, with one that this version does not know, and the registration response itself.
    for text in [
        json!({"client_id": id, "registration_access_token": token}),
        json!({"client_id": id, "registration_access_token": token, "registration_client_uri": null, "lease": {"until": 1}}),
        json!({"redirect_uris": [CALLBACK], "registration_client_uri": "https://h", "registration_access_token": token, "client_id": id}),
    ] {
        std::fs::write(folder.file("json"), text.to_string()).unwrap();
        registrations.read(id).await.unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    registrations.update(id, |metadata| metadata.client_name("Shop 2")).await.unwrap();
    assert!(!holds(&folder.file("json"), "redirect_uris"));
    registrations.delete(id).await.unwrap();
}

#[tokio::test]
async fn a_file_of_another_client_changes_no_client() {
    let folder = Folder::new();
    let server = OryServer::start().await.unwrap();
    let ory = Client::builder(server.base_url()).build().unwrap();
    let registrations = ory.registrations(folder.store());
    let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let other = ory.register(ClientMetadata::new([CALLBACK])).await.unwrap().handle().unwrap();
    let file = folder.file("json");
    let text = serde_json::to_string(&other.to_stored()).unwrap();
    std::fs::write(&file, &text).unwrap();
    server.take_requests();
    let id = registration.client_id();
    for error in [
        registrations.read(id).await.unwrap_err(),
        registrations.update(id, |metadata| metadata).await.unwrap_err(),
        registrations.delete(id).await.unwrap_err(),
        registrations.put(registration.handle().unwrap()).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::RegistrationStore);
        assert_eq!(error.source().unwrap().to_string(), "the stored handle is of another client");
    }
    assert_eq!(server.requests().len(), 0);
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}

#[tokio::test]
async fn a_lock_that_is_never_released_is_an_error_with_the_file() {
    let folder = Folder::new();
    let server = OryServer::start().await.unwrap();
    let store = folder.store().lock_timeout(std::time::Duration::from_millis(30));
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(store.clone());
    let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let id = registration.client_id();
    let lock = store.lock(id).await.unwrap();
    for error in [
        registrations.read(id).await.unwrap_err(),
        registrations.update(id, |metadata| metadata).await.unwrap_err(),
        registrations.delete(id).await.unwrap_err(),
        registrations.put(registration.handle().unwrap()).await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::RegistrationStore, false));
        assert_eq!(error.to_string(), "the registration store cannot lock the client");
        let source = error.source().unwrap().to_string();
        assert!(source.starts_with(&folder.file("lock").display().to_string()), "{source}");
        assert!(format!("{error:?}").contains(&source), "{error:?}");
    }
    drop(lock);
    registrations.read(id).await.unwrap();
}

#[tokio::test]
async fn a_client_is_managed_by_its_id() {
    let folder = Folder::new();
    for store in stores(&folder) {
        let server = OryServer::start().await.unwrap();
        let registrations = Client::builder(server.base_url()).build().unwrap().registrations(store);
        let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
        let id = registration.client_id();
        for name in ["Shop 1", "Shop 2"] {
            let client = registrations.update(id, |metadata| metadata.client_name(name)).await.unwrap();
            assert_eq!((client.client_name(), client.redirect_uris()), (Some(name), &[CALLBACK.to_owned()][..]));
        }
        assert_eq!(registrations.read(id).await.unwrap().client_name(), Some("Shop 2"));
        registrations.delete(id).await.unwrap();
        assert!(server.client(id).is_none());
        let error = registrations.read(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("has no handle of this client"), "{error}");
    }
}

#[tokio::test]
async fn without_locks_a_lost_race_is_repeated_and_no_token_is_lost() {
    for window in [std::time::Duration::ZERO, std::time::Duration::from_millis(20)] {
        let server = OryServer::builder().racing_replacements(window).start().await.unwrap();
        let store = InMemoryStore::new();
        let ory = Client::builder(server.base_url()).build().unwrap();
        let registrations = ory.registrations(Lockless(store.clone()));
        let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
        let id = registration.client_id();
        for round in 0..20 {
            let update = |name| {
                let registrations = registrations.clone();
                let id = id.to_owned();
                tokio::spawn(async move { registrations.update(&id, |metadata| metadata.client_name(name)).await })
            };
            for updated in [update("one"), update("two"), update("three")] {
                updated.await.unwrap().unwrap_or_else(|error| panic!("{window:?} {round}: {error}"));
            }
            let stored = store.load(id).await.unwrap().unwrap();
            ory.read_client(&stored).await.unwrap_or_else(|error| panic!("{window:?} {round}: {error}"));
        }
    }
}

/// As databases with serialisable transactions report it.
#[tokio::test]
async fn two_writes_that_collide_in_the_database_are_repeated() {
    let server = OryServer::start().await.unwrap();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(InMemoryStore::new());
    let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let id = registration.client_id();
    let collision = || {
        let error = "Unable to serialize access due to a concurrent update in another study";
        let body = json!({"error": error, "error_description": ""});
        Failure::body(400, "application/json", body.to_string())
    };
    server.fail_next(Operation::SetOidcDynamicClient, collision());
    registrations.update(id, |metadata| metadata.client_name("Shop 2")).await.unwrap();
    server.fail_next(Operation::DeleteOidcDynamicClient, collision());
    registrations.delete(id).await.unwrap();
}

// The server has threads of its own, since `edit` blocks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_of_another_worker_is_loaded_again() {
    let server = OryServer::start().await.unwrap();
    let (ory, store) = (Client::builder(server.base_url()).build().unwrap(), Arc::new(InMemoryStore::new()));
    let registrations = ory.registrations(Arc::clone(&store));
    let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let id = registration.client_id().to_owned();
    // A worker without the lock replaces the client between two calls of the update.
    let mut edits = 0;
    let foreign = registration.handle().unwrap();
    let client = registrations.update(&id, |metadata| {
        edits += 1;
        if edits == 1 {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(async {
                        let ory = Client::builder(server.base_url()).build().unwrap();
                        let mut handle = foreign.clone();
                        let metadata = ClientMetadata::new([CALLBACK]).owner("other");
                        ory.replace_client(&mut handle, metadata).await.unwrap();
                        assert!(store.compare_and_swap(&id, Some(&foreign), Some(&handle)).await.unwrap());
                    });
                });
                other.join().unwrap();
            });
        }
        metadata.client_name("Shop 2")
    });
    let client = client.await.unwrap();
    // Both changes are there.
    assert_eq!((client.client_name(), client.document().owner.as_deref()), (Some("Shop 2"), Some("other")));
    assert_eq!(edits, 2);
}

/// What a fault of a replacement means for the stored token.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    /// The client was not replaced.
    None,
    /// The client was replaced, and the response with the new token is lost.
    Lost,
    /// The client was replaced, and the new token arrived.
    Arrived,
}

#[tokio::test]
async fn after_a_fault_the_error_of_an_update_tells_whether_the_token_still_works() {
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);
    let page = || Failure::body(200, "text/html", "<html>a login</html>");
    let late = || Failure::delay(2 * TIMEOUT);
    let rewritten = Failure::rewrite(|client| client["client_name"] = json!(1));
    // The last value: whether the fault is tried without locks, too. A lost token may be another worker's then, so the call takes seconds.
    let mut faults: Vec<(Failure, Effect, ErrorKind, bool)> = Vec::new();
    for (status, also_without_locks) in [(500, true), (502, false), (503, false), (504, false)] {
        faults.push((Failure::status(status), Effect::None, ErrorKind::Rejected, also_without_locks));
        faults.push((Failure::status(status).after_effect(), Effect::Lost, ErrorKind::Rejected, also_without_locks));
    }
    faults.extend([
        (Failure::drop_connection(), Effect::None, ErrorKind::Transport, false),
        (Failure::drop_connection().after_effect(), Effect::Lost, ErrorKind::Transport, false),
        (Failure::broken_body(), Effect::None, ErrorKind::Transport, false),
        (page(), Effect::None, ErrorKind::UnexpectedResponse, false),
        (page().after_effect(), Effect::Lost, ErrorKind::UnexpectedResponse, false),
        (late().after_effect(), Effect::Lost, ErrorKind::Timeout, false),
        (rewritten, Effect::Arrived, ErrorKind::UnexpectedResponse, false),
    ]);
    for (fault, effect, kind, also_without_locks) in faults {
        for is_locked in [true, false].into_iter().filter(|is_locked| *is_locked || also_without_locks) {
            let case = format!("{fault:?} {effect:?} {is_locked}");
            let server = OryServer::start().await.unwrap();
            let store = InMemoryStore::new();
            let managed_by = |client: ClientBuilder| match is_locked {
                true => client.build().unwrap().registrations(store.clone()),
                false => client.build().unwrap().registrations(Lockless(store.clone())),
            };
            // Only the faulty call may time out.
            let registrations = managed_by(Client::builder(server.base_url()));
            let hurried = managed_by(Client::builder(server.base_url()).timeout(TIMEOUT));
            let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
            let id = registration.client_id();
            server.take_requests();
            server.fail_next(Operation::SetOidcDynamicClient, fault.clone());
            let faulty = if kind == ErrorKind::Timeout { &hurried } else { &registrations };
            let error = faulty.update(id, |metadata| metadata.client_name("Shop 2")).await.unwrap_err();
            let requests = server.take_requests().len();

            let token = server.client(id).unwrap().registration_access_token().unwrap().to_owned();
            let stored = store.load(id).await.unwrap().unwrap();
            let works = stored.registration_access_token().expose_secret() == token;
            assert_eq!(works, effect != Effect::Lost, "{case}");
            if effect == Effect::Lost {
                assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401), "{case}");
                assert!(error.to_string().contains("its new registration access token is lost"), "{case}: {error}");
                let cause = error.source().unwrap().downcast_ref::<ory_oidc::Error>().unwrap();
                assert_eq!(cause.kind(), kind, "{case}");
                assert_eq!(cause.operation(), Some(ory_oidc::Operation::SetOidcDynamicClient), "{case}");
                assert_eq!(is_locked, requests == 3, "{case}: {requests}");
                continue;
            }
            assert_eq!(error.kind(), kind, "{case}");
            assert_eq!(requests, if effect == Effect::None { 3 } else { 2 }, "{case}");
            let hint = "shows that the registration access token still works: the call can be repeated";
            assert_eq!(error.to_string().contains(hint), effect == Effect::None, "{case}: {error}");
            registrations.update(id, |metadata| metadata.client_name("Shop 3")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_fault_of_a_deletion_keeps_the_handle_and_tells_whether_it_works() {
    for (fault, is_deleted) in [(Failure::status(502), false), (Failure::status(502).after_effect(), true)] {
        let server = OryServer::start().await.unwrap();
        let store = InMemoryStore::new();
        let registrations = Client::builder(server.base_url()).build().unwrap().registrations(store.clone());
        let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
        let id = registration.client_id();
        server.fail_next(Operation::DeleteOidcDynamicClient, fault);
        let error = registrations.delete(id).await.unwrap_err();
        assert_eq!(error.status().unwrap(), if is_deleted { 401 } else { 502 });
        let expected = if is_deleted { "took effect unless" } else { "the call can be repeated" };
        assert!(error.to_string().contains(expected), "{error}");
        assert!(store.load(id).await.unwrap().is_some());
        if is_deleted {
            assert!(error.to_string().contains("with `forget`"), "{error}");
            registrations.forget(id).await.unwrap();
        } else {
            registrations.delete(id).await.unwrap();
        }
        assert!(store.load(id).await.unwrap().is_none());
        let error = registrations.forget(id).await.unwrap_err();
        assert!(error.to_string().contains("has no handle of this client"), "{error}");
    }
}

/// Before the replacement nothing can be lost, and without a usable check nothing is known.
#[tokio::test]
async fn a_fault_beside_the_replacement_is_the_error_itself() {
    let server = OryServer::start().await.unwrap();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(InMemoryStore::new());
    let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let id = registration.client_id();
    let update = || registrations.update(id, |metadata| metadata.client_name("Shop 2"));

    server.take_requests();
    server.fail_next(Operation::GetOidcDynamicClient, Failure::status(503));
    let error = update().await.unwrap_err();
    assert_eq!(error.operation(), Some(ory_oidc::Operation::GetOidcDynamicClient));
    assert_eq!(server.take_requests().len(), 1, "nothing is changed after a failed read");

    server.fail_next(Operation::SetOidcDynamicClient, Failure::status(400));
    let error = update().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(server.take_requests().len(), 2, "a refusal changes nothing");

    // The 401 of a proxy is no proof that the token is dead.
    for no_proof in [Failure::body(401, "text/html", "<html>a login</html>"), Failure::drop_connection()] {
        let server = OryServer::start().await.unwrap();
        let registrations = Client::builder(server.base_url()).build().unwrap().registrations(InMemoryStore::new());
        let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
        let update = || registrations.update(registration.client_id(), |metadata| metadata);
        // The first read is as always.
        server.fail_next(Operation::GetOidcDynamicClient, Failure::delay(std::time::Duration::ZERO));
        server.fail_next(Operation::GetOidcDynamicClient, no_proof);
        server.fail_next(Operation::SetOidcDynamicClient, Failure::status(503).after_effect());
        let error = update().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 503);
        assert!(error.to_string().contains("the registration access token may or may not have changed"), "{error}");
        assert_eq!(update().await.unwrap_err().status().unwrap(), 401);
    }
}

#[tokio::test]
async fn a_change_that_has_begun_goes_on_without_its_caller() {
    let late = std::time::Duration::from_millis(100);
    for operation in [Operation::SetOidcDynamicClient, Operation::DeleteOidcDynamicClient] {
        let server = OryServer::start().await.unwrap();
        let (ory, store) = (Client::builder(server.base_url()).build().unwrap(), InMemoryStore::new());
        let registrations = ory.registrations(store.clone());
        let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
        let id = registration.client_id();
        server.fail_next(operation, Failure::delay(late).after_effect());
        // The caller gives up when the request has arrived.
        let arrived = async {
            while !server.requests().iter().any(|request| request.operation() == Some(operation)) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = arrived => {}
            result = async {
                match operation {
                    Operation::SetOidcDynamicClient => {
                        registrations.update(id, |metadata| metadata.client_name("Shop 2")).await.map(drop)
                    }
                    _ => registrations.delete(id).await,
                }
            } => panic!("the response is late: {result:?}"),
            () = tokio::time::sleep(LONG) => panic!("no request"),
        }
        // The change still has the lock.
        let next = registrations.read(id).await;
        match operation {
            Operation::SetOidcDynamicClient => assert_eq!(next.unwrap().client_name(), Some("Shop 2")),
            _ => assert!(next.unwrap_err().to_string().contains("has no handle of this client")),
        }
    }
    // The handle of a client whose registration nobody waited for is in the store.
    let server = OryServer::start().await.unwrap();
    let store = InMemoryStore::new();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(store.clone());
    server.fail_next(Operation::CreateOidcDynamicClient, Failure::delay(late).after_effect());
    let call = registrations.register(ClientMetadata::new([CALLBACK]));
    tokio::time::timeout(late / 2, call).await.unwrap_err();
    let stored = async {
        loop {
            tokio::task::yield_now().await;
            if let Some(client) = server.clients().first()
                && store.load(client.id()).await.unwrap().is_some()
            {
                return client.id().to_owned();
            }
        }
    };
    let id = tokio::time::timeout(LONG, stored).await.unwrap();
    registrations.read(&id).await.unwrap();
}

#[tokio::test]
async fn an_edit_that_panics_changes_nothing_and_holds_no_lock() {
    let folder = Folder::new();
    for store in stores(&folder) {
        let server = OryServer::start().await.unwrap();
        let registrations = Client::builder(server.base_url()).build().unwrap().registrations(store);
        let registration = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap();
        let id = registration.client_id().to_owned();
        let call = tokio::spawn({
            let (registrations, id) = (registrations.clone(), id.clone());
            async move { registrations.update(&id, |_| panic!("in an edit")).await }
        });
        assert!(call.await.unwrap_err().is_panic());
        registrations.update(&id, |metadata| metadata.client_name("Shop 2")).await.unwrap();
        assert_eq!(registrations.read(&id).await.unwrap().client_name(), Some("Shop 2"));
    }
}

#[tokio::test]
async fn a_folder_that_is_gone_is_an_error() {
    let folder = Folder::new();
    let registrations = Client::builder("http://127.0.0.1:1").build().unwrap().registrations(folder.store());
    std::fs::remove_dir(folder.path()).unwrap();
    for error in [
        registrations.read("c").await.unwrap_err(),
        registrations.update("c", |metadata| metadata).await.unwrap_err(),
        registrations.delete("c").await.unwrap_err(),
        registrations.put(RegistrationHandle::new("c", "t")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::RegistrationStore);
    }
}

/// In a process of its own, since the working directory belongs to a process.
#[test]
fn a_relative_folder_stays_the_same_if_the_working_directory_changes() {
    const PROGRAM: &str = "ORY_OIDC_STORE_FOLDER";
    let Some(folder) = std::env::var_os(PROGRAM).map(PathBuf::from) else {
        let folder = Folder::new();
        std::fs::create_dir_all(folder.path().join("other")).unwrap();
        let test = "a_relative_folder_stays_the_same_if_the_working_directory_changes";
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test]).env(PROGRAM, folder.path()).current_dir(folder.path());
        assert!(command.status().unwrap().success());
        assert!(folder.path().join("handles").is_dir() && !folder.path().join("other/handles").exists());
        return;
    };
    let store = FileStore::open("handles").unwrap();
    std::env::set_current_dir(folder.join("other")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert!(runtime.block_on(store.compare_and_swap("c", None, Some(&handle("t")))).unwrap());
    assert!(std::fs::read_dir(folder.join("handles")).unwrap().count() > 0);
}

#[tokio::test]
async fn an_unknown_client_leaves_no_file() {
    let folder = Folder::new();
    let registrations = Client::builder("http://127.0.0.1:1").build().unwrap().registrations(folder.store());
    for error in [
        registrations.read("unknown").await.unwrap_err(),
        registrations.update("unknown", |metadata| metadata).await.unwrap_err(),
        registrations.delete("unknown").await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("has no handle of this client"), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A store that fails to store, from some moment on.
#[derive(Default)]
struct Failing {
    inner: InMemoryStore,
    fails: std::sync::atomic::AtomicBool,
}

impl RegistrationStore for Failing {
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
        self.inner.load(client_id)
    }

    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        if self.fails.load(std::sync::atomic::Ordering::Relaxed) {
            return Box::pin(async { Err("disk full".into()) });
        }
        self.inner.compare_and_swap(client_id, expected, new)
    }

    fn lock<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
        self.inner.lock(client_id)
    }
}

#[tokio::test]
async fn secrets_that_cannot_be_stored_are_in_the_error() {
    let server = OryServer::start().await.unwrap();
    let store = Arc::new(Failing::default());
    let ory = Client::builder(server.base_url()).build().unwrap();
    let registrations = ory.registrations(Arc::clone(&store));
    let fail = |fails| store.fails.store(fails, std::sync::atomic::Ordering::Relaxed);

    fail(true);
    let error = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::RegistrationStore, false));
    assert_eq!(error.source().unwrap().to_string(), "disk full");
    let salvaged = error.salvaged().unwrap();
    assert!(salvaged.client_secret().is_some());
    let handle = salvaged.handle().unwrap();
    ory.read_client(&handle).await.unwrap();

    fail(false);
    let id = handle.client_id().to_owned();
    registrations.put(handle).await.unwrap();
    fail(true);
    let error = registrations.update(&id, |metadata| metadata.client_name("Shop 2")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::RegistrationStore, Some(ory_oidc::Operation::SetOidcDynamicClient))
    );
    let token = error.rotated_token().unwrap().clone();
    assert!(!format!("{error:?} {error}").contains(token.expose_secret()), "{error:?}");
    fail(false);
    registrations.put(RegistrationHandle::new(&*id, token)).await.unwrap();
    assert_eq!(registrations.read(&id).await.unwrap().client_name(), Some("Shop 2"));

    // A response that cannot be decoded: the new token is stored all the same.
    server.fail_next(Operation::SetOidcDynamicClient, Failure::rewrite(|client| client["client_name"] = json!(1)));
    let error = registrations.update(&id, |metadata| metadata.client_name("Shop 3")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert_eq!(registrations.read(&id).await.unwrap().client_name(), Some("Shop 3"));
    // So is the first token of a client.
    server.fail_next(Operation::CreateOidcDynamicClient, Failure::rewrite(|client| client["client_name"] = json!(1)));
    let error = registrations.register(ClientMetadata::new([CALLBACK])).await.unwrap_err();
    let id = error.salvaged().unwrap().client_id().unwrap();
    registrations.read(id).await.unwrap();
}

#[tokio::test]
async fn an_administrator_ends_a_token_and_makes_another() {
    let folder = Folder::new();
    for store in stores(&folder) {
        token_of_an_administrator(store).await;
    }
}

async fn token_of_an_administrator(store: Arc<dyn RegistrationStore>) {
    let server = OryServer::start().await.unwrap();
    let registrations = Client::builder(server.base_url()).build().unwrap().registrations(Arc::clone(&store));
    let client = json!({"client_id": "shop", "client_secret": "a-secret-of-one's-own", "redirect_uris": [CALLBACK]});
    let token = |client: &ory_oidc::testing::RegisteredClient| client.registration_access_token().unwrap().to_owned();
    let first = server.add_client(client.clone()).unwrap();
    registrations.put(RegistrationHandle::new("shop", token(&first))).await.unwrap();
    registrations.read("shop").await.unwrap();

    let second = {
        assert!(server.remove_client("shop"));
        server.add_client(client).unwrap()
    };
    server.take_requests();
    for error in [
        registrations.read("shop").await.unwrap_err(),
        registrations.update("shop", |metadata| metadata).await.unwrap_err(),
        registrations.delete("shop").await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
        for cause in ["each replacement changes the token", "an administrator's PUT or PATCH"] {
            assert!(error.to_string().contains(cause), "{error}");
        }
    }
    // Nobody can be about to store another token, so each call is tried once, and the store keeps what it has.
    assert_eq!(server.take_requests().len(), 3);
    assert_eq!(store.load("shop").await.unwrap(), Some(RegistrationHandle::new("shop", token(&first))));
    let lockless = InMemoryStore::new();
    assert!(lockless.compare_and_swap("shop", None, store.load("shop").await.unwrap().as_ref()).await.unwrap());
    let others = Client::builder(server.base_url()).build().unwrap().registrations(Lockless(lockless));
    assert_eq!(others.read("shop").await.unwrap_err().status().unwrap(), 401);
    assert_eq!(server.requests().len(), 8);

    registrations.put(RegistrationHandle::new("shop", token(&second))).await.unwrap();
    registrations.update("shop", |metadata| metadata.client_name("Shop 2")).await.unwrap();
}
