//! The overlay of `spec/`: each action has a reason and evidence. The engine is that of the generator.

use openapi_smith::overlay::apply_value;
pub use openapi_smith::overlay::{Overlay, Problem, Problems, apply_what_fits, references};
use serde_yaml::Value;

/// Kinds of evidence that `x-evidence` may name.
const EVIDENCE: [&str; 4] = ["recordings", "facts", "hydra", "rfc"];

/// Parses an overlay, and validates its actions, reasons and evidence.
pub fn parse(document: &Value) -> Result<Overlay, Problems> {
    let actions = document.get("actions").and_then(Value::as_sequence);
    let mut problems = Vec::new();
    for (index, action) in actions.into_iter().flatten().enumerate() {
        if let Err((what, cure)) = justified(action) {
            problems.push(Problem::new(index + 1, string(action.get("target")), what, cure));
        }
    }
    if problems.is_empty() { Overlay::from_value(document) } else { Err(Problems(problems)) }
}

/// Applies the actions of the overlay in their order.
pub fn apply(document: &Value, overlay: &Overlay) -> Result<Value, Problems> {
    Ok(apply_value(document, overlay)?.0)
}

/// Whether an action has a reason and evidence.
fn justified(action: &Value) -> Result<(), (&'static str, &'static str)> {
    if string(action.get("x-reason")).trim().is_empty() {
        return Err(("no `x-reason`", "give the reason in one sentence"));
    }
    let evidence = action.get("x-evidence").and_then(Value::as_sequence);
    if evidence.is_none_or(|evidence| evidence.is_empty() || !evidence.iter().all(is_evidence)) {
        return Err((
            "`x-evidence` is not a list of evidence",
            "list at least one `recordings: ...`, `facts: ...`, `hydra: ...` or `rfc: ...`",
        ));
    }
    Ok(())
}

fn is_evidence(entry: &Value) -> bool {
    let Some(mapping) = entry.as_mapping() else {
        return false;
    };
    mapping.len() == 1
        && mapping.iter().all(|(kind, source)| {
            kind.as_str().is_some_and(|kind| EVIDENCE.contains(&kind))
                && (source.is_u64() || source.as_str().is_some_and(|text| !text.is_empty()))
        })
}

fn string(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}
