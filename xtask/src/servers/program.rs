//! The program of a server: its generated module, its calls, and what they resulted in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use openapi_smith::{Settings, generate};
use serde_json::Value;

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
    let output = match generate(&server.document, &settings(&server.document)) {
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

/// The settings for a document. FastAPI's `operationId`s repeat the path and the method; the method of the client has the name of the
/// server's function, if no other operation has it.
fn settings(document: &str) -> Settings {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else { continue };
            let path: String = path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            if let Some(name) = id.strip_suffix(&format!("{path}_{method}")) {
                by_name.entry(name.to_owned()).or_default().push(id);
            }
        }
    }
    by_name.into_iter().fold(Settings::new(), |settings, (name, ids)| match ids.as_slice() {
        [id] => settings.rename(id, name),
        _ => settings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_the_names_of_the_servers_functions() {
        let operation =
            |id: &str| serde_json::json!({ "operationId": id, "responses": { "204": { "description": "" } } });
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": { "title": "T", "version": "1" },
            "paths": {
                "/items/{item_id}": { "get": operation("read_items__item_id__get") },
                "/a": { "get": operation("list_a_get"), "post": operation("other") },
                "/b": { "get": operation("list_b_get") },
            },
        });
        let output = generate(&document.to_string(), &settings(&document.to_string()));
        let mut methods: Vec<String> =
            output.into_iter().flat_map(|output| output.operations).map(|operation| operation.method).collect();
        methods.sort();
        assert_eq!(methods, ["list_a_get", "list_b_get", "other", "read"]);
    }
}
