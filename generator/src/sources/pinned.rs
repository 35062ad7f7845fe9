//! The files of a folder, and the URLs that its lock file pins, as sources.

use std::path::{Path, PathBuf};

use super::lock::{LOCK_FILE, Lock, sha256};
use super::{FolderSources, SourceError, Sources, is_url};

/// The files of a folder, and the documents that `openapi-smith fetch` has put there.
///
/// The lock file of the folder, `openapi-lock.json`, has the URL, the path and the SHA-256 of each fetched document. A
/// `$ref` to one of these URLs is read from the folder, and the hash is verified. Other URLs are refused: nothing is
/// fetched from the network. Without a lock file, no URL is pinned. The rules of [`FolderSources`] hold for all files.
///
/// The location of a fetched document is its URL, so relative references in it are resolved as on the web, and settings
/// name its schemas as `https://api.example.com/schemas/order.yaml#/properties/due`.
///
/// ```no_run
/// use openapi_smith::{Input, PinnedSources, Settings, generate};
///
/// let sources = PinnedSources::open("spec")?;
/// let root = sources.location("openapi.yaml");
/// let output = generate(Input::files(root, &sources), &Settings::new())?;
/// // In a build script: build again if one of the files changes.
/// for file in &output.files {
///     println!("cargo::rerun-if-changed={}", sources.path(file).display());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PinnedSources {
    folder: FolderSources,
    lock: Lock,
}

impl PinnedSources {
    /// The files of this folder, with the lock file in it.
    ///
    /// # Errors
    ///
    /// The lock file cannot be read, or is not one.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, SourceError> {
        let folder = FolderSources::new(folder);
        let path = folder.path(LOCK_FILE);
        let exists = path.try_exists().map_err(|error| {
            SourceError::new(format!("cannot read {}: {error}", path.display()), "make the file readable")
        })?;
        let lock = if exists { Lock::parse(&folder.text(LOCK_FILE)?)? } else { Lock::default() };
        Ok(Self { folder, lock })
    }

    /// The content of the lock file.
    #[doc(hidden)]
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The location of the file at a path in the folder: its URL if the file was fetched, or else the path itself.
    pub fn location(&self, path: &str) -> String {
        let plain = path.strip_prefix("./").unwrap_or(path);
        let pinned = self.lock.files.iter().find(|(_, pin)| pin.path == plain);
        pinned.map_or_else(|| plain.to_owned(), |(url, _)| url.clone())
    }

    /// The path of the file at a location, below the folder.
    #[doc(hidden)]
    pub fn path_in_folder<'a>(&'a self, location: &'a str) -> &'a str {
        self.lock.files.get(location).map_or(location, |pin| pin.path.as_str())
    }

    /// The path of the file at a location, for messages and `rerun-if-changed`. A URL that is not pinned is returned as
    /// it is.
    pub fn path(&self, location: &str) -> PathBuf {
        match self.lock.files.get(location) {
            Some(pin) => self.folder.path(&pin.path),
            None if is_url(location) => Path::new(location).to_owned(),
            None => self.folder.path(location),
        }
    }
}

impl Sources for PinnedSources {
    fn text(&self, location: &str) -> Result<String, SourceError> {
        let Some(pin) = self.lock.files.get(location) else {
            if is_url(location) {
                let what = "nothing is fetched from the network, and the lock file does not pin this URL";
                return Err(SourceError::new(what, "pin it: run `openapi-smith fetch` with the document"));
            }
            return self.folder.text(location);
        };
        let text = self.folder.text(&pin.path)?;
        if sha256(&text) == pin.sha256 {
            return Ok(text);
        }
        let what = format!("its copy `{}` differs from the SHA-256 in the lock file", pin.path);
        Err(SourceError::new(what, "restore the copy with `openapi-smith fetch`, or change documents with an overlay"))
    }
}
