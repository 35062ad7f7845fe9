//! Generates one document: `xtask-generate DOCUMENT MODULE SUMMARY`.

// This binary prints to the terminal.
#![allow(clippy::print_stderr)]

use std::env;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [document, module, summary] = arguments.as_slice() else {
        eprintln!("usage: xtask-generate DOCUMENT MODULE SUMMARY");
        return ExitCode::FAILURE;
    };
    match xtask_generate::generate_one(Path::new(document), Path::new(module), Path::new(summary)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
