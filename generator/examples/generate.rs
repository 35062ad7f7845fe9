//! Prints the client for a document: `cargo run -p openapi-smith --example generate -- SPEC [TAG]...`
//!
//! The code goes to standard output, the report to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use openapi_smith::{Settings, generate};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: generate SPEC [TAG]...");
        return ExitCode::from(2);
    };
    let tags: Vec<String> = arguments.collect();
    let settings = if tags.is_empty() { Settings::new() } else { Settings::new().tags(tags) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match generate(&text, &settings) {
        Ok(output) => {
            print!("{}", output.code);
            eprintln!("{}", output.report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            for problem in error.problems() {
                eprintln!("{path}{problem}");
            }
            ExitCode::FAILURE
        }
    }
}
