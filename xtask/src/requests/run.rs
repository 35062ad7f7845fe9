//! Generates, compiles and calls the clients of all documents.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use openapi_smith::{Output, Settings, generate};
use serde_json::Value;

use super::Options;
use super::allowed::Allowed;
use super::calls::{Call, Calls, calls};
use super::prism::Prism;
use super::program::program;
use super::slim::without_responses;
use super::table::Outcome;
use super::verdict::{CallResult, judge};
use crate::corpus::documents::{Document, documents};
use crate::corpus::process::{self, Bounds, End};
use crate::corpus::workspace::{Member, Workspace, write};
use crate::corpus::{Error, check};

/// The default documents: the smallest that have every construct, and the largest of each style.
const DEFAULT: [&str; 7] =
    ["oagt-petstore", "swagger-petstore", "svix", "ory-hydra", "ory-kratos", "box", "xero-accounting"];

/// Runs all documents. Missing default documents are skipped.
///
/// # Errors
///
/// The run fails for a reason other than a document.
pub fn run(options: &Options, root: &Path, shared: &Path) -> Result<Vec<Outcome>, Error> {
    let documents = chosen(options, root, shared)?;
    let list = root.join(&options.allowed);
    let list = fs::read_to_string(&list).map_err(|error| Error::new(list.display(), error))?;
    let mut allowed = Allowed::read(&list).map_err(|error| Error::new(options.allowed.display(), error))?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let base = target.join("requests");
    let prism = Prism::install(&base.join("prism"))?;
    let bench = Bench {
        prism,
        workspace: Workspace::new(&base, &root.join("Cargo.lock"), false)?,
        bounds: Bounds { time: Duration::from_secs(options.timeout), megabytes: 12_000 },
    };
    let mut outcomes = Vec::new();
    for document in &documents {
        let outcome = bench.outcome(document, &mut allowed)?;
        report(&outcome);
        outcomes.push(outcome);
    }
    let names: Vec<String> = documents.iter().map(|document| document.name.clone()).collect();
    let unneeded = allowed.unneeded(&names);
    if let (Some(last), false) = (outcomes.last_mut(), unneeded.is_empty()) {
        let failure = |line: &String| format!("{} has a line that allows nothing: {line}", options.allowed.display());
        last.failures.extend(unneeded.iter().map(failure));
    }
    Ok(outcomes)
}

#[allow(clippy::print_stderr, reason = "the progress of a command")]
fn report(outcome: &Outcome) {
    eprintln!("{}: {} calls of {} operations", outcome.document, outcome.calls, outcome.called);
}

fn chosen(options: &Options, root: &Path, shared: &Path) -> Result<Vec<Document>, Error> {
    let paths = if options.documents.is_empty() {
        let mut paths = vec![root.join("spec/oidc.yaml")];
        let specs = shared.join("specs");
        let found = |name: &str| ["json", "yaml"].map(|extension| specs.join(format!("{name}.{extension}")));
        paths.extend(DEFAULT.iter().flat_map(|name| found(name)).filter(|path| path.is_file()));
        paths
    } else {
        options.documents.clone()
    };
    let mut chosen = Vec::new();
    for path in paths {
        if path.is_dir() {
            chosen.extend(documents(&path)?.into_iter().filter(|document| document.tree.is_none()));
        } else {
            let bytes = fs::read(&path).map_err(|error| Error::new(path.display(), error))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            chosen.push(Document { name, path, bytes, tree: None });
        }
    }
    let is = |document: &Document, wanted: &String| {
        document.name == *wanted || document.path.file_name().is_some_and(|file| file == wanted.as_str())
    };
    if let Some(missing) = options.only.iter().find(|wanted| !chosen.iter().any(|document| is(document, wanted))) {
        return Err(Error::new(missing, "there is no such document"));
    }
    chosen.retain(|document| options.only.is_empty() || options.only.iter().any(|wanted| is(document, wanted)));
    Ok(chosen)
}

/// The values that all documents share.
struct Bench {
    prism: Prism,
    workspace: Workspace,
    bounds: Bounds,
}

impl Bench {
    fn outcome(&self, document: &Document, allowed: &mut Allowed) -> Result<Outcome, Error> {
        let mut outcome = Outcome { document: document.name.clone(), ..Outcome::default() };
        let failed = |mut outcome: Outcome, why: String| {
            outcome.failures.push(why);
            Ok(outcome)
        };
        let text = String::from_utf8_lossy(&document.bytes);
        let (output, value) = match (generate(&text, &Settings::new()), document.value()) {
            (Ok(output), Some(value)) => (output, value),
            (Err(error), _) => return failed(outcome, format!("refused: {error}")),
            (Ok(_), None) => return failed(outcome, "it is neither JSON nor YAML".to_owned()),
        };
        outcome.operations = output.operations.len();
        let Calls { calls, impossible } = calls(&value, &output.operations);
        for index in impossible {
            let id = output.operations.get(index).map_or("", |operation| operation.id.as_str());
            outcome.failures.push(format!("there are no samples of the arguments of `{id}`"));
        }
        let member = self.workspace.open(&document.name)?;
        let program = match self.build(&member, &output)? {
            Ok(program) => program,
            Err(why) => return failed(outcome, why),
        };
        let served = member.served();
        write(&served, &without_responses(&value).to_string())?;
        let results = match self.call(&served, &member, &program, &calls)? {
            Ok(results) => results,
            Err(why) => return failed(outcome, why),
        };
        outcome.calls = calls.len();
        outcome.called = calls.iter().map(|call| call.operation).collect::<BTreeSet<_>>().len();
        for (call, result) in calls.iter().zip(&results) {
            let Some(operation) = output.operations.get(call.operation) else { continue };
            let verdict = judge(result, declares_success(&value, &operation.pointer));
            outcome.others += verdict.others;
            for violation in verdict.request {
                if allowed.allows(&document.name, &operation.id, &violation) {
                    outcome.allowed += 1;
                } else {
                    *outcome.violations.entry((operation.id.clone(), violation)).or_default() += 1;
                }
            }
        }
        Ok(outcome)
    }

    /// Makes the calls. After a call that ended the server, a new server is started. The inner error is the reason for
    /// missing calls.
    fn call(
        &self,
        served: &Path,
        member: &Member,
        program: &Path,
        calls: &[Call],
    ) -> Result<Result<Vec<CallResult>, String>, Error> {
        const MOST_SERVERS: usize = 10;
        let mut all: Vec<CallResult> = Vec::new();
        let listed = member.calls();
        for _ in 0..MOST_SERVERS {
            let rest = calls.get(all.len()..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let mut lines = String::new();
            for call in rest {
                let line = serde_json::to_string(call).map_err(|error| Error::new("a call", error))?;
                let _ = writeln!(lines, "{line}");
            }
            write(&listed, &lines)?;
            let server = match self.prism.serve(served) {
                Ok(server) => server,
                Err(error) => return Ok(Err(error.to_string())),
            };
            let arguments = [server.base_url(), &listed.display().to_string()];
            let ran = process::run(program, &arguments, &[], self.bounds)?;
            if ran.end != End::Exit(0) {
                return Ok(Err(format!("the program ended early: {:?} {}", ran.end, ran.stderr)));
            }
            all.extend(ran.stdout.lines().filter_map(|line| serde_json::from_str::<CallResult>(line).ok()));
            if all.last().is_none_or(|last| last.gone.is_none()) {
                break;
            }
        }
        let (wanted, made) = (calls.len(), all.len());
        Ok(if made == wanted { Ok(all) } else { Err(format!("{wanted} calls, but {made} responses")) })
    }

    /// Builds the program of a document. The inner error is the compiler's message.
    fn build(&self, member: &Member, output: &Output) -> Result<Result<PathBuf, String>, Error> {
        write(&member.module(), &output.code)?;
        let (source, name) = member.caller();
        write(&source, &program(&member.crate_name(), output))?;
        let (built, diagnostics) = check::build(&self.workspace, &["--bin", &name], &member.package, self.bounds)?;
        if built.end == End::Exit(0) {
            return Ok(Ok(self.workspace.program(&name)));
        }
        let first = diagnostics.messages.first().cloned();
        Ok(Err(first.unwrap_or_else(|| format!("{:?} {}", built.end, built.stderr))))
    }
}

/// Whether an operation declares a successful response.
fn declares_success(document: &Value, operation: &str) -> bool {
    let declared = document.pointer(operation).and_then(|operation| operation.get("responses")?.as_object());
    declared.is_some_and(|declared| declared.keys().any(|status| status.starts_with(['2', '3'])))
}
