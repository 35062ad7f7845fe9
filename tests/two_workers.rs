//! Two processes share one registered client by a file. No replacement may lose the token.
//!
//! With `ORY_OIDC_LIVE_URL`, the workers with a store use the server there, which has dynamic registration switched on.
//!
//! The test starts itself twice more, as workers that read commands from standard input.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use ory_oidc::testing::{OryServer, OryServerBuilder};
use ory_oidc::{
    Client, ClientMetadata, FileStore, RegisteredClient, RegistrationHandle, RegistrationStore as _, StoredHandle,
};
use tokio::runtime::Runtime;

/// The variable with the folder of the handle, for the workers.
const FOLDER: &str = "ORY_OIDC_WORKER_FOLDER";
const BASE_URL: &str = "ORY_OIDC_WORKER_BASE_URL";
/// The prefix of each line for the test, because libtest prints to the same output.
const MARK: &str = "worker: ";

#[test]
fn with_a_lock_no_token_is_lost() {
    let stage = Stage::set();
    let mut workers = [stage.worker(), stage.worker()];
    for round in 0..200 {
        workers.iter_mut().for_each(|worker| worker.tell("round"));
        for worker in &mut workers {
            assert_eq!(worker.reply(), "replaced", "round {round}");
        }
    }
    stage.read().unwrap();
}

#[test]
fn with_a_store_no_token_is_lost_on_a_racing_server() {
    let stage = match std::env::var("ORY_OIDC_LIVE_URL") {
        Ok(base_url) => Stage::at(&base_url),
        Err(_) => Stage::racing(Duration::from_millis(20)),
    };
    let mut workers = [stage.worker(), stage.worker()];
    for round in 0..200 {
        workers.iter_mut().for_each(|worker| worker.tell("update"));
        for worker in &mut workers {
            assert_eq!(worker.reply(), "updated", "round {round}");
        }
        stage.read_stored().unwrap();
    }
    // Each update counts one further, so none was overwritten.
    assert_eq!(stage.read_stored().unwrap().client_name(), Some("400"));
    stage.delete();
}

/// What the store prevents.
#[test]
fn without_a_store_a_racing_server_gives_a_dead_token() {
    // Both replacements come. The window is over only if one of them does not.
    let stage = Stage::racing(Duration::from_secs(60));
    let mut workers = [stage.worker(), stage.worker()];
    for step in ["load", "replace"] {
        workers.iter_mut().for_each(|worker| worker.tell(step));
        let expected = if step == "load" { "loaded" } else { "replaced" };
        workers.iter_mut().for_each(|worker| assert_eq!(worker.reply(), expected));
    }
    workers.iter_mut().for_each(|worker| worker.tell("read"));
    let mut replies = workers.each_mut().map(Worker::reply);
    replies.sort();
    assert_eq!(replies, ["read", "refused with 401"]);
}

#[test]
fn the_lock_of_a_killed_worker_is_free() {
    let stage = Stage::set();
    let (mut holder, mut other) = (stage.worker(), stage.worker());
    holder.tell("hold");
    assert_eq!(holder.reply(), "held");
    other.tell("try");
    assert_eq!(other.reply(), "locked out");
    holder.child.kill().unwrap();
    holder.child.wait().unwrap();
    other.tell("update");
    assert_eq!(other.reply(), "updated");
    stage.read_stored().unwrap();
}

#[test]
fn without_a_lock_the_loser_keeps_the_token_of_the_winner() {
    let stage = Stage::set();
    let mut workers = [stage.worker(), stage.worker()];
    for round in 0..50 {
        for step in ["load", "replace"] {
            workers.iter_mut().for_each(|worker| worker.tell(step));
            if step == "load" {
                workers.iter_mut().for_each(|worker| assert_eq!(worker.reply(), "loaded"));
            }
        }
        let replies: Vec<String> = workers.iter_mut().map(Worker::reply).collect();
        let winner = replies.iter().position(|reply| reply == "replaced").unwrap();
        assert_eq!(
            replies.iter().filter(|reply| *reply == "refused with 401").count(),
            1,
            "round {round}: {replies:?}"
        );
        // The loser stores last, and changes nothing.
        for (index, expected) in [(winner, "stored"), (1 - winner, "unchanged")] {
            let worker = &mut workers[index];
            worker.tell("store");
            assert_eq!(worker.reply(), expected, "round {round}");
        }
        stage.read().unwrap();
    }
}

/// The stand-in, and the folder with the handle of a registered client.
struct Stage {
    runtime: Runtime,
    /// Unless the server is a real one.
    stand_in: Option<OryServer>,
    ory: Client,
    folder: tempfile::TempDir,
}

impl Stage {
    fn set() -> Self {
        Self::with(OryServer::builder())
    }

    fn racing(window: Duration) -> Self {
        Self::with(OryServer::builder().racing_replacements(window))
    }

    fn with(server: OryServerBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(server.start()).unwrap();
        let base_url = server.base_url().to_owned();
        let mut stage = Self::by(runtime, &base_url);
        stage.stand_in = Some(server);
        stage
    }

    /// At a real server.
    fn at(base_url: &str) -> Self {
        Self::by(tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(), base_url)
    }

    fn by(runtime: Runtime, base_url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ory = Client::builder(base_url).build().unwrap();
        let metadata = ClientMetadata::new(["https://shop.example/callback"]);
        let registration = runtime.block_on(ory.register(metadata).send()).unwrap();
        let mut handle = registration.handle().unwrap();
        handle.store_if_changed(|stored| write(folder.path(), stored)).unwrap();
        runtime.block_on(ory.registrations(store(folder.path())).put(handle)).unwrap();
        Self { runtime, stand_in: None, ory, folder }
    }

    fn worker(&self) -> Worker {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker", "--nocapture"])
            .env(FOLDER, self.folder.path())
            .env(BASE_URL, self.ory.base_url().as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Worker { child, output }
    }

    /// Reads the client with the token in the file.
    fn read(&self) -> Result<(), ory_oidc::Error> {
        let handle = load(self.folder.path());
        self.runtime.block_on(self.ory.read_client(&handle).send()).map(drop)
    }
}

impl Stage {
    /// Deletes the client, because a real server must stay as it was.
    fn delete(&self) {
        let id = load(self.folder.path()).client_id().to_owned();
        self.runtime.block_on(self.ory.registrations(store(self.folder.path())).delete(&id)).unwrap();
    }

    /// Reads the client with the token in the store.
    fn read_stored(&self) -> Result<RegisteredClient, ory_oidc::Error> {
        let id = load(self.folder.path()).client_id().to_owned();
        let handle = self.runtime.block_on(store(self.folder.path()).load(&id)).unwrap().unwrap();
        self.runtime.block_on(self.ory.read_client(&handle).send())
    }
}

struct Worker {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn tell(&mut self, step: &str) {
        writeln!(self.child.stdin.as_ref().unwrap(), "{step}").unwrap();
    }

    fn reply(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the worker has ended");
            if let Some((_, reply)) = line.trim_end().split_once(MARK) {
                return reply.to_owned();
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The worker ends with its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The worker. As a test of this process, it does nothing.
#[test]
fn worker() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ory = Client::builder(std::env::var(BASE_URL).unwrap()).build().unwrap();
    let registrations = ory.registrations(store(&folder));
    let id = load(&folder).client_id().to_owned();
    let mut held = None;
    let mut handle = None;
    let refused =
        |error: ory_oidc::Error| format!("refused with {}", error.status().map_or(0, |status| status.as_u16()));
    let replace = |handle: &mut RegistrationHandle| {
        let metadata = ClientMetadata::new(["https://shop.example/callback"]).client_name("Shop 2");
        match runtime.block_on(ory.replace_client(handle, metadata).send()) {
            Ok(_) => "replaced".to_owned(),
            Err(error) => refused(error),
        }
    };
    for step in std::io::stdin().lines() {
        let reply = match (step.unwrap().as_str(), &mut handle) {
            ("update", _) => {
                let count = |metadata: ClientMetadata| {
                    let count: u32 = metadata.as_request().client_name.as_deref().unwrap_or("0").parse().unwrap_or(0);
                    metadata.client_name((count + 1).to_string())
                };
                match runtime.block_on(registrations.update(&id, count)) {
                    Ok(_) => "updated".to_owned(),
                    Err(error) => error.to_string(),
                }
            }
            ("hold", _) => {
                held = Some(runtime.block_on(store(&folder).lock(&id)).unwrap());
                "held".to_owned()
            }
            ("try", _) => {
                let (store, limit) = (store(&folder), Duration::from_millis(200));
                let lock = runtime.block_on(async { tokio::time::timeout(limit, store.lock(&id)).await });
                if lock.is_ok() { "locked" } else { "locked out" }.to_owned()
            }
            ("read", Some(handle)) => {
                runtime.block_on(ory.read_client(handle).send()).map_or_else(refused, |_| "read".to_owned())
            }
            ("round", _) => {
                let _lock = Lock::take(&folder);
                let mut handle = load(&folder);
                let reply = replace(&mut handle);
                handle.store_if_changed(|stored| write(&folder, stored)).unwrap();
                reply
            }
            ("load", handle) => {
                *handle = Some(load(&folder));
                "loaded".to_owned()
            }
            ("replace", Some(handle)) => replace(handle),
            ("store", Some(handle)) => {
                let mut reply = "unchanged";
                let store = |stored: StoredHandle<'_>| {
                    reply = "stored";
                    write(&folder, stored)
                };
                handle.store_if_changed(store).unwrap();
                reply.to_owned()
            }
            (step, _) => panic!("no such step: {step}"),
        };
        println!("{MARK}{reply}");
    }
    drop(held);
}

fn store(folder: &Path) -> FileStore {
    FileStore::open(folder.join("store")).unwrap()
}

fn load(folder: &Path) -> RegistrationHandle {
    serde_json::from_slice(&std::fs::read(folder.join("handle.json")).unwrap()).unwrap()
}

/// Writes a second file and renames it, so that no reader sees half a handle.
fn write(folder: &Path, stored: StoredHandle<'_>) -> std::io::Result<()> {
    let new = folder.join(format!("handle.json.{}", std::process::id()));
    std::fs::write(&new, serde_json::to_vec(&stored)?)?;
    std::fs::rename(new, folder.join("handle.json"))
}

/// The lock from loading to storing. It is a file that exists while the lock is held.
struct Lock(PathBuf);

impl Lock {
    fn take(folder: &Path) -> Self {
        let path = folder.join("handle.lock");
        let begun = Instant::now();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Self(path),
                // Windows refuses to open a file that is being removed.
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::PermissionDenied) => {}
                Err(error) => panic!("{error}"),
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "the other worker does not release the lock");
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
