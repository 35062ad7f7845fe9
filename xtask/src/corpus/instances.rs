//! Tries instances with the generated types, and compares the encoded values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::compare::{Difference, differences};
use super::kept::may_be_lost;
use super::outcome::{Instances, Wrong};
use super::process::{Bounds, End, Ran, run};
use super::sizes::{Size, largest};
use super::supervise::{Line, last_line, supervise};
use super::workspace::{Member, Workspace, write};
use super::{Error, check};

const RUNNER: &str = include_str!("runner.rs");

const PROGRAM: &str = "\
//! Tries the instances of one document, and prints the sizes of its types.
#![allow(deprecated, unused_imports, dead_code)]

mod runner {
{runner}
}

use runner::{secret, value};
use {crate}::*;
{secret}
const TYPES: &[(&str, runner::Check)] = &[
{types}];

const SIZES: &[(&str, usize)] = &[
{sizes}];

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    runner::run(TYPES, SIZES, std::env::args().skip(1), &mut out)
}
";

const SECRET: &str = "
impl runner::Show for Secret {
    fn show(&self) -> serde_json::Value {
        self.expose_secret().into()
    }
}
";

/// A line of an instance file.
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

/// The generated types of a document.
#[derive(Clone, Copy, Debug)]
pub struct Types<'a> {
    /// The pointer of each schema, and its type.
    pub by_pointer: &'a [(String, String)],
    /// The types that the module declares.
    pub named: &'a [String],
}

/// Builds the program of a crate, and tries the instances of the files. Also returns the largest types.
///
/// # Errors
///
/// A file cannot be read, or a program cannot be started.
pub fn instances(
    workspace: &Workspace,
    member: &Member,
    document: &Value,
    types: Types<'_>,
    files: &[PathBuf],
    bounds: Bounds,
) -> Result<(Instances, Vec<Size>), Error> {
    let instances = read(files)?;
    let wanted: BTreeSet<&str> = instances.iter().map(|instance| instance.pointer.as_str()).collect();
    let by_pointer: BTreeMap<&str, &str> = types
        .by_pointer
        .iter()
        .map(|(pointer, rust)| (pointer.as_str(), rust.as_str()))
        .filter(|(pointer, _)| wanted.contains(pointer))
        .collect();
    write(&member.runner(), &program(&member.crate_name(), &by_pointer, types.named))?;
    let program = member.program();
    let (built, diagnostics) = check::build(workspace, &["--bin", &program], &member.package, bounds)?;
    if built.end != End::Exit(0) {
        let failure = match built.end {
            End::Timeout => "building the types takes too long".to_owned(),
            _ => diagnostics.messages.first().cloned().unwrap_or_else(|| last_line(&built.stderr).to_owned()),
        };
        let instances = Instances { total: instances.len(), failure: Some(failure), ..Instances::default() };
        return Ok((instances, Vec::new()));
    }
    let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let start = |skipped: usize, bounds: Bounds| {
        let skipped = skipped.to_string();
        let mut arguments = vec![skipped.as_str()];
        arguments.extend(paths.iter().map(String::as_str));
        run(&workspace.program(&program), &arguments, &[], bounds)
    };
    judge(&instances, document, start, bounds)
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

/// The source of the program.
fn program(crate_name: &str, by_pointer: &BTreeMap<&str, &str>, named: &[String]) -> String {
    let mut types = String::new();
    let mut has_secret = false;
    for (pointer, rust) in by_pointer {
        // Only a type of secrets is written without `types::`.
        let words: Vec<&str> = rust.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).collect();
        let is_secret = words.contains(&"Secret");
        has_secret |= is_secret;
        let check = if is_secret { "secret" } else { "value" };
        let _ = writeln!(types, "    ({pointer:?}, {check}::<{rust}>),");
    }
    let sizes: String = named.iter().map(|rust| format!("    ({rust:?}, size_of::<{rust}>()),\n")).collect();
    PROGRAM
        .replace("{runner}", RUNNER)
        .replace("{crate}", crate_name)
        .replace("{secret}", if has_secret { SECRET } else { "" })
        .replace("{types}", &types)
        .replace("{sizes}", &sizes)
}

/// Runs the program, and checks whether values with different text are still equal.
fn judge(
    instances: &[Instance],
    document: &Value,
    start: impl FnMut(usize, Bounds) -> Result<Ran, Error>,
    bounds: Bounds,
) -> Result<(Instances, Vec<Size>), Error> {
    let supervised = supervise(start, bounds)?;
    let mut result = Instances { total: instances.len(), ..Instances::default() };
    let mut sizes = Vec::new();
    let numbered = |number: usize| instances.get(number.checked_sub(1)?);
    for line in supervised.lines {
        let (number, reason) = match line {
            Line::Sizes(all) => {
                sizes = all;
                continue;
            }
            Line::Begin(_) | Line::End => continue,
            Line::Untried(number) => {
                result.untried += 1;
                (number, Some("the schema has no type".to_owned()))
            }
            Line::Encoded(number, after) => {
                (number, numbered(number).and_then(|instance| reason(instance, &after, document)))
            }
            Line::Failed(number, error) => (number, Some(error)),
        };
        if let (Some(instance), Some(reason)) = (numbered(number), reason) {
            result.wrong.push(instance.wrong(reason, false));
        }
    }
    for (number, how) in supervised.aborted {
        result.wrong.extend(numbered(number).map(|instance| instance.wrong(format!("aborted, {how}"), true)));
    }
    result.contested = result.wrong.iter().filter(|wrong| wrong.contested).count();
    result.equal = result.total.saturating_sub(result.wrong.len());
    if let Some((failure, begun)) = supervised.failure {
        let instance =
            begun.and_then(numbered).map(|instance| format!(": {}", instance.wrong(String::new(), false).name()));
        result.failure = Some(format!("{failure}{}", instance.unwrap_or_default()));
        result.equal = 0;
    }
    Ok((result, largest(sizes)))
}

impl Instance {
    /// The mismatch of this instance.
    fn wrong(&self, reason: String, aborted: bool) -> Wrong {
        let (pointer, kind) = (self.pointer.clone(), self.kind.clone());
        Wrong { pointer, n: self.n, kind, contested: self.contested.is_some(), aborted, reason }
    }
}

/// The difference between the two values; `None` if they are equal.
fn reason(instance: &Instance, after: &Value, document: &Value) -> Option<String> {
    differences(&instance.value, after).into_iter().find_map(|difference| match difference {
        Difference::Lost { at, property } => {
            let excused = may_be_lost(document, &instance.pointer, &instance.value, &at, &property);
            (!excused).then(|| format!("lost: {at}/{property}"))
        }
        Difference::Changed { at, what } => Some(format!("changed: {at}: {what}")),
    })
}

/// The folder of instances, in a folder of documents or beside it.
pub fn near(documents: &Path) -> Option<PathBuf> {
    [documents.join("instances"), documents.join("../instances")].into_iter().find(|folder| folder.is_dir())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;
    use std::{env, io};

    use serde::Serialize;
    use serde_json::json;

    use super::super::runner::{self, Check, Show, secret, value};
    use super::*;

    #[test]
    fn only_the_type_itself_is_a_secret() {
        let written = |rust| program("pets", &BTreeMap::from([("/a", rust)]), &[]);
        let plain = written("Vec<types::SecretScanningAlert>");
        assert!(plain.contains("value::<Vec<types::SecretScanningAlert>>") && !plain.contains(SECRET), "{plain}");
        let plain = written("types::Secret");
        assert!(plain.contains("value::<types::Secret>") && !plain.contains(SECRET), "{plain}");
        let secret = written("Vec<Secret>");
        assert!(secret.contains("secret::<Vec<Secret>>") && secret.contains(SECRET), "{secret}");
    }

    #[test]
    fn the_size_of_each_type_is_printed() {
        let written = program("pets", &BTreeMap::new(), &["types::Pet".to_owned()]);
        assert!(
            written.contains("const SIZES: &[(&str, usize)] = &[\n    (\"types::Pet\", size_of::<types::Pet>()),\n];")
        );
    }

    /// Fits a stack of 2 MB, but not one of 512 kB.
    #[derive(Clone, Serialize)]
    #[serde(into = "u64")]
    struct Large([u64; 100_000]);

    impl From<Large> for u64 {
        fn from(large: Large) -> Self {
            large.0.iter().sum()
        }
    }

    impl<'de> Deserialize<'de> for Large {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let first = u64::deserialize(deserializer)?;
            let mut all = [0; 100_000];
            all[0] = first;
            Ok(Self(std::hint::black_box(all)))
        }
    }

    #[derive(Clone, Serialize, Deserialize)]
    struct Small(u8);

    #[derive(Clone, Deserialize)]
    struct Hidden(u8);

    impl Show for Hidden {
        fn show(&self) -> Value {
            self.0.into()
        }
    }

    const ARGUMENTS: &str = "XTASK_INSTANCES";

    /// The program that the test `an_instance_that_overflows_the_stack_is_named` starts. Alone, it does nothing.
    #[test]
    fn program_of_instances() {
        let Ok(arguments) = env::var(ARGUMENTS) else { return };
        // The test harness may have begun a line.
        io::Write::write_all(&mut io::stdout(), b"\n").unwrap();
        let types: [(&str, Check); 3] =
            [("/Hidden", secret::<Hidden>), ("/Large", value::<Large>), ("/Small", value::<Small>)];
        let sizes = [("Large", size_of::<Large>()), ("Small", size_of::<Small>())];
        runner::run(&types, &sizes, arguments.lines().map(str::to_owned), &mut io::stdout()).unwrap();
    }

    #[test]
    fn an_instance_that_overflows_the_stack_is_named() {
        let file = env::temp_dir().join(format!("xtask-instances-{}.jsonl", std::process::id()));
        let given = [
            ("/Large", 1),
            ("/Small", 2),
            ("/Small", 300),
            ("/Large", 3),
            ("/None", 4),
            ("/Small", 5),
            ("/Large", 6),
            ("/Hidden", 7),
        ];
        let lines: String = given
            .iter()
            .map(|(pointer, n)| format!("{}\n", json!({ "pointer": pointer, "n": n, "value": n })))
            .collect();
        fs::write(&file, lines).unwrap();
        let instances = read(std::slice::from_ref(&file)).unwrap();
        let bounds = Bounds { time: Duration::from_secs(60), megabytes: 4000 };
        let start = |skipped: usize, bounds| {
            let arguments = format!("{skipped}\n{}", file.display());
            let test = ["corpus::instances::tests::program_of_instances", "--exact", "--nocapture"];
            run(&env::current_exe().unwrap(), &test, &[(ARGUMENTS, &arguments)], bounds)
        };
        let (result, sizes) = judge(&instances, &Value::Null, start, bounds).unwrap();
        fs::remove_file(&file).unwrap();
        let named = |aborted: bool| -> Vec<(&str, u64)> {
            let wrong = result.wrong.iter().filter(|wrong| wrong.aborted == aborted);
            wrong.map(|wrong| (wrong.pointer.as_str(), wrong.n)).collect()
        };
        assert_eq!(named(true), [("/Large", 1), ("/Large", 3), ("/Large", 6)], "{result:?}");
        assert_eq!(named(false), [("/Small", 300), ("/None", 4)], "{result:?}");
        assert_eq!((result.equal, result.total, result.untried, result.failure), (3, 8, 1, None));
        assert_eq!(sizes.first(), Some(&Size { rust: "Large".to_owned(), bytes: 800_000 }));
    }
}
