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
use crate::overlay::{self, Problem};
use crate::slice::{self, SliceError};
use crate::spec::{self, Error, OIDC, OVERLAY, TAG, TEXTS, UPSTREAM};
use crate::structure::{TOP_LEVEL, sha256, structure};
use crate::text_hashes::TextHashes;
use crate::write;

/// The new document, its version and its date.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path or a URL.
    pub from: String,
    /// Upstream's version. The default is the version in the document, or else in its file name.
    pub version: Option<String>,
    /// The day of the release, as `YYYY-MM-DD`. Needed if the slice changed: the document does not have it.
    pub date: Option<String>,
}

/// A computed update.
#[derive(Debug)]
pub struct Plan {
    /// The present version.
    pub old_version: String,
    /// The new version.
    pub new_version: String,
    /// The changes of upstream.
    pub upstream: Diff,
    /// The effects of the changes; `None` if the slice has the same structure.
    pub change: Option<Taken>,
    /// The texts that upstream changed since the version in `spec/`; `None` without their hashes. The texts in `spec/` are ours,
    /// so this is only information.
    pub retold: Option<Vec<String>>,
    /// The new text of `spec/upstream-texts.tsv`, if it is to be written.
    hashes_text: Option<String>,
}

/// The effects of an update that changes the structure.
#[derive(Debug)]
pub struct Taken {
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
pub fn plan(root: &Path, source: &Source) -> Result<Plan, Error> {
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
    let moved = moved(&ours, &slice)?;
    let known = spec::text_hashes(root)?;
    let hashes = TextHashes::of(&new_version, &slice);
    let mut retold = known.as_ref().map(|known| known.changed(&hashes, &moved, &ours, &slice));
    let settings = crate::settings::settings();
    let compare = |old: &str, new: &str, what: &str| {
        compare(old, new, &settings).map_err(|error| Error::Update { what: format!("{what}: {error}") })
    };
    if sha256(&new_structure) == sha256(&structure(&ours)) {
        let renamed = with_info(&ours, &ours, &new_version, None, &sha256(&new_structure));
        let upstream = compare(&ours_text, &write::document(&renamed, &ours_text), UPSTREAM)?;
        // Hashes that are missing can be had from the document of the version that is there.
        let is_missing = known.is_none() && new_version == old_version;
        let hashes_text = is_missing.then(|| hashes.to_string());
        return Ok(Plan { old_version, new_version, upstream, change: None, retold, hashes_text });
    }

    let (merged, placeholders) = merge(&new_structure, &ours, &moved);
    // A text that is still to be written is listed once.
    retold.iter_mut().for_each(|retold| retold.retain(|pointer| !placeholders.contains(pointer)));
    let date = date(source, &new_version)?;
    let merged = with_info(&merged, &ours, &new_version, Some(&date), &sha256(&new_structure));
    if sha256(&structure(&merged)) != sha256(&new_structure) {
        return Err(Error::Update { what: "our texts cannot be laid over the new structure".to_owned() });
    }
    let upstream_text = write::document(&merged, &ours_text);
    if spec::yaml(&upstream_text, &ours_path)? != merged {
        return Err(Error::Update { what: format!("{UPSTREAM} cannot be written so that it is read as it was meant") });
    }

    let overlay_text = spec::read(&root.join(OVERLAY))?;
    let overlay = overlay::parse(&spec::yaml(&overlay_text, Path::new(OVERLAY))?).map_err(Error::Overlay)?;
    let (corrected, stale) = overlay::apply_what_fits(&merged, &overlay);
    let (_, unfit) = overlay::apply_what_fits(&ours, &overlay);
    let is_stale = |problem: &Problem| stale.iter().any(|other| other.action == problem.action);
    let fitting: Vec<Problem> = unfit.into_iter().filter(|problem| !is_stale(problem)).collect();
    let oidc_text = spec::oidc_text(&corrected)?;
    generate(&oidc_text, &settings.clone().strict(true))
        .map_err(|error| Error::Update { what: format!("{OIDC} would be refused:\n{error}\n") })?;
    let upstream = compare(&ours_text, &upstream_text, UPSTREAM)?;
    let corrected = compare(&spec::read(&root.join(OIDC))?, &oidc_text, OIDC)?;
    let taken = Taken { corrected, stale, fitting, placeholders, upstream_text, oidc_text };
    let hashes_text = Some(hashes.to_string());
    Ok(Plan { old_version, new_version, upstream, change: Some(taken), retold, hashes_text })
}

/// A part of the report: a title and its lines.
type Section = (String, Vec<String>);

impl Plan {
    /// Writes all files of the update, or none. Returns the written files of `spec/`.
    pub fn write(&self, root: &Path, report: Option<&Path>) -> Result<Vec<&'static str>, Error> {
        let mut files = Vec::new();
        if let Some(taken) = &self.change {
            files.push((UPSTREAM, &taken.upstream_text));
            files.push((OIDC, &taken.oidc_text));
        }
        files.extend(self.hashes_text.as_ref().map(|text| (TEXTS, text)));
        let paths: Vec<(PathBuf, String)> =
            files.iter().map(|(path, text)| (root.join(path), (*text).clone())).chain(self.report(report)).collect();
        write_all(&paths)?;
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }

    /// Writes only the report; `spec/` is unchanged.
    pub fn write_report(&self, report: Option<&Path>) -> Result<(), Error> {
        write_all(&self.report(report).into_iter().collect::<Vec<_>>())
    }

    fn report(&self, path: Option<&Path>) -> Option<(PathBuf, String)> {
        let path = path?;
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        Some((path.to_owned(), if is_page { self.to_html() } else { self.to_markdown() }))
    }

    /// The report as text for a terminal.
    pub fn to_terminal(&self) -> String {
        let mut text = match &self.change {
            Some(_) => self.upstream.to_terminal(),
            None => format!("{}; nothing is written\n", self.unchanged()),
        };
        for (title, lines) in self.sections() {
            let _ = writeln!(text, "\n{title}");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        }
        text
    }

    /// The report as Markdown for a pull request.
    pub fn to_markdown(&self) -> String {
        let mut text = match &self.change {
            Some(_) => self.upstream.to_markdown(),
            None => format!("{}.\n", self.unchanged()),
        };
        for (title, lines) in self.sections() {
            let _ = writeln!(text, "\n## {title}\n");
            for line in lines {
                let _ = writeln!(text, "- `{}`", line.replace(['`', '\n'], " "));
            }
        }
        text
    }

    /// The report as a page for a browser.
    pub fn to_html(&self) -> String {
        self.upstream.to_html_with(&self.sections())
    }

    fn unchanged(&self) -> String {
        format!("nothing in the slice changed from {} to {}", self.old_version, self.new_version)
    }

    /// The parts of the report after the changes of upstream. Each form of the report has all of them.
    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        let mut add = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                sections.push((format!("{title} ({})", lines.len()), lines));
            }
        };
        if let Some(taken) = &self.change {
            add("Corrections that no longer fit", taken.stale.iter().map(ToString::to_string).collect());
            add("Corrections that fit now, and did not before", taken.fitting.iter().map(named).collect());
            let places: Vec<String> = taken.placeholders.iter().map(|place| format!("#{place}")).collect();
            add(&format!("Texts to be written in {UPSTREAM}, in place of \"{PLACEHOLDER}\""), places);
        }
        match &self.retold {
            Some(retold) => {
                let places = retold.iter().map(|place| format!("#{place}")).collect();
                add("Texts that upstream changed; ours do not follow by themselves", places);
            }
            None => sections.push((
                "Texts that upstream changed".to_owned(),
                vec![format!("unknown, because {TEXTS} does not exist")],
            )),
        }
        if let Some(taken) = &self.change {
            let diff = &taken.corrected;
            let (bump, before) = (diff.bump(), diff.bump().before_1_0());
            let verdict = format!(
                "wire {}, Rust API {}, next version {} (before 1.0: {})",
                diff.wire().as_str(),
                diff.rust().as_str(),
                bump.as_str(),
                before.as_str()
            );
            sections.insert(0, ("With our corrections".to_owned(), vec![verdict]));
        }
        sections
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
fn with_info(merged: &Value, ours: &Value, version: &str, date: Option<&str>, hash: &str) -> Value {
    let mut info = ours.get("info").and_then(Value::as_mapping).cloned().unwrap_or_default();
    let is_new = info.get("version").and_then(Value::as_str) != Some(version);
    info.insert("version".into(), version.into());
    info.insert("x-upstream-version".into(), version.into());
    if let Some(date) = date.filter(|_| is_new) {
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

/// The day of the release. No document of upstream has it, and today is hardly ever right.
fn date(source: &Source, version: &str) -> Result<String, Error> {
    let version = version.to_owned();
    let Some(given) = &source.date else { return Err(Error::Date { version, given: None }) };
    let parts: Vec<&str> = given.split('-').collect();
    let day = match parts.as_slice() {
        [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            let month = month.parse::<u8>().ok().and_then(|month| time::Month::try_from(month).ok());
            let parsed = (year.parse().ok(), month, day.parse().ok());
            match parsed {
                (Some(year), Some(month), Some(day)) => time::Date::from_calendar_date(year, month, day).ok(),
                _ => None,
            }
        }
        _ => None,
    };
    day.map(|day| day.to_string()).ok_or_else(|| Error::Date { version, given: Some(given.clone()) })
}
