//! The program of a server: its generated module, its calls, and what they resulted in.

use std::fs;
use std::path::Path;

use openapi_smith::{Settings, generate};

use super::report::Call;
use super::running::Server;
use crate::corpus::process::{self, Bounds, End};
use crate::corpus::workspace::{Workspace, write};
use crate::corpus::{Error, check};

/// What all programs share: how a call is reported.
const SHARED: &str = include_str!("../../servers/calls.rs.txt");

/// Generates the client, builds the program, and makes the calls. The inner error is the reason for missing calls.
pub(super) fn calls(
    workspace: &Workspace,
    name: &str,
    root: &Path,
    server: &Server,
    bounds: Bounds,
) -> Result<Result<Vec<Call>, String>, Error> {
    let output = match generate(&server.document, &Settings::new()) {
        Ok(output) => output,
        Err(error) => return Ok(Err(format!("refused: {error}"))),
    };
    let member = workspace.open(&format!("server-{name}"))?;
    write(&member.module(), &output.code)?;
    let path = root.join("xtask/servers").join(format!("{name}.rs.txt"));
    let own = fs::read_to_string(&path).map_err(|error| Error::new(path.display(), error))?;
    let (source, program) = member.caller();
    write(&source, &format!("{}\n{SHARED}", own.replace("{crate}", &member.crate_name())))?;
    let (built, diagnostics) = check::build(workspace, &["--bin", &program], &member.package, bounds)?;
    if built.end != End::Exit(0) {
        let stderr = built.stderr;
        let all = if diagnostics.messages.is_empty() { stderr } else { diagnostics.messages.join("\n") };
        return Ok(Err(format!("the program does not compile: {all}")));
    }
    let ran = process::run(&workspace.program(&program), &[&server.base_url], &[], bounds)?;
    let calls = ran.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    match ran.end {
        End::Exit(0) => Ok(Ok(calls)),
        end => Ok(Err(format!("the program ended early: {end:?} {}", ran.stderr))),
    }
}
