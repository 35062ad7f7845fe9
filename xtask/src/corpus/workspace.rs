//! The crates of the generated modules. They share a workspace, so that their dependencies are built once.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Error;

/// The crate without code that has the dependencies of generated code.
pub const DEPENDENCIES: &str = "corpus-dependencies";

const MANIFEST: &str = "\
[workspace]
members = [\"crates/*\"]
resolver = \"3\"

[workspace.dependencies]
openapi-smith-runtime = { path = \"{runtime}\", features = [\"multipart\"] }
reqwest = { version = \"0.13.4\", default-features = false }
serde = \"1.0.226\"
serde_json = \"1.0.150\"
tokio = { version = \"1\", features = [\"net\", \"rt\", \"time\"] }

# What is measured is the generated code, not how well it can be debugged.
[profile.dev]
debug = false
incremental = false
";

/// The manifest of a document's crate. It has the older edition; the fixtures and ory-oidc have the newer one.
const MEMBER: &str = "\
[package]
name = \"{name}\"
version = \"0.0.0\"
edition = \"2021\"
publish = false

[dependencies]
openapi-smith-runtime.workspace = true
reqwest.workspace = true
serde.workspace = true
serde_json.workspace = true
tokio.workspace = true
";

const LIBRARY: &str = "\
//! What openapi-smith makes of a document. A warning is an error.
#![deny(warnings)]

include!(\"module.rs\");
";

const TOLERANT: &str = "\
//! What openapi-smith makes of a document, with warnings that were reported already.
#![allow(warnings)]

include!(\"module.rs\");
";

/// The workspace of all crates.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    is_release: bool,
}

impl Workspace {
    /// Creates the missing parts of the workspace. `lock` is the lock file with the versions to use, and `is_release`
    /// chooses the profile of the programs.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn new(root: &Path, lock: &Path, is_release: bool) -> Result<Self, Error> {
        let workspace = Self { root: root.to_owned(), is_release };
        workspace.member(DEPENDENCIES)?;
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
        write(&root.join("Cargo.toml"), &MANIFEST.replace("{runtime}", &runtime.display().to_string()))?;
        write(&root.join("crates").join(DEPENDENCIES).join("src/lib.rs"), "")?;
        let own = root.join("Cargo.lock");
        if !own.exists() && lock.exists() {
            fs::copy(lock, &own).map_err(|error| Error::new(own.display(), error))?;
        }
        Ok(workspace)
    }

    /// The manifest.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }

    /// The target folder.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The arguments of cargo for the profile.
    pub fn profile(&self) -> &'static [&'static str] {
        if self.is_release { &["--release"] } else { &[] }
    }

    /// The path of the built program with this name.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target().join(if self.is_release { "release" } else { "debug" }).join(name)
    }

    /// The crate of a document. It is created if it is missing.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn open(&self, name: &str) -> Result<Member, Error> {
        let package = format!("corpus-{}", package_name(name));
        let folder = self.member(&package)?;
        write(&folder.join("src/lib.rs"), LIBRARY)?;
        Ok(Member { package, folder })
    }

    /// The crate of a document, without files of an earlier run.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn make(&self, name: &str) -> Result<Member, Error> {
        let member = self.open(name)?;
        // The output of an earlier run must not be mistaken for the output of this one.
        for stale in [member.module(), member.summary(), member.runner()] {
            if stale.exists() {
                fs::remove_file(&stale).map_err(|error| Error::new(stale.display(), error))?;
            }
        }
        write(&member.module(), "")?;
        Ok(member)
    }

    fn member(&self, package: &str) -> Result<PathBuf, Error> {
        let folder = self.root.join("crates").join(package);
        let source = folder.join("src/bin");
        fs::create_dir_all(&source).map_err(|error| Error::new(source.display(), error))?;
        write(&folder.join("Cargo.toml"), &MEMBER.replace("{name}", package))?;
        Ok(folder)
    }
}

/// The crate of one document.
#[derive(Clone, Debug)]
pub struct Member {
    /// The package name.
    pub package: String,
    folder: PathBuf,
}

impl Member {
    /// The generated module.
    pub fn module(&self) -> PathBuf {
        self.folder.join("src/module.rs")
    }

    /// Allows warnings in the module, so that its instances can be tried.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn allow_warnings(&self) -> Result<(), Error> {
        write(&self.folder.join("src/lib.rs"), TOLERANT)
    }

    /// Makes cargo compile the module again.
    ///
    /// # Errors
    ///
    /// The module does not exist, or cannot be written.
    pub fn touch(&self) -> Result<(), Error> {
        let path = self.module();
        let touched = fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        touched.map_err(|error| Error::new(path.display(), error))
    }

    /// The summary of the generator.
    pub fn summary(&self) -> PathBuf {
        self.folder.join("summary.json")
    }

    /// The program that tries instances.
    pub fn runner(&self) -> PathBuf {
        self.folder.join("src/bin").join(format!("{}.rs", self.program()))
    }

    /// The name of that program. All programs have the same target folder.
    pub fn program(&self) -> String {
        format!("{}-instances", self.package)
    }

    /// The program that makes calls.
    pub fn caller(&self) -> (PathBuf, String) {
        let name = format!("{}-requests", self.package);
        (self.folder.join("src/bin").join(format!("{name}.rs")), name)
    }

    /// The document for the Prism server.
    pub fn served(&self) -> PathBuf {
        self.folder.join("served.json")
    }

    /// The calls.
    pub fn calls(&self) -> PathBuf {
        self.folder.join("calls.jsonl")
    }

    /// The crate name in Rust.
    pub fn crate_name(&self) -> String {
        self.package.replace('-', "_")
    }
}

/// Replaces all characters other than letters, digits and hyphens.
fn package_name(document: &str) -> String {
    document.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

/// Writes a file, unless it has this text: cargo compares file times.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| Error::new(path.display(), error))
}
