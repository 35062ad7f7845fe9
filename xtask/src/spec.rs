//! The commands for `spec/`. Only this file reads and writes `spec/`.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use serde_yaml::Value;
use similar::TextDiff;

use crate::docs::{self, Review};
use crate::overlay::{self, Problems};
use crate::slice::{self, SliceError};
use crate::structure::{sha256, structure};
use crate::text_hashes::TextHashes;
use crate::write;

/// Upstream's slice, relative to the workspace.
pub const UPSTREAM: &str = "spec/upstream.yaml";
/// Our corrections, relative to the workspace.
pub const OVERLAY: &str = "spec/overlay.yaml";
/// The hashes of upstream's texts, relative to the workspace.
pub const TEXTS: &str = "spec/upstream-texts.tsv";
/// The corrected document, relative to the workspace.
pub const OIDC: &str = "spec/oidc.yaml";
/// The tag of the operations in the slice.
pub const TAG: &str = "oidc";

const HEADER: &str = "\
# Made by `cargo xtask spec apply` from upstream.yaml and overlay.yaml. Do not edit: change the overlay.

";

/// The error of a command.
#[derive(Debug)]
pub enum Error {
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file is not valid YAML or JSON.
    Syntax {
        /// The file.
        path: PathBuf,
        /// The parser's message, with line and column.
        message: String,
    },
    /// The overlay does not fit the document.
    Overlay(Problems),
    /// The document cannot be sliced.
    Slice {
        /// The document's file.
        path: PathBuf,
        /// The error.
        source: SliceError,
    },
    /// `spec/oidc.yaml` differs from the result of the overlay.
    OutOfDate {
        /// The difference, as a unified diff.
        diff: String,
    },
    /// A property of `info` in `spec/upstream.yaml` is missing or wrong.
    Provenance {
        /// The property.
        property: &'static str,
        /// Its value.
        found: String,
        /// The correct value.
        expected: String,
    },
    /// The structure of `spec/upstream.yaml` differs from the structure of upstream's document.
    Structure {
        /// The difference, as a unified diff.
        diff: String,
    },
    /// `spec/upstream-texts.tsv` does not belong to `spec/upstream.yaml`.
    Texts {
        /// The version of the hashes, or another difference.
        found: String,
        /// The version of `spec/upstream.yaml`.
        version: String,
    },
    /// A document cannot be downloaded.
    Fetch {
        /// Its URL.
        url: String,
        /// The error.
        message: String,
    },
    /// The version of a document is unknown.
    Version {
        /// The file or URL of the document.
        from: String,
        /// The version that the document declares.
        own: String,
    },
    /// The day of a release is unknown or no day.
    Date {
        /// The version.
        version: String,
        /// The text that is no day, if there is one.
        given: Option<String>,
    },
    /// `spec/upstream.yaml` is not in the form in which an update writes it.
    Form {
        /// The difference, as a unified diff.
        diff: String,
    },
    /// A step of an update failed, and nothing was written.
    Update {
        /// The step and the error.
        what: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Syntax { path, message } => write!(f, "{}: {message}", path.display()),
            Self::Overlay(problems) => write!(f, "{OVERLAY} does not fit {UPSTREAM}:\n{problems}"),
            Self::Slice { path, source } => write!(f, "{}: {source}", path.display()),
            Self::OutOfDate { diff } => {
                write!(f, "{OIDC} is not what {UPSTREAM} and {OVERLAY} make; run `cargo xtask spec apply`\n{diff}")
            }
            Self::Provenance { property, found, expected } => write!(
                f,
                "{UPSTREAM}: `info.{property}` is `{found}`, expected was `{expected}`; correct the one that is wrong"
            ),
            Self::Structure { diff } => {
                write!(f, "{UPSTREAM} does not have upstream's structure; corrections belong into {OVERLAY}\n{diff}")
            }
            Self::Texts { found, version } => write!(
                f,
                "{TEXTS} does not have the hashes of {version}: it has {found}; restore it, or delete it and run \
                 `cargo xtask spec update` with the document of {version}"
            ),
            Self::Fetch { url, message } => {
                write!(f, "{url} cannot be fetched: {message}; fetch it by hand and give the file")
            }
            Self::Version { from, own } => {
                write!(f, "{from} declares the version `{own}`, and its name has none; give it with --version")
            }
            Self::Date { version, given: None } => write!(
                f,
                "the day on which {version} was released is unknown; give it with --date YYYY-MM-DD (upstream's tag has it)"
            ),
            Self::Date { given: Some(given), .. } => {
                write!(f, "--date: `{given}` is not a day; write it as YYYY-MM-DD")
            }
            Self::Form { diff } => write!(
                f,
                "{UPSTREAM} is valid, but not in the form in which an update writes it; run `cargo xtask spec format`\n{diff}"
            ),
            Self::Update { what } => write!(f, "{what}; nothing was written"),
        }
    }
}

impl std::error::Error for Error {}

/// The result of [`verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// The hash and upstream's document agree with our copy.
    AgainstUpstream {
        /// Upstream's document.
        path: PathBuf,
    },
    /// The hash agrees with our copy. Upstream's document is not available.
    HashOnly {
        /// The expected file of the document.
        missing: PathBuf,
    },
}

/// The text of `spec/oidc.yaml`, from the texts of the other two files.
pub fn recompute(upstream: &str, overlay: &str) -> Result<String, Error> {
    let upstream = yaml(upstream, Path::new(UPSTREAM))?;
    let overlay = yaml(overlay, Path::new(OVERLAY))?;
    let overlay = overlay::parse(&overlay).map_err(Error::Overlay)?;
    let document = overlay::apply(&upstream, &overlay).map_err(Error::Overlay)?;
    oidc_text(&document)
}

/// The text of `spec/oidc.yaml`, from the document.
pub fn oidc_text(document: &Value) -> Result<String, Error> {
    let text = serde_yaml::to_string(document)
        .map_err(|error| Error::Syntax { path: OIDC.into(), message: error.to_string() })?;
    Ok(format!("{HEADER}{text}"))
}

/// Writes `spec/oidc.yaml`. Returns whether that changed it.
pub fn apply(root: &Path) -> Result<bool, Error> {
    let text = recompute_in(root)?;
    let path = root.join(OIDC);
    if fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return Ok(false);
    }
    write(&path, &text)?;
    Ok(true)
}

/// Compares `spec/oidc.yaml` with the output of [`apply`].
pub fn check(root: &Path) -> Result<(), Error> {
    let expected = recompute_in(root)?;
    let present = read(&root.join(OIDC))?;
    if present == expected {
        return Ok(());
    }
    Err(Error::OutOfDate { diff: diff(&present, OIDC, &expected, "recomputed") })
}

/// Writes `spec/upstream.yaml` in the form in which an update writes it. Returns the difference, if there is one.
///
/// A text written by hand may have any form of YAML. Comments below the first line of the document are lost: the difference
/// shows them.
pub fn format(root: &Path) -> Result<Option<String>, Error> {
    let path = root.join(UPSTREAM);
    let present = read(&path)?;
    let Err(error) = formatted(&present) else { return Ok(None) };
    let Error::Form { diff } = error else { return Err(error) };
    write(&path, &canonical(&present)?)?;
    Ok(Some(diff))
}

/// Refuses a text of `spec/upstream.yaml` that is not in the form in which an update writes it.
pub fn formatted(text: &str) -> Result<(), Error> {
    let canonical = canonical(text)?;
    if canonical == text {
        return Ok(());
    }
    Err(Error::Form { diff: diff(text, UPSTREAM, &canonical, "in its form") })
}

fn canonical(text: &str) -> Result<String, Error> {
    let document = yaml(text, Path::new(UPSTREAM))?;
    let canonical = write::document(&document, text);
    if yaml(&canonical, Path::new(UPSTREAM))? != document {
        return Err(Error::Update { what: format!("{UPSTREAM} cannot be written so that it is read as it was meant") });
    }
    Ok(canonical)
}

/// The hashes in `spec/upstream-texts.tsv`; `None` without the file.
pub fn text_hashes(root: &Path) -> Result<Option<TextHashes>, Error> {
    let path = root.join(TEXTS);
    if !path.exists() {
        return Ok(None);
    }
    TextHashes::parse(&read(&path)?).map(Some).map_err(|message| Error::Syntax { path, message })
}

/// Compares `spec/upstream.yaml` with the hash in its `info`, and with upstream's document below `shared`, if
/// available.
pub fn verify(root: &Path, shared: &Path) -> Result<Verified, Error> {
    let path = root.join(UPSTREAM);
    let ours = yaml(&read(&path)?, &path)?;
    let info = |property| {
        let info = ours.get("info").and_then(|info| info.get(property));
        info.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let structure_of_ours = structure(&ours);
    let version = info("version");
    for (property, expected) in
        [("x-upstream-version", version.clone()), ("x-slice-sha256", sha256(&structure_of_ours))]
    {
        let found = info(property);
        if found != expected {
            return Err(Error::Provenance { property, found, expected });
        }
    }
    let hashes = text_hashes(root)?;
    let found = hashes.as_ref().map_or("no file", |hashes| hashes.version.as_str());
    if found != version {
        return Err(Error::Texts { found: found.to_owned(), version });
    }

    let Some(path) = whole_document(shared, &version) else {
        return Ok(Verified::HashOnly { missing: shared.join(format!("upstream/ory-client-{version}.json")) });
    };
    let upstream = json(&read(&path)?, &path)?;
    match slice::slice(&upstream, TAG) {
        Err(source) => Err(Error::Slice { path, source }),
        Ok(slice) => {
            let structure_of_upstream = structure(&slice);
            if sha256(&structure_of_upstream) == sha256(&structure_of_ours) {
                if hashes != Some(TextHashes::of(&version, &slice)) {
                    return Err(Error::Texts { found: "other texts".to_owned(), version });
                }
                return Ok(Verified::AgainstUpstream { path });
            }
            Err(Error::Structure {
                diff: diff(&listing(&structure_of_upstream), "upstream", &listing(&structure_of_ours), UPSTREAM),
            })
        }
    }
}

/// Reviews the texts of `spec/oidc.yaml`.
///
/// # Errors
///
/// The file cannot be read, or the generator refuses it.
pub fn review(root: &Path) -> Result<Review, Error> {
    let path = root.join(OIDC);
    docs::review(&read(&path)?, &crate::settings::settings()).map_err(|message| Error::Syntax { path, message })
}

/// The pointers of the placeholders in `spec/upstream.yaml`. A correction may hide one from `spec/oidc.yaml`.
///
/// # Errors
///
/// The file cannot be read.
pub fn placeholders(root: &Path) -> Result<Vec<String>, Error> {
    let path = root.join(UPSTREAM);
    Ok(docs::placeholders(&yaml(&read(&path)?, &path)?))
}

/// The folder of documents that are too large for the repository, or not ours.
pub fn shared(root: &Path) -> PathBuf {
    match env::var_os("ORY_OIDC_SHARED") {
        Some(path) => path.into(),
        None => root.join("../shared"),
    }
}

/// Upstream's complete document of a version, if available.
pub fn whole_document(shared: &Path, version: &str) -> Option<PathBuf> {
    let names = [format!("upstream/ory-client-{version}.json"), format!("upstream/history/{version}.json")];
    names.iter().map(|name| shared.join(name)).find(|path| path.exists())
}

/// The root of the workspace in which this tool was built.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Reads a file.
pub fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Writes a file, and creates its folder if necessary.
pub fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Parses YAML. `path` is for the error.
pub fn yaml(text: &str, path: &Path) -> Result<Value, Error> {
    serde_yaml::from_str(text).map_err(|error| Error::Syntax { path: path.to_owned(), message: error.to_string() })
}

/// Parses JSON and keeps the order of properties. `path` is for the error.
pub fn json(text: &str, path: &Path) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| Error::Syntax { path: path.to_owned(), message: error.to_string() })
}

fn recompute_in(root: &Path) -> Result<String, Error> {
    recompute(&read(&root.join(UPSTREAM))?, &read(&root.join(OVERLAY))?)
}

fn diff(old: &str, old_name: &str, new: &str, new_name: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(old_name, new_name).to_string()
}

/// One line for each primitive, with its location, sorted. A diff of two listings shows where documents differ.
fn listing(value: &Value) -> String {
    let mut lines = Vec::new();
    list(value, "#", &mut lines);
    lines.sort();
    lines.concat()
}

fn list(value: &Value, location: &str, lines: &mut Vec<String>) {
    match value {
        Value::Mapping(mapping) if !mapping.is_empty() => {
            for (key, value) in mapping {
                let key = key.as_str().unwrap_or_default().replace('/', "~1");
                list(value, &format!("{location}/{key}"), lines);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                list(item, &format!("{location}/{index:02}"), lines);
            }
        }
        leaf => lines.push(format!("{location} = {}\n", crate::structure::canonical(leaf))),
    }
}
