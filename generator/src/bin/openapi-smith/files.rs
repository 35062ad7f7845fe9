//! Reads and writes files; `-` stands for standard input and output.

use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use openapi_smith::overlay::{Change, OverlaidSources, Overlay, Problems};
use openapi_smith::{Input, Location, PinnedSources, Sources as _};

use crate::UsageError;
use crate::http::is_url;

/// Whether a path stands for a standard stream.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of a document in messages.
pub(crate) fn name(path: &Path) -> String {
    if is_standard(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// A document of the command line.
#[derive(Debug)]
pub(crate) struct Document {
    path: PathBuf,
    source: Source,
    /// The text with the overlays applied, in YAML.
    effective: Option<String>,
    /// What the actions of each overlay changed.
    changes: Vec<(String, Change)>,
}

/// A text from a stream, or a file with the folder of its other files.
#[derive(Debug)]
enum Source {
    Text(String),
    Files { root: String, sources: PinnedSources },
    Overlaid { root: String, sources: OverlaidSources<PinnedSources>, folder: PinnedSources },
}

impl Document {
    /// The document at a path. `root` is the folder that its files may be in; by default, the folder of the document.
    pub(crate) fn open(path: &Path, root: Option<&Path>, overlays: &[PathBuf]) -> Result<Self, UsageError> {
        let source = if is_standard(path) {
            Source::Text(stream(path, io::stdin())?)
        } else {
            // A document that cannot be read is wrong usage.
            let file = fs::File::open(path).map_err(|error| cannot_read(path, &error))?;
            let metadata = file.metadata().map_err(|error| cannot_read(path, &error))?;
            if metadata.is_file() { in_folder(path, root)? } else { Source::Text(stream(path, file)?) }
        };
        let document = Self { path: path.to_owned(), source, effective: None, changes: Vec::new() };
        if overlays.is_empty() { Ok(document) } else { document.overlaid(overlays) }
    }

    /// The document with overlays applied, one after the other.
    fn overlaid(mut self, overlays: &[PathBuf]) -> Result<Self, UsageError> {
        let mut text = match &self.source {
            Source::Text(text) => text.clone(),
            Source::Files { root, sources } | Source::Overlaid { root, folder: sources, .. } => sources
                .text(root)
                .map_err(|error| UsageError(format!("cannot read {}: {error}", self.path.display())))?,
        };
        for path in overlays {
            let shown = path.display().to_string();
            let wrong = |problems: &Problems| {
                let line = |problem| format!("{}: {shown}: {problem}", name(&self.path));
                UsageError(problems.0.iter().map(line).collect::<Vec<_>>().join("\n"))
            };
            let overlay = read(path)?;
            let overlay = Overlay::parse(&overlay).map_err(|problems| wrong(&problems))?;
            let applied = openapi_smith::overlay::apply(&text, &overlay).map_err(|problems| wrong(&problems))?;
            text = applied.text;
            self.changes.extend(applied.changes.into_iter().map(|change| (shown.clone(), change)));
        }
        self.source = match self.source {
            Source::Text(_) => Source::Text(text.clone()),
            Source::Files { root, sources: folder } | Source::Overlaid { root, folder, .. } => {
                let sources = OverlaidSources::new(folder.clone(), root.clone(), text.clone());
                Source::Overlaid { root, sources, folder }
            }
        };
        self.effective = Some(text);
        Ok(self)
    }

    /// What the actions of each overlay changed.
    pub(crate) fn changes(&self) -> &[(String, Change)] {
        &self.changes
    }

    /// The text with the overlays applied.
    pub(crate) fn effective(&self, is_json: bool) -> Result<String, UsageError> {
        let text = self.effective.clone().unwrap_or_default();
        if !is_json {
            return Ok(text);
        }
        let wrong = |error: String| UsageError(format!("cannot write JSON: {error}"));
        let value: serde_yaml::Value = serde_yaml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let json = serde_json::to_string_pretty(&value).map_err(|error| wrong(error.to_string()))?;
        Ok(json + "\n")
    }

    pub(crate) fn input(&self) -> Input<'_> {
        match &self.source {
            Source::Text(text) => Input::text(text),
            Source::Files { root, sources } => Input::files(root, sources),
            Source::Overlaid { root, sources, .. } => Input::files(root, sources),
        }
    }

    /// The location of the root document and the folder of its files, unless it is a text from a stream.
    pub(crate) fn files(&self) -> Option<(&str, &PinnedSources)> {
        match &self.source {
            Source::Text(_) => None,
            Source::Files { root, sources } | Source::Overlaid { root, folder: sources, .. } => Some((root, sources)),
        }
    }

    /// The name of the document in messages.
    pub(crate) fn name(&self) -> String {
        name(&self.path)
    }

    /// A location with the path of its file.
    pub(crate) fn show(&self, location: &Location) -> String {
        let path = match (&self.source, location.file()) {
            (Source::Files { sources, .. } | Source::Overlaid { folder: sources, .. }, Some(file)) => {
                sources.path(file).display().to_string()
            }
            (_, Some(file)) => file.to_owned(),
            (_, None) => self.name(),
        };
        format!("{path}#{}", location.pointer())
    }
}

/// The file at a path, and the folder of its other files.
fn in_folder(path: &Path, root: Option<&Path>) -> Result<Source, UsageError> {
    let real = path.canonicalize().map_err(|error| cannot_read(path, &error))?;
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    // The other files are beside the target of a symbolic link.
    let shown = if is_link { &real } else { path };
    let folder = root.or(shown.parent()).unwrap_or(Path::new(""));
    let base = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let base = base.canonicalize().map_err(|error| cannot_read(folder, &error))?;
    let relative = real
        .strip_prefix(&base)
        .map_err(|_| UsageError(format!("{} is not in the root folder {}", path.display(), folder.display())))?;
    let segments: Option<Vec<&str>> = relative.components().map(|component| component.as_os_str().to_str()).collect();
    let Some(segments) = segments else {
        return Err(UsageError(format!("cannot read {}: its path is not UTF-8", path.display())));
    };
    let sources = PinnedSources::open(folder).map_err(|error| UsageError(format!("{}: {error}", folder.display())))?;
    // A fetched document has its URL as its location.
    Ok(Source::Files { root: sources.location(&segments.join("/")), sources })
}

/// The text of a stream.
fn stream(path: &Path, mut stream: impl Read) -> Result<String, UsageError> {
    let mut text = String::new();
    stream.read_to_string(&mut text).map(|_| text).map_err(|error| cannot_read(path, &error))
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, UsageError> {
    fs::read_to_string(path).map_err(|error| cannot_read(path, &error))
}

fn cannot_read(path: &Path, error: &io::Error) -> UsageError {
    let name = name(path);
    if is_url(&name) {
        let fetch = "run `openapi-smith fetch` with the URL, and name the copy that it writes";
        return UsageError(format!("cannot read {name}: only `fetch` and `new` use the network: {fetch}"));
    }
    UsageError(format!("cannot read {name}: {error}"))
}

/// Whether a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The file or stream was written.
    Yes,
    /// The file had this content already and was not touched.
    Unchanged,
}

impl Written {
    /// `written` or `unchanged`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "written",
            Self::Unchanged => "unchanged",
        }
    }
}

/// Writes a text, unless the file has the same content.
pub(crate) fn write(path: &Path, text: &str) -> Result<Written, UsageError> {
    if is_standard(path) {
        return match io::stdout().lock().write_all(text.as_bytes()) {
            // The reader has closed the pipe, which is not an error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(UsageError(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(Written::Yes),
        };
    }
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(Written::Unchanged);
    }
    fs::write(path, text)
        .map(|()| Written::Yes)
        .map_err(|error| UsageError(format!("cannot write {}: {error}", path.display())))
}
