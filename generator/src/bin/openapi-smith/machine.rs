//! What a machine reads: one JSON object, with the same members whatever happened.

use openapi_smith::{ListedOperation, Location, Output};
use serde_json::{Value, json};

use crate::commands::Placed;

/// A document that is refused.
pub(crate) fn refused(document: &str, problems: &[Placed<'_>], seconds: f64) -> String {
    let problems: Vec<Value> = problems
        .iter()
        .map(|(problem, setting)| {
            let mut entry = json!({
                "code": problem.code(),
                "message": problem.message(),
                "remedy": problem.remedy(),
                "settings": setting,
            });
            place(&mut entry, problem.location());
            entry
        })
        .collect();
    line(&json!({ "document": document, "ok": false, "seconds": seconds, "problems": problems, "notes": [] }))
}

/// A document that is not.
pub(crate) fn accepted(document: &str, output: &Output, seconds: f64, written: Option<bool>) -> String {
    let notes: Vec<Value> = output
        .report
        .notes()
        .iter()
        .map(|note| {
            let mut entry = json!({ "code": note.code(), "verdict": note.verdict().as_str(), "message": note.text() });
            place(&mut entry, note.location());
            entry
        })
        .collect();
    let dependencies: Vec<String> = output.dependencies.iter().map(ToString::to_string).collect();
    line(&json!({
        "document": document,
        "ok": true,
        "seconds": seconds,
        "lines": output.code.lines().count(),
        "written": written,
        "problems": [],
        "notes": notes,
        "dependencies": dependencies,
    }))
}

/// The operations, each once.
pub(crate) fn operations(document: &str, operations: &[ListedOperation]) -> String {
    let entry = |operation: &ListedOperation| {
        json!({
            "id": operation.id,
            "method": operation.method,
            "path": operation.path,
            "tags": operation.tags,
            "summary": operation.summary,
            "deprecated": operation.deprecated,
            "pointer": operation.location.pointer(),
        })
    };
    let operations: Vec<Value> = operations.iter().map(entry).collect();
    line(&json!({ "document": document, "ok": true, "operations": operations }))
}

fn place(entry: &mut Value, location: &Location) {
    if let Some(members) = entry.as_object_mut() {
        members.insert("pointer".to_owned(), location.pointer().into());
        members.insert("via".to_owned(), location.via().into());
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}
