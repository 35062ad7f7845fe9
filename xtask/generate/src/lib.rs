//! Generates one document in a process of its own, to measure its time and memory, and to survive a panic.
//!
//! A package of its own, because the corpus needs it as a release build, and all of xtask takes minutes to build.

use std::fs;
use std::path::Path;
use std::time::Instant;

use openapi_smith::{FolderSources, Input, Note, Settings, Verdict, generate};
use serde::{Deserialize, Serialize};

/// The result of the process.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// The seconds of the generator, without reading and writing files.
    pub seconds: f64,
    /// The problems of a refused document.
    pub problems: Vec<String>,
    /// The number of approximated constructs.
    pub approximated: usize,
    /// The number of approximations that left a value untyped although its schema declares a type.
    #[serde(default)]
    pub widened: usize,
    /// The pointer of each schema, and its type.
    pub types: Vec<(String, String)>,
}

/// Reads a document, and writes the module and the summary. `folder` has the files of a document of several files.
///
/// # Errors
///
/// A file cannot be read or written. A refused document is not an error.
pub fn generate_one(document: &Path, module: &Path, summary: &Path, folder: Option<&Path>) -> Result<(), String> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(document).map_err(|error| failed(document, &error))?;
    let settings = Settings::new().all_schemas(true);
    let started = Instant::now();
    let result = match folder {
        Some(folder) => {
            let root = document.strip_prefix(folder).map_err(|error| failed(document, &error))?;
            generate(Input::files(root.display().to_string(), &FolderSources::new(folder)), &settings)
        }
        None => generate(&text, &settings),
    };
    let seconds = started.elapsed().as_secs_f64();
    let result_summary = match result {
        Ok(output) => {
            fs::write(module, output.code).map_err(|error| failed(module, &error))?;
            Summary {
                seconds,
                problems: Vec::new(),
                widened: output.report.notes().iter().filter(|note| is_widened(note)).count(),
                approximated: output.report.count(Verdict::Approximated),
                types: output.types.into_iter().map(|made| (made.pointer, made.rust)).collect(),
            }
        }
        Err(error) => Summary {
            seconds,
            problems: error.problems().iter().map(ToString::to_string).collect(),
            ..Summary::default()
        },
    };
    let text = serde_json::to_string(&result_summary).map_err(|error| failed(summary, &error))?;
    fs::write(summary, text).map_err(|error| failed(summary, &error))
}

/// Whether the note is about a value that became untyped JSON.
fn is_widened(note: &Note) -> bool {
    note.verdict() == Verdict::Approximated && note.text().contains("any value")
}
