//! Generates the types that the command `decode` measures.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use openapi_smith::{Settings, generate};

const DOCUMENT: &str = "decode.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let settings = Settings::new().types_only(true).all_schemas(true).strict(true);
    let output = generate(&fs::read_to_string(DOCUMENT)?, &settings)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("issues.rs"), output.code)?;
    Ok(())
}
