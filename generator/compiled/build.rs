//! Generates a module for each fixture, and the list of them that `src/lib.rs` includes.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use openapi_smith::{RustType, Settings, generate};

/// What single fixtures are about.
fn own(fixture: &str, settings: Settings) -> Settings {
    match fixture {
        "own_types" => settings
            .format("date-time", RustType::new("time::OffsetDateTime").with("time::serde::rfc3339"))
            .format("date", RustType::new("time::Date").with("crate::own::dates::date"))
            .format("uuid", "uuid::Uuid")
            .format("integer/cents", "crate::own::Cents"),
        _ => settings,
    }
}

const FIXTURES: &str = "../tests/fixtures";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FIXTURES}");
    let out = env::var("OUT_DIR")?;
    let mut paths: Vec<_> =
        fs::read_dir(FIXTURES)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut modules = String::new();
    for path in paths {
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a fixture without a name")?.replace('-', "_");
        let settings = Settings::new()
            .module_path(format!("compiled_fixtures::{name}"))
            .doc_extension("x-bucket", "Rate-limit bucket");
        let settings = own(&name, settings);
        let output =
            generate(&fs::read_to_string(&path)?, &settings).map_err(|error| format!("{}: {error}", path.display()))?;
        fs::write(Path::new(&out).join(format!("{name}.rs")), output.code)?;
        writeln!(
            modules,
            "/// Made from `{name}`.\npub mod {name} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{name}.rs\"));\n}}"
        )?;
    }
    fs::write(Path::new(&out).join("modules.rs"), modules)?;
    Ok(())
}
