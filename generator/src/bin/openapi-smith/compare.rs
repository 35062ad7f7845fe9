//! The command `diff`.

use std::path::{Path, PathBuf};

use openapi_smith::diff::{DocumentSide, Severity};

use crate::arguments::{Diff, DiffFormat, FailOn};
use crate::files::Document;
use crate::person::Stream;
use crate::{UsageError, commands, files, person, settings, spinner};

/// Compares two documents. Returns whether `--fail-on` selects no change.
pub(crate) fn compare(arguments: &Diff) -> Result<bool, UsageError> {
    if files::is_standard(&arguments.old) && files::is_standard(&arguments.new) {
        return Err(UsageError("both documents are `-`, but standard input holds only one".to_owned()));
    }
    let settings = settings::settings(&arguments.selection, arguments.presets, false)?;
    let open = |path: &Path, own: &[PathBuf]| {
        let overlays = [arguments.overlays.as_slice(), own].concat();
        Document::open(path, arguments.root.as_deref(), &overlays)
    };
    let old = open(&arguments.old, &arguments.old_overlays)?;
    let new = open(&arguments.new, &arguments.new_overlays)?;
    let compare = || openapi_smith::diff::compare(old.input(), new.input(), &settings);
    let mut diff = spinner::during(&new.name(), compare).map_err(|error| {
        let refused = if error.side() == DocumentSide::New { &new } else { &old };
        let located = commands::located(error.problems(), refused, Some(&arguments.selection));
        person::say(Stream::Stderr, &person::problems(refused, &located));
        UsageError(format!("{} cannot be compared", refused.name()))
    })?;
    // Documents with the same title and version are distinguished by their file names.
    if diff.old == diff.new {
        diff.old.version = old.name();
        diff.new.version = new.name();
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
