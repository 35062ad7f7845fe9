//! The documents for tests of any document: those of this repository, and real ones if available.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// The documents in this repository.
pub(crate) fn own() -> Vec<PathBuf> {
    let root = test_support::workspace();
    let tests = ["fixtures", "golden", "diff"].map(|folder| format!("generator/tests/{folder}"));
    let programs = ["generator/cookbook", "generator/example"].map(str::to_owned);
    let folders = tests.into_iter().chain(programs);
    let mut documents: Vec<PathBuf> = folders.flat_map(|folder| in_folder(&root.join(folder))).collect();
    documents.extend(["spec/oidc.yaml", "spec/upstream.yaml"].map(|path| root.join(path)));
    documents
}

/// The documents in this repository, and those in `../shared/specs`.
pub(crate) fn all() -> Vec<PathBuf> {
    let real = test_support::shared("specs").map(|folder| in_folder(&folder));
    own().into_iter().chain(real.into_iter().flatten()).collect()
}

fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let is_document =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json" || extension == "yaml");
    paths.retain(is_document);
    paths.sort();
    paths
}
