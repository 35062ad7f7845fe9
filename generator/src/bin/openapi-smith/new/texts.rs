//! The texts of the files of a new crate.

use std::fmt::Write as _;

use openapi_smith::Dependency;

use super::call::{FirstCall, raw_string, string};
use super::{Crate, Kind};

/// The version of the crates of this repository.
const VERSION: &str = "0.1";

/// `Cargo.toml`.
pub(super) fn manifest(made: &Crate<'_>) -> String {
    let mut text = format!(
        "[package]\nname = {}\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\npublish = false\n\n",
        string(&made.name)
    );
    let _ = writeln!(text, "# What generated code needs: `openapi-smith check` lists it.\n[dependencies]");
    for dependency in made.dependencies {
        let _ = writeln!(text, "{}", dependency_line(made, dependency));
    }
    if made.kind == Kind::BuildScript {
        let features = build_features(made).iter().map(|feature| string(feature)).collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "\n[build-dependencies]\nopenapi-smith = {{ {}, features = [{features}] }}",
            source(made, "generator")
        );
    }
    if made.call.is_some() {
        let _ = writeln!(text, "\n[dev-dependencies]");
        let _ = writeln!(text, "openapi-smith-runtime = {{ {}, features = [\"testing\"] }}", source(made, "runtime"));
        if !made.dependencies.iter().any(|dependency| dependency.name == "serde_json") {
            text.push_str("serde_json = \"1\"\n");
        }
        text.push_str("tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n");
    }
    text
}

/// A line of the table of dependencies.
fn dependency_line(made: &Crate<'_>, dependency: &Dependency) -> String {
    if dependency.name != "openapi-smith-runtime" || made.checkout.is_none() {
        return dependency.to_string();
    }
    format!("{} = {{ {}, features = {:?} }}", dependency.name, source(made, "runtime"), dependency.features)
}

/// The version of a crate of this repository, or its path in a checkout.
fn source(made: &Crate<'_>, folder: &str) -> String {
    match &made.checkout {
        Some(checkout) => format!("path = {}", toml_string(&checkout.join(folder).to_string_lossy())),
        None => format!("version = {VERSION:?}"),
    }
}

/// A string of TOML. Each string of JSON is one.
fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn build_features(made: &Crate<'_>) -> Vec<&'static str> {
    if made.overlays.is_empty() { vec!["pinned"] } else { vec!["overlay", "pinned"] }
}

/// `src/lib.rs`.
pub(super) fn library(made: &Crate<'_>) -> String {
    let title = made.title.lines().next().unwrap_or_default();
    let module = match made.kind {
        Kind::Committed => "#[rustfmt::skip]\npub mod api;\n".to_owned(),
        Kind::BuildScript => "pub mod api {\n    include!(concat!(env!(\"OUT_DIR\"), \"/api.rs\"));\n}\n".to_owned(),
    };
    format!("//! A client of the API {title:?}.\n\n/// The generated client.\n{module}")
}

/// `build.rs`.
pub(super) fn build_script(made: &Crate<'_>) -> String {
    let list = |values: &[String]| values.iter().map(|value| string(value)).collect::<Vec<_>>().join(", ");
    let settings = match made.tags.as_slice() {
        [] => "Settings::new()".to_owned(),
        tags => format!("Settings::new().tags([{}])", list(tags)),
    };
    let root = string(&made.root);
    if made.overlays.is_empty() {
        return format!(
            r#"//! Generates the client.

use std::path::Path;
use std::{{env, error::Error, fs}};

use openapi_smith::{{Input, PinnedSources, Settings, generate}};

fn main() -> Result<(), Box<dyn Error>> {{
    let sources = PinnedSources::open("spec")?;
    let root = sources.location({root});
    let output = generate(Input::files(root, &sources), &{settings})?;
    println!("cargo::rerun-if-changed=spec");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("api.rs"), output.code)?;
    Ok(())
}}
"#
        );
    }
    let overlays = list(&made.overlays);
    format!(
        r#"//! Generates the client.

use std::path::Path;
use std::{{env, error::Error, fs}};

use openapi_smith::overlay::{{OverlaidSources, Overlay, apply}};
use openapi_smith::{{Input, PinnedSources, Settings, Sources, generate}};

fn main() -> Result<(), Box<dyn Error>> {{
    let sources = PinnedSources::open("spec")?;
    let root = sources.location({root});
    let mut text = sources.text(&root)?;
    for overlay in [{overlays}] {{
        let overlay = Overlay::parse(&fs::read_to_string(Path::new("spec").join(overlay))?)?;
        text = apply(&text, &overlay)?.text;
    }}
    let sources = OverlaidSources::new(sources, &root, text);
    let output = generate(Input::files(&root, &sources), &{settings})?;
    println!("cargo::rerun-if-changed=spec");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("api.rs"), output.code)?;
    Ok(())
}}
"#
    )
}

/// The settings file.
pub(super) fn settings(made: &Crate<'_>) -> String {
    let mut text = "# The settings of openapi-smith; `openapi-smith settings-schema` has them all.\n".to_owned();
    if !made.tags.is_empty() {
        let tags: Vec<String> = made.tags.iter().map(|tag| toml_string(tag)).collect();
        let _ = writeln!(text, "tags = [{}]", tags.join(", "));
    }
    text
}

/// A client with its server and credentials, for the example.
fn client(made: &Crate<'_>, call: &FirstCall) -> String {
    let mut text = String::new();
    if made.server.is_none() {
        text.push_str("    // The document has no absolute URL of a server: write yours.\n");
    }
    let server = string(made.server.as_deref().unwrap_or("https://api.example.com"));
    let _ = write!(text, "    let client = Client::new({server})?");
    for setter in &call.credentials {
        let variables = setter.variables.iter().map(|name| format!("std::env::var({name:?})?"));
        let _ = write!(text, "\n        .{}({})", setter.method, variables.collect::<Vec<_>>().join(", "));
    }
    text.push_str(";\n");
    text
}

fn imports(made: &Crate<'_>, items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    items.sort();
    let list = items.join(", ");
    let list = if items.len() == 1 { list } else { format!("{{{list}}}") };
    format!("use {}::api::{list};\n", made.library())
}

/// The example.
pub(super) fn example(made: &Crate<'_>, call: &FirstCall) -> String {
    let items = call.imports.iter().cloned().chain(["Client".to_owned()]);
    let shown = if call.response.is_comparable { "{:#?}\", *response" } else { "{}\", response.status()" };
    format!(
        "//! The first call: `{}`.\n\n{}\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> Result<(), \
         Box<dyn std::error::Error>> {{\n{}    let response = client.{}.await?;\n    println!(\"{shown});\n    Ok(())\n}}\n",
        call.address,
        imports(made, items),
        client(made, call),
        call.expression,
    )
}

/// The test.
pub(super) fn test(made: &Crate<'_>, call: &FirstCall) -> String {
    let items = call.imports.iter().cloned().chain(["Client".to_owned(), "ops".to_owned()]);
    let status = call.response.status;
    let (body, reply) = match &call.response.body {
        Some((media, text)) => {
            let body = format!(
                "    // A minimal value of the document's schema. Replace it with a response of the server.\n    let body = {};\n",
                raw_string(text)
            );
            (body, format!("Reply::text({status}, {}, body)", string(media)))
        }
        None => (String::new(), format!("Reply::empty({status})")),
    };
    let mut credentials = String::new();
    for setter in &call.credentials {
        let _ = write!(credentials, ".{}({})", setter.method, vec!["\"secret\""; setter.variables.len()].join(", "));
    }
    let compared = if call.response.is_comparable {
        "    let decoded = serde_json::to_value(&*response)?;\n    assert_eq!(decoded, serde_json::from_str::<serde_json::Value>(body)?);\n"
    } else {
        ""
    };
    let method = call.address.split(' ').next().unwrap_or_default();
    let testing = "use openapi_smith_runtime::testing::{MockTransport, Reply};\n".to_owned();
    let mut imports = [imports(made, items), testing];
    imports.sort();
    format!(
        r#"//! The first call, without network.

{imports}
#[tokio::test]
async fn the_first_call_is_sent_and_its_response_is_decoded() -> Result<(), Box<dyn std::error::Error>> {{
    let mock = MockTransport::new();
{body}    mock.on(ops::{constant}).respond_with({reply})?;

    let client = Client::builder("https://api.example.com").transport(mock.clone()).build()?{credentials};
    let response = client.{expression}.await?;

    assert_eq!(response.status(), {status});
{compared}    let requests = mock.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method().as_str(), "{method}");
    mock.verify()?;
    Ok(())
}}
"#,
        imports = imports.concat(),
        constant = call.constant,
        expression = call.expression,
    )
}

/// `README.md`.
pub(super) fn readme(made: &Crate<'_>) -> String {
    let mut text =
        format!("# {}\n\nA Rust client of the API {:?}, generated by openapi-smith.\n", made.name, made.title);
    if let Some(call) = &made.call {
        let _ = write!(
            text,
            "\n## The first call\n\n`{}`, in `examples/first_call.rs`:\n\n```rust\n{}```\n\n",
            call.address,
            example(made, call)
        );
        let variables: Vec<&str> =
            call.credentials.iter().flat_map(|setter| setter.variables.iter().map(String::as_str)).collect();
        let given: String = variables.iter().map(|name| format!("{name}=... ")).collect();
        let _ = write!(
            text,
            "```sh\n{given}cargo run --example first_call\n```\n\n`cargo doc --open` has every operation. "
        );
        text.push_str("`cargo test` makes this call without network, against a response in `tests/first_call.rs`.\n");
    } else {
        text.push_str("\nThe document has no operation that can be called with plain values; `cargo doc --open` has the client.\n");
    }
    text.push_str("\n## Files\n\n| file | contents |\n|---|---|\n");
    let root = &made.root;
    let _ = writeln!(text, "| `spec/{root}` | the document |");
    for overlay in &made.overlays {
        let _ = writeln!(text, "| `spec/{overlay}` | corrections of the document: an OpenAPI overlay |");
    }
    if made.url.is_some() {
        text.push_str("| `spec/openapi-lock.json` | the URLs and the SHA-256 of the documents |\n");
    }
    match made.kind {
        Kind::Committed => {
            text.push_str("| `smith.toml` | the settings of the generator |\n| `src/api.rs` | the generated client: do not edit it |\n");
            let _ = write!(
                text,
                "\n## Changes\n\nGenerate the client again after a change of the document or of the settings:\n\n```sh\n{}\n```\n",
                made.generate()
            );
        }
        Kind::BuildScript => {
            text.push_str("| `build.rs` | the settings of the generator; generates the client |\n");
            text.push_str("\n## Changes\n\nThe next build generates the client again.\n");
        }
    }
    if made.url.is_some() {
        let _ = write!(
            text,
            "\nFetch the newest document, and see what changes:\n\n```sh\ncp -r spec old\nopenapi-smith fetch --output spec --update\n{}\n```\n",
            made.diff("old", "spec")
        );
    }
    text.push_str("\n`.github/workflows/api.yml` does this in CI.\n");
    text
}

/// A command as a value of YAML.
fn yaml(command: &str) -> String {
    if command.contains([':', '#']) { toml_string(command) } else { command.to_owned() }
}

/// The CI recipe.
pub(super) fn workflow(made: &Crate<'_>) -> String {
    let check = match made.kind {
        Kind::Committed => format!(
            "      # The committed client is that of the document and the settings.\n      - run: {}\n",
            yaml(&format!("{} --check", made.generate()))
        ),
        Kind::BuildScript => String::new(),
    };
    let schedule = if made.url.is_some() { "  schedule:\n    - cron: \"41 5 * * 1\"\n" } else { "" };
    let install = match &made.checkout {
        Some(checkout) => format!(
            "cargo install --locked --features cli --path {}",
            string(&checkout.join("generator").to_string_lossy())
        ),
        None => format!("cargo install openapi-smith --version {VERSION:?} --locked --features cli"),
    };
    let mut text = format!(
        "name: api\n\non:\n  push:\n  pull_request:\n{schedule}\npermissions:\n  contents: read\n\njobs:\n  test:\n    \
         runs-on: ubuntu-24.04\n    timeout-minutes: 30\n    steps:\n      - uses: actions/checkout@v4\n      - run: \
         {install}\n      - run: cargo test\n{check}"
    );
    if made.url.is_some() {
        let _ = write!(
            text,
            "  # Fails if the published document has changes for this client; the summary lists them.\n  upstream:\n    if: \
             github.event_name == 'schedule'\n    runs-on: ubuntu-24.04\n    timeout-minutes: 30\n    steps:\n      - uses: \
             actions/checkout@v4\n      - run: {install}\n      - run: cp -r spec \"$RUNNER_TEMP/old\"\n      - run: \
             openapi-smith fetch --output spec --update\n      - run: {}\n",
            yaml(&format!(
                "{} --fail-on any --format markdown >> \"$GITHUB_STEP_SUMMARY\"",
                made.diff("$RUNNER_TEMP/old", "spec")
            ))
        );
    }
    text
}
