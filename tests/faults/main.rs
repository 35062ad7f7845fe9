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

use cases::{BODY, Outcome, ROTATED};
use certificates::Authority;
use ory_oidc::{Client, ClientMetadata, ErrorKind, RegistrationHandle};
use peak_alloc::PeakAlloc;
use report::Report;
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

async fn plain(report: &mut Report) {
    for case in cases::cases() {
        let late = matches!(case.outcome, Outcome::Error(ErrorKind::Timeout, _));
        let allowed = if late { HASTY } else { PATIENT };
        let builder = |server: &Listener| Client::builder(server.base_url()).timeout(allowed).response_limit(LIMIT);

        // A read with a token.
        let name = format!("{}, userinfo", case.name);
        let server = Listener::scripted_once(case.steps.clone(), response("200 OK", "", BODY)).await;
        let ory = builder(&server).build().unwrap();
        report.case(&name, case.outcome, allowed, async { ory.userinfo(TOKEN).await }).await;
        // The faulty connection must not be reused.
        let again = ory.userinfo(TOKEN).timeout(PATIENT).await;
        let sub = again.as_ref().ok().and_then(|info| info.claims()?.sub());
        report.check(sub == Some("alice"), || format!("{name}: the next call: {again:?}"));
        let connections = server.connections();
        report.check(connections == 2, || format!("{name}: {connections} connections"));

        // A write with a body, which changes the token.
        let name = format!("{}, replace", case.name);
        let server = Listener::scripted_once(case.steps, response("200 OK", "", BODY)).await;
        let ory = builder(&server).build().unwrap();
        let mut handle = RegistrationHandle::new("the-client", OLD);
        let metadata = ClientMetadata::new(["https://app.example/cb"]);
        let call = async { ory.replace_client(&mut handle, metadata).await };
        let error = report.case(&name, case.outcome, allowed, call).await;
        let rotated = error.as_ref().is_none_or(|error| error.rotated_token().is_some());
        let token = handle.registration_access_token().expose_secret();
        report.check(token == if rotated { ROTATED } else { OLD }, || format!("{name}: the wrong token"));
        report.check(!error.is_some_and(|error| error.is_retryable()), || format!("{name}: said to be retryable"));
        let connections = server.connections();
        report.check(connections == 1, || format!("{name}: {connections} connections"));
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
