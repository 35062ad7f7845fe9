//! Minimises failures: parts of the schema and of the instance are removed as long as the failure stays the same.

use serde_json::Value;

use crate::corpus::Error;
use crate::trials::{self, Case, Failure, Trials};

/// The number of rounds; each compiles one crate.
const ROUNDS: usize = 12;

/// The smallest document and instance for each failure, as text.
///
/// # Errors
///
/// A file cannot be written, or a program cannot be started.
pub(super) fn shrink(trials: &Trials, cases: &[Case], failures: Vec<Failure>) -> Result<Vec<String>, Error> {
    let mut smallest: Vec<(Case, Failure)> = Vec::new();
    let mut refused: Vec<(Case, Failure)> = Vec::new();
    for failure in failures {
        let Some(case) = cases.get(failure.case) else { continue };
        // A schema that is not generated keeps one instance, so that it stays a schema of some value.
        let instance = case.instances.get(failure.instance.unwrap_or_default()).cloned();
        let case = Case { instances: instance.into_iter().collect(), ..case.clone() };
        match trials::refusal(0, &case) {
            Some(failure) => refused.push(without_compiler(case, failure)),
            None => smallest.push((case, failure)),
        }
    }
    for _ in 0..ROUNDS {
        let mut candidates = Vec::new();
        let mut origins = Vec::new();
        for (origin, (case, _)) in smallest.iter().enumerate() {
            for candidate in smaller(case) {
                origins.push(origin);
                candidates.push(renamed(&candidate, candidates.len()));
            }
        }
        if candidates.is_empty() {
            break;
        }
        let mut is_changed = false;
        for failure in trials.run(&candidates)? {
            let (Some(candidate), Some(origin)) = (candidates.get(failure.case), origins.get(failure.case)) else {
                continue;
            };
            let Some((case, known)) = smallest.get_mut(*origin) else { continue };
            if failure.sort() == known.sort() && size(candidate) < size(case) {
                *case = candidate.clone();
                *known = failure;
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    Ok(refused.iter().chain(&smallest).map(|(case, failure)| shown(case, failure)).collect())
}

/// The smallest case that is refused in the same way. No code is compiled.
fn without_compiler(mut case: Case, mut failure: Failure) -> (Case, Failure) {
    loop {
        let found = smaller(&case).into_iter().find_map(|less| {
            let found = trials::refusal(0, &less).filter(|found| found.sort() == failure.sort())?;
            (size(&less) < size(&case)).then_some((less, found))
        });
        match found {
            Some(less) => (case, failure) = less,
            None => return (case, failure),
        }
    }
}

/// The document, the instance and the reason of a failure.
pub(super) fn shown(case: &Case, failure: &Failure) -> String {
    let instance = if case.instances.len() > 1 { failure.instance.unwrap_or_default() } else { 0 };
    let instance = case.instances.get(instance).map(|value| format!("\n    instance {value}")).unwrap_or_default();
    let document = case.document();
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    format!("{} of {} in {}: {schemas}{instance}", failure.reason, case.name, case.version)
}

fn size(case: &Case) -> usize {
    case.components.to_string().len() + case.instances.iter().map(|value| value.to_string().len()).sum::<usize>()
}

/// Cases with one part less, whose instances are still valid.
fn smaller(case: &Case) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    for components in without_one(&case.components) {
        found.push(Case { components, ..case.clone() });
    }
    if let [instance] = case.instances.as_slice() {
        for less in without_one(instance) {
            found.push(Case { instances: vec![less], ..case.clone() });
        }
    }
    found.retain(|case| {
        let refers = case.components.get(&case.name).is_some();
        let validator = jsonschema::draft202012::new(&case.root());
        refers && validator.is_ok_and(|validator| case.instances.iter().all(|value| validator.is_valid(value)))
    });
    found
}

/// The value without one of its members or elements, at any depth, or with one of them in the place of its parent.
fn without_one(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            found.extend(members.values().filter(|inner| inner.is_object()).cloned());
            for (name, inner) in members {
                let mut less = members.clone();
                less.remove(name);
                found.push(Value::Object(less));
                for smaller in without_one(inner) {
                    let mut changed = members.clone();
                    changed.insert(name.clone(), smaller);
                    found.push(Value::Object(changed));
                }
            }
        }
        Value::Array(elements) => {
            found.extend(elements.iter().filter(|inner| inner.is_object()).cloned());
            for (index, inner) in elements.iter().enumerate() {
                let mut less = elements.clone();
                less.remove(index);
                found.push(Value::Array(less));
                for smaller in without_one(inner) {
                    let mut changed = elements.clone();
                    if let Some(place) = changed.get_mut(index) {
                        *place = smaller;
                    }
                    found.push(Value::Array(changed));
                }
            }
        }
        _ => {}
    }
    found
}

/// The case with names that no other case of its crate has.
fn renamed(case: &Case, number: usize) -> Case {
    let prefix = case.name.split('N').next().unwrap_or_default();
    let to = format!("C{number}N");
    let from = format!("{prefix}N");
    let text = case.components.to_string().replace(&format!("\"{from}"), &format!("\"{to}"));
    let text = text.replace(&format!("/{from}"), &format!("/{to}")).replace(&format!("#{from}"), &format!("#{to}"));
    let components = serde_json::from_str(&text).unwrap_or_default();
    Case { components, name: case.name.replacen(&from, &to, 1), ..case.clone() }
}
