//! Runs the outcomes one after the other in each configuration, prints what libtest would print, and counts by number.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ory_oidc::BoxFuture;
use tokio::runtime::Runtime;

use crate::configuration::Configuration;
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

/// An outcome in a configuration.
struct Test {
    outcome: &'static Outcome,
    configuration: Configuration,
    name: String,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    NotAskedFor,
    /// The place does not allow the configuration.
    NotPossible,
    Passed,
    Failed,
}

pub fn run(outcomes: &'static [Outcome], without_a_call: &[&str]) -> ExitCode {
    let arguments = Arguments::read(std::env::args().skip(1));
    let mut tests: Vec<Test> = Configuration::ALL
        .into_iter()
        .flat_map(|configuration| outcomes.iter().map(move |outcome| Test::new(outcome, configuration)))
        .collect();
    let mut wanted: Vec<&mut Test> = tests.iter_mut().filter(|test| arguments.wants(&test.name)).collect();
    if arguments.list {
        wanted.iter().for_each(|test| println!("{}: test", test.name));
        return ExitCode::SUCCESS;
    }
    let place = Place::from_environment();
    let began = Instant::now();
    println!("\nrunning {} tests", wanted.len());
    let hindrances = Configuration::ALL.map(|configuration| {
        let asked_for = wanted.iter().any(|test| test.configuration == configuration);
        if asked_for { runtime().block_on(place.hinders(configuration)) } else { None }
    });
    for test in &mut wanted {
        if hindrances[test.configuration as usize].is_some() {
            test.state = State::NotPossible;
            continue;
        }
        let passed = test.passes(&place, !without_a_call.contains(&test.outcome.name));
        println!("test {} ... {}", test.name, if passed { "ok" } else { "FAILED" });
        test.state = if passed { State::Passed } else { State::Failed };
    }

    let those = |state| tests.iter().filter(move |test| test.state == state);
    let failed = those(State::Failed).count();
    if failed > 0 {
        println!("\nfailures:");
        those(State::Failed).for_each(|test| println!("    {}", test.name));
    }
    println!(
        "\ntest result: {}. {} passed; {failed} failed; {} ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        if failed == 0 { "ok" } else { "FAILED" },
        those(State::Passed).count(),
        those(State::NotPossible).count(),
        those(State::NotAskedFor).count(),
        began.elapsed().as_secs_f64()
    );
    // The default comes last: its line is the one that people look for. Of another, there is none if nothing was asked of it.
    let mut configurations: Vec<_> = Configuration::ALL.into_iter().zip(hindrances).collect();
    configurations.rotate_left(1);
    for (configuration, hindrance) in configurations {
        let tests: Vec<&Test> = tests.iter().filter(|test| test.configuration == configuration).collect();
        let with = match configuration.name() {
            None => String::new(),
            Some(_) if tests.iter().all(|test| test.state == State::NotAskedFor) => continue,
            Some(name) => format!(" with {}", name.replace('_', " ")),
        };
        match hindrance {
            Some(why) => println!("outcomes{with}: not run, {why}"),
            None => println!("outcomes{with}: {}", count(&tests, &place)),
        }
    }
    // As libtest: `cargo test` then names this target, and how to run it again.
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(101) }
}

/// An outcome has come about when all of its tests were run and have passed.
fn count(tests: &[&Test], place: &Place) -> String {
    let numbers = |wanted: &dyn Fn(State) -> bool| -> BTreeSet<u32> {
        tests.iter().filter(|test| wanted(test.state)).map(|test| test.outcome.number).collect()
    };
    let all = numbers(&|_| true);
    let missing = numbers(&|state| state != State::Passed);
    let mut line = format!("{} of {}", all.difference(&missing).count(), all.len());
    let not_asked_for = numbers(&|state| state == State::NotAskedFor).len();
    if not_asked_for > 0 {
        line.push_str(&format!(" ({not_asked_for} not asked for)"));
    }
    if let Place::Live { base_url, .. } = place {
        line.push_str(&format!(", at {base_url}"));
    }
    line
}

impl Test {
    fn new(outcome: &'static Outcome, configuration: Configuration) -> Self {
        let name = match configuration.name() {
            Some(configuration) => format!("{configuration}::{}", outcome.name),
            None => outcome.name.to_owned(),
        };
        Self { outcome, configuration, name, state: State::NotAskedFor }
    }

    /// Runs it on a thread of its own, which has its name: so a panic says whose it is, and ends nothing else.
    fn passes(&self, place: &Place, calls: bool) -> bool {
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name(self.name.clone())
                .spawn_scoped(scope, || {
                    runtime().block_on(async {
                        let world = World::at(place, self.configuration).await;
                        world.set_up.prove().await;
                        let in_time = tokio::time::timeout(LIMIT, (self.outcome.test)(&world)).await;
                        assert!(in_time.is_ok(), "not done after {} s", LIMIT.as_secs());
                        world.set_up.settle(calls);
                    });
                })
                .unwrap()
                .join()
                .is_ok()
        })
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
