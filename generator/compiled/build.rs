//! Generates a module for each fixture, and the list of them that `src/lib.rs` includes.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use openapi_smith::{Pagination, Preset, RustType, Settings, generate};

/// The settings of single fixtures.
fn own(fixture: &str, settings: Settings) -> Result<Settings, Box<dyn Error>> {
    Ok(match fixture {
        "own_types" => settings
            .format("date-time", read_by("time::OffsetDateTime", "time::serde::rfc3339")?)
            .format("date", read_by("time::Date", "crate::own::dates::date")?)
            .format("uuid", "uuid::Uuid")
            .format("integer/cents", "crate::own::Cents"),
        "server_requests" => settings.format("date-time", read_by("time::OffsetDateTime", "time::serde::rfc3339")?),
        "response_headers" => settings
            .format("date-time", read_by("time::OffsetDateTime", "time::serde::rfc3339")?)
            .rename("/components/headers/Next", "next_page"),
        "types_only" => settings
            .types_only(true)
            .all_schemas(true)
            .format("date-time", read_by("time::OffsetDateTime", "time::serde::rfc3339")?),
        "presets_jiff" => presets(settings, Preset::Jiff),
        "presets_time" => presets(settings, Preset::Time),
        "presets_chrono" => presets(settings, Preset::Chrono),
        "pagination" => settings
            .pagination("GET /by-link", Pagination::link_header())
            .pagination("rule*", Pagination::page_number("page")),
        "without_docs" => settings.docs(false),
        "renames_and_replacements" => settings
            .replace("/components/schemas/Price", "crate::own::Cents")
            .replace("#/components/schemas/Order/properties/tags", "std::collections::BTreeSet<String>")
            .replace("/components/schemas/Order/properties/due", read_by("time::Date", "crate::own::dates::date")?)
            .replace("/components/schemas/Order/properties/meta", "crate::own::Note")
            .replace("/paths/~1orders~1{n}/get/parameters/1/schema", "crate::own::Cents")
            .rename("/components/schemas/order_v2_dto", "OrderV2")
            .rename("/components/schemas/Order/properties/st", "state")
            .rename("/components/schemas/Order/properties/lines/items", "Line")
            .rename("/components/schemas/State/enum/0", "Open")
            .rename("/components/schemas/State/enum/2", "Cancelled")
            .rename("/components/schemas/AnyOrder/oneOf/0", "First")
            .rename("/components/schemas/Order/properties/type", "kind")
            .rename("/components/schemas/Base/properties/crt", "created")
            .rename("/components/parameters/n", "number")
            .rename("/paths/~1orders~1{n}/get", "order")
            .rename("order_list_all_using_get", "orders")
            .rename("DELETE /orders/{n}", "cancel")
            .derives(["Eq", "Hash"])
            .derives_at("/components/schemas/Order/properties/lines/items", ["PartialOrd", "core::cmp::Ord", "Eq"]),
        _ => settings,
    })
}

/// All presets, with this one for dates.
fn presets(settings: Settings, dates: Preset) -> Settings {
    [Preset::Uuid, Preset::Url, Preset::Decimal, Preset::Bytes, dates].into_iter().fold(settings, Settings::preset)
}

/// The modules of a fixture.
fn modules_of(fixture: &str) -> Vec<String> {
    match fixture {
        "presets" => ["jiff", "time", "chrono"].map(|dates| format!("presets_{dates}")).to_vec(),
        other => vec![other.to_owned()],
    }
}

/// A type that the functions of a module read and write.
fn read_by(path: &str, module: &str) -> Result<RustType, Box<dyn Error>> {
    Ok(RustType::parse(path)?.with(module)?)
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
        for name in modules_of(&name) {
            let settings = Settings::new()
                .module_path(format!("compiled_fixtures::{name}"))
                .doc_extension("x-bucket", "Rate-limit bucket")
                .derives(["PartialEq"]);
            let settings = own(&name, settings)?;
            let output = generate(&fs::read_to_string(&path)?, &settings)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            fs::write(Path::new(&out).join(format!("{name}.rs")), output.code)?;
            writeln!(
                modules,
                "/// Made from `{name}`.\npub mod {name} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{name}.rs\"));\n}}"
            )?;
        }
    }
    fs::write(Path::new(&out).join("modules.rs"), modules)?;
    Ok(())
}
