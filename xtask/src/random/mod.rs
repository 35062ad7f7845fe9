//! `cargo xtask random`: tests the generator with random schemas and with instances that a validator calls valid.
//!
//! ```text
//! seed --random schemas--> documents --generator--> types --instances, judged by jsonschema--> round trips --> smallest failures
//! ```
//!
//! The type of a schema must accept every valid instance, and give it back.

mod compositions;
mod schemas;
mod shrink;
mod values;

use std::path::Path;

use clap::Args;
use fastrand::Rng;

use crate::corpus::Error;
use crate::trials::{self, Case, Failure, Trials};

/// Schemas in one crate.
const BATCH: usize = 250;

/// The number of failures that are shown as they are.
const LARGE: usize = 20;

/// Tests the types of random schemas with random valid instances
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The number of schemas
    #[arg(long, default_value_t = 300)]
    pub schemas: usize,
    /// The number of instances of each schema, at most
    #[arg(long, default_value_t = 10)]
    pub instances: usize,
    /// The seed. The same seed makes the same schemas and instances
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The number of failures that are minimised
    #[arg(long, default_value_t = 20)]
    pub minimise: usize,
    /// Generate only: finds refused schemas and panics, and tries no instance
    #[arg(long)]
    pub no_check: bool,
}

/// The outcome of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The number of schemas.
    pub schemas: usize,
    /// The number of instances.
    pub instances: usize,
    /// The number of failures of each sort.
    pub failures: std::collections::BTreeMap<&'static str, usize>,
    /// The minimised failures: a document, an instance and a reason each.
    pub examples: Vec<String>,
    /// Some of the failures that are not minimised, in the same form.
    pub large: Vec<String>,
}

/// Runs the schemas in batches, each of one crate.
///
/// # Errors
///
/// A file cannot be written, or a program cannot be started.
#[allow(clippy::print_stderr, reason = "the progress of a command")]
pub fn run(options: &Options, root: &Path) -> Result<Outcome, Error> {
    let mut rng = Rng::with_seed(options.seed);
    let trials = Trials::new(root, "random-schemas")?;
    let mut outcome = Outcome::default();
    while outcome.schemas < options.schemas {
        let size = BATCH.min(options.schemas - outcome.schemas);
        let cases: Vec<Case> = (0..size).map(|number| case(&mut rng, number, options.instances)).collect();
        let mut failed = Vec::new();
        let failures = if options.no_check {
            cases.iter().enumerate().filter_map(|(number, case)| trials::refusal(number, case)).collect()
        } else {
            trials.run(&cases)?
        };
        for failure in failures {
            let count = outcome.failures.entry(failure.sort()).or_default();
            *count += 1;
            // One example of a schema is enough.
            let is_first = failed.iter().all(|known: &Failure| known.case != failure.case);
            if is_first && outcome.examples.len() + failed.len() < options.minimise {
                failed.push(failure);
            } else if is_first && outcome.large.len() < LARGE {
                outcome.large.extend(cases.get(failure.case).map(|case| shrink::shown(case, &failure)));
            }
        }
        outcome.schemas += size;
        outcome.instances += cases.iter().map(|case| case.instances.len()).sum::<usize>();
        outcome.examples.extend(shrink::shrink(&trials, &cases, failed)?);
        eprintln!("{} schemas, {} instances, {:?}", outcome.schemas, outcome.instances, outcome.failures);
    }
    Ok(outcome)
}

/// A random schema for which instances were found; there are none of a schema that contradicts itself.
fn case(rng: &mut Rng, number: usize, instances: usize) -> Case {
    loop {
        let mut case = schemas::case(rng, number);
        values::add(rng, &mut case, instances);
        if !case.instances.is_empty() {
            return case;
        }
    }
}
