//! `faults`: the cases of `tests/faults` with ory-client and ory-oidc: outcome, time, peak memory.
//!
//! The test asserts the outcomes of ory-oidc; this command only shows both. By default, ory-client has no limit for the
//! size of responses or for time. It gets the same timeout here, or many cases would never end.

use std::time::{Duration, Instant};

use ory_client::apis::Error;
use ory_client::apis::configuration::Configuration;
use ory_client::apis::oidc_api;
use serde::Serialize;
use test_support::{Listener, response};
use tokio::runtime::{Builder, Runtime};

use crate::BoxError;
use crate::cases::{BODY, Outcome, cases};
use crate::memory::{self, Counted};

const TOKEN: &str = "an-access-token";
const LIMIT: u64 = 256 << 10;
/// The timeout of all cases. A client without a limit keeps an endless body, and one second of it is enough.
const TIMEOUT: Duration = Duration::from_secs(1);
/// The timeout for slow responses that end.
const PATIENT: Duration = Duration::from_secs(20);

#[derive(Serialize)]
struct Line {
    case: &'static str,
    ours: Came,
    theirs: Came,
}

#[derive(Serialize)]
struct Came {
    outcome: String,
    milliseconds: u128,
    kilobytes: u64,
}

pub(crate) fn run(json: bool) -> Result<(), BoxError> {
    if !cfg!(feature = "allocations") {
        return Err(
            "the memory of a fault is counted by the feature `allocations`: run with `--features allocations`".into()
        );
    }
    // The servers have their own threads, because memory is counted for this thread.
    let servers = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Lazy allocations do not count for the first case.
    let good = response("200 OK", "content-type: application/json\r\n", BODY);
    let server = servers.block_on(Listener::scripted_once([], good));
    for _ in 0..2 {
        drop(ours(&runtime, server.base_url(), TIMEOUT)?);
        drop(theirs(&runtime, server.base_url(), TIMEOUT)?);
    }
    let mut lines = Vec::new();
    for case in cases() {
        let timeout = if case.outcome == Outcome::Value { PATIENT } else { TIMEOUT };
        let start = || servers.block_on(Listener::scripted_once(case.steps.clone(), response("200 OK", "", BODY)));
        lines.push(Line {
            case: case.name,
            ours: ours(&runtime, start().base_url(), timeout)?,
            theirs: theirs(&runtime, start().base_url(), timeout)?,
        });
    }
    // Otherwise the runtime would wait for servers that send without end.
    servers.shutdown_background();
    if json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
        return Ok(());
    }
    println!("{:<44} {:<52} {:<52}", "case", "ory-oidc", "ory-client");
    for Line { case, ours, theirs } in lines {
        let shown =
            |result: Came| format!("{:<26} {:>6} ms {:>7} kB", result.outcome, result.milliseconds, result.kilobytes);
        println!("{case:<44} {:<52} {:<52}", shown(ours), shown(theirs));
    }
    Ok(())
}

fn ours(runtime: &Runtime, base_url: &str, timeout: Duration) -> Result<Came, BoxError> {
    let client = ory_oidc::Client::builder(base_url).timeout(timeout).response_limit(LIMIT).build()?;
    Ok(measured(runtime, async {
        match client.userinfo(TOKEN).await {
            Ok(_) => "a value".to_owned(),
            Err(error) => match error.status() {
                Some(status) => format!("{:?} with {}", error.kind(), status.as_u16()),
                None => format!("{:?}", error.kind()),
            },
        }
    }))
}

fn theirs(runtime: &Runtime, base_url: &str, timeout: Duration) -> Result<Came, BoxError> {
    let client = ory_client_reqwest::Client::builder().timeout(timeout).build()?;
    let oauth_access_token = Some(TOKEN.to_owned());
    let base_path = base_url.to_owned();
    let configuration = Configuration { base_path, client, oauth_access_token, ..Configuration::default() };
    Ok(measured(runtime, async {
        match oidc_api::get_oidc_user_info(&configuration).await {
            Ok(_) => "a value".to_owned(),
            Err(Error::Reqwest(error)) if error.is_timeout() => "Reqwest, timeout".to_owned(),
            Err(Error::Reqwest(error)) if error.is_connect() => "Reqwest, connect".to_owned(),
            Err(Error::Reqwest(error)) if error.is_body() || error.is_decode() => "Reqwest, body".to_owned(),
            Err(Error::Reqwest(_)) => "Reqwest, other".to_owned(),
            Err(Error::Serde(_)) => "Serde".to_owned(),
            Err(Error::Io(_)) => "Io".to_owned(),
            Err(Error::ResponseError(response)) => format!("ResponseError with {}", response.status.as_u16()),
        }
    }))
}

fn measured(runtime: &Runtime, call: impl Future<Output = String>) -> Came {
    let mut outcome = String::new();
    let start = Instant::now();
    let counted = memory::count(|| outcome = runtime.block_on(call));
    let kilobytes = counted.map_or(0, |Counted { most, .. }| most / 1024);
    Came { outcome, milliseconds: start.elapsed().as_millis(), kilobytes }
}
