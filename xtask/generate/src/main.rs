//! Generates one document: `xtask-generate DOCUMENT MODULE SUMMARY [FOLDER]`.

// This binary prints to the terminal.
#![allow(clippy::print_stderr)]

use std::env;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let (document, module, summary, folder) = match arguments.as_slice() {
        [document, module, summary] => (document, module, summary, None),
        [document, module, summary, folder] => (document, module, summary, Some(Path::new(folder))),
        _ => {
            eprintln!("usage: xtask-generate DOCUMENT MODULE SUMMARY [FOLDER]");
            return ExitCode::FAILURE;
        }
    };
    match xtask_generate::generate_one(Path::new(document), Path::new(module), Path::new(summary), folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
