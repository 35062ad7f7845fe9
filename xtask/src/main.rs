//! Command line of the maintainer's tool: `cargo xtask <command>`.

// This binary prints to the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::api;
use xtask::corpus::{self, table};
use xtask::hostile;
use xtask::random;
use xtask::requests;
use xtask::servers;
use xtask::spec::{self, Verified};
use xtask::suite;
use xtask::update::{self, Source};

/// The maintainer's tool.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The API document in spec/
    #[command(subcommand)]
    Spec(Spec),
    /// Compares the public APIs of ory-oidc and openapi-smith with the lists in the repository
    Api {
        /// Update the lists and show the differences
        #[arg(long)]
        accept: bool,
    },
    /// Generates, compiles and tests every document of a folder
    Corpus(corpus::Options),
    /// Round-trips the valid instances of the JSON Schema Test Suite
    Suite(suite::Options),
    /// Round-trips valid instances of random schemas
    Random(random::Options),
    /// Calls every operation of generated clients against Prism
    Requests(requests::Options),
    /// Starts real servers, and calls them with clients of the documents that they serve
    Servers(servers::Options),
    /// Generates random documents with hostile texts, of which none may become code
    Hostile(hostile::Options),
}

#[derive(Debug, Subcommand)]
enum Spec {
    /// Writes spec/oidc.yaml from spec/upstream.yaml and spec/overlay.yaml
    Apply {
        /// Write nothing; fail if the file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Writes spec/upstream.yaml in the form in which an update writes it, and shows the differences
    Format {
        /// Write nothing; fail if the file has another form
        #[arg(long)]
        check: bool,
    },
    /// Compares spec/upstream.yaml with its hash, and with upstream's document if it is available
    Verify,
    /// Writes a page with every text that becomes rustdoc, before and after cleaning, and its defects
    Docs {
        /// Output file of the page
        #[arg(short, long, value_name = "FILE", default_value = "target/spec-docs.html")]
        output: PathBuf,
    },
    /// Updates spec/ to a new upstream document: slices it, shows the changes, keeps our texts and corrections
    Update {
        /// The complete new document: a file or a URL, JSON or YAML
        #[arg(long, value_name = "FILE_OR_URL")]
        from: String,
        /// Upstream's version [default: the version in the document or in its file name]
        #[arg(long, value_name = "V")]
        version: Option<String>,
        /// The day of the release; needed if the slice changed
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<String>,
        /// Also write the changes to this file: HTML if it ends in .html, else Markdown
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// Leave spec/ unchanged
        #[arg(long)]
        dry_run: bool,
        /// The workspace [default: the one of this tool]
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    if let Some(status) = api::as_rustdoc() {
        return match status {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let result = match Arguments::parse().command {
        Command::Spec(command) => {
            run(&command).map(|message| anstream::println!("{message}")).map_err(|error| error.to_string())
        }
        Command::Api { accept } => run_api(accept),
        Command::Corpus(options) => run_corpus(&options),
        Command::Hostile(options) => hostile::run(&options).map(|message| println!("{message}")),
        Command::Suite(options) => run_suite(&options),
        Command::Random(options) => run_random(&options),
        Command::Requests(options) => run_requests(&options),
        Command::Servers(options) => run_servers(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run_api(accept: bool) -> Result<(), String> {
    let root = spec::workspace();
    let mut is_another = false;
    let xtask = std::env::current_exe().map_err(|error| error.to_string())?;
    for (listed, listing) in api::listings(&root, &xtask).map_err(|error| error.to_string())? {
        let Some(difference) = api::difference(&root, listed, &listing).map_err(|error| error.to_string())? else {
            println!("{} is up to date", listed.path);
            continue;
        };
        println!("{difference}");
        if accept {
            api::accept(&root, listed, &listing).map_err(|error| error.to_string())?;
            println!("{} written", listed.path);
        }
        is_another = true;
    }
    if is_another && !accept {
        return Err("a public API has changed; if this is intended, run `cargo xtask api --accept`".to_owned());
    }
    Ok(())
}

fn run_random(options: &random::Options) -> Result<(), String> {
    let outcome = random::run(options, &spec::workspace()).map_err(|error| error.to_string())?;
    for example in outcome.examples.iter().chain(&outcome.large) {
        println!("{example}");
    }
    let failures: Vec<String> = outcome.failures.iter().map(|(sort, count)| format!("{count} {sort}")).collect();
    let failures = if failures.is_empty() { "0 failures".to_owned() } else { failures.join(", ") };
    println!("random schemas: {}, instances: {}, {failures}", outcome.schemas, outcome.instances);
    if outcome.failures.is_empty() { Ok(()) } else { Err("a valid instance does not come back".to_owned()) }
}

fn run_corpus(options: &corpus::Options) -> Result<(), String> {
    let root = spec::workspace();
    let shared = spec::shared(&root);
    let Some(outcomes) = corpus::run(options, &root, &shared).map_err(|error| error.to_string())? else {
        let missing = format!("there is no {}", shared.join("specs").display());
        if std::env::var_os("ORY_OIDC_REQUIRE_SHARED").is_some() {
            return Err(missing);
        }
        println!("skipped: {missing}");
        return Ok(());
    };
    if options.json {
        for outcome in &outcomes {
            println!("{}", serde_json::to_string(outcome).map_err(|error| error.to_string())?);
        }
        println!("{}", serde_json::json!({ "totals": table::totals(&outcomes) }));
    } else {
        println!("{}", table::table(&outcomes));
    }
    let mut failures: Vec<String> = outcomes.iter().flat_map(corpus::outcome::Outcome::failures).collect();
    if let Some(path) = &options.expect {
        failures.extend(expected(options, path, &outcomes)?);
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Compares the outcome of the corpus with the expected one, or accepts it. Returns the regressions.
fn expected(
    options: &corpus::Options,
    path: &Path,
    outcomes: &[corpus::outcome::Outcome],
) -> Result<Option<String>, String> {
    let said = |error: std::io::Error| format!("{}: {error}", path.display());
    if options.accept {
        let old = std::fs::read_to_string(path).unwrap_or_default();
        return std::fs::write(path, corpus::expect::write(outcomes, &old)).map(|()| None).map_err(said);
    }
    let expected = std::fs::read_to_string(path).map_err(said)?;
    let comparison = corpus::expect::compare(outcomes, &expected, options.only.is_empty())
        .map_err(|error| format!("{}: {error}", path.display()))?;
    for better in &comparison.better {
        eprintln!("better than expected: {better} (--accept takes it over)");
    }
    let is_worse = !comparison.worse.is_empty();
    Ok(is_worse.then(|| format!("worse than {}:\n    {}", path.display(), comparison.worse.join("\n    "))))
}

fn run_suite(options: &suite::Options) -> Result<(), String> {
    let root = spec::workspace();
    let shared = spec::shared(&root);
    let Some(outcome) = suite::run(options, &root, &shared).map_err(|error| error.to_string())? else {
        let missing = format!("there is no JSON Schema Test Suite in {}", shared.display());
        if std::env::var_os("ORY_OIDC_REQUIRE_SHARED").is_some() {
            return Err(missing);
        }
        println!("skipped: {missing}");
        return Ok(());
    };
    if options.verbose {
        for line in &outcome.details {
            println!("{line}");
        }
    }
    println!("{} of {} groups have types", outcome.generated, outcome.groups);
    println!("json-schema-suite: {} of {}", outcome.equal(), outcome.total);
    if outcome.unexpected.is_empty() { Ok(()) } else { Err(outcome.unexpected.join("\n")) }
}

fn run_requests(options: &requests::Options) -> Result<(), String> {
    let root = spec::workspace();
    let outcomes = requests::run(options, &root, &spec::shared(&root)).map_err(|error| error.to_string())?;
    println!("{}", requests::table::table(&outcomes));
    if outcomes.iter().any(requests::table::Outcome::is_bad) {
        return Err("there are requests that Prism finds fault with, or documents that could not be tried".to_owned());
    }
    Ok(())
}

fn run_servers(options: &servers::Options) -> Result<(), String> {
    let root = spec::workspace();
    let outcomes = servers::run(options, &root, &spec::shared(&root)).map_err(|error| error.to_string())?;
    println!("{}", servers::table(&outcomes, options.verbose));
    let is_skipped = outcomes.iter().any(|outcome| outcome.skipped.is_some());
    if is_skipped && std::env::var_os("ORY_OIDC_REQUIRE_SHARED").is_some() {
        return Err("a server cannot be started here".to_owned());
    }
    match outcomes.iter().any(servers::Outcome::is_bad) {
        true => Err("there are calls that are wrong".to_owned()),
        false => Ok(()),
    }
}

fn run(command: &Spec) -> Result<String, spec::Error> {
    let root = spec::workspace();
    Ok(match command {
        Spec::Apply { check: true } => {
            spec::check(&root)?;
            format!("{} is up to date", spec::OIDC)
        }
        Spec::Apply { check: false } => {
            let verdict = if spec::apply(&root)? { "written" } else { "was up to date" };
            format!("{} {verdict}", spec::OIDC)
        }
        Spec::Format { check: true } => {
            spec::formatted(&spec::read(&root.join(spec::UPSTREAM))?)?;
            format!("{} is in its form", spec::UPSTREAM)
        }
        Spec::Format { check: false } => match spec::format(&root)? {
            Some(diff) => format!("{diff}{} written; only its form changed", spec::UPSTREAM),
            None => format!("{} is in its form", spec::UPSTREAM),
        },
        Spec::Docs { output } => {
            let review = spec::review(&root)?;
            spec::write(output, &review.to_html(spec::OIDC))?;
            let failures: Vec<String> = review
                .texts
                .iter()
                .flat_map(|text| {
                    text.defects
                        .iter()
                        .map(move |defect| format!("{}#{}: {}\n", spec::OIDC, text.pointer, defect.as_str()))
                })
                .collect();
            let upstream = spec::placeholders(&root)?;
            let upstream: Vec<String> =
                upstream.iter().map(|pointer| format!("{}#{pointer}: placeholder\n", spec::UPSTREAM)).collect();
            let defects = failures.concat() + &upstream.concat();
            format!("{defects}{} written; texts: {}", output.display(), review.texts.len())
        }
        Spec::Update { from, version, date, report, dry_run, root: other } => {
            let root = other.as_deref().unwrap_or(&root);
            let source = Source { from: from.clone(), version: version.clone(), date: date.clone() };
            let plan = update::plan(root, &source)?;
            let mut text = plan.to_terminal();
            if *dry_run {
                plan.write_report(report.as_deref())?;
            } else {
                let written = plan.write(root, report.as_deref())?;
                if !written.is_empty() {
                    text.push_str(&format!("\nwritten: {}\n", written.join(", ")));
                }
            }
            text.trim_end().to_owned()
        }
        Spec::Verify => match spec::verify(&root, &spec::shared(&root))? {
            Verified::AgainstUpstream { .. } => {
                format!("{} has upstream's structure", spec::UPSTREAM)
            }
            Verified::HashOnly { missing } => format!(
                "{} agrees with its hash; not compared with upstream's document, as {} does not exist",
                spec::UPSTREAM,
                missing.display()
            ),
        },
    })
}
