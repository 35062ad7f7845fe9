//! Runs all stages for each document.

use std::env;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use xtask_generate::Summary;

use super::check::Diagnostics;
use super::documents::{self, Document};
use super::instances::Types;
use super::outcome::{Cost, Outcome, Verdict};
use super::process::{self, Bounds, End, Ran};
use super::store::{self, Store};
use super::workspace::{DEPENDENCIES, Member, Workspace};
use super::{Error, Options, check, instances, sizes};

/// The folders of `shared` with documents: of one file, of several, and of the other versions.
const FOLDERS: [&str; 4] = ["specs", "multi", "swagger2", "oas32"];

/// The values that are the same for all documents.
struct Corpus<'o> {
    options: &'o Options,
    generator: PathBuf,
    workspace: Workspace,
    instances: Option<PathBuf>,
    bounds: Bounds,
}

/// Runs the corpus. Returns `None` if the default folder of documents does not exist.
///
/// # Errors
///
/// The corpus cannot run, for a reason other than a document.
pub fn run(options: &Options, root: &Path, shared: &Path) -> Result<Option<Vec<Outcome>>, Error> {
    let folders = match options.dirs.as_slice() {
        [] if shared.join("specs").is_dir() => FOLDERS.map(|folder| shared.join(folder)).to_vec(),
        [] => return Ok(None),
        folders => folders.to_vec(),
    };
    let mut documents = Vec::new();
    for folder in &folders {
        documents.extend(documents::documents(folder)?);
    }
    let documents = documents::select(documents, &options.only)?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let base = target.join("corpus");
    fs::create_dir_all(&base).map_err(|error| Error::new(base.display(), error))?;
    let bounds = Bounds { time: Duration::from_secs(options.timeout), megabytes: options.memory };
    let corpus = Corpus {
        options,
        generator: generator(root, &target)?,
        workspace: Workspace::new(&base, &root.join("Cargo.lock"), options.release)?,
        instances: match &options.instances {
            _ if options.no_instances => None,
            Some(folder) if folder.is_dir() => Some(folder.clone()),
            Some(folder) => return Err(Error::new(folder.display(), "this is not a folder")),
            None => folders.iter().find_map(|folder| instances::near(folder)),
        },
        bounds,
    };
    if !options.no_check {
        corpus.dependencies()?;
    }
    let program = fs::read(&corpus.generator).map_err(|error| Error::new(corpus.generator.display(), error))?;
    let program = store::key(&[&program]);
    let mut results = Store::open(&base.join("results.jsonl"), options.resume)?;
    let progress = Progress::new(documents.len());
    let mut outcomes = Vec::new();
    for document in &documents {
        progress.start(&document.name);
        let key = corpus.key(document, &program);
        let outcome = match results.get(&key) {
            Some(known) => Outcome { document: document.name.clone(), ..known.clone() },
            None => {
                let outcome = corpus.outcome(document)?;
                results.put(&key, &outcome)?;
                outcome
            }
        };
        progress.done(&outcome);
        outcomes.push(outcome);
    }
    progress.finish();
    Ok(Some(outcomes))
}

/// The program that generates a document, as a release build, because users' generators are release builds.
fn generator(root: &Path, target: &Path) -> Result<PathBuf, Error> {
    const PACKAGE: &str = "xtask-generate";
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", PACKAGE])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(root)
        .status()
        .map_err(|error| Error::new("cargo", error))?;
    if status.success() {
        Ok(target.join("release").join(PACKAGE))
    } else {
        Err(Error::new(format_args!("cargo build --release --package {PACKAGE}"), status))
    }
}

impl Corpus<'_> {
    /// Builds the common dependencies, so that they do not count for the first document.
    fn dependencies(&self) -> Result<(), Error> {
        let bounds = Bounds { time: Duration::from_secs(1800), ..self.bounds };
        let mut done = vec![check::cargo(&self.workspace, &["check"], DEPENDENCIES, bounds)?];
        if self.instances.is_some() {
            done.push(check::build(&self.workspace, &[], DEPENDENCIES, bounds)?);
        }
        for (ran, _) in done {
            if ran.end != End::Exit(0) {
                return Err(Error::new("the dependencies of generated code do not build", ran.stderr));
            }
        }
        Ok(())
    }

    /// Checks a crate. Repeats the check if another cargo delayed it.
    fn check(&self, member: &Member) -> Result<(Ran, Diagnostics), Error> {
        const TRIES: usize = 3;
        let mut tries = 1;
        loop {
            member.touch()?;
            let (ran, diagnostics) = check::cargo(&self.workspace, &["check", "--lib"], &member.package, self.bounds)?;
            if !diagnostics.waited || tries == TRIES {
                return Ok((ran, diagnostics));
            }
            tries += 1;
        }
    }

    fn is_checked(&self, document: &Document) -> bool {
        !self.options.no_check && self.options.max_kb.is_none_or(|most| document.kilobytes() <= most)
    }

    fn key(&self, document: &Document, program: &str) -> String {
        let files = if self.is_checked(document) { self.files(document) } else { Vec::new() };
        let sizes: Vec<u64> = files.iter().map(|file| fs::metadata(file).map_or(0, |data| data.len())).collect();
        let stages = format!("{} {} {sizes:?}", self.is_checked(document), self.options.release);
        store::key(&[&document.bytes, document.text(), program.as_bytes(), stages.as_bytes()])
    }

    fn files(&self, document: &Document) -> Vec<PathBuf> {
        self.instances.as_ref().map(|folder| document.instances(folder)).unwrap_or_default()
    }

    fn outcome(&self, document: &Document) -> Result<Outcome, Error> {
        let value = document.value();
        // The operations and schemas of several files are not in the root document.
        let counts = value.as_ref().filter(|_| document.tree.is_none()).map(documents::counts);
        let mut outcome = Outcome {
            document: document.name.clone(),
            kilobytes: document.kilobytes(),
            operations: counts.map(|(operations, _)| operations),
            schemas: counts.map(|(_, schemas)| schemas),
            ..Outcome::default()
        };
        let member = self.workspace.make(&document.name)?;
        let folder = document.tree.as_ref().map(|tree| &tree.folder);
        let (module, summary) = (member.module(), member.summary());
        let paths = [&document.path, &module, &summary].into_iter().chain(folder);
        let paths: Vec<String> = paths.map(|path| path.display().to_string()).collect();
        let arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
        let ran = process::run(&self.generator, &arguments, &[], self.bounds)?;
        let Some(summary) = (ran.end == End::Exit(0)).then(|| read(&member.summary())).transpose()? else {
            outcome.verdict = if ran.end == End::Timeout { Verdict::Timeout } else { Verdict::Crashed };
            outcome.problems =
                vec![format!("{:?}: {}", ran.end, ran.stderr.lines().take(3).collect::<Vec<_>>().join(" "))];
            outcome.problem_count = 1;
            return Ok(outcome);
        };
        outcome.generate = Some(Cost { seconds: summary.seconds, megabytes: ran.megabytes });
        outcome.approximated = summary.approximated;
        outcome.widened = summary.widened;
        if !summary.problems.is_empty() {
            outcome.verdict = Verdict::Refused;
            outcome.problem_count = summary.problems.len();
            outcome.problems = summary.problems;
            return Ok(outcome);
        }
        let module = member.module();
        let code = fs::read_to_string(&module).map_err(|error| Error::new(module.display(), error))?;
        outcome.lines = Some(code.lines().count());
        outcome.untyped = untyped(&code);
        outcome.verdict = Verdict::Generated;
        if !self.is_checked(document) {
            return Ok(outcome);
        }
        let (ran, diagnostics) = self.check(&member)?;
        outcome.check = Some(Cost { seconds: ran.seconds, megabytes: ran.megabytes });
        outcome.warnings = diagnostics.warnings;
        outcome.verdict = match ran.end {
            End::Exit(0) => Verdict::Compiles,
            End::Timeout => Verdict::Timeout,
            _ if diagnostics.errors == 0 && diagnostics.warnings > 0 => Verdict::Warnings,
            _ => Verdict::Errors,
        };
        if ran.end != End::Exit(0) {
            outcome.problem_count = diagnostics.errors + diagnostics.warnings;
            outcome.problems = diagnostics.messages;
            if outcome.problems.is_empty() {
                outcome.problems.push(ran.stderr.lines().last().unwrap_or_default().to_owned());
            }
            if outcome.verdict != Verdict::Warnings {
                return Ok(outcome);
            }
            member.allow_warnings()?;
        }
        if let (Some(value), Some(_)) = (&value, &self.instances) {
            let files = self.files(document);
            let types = Types { by_pointer: &summary.types, named: &sizes::named(&code) };
            let (tried, largest) = instances::instances(&self.workspace, &member, value, types, &files, self.bounds)?;
            // A document without instances still has types with sizes.
            outcome.instances = Some(tried).filter(|tried| !files.is_empty() || tried.failure.is_some());
            outcome.largest = largest;
        }
        Ok(outcome)
    }
}

fn read(summary: &Path) -> Result<Summary, Error> {
    let text = fs::read_to_string(summary).map_err(|error| Error::new(summary.display(), error))?;
    serde_json::from_str(&text).map_err(|error| Error::new(summary.display(), error))
}

/// The number of struct fields with untyped JSON, or a type made of it.
fn untyped(code: &str) -> usize {
    code.lines()
        .map(str::trim_start)
        .filter(|line| {
            line.starts_with("pub ") && !line.contains('(') && !line.starts_with("pub additional_properties")
        })
        .filter(|line| line.contains("serde_json::Value"))
        .count()
}

/// The progress: a bar on a terminal, else one line for each document.
struct Progress {
    bar: ProgressBar,
    is_shown: bool,
}

impl Progress {
    fn new(documents: usize) -> Self {
        let is_shown = io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(u64::try_from(documents).ok(), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}") {
            bar.set_style(style);
        }
        if is_shown {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar, is_shown }
    }

    fn start(&self, document: &str) {
        self.bar.set_message(document.to_owned());
    }

    #[allow(clippy::print_stderr, reason = "the progress of a command")]
    fn done(&self, outcome: &Outcome) {
        self.bar.inc(1);
        if !self.is_shown {
            let instances = outcome.instances.as_ref().map(|all| format!(", {} of {} instances", all.equal, all.total));
            eprintln!("{}: {}{}", outcome.document, outcome.verdict.as_str(), instances.unwrap_or_default());
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
