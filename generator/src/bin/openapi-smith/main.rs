//! `openapi-smith`: generates a typed Rust client from an OpenAPI document.
//!
//! Exit codes: 0 success, 1 the document is refused or an output is stale (`generate --check`), 2 wrong usage (arguments, settings, files). Of `diff`: 0 compared,
//! 1 changes that `--fail-on` selects, 2 a document is refused or wrong usage.

mod arguments;
mod commands;
mod compare;
mod fetch;
mod files;
mod http;
mod layout;
mod machine;
mod manifest;
mod near;
mod new;
mod person;
mod settings;
mod settings_schema;
mod spinner;
mod stale;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;

/// Wrong usage: one line about an argument, a setting or a file.
#[derive(Debug)]
struct UsageError(String);

/// Exit code for a refused document.
const REFUSED: u8 = 1;
/// Exit code for wrong usage, the same as clap's.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Generate(arguments) => commands::generate(&arguments),
        Command::Check(arguments) => commands::check(&arguments),
        Command::List(arguments) => commands::list(&arguments),
        Command::Apply(arguments) => commands::apply(&arguments),
        Command::New(arguments) => new::new(&arguments),
        Command::Fetch(arguments) => fetch::fetch(&arguments),
        Command::SettingsSchema(arguments) => files::write(&arguments.output, &settings_schema::text()).map(|_| true),
        Command::Diff(arguments) => compare::compare(&arguments),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(REFUSED),
        Err(UsageError(message)) => {
            person::usage_error(&message);
            ExitCode::from(USAGE)
        }
    }
}
