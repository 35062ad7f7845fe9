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
            Self::Rustdoc { message } => write!(
                f,
                "rustdoc failed; if an optional crate is unresolved (E0432), turn on its feature for the tests, in the \
                 `dev-dependencies` of its crate on itself:\n{message}"
            ),
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

/// The variables for the program that [`listings`] starts in rustdoc's place: rustdoc, and the folder for its JSON.
const RUSTDOC: &str = "ORY_OIDC_RUSTDOC";
const FOLDER: &str = "ORY_OIDC_RUSTDOC_FOLDER";

/// Describes a listed crate in JSON, if cargo started this process to run the crate's doctests. The doctests do not run.
///
/// A stable rustdoc writes JSON with `RUSTC_BOOTSTRAP` only. Nothing but rustdoc sees that variable: some build scripts depend on
/// it, and all crates would be built again.
pub fn as_rustdoc() -> Option<io::Result<ExitStatus>> {
    let (rustdoc, folder) = (env::var_os(RUSTDOC)?, env::var_os(FOLDER)?);
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut command = Command::new(rustdoc);
    match described(&arguments) {
        Described::Crate(arguments) => command
            .args(arguments)
            .args(["-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow", "--out-dir"])
            .arg(folder)
            .env("RUSTC_BOOTSTRAP", "1"),
        Described::Nothing => return Some(Ok(ExitStatus::default())),
        Described::Unknown => {
            let message = "cargo gave rustdoc no `cfg(feature, values(...))`, so the features of the crate are unknown; see `described` in \
                           xtask/src/api.rs";
            return Some(Err(io::Error::other(message)));
        }
        Described::Other => command.args(arguments),
    };
    Some(command.status())
}

/// The arguments of rustdoc that describe a crate with all its features, or the reason why there are none.
#[derive(Debug, PartialEq)]
enum Described {
    Crate(Vec<String>),
    /// Doctests of a listed crate, without the list of its features.
    Unknown,
    /// Doctests of a crate without a list.
    Nothing,
    /// No doctests, but a question of cargo's, such as the version.
    Other,
}

fn described(doctests: &[String]) -> Described {
    const OF_DOCTESTS: [&str; 2] = ["--test-run-directory", "--test-args"];
    let value = |name: &str| doctests.iter().skip_while(|argument| *argument != name).nth(1);
    if !doctests.iter().any(|argument| argument == "--test") {
        return Described::Other;
    }
    let is_listed = |name: &String| LISTED.iter().any(|listed| listed.package.replace('-', "_") == *name);
    if !value("--crate-name").is_some_and(is_listed) {
        return Described::Nothing;
    }
    let mut arguments = Vec::new();
    let mut given = doctests.iter();
    while let Some(argument) = given.next() {
        if OF_DOCTESTS.contains(&argument.as_str()) {
            given.next();
        } else if argument != "--test" {
            arguments.push(argument.clone());
        }
    }
    // The features that the tests leave off. rustdoc reads no bodies of functions, so it needs no optional crate that only bodies
    // use. A feature whose crate is in a `use` or a signature has to be on in the tests: by the dev-dependency of its package on
    // itself.
    let declared = doctests.iter().find_map(|argument| argument.strip_prefix("cfg(feature, values("));
    let Some(declared) = declared else { return Described::Unknown };
    for feature in declared.split('"').skip(1).step_by(2) {
        let on = format!("feature=\"{feature}\"");
        if !arguments.contains(&on) {
            arguments.extend(["--cfg".to_owned(), on]);
        }
    }
    Described::Crate(arguments)
}

/// The public items of each listed crate with all features, one for each line, in a fixed order. Impls of auto traits and
/// blanket impls (`Send`, `ToString`, ...) are left out.
///
/// `xtask` is the program of this package. It runs in place of rustdoc ([`as_rustdoc`]) where cargo runs the doctests of the
/// workspace, because these use the crates that `cargo test` has built. `cargo doc` would check all dependencies again.
///
/// # Errors
///
/// A crate does not build, or rustdoc writes an unsupported format.
pub fn listings(root: &Path, xtask: &Path) -> Result<Vec<(Listed, String)>, Error> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let folder = target.join("api");
    // The lists of an earlier run must not be mistaken for those of this one.
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::File { path: folder, source: error });
        }
        _ => {}
    }
    let output = test_support::cargo(root)
        .env(RUSTDOC, env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
        .env(FOLDER, &folder)
        .env("RUSTDOC", xtask)
        .args(["test", "--quiet", "--workspace", "--doc"])
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::File { path: "cargo".into(), source })?;
    if !output.status.success() {
        return Err(Error::Rustdoc { message: String::from_utf8_lossy(&output.stderr).into_owned() });
    }
    let listing = |listed: Listed| {
        let path = folder.join(format!("{}.json", listed.package.replace('-', "_")));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn described_by(arguments: &[&str]) -> Described {
        described(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_listed_crate_is_described_with_all_its_features() {
        let check = r#"cfg(feature, values("a", "b"))"#;
        let doctests =
            ["--test", "--crate-name", "ory_oidc", "--cfg", r#"feature="a""#, "--check-cfg", check, "--test-args", "x"];
        let all =
            ["--crate-name", "ory_oidc", "--cfg", r#"feature="a""#, "--check-cfg", check, "--cfg", r#"feature="b""#];
        assert_eq!(described_by(&doctests), Described::Crate(all.map(str::to_owned).into()));
    }

    #[test]
    fn without_the_list_of_its_features_a_crate_is_not_described() {
        let other_spelling = r#"--check-cfg=cfg(feature, values("a"))"#;
        assert_eq!(described_by(&["--test", "--crate-name", "ory_oidc", other_spelling]), Described::Unknown);
        assert_eq!(described_by(&["--test", "--crate-name", "xtask"]), Described::Nothing);
        assert_eq!(described_by(&["--version"]), Described::Other);
    }
}
