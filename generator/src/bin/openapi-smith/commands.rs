//! The commands. Each answers whether the document is accepted.

use std::collections::BTreeMap;
use std::time::Instant;

use openapi_smith::{Error, ListedOperation, Output, Problem};

use crate::arguments::{Check, Choice, Format, Generate, Input, List};
use crate::files::{self, Written};
use crate::person::Stream;
use crate::{Fault, machine, person, settings, spinner};

/// What generating came to, and how long it took.
struct Made {
    name: String,
    result: Result<Output, Error>,
    seconds: f64,
}

fn make(input: &Input, choice: &Choice) -> Result<Made, Fault> {
    let settings = settings::settings(choice)?;
    let text = files::read(&input.spec)?;
    let name = files::name(&input.spec);
    let started = Instant::now();
    let result = spinner::during(&name, || openapi_smith::generate(&text, &settings));
    Ok(Made { name, result, seconds: started.elapsed().as_secs_f64() })
}

pub(crate) fn generate(arguments: &Generate) -> Result<bool, Fault> {
    let Made { name, result, seconds } = make(&arguments.input, &arguments.choice)?;
    let format = arguments.input.format;
    // Standard output belongs to the code where it goes there.
    let is_stream = files::is_standard(&arguments.output);
    let stream = if is_stream || format == Format::Human { Stream::Stderr } else { Stream::Stdout };
    let output = match result {
        Ok(output) => output,
        Err(error) => return Ok(refuse(stream, format, &name, &placed(&error, Some(&arguments.choice)), seconds)),
    };
    let written = files::write(&arguments.output, &output.code)?;
    let lines = output.code.lines().count();
    person::say(
        stream,
        &match format {
            Format::Json => machine::accepted(&name, &output, seconds, Some(written == Written::Yes)),
            Format::Human => {
                let done = person::done(if written == Written::Yes { "written" } else { "unchanged" });
                let target = if is_stream { String::new() } else { format!("{}, ", arguments.output.display()) };
                let report = person::report(&name, &output.report, false);
                format!("{done}{target}{lines} lines in {seconds:.2} s; {report}")
            }
        },
    );
    Ok(true)
}

pub(crate) fn check(arguments: &Check) -> Result<bool, Fault> {
    let Made { name, result, seconds } = make(&arguments.input, &arguments.choice)?;
    let format = arguments.input.format;
    match result {
        Err(error) => Ok(refuse(Stream::Stdout, format, &name, &placed(&error, Some(&arguments.choice)), seconds)),
        Ok(output) => {
            person::say(
                Stream::Stdout,
                &match format {
                    Format::Json => machine::accepted(&name, &output, seconds, None),
                    Format::Human => {
                        let report = person::report(&name, &output.report, true);
                        report + &person::dependencies(&output.dependencies)
                    }
                },
            );
            Ok(true)
        }
    }
}

pub(crate) fn list(arguments: &List) -> Result<bool, Fault> {
    let Input { spec, format } = &arguments.input;
    let text = files::read(spec)?;
    let name = files::name(spec);
    let started = Instant::now();
    let listed = match spinner::during(&name, || openapi_smith::list(&text)) {
        Ok(listed) => listed,
        Err(error) => {
            let seconds = started.elapsed().as_secs_f64();
            return Ok(refuse(Stream::Stdout, *format, &name, &placed(&error, None), seconds));
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

/// A problem, and where the file of settings asks for what cannot be.
pub(crate) type Placed<'e> = (&'e Problem, Option<String>);

fn placed<'e>(error: &'e Error, choice: Option<&Choice>) -> Vec<Placed<'e>> {
    let place = |problem| choice.and_then(|choice| settings::place_of(choice, problem));
    error.problems().iter().map(|problem| (problem, place(problem))).collect()
}

/// Always `false`: the document is not accepted.
fn refuse(stream: Stream, format: Format, name: &str, problems: &[Placed<'_>], seconds: f64) -> bool {
    let text = match format {
        Format::Json => machine::refused(name, problems, seconds),
        Format::Human => person::problems(name, problems),
    };
    person::say(stream, &text);
    false
}

/// The tags in alphabetical order, then what has none.
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
