//! Generates the client.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::path::Path;
use std::{env, error::Error, fs};

use openapi_smith::{Pagination, Settings, generate};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=workshop.yaml");
    let document = fs::read_to_string("workshop.yaml")?;
    let settings = Settings::new()
        .module_path("cookbook::api")
        .pagination("list_items_items_get", Pagination::offset("offset").items("items").total("total"));
    let output = generate(&document, &settings)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("workshop.rs"), output.code)?;
    Ok(())
}
