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
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::corpus::Error;
use crate::trials::{Case, Trials};
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
    let cases: Vec<Case> = groups.iter().map(Group::case).collect();
    let mut outcome = Outcome { groups: groups.len(), generated: groups.len(), ..Outcome::default() };
    outcome.total = cases.iter().map(|case| case.instances.len()).sum();
    for failure in Trials::new(root, CRATE)?.run(&cases)? {
        let Some(group) = groups.get(failure.case) else { continue };
        match failure.instance {
            Some(number) => outcome.fail(group, number, failure.reason),
            None => {
                outcome.generated -= 1;
                (0..group.valid.len()).for_each(|number| outcome.fail(group, number, failure.reason.clone()));
            }
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
