//! `calls`: the cost of a call, measured in short rounds in which the clients take turns.
//!
//! criterion and divan measure one client to its end before the next begins. On a busy machine, the ratio of two such
//! figures is mostly noise. In a round, all clients meet the same conditions, and the ratio is computed for each round.

use std::time::Instant;

use serde::Serialize;
use tokio::runtime::Runtime;

use crate::BoxError;
use crate::memory::{self, Counted};
use crate::process::cpu_time;
use crate::server::Server;
use crate::statistics::quantile;
use crate::subjects::{Operation, Peer, Raw, Subject, ours, ours_with_hook, ours_with_retries};

#[derive(clap::Args)]
pub(crate) struct Settings {
    /// Rounds; each client has one turn in each.
    #[arg(long, default_value_t = 150)]
    rounds: usize,
    /// Calls in a turn.
    #[arg(long, default_value_t = 128)]
    calls: usize,
    /// Concurrent tasks; several values are measured one after the other.
    #[arg(long, default_values_t = [1, 64])]
    tasks: Vec<usize>,
    /// Only these operations.
    #[arg(long, value_enum, default_values_t = [Operation::Discovery, Operation::Userinfo, Operation::Register])]
    operation: Vec<Operation>,
    /// Only this client, for a profile; the ratios are then to itself.
    #[arg(long)]
    only: Option<String>,
}

#[derive(Serialize)]
struct Line {
    operation: String,
    tasks: usize,
    client: &'static str,
    /// Microseconds for a call.
    cpu: f64,
    wall: f64,
    /// CPU time relative to plain reqwest in the same round: median and quartiles.
    ratio: f64,
    ratio_quartiles: (f64, f64),
    /// Allocations of a call and their bytes, counted with one task.
    allocations: Option<(f64, f64)>,
}

/// A client that takes turns.
trait Contender {
    /// Makes this many calls.
    fn run(&self, runtime: &Runtime, operation: Operation, tasks: usize, calls: usize) -> Result<(), BoxError>;
}

impl<S: Subject> Contender for S {
    fn run(&self, runtime: &Runtime, operation: Operation, tasks: usize, calls: usize) -> Result<(), BoxError> {
        let several = |subject: S, calls: usize| async move {
            for _ in 0..calls {
                subject.call(operation).await?;
            }
            Ok::<_, BoxError>(())
        };
        runtime.block_on(async {
            if tasks == 1 {
                return several(self.clone(), calls).await;
            }
            let started: Vec<_> = (0..tasks).map(|_| tokio::spawn(several(self.clone(), calls / tasks))).collect();
            for task in started {
                task.await??;
            }
            Ok(())
        })
    }
}

pub(crate) fn run(settings: &Settings, json: bool) -> Result<(), BoxError> {
    let server = Server::start()?;
    let url = &server.base_url;
    let mut contenders: Vec<(&'static str, Box<dyn Contender>)> = vec![
        ("reqwest 0.13", Box::new(Raw::new(url)?)),
        // Plain reqwest again: its distance from 1.00 is the noise of the machine.
        ("reqwest 0.13 again", Box::new(Raw::new(url)?)),
        // The structs drop undeclared properties, and our types keep them. For userinfo, most properties are
        // undeclared.
        ("reqwest 0.13, map", Box::new(Raw::new(url)?.keeping_all())),
        ("ory-oidc", Box::new(ours(url).build()?)),
        ("ory-oidc, hook", Box::new(ours_with_hook(url).build()?)),
        ("ory-oidc, retries", Box::new(ours_with_retries(url).build()?)),
        ("ory-client", Box::new(Peer::new(url)?)),
    ];
    if let Some(only) = &settings.only {
        contenders.retain(|(name, _)| name == only);
    }
    // One thread, because waking other threads takes more time than everything measured here, and varies.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut lines = Vec::new();
    for &operation in &settings.operation {
        for &tasks in &settings.tasks {
            lines.extend(measure(settings, &runtime, &contenders, operation, tasks)?);
        }
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
    } else {
        print(&lines);
    }
    Ok(())
}

fn measure(
    settings: &Settings,
    runtime: &Runtime,
    contenders: &[(&'static str, Box<dyn Contender>)],
    operation: Operation,
    tasks: usize,
) -> Result<Vec<Line>, BoxError> {
    let turn = settings.calls.next_multiple_of(tasks);
    let mut allocations = Vec::new();
    for (_, contender) in contenders {
        contender.run(runtime, operation, tasks, turn)?;
        let mut outcome = Ok(());
        let counted = memory::count(|| outcome = contender.run(runtime, operation, 1, turn));
        outcome?;
        let each = |count: u64| count as f64 / turn as f64;
        allocations.push(counted.map(|Counted { times, bytes, .. }| (each(times), each(bytes))));
    }
    let mut cpu = vec![Vec::new(); contenders.len()];
    let mut wall = cpu.clone();
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    for _ in 0..settings.rounds {
        // The order matters: the previous client decides what is in the caches.
        fastrand::shuffle(&mut order);
        for &index in &order {
            let (Some((_, contender)), Some(cpu), Some(wall)) =
                (contenders.get(index), cpu.get_mut(index), wall.get_mut(index))
            else {
                continue;
            };
            let (cpu_before, before) = (cpu_time(), Instant::now());
            contender.run(runtime, operation, tasks, turn)?;
            let (cpu_after, took) = (cpu_time(), before.elapsed());
            let each = |time: std::time::Duration| time.as_secs_f64() * 1e6 / turn as f64;
            cpu.push(each(cpu_after.saturating_sub(cpu_before)));
            wall.push(each(took));
        }
    }
    let raw = cpu.first().cloned().unwrap_or_default();
    let lines = contenders.iter().zip(cpu).zip(wall).zip(allocations);
    Ok(lines
        .map(|((((client, _), mut cpu), mut wall), allocations)| {
            let mut ratios: Vec<f64> = cpu.iter().zip(&raw).map(|(cpu, raw)| cpu / raw).collect();
            Line {
                operation: format!("{operation:?}").to_lowercase(),
                tasks,
                client,
                cpu: quantile(&mut cpu, 0.5),
                wall: quantile(&mut wall, 0.5),
                ratio: quantile(&mut ratios, 0.5),
                ratio_quartiles: (quantile(&mut ratios, 0.25), quantile(&mut ratios, 0.75)),
                allocations,
            }
        })
        .collect())
}

fn print(lines: &[Line]) {
    let counts = if cfg!(feature = "allocations") { "   allocations    bytes" } else { "" };
    println!("operation  tasks  client               CPU us   wall us  CPU against reqwest{counts}");
    for line in lines {
        let Line { operation, tasks, client, cpu, wall, ratio, ratio_quartiles: (low, high), .. } = line;
        let counts = line.allocations.map(|(count, bytes)| format!(" {count:>13.1} {bytes:>8.0}")).unwrap_or_default();
        println!(
            "{operation:<10} {tasks:>5}  {client:<19} {cpu:>7.1} {wall:>9.1}   {ratio:.3} ({low:.3}-{high:.3}){counts}"
        );
    }
}
