//! Generates the typed module from `spec/oidc.yaml`.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

#[path = "spec/settings.rs"]
mod settings;

use std::process::ExitCode;
use std::{env, fs, path::Path};

use openapi_smith::generate;

const SPEC: &str = "spec/oidc.yaml";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={SPEC}");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Vec<String>> {
    let out = env::var_os("OUT_DIR").ok_or_else(|| vec!["cargo did not set OUT_DIR".to_owned()])?;
    let spec = fs::read_to_string(SPEC).map_err(|error| vec![format!("{SPEC}: {error}")])?;
    let output = generate(&spec, &settings::settings().strict(true))
        .map_err(|error| error.problems().iter().map(|problem| format!("{SPEC}{problem}")).collect::<Vec<_>>())?;
    fs::write(Path::new(&out).join("oidc.rs"), output.code).map_err(|error| vec![format!("OUT_DIR: {error}")])
}
