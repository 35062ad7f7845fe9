//! Command line of the maintainer's tool: `cargo xtask <command>`.

// Talking to a terminal is what this binary is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::spec::{self, Verified};

/// The maintainer's tool.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The API document in spec/
    #[command(subcommand)]
    Spec(Spec),
}

#[derive(Debug, Subcommand)]
enum Spec {
    /// Makes spec/oidc.yaml from spec/upstream.yaml and spec/overlay.yaml
    Apply {
        /// Write nothing; fail if the file is not what it should be
        #[arg(long)]
        check: bool,
    },
    /// Holds spec/upstream.yaml against its hash, and against upstream's document where that is at hand
    Verify,
}

fn main() -> ExitCode {
    let Arguments { command: Command::Spec(command) } = Arguments::parse();
    match run(&command) {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Spec) -> Result<String, spec::Error> {
    let root = spec::workspace();
    Ok(match command {
        Spec::Apply { check: true } => {
            spec::check(&root)?;
            format!("{} is up to date", spec::OIDC)
        }
        Spec::Apply { check: false } => {
            let verdict = if spec::apply(&root)? { "written" } else { "was up to date" };
            format!("{} {verdict}", spec::OIDC)
        }
        Spec::Verify => match spec::verify(&root, &spec::shared(&root))? {
            Verified::AgainstUpstream { .. } => {
                format!("{} has upstream's structure", spec::UPSTREAM)
            }
            Verified::HashOnly { missing } => format!(
                "{} agrees with its hash; not compared with upstream's document, as {} does not exist",
                spec::UPSTREAM,
                missing.display()
            ),
        },
    })
}
