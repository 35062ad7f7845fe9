//! Sends instances through the generated types and judges what comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::compare::{Difference, differences};
use super::kept::may_be_lost;
use super::outcome::{Instances, Wrong};
use super::process::{Bounds, End, run};
use super::workspace::{Member, Workspace, write};
use super::{Error, check};

const RUNNER: &str = include_str!("runner.rs.txt");

const SECRET: &str = "\
impl Show for Secret {
    fn show(&self) -> Value {
        Value::from(self.expose_secret())
    }
}";

/// A line of a file of instances.
#[derive(Debug, Deserialize)]
struct Instance {
    pointer: String,
    #[serde(default)]
    n: u64,
    #[serde(default)]
    kind: String,
    contested: Option<Value>,
    value: Value,
}

/// What the program says of one instance that did not come back to the letter, or at its end.
#[derive(Debug, Deserialize)]
struct Said {
    line: Option<usize>,
    /// Present where it was decoded, even as `null`.
    #[serde(default, deserialize_with = "present")]
    after: Option<Value>,
    error: Option<String>,
    #[serde(default)]
    end: bool,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Builds the program of a crate and runs it on the files. `types` are the pointers of schemas and their types.
///
/// # Errors
///
/// A file cannot be read, or a program cannot be started.
pub fn instances(
    workspace: &Workspace,
    member: &Member,
    document: &Value,
    types: &[(String, String)],
    files: &[PathBuf],
    bounds: Bounds,
) -> Result<Instances, Error> {
    let instances = read(files)?;
    let mut result = Instances { total: instances.len(), ..Instances::default() };
    if instances.is_empty() {
        return Ok(result);
    }
    let wanted: BTreeSet<&str> = instances.iter().map(|instance| instance.pointer.as_str()).collect();
    let types: BTreeMap<&str, &str> = types
        .iter()
        .map(|(pointer, rust)| (pointer.as_str(), rust.as_str()))
        .filter(|(pointer, _)| wanted.contains(pointer))
        .collect();
    write(&member.runner(), &runner(&member.crate_name(), &types))?;
    let program = member.program();
    let (built, said) = check::cargo(workspace, &["build", "--bin", &program], &member.package, bounds)?;
    if built.end != End::Exit(0) {
        result.failure = Some(match built.end {
            End::Timeout => "building the types takes too long".to_owned(),
            _ => said.messages.first().cloned().unwrap_or_else(|| last_line(&built.stderr)),
        });
        return Ok(result);
    }
    let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
    let ran = run(&workspace.target().join("debug").join(&program), &arguments, &[], bounds)?;
    judge(&ran.stdout, &instances, document, &mut result);
    if ran.end != End::Exit(0) {
        result.failure = Some(format!("the program ended early: {:?} {}", ran.end, last_line(&ran.stderr)));
        result.equal = 0;
    }
    Ok(result)
}

fn read(files: &[PathBuf]) -> Result<Vec<Instance>, Error> {
    let mut instances = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).map_err(|error| Error::new(file.display(), error))?;
        for (index, line) in text.lines().enumerate() {
            let instance = serde_json::from_str(line)
                .map_err(|error| Error::new(format_args!("{}:{}", file.display(), index + 1), error))?;
            instances.push(instance);
        }
    }
    Ok(instances)
}

fn runner(crate_name: &str, types: &BTreeMap<&str, &str>) -> String {
    let mut table = String::new();
    let mut has_secret = false;
    for (pointer, rust) in types {
        // Only a type that is written out as secrets has the word outside of `types::`.
        let words: Vec<&str> = rust.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).collect();
        let is_secret = words.contains(&"Secret");
        has_secret |= is_secret;
        let way = if is_secret { "secret" } else { "value" };
        let _ = writeln!(table, "    ({pointer:?}, {way}::<{rust}>),");
    }
    RUNNER
        .replace("{crate}", crate_name)
        .replace("{secret}", if has_secret { SECRET } else { "" })
        .replace("{types}", &table)
}

/// What the program did not find equal may still be: this is where it is decided.
fn judge(stdout: &str, instances: &[Instance], document: &Value, result: &mut Instances) {
    let mut bad = 0;
    let mut complete = false;
    for said in stdout.lines().filter_map(|line| serde_json::from_str::<Said>(line).ok()) {
        complete |= said.end;
        let Some(instance) = said.line.and_then(|line| instances.get(line.checked_sub(1)?)) else { continue };
        let reason = match (said.after, said.error) {
            (Some(after), _) => match reason(instance, &after, document) {
                Some(reason) => reason,
                None => continue,
            },
            (None, Some(error)) => error,
            (None, None) => {
                result.untried += 1;
                "the schema has no type".to_owned()
            }
        };
        bad += 1;
        let contested = instance.contested.is_some();
        result.contested += usize::from(contested);
        let (pointer, n, kind) = (instance.pointer.clone(), instance.n, instance.kind.clone());
        result.wrong.push(Wrong { pointer, n, kind, contested, reason });
    }
    result.equal = if complete { result.total.saturating_sub(bad) } else { 0 };
}

/// What is wrong with the value that came back; `None`: nothing.
fn reason(instance: &Instance, after: &Value, document: &Value) -> Option<String> {
    differences(&instance.value, after).into_iter().find_map(|difference| match difference {
        Difference::Lost { at, member } => {
            let excused = may_be_lost(document, &instance.pointer, &at, &member);
            (!excused).then(|| format!("lost: {at}/{member}"))
        }
        Difference::Changed { at, what } => Some(format!("changed: {at}: {what}")),
    })
}

fn last_line(text: &str) -> String {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

/// The folder of instances that stands beside a folder of documents.
pub fn beside(documents: &Path) -> Option<PathBuf> {
    let folder = documents.join("../instances");
    folder.is_dir().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_type_itself_is_a_secret() {
        let written = |rust| runner("pets", &BTreeMap::from([("/a", rust)]));
        let plain = written("Vec<types::SecretScanningAlert>");
        assert!(plain.contains("value::<Vec<types::SecretScanningAlert>>") && !plain.contains(SECRET), "{plain}");
        let plain = written("types::Secret");
        assert!(plain.contains("value::<types::Secret>") && !plain.contains(SECRET), "{plain}");
        let secret = written("Vec<Secret>");
        assert!(secret.contains("secret::<Vec<Secret>>") && secret.contains(SECRET), "{secret}");
    }
}
