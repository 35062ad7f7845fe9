//! Applies the actions of an overlay.
//!
//! Targets are located in a JSON copy and changed in the YAML value. The JSONPath library only supports JSON, and only
//! the YAML value has the order of properties, which matters to readers of the effective document.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::{Mapping, Value};

use super::action::{Overlay, Verb};
use super::path::{Path, locate};
use super::{Change, Problem, Problems};

/// Applies the actions of the overlay in their order. For the tools of this repository, which keep the value.
///
/// # Errors
///
/// As [`apply`](super::apply).
#[doc(hidden)]
pub fn apply_value(document: &Value, overlay: &Overlay) -> Result<(Value, Vec<Change>), Problems> {
    let (result, changes, problems) = apply_all(document, overlay);
    if problems.is_empty() { Ok((result, changes)) } else { Err(Problems(problems)) }
}

/// Applies the actions that fit the document. Returns the problems of the others, and of actions that change nothing.
/// For the tools of this repository.
///
/// An action with a reference to an undeclared component is not applied.
#[doc(hidden)]
pub fn apply_what_fits(document: &Value, overlay: &Overlay) -> (Value, Vec<Problem>) {
    let (result, _, problems) = apply_all(document, overlay);
    (result, problems)
}

fn apply_all(document: &Value, overlay: &Overlay) -> (Value, Vec<Change>, Vec<Problem>) {
    let mut left_out: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        let Pass { result, changes, mut problems } = apply_but(document, overlay, &left_out);
        let missing = missing(&result);
        let before = left_out.len();
        for (index, action) in overlay.actions.iter().enumerate() {
            if let Verb::Update(update) = &action.verb
                && let Some(reference) = references(update).into_iter().find(|reference| missing.contains(reference))
            {
                left_out.entry(index).or_insert(reference);
            }
        }
        if left_out.len() > before {
            continue;
        }
        problems.extend(left_out.iter().map(|(index, reference)| {
            let target = overlay.actions.get(*index).map(|action| action.target.as_str()).unwrap_or_default();
            let what = format!("stale overlay action, refers to {reference}, which does not exist");
            let cure = "check whether upstream renamed or removed it, then change or delete the action";
            Problem::new(index + 1, target, what, cure)
        }));
        problems.sort_by_key(|problem| problem.action);
        return (result, changes, problems);
    }
}

/// All references in a value. For the tools of this repository.
#[doc(hidden)]
pub fn references(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(next) = open.pop() {
        match next {
            Value::Mapping(properties) => {
                found.extend(properties.get("$ref").and_then(Value::as_str).map(str::to_owned));
                open.extend(properties.values());
            }
            Value::Sequence(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// The references inside the document without a target.
fn missing(document: &Value) -> BTreeSet<String> {
    let exists = |reference: &String| {
        let Some(pointer) = reference.strip_prefix("#/") else { return true };
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        let steps = pointer.split('/');
        let steps = steps.map(|step| step.replace("~1", "/").replace("~0", "~"));
        let mut at = Some(document);
        for step in steps {
            at = at.and_then(|value| value.get(step.as_str()));
        }
        at.is_some()
    };
    references(document).into_iter().filter(|reference| !exists(reference)).collect()
}

/// The result of one pass over the actions.
struct Pass {
    result: Value,
    changes: Vec<Change>,
    problems: Vec<Problem>,
}

fn apply_but(document: &Value, overlay: &Overlay, left_out: &BTreeMap<usize, String>) -> Pass {
    let mut pass = Pass { result: document.clone(), changes: Vec::new(), problems: Vec::new() };
    let mut removed = Vec::new();
    let mut beside = Vec::new();
    for (index, action) in overlay.actions.iter().enumerate().filter(|(index, _)| !left_out.contains_key(index)) {
        let report = |location: Option<&Path>, what: String, cure: &str| Problem {
            location: location.map(Path::pointer),
            ..Problem::new(index + 1, &action.target, what, cure)
        };
        let locations = locate(&pass.result, &action.path);
        if locations.is_empty() {
            pass.problems.push(report(
                None,
                "stale overlay action, matches nothing".to_owned(),
                "check whether upstream renamed or corrected the location, then change or delete the action",
            ));
            continue;
        }
        if let Some(expected) = action.matches
            && expected != locations.len()
        {
            pass.problems.push(report(
                None,
                format!("matches {} locations instead of {expected}", locations.len()),
                "see which one upstream renamed, added or removed",
            ));
        }
        let update = match &action.verb {
            Verb::Remove => None,
            Verb::Update(update) => Some(update.clone()),
            Verb::Copy(path, text) => {
                let sources = locate(&pass.result, path);
                let [source] = sources.as_slice() else {
                    let what = format!("`copy: {text}` selects {} locations instead of one", sources.len());
                    pass.problems.push(report(None, what, "select one location"));
                    continue;
                };
                source.find(&mut pass.result).cloned()
            }
        };
        let mut changed = Vec::new();
        for location in &locations {
            let Some(node) = location.find(&mut pass.result) else { continue };
            let before = node.clone();
            let Some(update) = &update else {
                // Version 1.0 has no primitive targets, and its own examples remove them.
                removed.push((index, location.clone(), before));
                location.remove(&mut pass.result);
                changed.push(location.pointer());
                continue;
            };
            if before.get("$ref").is_some() && update.get("$ref").is_none() {
                beside.push((index, location.clone()));
            }
            let mut idle = Vec::new();
            match merge_target(node, update, location, overlay.is_1_1, &mut idle) {
                Err((what, cure)) => pass.problems.push(report(Some(location), what, cure)),
                Ok(()) if *node == before => pass.problems.push(report(
                    Some(location),
                    "stale overlay action, changes nothing".to_owned(),
                    "upstream is correct now: delete the action",
                )),
                Ok(()) => {
                    changed.push(location.pointer());
                    let is_entry = before.is_sequence();
                    pass.problems.extend(idle.iter().map(|location| {
                        let (what, cure) = if is_entry {
                            ("stale overlay action, the entry is already there", "delete the action")
                        } else {
                            ("stale overlay action, this part changes nothing", "delete the part from the update")
                        };
                        report(Some(location), what.to_owned(), cure)
                    }));
                }
            }
        }
        changed.reverse();
        if !changed.is_empty() {
            let (target, verb) = (action.target.clone(), action.verb.as_str());
            pass.changes.push(Change { action: index + 1, target, verb, locations: changed });
        }
    }
    // A value is replaced by a removal and a later update. If the update restores the removed value, upstream has
    // corrected it, although each action alone changes something.
    for (index, location, old) in removed {
        if location.is_named() && location.find(&mut pass.result) == Some(&mut old.clone()) {
            let target = overlay.actions.get(index).map(|action| action.target.as_str()).unwrap_or_default();
            let what = "stale overlay action, a later one restores what it removes";
            let problem = Problem::new(index + 1, target, what, "upstream is correct now: delete both");
            pass.problems.push(Problem { location: Some(location.pointer()), ..problem });
        }
    }
    // In OpenAPI 3.0 the siblings of a reference are ignored. An `allOf` around it applies the correction until someone
    // decides.
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if !["3.1", "3.2"].iter().any(|newer| version.starts_with(newer)) {
        for (index, location) in beside {
            wrap(&mut pass, overlay, index, &location);
        }
    }
    pass
}

/// Wraps the reference at a location in an `allOf`, and reports it.
fn wrap(pass: &mut Pass, overlay: &Overlay, index: usize, location: &Path) {
    let node = location.find(&mut pass.result).filter(|node| node.get("$ref").is_some());
    let Some(properties) = node.and_then(Value::as_mapping_mut) else { return };
    if let Some(reference) = properties.shift_remove("$ref") {
        let part = Mapping::from_iter([(Value::from("$ref"), reference)]);
        properties.insert("allOf".into(), Value::Sequence(vec![Value::Mapping(part)]));
    }
    let target = overlay.actions.get(index).map(|action| action.target.as_str()).unwrap_or_default();
    let what = "half-stale overlay action, the target is a reference, whose siblings are ignored";
    let cure = "correct the target of the reference, or replace the reference by an `allOf` around it";
    let problem = Problem::new(index + 1, target, what, cure);
    pass.problems.push(Problem { location: Some(location.pointer()), ..problem });
}

const NO_PRIMITIVE: &str = "the target is neither an object nor an array";

fn is_primitive(value: &Value) -> bool {
    !value.is_mapping() && !value.is_sequence()
}

/// Updates a target of an action.
fn merge_target(
    node: &mut Value,
    update: &Value,
    location: &Path,
    is_1_1: bool,
    idle: &mut Vec<Path>,
) -> Result<(), (String, &'static str)> {
    match (&mut *node, update) {
        (Value::Sequence(_), Value::Sequence(_)) if is_1_1 => merge(node, update, location, is_1_1, idle),
        (Value::Sequence(items), entry) => {
            if items.contains(entry) {
                idle.push(location.clone());
            }
            items.push(entry.clone());
            Ok(())
        }
        (Value::Mapping(_), Value::Mapping(_)) => merge(node, update, location, is_1_1, idle),
        (Value::Mapping(_), _) => {
            Err(("the target is an object, the update is not".to_owned(), "write the update as an object"))
        }
        (node, update) if is_1_1 && is_primitive(update) => {
            *node = update.clone();
            Ok(())
        }
        _ if is_1_1 => {
            Err(("the target is a primitive value, the update is not".to_owned(), "write the update as a primitive"))
        }
        _ => Err((NO_PRIMITIVE.to_owned(), "select the object around it")),
    }
}

/// Merges `update` into `node`: objects by property, arrays by appending, other values by replacing. Version 1.1 refuses
/// values of different types.
///
/// `idle` collects the locations where nothing changed.
fn merge(
    node: &mut Value,
    update: &Value,
    location: &Path,
    is_1_1: bool,
    idle: &mut Vec<Path>,
) -> Result<(), (String, &'static str)> {
    match (node, update) {
        (Value::Mapping(node), Value::Mapping(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(property) => merge(property, value, &location.property(key), is_1_1, idle)?,
                    None => {
                        node.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Sequence(node), Value::Sequence(update)) => {
            if update.iter().any(|entry| node.contains(entry)) {
                idle.push(location.clone());
            }
            node.extend(update.iter().cloned());
        }
        (node, update) if node == update => idle.push(location.clone()),
        (node, update) if is_1_1 && !(is_primitive(node) && is_primitive(update)) => {
            let what = format!("the update and the document have different types at {}", location.pointer());
            return Err((what, "remove the value with an action before"));
        }
        (node, update) => *node = update.clone(),
    }
    Ok(())
}
