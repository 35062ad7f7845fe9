//! The files of a folder as sources.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::{ADD_OR_CORRECT, SourceError, Sources, is_url};

/// The largest file by default: 64 MiB, more than any real document.
const MOST_BYTES: u64 = 64 << 20;

/// The files of a folder and its subfolders.
///
/// Files outside the folder are refused, also by a symbolic link, and so are files that are not regular, such as
/// devices and named pipes, and files of more than 64 MiB. Nothing is fetched from the network.
///
/// ```no_run
/// use openapi_smith::{FolderSources, Input, Settings, generate};
///
/// let sources = FolderSources::new("api");
/// let output = generate(Input::files("openapi.yaml", &sources), &Settings::new())?;
/// // In a build script: build again if one of the files changes.
/// for file in &output.files {
///     println!("cargo::rerun-if-changed={}", sources.path(file).display());
/// }
/// # Ok::<(), openapi_smith::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FolderSources {
    folder: PathBuf,
    most_bytes: u64,
}

impl FolderSources {
    /// The files of this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder: PathBuf = folder.into();
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        Self { folder, most_bytes: MOST_BYTES }
    }

    /// Refuses files of more bytes. The default is 64 MiB.
    #[must_use]
    pub fn most_bytes(mut self, bytes: u64) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// The path of the file at a location, for messages and `rerun-if-changed`.
    pub fn path(&self, location: &str) -> PathBuf {
        if self.folder == Path::new(".") { PathBuf::from(location) } else { self.folder.join(location) }
    }

    /// The path of a regular file in the folder.
    fn checked(&self, location: &str) -> Result<PathBuf, SourceError> {
        if is_url(location) {
            let remedy = "pin the URL with `openapi-smith fetch`, or let the `$ref` point to a copy";
            return Err(SourceError::new("nothing is fetched from the network", remedy));
        }
        let relative = Path::new(location);
        if !relative.components().all(|component| matches!(component, Component::Normal(_))) {
            return Err(outside());
        }
        let folder = self.folder.canonicalize().map_err(|error| unreadable(&error))?;
        let path = self.folder.join(relative).canonicalize().map_err(|error| unreadable(&error))?;
        if !path.starts_with(&folder) {
            return Err(outside());
        }
        Ok(path)
    }

    /// Refuses folders, devices and files that are too large.
    fn check(&self, metadata: &fs::Metadata) -> Result<(), SourceError> {
        if metadata.is_dir() {
            return Err(SourceError::new("this is a folder", "let the `$ref` point to a file"));
        }
        if !metadata.is_file() {
            return Err(SourceError::new("this is not a regular file", "let the `$ref` point to a regular file"));
        }
        if metadata.len() > self.most_bytes { Err(self.too_large()) } else { Ok(()) }
    }

    fn too_large(&self) -> SourceError {
        let what = format!("the file has more than {} bytes", self.most_bytes);
        SourceError::new(what, "split the file")
    }
}

impl Sources for FolderSources {
    fn text(&self, location: &str) -> Result<String, SourceError> {
        let path = self.checked(location)?;
        // Opening a named pipe waits for its writer, so the check comes first.
        self.check(&fs::metadata(&path).map_err(|error| unreadable(&error))?)?;
        let file = File::open(&path).map_err(|error| unreadable(&error))?;
        self.check(&file.metadata().map_err(|error| unreadable(&error))?)?;
        let mut text = String::new();
        file.take(self.most_bytes.saturating_add(1)).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
        if text.len() as u64 > self.most_bytes { Err(self.too_large()) } else { Ok(text) }
    }
}

fn outside() -> SourceError {
    SourceError::new("the file is outside the root folder", "move the file, or choose a wider root folder (`--root`)")
}

fn unreadable(error: &io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            SourceError::new("there is no such file", ADD_OR_CORRECT)
        }
        io::ErrorKind::InvalidData => SourceError::new("the file is not UTF-8 text", "save the file as UTF-8"),
        _ => SourceError::new(error.to_string(), "make the file readable"),
    }
}
