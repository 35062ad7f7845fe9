//! The workflow files, ours and the one for users of the generator, are valid and call existing commands.
//!
//! `actionlint` checks them too, if it is installed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;
use xtask::spec::workspace;

/// Name and text of each.
fn workflows() -> Vec<(String, String)> {
    let folder = workspace().join(".github/workflows");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut found: Vec<_> = paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect();
    let recipe = fs::read_to_string(workspace().join("generator/docs/updates.md")).unwrap();
    let recipe = recipe.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0.to_owned();
    found.push(("recipe.yml".to_owned(), recipe));
    found
}

fn steps(workflow: &Value) -> Vec<&Value> {
    let jobs = workflow.get("jobs").and_then(Value::as_mapping).unwrap();
    jobs.values().flat_map(|job| job.get("steps").and_then(Value::as_sequence).unwrap()).collect()
}

/// The command lines of a script, with continued lines joined.
fn lines<'s>(steps: &[&'s Value]) -> Vec<String> {
    let scripts = steps.iter().filter_map(|step| step.get("run").and_then(Value::as_str));
    scripts
        .flat_map(|script: &'s str| script.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

#[test]
fn each_is_a_workflow() {
    let workflows = workflows();
    assert_eq!(workflows.len(), 3);
    for (name, text) in &workflows {
        let workflow: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for key in ["name", "on", "permissions", "jobs"] {
            assert!(workflow.get(key).is_some(), "{name} has no `{key}`");
        }
        for job in workflow.get("jobs").and_then(Value::as_mapping).unwrap().values() {
            assert!(job.get("runs-on").is_some() && job.get("timeout-minutes").is_some(), "{name}");
        }
        for step in steps(&workflow) {
            let uses = step.get("uses").and_then(Value::as_str);
            assert!(uses.is_some() != step.get("run").is_some(), "{name}: {step:?}");
            assert!(uses.is_none_or(|uses| uses.starts_with("actions/") && uses.contains('@')), "{name}: {uses:?}");
            // Text from outside the repository must not become part of a script.
            let script = step.get("run").and_then(Value::as_str).unwrap_or_default();
            assert!(!script.contains("${{"), "{name}: {script}");
        }
    }
}

#[test]
fn the_commands_exist_with_their_options() {
    let mut tried = 0;
    for (name, text) in workflows() {
        let workflow: Value = serde_yaml::from_str(&text).unwrap();
        for line in lines(&steps(&workflow)) {
            let line = line.split("||").next().unwrap_or_default().trim();
            let Some(arguments) = line.strip_prefix("cargo xtask ") else { continue };
            let words: Vec<&str> = arguments.split_whitespace().collect();
            let commands: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with('-')).collect();
            let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(&commands).arg("--help").output().unwrap();
            assert!(output.status.success(), "{name}: {line}");
            let help = String::from_utf8(output.stdout).unwrap();
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(option), "{name}: {line}: there is no {option}");
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 3);
    assert!(workspace().join(".ci/run").exists());
}

#[test]
fn actionlint_finds_nothing() {
    for (name, text) in workflows() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        fs::write(&path, text).unwrap();
        match Command::new("actionlint").arg("-no-color").arg(&path).output() {
            Ok(output) => assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stdout)),
            Err(error) => return eprintln!("skipped: there is no actionlint ({error})"),
        }
    }
}
