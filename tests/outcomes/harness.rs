//! Runs the outcomes one after the other, prints what libtest would print, and counts by number.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ory_oidc::BoxFuture;

use crate::world::{Place, World};

/// One test; several may show one outcome together.
pub struct Outcome {
    pub number: u32,
    pub name: &'static str,
    pub test: fn(&World) -> BoxFuture<'_, ()>,
}

macro_rules! outcomes {
    ($($number:literal $module:ident :: $test:ident,)+) => {
        &[$($crate::harness::Outcome {
            number: $number,
            name: stringify!($test),
            test: |world| Box::pin($module::$test(world)),
        }),+]
    };
}
pub(crate) use outcomes;

/// A test that hangs has failed.
const LIMIT: Duration = Duration::from_secs(60);

/// What was asked for on the command line, as far as it makes a difference here.
#[derive(Default)]
struct Arguments {
    filters: Vec<String>,
    skipped: Vec<String>,
    exact: bool,
    list: bool,
    /// `--ignored` asks for ignored tests only, and there are none.
    ignored: bool,
}

impl Arguments {
    /// libtest's arguments are all understood, since `cargo test --workspace -- ARGUMENTS` hands them to every test.
    fn read(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut read = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--exact" => read.exact = true,
                "--list" => read.list = true,
                "--ignored" => read.ignored = true,
                "--skip" => read.skipped.extend(arguments.next()),
                "--test-threads" | "--format" | "--color" | "--logfile" | "-Z" => drop(arguments.next()),
                flag if flag.starts_with('-') => {}
                _ => read.filters.push(argument),
            }
        }
        read
    }

    fn wants(&self, name: &str) -> bool {
        let matches = |filter: &String| if self.exact { name == filter } else { name.contains(filter.as_str()) };
        !self.ignored
            && (self.filters.is_empty() || self.filters.iter().any(matches))
            && !self.skipped.iter().any(matches)
    }
}

pub fn run(outcomes: &[Outcome]) -> ExitCode {
    let arguments = Arguments::read(std::env::args().skip(1));
    let (wanted, others): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| arguments.wants(outcome.name));
    if arguments.list {
        wanted.iter().for_each(|outcome| println!("{}: test", outcome.name));
        return ExitCode::SUCCESS;
    }
    let place = Place::from_environment();
    let began = Instant::now();
    println!("\nrunning {} tests", wanted.len());
    let mut failed = Vec::new();
    for outcome in &wanted {
        let passed = passes(outcome, &place);
        println!("test {} ... {}", outcome.name, if passed { "ok" } else { "FAILED" });
        if !passed {
            failed.push(*outcome);
        }
    }
    if !failed.is_empty() {
        println!("\nfailures:");
        failed.iter().for_each(|outcome| println!("    {}", outcome.name));
    }
    println!(
        "\ntest result: {}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        if failed.is_empty() { "ok" } else { "FAILED" },
        wanted.len() - failed.len(),
        failed.len(),
        others.len(),
        began.elapsed().as_secs_f64()
    );
    println!("{}", count(outcomes, &others, &failed, &place));
    // As libtest: `cargo test` then names this target, and how to run it again.
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(101) }
}

/// An outcome has come about when all of its tests were run and have passed.
fn count(all: &[Outcome], left_out: &[&Outcome], failed: &[&Outcome], place: &Place) -> String {
    let numbers = |outcomes: &mut dyn Iterator<Item = &Outcome>| -> BTreeSet<u32> {
        outcomes.map(|outcome| outcome.number).collect()
    };
    let all = numbers(&mut all.iter());
    let missing = numbers(&mut left_out.iter().chain(failed).copied());
    let mut line = format!("outcomes: {} of {}", all.difference(&missing).count(), all.len());
    let not_run = numbers(&mut left_out.iter().copied()).len();
    if not_run > 0 {
        line.push_str(&format!(" ({not_run} not asked for)"));
    }
    if let Place::Live { base_url, .. } = place {
        line.push_str(&format!(", at {base_url}"));
    }
    line
}

/// Runs one on a thread of its own, which has its name: so a panic says whose it is, and ends nothing else.
fn passes(outcome: &Outcome, place: &Place) -> bool {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name(outcome.name.to_owned())
            .spawn_scoped(scope, || {
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
                runtime.block_on(async {
                    let world = World::at(place).await;
                    let in_time = tokio::time::timeout(LIMIT, (outcome.test)(&world)).await;
                    assert!(in_time.is_ok(), "not done after {} s", LIMIT.as_secs());
                });
            })
            .unwrap()
            .join()
            .is_ok()
    })
}
