//! The command `new`: a crate for a document, from its URL or file.

mod call;
mod texts;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use openapi_smith::{Dependency, Error, LOCK_FILE, Output, Settings, Sources as _};
use serde_json::Value;

use crate::arguments::{Format, New};
use crate::files::{self, Document};
use crate::http::is_url;
use crate::person::Stream;
use crate::stale::quoted;
use crate::{UsageError, commands, fetch, person, spinner};
use call::FirstCall;

/// Where the client is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// By the command line, into a file of the repository.
    Committed,
    /// By the build script.
    BuildScript,
}

/// A crate to write.
struct Crate<'a> {
    name: String,
    kind: Kind,
    /// The title of the document.
    title: String,
    /// The path of the root document below `spec`.
    root: String,
    /// The URL of the document, if it was fetched.
    url: Option<&'a str>,
    /// The names of the overlays in `spec`.
    overlays: Vec<String>,
    tags: Vec<String>,
    /// The URL of the first server, if it is absolute and without variables.
    server: Option<String>,
    /// A checkout of this repository, for its crates.
    checkout: Option<PathBuf>,
    dependencies: &'a [Dependency],
    call: Option<FirstCall>,
}

impl Crate<'_> {
    /// The name of the library.
    fn library(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The options of `generate` and `diff` for overlays and settings.
    fn options(&self) -> String {
        let mut text = String::new();
        for overlay in &self.overlays {
            let _ = write!(text, " --overlay {}", shell(&format!("spec/{overlay}")));
        }
        match self.kind {
            Kind::Committed => text.push_str(" --settings smith.toml"),
            Kind::BuildScript => {
                for tag in &self.tags {
                    let _ = write!(text, " --tag {}", shell(tag));
                }
            }
        }
        text
    }

    /// The command that generates the client.
    fn generate(&self) -> String {
        let root = shell(&format!("spec/{}", self.root));
        // A document in a subfolder refers to files outside of it.
        let folder = if self.root.contains('/') { " --root spec" } else { "" };
        format!("openapi-smith generate {root}{folder}{} --output src/api.rs", self.options())
    }

    /// The command that compares the documents of two folders.
    fn diff(&self, old: &str, new: &str) -> String {
        let root = |folder: &str| format!("\"{folder}/{}\"", self.root);
        format!("openapi-smith diff {} {}{}", root(old), root(new), self.options())
    }
}

fn shell(text: &str) -> String {
    quoted(&text.into())
}

/// Writes the crate. Returns whether the document is accepted.
pub(crate) fn new(arguments: &New) -> Result<bool, UsageError> {
    let started = Instant::now();
    let name = name(arguments)?;
    let exists = is_there(&arguments.folder)?;
    let checkout = arguments.local.as_deref().map(checkout).transpose()?;
    let made = made(arguments, name, checkout, started);
    if !matches!(made, Ok(true)) {
        // Nothing of ours stays in the folder, which was empty.
        let _ = fs::remove_dir_all(arguments.folder.join("spec"));
        if !exists {
            let _ = fs::remove_dir(&arguments.folder);
        }
    }
    made
}

fn made(arguments: &New, name: String, checkout: Option<PathBuf>, started: Instant) -> Result<bool, UsageError> {
    let folder = &arguments.folder;
    let spec = folder.join("spec");
    let (root, url) = if is_url(&arguments.spec) {
        let url = arguments.spec.split('#').next().unwrap_or_default();
        let timeout = Duration::from_secs(arguments.timeout);
        let pinned = spinner::during(url, || fetch::download(url, &spec, None, timeout))?;
        fetch::save(&spec, &pinned)?;
        let root = pinned.lock.files.get(&pinned.lock.root).map(|pin| pin.path.clone()).unwrap_or_default();
        (root, Some(url))
    } else {
        let Some(root) = copied(Path::new(&arguments.spec), arguments.root.as_deref(), &spec)? else {
            return Ok(false);
        };
        (root, None)
    };
    let mut overlays = Vec::new();
    for overlay in &arguments.overlays {
        let name = overlay.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let path = spec.join(name);
        if path.exists() {
            let shown = overlay.display();
            return Err(UsageError(format!("{shown}: another file has the name `{name}`: rename the overlay")));
        }
        files::write(&path, &files::read(overlay)?)?;
        overlays.push(name.to_owned());
    }
    let overlay_paths: Vec<PathBuf> = overlays.iter().map(|name| spec.join(name)).collect();
    let document = Document::open(&spec.join(&root), Some(&spec), &overlay_paths)?;
    let mut settings = Settings::new();
    if !arguments.tags.is_empty() {
        settings = settings.tags(arguments.tags.clone());
    }
    let result = spinner::during(&document.name(), || openapi_smith::generate(document.input(), &settings));
    let output = match result {
        Ok(output) => output,
        Err(error) => return Ok(refused(&document, &error)),
    };
    let normal = openapi_smith::normal_form(&document.input()).map_err(|error| UsageError(error.to_string()))?;
    let made = Crate {
        name,
        kind: if arguments.build_rs { Kind::BuildScript } else { Kind::Committed },
        title: normal.pointer("/info/title").and_then(Value::as_str).unwrap_or("untitled").to_owned(),
        root,
        url,
        overlays,
        tags: arguments.tags.clone(),
        server: server(&normal, url),
        checkout,
        dependencies: &output.dependencies,
        call: call::first_call(&normal, &output),
    };
    write(folder, &made, &output)?;
    let seconds = started.elapsed().as_secs_f64();
    person::say(Stream::Stderr, &said(folder, &made, &document, &output, seconds));
    Ok(true)
}

/// Writes the files of the crate besides `spec`.
fn write(folder: &Path, made: &Crate<'_>, output: &Output) -> Result<(), UsageError> {
    let mut contents = vec![
        ("Cargo.toml", texts::manifest(made)),
        ("README.md", texts::readme(made)),
        (".gitignore", "/target\n".to_owned()),
        (".github/workflows/api.yml", texts::workflow(made)),
        ("src/lib.rs", texts::library(made)),
    ];
    match made.kind {
        Kind::Committed => {
            contents.extend([("smith.toml", texts::settings(made)), ("src/api.rs", output.code.clone())]);
        }
        Kind::BuildScript => contents.push(("build.rs", texts::build_script(made))),
    }
    if let Some(call) = &made.call {
        contents.push(("examples/first_call.rs", texts::example(made, call)));
        contents.push(("tests/first_call.rs", texts::test(made, call)));
    }
    for (path, text) in contents {
        create(&folder.join(path), &text)?;
    }
    Ok(())
}

fn create(path: &Path, text: &str) -> Result<(), UsageError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .map_err(|error| UsageError(format!("cannot create {}: {error}", parent.display())))?;
    }
    files::write(path, text).map(drop)
}

/// What was made, and what to type next.
fn said(folder: &Path, made: &Crate<'_>, document: &Document, output: &Output, seconds: f64) -> String {
    let mut text = person::overlays(document);
    let _ = write!(text, "{}", person::report(document, &output.report, person::Notes::LeftOut));
    let operations = output.operations.len();
    let _ = writeln!(
        text,
        "{}{} with {operations} operation{} in {seconds:.1} s",
        person::done("created"),
        folder.display(),
        if operations == 1 { "" } else { "s" }
    );
    if let Some(outer) = outer_workspace(folder) {
        let _ = writeln!(text, "  add the crate to `members` of the workspace in {}", outer.display());
    }
    text.push_str("next:\n");
    if folder != Path::new(".") {
        let _ = writeln!(text, "  cd {}", shell(&folder.to_string_lossy()));
    }
    let _ = writeln!(text, "  cargo test");
    if let Some(call) = &made.call {
        let variables = call.credentials.iter().flat_map(|setter| &setter.variables);
        let variables: String = variables.map(|name| format!("{name}=... ")).collect();
        let _ = writeln!(text, "  {variables}cargo run --example first_call    # {}", call.address);
    }
    text
}

/// The manifest of a workspace around a folder.
fn outer_workspace(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let manifests = folder.ancestors().skip(1).map(|folder| folder.join("Cargo.toml"));
    let is_workspace = |manifest: &PathBuf| {
        fs::read_to_string(manifest).is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
    };
    manifests.into_iter().find(is_workspace)
}

/// Prints the problems of a document. Returns `false`: the document is not accepted.
fn refused(document: &Document, error: &Error) -> bool {
    let problems = commands::located(error.problems(), document, None);
    commands::refuse(Stream::Stderr, Format::Human, document, &problems, 0.0)
}

/// Copies a document and the files that it refers to. Returns the path of the root document, unless it is refused.
fn copied(path: &Path, root: Option<&Path>, spec: &Path) -> Result<Option<String>, UsageError> {
    if !path.exists() {
        return Err(UsageError(format!(
            "cannot read {}: there is no such file; a URL begins with `https://`",
            path.display()
        )));
    }
    let document = Document::open(path, root, &[])?;
    let Some((location, sources)) = document.files() else {
        return Err(UsageError(format!("{} is no file: name a file or a URL", path.display())));
    };
    let reached = match openapi_smith::reached_files(&document.input()) {
        Ok(reached) => reached,
        Err(error) => {
            refused(&document, &error);
            return Ok(None);
        }
    };
    let mut has_pins = false;
    for file in &reached.read {
        let text = sources.text(file).map_err(|error| UsageError(format!("cannot read {file}: {error}")))?;
        has_pins |= is_url(file);
        create(&spec.join(sources.path_in_folder(file)), &text)?;
    }
    if has_pins {
        create(&spec.join(LOCK_FILE), &sources.lock().to_text())?;
    }
    Ok(Some(sources.path_in_folder(location).to_owned()))
}

/// The URL of the first server. A relative one is relative to the URL of the document, and so is the one of a document without
/// servers, `/`.
fn server(document: &Value, url: Option<&str>) -> Option<String> {
    let server = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or("/");
    if server.contains('{') {
        return None;
    }
    if is_url(server) {
        return Some(server.to_owned());
    }
    let base = iri_string::types::UriAbsoluteStr::new(url?).ok()?;
    let reference = iri_string::types::UriReferenceStr::new(server).ok()?;
    Some(reference.resolve_against(base).to_string())
}

/// The name of the crate: of the option, or of the folder.
fn name(arguments: &New) -> Result<String, UsageError> {
    let name = arguments.name.clone().unwrap_or_else(|| folder_name(&arguments.folder));
    if is_name(&name) {
        return Ok(name);
    }
    let similar = similar(&name);
    Err(UsageError(format!("`{name}` is no name for a crate: choose one with `--name`, such as `{similar}`")))
}

/// The last segment of a folder's path. That of `.` is in its full path.
fn folder_name(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
        && syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_ok()
        && !["alloc", "core", "proc_macro", "std", "test", "openapi_smith_runtime", "reqwest", "serde_json", "tokio"]
            .contains(&name.replace('-', "_").as_str())
}

/// A name for a crate that is similar to a text.
fn similar(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    let candidates = [name.clone(), format!("{name}-client"), format!("api-{name}")];
    candidates
        .into_iter()
        .find(|name| is_name(name) && !name.ends_with('-'))
        .unwrap_or_else(|| "pets-client".to_owned())
}

/// Whether the folder exists. A folder with files is refused, except those of a new repository.
fn is_there(folder: &Path) -> Result<bool, UsageError> {
    let refused = |what: String| Err(UsageError(format!("{} {what}: choose a new folder", folder.display())));
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            let is_file = |entry: io::Result<fs::DirEntry>| entry.map_or(true, |entry| entry.file_name() != ".git");
            if entries.any(is_file) { refused("is not empty".to_owned()) } else { Ok(true) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => refused("is a file".to_owned()),
        Err(error) => refused(format!("cannot be read ({error})")),
    }
}

/// The checkout of this repository at a path.
fn checkout(path: &Path) -> Result<PathBuf, UsageError> {
    let missing = ["generator", "runtime"].into_iter().find(|folder| !path.join(folder).join("Cargo.toml").is_file());
    if let Some(folder) = missing {
        let shown = path.display();
        return Err(UsageError(format!("{shown} is no checkout of openapi-smith: there is no {folder}/Cargo.toml")));
    }
    path.canonicalize().map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_folder_has_a_name() {
        let current = std::env::current_dir().unwrap_or_default();
        assert_eq!(Some(folder_name(Path::new(".")).as_ref()), current.file_name());
        assert_eq!(folder_name(Path::new("not/there/pets")), "pets");
    }

    #[test]
    fn a_similar_name_is_a_name() {
        for (text, name) in [
            ("my.client", "my-client"),
            ("My Pets ", "my-pets"),
            ("std", "std-client"),
            ("crate", "crate-client"),
            ("3d-tiles", "api-3d-tiles"),
            ("日本", "pets-client"),
            ("", "pets-client"),
        ] {
            assert!(!is_name(text) && is_name(name), "{text}");
            assert_eq!(similar(text), name);
        }
    }
}
