//! `cargo xtask hostile`: random documents with hostile texts, of which none may become code.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Args;
use openapi_smith::{Settings, Verdict, generate};
use test_support::hostile;

/// The options of the command.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The number of documents
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    cases: u64,
    /// The first seed; each document has the next one
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// Compares the output for each document with the output for the same document without hostile texts. Returns a
/// summary.
///
/// # Errors
///
/// The seed of a document whose outputs differ in more than literals, comments and identifiers.
pub fn run(options: &Options) -> Result<String, String> {
    let end = options.seed.saturating_add(options.cases);
    let settings = Settings::new().module_path("my_crate::api").doc_extension("x-limit", "Limit");
    let generate = |document: &str| match generate(document, &settings) {
        Ok(output) if output.report.count(Verdict::LeftOut) == 0 => Ok(output.code),
        Ok(output) => Err(output.report.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let (next, texts, failure) = (AtomicU64::new(options.seed), AtomicUsize::new(0), Mutex::new(None));
    let started = Instant::now();
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return;
        }
        match hostile::check(seed, generate) {
            Ok(count) => _ = texts.fetch_add(count, Ordering::Relaxed),
            Err(difference) => {
                next.store(end, Ordering::Relaxed);
                let message = format!("seed {seed}: {difference}\n{}", hostile::document(seed, true));
                failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    if let Some(message) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(message);
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = options.cases as f64 / seconds.max(0.001);
    let texts = texts.into_inner();
    Ok(format!(
        "{} documents with {texts} hostile texts in {seconds:.0} s ({rate:.0} documents each second): no text became code",
        options.cases
    ))
}
