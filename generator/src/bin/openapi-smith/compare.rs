//! The command `diff`.

use openapi_smith::diff::{DocumentSide, Severity};

use crate::arguments::{Choice, Diff, DiffFormat, FailOn};
use crate::person::Stream;
use crate::{UsageError, commands, files, person, settings, spinner};

/// Compares two documents. Returns whether `--fail-on` selects no change.
pub(crate) fn compare(arguments: &Diff) -> Result<bool, UsageError> {
    let choice = Choice {
        tags: arguments.tags.clone(),
        operations: arguments.operations.clone(),
        settings: arguments.settings.clone(),
        without: arguments.without.clone(),
        strict: false,
    };
    if files::is_standard(&arguments.old) && files::is_standard(&arguments.new) {
        return Err(UsageError("both documents are `-`, but standard input holds only one".to_owned()));
    }
    let settings = settings::settings(&choice, None)?;
    let (old, new) = (files::read(&arguments.old)?, files::read(&arguments.new)?);
    let name = files::name(&arguments.new);
    let mut diff = spinner::during(&name, || openapi_smith::diff::compare(&old, &new, &settings)).map_err(|error| {
        let is_new = error.side() == DocumentSide::New;
        let (refused, text) = if is_new { (&arguments.new, &new) } else { (&arguments.old, &old) };
        let located = commands::located(error.problems(), text, Some(&choice));
        person::say(Stream::Stderr, &person::problems(&files::name(refused), &located));
        UsageError(format!("{} cannot be compared", files::name(refused)))
    })?;
    // Documents with the same title and version are distinguished by their file names.
    if diff.old == diff.new {
        diff.old.version = files::name(&arguments.old);
        diff.new.version = files::name(&arguments.new);
    }
    let text = match arguments.format {
        DiffFormat::Text => diff.to_terminal(),
        DiffFormat::Markdown => diff.to_markdown(),
        DiffFormat::Json => format!("{}\n", diff.to_json()),
        DiffFormat::Html => diff.to_html(),
    };
    match (arguments.format, files::is_standard(&arguments.output)) {
        (DiffFormat::Text, true) => person::say(Stream::Stdout, &text),
        // Colours are for terminals.
        (DiffFormat::Text, false) => {
            files::write(&arguments.output, &anstream::adapter::strip_str(&text).to_string())?;
        }
        _ => {
            files::write(&arguments.output, &text)?;
        }
    }
    Ok(match arguments.fail_on {
        FailOn::Never => true,
        FailOn::Breaking => diff.changes.iter().all(|change| change.severity() < Severity::Breaking),
        FailOn::Any => diff.changes.is_empty(),
    })
}
