//! The commands `generate`, `check`, `list` and `apply`. Each returns whether the document is accepted.

use std::collections::BTreeMap;
use std::time::Instant;

use openapi_smith::{Error, ListedOperation, Output, Problem};

use crate::arguments::{Apply, Check, Choice, Format, Generate, Input, List, Presets, Selection};
use crate::files::{self, Document};
use crate::machine::Done;
use crate::person::{Notes, Stream};
use crate::stale::StaleOutput;
use crate::{UsageError, machine, manifest, near, person, settings, spinner, stale};

/// The result of generating, and its duration.
struct Generated {
    document: Document,
    result: Result<Output, Error>,
    seconds: f64,
}

fn run(input: &Input, choice: &Choice) -> Result<Generated, UsageError> {
    let settings = settings::settings(&choice.selection, choice.presets, choice.strict)?;
    let document = Document::open(&input.spec, input.root.as_deref(), &input.overlays)?;
    let started = Instant::now();
    let result = spinner::during(&document.name(), || openapi_smith::generate(document.input(), &settings));
    Ok(Generated { document, result, seconds: started.elapsed().as_secs_f64() })
}

pub(crate) fn generate(arguments: &Generate) -> Result<bool, UsageError> {
    if arguments.check && files::is_standard(&arguments.output) {
        return Err(UsageError("`--check` compares a file: name it with `--output FILE`".to_owned()));
    }
    let Generated { document, result, seconds } = run(&arguments.input, &arguments.choice)?;
    let format = arguments.input.format;
    // If the code goes to standard output, nothing else does.
    let is_stream = files::is_standard(&arguments.output);
    let stream = if is_stream || format == Format::Human { Stream::Stderr } else { Stream::Stdout };
    let output = match result {
        Ok(output) => output,
        Err(error) => {
            let problems = located(error.problems(), &document, Some(&arguments.choice.selection));
            return Ok(refuse(stream, format, &document, &problems, seconds));
        }
    };
    if arguments.check {
        let stale = stale_outputs(arguments, &output)?;
        let text = match format {
            Format::Json => machine::accepted(&document, &output, seconds, Done::Compared(&stale)),
            Format::Human if !stale.is_empty() => person::stale(&stale),
            Format::Human if arguments.quiet => String::new(),
            Format::Human => format!("{}{}\n", person::done("current"), arguments.output.display()),
        };
        person::say(stream, &text);
        return Ok(stale.is_empty());
    }
    let written = files::write(&arguments.output, &output.code)?;
    let entries = match &arguments.manifest {
        Some(manifest) => Some(manifest::add(manifest, &output.dependencies)?),
        None => None,
    };
    let lines = output.code.lines().count();
    person::say(
        stream,
        &match format {
            Format::Json => machine::accepted(&document, &output, seconds, Done::Written(written)),
            Format::Human if arguments.quiet => String::new(),
            Format::Human => {
                let done = person::done(written.as_str());
                let target = if is_stream { String::new() } else { format!("{}, ", arguments.output.display()) };
                let report = person::report(&document, &output.report, Notes::LeftOut);
                let dependencies = match &entries {
                    Some(entries) => person::entries(&output.dependencies, entries),
                    None => person::dependencies(&output.dependencies),
                };
                let overlays = person::overlays(&document);
                format!("{overlays}{done}{target}{lines} lines in {seconds:.2} s; {report}{dependencies}")
            }
        },
    );
    Ok(true)
}

/// The outputs that are missing or stale.
fn stale_outputs(arguments: &Generate, output: &Output) -> Result<Vec<StaleOutput>, UsageError> {
    let mut found: Vec<StaleOutput> = stale::code(&arguments.output, &output.code)?.into_iter().collect();
    if let Some(manifest) = &arguments.manifest {
        found.extend(stale::manifest(manifest, &manifest::missing(manifest, &output.dependencies)?));
    }
    Ok(found)
}

pub(crate) fn check(arguments: &Check) -> Result<bool, UsageError> {
    let Generated { document, result, seconds } = run(&arguments.input, &arguments.choice)?;
    let format = arguments.input.format;
    match result {
        Err(error) => {
            let problems = located(error.problems(), &document, Some(&arguments.choice.selection));
            Ok(refuse(Stream::Stdout, format, &document, &problems, seconds))
        }
        Ok(output) => {
            person::say(
                Stream::Stdout,
                &match format {
                    Format::Json => machine::accepted(&document, &output, seconds, Done::Nothing),
                    Format::Human if arguments.quiet => String::new(),
                    Format::Human => {
                        let report = person::report(&document, &output.report, Notes::All);
                        person::overlays(&document) + &report + &person::dependencies(&output.dependencies)
                    }
                },
            );
            Ok(true)
        }
    }
}

pub(crate) fn list(arguments: &List) -> Result<bool, UsageError> {
    let Input { spec, root, overlays, format } = &arguments.input;
    let document = Document::open(spec, root.as_deref(), overlays)?;
    let settings = settings::settings(&arguments.selection, Presets::default(), false)?;
    let started = Instant::now();
    // Without a choice, the operations of any document are listed, even of one that is refused.
    let list = || match arguments.selection.is_empty() {
        true => openapi_smith::list(document.input()).map(|operations| (operations, None)),
        false => {
            openapi_smith::choose(document.input(), &settings).map(|chosen| (chosen.operations, Some(chosen.types)))
        }
    };
    let (listed, types) = match spinner::during(&document.name(), list) {
        Ok(listed) => listed,
        Err(error) => {
            let seconds = started.elapsed().as_secs_f64();
            let problems = located(error.problems(), &document, Some(&arguments.selection));
            return Ok(refuse(Stream::Stdout, *format, &document, &problems, seconds));
        }
    };
    person::say(
        Stream::Stdout,
        &match format {
            Format::Json => machine::operations(&document.name(), &listed, types),
            Format::Human => person::operations(&by_tag(&listed)) + &person::sum(listed.len(), types),
        },
    );
    Ok(true)
}

/// Writes the document with its overlays applied.
pub(crate) fn apply(arguments: &Apply) -> Result<bool, UsageError> {
    let document = Document::open(&arguments.spec, None, &arguments.overlays)?;
    let is_json = arguments.output.extension().is_some_and(|extension| extension == "json");
    let written = files::write(&arguments.output, &document.effective(is_json)?)?;
    let done = person::done(written.as_str());
    let is_stream = files::is_standard(&arguments.output);
    let target = if is_stream { "<stdout>".to_owned() } else { arguments.output.display().to_string() };
    person::say(Stream::Stderr, &format!("{}{done}{target}\n", person::overlays(&document)));
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

/// The problems of a document.
pub(crate) fn located<'e>(
    problems: &'e [Problem],
    document: &Document,
    selection: Option<&Selection>,
) -> Vec<LocatedProblem<'e>> {
    let located = |problem| LocatedProblem {
        problem,
        setting: selection.and_then(|selection| settings::position_of(selection, problem)),
        near: near::operations(document, problem),
    };
    problems.iter().map(located).collect()
}

/// Prints the problems. Returns `false`: the document is not accepted.
pub(crate) fn refuse(
    stream: Stream,
    format: Format,
    document: &Document,
    problems: &[LocatedProblem<'_>],
    seconds: f64,
) -> bool {
    let text = match format {
        Format::Json => machine::refused(&document.name(), problems, seconds),
        Format::Human => person::problems(document, problems),
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
