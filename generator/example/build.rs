//! Generates the client.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::path::Path;
use std::{env, error::Error, fs};

use openapi_smith::{Settings, generate};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=pets.yaml");
    let document = fs::read_to_string("pets.yaml")?;
    let output = generate(&document, &Settings::new().tags(["pets"]).module_path("pets_example::api"))?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("pets.rs"), output.code)?;
    Ok(())
}
