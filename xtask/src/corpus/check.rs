//! Compiles crates of the workspace, and reads what the compiler says.

use std::path::Path;

use serde_json::Value;

use super::Error;
use super::process::{Bounds, Ran, run};
use super::workspace::Workspace;

/// Most messages that are kept of one crate.
const MOST: usize = 10;

/// What the compiler says of a crate.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// How many errors there are.
    pub errors: usize,
    /// How many warnings, which the crate turns into errors.
    pub warnings: usize,
    /// The first of them, in one line each.
    pub messages: Vec<String>,
    /// Whether cargo had to wait for another cargo, so that the time that it took says nothing.
    pub waited: bool,
}

/// Runs `cargo <command> --package <package>` in the workspace.
///
/// # Errors
///
/// Cargo cannot be started.
pub fn cargo(workspace: &Workspace, command: &[&str], package: &str, bounds: Bounds) -> Result<(Ran, Said), Error> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let manifest = workspace.manifest().display().to_string();
    let target = workspace.target().display().to_string();
    let mut arguments = command.to_vec();
    arguments.extend(["--package", package, "--manifest-path", &manifest, "--message-format", "json"]);
    // The variables that cargo itself set for this tool would have everything built anew.
    let environment = [
        ("CARGO_TARGET_DIR", target.as_str()),
        ("CARGO_INCREMENTAL", "0"),
        ("RUSTFLAGS", ""),
        ("CARGO_TERM_COLOR", "never"),
    ];
    let ran = run(Path::new(&cargo), &arguments, &environment, bounds)?;
    let said = Said { waited: ran.stderr.contains("Blocking waiting for file lock"), ..read(&ran.stdout) };
    Ok((ran, said))
}

/// Builds a crate in the profile of the workspace. `what` are further arguments, such as the target.
///
/// # Errors
///
/// Cargo cannot be started.
pub fn build(workspace: &Workspace, what: &[&str], package: &str, bounds: Bounds) -> Result<(Ran, Said), Error> {
    let command = [&["build"], workspace.profile(), what].concat();
    cargo(workspace, &command, package, bounds)
}

/// Reads cargo's messages, one JSON object a line.
fn read(stdout: &str) -> Said {
    let mut said = Said::default();
    for line in stdout.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let Some(message) = message.get("message").filter(|_| reason_is(&message, "compiler-message")) else {
            continue;
        };
        let level = message.get("level").and_then(Value::as_str).unwrap_or_default();
        let code = message.pointer("/code/code").and_then(Value::as_str).unwrap_or_default();
        let text = message.get("message").and_then(Value::as_str).unwrap_or_default();
        let is_summary = text.starts_with("aborting due to") || text.starts_with("Some errors have");
        if is_summary || !matches!(level, "error" | "warning" | "error: internal compiler error") {
            continue;
        }
        // An error code is `E` and digits; whatever else has a code is a lint, denied or not.
        let is_lint = level == "warning" || !(code.is_empty() || code.starts_with('E'));
        if is_lint {
            said.warnings += 1;
        } else {
            said.errors += 1;
        }
        if said.messages.len() < MOST {
            let place = message.pointer("/spans/0").map(|span| {
                let line = span.get("line_start").and_then(Value::as_u64).unwrap_or_default();
                let file = span.get("file_name").and_then(Value::as_str).unwrap_or_default();
                let file = file.rsplit('/').next().unwrap_or_default();
                format!("{file}:{line}: ")
            });
            let code = if code.is_empty() { String::new() } else { format!(" [{code}]") };
            let first_line = text.lines().next().unwrap_or_default();
            said.messages.push(format!("{}{first_line}{code}", place.unwrap_or_default()));
        }
    }
    said
}

fn reason_is(message: &Value, reason: &str) -> bool {
    message.get("reason").and_then(Value::as_str) == Some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_denied_lints_are_told_apart() {
        let lines = [
            r#"{"reason":"compiler-message","message":{"level":"error","code":{"code":"E0308"},"message":"mismatched types","spans":[{"file_name":"a/b.rs","line_start":7}]}}"#,
            r#"{"reason":"compiler-message","message":{"level":"error","code":{"code":"dead_code"},"message":"never used","spans":[]}}"#,
            r#"{"reason":"compiler-message","message":{"level":"error","code":null,"message":"aborting due to 2 previous errors","spans":[]}}"#,
            r#"{"reason":"build-finished","success":false}"#,
        ];
        let said = read(&lines.join("\n"));
        assert_eq!((said.errors, said.warnings), (1, 1));
        assert_eq!(said.messages, ["b.rs:7: mismatched types [E0308]", "never used [dead_code]"]);
    }
}
