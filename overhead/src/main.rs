//! Measures the cost of a call with ory-oidc, plain reqwest and ory-client, the behaviour of one client under load, and decoding.
//!
//! See README.md.

mod calls;
// The fault cases of the root package's tests, for both clients.
#[path = "../../tests/faults/cases.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod cases;
mod decode;
mod faults;
mod layer;
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
    /// CPU time and wall time of a call, with the clients in turns; with the feature `allocations` also its
    /// allocations.
    Calls(calls::Settings),
    /// CPU time to decode and encode a list, as plain structs and as each kind of union.
    Decode(decode::Settings),
    /// Many concurrent calls with one client: errors, memory, file descriptors, speed.
    Load(load::Settings),
    /// The time that the layer for resource servers adds to a request with a cached token.
    Layer(layer::Settings),
    /// The cases of tests/faults with ory-oidc and with ory-client. Needs the feature `allocations`.
    Faults,
    /// The server for the other commands, until standard input ends. Prints its base URL.
    Serve,
}

fn main() -> Result<(), BoxError> {
    process::allow_many_files()?;
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Calls(settings) => calls::run(&settings, arguments.json),
        Command::Decode(settings) => decode::run(&settings, arguments.json),
        Command::Load(settings) => load::run(&settings, arguments.json),
        Command::Layer(settings) => layer::run(&settings, arguments.json),
        Command::Faults => faults::run(arguments.json),
        Command::Serve => server::run(),
    }
}
