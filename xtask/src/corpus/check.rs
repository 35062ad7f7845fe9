//! Compiles crates of the workspace, and parses the compiler's diagnostics.

use std::path::Path;

use serde_json::Value;

use super::Error;
use super::process::{Bounds, Ran, run};
use super::workspace::Workspace;

/// The largest number of messages that are kept for a crate.
const MOST: usize = 10;

/// The compiler's diagnostics for a crate.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings, which the crate turns into errors.
    pub warnings: usize,
    /// The first messages, in one line each.
    pub messages: Vec<String>,
    /// Whether cargo waited for another cargo, so that the duration is useless.
    pub waited: bool,
}

/// Runs `cargo <command> --package <package>` in the workspace.
///
/// # Errors
///
/// Cargo cannot be started.
pub fn cargo(
    workspace: &Workspace,
    command: &[&str],
    package: &str,
    bounds: Bounds,
) -> Result<(Ran, Diagnostics), Error> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let manifest = workspace.manifest().display().to_string();
    let target = workspace.target().display().to_string();
    let mut arguments = command.to_vec();
    arguments.extend(["--package", package, "--manifest-path", &manifest, "--message-format", "json"]);
    // Cargo's own variables would rebuild everything.
    let environment = [
        ("CARGO_TARGET_DIR", target.as_str()),
        ("CARGO_INCREMENTAL", "0"),
        ("RUSTFLAGS", ""),
        ("CARGO_TERM_COLOR", "never"),
    ];
    let ran = run(Path::new(&cargo), &arguments, &environment, bounds)?;
    let diagnostics =
        Diagnostics { waited: ran.stderr.contains("Blocking waiting for file lock"), ..read(&ran.stdout) };
    Ok((ran, diagnostics))
}

/// Builds a crate in the profile of the workspace. `what` are further arguments, such as the target.
///
/// # Errors
///
/// Cargo cannot be started.
pub fn build(workspace: &Workspace, what: &[&str], package: &str, bounds: Bounds) -> Result<(Ran, Diagnostics), Error> {
    let command = [&["build"], workspace.profile(), what].concat();
    cargo(workspace, &command, package, bounds)
}

/// Parses cargo's messages, one JSON object for each line.
fn read(stdout: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
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
        // An error code is `E` and digits. All other codes are lints.
        let is_lint = level == "warning" || !(code.is_empty() || code.starts_with('E'));
        if is_lint {
            diagnostics.warnings += 1;
        } else {
            diagnostics.errors += 1;
        }
        if diagnostics.messages.len() < MOST {
            let location = message.pointer("/spans/0").map(|span| {
                let line = span.get("line_start").and_then(Value::as_u64).unwrap_or_default();
                let file = span.get("file_name").and_then(Value::as_str).unwrap_or_default();
                let file = file.rsplit('/').next().unwrap_or_default();
                format!("{file}:{line}: ")
            });
            let code = if code.is_empty() { String::new() } else { format!(" [{code}]") };
            let first_line = text.lines().next().unwrap_or_default();
            diagnostics.messages.push(format!("{}{first_line}{code}", location.unwrap_or_default()));
        }
    }
    diagnostics
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
        let diagnostics = read(&lines.join("\n"));
        assert_eq!((diagnostics.errors, diagnostics.warnings), (1, 1));
        assert_eq!(diagnostics.messages, ["b.rs:7: mismatched types [E0308]", "never used [dead_code]"]);
    }
}
