//! Reads and parses the files of a document, each once, within limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::RootFile;
use super::identifiers::{self, Identifiers};
use crate::problem::{Problem, ProblemKind};
use crate::read::text;
use crate::sources::{Sources, is_url};

/// The most files of a document.
const MOST_FILES: usize = 5_000;

/// The most bytes of all files together.
const MOST_BYTES: usize = 128 << 20;

/// A file.
pub(super) struct File {
    /// Its path below the root folder, or its URL. Empty for a root document of unknown location.
    pub(super) location: Arc<String>,
    /// Its base URI, for identifiers.
    pub(super) uri: String,
    pub(super) value: Value,
    /// The pointers of its duplicate keys.
    pub(super) repeated: Vec<String>,
    /// Whether its schemas are those of OpenAPI 3.1 or later.
    pub(super) is_3_1: bool,
}

/// The files that were read. The first is the root document.
pub(super) struct Files<'a> {
    pub(super) all: Vec<File>,
    pub(super) identifiers: Identifiers,
    /// The index of each file by its location, or why it cannot be read.
    known: BTreeMap<String, Result<usize, ProblemKind>>,
    sources: Option<&'a dyn Sources>,
    bytes: usize,
    /// The limit that the document exceeds.
    pub(super) excess: Option<ProblemKind>,
}

impl<'a> Files<'a> {
    pub(super) fn new(root: RootFile<'_>, sources: Option<&'a dyn Sources>) -> Self {
        let RootFile { parsed, location, name, own, is_3_1, .. } = root;
        let named = name.and_then(identifiers::document_uri);
        let uri = match location {
            Some(location) => file_uri(location),
            None => named.clone().unwrap_or_else(|| identifiers::internal_uri("")),
        };
        let own = own.and_then(|own| identifiers::joined(own.split('#').next()?, &uri));
        let location = location.unwrap_or_default();
        let mut files = Self {
            all: Vec::new(),
            identifiers: Identifiers::default(),
            known: BTreeMap::from([(location.to_owned(), Ok(0))]),
            sources,
            bytes: parsed.bytes,
            excess: None,
        };
        for uri in [Some(&uri), named.as_ref(), own.as_ref()].into_iter().flatten() {
            files.identifiers.document(0, uri);
        }
        let uri = own.unwrap_or(uri);
        files.add(File {
            location: Arc::new(location.to_owned()),
            uri,
            value: parsed.value,
            repeated: parsed.repeated,
            is_3_1,
        });
        files
    }

    /// Whether there are files besides the root document.
    pub(super) fn has_sources(&self) -> bool {
        self.sources.is_some()
    }

    pub(super) fn get(&self, file: usize) -> Option<&File> {
        self.all.get(file)
    }

    /// The value at a pointer of a file.
    pub(super) fn value(&self, file: usize, pointer: &str) -> Option<&Value> {
        self.get(file)?.value.pointer(pointer)
    }

    /// The index of the file at a location, which is read if it is new.
    pub(super) fn load(&mut self, location: &str) -> Result<usize, ProblemKind> {
        if let Some(known) = self.known.get(location) {
            return known.clone();
        }
        let read = self.read(location);
        self.known.insert(location.to_owned(), read.clone());
        read
    }

    fn read(&mut self, location: &str) -> Result<usize, ProblemKind> {
        if let Some(kind) = &self.excess {
            return Err(kind.clone());
        }
        let Some(sources) = self.sources else {
            return Err(ProblemKind::ExternalReference { reference: location.to_owned() });
        };
        if self.all.len() >= MOST_FILES {
            return Err(self.exceed(format!("more than {MOST_FILES} files")));
        }
        let refused = |what: &str, cure: &str| ProblemKind::UnreadableFile {
            file: location.to_owned(),
            what: what.to_owned(),
            cure: cure.to_owned(),
        };
        let text = sources.text(location).map_err(|error| refused(error.what(), error.remedy()))?;
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > MOST_BYTES {
            return Err(self.exceed(format!("files of more than {MOST_BYTES} bytes together")));
        }
        // Descriptions may be files of Markdown, which is not YAML.
        let is_prose = [".md", ".markdown", ".txt"].iter().any(|end| location.to_ascii_lowercase().ends_with(end));
        let (value, repeated) = if is_prose {
            (Value::String(text), Vec::new())
        } else {
            let problem = |problem: Problem| refused(&problem.message(), &problem.remedy());
            let parsed = text::parse(&text).map_err(problem)?;
            (parsed.value, parsed.repeated)
        };
        let version = value.get("openapi").and_then(Value::as_str);
        let own = version.map(|version| !version.starts_with("3.0"));
        let is_3_1 = own.unwrap_or_else(|| self.all.first().is_some_and(|root| root.is_3_1));
        let uri = file_uri(location);
        // The URI that a document of version 3.2 gives itself.
        let own = value.get("$self").filter(|_| version.is_some_and(|version| version.starts_with("3.2")));
        let own = own.and_then(Value::as_str).and_then(|own| identifiers::joined(own.split('#').next()?, &uri));
        if let Some(own) = &own {
            self.identifiers.document(self.all.len(), own);
        }
        let uri = own.unwrap_or(uri);
        Ok(self.add(File { location: Arc::new(location.to_owned()), uri, value, repeated, is_3_1 }))
    }

    fn add(&mut self, file: File) -> usize {
        let index = self.all.len();
        if file.is_3_1 {
            self.identifiers.scan(index, &file.value, &file.uri);
        }
        self.all.push(file);
        index
    }

    /// Records that the document exceeds a limit.
    pub(super) fn exceed(&mut self, what: String) -> ProblemKind {
        self.excess.get_or_insert(ProblemKind::TooManyFiles { what }).clone()
    }
}

/// The base URI of the file at a location.
fn file_uri(location: &str) -> String {
    if is_url(location) { location.to_owned() } else { identifiers::internal_uri(location) }
}
