//! The command `new`. The crates that it writes are built and tested in one workspace, so that their dependencies are
//! built once.
//!
//! Each of the crates takes a while. By default the first is built, and the others are only written;
//! `ORY_OIDC_NEW_CRATES` builds all.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod tool;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use test_support::{Listener, cargo, response, say, shared, units, workspace};
use tool::{folder, smith};

const PETS: &str = include_str!("../example/pets.yaml");

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn made(folder: &Path, spec: &str, more: &[&str]) -> tool::Ran {
    let checkout = text(&workspace());
    smith(&[&["new", spec, &text(folder), "--local", &checkout][..], more].concat(), "")
}

/// Builds and tests the crates of a workspace, with the dependencies that `cargo test --workspace` has built in this repository.
/// They are in the build directory of this test. The results are elsewhere: an example of this repository has the name of theirs.
fn test_all(root: &Path, members: &[&str]) -> String {
    write_workspace(root, members);
    let ran = cargo(root)
        .args(["test", "--workspace", "--offline", "--no-fail-fast"])
        .env("CARGO_BUILD_BUILD_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."))
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .unwrap();
    let (said, built) = (String::from_utf8_lossy(&ran.stdout).into_owned(), String::from_utf8_lossy(&ran.stderr));
    // All crates of this workspace have an example of one name, which cargo warns of.
    let is_warning = |line: &&str| line.starts_with("warning") && !line.contains("output filename collision");
    assert!(ran.status.success() && built.lines().find(is_warning).is_none(), "{said}{built}");
    said
}

/// Writes a workspace of these crates, in which each dependency has the version and the features that it has in this repository.
/// Otherwise, cargo would build the dependencies again.
fn write_workspace(root: &Path, members: &[&str]) {
    let members = [members, &["features"]].concat();
    // The dependencies have no debug information here either.
    let workspace_text =
        format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.dev]\ndebug = false\n");
    fs::write(root.join("Cargo.toml"), workspace_text).unwrap();
    // A crate without code turns the features on. It needs the dependencies of the others, and those that a feature brings.
    let folder = root.join("features");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    let built = dependencies(&workspace(), "--locked");
    let mut needed = BTreeSet::new();
    loop {
        let packages: BTreeSet<_> = needed.iter().map(|(name, version, _)| (name, version)).collect();
        let mut lines = String::new();
        for (name, version, features) in built.iter().filter(|(name, version, _)| packages.contains(&(name, version))) {
            // A requirement has no build metadata.
            let version = version.split('+').next().unwrap();
            let key = format!("{name}-{}", version.replace('.', "-"));
            writeln!(
                lines,
                "{key} = {{ package = {name:?}, version = \"={version}\", default-features = false, features = {:?} }}",
                Vec::from_iter(features)
            )
            .unwrap();
        }
        // Build scripts need the same features.
        let manifest = format!(
            "[package]\nname = \"features\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{lines}\n[build-dependencies]\n{lines}"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        let needed_before = needed;
        needed = dependencies(root, "--offline");
        if needed == needed_before {
            break;
        }
    }
    let again: Vec<_> = needed.difference(&built).collect();
    assert!(again.is_empty(), "cargo would build these dependencies again: {again:?}");
}

/// The dependencies of a workspace: name, version and features. Those of a path are left out.
fn dependencies(workspace: &Path, locking: &str) -> BTreeSet<(String, String, BTreeSet<String>)> {
    let dependencies = units(workspace, locking).into_iter().filter_map(|unit| {
        let (name, version) = unit.dependency()?;
        Some((name, version, unit.features))
    });
    dependencies.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn new_crates_pass_their_tests() {
    let root = folder("new-crates", &[]);
    fs::create_dir_all(&root).unwrap();
    let mut members = Vec::new();
    let mut add = |name: &'static str, spec: &str, more: &[&str]| {
        let started = Instant::now();
        let ran = made(&root.join(name), spec, more);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains("next:\n  cd "), "{}", ran.stderr);
        say(&format!("{name}: created in {:.1} s", started.elapsed().as_secs_f64()));
        members.push(name);
    };
    // From a URL, with an overlay, in both kinds.
    let listener = Listener::respond(response("200 OK", "", PETS)).await;
    let url = format!("{}/pets.yaml", listener.base_url());
    let overlay = root.join("ours.overlay.yaml");
    let actions = "overlay: 1.0.0\ninfo: { title: T, version: '1' }\nactions:\n\
                   - { target: $.info, update: { title: Parrots } }\n- { target: $.servers, remove: true }\n";
    fs::write(&overlay, actions).unwrap();
    add("pets-committed", &url, &["--overlay", &text(&overlay), "--tag", "pets"]);
    add("pets-build", &url, &["--overlay", &text(&overlay), "--tag", "pets", "--build-rs"]);
    let files = workspace().join("generator/tests/fixtures/presets.yaml");
    add("presets-build", &text(&files), &["--build-rs"]);
    for (name, folder, document) in [
        ("petstore", "specs", "swagger-petstore.yaml"),
        ("svix", "specs", "svix.json"),
        ("hydra", "specs", "ory-hydra.json"),
        ("etherpad", "specs", "ag-etherpad.json"),
        ("unleash", "servers", "unleash.json"),
    ] {
        if let Some(shared) = shared(folder) {
            add(name, &text(&shared.join(document)), &[]);
        }
    }
    let built = if env::var_os("ORY_OIDC_NEW_CRATES").is_some() { &members[..] } else { &members[..1] };
    let started = Instant::now();
    let said = test_all(&root, built);
    say(&format!(
        "{} of {} crates: built and tested in {:.0} s",
        built.len(),
        members.len(),
        started.elapsed().as_secs_f64()
    ));
    let passed = said.matches("the_first_call_is_sent_and_its_response_is_decoded ... ok").count();
    assert_eq!(passed, built.len(), "{said}");

    for name in members {
        let folder = root.join(name);
        let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
        let workflow: serde_yaml::Value = serde_yaml::from_str(&read(".github/workflows/api.yml")).unwrap();
        assert!(workflow["jobs"]["test"]["steps"].as_sequence().unwrap().len() >= 3, "{name}");
        // The README has the example, which is compiled.
        let example = read("examples/first_call.rs");
        assert!(read("README.md").contains(&format!("```rust\n{example}```\n")), "{name}");
        // The command of the README and the CI recipe finds the committed client current.
        if folder.join("src/api.rs").exists() {
            let readme = read("README.md");
            let command = readme.lines().find(|line| line.starts_with("openapi-smith generate ")).unwrap();
            assert!(read(".github/workflows/api.yml").contains(&format!("- run: {command} --check\n")), "{name}");
            let ran = Command::new(env!("CARGO_BIN_EXE_openapi-smith"))
                .args(command.split(' ').skip(1))
                .arg("--check")
                .current_dir(&folder)
                .output()
                .unwrap();
            assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        }
    }
    let readme = fs::read_to_string(root.join("pets-committed/README.md")).unwrap();
    assert!(
        readme.contains("\"Parrots\"") && readme.contains("openapi-smith fetch --output spec --update"),
        "{readme}"
    );
    assert!(root.join("pets-committed/spec/openapi-lock.json").is_file());
    // Without servers, the server is that of the document.
    let example = fs::read_to_string(root.join("pets-committed/examples/first_call.rs")).unwrap();
    assert!(example.contains(&format!("Client::new(\"{}/\")", listener.base_url())), "{example}");
}

#[test]
fn a_document_of_several_files_is_copied_with_its_files() {
    let root = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: { /a: { $ref: ../shared/a.yaml } }\n";
    let item = "get: { operationId: a, responses: { '204': { description: D. } } }\n";
    let folder =
        folder("new-several", &[("api/openapi.yaml", root), ("shared/a.yaml", item), ("shared/unused.yaml", "")]);
    let spec = text(&folder.join("api/openapi.yaml"));
    let made = made(&folder.join("client"), &spec, &["--root", &text(&folder)]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let copy = |path: &str| folder.join("client/spec").join(path).is_file();
    assert_eq!((copy("api/openapi.yaml"), copy("shared/a.yaml"), copy("shared/unused.yaml")), (true, true, false));
    let readme = fs::read_to_string(folder.join("client/README.md")).unwrap();
    assert!(readme.contains("openapi-smith generate spec/api/openapi.yaml --root spec --settings"), "{readme}");
}

#[test]
fn refusals_leave_nothing_behind() {
    let root =
        folder("new-refused", &[("full/notes.txt", "mine"), ("pets.yaml", PETS), ("bad.yaml", "openapi: 9.9.9")]);
    let path = |name: &str| root.join(name);
    let pets = text(&path("pets.yaml"));
    let refused = |folder: PathBuf, spec: &str, more: &[&str], code: i32, says: &str| {
        let had = folder.exists();
        let ran = made(&folder, spec, more);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
        assert_eq!(folder.exists(), had, "{says}");
    };
    refused(path("full"), &pets, &[], 2, "is not empty: choose a new folder");
    refused(path("pets.yaml"), &pets, &["--name", "pets"], 2, "is a file");
    refused(path("2go"), &pets, &[], 2, "`2go` is no name for a crate: choose one with `--name`");
    refused(path("match"), &pets, &[], 2, "no name for a crate");
    refused(path("new"), &text(&path("bad.yaml")), &[], 1, "OpenAPI version 9.9.9 is not supported");
    refused(path("box"), &pets, &[], 2, "no name for a crate");
    refused(path("new"), &text(&path("none.yaml")), &[], 2, "cannot read");
    refused(path("new"), "http://a.example/openapi.yaml", &[], 2, "plain `http` is only allowed to this machine");
    refused(path("new"), &pets, &["--tag", "pest"], 1, "no operation has the tag `pest`");
    refused(path("new"), &pets, &["--overlay", &text(&path("bad.yaml"))], 2, "overlay");
    let ran = smith(&["new", &pets, &text(&path("new")), "--local", &text(&root)], "");
    assert!(ran.code == 2 && ran.stderr.contains("is no checkout of openapi-smith"), "{}", ran.stderr);
    assert!(!path("new").exists());
    assert_eq!(fs::read_to_string(path("full/notes.txt")).unwrap(), "mine");
}
