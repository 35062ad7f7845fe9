//! Outcomes 53 to 56: registered clients whose handles are in the files of a folder.

use std::error::Error as _;
use std::time::Duration;

use ory_oidc::{ClientMetadata, ErrorKind, FileStore, RegistrationHandle, RegistrationStore as _, Registrations};
use tempfile::{TempDir, tempdir};

use crate::listener::Listener;
use crate::world::{CALLBACK, World};

fn store(folder: &TempDir) -> FileStore {
    FileStore::open(folder.path()).unwrap()
}

fn metadata() -> ClientMetadata {
    ClientMetadata::new([CALLBACK]).client_name("0")
}

/// Counts the name of the client one further.
async fn count(registrations: &Registrations, id: &str) -> Result<(), ory_oidc::Error> {
    let add = |metadata: ClientMetadata| {
        let count: u32 = metadata.as_request().client_name.as_deref().unwrap_or_default().parse().unwrap();
        metadata.client_name((count + 1).to_string())
    };
    registrations.update(id, add).await.map(drop)
}

/// Two workers have nothing in common but the folder.
pub async fn two_workers_share_a_folder(world: &World) {
    let folder = tempdir().unwrap();
    let workers = [world.client(), world.client()].map(|ory| ory.registrations(store(&folder)));
    let registration = workers[0].register(metadata()).await.unwrap();
    let id = registration.client_id();
    for _ in 0..3 {
        let both = tokio::join!(count(&workers[0], id), count(&workers[1], id));
        both.0.and(both.1).unwrap();
    }
    for worker in &workers {
        assert_eq!(worker.read(id).await.unwrap().client_name(), Some("6"));
    }
    workers[1].delete(id).await.unwrap();
    assert_eq!(workers[0].read(id).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// A worker that died between its replacement and the storing leaves a dead token in the store.
pub async fn a_token_that_died_elsewhere_is_put_right(world: &World) {
    let folder = tempdir().unwrap();
    let ory = world.client();
    let registrations = ory.registrations(store(&folder));
    let registration = registrations.register(metadata()).await.unwrap();
    let id = registration.client_id();
    let mut lost = registration.handle().unwrap();
    ory.replace_client(&mut lost, metadata()).await.unwrap();

    let stored = store(&folder).load(id).await.unwrap();
    for error in [count(&registrations, id).await.unwrap_err(), registrations.delete(id).await.unwrap_err()] {
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
        assert!(error.to_string().contains("an administrator's PUT or PATCH"), "{error}");
    }
    assert_eq!(store(&folder).load(id).await.unwrap(), stored);
    registrations.put(lost).await.unwrap();
    count(&registrations, id).await.unwrap();
    registrations.delete(id).await.unwrap();
}

pub async fn a_lock_that_is_never_released_names_its_file(world: &World) {
    let folder = tempdir().unwrap();
    let server = Listener::silent().await;
    let store = store(&folder).lock_timeout(Duration::from_millis(20));
    assert!(store.compare_and_swap("c", None, Some(&RegistrationHandle::new("c", "token"))).await.unwrap());
    let _held = store.lock("c").await.unwrap();
    let registrations = world.client_at(&server.base_url).registrations(store.clone());
    let error = count(&registrations, "c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RegistrationStore);
    let source = error.source().unwrap().to_string();
    assert!(source.starts_with(&folder.path().display().to_string()) && source.contains("lock_timeout"), "{source}");
    assert_eq!(server.connections().await, 0);
}

pub async fn a_handle_of_another_client_is_not_used(world: &World) {
    let folder = tempdir().unwrap();
    let server = Listener::silent().await;
    let store = store(&folder);
    assert!(store.compare_and_swap("c", None, Some(&RegistrationHandle::new("d", "token"))).await.unwrap());
    let registrations = world.client_at(&server.base_url).registrations(store);
    for error in [count(&registrations, "c").await.unwrap_err(), registrations.delete("c").await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::RegistrationStore);
        assert_eq!(error.source().unwrap().to_string(), "the stored handle is of another client");
    }
    assert_eq!(server.connections().await, 0);
}
