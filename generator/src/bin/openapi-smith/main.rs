//! `openapi-smith`: generates a typed Rust client from an OpenAPI document.
//!
//! Exit codes: 0 done, 1 the document is refused, 2 wrong usage (arguments, settings, files). Of `diff`: 0 compared, 1 changes
//! that `--fail-on` asks for, 2 a document is refused, or wrong usage.

mod arguments;
mod commands;
mod compare;
mod files;
mod machine;
mod person;
mod settings;
mod spinner;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;

/// Why there is no answer, in one line.
#[derive(Debug)]
struct Fault(String);

/// The document is refused.
const REFUSED: u8 = 1;
/// The arguments, the settings or a file are not what they should be; clap's own code for it.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Generate(arguments) => commands::generate(&arguments),
        Command::Check(arguments) => commands::check(&arguments),
        Command::List(arguments) => commands::list(&arguments),
        Command::Diff(arguments) => compare::compare(&arguments),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(REFUSED),
        Err(Fault(message)) => {
            person::fault(&message);
            ExitCode::from(USAGE)
        }
    }
}
