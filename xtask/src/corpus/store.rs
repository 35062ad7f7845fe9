//! The results of earlier runs, for resuming.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Error;
use super::outcome::Outcome;

/// Results by key, in a file to which each document appends a line.
#[derive(Debug)]
pub struct Store {
    known: BTreeMap<String, Outcome>,
    file: File,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    key: String,
    outcome: Outcome,
}

impl Store {
    /// Opens the file. Without `resume`, its results are discarded.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn open(path: &Path, resume: bool) -> Result<Self, Error> {
        let text = if resume { fs::read_to_string(path).unwrap_or_default() } else { String::new() };
        // An ended run may leave a truncated line.
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let known = entries.map(|entry| (entry.key, entry.outcome)).collect();
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|error| Error::new(path.display(), error))?;
        // The next line must start on its own.
        if !text.is_empty() && !text.ends_with('\n') {
            let _ = writeln!(file);
        }
        Ok(Self { known, file })
    }

    /// The stored result of this key.
    pub fn get(&self, key: &str) -> Option<&Outcome> {
        self.known.get(key)
    }

    /// Stores a result.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn put(&mut self, key: &str, outcome: &Outcome) -> Result<(), Error> {
        let entry = Entry { key: key.to_owned(), outcome: outcome.clone() };
        let line = serde_json::to_string(&entry).map_err(|error| Error::new("results", error))?;
        writeln!(self.file, "{line}").map_err(|error| Error::new("results", error))
    }
}

/// The key of a result, made of everything that the result depends on.
pub fn key(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
