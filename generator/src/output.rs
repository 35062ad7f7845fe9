//! The output of [`generate`](crate::generate).

use std::fmt;

use crate::report::Report;
use crate::signature::{GeneratedCredential, GeneratedOperation};

/// The generated module, its dependencies and the report, as [`generate`](crate::generate) returns them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The formatted Rust module. Write it to a file and include the file.
    pub code: String,
    /// The crates that the code needs. They are also in the comment at its top.
    pub dependencies: Vec<Dependency>,
    /// The parts of the document that the code does not represent literally.
    pub report: Report,
    /// The locations of the files that were read, the root document first; empty for a document of one text. A build
    /// script prints them for `rerun-if-changed`, see [`FolderSources::path`](crate::FolderSources::path).
    pub files: Vec<String>,
    /// The types of the schemas of components, bodies and responses, in the order of their pointers. For the tools of
    /// this repository.
    #[doc(hidden)]
    pub types: Vec<GeneratedType>,
    /// The methods of the operations, in the order of the document. For the tools of this repository.
    #[doc(hidden)]
    pub operations: Vec<GeneratedOperation>,
    /// The methods that set the client's credentials. For the tools of this repository.
    #[doc(hidden)]
    pub credentials: Vec<GeneratedCredential>,
}

/// A crate that generated code needs. `Display` is its line in `Cargo.toml`.
///
/// ```
/// use openapi_smith::{Settings, generate};
///
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Weather, version: "1" }
/// paths:
///   /now: { get: { operationId: now, responses: { "204": { description: Nothing happened. } } } }
/// "#;
/// let output = generate(document, &Settings::new())?;
/// let lines: Vec<String> = output.dependencies.iter().map(ToString::to_string).collect();
/// assert_eq!(lines, [r#"openapi-smith-runtime = { version = "0.1", features = ["rustls"] }"#]);
/// # Ok::<(), openapi_smith::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dependency {
    /// The name of the crate.
    pub name: &'static str,
    /// The oldest version.
    pub version: &'static str,
    /// The features that the code needs, and `rustls` for TLS, which `native-tls` may replace.
    pub features: Vec<&'static str>,
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, features } = self;
        if features.is_empty() {
            return write!(f, "{name} = {version:?}");
        }
        write!(f, "{name} = {{ version = {version:?}, features = {features:?} }}")
    }
}

/// A schema of the document and its Rust type.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedType {
    /// The JSON pointer of the schema.
    pub pointer: String,
    /// The Rust type, as a path in the generated module, such as `Vec<types::Pet>`. It is the response type, with every
    /// property.
    pub rust: String,
}
