//! Runs each outcome in each configuration as a test of libtest-mimic, and counts the outcomes by number.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use libtest_mimic::{Arguments, Completion, Trial};
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

/// The result of one outcome in one configuration.
struct Run {
    number: u32,
    configuration: Configuration,
    is_live: bool,
    requested: bool,
    passed: Arc<AtomicBool>,
}

/// An outcome that a live server cannot show. A listener or the stand-in shows it wherever the tests run.
pub struct NotLive {
    pub name: &'static str,
    pub reason: &'static str,
}

pub fn run(outcomes: &'static [Outcome], without_a_call: &[&str], not_live: &'static [NotLive]) -> ExitCode {
    for name in without_a_call.iter().copied().chain(not_live.iter().map(|outcome| outcome.name)) {
        assert!(outcomes.iter().any(|outcome| outcome.name == name), "there is no outcome `{name}`");
    }
    let mut arguments = Arguments::from_args();
    let place = Arc::new(runtime().block_on(Place::from_environment()));
    if matches!(*place, Place::Live { .. }) {
        // The tests share a user and the server's limits.
        arguments.test_threads.get_or_insert(1);
    }
    let obstacles = Configuration::ALL.map(|configuration| runtime().block_on(place.obstacle(configuration)));
    let (mut runs, mut trials) = (Vec::new(), Vec::new());
    for (configuration, obstacle) in Configuration::ALL.into_iter().zip(&obstacles) {
        for outcome in outcomes {
            let prefix = configuration.name().map(|name| format!("{name}::")).unwrap_or_default();
            let passed = Arc::new(AtomicBool::new(false));
            let (place, obstacle, result) = (Arc::clone(&place), obstacle.clone(), Arc::clone(&passed));
            let calls = !without_a_call.contains(&outcome.name);
            let is_live = !not_live.iter().any(|other| other.name == outcome.name);
            let trial = Trial::ignorable_test(format!("{prefix}{}", outcome.name), move || {
                if let Some(why) = obstacle {
                    return Ok(Completion::ignored_with(why));
                }
                runtime().block_on(show(outcome, configuration, &place, calls, is_live));
                result.store(true, Ordering::SeqCst);
                Ok(Completion::Completed)
            });
            let requested = !arguments.is_filtered_out(&trial);
            let trial = if is_live { trial } else { trial.with_kind("not by a live server") };
            runs.push(Run { number: outcome.number, configuration, is_live, requested, passed });
            trials.push(trial);
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    runtime().block_on(place.clear());
    if !arguments.list {
        if matches!(*place, Place::Live { .. }) {
            not_live
                .iter()
                .for_each(|NotLive { name, reason }| println!("a live server cannot show `{name}`: {reason}"));
        }
        print(&runs, &place, obstacles);
    }
    conclusion.exit_code()
}

/// Panics unless the outcome is reached.
async fn show(outcome: &Outcome, configuration: Configuration, place: &Place, calls: bool, is_live: bool) {
    let world = World::at(place, configuration).await;
    world.set_up.prove().await;
    let in_time = tokio::time::timeout(LIMIT, (outcome.test)(&world)).await;
    assert!(in_time.is_ok(), "not done after {} s", LIMIT.as_secs());
    world.set_up.settle(calls);
    assert_eq!(world.is_used(), is_live, "is the outcome in the right list?");
}

/// Prints a line for each configuration: the default's always and last, because people look for it, the others' if requested.
fn print(runs: &[Run], place: &Place, obstacles: [Option<String>; Configuration::ALL.len()]) {
    let mut configurations: Vec<_> = Configuration::ALL.into_iter().zip(obstacles).collect();
    configurations.rotate_left(1);
    for (configuration, obstacle) in configurations {
        let runs: Vec<&Run> = runs.iter().filter(|run| run.configuration == configuration).collect();
        let with = match configuration.name() {
            None => String::new(),
            Some(_) if !runs.iter().any(|run| run.requested) => continue,
            Some(name) => format!(" with {}", name.replace('_', " ")),
        };
        match obstacle {
            Some(why) => println!("outcomes{with}: not run, {why}"),
            None => println!("outcomes{with}: {}", count(&runs, place)),
        }
    }
}

/// An outcome is reached if all of its tests were run and have passed.
fn count(runs: &[&Run], place: &Place) -> String {
    let numbers = |wanted: &dyn Fn(&Run) -> bool| -> BTreeSet<u32> {
        runs.iter().filter(|run| wanted(run)).map(|run| run.number).collect()
    };
    let all = numbers(&|_| true).len();
    let missing = numbers(&|run| !run.passed.load(Ordering::SeqCst)).len();
    let mut line = format!("{} of {all}", all - missing);
    let unrequested = numbers(&|run| !run.requested).len();
    if unrequested > 0 {
        line.push_str(&format!(" ({unrequested} not requested)"));
    }
    if let Place::Live { base_url, .. } = place {
        let live = numbers(&|run| run.is_live).len();
        line.push_str(&format!(", {live} at {base_url}, {} without a live server, which cannot show them", all - live));
    }
    line
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
