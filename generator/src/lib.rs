//! Generates a typed, async Rust client from an OpenAPI document.

mod analyze;
mod emit;
mod ir;
mod location;
mod lower;
mod names;
mod problem;
mod read;
mod report;
mod settings;

use std::fmt;

pub use location::Location;
pub use problem::{PROBLEM_CODES, Problem};
pub use report::{Note, Report, Verdict};
pub use settings::Settings;

/// What [`generate`] makes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The Rust module, formatted, to be written to a file and included.
    pub code: String,
    /// What was not taken over to the letter.
    pub report: Report,
}

/// Why there is no output: every problem of the stage that found some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    /// The problems, in the order of their places. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let before = if index == 0 { "" } else { "\n" };
            write!(f, "{before}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Generates the client for a document, given as JSON or YAML text.
///
/// The same text and settings give the same code, byte for byte, on any machine; the order of the keys of an object
/// does not matter.
///
/// # Errors
///
/// Every problem of the first stage that found some: reading (one), or choosing and lowering the operations (all).
///
/// # Example
///
/// ```
/// use openapi_smith::{Settings, generate};
///
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Weather, version: "1" }
/// paths:
///   /now:
///     get:
///       operationId: currentWeather
///       responses:
///         "200":
///           description: The weather at this moment.
///           content: { application/json: { schema: { type: string } } }
/// "#;
/// let output = generate(document, &Settings::new())?;
/// assert!(output.code.contains("pub async fn current_weather"));
/// # Ok::<(), openapi_smith::Error>(())
/// ```
pub fn generate(document: &str, settings: &Settings) -> Result<Output, Error> {
    // A document decides how deeply its schemas nest and refer to each other, and lowering follows them. The memory is
    // only taken as far as it is used.
    let on_large_stack = || generate_here(document, settings);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, on_large_stack);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No thread to be had: then here.
            Err(_) => on_large_stack(),
        }
    })
}

/// Enough for the deepest nesting that lowering allows.
const STACK: usize = 256 << 20;

fn generate_here(document: &str, settings: &Settings) -> Result<Output, Error> {
    let document = read::Document::read(document).map_err(|problem| Error { problems: vec![problem] })?;
    let lower::Lowered { api, mut names, report } =
        lower::lower(&document, settings).map_err(|problems| Error { problems })?;
    let facts = analyze::analyze(&api, &mut names);
    let code = emit::emit(&api, &facts, settings);
    Ok(Output { code, report })
}
