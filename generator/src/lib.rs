//! Generates a typed, async Rust client from an OpenAPI document: Swagger 2.0, or OpenAPI 3.0 to 3.2.
//!
//! In a build script:
//!
//! ```no_run
//! use std::path::Path;
//! use std::{env, error::Error, fs};
//!
//! use openapi_smith::{Settings, generate};
//!
//! fn main() -> Result<(), Box<dyn Error>> {
//!     println!("cargo::rerun-if-changed=pets.yaml");
//!     let document = fs::read_to_string("pets.yaml")?;
//!     let output = generate(&document, &Settings::new().tags(["pets"]))?;
//!     fs::write(Path::new(&env::var("OUT_DIR")?).join("pets.rs"), output.code)?;
//!     Ok(())
//! }
//! ```
//!
//! `include!(concat!(env!("OUT_DIR"), "/pets.rs"));` includes the module. [`Output::dependencies`] are the crates that it needs.
//!
//! - [`generate`] returns the module, or all problems of the document, each with a code, a location and a remedy.
//! - [`Settings`] choose operations, types and names.
//! - [`Input`] is a document of one text, or of several files that [`Sources`] read.
//! - [`Report`] lists every part of the document that the module does not represent literally.
//! - [`guide`] has the pages: recipes, settings, the Rust type of each construct, problems and notes.
//!
//! # Features
//!
//! | feature | default | purpose |
//! |---|---|---|
//! | `cli` | no | the command `openapi-smith`, with all other features |
//! | `diff` | no | the changes between two documents: `diff::compare` |
//! | `overlay` | no | OpenAPI overlays: `overlay` |
//! | `pinned` | no | documents that `openapi-smith fetch` has pinned: `PinnedSources` |

mod analyze;
#[cfg(feature = "diff")]
pub mod diff;
mod emit;
mod findings;
pub mod guide;
mod ir;
mod location;
mod lower;
mod names;
mod output;
#[cfg(feature = "overlay")]
pub mod overlay;
mod problem;
mod read;
mod report;
#[cfg(feature = "sample")]
#[doc(hidden)]
pub mod sample;
mod settings;
mod signature;
mod sources;

use std::fmt;

pub use location::Location;
pub use output::{Dependency, GeneratedType, Output};
pub use problem::{PROBLEM_CODES, Problem};
pub use report::{NOTE_CODES, Note, Report, Verdict};
pub use settings::{InvalidRustType, OperationNames, Pagination, Preset, RustType, Settings};
#[doc(hidden)]
pub use settings::{PAGINATION_ENDS, PAGINATION_STYLES, PaginationStyle};
#[doc(hidden)]
pub use signature::{GeneratedArgument, GeneratedCredential, GeneratedOperation, GeneratedValue};
#[cfg(feature = "pinned")]
pub use sources::PinnedSources;
pub use sources::{FolderSources, Input, SourceError, Sources};
#[cfg(feature = "pinned")]
#[doc(hidden)]
pub use sources::{LOCK_FILE, Lock, Pin};

/// One operation of a document, as [`list`] returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedOperation {
    /// `operationId`, if the operation has one.
    pub id: Option<String>,
    /// The name of its method in the generated client, unless the client does not have the operation because of a flaw.
    pub rust_name: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path as the document writes it.
    pub path: String,
    /// The tags, in the order of the document.
    pub tags: Vec<String>,
    /// `summary`, if the operation has one.
    pub summary: Option<String>,
    /// Whether the operation is deprecated.
    pub deprecated: bool,
    /// The location of the operation.
    pub location: Location,
}

/// The problems of a refused document: all that one stage found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    /// The problems, sorted by location. There is at least one.
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

/// Generates the client for a document: its JSON or YAML text, or an [`Input`] of several files.
///
/// The same texts and settings result in the same code, byte for byte, on any machine. The order of object keys does not
/// matter.
///
/// # Errors
///
/// The document or a setting is invalid: one problem if the text cannot be read, else all problems of the first stage
/// that finds any.
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
/// assert!(output.code.contains("pub fn current_weather"));
/// # Ok::<(), openapi_smith::Error>(())
/// ```
pub fn generate<'a>(document: impl Into<Input<'a>>, settings: &Settings) -> Result<Output, Error> {
    let document = document.into();
    on_large_stack(|| generate_here(&document, settings))
}

/// Runs `work` on a stack that is large enough for the deepest schemas that lowering allows, because lowering is
/// recursive. Unused stack takes no memory.
fn on_large_stack<T: Send>(work: impl Fn() -> T + Sync) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // The thread could not be spawned, so this one runs it.
            Err(_) => work(),
        }
    })
}

/// Enough for the deepest nesting that lowering allows.
const STACK: usize = 256 << 20;

fn generate_here(document: &Input<'_>, settings: &Settings) -> Result<Output, Error> {
    let paths = names::Paths::of(settings).map_err(|problems| Error { problems })?;
    let document = read_document(document, settings.document_name.as_deref())?;
    let settings = &*lower::effective(&document, settings);
    let lower::Lowered { mut api, plan, mut findings, reached } = lower::lower(&document, settings);
    names::assign(&mut api, &plan, settings, &mut findings);
    let report = findings.close(|at| document.original(at)).map_err(|problems| Error { problems })?;
    if !settings.docs {
        api.strip_docs();
    }
    let facts = analyze::analyze(&api);
    let scene = emit::Scene { api: &api, facts: &facts, settings, paths: &paths };
    let (code, dependencies) = emit::emit(&scene);
    let types = emit::types(&scene, reached);
    let (operations, credentials) = emit::signatures(&scene);
    let files = document.files().to_vec();
    Ok(Output { code, dependencies, report, files, types, operations, credentials })
}

/// A description of the document as it appears in the docs of the code. For the tools of this repository.
#[doc(hidden)]
#[must_use]
pub fn doc_text(text: &str) -> String {
    lower::clean(text).0
}

/// The files that a document reaches.
#[doc(hidden)]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReachedFiles {
    /// The locations of the files that were read, the root document first.
    pub read: Vec<String>,
    /// The locations that cannot be read, although references lead there.
    pub unreadable: Vec<String>,
}

/// The files that a document reaches, by any of its references. For the command-line tool.
///
/// # Errors
///
/// The document cannot be read, or it has too many files.
#[doc(hidden)]
pub fn reached_files(document: &Input<'_>) -> Result<ReachedFiles, Error> {
    let document = read_document(document, None)?;
    Ok(ReachedFiles { read: document.files().to_vec(), unreadable: document.unreadable() })
}

/// The document as lowering reads it: of one piece, with the constructs of OpenAPI 3.0. The pointers of
/// [`Output::operations`] lead into it. For the tools of this repository.
///
/// # Errors
///
/// The document cannot be read.
#[doc(hidden)]
pub fn normal_form(document: &Input<'_>) -> Result<serde_json::Value, Error> {
    let document = read_document(document, None)?;
    Ok(document.root().value().clone())
}

/// Lists the operations of a document, to choose some of them with [`Settings::tags`] and [`Settings::operations`].
///
/// # Errors
///
/// The document cannot be read. Path items with a `$ref` without a target are skipped.
pub fn list<'a>(document: impl Into<Input<'a>>) -> Result<Vec<ListedOperation>, Error> {
    let document = document.into();
    on_large_stack(|| {
        let document = read_document(&document, None)?;
        let settings = Settings::new();
        let lowered = lower::lower(&document, &lower::effective(&document, &settings));
        listed(&document, &lowered.api.operations)
    })
}

fn read_document(document: &Input<'_>, name: Option<&str>) -> Result<read::Document, Error> {
    read::Document::read_named(document, name).map_err(|problem| Error { problems: vec![problem] })
}

fn listed(document: &read::Document, lowered: &[ir::Operation]) -> Result<Vec<ListedOperation>, Error> {
    let mut listed = lower::list(document, lowered).map_err(|problems| Error { problems })?;
    for operation in &mut listed {
        operation.location = document.original(&operation.location);
    }
    Ok(listed)
}

/// The operations that settings choose, as [`choose`] returns them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chosen {
    /// The operations, in the order of the document.
    pub operations: Vec<ListedOperation>,
    /// The number of named types that they reach.
    pub types: usize,
}

/// The operations that [`generate`] would generate with these settings, and the number of types that they reach.
///
/// # Errors
///
/// As [`generate`].
///
/// # Example
///
/// ```
/// use openapi_smith::{Settings, choose};
///
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Weather, version: "1" }
/// paths:
///   /v1/now: { get: { operationId: now, responses: { "204": { description: Nothing. } } } }
///   /v2/now: { get: { operationId: nowV2, responses: { "204": { description: Nothing. } } } }
/// "#;
/// let chosen = choose(document, &Settings::new().paths(["/v2/*"]))?;
/// assert_eq!(chosen.operations[0].id.as_deref(), Some("nowV2"));
/// # Ok::<(), openapi_smith::Error>(())
/// ```
pub fn choose<'a>(document: impl Into<Input<'a>>, settings: &Settings) -> Result<Chosen, Error> {
    let document = document.into();
    on_large_stack(|| choose_here(&document, settings))
}

fn choose_here(document: &Input<'_>, settings: &Settings) -> Result<Chosen, Error> {
    let document = read_document(document, settings.document_name.as_deref())?;
    let lower::Lowered { api, findings, .. } = lower::lower(&document, &lower::effective(&document, settings));
    findings.close(|at| document.original(at)).map_err(|problems| Error { problems })?;
    let origins: Vec<Location> =
        api.operations.iter().map(|operation| document.original(&Location::at(operation.origin.pointer()))).collect();
    let mut operations = listed(&document, &api.operations)?;
    operations.retain(|operation| origins.contains(&operation.location));
    Ok(Chosen { operations, types: api.types.len() })
}
