//! The public API of the three crates, as reviewed lists of names and signatures.
//!
//! rustdoc describes a crate as JSON, in an unstable format with a version number, and the crate `public-api` makes a
//! list of it. Only tested formats are read, because an unknown format could omit items without an error.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::{env, fmt, fs, io};

use serde_json::Value;

/// The supported formats of rustdoc's JSON: the one of Rust 1.95.
pub const FORMATS: [u64; 1] = [57];

/// A crate with a reviewed public API.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// The name of its package.
    pub package: &'static str,
    /// The file of the list, relative to the workspace.
    pub path: &'static str,
}

/// The published crates with a list.
pub const LISTED: [Listed; 3] = [
    Listed { package: "ory-oidc", path: "tests/golden/public-api.txt" },
    Listed { package: "openapi-smith", path: "generator/tests/golden/public-api.txt" },
    Listed { package: "openapi-smith-runtime", path: "runtime/tests/public-api.txt" },
];

/// The error of making or comparing a list.
#[derive(Debug)]
pub enum Error {
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// rustdoc failed.
    Rustdoc {
        /// The output of cargo.
        message: String,
    },
    /// rustdoc writes an unsupported format.
    Form {
        /// Its number, if there is one.
        found: Option<u64>,
    },
    /// rustdoc's output cannot be read.
    Description {
        /// Its file.
        path: PathBuf,
        /// The error.
        message: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Rustdoc { message } => write!(f, "cargo doc failed:\n{message}"),
            Self::Form { found } => {
                let found = found.map_or_else(|| "without a number".to_owned(), |number| number.to_string());
                write!(
                    f,
                    "rustdoc writes its JSON in form {found}, and only {FORMATS:?} was tried; use Rust 1.95, or see that the list \
                     stays the same with this one and add its number to `FORMATS` in xtask/src/api.rs"
                )
            }
            Self::Description { path, message } => write!(f, "{}: {message}", path.display()),
        }
    }
}

impl std::error::Error for Error {}

/// The variable with the rustdoc that the program behind [`listings`] runs in its own place.
pub const RUSTDOC: &str = "ORY_OIDC_RUSTDOC";

/// Runs rustdoc with the arguments of this process, if cargo started it in rustdoc's place. A stable rustdoc writes JSON with
/// `RUSTC_BOOTSTRAP` only.
pub fn as_rustdoc() -> Option<io::Result<ExitStatus>> {
    let rustdoc = env::var_os(RUSTDOC)?;
    Some(Command::new(rustdoc).args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status())
}

/// The public items of each listed crate with all features, one for each line, in a fixed order. Impls of auto traits and
/// blanket impls (`Send`, `ToString`, ...) are left out.
///
/// `xtask` is the program of this package. It runs in place of rustdoc ([`as_rustdoc`]), so that only rustdoc sees
/// `RUSTC_BOOTSTRAP`: some build scripts depend on it, and all crates would be built again.
///
/// # Errors
///
/// A crate does not build, or rustdoc writes an unsupported format.
pub fn listings(root: &Path, xtask: &Path) -> Result<Vec<(Listed, String)>, Error> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The variables of this package; the build script of ring would run again if they changed.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|own| name.starts_with(own))) {
            cargo.env_remove(name);
        }
    }
    let output = cargo
        .current_dir(root)
        .env(RUSTDOC, env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
        .env("RUSTDOC", xtask)
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow")
        .args(["doc", "--quiet", "--no-deps", "--lib", "--all-features"])
        .args(LISTED.iter().flat_map(|listed| ["--package", listed.package]))
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::File { path: "cargo".into(), source })?;
    if !output.status.success() {
        return Err(Error::Rustdoc { message: String::from_utf8_lossy(&output.stderr).into_owned() });
    }
    let listing = |listed: Listed| {
        let path = target.join("doc").join(format!("{}.json", listed.package.replace('-', "_")));
        Ok((listed, list(&path)?))
    };
    LISTED.into_iter().map(listing).collect()
}

/// The list from a file of rustdoc's JSON.
///
/// # Errors
///
/// The file cannot be read, or its format is unsupported.
pub fn list(path: &Path) -> Result<String, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let unreadable = |message: String| Error::Description { path: path.to_owned(), message };
    let description: Value = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let found = description.get("format_version").and_then(Value::as_u64);
    if !found.is_some_and(|number| FORMATS.contains(&number)) {
        return Err(Error::Form { found });
    }
    let api = public_api::Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .include_function_parameter_names(true)
        .build()
        .map_err(|error| unreadable(error.to_string()))?;
    let lines: Vec<String> = api.items().map(ToString::to_string).collect();
    Ok(without_bodies(&lines))
}

/// Keeps one line for a derived trait, and removes its methods, which are always the same.
fn without_bodies(lines: &[String]) -> String {
    const DERIVED: [&str; 9] = ["clone", "fmt", "eq", "ne", "cmp", "partial_cmp", "hash", "default", "serialize"];
    let mut text = String::new();
    let mut is_of_trait = false;
    for line in lines {
        if line.starts_with("impl") {
            is_of_trait = line.contains(" for ");
        } else if !is_function(line) {
            is_of_trait = false;
        }
        let name = line.split('(').next().and_then(|head| head.rsplit("::").next()).unwrap_or_default();
        let name = name.split('<').next().unwrap_or_default();
        if is_of_trait && is_function(line) && DERIVED.contains(&name) {
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn is_function(line: &str) -> bool {
    line.starts_with("pub fn ")
}

/// The difference between a list and the reviewed one, as a unified diff; `None` if they are equal.
///
/// # Errors
///
/// The reviewed list cannot be read.
pub fn difference(root: &Path, listed: Listed, listing: &str) -> Result<Option<String>, Error> {
    let path = root.join(listed.path);
    let kept = match fs::read_to_string(&path) {
        Ok(kept) => kept,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Error::File { path, source }),
    };
    if kept == listing {
        return Ok(None);
    }
    let diff = similar::TextDiff::from_lines(kept.as_str(), listing);
    Ok(Some(diff.unified_diff().context_radius(1).header(listed.path, "now").to_string()))
}

/// Replaces the reviewed list.
///
/// # Errors
///
/// The file cannot be written.
pub fn accept(root: &Path, listed: Listed, listing: &str) -> Result<(), Error> {
    let path = root.join(listed.path);
    fs::write(&path, listing).map_err(|source| Error::File { path, source })
}
