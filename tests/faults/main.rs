//! Faults of servers, proxies and networks. Each must result in the right kind of error, in time, with little memory,
//! and with nothing sent elsewhere. Afterwards, the client must still work.
//!
//!     cargo test --test faults
//!
//! prints the table of case, outcome, time and memory.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod cases;
mod certificates;
#[path = "../operations/mod.rs"]
mod operations;
mod redirects;
mod report;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use cases::{BODY, Case, Outcome, ROTATED};
use certificates::Authority;
use ory_oidc::{Client, ClientMetadata, Error, ErrorKind, RegistrationHandle};
use peak_alloc::PeakAlloc;
use report::{Memory, Report, timed};
use test_support::{Listener, response};

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

/// Half a response must arrive within this time, even on a busy machine.
const HASTY: Duration = Duration::from_secs(1);
const PATIENT: Duration = Duration::from_secs(20);
/// The size limit of a response.
const LIMIT: u64 = 256 << 10;
const TOKEN: &str = "canary-access-token";
const OLD: &str = "canary-registration-token";

/// The variable with the folder of the authority's files, for the started process.
const FOLDER: &str = "ORY_OIDC_FAULTS";

/// One test, because memory is measured for the whole process: nothing else may run at the same time.
#[test]
fn table() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(all(&Authority::read(&PathBuf::from(folder))));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    Authority::new("Authority of a test").write(folder.path());
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "table", "--nocapture"])
        .env(FOLDER, folder.path())
        .env("SSL_CERT_FILE", folder.path().join("authority.pem"))
        .env_remove("SSL_CERT_DIR")
        .status();
    assert!(status.unwrap().success());
}

async fn all(trusted: &Authority) {
    let mut report = Report::default();
    // The first call allocates memory that all calls share.
    let server = Listener::scripted_once(Vec::new(), response("200 OK", "", BODY)).await;
    let warm = Client::builder(server.base_url()).build().unwrap();
    warm.userinfo(TOKEN).await.unwrap_err();
    warm.userinfo(TOKEN).await.unwrap();
    plain(&mut report).await;
    connecting(&mut report).await;
    redirects::run(&mut report).await;
    certificates::run(&mut report, trusted).await;
    report.finish("case x outcome x time x most memory in use");
}

/// A call to a server with a fault.
struct Trial {
    name: String,
    outcome: Outcome,
    allowed: Duration,
    server: Listener,
    ory: Client,
    /// The handle of a write, which changes the token; `None` for a read with a token.
    handle: Option<RegistrationHandle>,
}

impl Trial {
    /// A read and a write.
    async fn both(case: &Case) -> [Self; 2] {
        let handle = RegistrationHandle::new("the-client", OLD);
        [Self::new(case, "userinfo", None).await, Self::new(case, "replace", Some(handle)).await]
    }

    async fn new(case: &Case, call: &str, handle: Option<RegistrationHandle>) -> Self {
        let late = matches!(case.outcome, Outcome::Error(ErrorKind::Timeout, _));
        let allowed = if late { HASTY } else { PATIENT };
        let server = Listener::scripted_once(case.steps.clone(), response("200 OK", "", BODY)).await;
        let ory = Client::builder(server.base_url()).timeout(allowed).response_limit(LIMIT).build().unwrap();
        Self { name: format!("{}, {call}", case.name), outcome: case.outcome, allowed, server, ory, handle }
    }

    async fn call(&mut self) -> Result<(), Error> {
        let Some(handle) = &mut self.handle else { return self.ory.userinfo(TOKEN).await.map(drop) };
        self.ory.replace_client(handle, ClientMetadata::new(["https://app.example/cb"])).await.map(drop)
    }

    /// What must hold after the call.
    async fn check(&self, report: &mut Report, error: Option<Error>) {
        let name = &self.name;
        let expected = match &self.handle {
            None => {
                // The faulty connection must not be reused.
                let again = self.ory.userinfo(TOKEN).timeout(PATIENT).await;
                let sub = again.as_ref().ok().and_then(|info| info.claims()?.sub());
                report.check(sub == Some("alice"), || format!("{name}: the next call: {again:?}"));
                2
            }
            Some(handle) => {
                let rotated = error.as_ref().is_none_or(|error| error.rotated_token().is_some());
                let token = handle.registration_access_token().expose_secret();
                report.check(token == if rotated { ROTATED } else { OLD }, || format!("{name}: the wrong token"));
                report.check(!error.is_some_and(|error| error.is_retryable()), || {
                    format!("{name}: said to be retryable")
                });
                1
            }
        };
        let connections = self.server.connections();
        report.check(connections == expected, || format!("{name}: {connections} connections"));
    }
}

async fn plain(report: &mut Report) {
    let (silent, others): (Vec<Case>, Vec<Case>) = cases::cases().into_iter().partition(Case::is_silent);
    for case in others {
        for mut trial in Trial::both(&case).await {
            let (name, outcome, allowed) = (trial.name.clone(), trial.outcome, trial.allowed);
            let error = report.case(&name, outcome, allowed, trial.call()).await;
            trial.check(report, error).await;
        }
    }
    // These only wait, so they wait at the same time. Their memory is that of all of them.
    let mut trials = Vec::new();
    for case in silent {
        trials.extend(Trial::both(&case).await);
    }
    let memory = Memory::measure();
    let calls = trials.into_iter().map(|mut trial| async move { (timed(trial.call()).await, trial) });
    let calls: Vec<_> = calls.map(tokio::spawn).collect();
    let mut ended = Vec::new();
    for call in calls {
        ended.push(call.await.unwrap());
    }
    let memory = memory.most();
    for ((took, error), trial) in ended {
        let error = report.ended(&trial.name, trial.outcome, trial.allowed, took, memory, error);
        trial.check(report, error).await;
    }
}

/// Faults while connecting.
async fn connecting(report: &mut Report) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ory = Client::builder(format!("http://{free}")).timeout(PATIENT).build().unwrap();
    let refused = Outcome::Error(ErrorKind::Connect, None);
    report.case("no listener", refused, PATIENT, async { ory.userinfo(TOKEN).await }).await;

    // Linux does not respond to a connection request if the backlog is full.
    #[cfg(target_os = "linux")]
    {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let full = socket.listen(1).unwrap();
        let address = full.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(Ok(connection)) = tokio::time::timeout(HASTY, tokio::net::TcpStream::connect(address)).await {
            waiting.push(connection);
        }
        let ory = Client::builder(format!("http://{address}")).connect_timeout(HASTY).timeout(PATIENT).build().unwrap();
        let late = Outcome::Error(ErrorKind::Timeout, None);
        report.case("full backlog", late, HASTY, async { ory.userinfo(TOKEN).await }).await;
    }
}
