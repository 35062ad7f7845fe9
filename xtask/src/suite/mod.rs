//! `cargo xtask suite`: tests the generator with the JSON Schema Test Suite.
//!
//! ```text
//! group --document of one component--> generator --modules of one crate--> types --valid instances--> round trips
//! ```
//!
//! An instance that does not come back needs a line in the list of allowed failures, with its reason.

pub mod allowed;
pub mod groups;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use clap::Args;
use openapi_smith::{Settings, generate};
use serde_json::{Value, json};

use crate::corpus::Error;
use crate::corpus::instances::{self, Types};
use crate::corpus::process::Bounds;
use crate::corpus::workspace::{Workspace, write};
use groups::Group;

/// The list of allowed failures, in the repository.
const ALLOWED: &str = "xtask/json-schema-suite.allowed.tsv";

/// The crate of all generated modules.
const CRATE: &str = "json-schema-suite";

/// Generates types for the groups of the JSON Schema Test Suite, and round-trips their valid instances
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// The folder of the suite's files [default: json-schema-suite/draft2020-12 of ../shared or $ORY_OIDC_SHARED]
    pub dir: Option<PathBuf>,
    /// Print every failure with its schema and its instance
    #[arg(long)]
    pub verbose: bool,
}

/// The outcome of the suite.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The number of valid instances.
    pub total: usize,
    /// The number of groups.
    pub groups: usize,
    /// The number of groups with a generated module.
    pub generated: usize,
    /// The failures, by the name of the instance.
    pub failures: BTreeMap<String, String>,
    /// Lines for `--verbose`.
    pub details: Vec<String>,
    /// Failures without a line in the list, and lines of the list without a failure.
    pub unexpected: Vec<String>,
}

/// Runs the suite. Returns `None` if its default folder does not exist.
///
/// # Errors
///
/// A file cannot be read or written, or the generated modules do not compile.
pub fn run(options: &Options, root: &Path, shared: &Path) -> Result<Option<Outcome>, Error> {
    let folder = match &options.dir {
        Some(folder) => folder.clone(),
        None => shared.join("json-schema-suite/draft2020-12"),
    };
    if !folder.is_dir() && options.dir.is_none() {
        return Ok(None);
    }
    let groups = groups::read(&folder)?;
    let mut outcome = Outcome { groups: groups.len(), ..Outcome::default() };
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let base = target.join("corpus");
    fs::create_dir_all(&base).map_err(|error| Error::new(base.display(), error))?;
    let workspace = Workspace::new(&base, &root.join("Cargo.lock"), false)?;
    let member = workspace.make(CRATE)?;
    let mut modules = String::new();
    let mut by_pointer = Vec::new();
    let mut lines = String::new();
    let mut tried = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        outcome.total += group.valid.len();
        match generate(&group.document().to_string(), &Settings::new().all_schemas(true).types_only(true)) {
            Ok(output) => {
                outcome.generated += 1;
                let module = format!("group_{index}");
                let _ = writeln!(modules, "pub mod {module} {{\n{}\n}}", output.code);
                let pointer = group.pointer();
                let found = output.types.into_iter().find(|made| made.pointer == pointer);
                by_pointer.extend(found.map(|made| {
                    let rust = made.rust.replace("types::", &format!("{module}::types::"));
                    (made.pointer, rust)
                }));
                for (number, (_, value)) in group.valid.iter().enumerate() {
                    let _ = writeln!(lines, "{}", json!({ "pointer": pointer, "n": number, "value": value }));
                    tried.push((index, number));
                }
            }
            Err(error) => {
                let refusal = error.problems().iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                for number in 0..group.valid.len() {
                    outcome.fail(group, number, format!("refused: {refusal}"));
                }
            }
        }
    }
    write(&member.module(), &modules)?;
    member.allow_warnings()?;
    let file = base.join(format!("{CRATE}.jsonl"));
    write(&file, &lines)?;
    let bounds = Bounds { time: Duration::from_secs(900), megabytes: 16_000 };
    let types = Types { by_pointer: &by_pointer, named: &[] };
    let document = combined(&groups);
    let (instances, _) = instances::instances(&workspace, &member, &document, types, &[file], bounds)?;
    if let Some(failure) = instances.failure {
        return Err(Error::new("the modules of the suite", failure));
    }
    for wrong in instances.wrong {
        let number = usize::try_from(wrong.n).unwrap_or_default();
        if let Some(group) = groups.iter().find(|group| group.pointer() == wrong.pointer) {
            outcome.fail(group, number, wrong.reason);
        }
    }
    let list = root.join(ALLOWED);
    let text = fs::read_to_string(&list).map_err(|error| Error::new(list.display(), error))?;
    outcome.unexpected =
        allowed::unexpected(&text, &outcome.failures).map_err(|error| Error::new(list.display(), error))?;
    Ok(Some(outcome))
}

impl Outcome {
    /// The number of instances that came back.
    pub fn equal(&self) -> usize {
        self.total - self.failures.len()
    }

    fn fail(&mut self, group: &Group, number: usize, reason: String) {
        let Some((description, value)) = group.valid.get(number) else { return };
        let name = format!("{}\t{}\t{description}", group.file, group.description);
        self.details.push(format!("{name}\n    {reason}\n    {value} of {}", group.schema));
        self.failures.insert(name, reason);
    }
}

/// One document with the components of all groups.
fn combined(groups: &[Group]) -> Value {
    let schemas: serde_json::Map<String, Value> =
        groups.iter().map(|group| (group.name.clone(), group.schema.clone())).collect();
    json!({ "components": { "schemas": schemas } })
}
