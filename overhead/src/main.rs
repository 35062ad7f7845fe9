//! What a call costs with ory-oidc, with reqwest alone, and with ory-client; and what many calls do to one client.
//!
//! See README.md.

mod calls;
// What the tests of the root package do to ours, done to both.
#[path = "../../tests/faults/cases.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod cases;
mod faults;
mod load;
mod memory;
mod process;
mod server;
mod statistics;
mod subjects;

use clap::{Parser, Subcommand};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Prints JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// CPU time and wall time of a call, with three clients in turns; with the feature `allocations` what it allocates.
    Calls(calls::Settings),
    /// Many calls at the same time with one client of ory-oidc: errors, memory, file descriptors, speed.
    Load(load::Settings),
    /// What the cases of tests/faults come to with ory-oidc and with ory-client. Needs the feature `allocations`.
    Faults,
    /// The server of the others, until standard input ends. Says its base URL.
    Serve,
}

fn main() -> Result<(), BoxError> {
    process::allow_many_files()?;
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Calls(settings) => calls::run(&settings, arguments.json),
        Command::Load(settings) => load::run(&settings, arguments.json),
        Command::Faults => faults::run(arguments.json),
        Command::Serve => server::run(),
    }
}
