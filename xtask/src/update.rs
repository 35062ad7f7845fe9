//! Updates `spec/` to a new document of upstream: sliced, verified, with our texts and corrections.
//!
//! Everything is computed before the first file is written. If the structure of the slice is the same, no file is
//! written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use openapi_smith::diff::{ChangeKind, Diff, compare};
use openapi_smith::{Settings, generate};
use serde_yaml::{Mapping, Value};

use crate::merge::{PLACEHOLDER, merge};
use crate::overlay::{self, Overlay, Problem};
use crate::slice::{self, SliceError};
use crate::spec::{self, Error, OIDC, OVERLAY, TAG, UPSTREAM};
use crate::structure::{TOP_LEVEL, sha256, structure};
use crate::write;

/// The new document, its version and its date.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path or a URL.
    pub from: String,
    /// Upstream's version. The default is the version in the document, or else in its file name.
    pub version: Option<String>,
    /// The day of the release, as `YYYY-MM-DD`. The default is today.
    pub date: Option<String>,
}

/// A computed update.
#[derive(Debug)]
pub struct Plan {
    /// The present version.
    pub old_version: String,
    /// The new version.
    pub new_version: String,
    /// The changes; `None` if the slice has the same structure.
    pub change: Option<Taken>,
    /// The texts that upstream changed, if both of its documents are available. The texts in `spec/` are ours, so this
    /// is only information.
    pub retold: Vec<String>,
}

/// The changes of an update.
#[derive(Debug)]
pub struct Taken {
    /// The changes of upstream.
    pub upstream: Diff,
    /// The changes of the corrected document, from which the module is generated.
    pub corrected: Diff,
    /// The corrections that no longer fit, or only in part. The fitting parts are applied.
    pub stale: Vec<Problem>,
    /// The corrections that fit the new document, but not the present one.
    pub fitting: Vec<Problem>,
    /// The pointers of missing texts.
    pub placeholders: Vec<String>,
    upstream_text: String,
    oidc_text: String,
}

/// Computes an update. Writes nothing.
pub fn plan(root: &Path, shared: &Path, source: &Source) -> Result<Plan, Error> {
    let text = crate::fetch::text(&source.from)?;
    let path = PathBuf::from(&source.from);
    let whole = if text.trim_start().starts_with('{') { spec::json(&text, &path)? } else { spec::yaml(&text, &path)? };
    let failed = |source: SliceError| Error::Slice { path: path.clone(), source };
    let slice = slice::slice(&whole, TAG).map_err(failed)?;
    let new_version = version(source, &whole)?;

    let ours_path = root.join(UPSTREAM);
    let ours_text = spec::read(&ours_path)?;
    let ours = spec::yaml(&ours_text, &ours_path)?;
    let old_version = text_at(&ours, "version");
    let new_structure = structure(&slice);
    let retold = retold(shared, &old_version, &text);
    if sha256(&new_structure) == sha256(&structure(&ours)) {
        return Ok(Plan { old_version, new_version, change: None, retold });
    }

    let moved = moved(&ours, &slice)?;
    let (merged, placeholders) = merge(&new_structure, &ours, &moved);
    let merged = with_info(&merged, &ours, &new_version, &date(source), &sha256(&new_structure));
    if sha256(&structure(&merged)) != sha256(&new_structure) {
        return Err(Error::Update { what: "our texts cannot be laid over the new structure".to_owned() });
    }
    let upstream_text = write::document(&merged, &ours_text);
    if spec::yaml(&upstream_text, &ours_path)? != merged {
        return Err(Error::Update { what: format!("{UPSTREAM} cannot be written so that it is read as it was meant") });
    }

    let overlay_text = spec::read(&root.join(OVERLAY))?;
    let overlay = Overlay::parse(&spec::yaml(&overlay_text, Path::new(OVERLAY))?).map_err(Error::Overlay)?;
    let (corrected, stale) = overlay::apply_what_fits(&merged, &overlay);
    let (_, unfit) = overlay::apply_what_fits(&ours, &overlay);
    let is_stale = |problem: &Problem| stale.iter().any(|other| other.action == problem.action);
    let fitting: Vec<Problem> = unfit.into_iter().filter(|problem| !is_stale(problem)).collect();
    let oidc_text = spec::oidc_text(&corrected)?;
    let settings = crate::settings::settings();
    generate(&oidc_text, &settings.clone().strict(true))
        .map_err(|error| Error::Update { what: format!("{OIDC} would be refused:\n{error}\n") })?;
    let compare = |old: &str, new: &str, what: &str| {
        compare(old, new, &settings).map_err(|error| Error::Update { what: format!("{what}: {error}") })
    };
    let upstream = compare(&ours_text, &upstream_text, UPSTREAM)?;
    let corrected = compare(&spec::read(&root.join(OIDC))?, &oidc_text, OIDC)?;
    let taken = Taken { upstream, corrected, stale, fitting, placeholders, upstream_text, oidc_text };
    Ok(Plan { old_version, new_version, change: Some(taken), retold })
}

impl Plan {
    /// Writes all files of the update, or none. Returns whether there was a change to write.
    pub fn write(&self, root: &Path, report: Option<&Path>) -> Result<bool, Error> {
        let mut files = Vec::new();
        if let Some(taken) = &self.change {
            files.push((root.join(UPSTREAM), taken.upstream_text.clone()));
            files.push((root.join(OIDC), taken.oidc_text.clone()));
        }
        files.extend(self.report(report));
        write_all(&files)?;
        Ok(self.change.is_some())
    }

    /// Writes only the report. Returns `false`: `spec/` is unchanged.
    pub fn write_report(&self, report: Option<&Path>) -> Result<bool, Error> {
        write_all(&self.report(report).into_iter().collect::<Vec<_>>())?;
        Ok(false)
    }

    fn report(&self, path: Option<&Path>) -> Option<(PathBuf, String)> {
        let path = path?;
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        let text = match &self.change {
            Some(taken) if is_page => taken.upstream.to_html(),
            _ => self.to_markdown(),
        };
        Some((path.to_owned(), text))
    }

    /// The report as text for a terminal.
    pub fn to_terminal(&self) -> String {
        let mut text = String::new();
        let Some(taken) = &self.change else {
            let _ = writeln!(
                text,
                "nothing in the slice changed from {} to {}; nothing is written",
                self.old_version, self.new_version
            );
            self.lines(&mut text);
            return text;
        };
        text.push_str(&taken.upstream.to_terminal());
        let _ = writeln!(
            text,
            "\nwith our corrections: wire {}, Rust API {}, next version {} (before 1.0: {})",
            taken.corrected.wire().as_str(),
            taken.corrected.rust().as_str(),
            taken.corrected.bump().as_str(),
            taken.corrected.bump().before_1_0().as_str()
        );
        self.lines(&mut text);
        text
    }

    /// The report as Markdown for a pull request.
    pub fn to_markdown(&self) -> String {
        let Some(taken) = &self.change else {
            return format!("Nothing in the slice changed from {} to {}.\n", self.old_version, self.new_version);
        };
        let mut text = taken.upstream.to_markdown();
        let _ = writeln!(
            text,
            "\n## With our corrections\n\nwire **{}**, Rust API **{}**, next version **{}** (before 1.0: {})",
            taken.corrected.wire().as_str(),
            taken.corrected.rust().as_str(),
            taken.corrected.bump().as_str(),
            taken.corrected.bump().before_1_0().as_str()
        );
        let mut list = |title: &str, entries: Vec<String>| {
            if entries.is_empty() {
                return;
            }
            let _ = writeln!(text, "\n## {title}\n");
            for entry in entries {
                let _ = writeln!(text, "- `{}`", entry.replace(['`', '\n'], " "));
            }
        };
        list("Corrections that no longer fit", taken.stale.iter().map(ToString::to_string).collect());
        list("Corrections that fit now, and did not before", taken.fitting.iter().map(named).collect());
        list("Texts to be written", taken.placeholders.clone());
        list("Texts that upstream changed", self.retold.clone());
        text
    }

    fn lines(&self, text: &mut String) {
        let mut list = |title: &str, entries: &[String]| {
            if entries.is_empty() {
                return;
            }
            let _ = writeln!(text, "\n{title} ({})", entries.len());
            for entry in entries {
                let _ = writeln!(text, "  {entry}");
            }
        };
        if let Some(taken) = &self.change {
            let stale: Vec<String> = taken.stale.iter().map(ToString::to_string).collect();
            list("corrections that no longer fit; see to each, then run `cargo xtask spec apply`", &stale);
            let fitting: Vec<String> = taken.fitting.iter().map(named).collect();
            list("corrections that fit now, and did not before", &fitting);
            let places: Vec<String> = taken.placeholders.iter().map(|place| format!("#{place}")).collect();
            list(&format!("texts to be written in {UPSTREAM}, in place of `{PLACEHOLDER}`"), &places);
        }
        list("texts that upstream changed; ours are our own", &self.retold);
    }
}

fn named(problem: &Problem) -> String {
    format!("overlay action {} on {}", problem.action, problem.target)
}

/// Writes all files or none: if one cannot be written, the previous contents are restored.
fn write_all(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let mut before = Vec::new();
    for (path, text) in files {
        before.push((path, fs::read(path).ok()));
        if let Err(source) = fs::write(path, text) {
            for (path, bytes) in before {
                // The first error is returned.
                let _ = match bytes {
                    Some(bytes) => fs::write(path, bytes),
                    None => fs::remove_file(path),
                };
            }
            return Err(Error::File { path: path.clone(), source });
        }
    }
    Ok(())
}

/// Maps the new location of everything that only moved or was renamed to its location in our document.
fn moved(ours: &Value, slice: &Value) -> Result<BTreeMap<String, String>, Error> {
    let info: Mapping =
        [("title", "x"), ("version", "x")].map(|(key, value)| (key.into(), value.into())).into_iter().collect();
    let text = |document: &Value| {
        let mut document = document.as_mapping().cloned().unwrap_or_default();
        document.insert("info".into(), Value::Mapping(info.clone()));
        serde_yaml::to_string(&Value::Mapping(document)).map_err(|error| Error::Update { what: error.to_string() })
    };
    let compared = compare(&text(ours)?, &text(slice)?, &Settings::new().tags([TAG]))
        .map_err(|error| Error::Update { what: error.to_string() })?;
    let is_move = |kind: ChangeKind| {
        matches!(
            kind,
            ChangeKind::SchemaRenamed
                | ChangeKind::SchemaMoved
                | ChangeKind::PathRenamed
                | ChangeKind::MethodChanged
                | ChangeKind::ParameterRenamed
                | ChangeKind::ParameterMoved
        )
    };
    // An item that replaces several old ones has no text of its own yet.
    let is_shared = |pointer: &Option<String>| {
        let reference = format!("#{}", pointer.as_deref().unwrap_or_default());
        overlay::references(slice).iter().filter(|other| **other == reference).count() > 1
    };
    let pointers = compared.changes.into_iter().filter(|change| {
        is_move(change.kind) && !(change.kind == ChangeKind::SchemaMoved && is_shared(&change.new_pointer))
    });
    Ok(pointers.filter_map(|change| Some((change.new_pointer?, change.old_pointer?))).collect())
}

/// The new document with our `info`, in our order.
fn with_info(merged: &Value, ours: &Value, version: &str, date: &str, hash: &str) -> Value {
    let mut info = ours.get("info").and_then(Value::as_mapping).cloned().unwrap_or_default();
    let is_new = info.get("version").and_then(Value::as_str) != Some(version);
    info.insert("version".into(), version.into());
    info.insert("x-upstream-version".into(), version.into());
    if is_new {
        info.insert("x-upstream-date".into(), date.into());
    }
    info.insert("x-slice-sha256".into(), hash.into());
    let mut document = Mapping::new();
    let get = |key: &str| merged.get(key).cloned();
    if let Some(openapi) = get("openapi") {
        document.insert("openapi".into(), openapi);
    }
    document.insert("info".into(), Value::Mapping(info));
    for key in TOP_LEVEL.into_iter().filter(|key| *key != "openapi") {
        if let Some(value) = get(key) {
            document.insert(key.into(), value);
        }
    }
    Value::Mapping(document)
}

/// The texts that upstream changed, if its old document is available.
fn retold(shared: &Path, old_version: &str, new: &str) -> Vec<String> {
    let old = spec::whole_document(shared, old_version).and_then(|path| fs::read_to_string(path).ok());
    let compared = old.and_then(|old| compare(&old, new, &Settings::new().tags([TAG])).ok());
    let changes = compared.into_iter().flat_map(|compared| compared.changes);
    let texts = changes.filter(|change| change.kind == ChangeKind::TextChanged);
    texts.map(|change| format!("#{}", change.pointer())).collect()
}

fn text_at(document: &Value, property: &str) -> String {
    let info = document.get("info").and_then(|info| info.get(property));
    info.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The version from the command line, or else from the document, or else from its file name.
fn version(source: &Source, whole: &Value) -> Result<String, Error> {
    if let Some(given) = &source.version {
        return Ok(given.clone());
    }
    let own = text_at(whole, "version");
    if is_version(&own) {
        return Ok(own);
    }
    let name = source.from.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match stem.split('-').find(|part| is_version(part)) {
        Some(found) => Ok(found.to_owned()),
        None => Err(Error::Version { from: source.from.clone(), own }),
    }
}

/// `v1.22.65`, with or without the `v`.
fn is_version(text: &str) -> bool {
    let numbers: Vec<&str> = text.strip_prefix('v').unwrap_or(text).split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

fn date(source: &Source) -> String {
    source.date.clone().unwrap_or_else(|| time::OffsetDateTime::now_utc().date().to_string())
}
