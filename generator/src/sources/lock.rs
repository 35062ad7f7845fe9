//! The lock file of a folder of fetched documents: the URL, the hash and the path of each.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::SourceError;

/// The name of the lock file.
pub const LOCK_FILE: &str = "openapi-lock.json";

/// The version of the format.
const VERSION: u64 = 1;

/// The content of a lock file. `openapi-smith fetch` writes it.
#[doc(hidden)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lock {
    /// The URL of the root document as it was asked for, or its path in the folder.
    pub source: String,
    /// The location of the root document: its URL after redirects, or its path in the folder.
    pub root: String,
    /// The fetched files by URL.
    pub files: BTreeMap<String, Pin>,
}

/// A fetched file.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pin {
    /// Its path in the folder.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Pin {
    /// The pin of a text at a path.
    pub fn of(path: impl Into<String>, text: &str) -> Self {
        Self { path: path.into(), sha256: sha256(text) }
    }
}

/// The SHA-256 of a text, in hexadecimal.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Lock {
    /// A lock file without files.
    pub fn new(source: impl Into<String>, root: impl Into<String>) -> Self {
        Self { source: source.into(), root: root.into(), files: BTreeMap::new() }
    }

    /// Reads the text of a lock file.
    ///
    /// # Errors
    ///
    /// The text is not that of a lock file.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let invalid = |what: &str| {
            let remedy = "restore it, or delete it and fetch again with `openapi-smith fetch`";
            SourceError::new(format!("the lock file `{LOCK_FILE}` is invalid: {what}"), remedy)
        };
        let value: Value = serde_json::from_str(text).map_err(|error| invalid(&error.to_string()))?;
        if value.get("version").and_then(Value::as_u64) != Some(VERSION) {
            return Err(invalid("its `version` is not 1, the only one that this version reads"));
        }
        let field = |value: &Value, key: &str| {
            let text = value.get(key).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| invalid(&format!("`{key}` is missing or no string")))
        };
        let mut lock = Self::new(field(&value, "source")?, field(&value, "root")?);
        let files = value.get("files").and_then(Value::as_array).ok_or_else(|| invalid("`files` is no array"))?;
        for file in files {
            let pin = Pin { path: field(file, "path")?, sha256: field(file, "sha256")? };
            if lock.files.insert(field(file, "url")?, pin).is_some() {
                return Err(invalid("a URL is repeated"));
            }
        }
        Ok(lock)
    }

    /// The text of the lock file.
    pub fn to_text(&self) -> String {
        let file = |(url, pin): (&String, &Pin)| json!({ "url": url, "path": pin.path, "sha256": pin.sha256 });
        let files: Vec<Value> = self.files.iter().map(file).collect();
        format!("{:#}\n", json!({ "version": VERSION, "source": self.source, "root": self.root, "files": files }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_is_read_as_it_is_written() {
        let mut lock = Lock::new("https://a.example/", "https://a.example/openapi.yaml");
        lock.files.insert(lock.root.clone(), Pin::of("openapi.yaml", "abc"));
        // The example of FIPS 180-2, appendix B.1.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(lock.to_text().contains(sha256), "{}", lock.to_text());
        assert_eq!(Lock::parse(&lock.to_text()).unwrap(), lock);
    }

    #[test]
    fn an_invalid_lock_file_is_refused() {
        for (text, says) in [
            ("{", "EOF"),
            (r#"{"version": 2, "source": "a", "root": "a", "files": []}"#, "`version` is not 1"),
            (r#"{"version": 1, "source": "a", "files": []}"#, "`root` is missing"),
            (
                r#"{"version": 1, "source": "a", "root": "a", "files": [{"url": "https://a.example"}]}"#,
                "`path` is missing",
            ),
        ] {
            let error = Lock::parse(text).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains("openapi-smith fetch"), "{error}");
        }
    }
}
