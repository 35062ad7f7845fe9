//! The command `fetch`: pins the documents of URLs in a folder with a lock file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io};

use openapi_smith::{FolderSources, Input, LOCK_FILE, Lock, Pin, Problem, SourceError, Sources};

use crate::arguments::Fetch;
use crate::http::{Fetcher, is_url};
use crate::person::Stream;
use crate::{UsageError, files, layout, person, spinner};

/// The most documents of URLs.
const MOST_FILES: usize = 500;

/// The folder of `fetch` without `--output`.
const FOLDER: &str = "spec";

/// Fetched documents and their lock file.
#[derive(Debug)]
pub(crate) struct Pinned {
    pub(crate) lock: Lock,
    /// The text of each URL.
    pub(crate) texts: BTreeMap<String, String>,
    /// The URLs that cannot be fetched and are not needed, with the reasons.
    pub(crate) unneeded: Vec<(String, SourceError)>,
}

/// Fetches, or compares. Returns whether the documents are as the lock file says.
pub(crate) fn fetch(arguments: &Fetch) -> Result<bool, UsageError> {
    let (folder, source) = target(arguments)?;
    let old = lock_of(&folder)?;
    let Some(source) = source.or_else(|| old.as_ref().map(|old| old.source.clone())) else {
        let shown = folder.display();
        return Err(UsageError(format!("there is no {LOCK_FILE} in {shown}: name the URL of a document")));
    };
    match &old {
        Some(old) if old.source != source && !arguments.update => {
            let (shown, of) = (folder.display(), &old.source);
            return Err(UsageError(format!(
                "{shown} has the documents of {of}: choose another folder with `--output`, or replace them with `--update`"
            )));
        }
        None if arguments.check => {
            return Err(UsageError(format!("there is no {LOCK_FILE} in {} to compare with", folder.display())));
        }
        _ => {}
    }
    let timeout = Duration::from_secs(arguments.timeout);
    let pinned = spinner::during(&source, || download(&source, &folder, old.as_ref(), timeout))?;
    let mut text = String::new();
    for (url, error) in &pinned.unneeded {
        let _ = writeln!(
            text,
            "{}: {}; no operation needs it",
            person::noted(&format!("not fetched: {url}")),
            error.what()
        );
    }
    let differences = differences(old.as_ref(), &pinned.lock);
    for difference in &differences {
        let _ = writeln!(text, "{}", person::noted(difference));
    }
    let modified = modified(&folder, old.as_ref());
    let is_current = old.is_none() || differences.is_empty();
    if arguments.check {
        for (path, what) in &modified {
            let _ = writeln!(text, "{}", person::noted(&format!("{}: {what}", path.display())));
        }
    }
    let again = format!("openapi-smith fetch --output {}", crate::stale::quoted(&folder.clone().into_os_string()));
    let is_good = if arguments.check {
        let is_good = is_current && modified.is_empty();
        text += &if is_good {
            format!("{}{} in {}\n", person::done("current"), documents(pinned.lock.files.len()), folder.display())
        } else if is_current {
            format!("  restore with: {again}\n")
        } else {
            format!("  accept with: {again} --update\n")
        };
        is_good
    } else if is_current || arguments.update {
        text += &write(&folder, old.as_ref(), &pinned, arguments.update)?;
        true
    } else {
        let _ = writeln!(text, "nothing is written\n  accept with: {again} --update");
        false
    };
    person::say(Stream::Stderr, &text);
    Ok(is_good)
}

/// The folder, and the source of the documents if the arguments name one: a URL, or the path of a document in the folder.
fn target(arguments: &Fetch) -> Result<(PathBuf, Option<String>), UsageError> {
    let folder = || arguments.output.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let Some(spec) = &arguments.spec else { return Ok((folder(), None)) };
    if is_url(spec) {
        let without_fragment = spec.split('#').next().unwrap_or_default();
        return Ok((folder(), Some(without_fragment.to_owned())));
    }
    if arguments.output.is_some() {
        return Err(UsageError("`--output` is for a URL: the documents of a file are pinned in its folder".to_owned()));
    }
    let path = Path::new(spec);
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    match (path.is_file(), path.file_name().and_then(|name| name.to_str())) {
        (true, Some(name)) => Ok((parent.unwrap_or(Path::new(".")).to_owned(), Some(name.to_owned()))),
        _ => Err(UsageError(format!("there is no document {spec}: name a file, or a URL with `https://`"))),
    }
}

/// The lock file of a folder, if there is one.
pub(crate) fn lock_of(folder: &Path) -> Result<Option<Lock>, UsageError> {
    let path = folder.join(LOCK_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Lock::parse(&text).map(Some).map_err(|error| UsageError(format!("{}: {error}", folder.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(UsageError(format!("cannot read {}: {error}", path.display()))),
    }
}

/// The sources of a document that is fetched while it is read. So exactly the files that the generator needs are fetched.
struct Network {
    fetcher: Fetcher,
    folder: FolderSources,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    texts: BTreeMap<String, String>,
    failures: BTreeMap<String, SourceError>,
}

impl Network {
    fn fetched(&self, url: &str) -> Result<String, SourceError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = state.texts.get(url) {
            return Ok(text.clone());
        }
        if state.texts.len() >= MOST_FILES {
            let what = format!("the document has more than {MOST_FILES} files of URLs");
            return Err(SourceError::new(what, "download the documents by hand"));
        }
        let text = self.fetcher.referenced(url)?;
        state.texts.insert(url.to_owned(), text.clone());
        Ok(text)
    }
}

impl Sources for Network {
    fn text(&self, location: &str) -> Result<String, SourceError> {
        let text = if is_url(location) { self.fetched(location) } else { self.folder.text(location) };
        if let Err(error) = &text {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.failures.insert(location.to_owned(), error.clone());
        }
        text
    }
}

/// Fetches the documents of a source: a URL, or the path of a document in the folder. Documents that `old` pins keep
/// their paths.
pub(crate) fn download(
    source: &str,
    folder: &Path,
    old: Option<&Lock>,
    timeout: Duration,
) -> Result<Pinned, UsageError> {
    let failed = |location: &str, error: &SourceError| UsageError(format!("cannot read {location}: {error}"));
    let fetcher = Fetcher::new(source, timeout);
    let mut state = State::default();
    let root = if is_url(source) {
        let root = fetcher.root(source).map_err(|error| failed(source, &error))?;
        state.texts.insert(root.url.clone(), root.text);
        root.url
    } else {
        source.to_owned()
    };
    let network = Network { fetcher, folder: FolderSources::new(folder), state: Mutex::new(state) };
    let reached = openapi_smith::reached_files(&Input::files(root.as_str(), &network)).map_err(|error| {
        let line = |problem: &Problem| format!("cannot read {source}: {}; {}", problem.message(), problem.remedy());
        UsageError(error.problems().iter().map(line).collect::<Vec<_>>().join("\n"))
    })?;
    let State { texts, failures } = network.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (needed, unneeded): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|(location, _)| reached.unreadable.contains(location));
    if !needed.is_empty() {
        const MOST_LINES: usize = 10;
        let shown = needed.iter().take(MOST_LINES).map(|(location, error)| failed(location, error).0);
        let more = needed.len().saturating_sub(MOST_LINES);
        let rest = (more > 0).then(|| format!("and {more} more documents cannot be read"));
        let lines: Vec<String> = shown.chain(rest).collect();
        return Err(UsageError(lines.join("\n")));
    }
    let mut lock = Lock::new(source, root);
    let paths = layout::paths(&lock.root, &texts, old);
    lock.files =
        texts.iter().filter_map(|(url, text)| Some((url.clone(), Pin::of(paths.get(url)?.clone(), text)))).collect();
    Ok(Pinned { lock, texts, unneeded })
}

/// The differences of two lock files, as lines.
fn differences(old: Option<&Lock>, new: &Lock) -> Vec<String> {
    let Some(old) = old else { return Vec::new() };
    let mut lines = Vec::new();
    for (url, pin) in &new.files {
        match old.files.get(url) {
            None => lines.push(format!("new: {url}")),
            Some(before) if before.sha256 != pin.sha256 => lines.push(format!("changed: {url} ({})", before.path)),
            Some(_) => {}
        }
    }
    lines.extend(old.files.keys().filter(|url| !new.files.contains_key(*url)).map(|url| format!("gone: {url}")));
    lines
}

/// The copies that differ from their lock file, and how.
fn modified(folder: &Path, lock: Option<&Lock>) -> Vec<(PathBuf, &'static str)> {
    let mut found = Vec::new();
    for pin in lock.into_iter().flat_map(|lock| lock.files.values()) {
        let path = folder.join(&pin.path);
        match fs::read_to_string(&path) {
            Ok(text) if Pin::of(pin.path.as_str(), &text) == *pin => {}
            Ok(_) => found.push((path, "the copy differs from the lock file")),
            Err(_) => found.push((path, "the copy cannot be read")),
        }
    }
    found
}

/// Writes the documents and the lock file, and removes copies of documents that are gone.
fn write(folder: &Path, old: Option<&Lock>, pinned: &Pinned, is_update: bool) -> Result<String, UsageError> {
    let foreign = |pin: &&Pin| {
        let is_known = old.is_some_and(|old| old.files.values().any(|known| known.path == pin.path));
        let text = fs::read_to_string(folder.join(&pin.path));
        !is_known && !is_update && text.is_ok_and(|text| Pin::of(pin.path.as_str(), &text) != **pin)
    };
    if let Some(pin) = pinned.lock.files.values().find(foreign) {
        let path = folder.join(&pin.path);
        return Err(UsageError(format!(
            "{} exists with another content: choose another folder, or replace the file with `--update`",
            path.display()
        )));
    }
    let mut text = save(folder, pinned)?;
    let gone = old.into_iter().flat_map(|old| old.files.values());
    for pin in gone.filter(|pin| !pinned.lock.files.values().any(|kept| kept.path == pin.path)) {
        let path = folder.join(&pin.path);
        // A copy that someone edited is left alone.
        if fs::read_to_string(&path).is_ok_and(|text| Pin::of(pin.path.as_str(), &text) == *pin)
            && fs::remove_file(&path).is_ok()
        {
            let _ = writeln!(text, "{}{}", person::done("removed"), path.display());
        }
    }
    let root = pinned.lock.files.get(&pinned.lock.root).map_or(pinned.lock.root.as_str(), |pin| pin.path.as_str());
    let root = crate::stale::quoted(&folder.join(root).into_os_string());
    let _ = writeln!(text, "  next: openapi-smith generate {root} --output src/api.rs");
    Ok(text)
}

/// Writes the documents and the lock file. Returns what was done.
pub(crate) fn save(folder: &Path, pinned: &Pinned) -> Result<String, UsageError> {
    let mut text = String::new();
    let contents = pinned.lock.files.iter().filter_map(|(url, pin)| Some((pin.path.as_str(), pinned.texts.get(url)?)));
    let lock = pinned.lock.to_text();
    for (path, content) in contents.chain([(LOCK_FILE, &lock)]) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .map_err(|error| UsageError(format!("cannot create {}: {error}", parent.display())))?;
        }
        let done = person::done(files::write(&path, content)?.as_str());
        let _ = writeln!(text, "{done}{}", path.display());
    }
    Ok(text)
}

fn documents(number: usize) -> String {
    format!("{number} document{}", if number == 1 { "" } else { "s" })
}
