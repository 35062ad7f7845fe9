//! Generates one document in a process of its own, so that its time and memory are its own and a panic is an outcome.

use std::fs;
use std::path::Path;
use std::time::Instant;

use openapi_smith::{Note, Settings, Verdict, generate};
use serde::{Deserialize, Serialize};

use super::Error;

/// What the process says of its work.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// How long the generator took, without reading and writing files.
    pub seconds: f64,
    /// Why the document was refused.
    pub problems: Vec<String>,
    /// How many constructs were approximated.
    pub approximated: usize,
    /// How many of those left a value untyped of which the schema says more.
    #[serde(default)]
    pub widened: usize,
    /// The pointer of each schema, and the type that it became.
    pub types: Vec<(String, String)>,
}

/// Reads a document and writes the module, and the summary beside it.
///
/// # Errors
///
/// A file cannot be read or written. A document that is refused is no error.
pub fn generate_one(document: &Path, module: &Path, summary: &Path) -> Result<(), Error> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| Error::new(path.display(), error);
    let text = fs::read_to_string(document).map_err(|error| failed(document, &error))?;
    let started = Instant::now();
    let result = generate(&text, &Settings::new().all_schemas(true));
    let seconds = started.elapsed().as_secs_f64();
    let said = match result {
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
    let text = serde_json::to_string(&said).map_err(|error| failed(summary, &error))?;
    fs::write(summary, text).map_err(|error| failed(summary, &error))
}

/// Whether the note is of a value that became untyped JSON.
fn is_widened(note: &Note) -> bool {
    note.verdict() == Verdict::Approximated && note.text().contains("any value")
}
