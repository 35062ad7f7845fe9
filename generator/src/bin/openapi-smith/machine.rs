//! JSON output: one object, with the same properties for success and failure.

use openapi_smith::{ListedOperation, Location, Output};
use serde_json::{Value, json};

use crate::commands::LocatedProblem;
use crate::files::{Document, Written};
use crate::stale::{self, StaleOutput};

/// The output for a refused document.
pub(crate) fn refused(document: &str, problems: &[LocatedProblem<'_>], seconds: f64) -> String {
    let problems: Vec<Value> = problems
        .iter()
        .map(|LocatedProblem { problem, setting, near }| {
            let mut entry = json!({
                "code": problem.code(),
                "message": problem.message(),
                "remedy": problem.remedy(),
                "settings": setting,
                "near": near,
            });
            add_location(&mut entry, problem.location());
            entry
        })
        .collect();
    line(&json!({ "document": document, "ok": false, "seconds": seconds, "problems": problems, "notes": [] }))
}

/// What was done with the output.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Done<'a> {
    /// The document was only checked.
    Nothing,
    /// The output was written, unless it was the same.
    Written(Written),
    /// The output was compared with the files.
    Compared(&'a [StaleOutput]),
}

/// The output for an accepted document.
pub(crate) fn accepted(document: &Document, output: &Output, seconds: f64, done: Done<'_>) -> String {
    let (written, stale) = match done {
        Done::Nothing => (None, None),
        Done::Written(written) => (Some(written == Written::Yes), None),
        Done::Compared(stale) => (Some(false), Some(stale)),
    };
    let renew = stale.filter(|stale| !stale.is_empty()).map(|_| stale::renewal());
    let entry = |output: &StaleOutput| json!({ "path": output.path, "message": output.what });
    let stale: Option<Vec<Value>> = stale.map(|stale| stale.iter().map(entry).collect());
    let notes: Vec<Value> = output
        .report
        .notes()
        .iter()
        .map(|note| {
            let mut entry = json!({ "code": note.code(), "verdict": note.verdict().as_str(), "message": note.text() });
            add_location(&mut entry, note.location());
            entry
        })
        .collect();
    let dependencies: Vec<String> = output.dependencies.iter().map(ToString::to_string).collect();
    let overlays: Vec<Value> = document
        .changes()
        .iter()
        .map(|(file, change)| {
            json!({
                "overlay": file,
                "action": change.action,
                "verb": change.verb,
                "target": change.target,
                "locations": change.locations,
            })
        })
        .collect();
    line(&json!({
        "document": document.name(),
        "ok": renew.is_none(),
        "seconds": seconds,
        "lines": output.code.lines().count(),
        "written": written,
        "problems": [],
        "notes": notes,
        "dependencies": dependencies,
        "files": output.files,
        "overlays": overlays,
        "stale": stale,
        "renew": renew,
    }))
}

/// The output of `list`, with each operation once.
pub(crate) fn operations(document: &str, operations: &[ListedOperation], types: Option<usize>) -> String {
    let entry = |operation: &ListedOperation| {
        json!({
            "id": operation.id,
            "rust_name": operation.rust_name,
            "method": operation.method,
            "path": operation.path,
            "tags": operation.tags,
            "summary": operation.summary,
            "deprecated": operation.deprecated,
            "file": operation.location.file(),
            "pointer": operation.location.pointer(),
        })
    };
    let operations: Vec<Value> = operations.iter().map(entry).collect();
    line(&json!({ "document": document, "ok": true, "operations": operations, "types": types }))
}

fn add_location(entry: &mut Value, location: &Location) {
    if let Some(properties) = entry.as_object_mut() {
        if let Some(file) = location.file() {
            properties.insert("file".to_owned(), file.into());
        }
        properties.insert("pointer".to_owned(), location.pointer().into());
        let via: Vec<String> = location.via().iter().map(|via| via.key().into_owned()).collect();
        properties.insert("via".to_owned(), via.into());
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}
