//! The crates that the tests of a workspace need, as cargo plans to build them.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::cargo;

/// A compilation of a crate, or a run of its build script.
#[derive(Debug, Deserialize)]
pub struct Unit {
    /// The package, such as `registry+https://github.com/rust-lang/crates.io-index#serde@1.0.229`.
    pub pkg_id: String,
    /// The target that `--target` or `CARGO_BUILD_TARGET` names; `None` for crates of the machine that builds.
    pub platform: Option<String>,
    /// The purpose, such as `build` or `test`.
    pub mode: String,
    /// The features of the package.
    pub features: BTreeSet<String>,
    /// The part of the package.
    pub target: Target,
}

/// A part of a package.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its kinds, such as `lib` or `custom-build`.
    pub kind: Vec<String>,
}

impl Unit {
    /// The name and the version of the package; `None` for a package of a folder.
    #[must_use]
    pub fn dependency(&self) -> Option<(String, String)> {
        let (source, package) = self.pkg_id.rsplit_once('#')?;
        let (name, version) = package.split_once('@')?;
        (!source.starts_with("path+")).then(|| (name.to_owned(), version.to_owned()))
    }
}

/// The units of `cargo test --workspace` in this folder, which builds nothing. `locking` is `--locked` or `--offline`.
#[must_use]
pub fn units(workspace: &Path, locking: &str) -> Vec<Unit> {
    #[derive(Deserialize)]
    struct Graph {
        units: Vec<Unit>,
    }
    // A stable cargo prints the units with `RUSTC_BOOTSTRAP` only. `cargo tree` is stable, but adds features to build scripts'
    // crates that no build has.
    let ran = cargo(workspace)
        .args(["test", "--workspace", "--no-run", locking, "-Z", "unstable-options", "--unit-graph"])
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let graph: Graph = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(!graph.units.is_empty());
    graph.units
}
