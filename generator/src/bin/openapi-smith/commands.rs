//! The commands `generate`, `check` and `list`. Each returns whether the document is accepted.

use std::collections::BTreeMap;
use std::time::Instant;

use openapi_smith::{Error, ListedOperation, Output, Problem};

use crate::arguments::{Check, Choice, Format, Generate, Input, List};
use crate::files::{self, Written};
use crate::person::{Notes, Stream};
use crate::{UsageError, machine, manifest, near, person, settings, spinner};

/// The result of generating, and its duration.
struct Generated {
    name: String,
    text: String,
    result: Result<Output, Error>,
    seconds: f64,
}

fn run(input: &Input, choice: &Choice) -> Result<Generated, UsageError> {
    let settings = settings::settings(choice, files::uri(&input.spec))?;
    let text = files::read(&input.spec)?;
    let name = files::name(&input.spec);
    let started = Instant::now();
    let result = spinner::during(&name, || openapi_smith::generate(&text, &settings));
    Ok(Generated { name, text, result, seconds: started.elapsed().as_secs_f64() })
}

pub(crate) fn generate(arguments: &Generate) -> Result<bool, UsageError> {
    let Generated { name, text, result, seconds } = run(&arguments.input, &arguments.choice)?;
    let format = arguments.input.format;
    // If the code goes to standard output, nothing else does.
    let is_stream = files::is_standard(&arguments.output);
    let stream = if is_stream || format == Format::Human { Stream::Stderr } else { Stream::Stdout };
    let output = match result {
        Ok(output) => output,
        Err(error) => {
            let problems = located(error.problems(), &text, Some(&arguments.choice));
            return Ok(refuse(stream, format, &name, &problems, seconds));
        }
    };
    let written = files::write(&arguments.output, &output.code)?;
    let entries = match &arguments.manifest {
        Some(manifest) => Some(manifest::add(manifest, &output.dependencies)?),
        None => None,
    };
    let lines = output.code.lines().count();
    person::say(
        stream,
        &match format {
            Format::Json => machine::accepted(&name, &output, seconds, Some(written == Written::Yes)),
            Format::Human if arguments.quiet => String::new(),
            Format::Human => {
                let done = person::done(if written == Written::Yes { "written" } else { "unchanged" });
                let target = if is_stream { String::new() } else { format!("{}, ", arguments.output.display()) };
                let report = person::report(&name, &output.report, Notes::LeftOut);
                let dependencies = match &entries {
                    Some(entries) => person::entries(&output.dependencies, entries),
                    None => person::dependencies(&output.dependencies),
                };
                format!("{done}{target}{lines} lines in {seconds:.2} s; {report}{dependencies}")
            }
        },
    );
    Ok(true)
}

pub(crate) fn check(arguments: &Check) -> Result<bool, UsageError> {
    let Generated { name, text, result, seconds } = run(&arguments.input, &arguments.choice)?;
    let format = arguments.input.format;
    match result {
        Err(error) => {
            let problems = located(error.problems(), &text, Some(&arguments.choice));
            Ok(refuse(Stream::Stdout, format, &name, &problems, seconds))
        }
        Ok(output) => {
            person::say(
                Stream::Stdout,
                &match format {
                    Format::Json => machine::accepted(&name, &output, seconds, None),
                    Format::Human if arguments.quiet => String::new(),
                    Format::Human => {
                        let report = person::report(&name, &output.report, Notes::All);
                        report + &person::dependencies(&output.dependencies)
                    }
                },
            );
            Ok(true)
        }
    }
}

pub(crate) fn list(arguments: &List) -> Result<bool, UsageError> {
    let Input { spec, format } = &arguments.input;
    let text = files::read(spec)?;
    let name = files::name(spec);
    let started = Instant::now();
    let listed = match spinner::during(&name, || openapi_smith::list(&text)) {
        Ok(listed) => listed,
        Err(error) => {
            let seconds = started.elapsed().as_secs_f64();
            return Ok(refuse(Stream::Stdout, *format, &name, &located(error.problems(), &text, None), seconds));
        }
    };
    person::say(
        Stream::Stdout,
        &match format {
            Format::Json => machine::operations(&name, &listed),
            Format::Human => person::operations(&by_tag(&listed)),
        },
    );
    Ok(true)
}

/// A problem, and what the documents say about it.
pub(crate) struct LocatedProblem<'e> {
    pub(crate) problem: &'e Problem,
    /// The position of its setting in the settings file.
    pub(crate) setting: Option<String>,
    /// The operations that an unknown one may mean.
    pub(crate) near: Vec<String>,
}

/// The problems of a document with this text.
pub(crate) fn located<'e>(problems: &'e [Problem], text: &str, choice: Option<&Choice>) -> Vec<LocatedProblem<'e>> {
    let located = |problem| LocatedProblem {
        problem,
        setting: choice.and_then(|choice| settings::position_of(choice, problem)),
        near: near::operations(text, problem),
    };
    problems.iter().map(located).collect()
}

/// Prints the problems. Returns `false`: the document is not accepted.
fn refuse(stream: Stream, format: Format, name: &str, problems: &[LocatedProblem<'_>], seconds: f64) -> bool {
    let text = match format {
        Format::Json => machine::refused(name, problems, seconds),
        Format::Human => person::problems(name, problems),
    };
    person::say(stream, &text);
    false
}

/// The operations by tag, in alphabetical order; untagged ones last.
fn by_tag(listed: &[ListedOperation]) -> Vec<(&str, Vec<&ListedOperation>)> {
    let mut groups: BTreeMap<&str, Vec<&ListedOperation>> = BTreeMap::new();
    let mut untagged = Vec::new();
    for operation in listed {
        if operation.tags.is_empty() {
            untagged.push(operation);
        }
        for tag in &operation.tags {
            groups.entry(tag).or_default().push(operation);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    if !untagged.is_empty() {
        groups.push(("(no tag)", untagged));
    }
    groups
}
