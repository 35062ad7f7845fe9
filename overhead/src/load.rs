//! `load`: one client and many concurrent calls. Errors are counted. Memory and file descriptors must not grow after
//! every connection was made and used, which takes up to half of the calls: the pool prefers the connections used last.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::BoxError;
use crate::process::{most_files, open_files, resident};
use crate::server::Server;
use crate::subjects::{Operation, Peer, Raw, Subject, ours};

#[derive(clap::Args)]
pub(crate) struct Settings {
    /// The client; the others are for comparison.
    #[arg(long, value_enum, default_value_t = Client::Ours)]
    client: Client,
    /// Concurrent calls.
    #[arg(long, default_value_t = 10_000)]
    concurrent: u64,
    /// Total calls.
    #[arg(long, default_value_t = 1_000_000)]
    total: u64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Client {
    /// ory-oidc
    Ours,
    /// reqwest 0.13 alone
    Reqwest,
    /// ory-client
    Peer,
}

#[derive(Serialize, Clone, Copy, Default)]
struct Sample {
    calls: u64,
    resident_bytes: usize,
    open_files: usize,
}

#[derive(Serialize)]
struct Summary {
    calls: u64,
    errors: u64,
    /// Some of the errors.
    first_errors: Vec<String>,
    seconds: f64,
    calls_a_second: f64,
    /// Milliseconds: median, 90, 99, 99.9 per cent, longest.
    latency: [f64; 5],
    /// After each tenth of the calls.
    samples: Vec<Sample>,
    /// In the second half of the calls.
    resident_growth: i64,
    open_files_growth: i64,
}

/// The largest counted duration in microseconds. Longer calls count as this long.
const LONGEST: u64 = 600_000_000;

struct Shared {
    total: u64,
    begun: AtomicU64,
    done: AtomicU64,
    errors: AtomicU64,
    kept: Mutex<Kept>,
}

struct Kept {
    latency: Histogram<u64>,
    samples: Vec<Sample>,
    errors: Vec<String>,
}

pub(crate) fn run(settings: &Settings, json: bool) -> Result<(), BoxError> {
    // A connection for each call, and the open files of every process.
    let needed = settings.concurrent + 64;
    if let Some(limit) = most_files().filter(|limit| *limit < needed) {
        return Err(
            format!("only {limit} files may be open, {needed} are needed: raise the hard limit (ulimit -Hn)").into()
        );
    }
    let server = Server::start()?;
    let url = &server.base_url;
    let summary = match settings.client {
        Client::Ours => load(settings, ours(url).build()?),
        Client::Reqwest => load(settings, Raw::new(url)?),
        Client::Peer => load(settings, Peer::new(url)?),
    }?;
    if json {
        println!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        print(&summary);
    }
    if summary.errors > 0 { Err("some calls failed".into()) } else { Ok(()) }
}

fn load(settings: &Settings, client: impl Subject) -> Result<Summary, BoxError> {
    let kept = Kept { latency: Histogram::new_with_max(LONGEST, 3)?, samples: Vec::new(), errors: Vec::new() };
    let shared = Arc::new(Shared {
        total: settings.total,
        begun: AtomicU64::new(0),
        done: AtomicU64::new(0),
        errors: AtomicU64::new(0),
        kept: Mutex::new(kept),
    });
    let start = Instant::now();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let tasks: Vec<_> =
            (0..settings.concurrent).map(|_| tokio::spawn(task(client.clone(), Arc::clone(&shared)))).collect();
        for task in tasks {
            task.await??;
        }
        Ok::<_, BoxError>(())
    })?;
    Ok(summary(&shared, start.elapsed()))
}

async fn task(client: impl Subject, shared: Arc<Shared>) -> Result<(), BoxError> {
    while shared.begun.fetch_add(1, Ordering::Relaxed) < shared.total {
        let start = Instant::now();
        let result = client.call(Operation::Userinfo).await;
        let took = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let done = shared.done.fetch_add(1, Ordering::Relaxed) + 1;
        let mut kept = shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.latency.saturating_record(took);
        if let Err(error) = result {
            shared.errors.fetch_add(1, Ordering::Relaxed);
            if kept.errors.len() < 3 {
                kept.errors.push(error.to_string());
            }
        }
        if done.is_multiple_of((shared.total / 10).max(1)) {
            kept.samples.push(Sample { calls: done, resident_bytes: resident()?, open_files: open_files()? });
        }
    }
    Ok(())
}

fn summary(shared: &Shared, took: Duration) -> Summary {
    let kept = shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
    let calls = shared.done.load(Ordering::Relaxed);
    let first = kept.samples.get(4).copied().unwrap_or_default();
    let last = kept.samples.last().copied().unwrap_or_default();
    let growth = |from: usize, to: usize| to as i64 - from as i64;
    Summary {
        calls,
        errors: shared.errors.load(Ordering::Relaxed),
        first_errors: kept.errors.clone(),
        seconds: took.as_secs_f64(),
        calls_a_second: calls as f64 / took.as_secs_f64(),
        latency: [0.5, 0.9, 0.99, 0.999, 1.0].map(|part| kept.latency.value_at_quantile(part) as f64 / 1000.0),
        samples: kept.samples.clone(),
        resident_growth: growth(first.resident_bytes, last.resident_bytes),
        open_files_growth: growth(first.open_files, last.open_files),
    }
}

fn print(summary: &Summary) {
    let mb = |bytes: f64| bytes / f64::from(1 << 20);
    println!(
        "{} calls, {} errors, {:.1} s, {:.0} calls a second",
        summary.calls, summary.errors, summary.seconds, summary.calls_a_second
    );
    for error in &summary.first_errors {
        println!("  {error}");
    }
    let [median, p90, p99, p999, longest] = summary.latency;
    println!("latency in ms: median {median:.0}, 90 % {p90:.0}, 99 % {p99:.0}, 99.9 % {p999:.0}, longest {longest:.0}");
    println!("    calls   resident MB   open files");
    for sample in &summary.samples {
        println!("{:>9} {:>13.1} {:>12}", sample.calls, mb(sample.resident_bytes as f64), sample.open_files);
    }
    println!(
        "growth in the second half: {:+.1} MB, {:+} files",
        mb(summary.resident_growth as f64),
        summary.open_files_growth
    );
}
