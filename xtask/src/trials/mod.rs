//! Trials: documents with instances, generated and compiled as the modules of one crate.

pub(crate) mod older;
mod ranges;
mod walk;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use openapi_smith::{Settings, generate};
use serde_json::{Map, Value, json};

use older::older;

use crate::corpus::Error;
use crate::corpus::instances::{self, Types};
use crate::corpus::process::Bounds;
use crate::corpus::workspace::{Member, Workspace, write};

/// A document with instances of one of its components.
#[derive(Clone, Debug)]
pub struct Case {
    /// The version of OpenAPI.
    pub version: &'static str,
    /// The components, as JSON Schema 2020-12 writes them.
    pub components: Value,
    /// The component to try.
    pub name: String,
    /// Its valid instances.
    pub instances: Vec<Value>,
}

impl Case {
    /// The schema for a validator.
    pub fn root(&self) -> Value {
        json!({
            "$ref": format!("#/components/schemas/{}", self.name),
            "components": { "schemas": ranges::added(&self.components) },
        })
    }

    /// The document for the generator.
    pub fn document(&self) -> Value {
        let components = if self.version == "3.1.0" { self.components.clone() } else { older(&self.components) };
        json!({
            "openapi": self.version,
            "info": { "title": "Trial", "version": "1" },
            "paths": {},
            "components": { "schemas": components },
        })
    }

    /// The pointer of the component to try.
    fn pointer(&self) -> String {
        format!("/components/schemas/{}", self.name)
    }
}

/// What is wrong with a case.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The index of the case.
    pub case: usize,
    /// The index of the instance, if one failed.
    pub instance: Option<usize>,
    /// What happened.
    pub reason: String,
}

impl Failure {
    /// The sort of the failure: for counting, and to see whether a smaller document fails in the same way.
    pub fn sort(&self) -> &'static str {
        const SORTS: [&str; 6] = ["panicked", "aborted", "does not compile", "refused", "lost", "changed"];
        SORTS.into_iter().find(|sort| self.reason.starts_with(sort)).unwrap_or("not accepted")
    }
}

/// The workspace in which cases are tried.
#[derive(Debug)]
pub struct Trials {
    workspace: Workspace,
    member: Member,
    file: PathBuf,
}

impl Trials {
    /// A workspace below the target folder, in which `name` is the crate of all modules.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn new(root: &Path, name: &str) -> Result<Self, Error> {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
        let base = target.join("corpus");
        fs::create_dir_all(&base).map_err(|error| Error::new(base.display(), error))?;
        let workspace = Workspace::new(&base, &root.join("Cargo.lock"), false)?;
        let member = workspace.make(name)?;
        member.allow_warnings()?;
        Ok(Self { workspace, member, file: base.join(format!("{name}.jsonl")) })
    }

    /// The failures of the cases.
    ///
    /// # Errors
    ///
    /// A file cannot be written, or a program cannot be started.
    pub fn run(&self, cases: &[Case]) -> Result<Vec<Failure>, Error> {
        let mut failures = Vec::new();
        let mut generated = Vec::new();
        for (case, tried) in cases.iter().enumerate() {
            match module(tried) {
                Ok(module) => generated.push((case, module)),
                Err(reason) => failures.push(Failure { case, instance: None, reason }),
            }
        }
        self.compiled(cases, &generated, &mut failures)?;
        failures.sort_by_key(|failure| failure.case);
        Ok(failures)
    }

    /// Compiles the modules, and tries the instances. If they do not compile, each half is tried alone.
    fn compiled(
        &self,
        cases: &[Case],
        generated: &[(usize, Module)],
        failures: &mut Vec<Failure>,
    ) -> Result<(), Error> {
        let mut code = String::new();
        let mut lines = String::new();
        let mut types = Vec::new();
        let mut components = Map::new();
        for (index, module) in generated {
            let Some(case) = cases.get(*index) else { continue };
            let _ = writeln!(code, "pub mod case_{index} {{\n{}\n}}", module.code);
            types.push((case.pointer(), module.rust.replace("types::", &format!("case_{index}::types::"))));
            components.extend(case.components.as_object().cloned().unwrap_or_default());
            for (n, value) in case.instances.iter().enumerate() {
                let _ = writeln!(lines, "{}", json!({ "pointer": case.pointer(), "n": n, "value": value }));
            }
        }
        write(&self.member.module(), &code)?;
        write(&self.file, &lines)?;
        let document = json!({ "components": { "schemas": components } });
        let bounds = Bounds { time: Duration::from_secs(1800), megabytes: 16_000 };
        let types = Types { by_pointer: &types, named: &[] };
        let files = std::slice::from_ref(&self.file);
        let (tried, _) = instances::instances(&self.workspace, &self.member, &document, types, files, bounds)?;
        if let Some(failure) = tried.failure {
            return match generated {
                [] => Ok(()),
                [(case, _)] => {
                    failures.push(Failure {
                        case: *case,
                        instance: None,
                        reason: format!("does not compile: {failure}"),
                    });
                    Ok(())
                }
                _ => {
                    let (one, two) = generated.split_at(generated.len() / 2);
                    self.compiled(cases, one, failures)?;
                    self.compiled(cases, two, failures)
                }
            };
        }
        for wrong in tried.wrong {
            if let Some(case) = cases.iter().position(|case| case.pointer() == wrong.pointer) {
                failures.push(Failure { case, instance: usize::try_from(wrong.n).ok(), reason: wrong.reason });
            }
        }
        Ok(())
    }
}

/// The failure of a case that has no module, if it has none. `number` is its index.
pub fn refusal(number: usize, case: &Case) -> Option<Failure> {
    let reason = module(case).err()?;
    Some(Failure { case: number, instance: None, reason })
}

/// A generated module, and the type of the component to try.
struct Module {
    code: String,
    rust: String,
}

fn module(case: &Case) -> Result<Module, String> {
    let settings = Settings::new().all_schemas(true).types_only(true);
    let made = catch_unwind(AssertUnwindSafe(|| generate(&case.document().to_string(), &settings)));
    let output = made.map_err(|_| "panicked".to_owned())?.map_err(|error| {
        let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        format!("refused: {}", problems.join("; "))
    })?;
    let pointer = case.pointer();
    let found = output.types.into_iter().find(|made| made.pointer == pointer);
    let rust = found.map(|made| made.rust).ok_or("refused: the component has no type")?;
    Ok(Module { code: output.code, rust })
}
