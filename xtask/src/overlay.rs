//! OpenAPI Overlay 1.0.0: parses the actions and applies them to a document.
//!
//! Targets are located in a JSON copy and changed in the YAML value. The JSONPath library only supports JSON, and only
//! the YAML value has the order of properties, which matters to readers of `spec/oidc.yaml`.
//!
//! One rule is stricter than the standard: an action must select something, and each of its parts must change
//! something. If upstream corrects its document, this finds the corrections that are no longer needed. All such actions
//! are reported at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json_path::{JsonPath, PathElement};
use serde_yaml::{Mapping, Value};

use crate::roles::token;

/// A parsed overlay.
#[derive(Debug)]
pub struct Overlay {
    actions: Vec<Action>,
}

#[derive(Debug)]
struct Action {
    target: String,
    path: JsonPath,
    matches: Option<usize>,
    change: Change,
}

#[derive(Debug)]
enum Change {
    Remove,
    Update(Value),
}

/// An invalid or stale action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The number of the action, counted from 1; 0 is the overlay itself.
    pub action: usize,
    /// Its `target`, as written.
    pub target: String,
    /// The JSON pointer of the location in the document, if known.
    pub location: Option<String>,
    /// The problem.
    pub what: String,
    /// The remedy.
    pub cure: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            0 => f.write_str("overlay")?,
            number => write!(f, "overlay action {number}")?,
        }
        if !self.target.is_empty() {
            write!(f, " on {}", self.target)?;
        }
        if let Some(location) = &self.location {
            write!(f, " at {location}")?;
        }
        write!(f, ": {}; {}", self.what, self.cure)
    }
}

/// All problems of an overlay, in the order of its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Kinds of evidence that `x-evidence` may name.
const EVIDENCE: [&str; 4] = ["recordings", "facts", "hydra", "rfc"];

impl Overlay {
    /// Parses an overlay and validates its actions.
    pub fn parse(document: &Value) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        if document.get("overlay").and_then(Value::as_str) != Some("1.0.0") {
            problems.push(Problem {
                action: 0,
                target: String::new(),
                location: None,
                what: "`overlay` is not `1.0.0`".to_owned(),
                cure: "use this version of the standard, the only supported one".to_owned(),
            });
        }
        let mut actions = Vec::new();
        let listed = document.get("actions").and_then(Value::as_sequence);
        for (index, action) in listed.into_iter().flatten().enumerate() {
            match Action::parse(action) {
                Ok(action) => actions.push(action),
                Err((what, cure)) => problems.push(Problem {
                    action: index + 1,
                    target: string(action.get("target")),
                    location: None,
                    what,
                    cure,
                }),
            }
        }
        if problems.is_empty() { Ok(Self { actions }) } else { Err(Problems(problems)) }
    }
}

impl Action {
    fn parse(action: &Value) -> Result<Self, (String, String)> {
        let wrong = |what: &str, cure: &str| (what.to_owned(), cure.to_owned());
        for key in action.as_mapping().into_iter().flat_map(Mapping::keys) {
            let key = string(Some(key));
            let known = ["target", "description", "update", "remove"].contains(&key.as_str());
            if !known && !key.starts_with("x-") {
                return Err(wrong(&format!("unknown property `{key}`"), "correct its spelling, or begin it with `x-`"));
            }
        }
        if string(action.get("x-reason")).trim().is_empty() {
            return Err(wrong("no `x-reason`", "give the reason in one sentence"));
        }
        let evidence = action.get("x-evidence").and_then(Value::as_sequence);
        if evidence.is_none_or(|evidence| evidence.is_empty() || !evidence.iter().all(is_evidence)) {
            return Err(wrong(
                "`x-evidence` is not a list of evidence",
                "list at least one `recordings: ...`, `facts: ...`, `hydra: ...` or `rfc: ...`",
            ));
        }
        let target = string(action.get("target"));
        let path = JsonPath::parse(&target)
            .map_err(|error| wrong(&format!("`target` is not JSONPath ({error})"), "use the syntax of RFC 9535"))?;
        let remove = action.get("remove") == Some(&Value::Bool(true));
        let change = match (remove, action.get("update")) {
            (true, None) => Change::Remove,
            (false, Some(update)) => Change::Update(update.clone()),
            _ => {
                return Err(wrong("has both or neither of `update` and `remove: true`", "keep exactly one of them"));
            }
        };
        let matches = match action.get("x-matches") {
            None => None,
            Some(number) => Some(
                number
                    .as_u64()
                    .and_then(|number| usize::try_from(number).ok())
                    .ok_or_else(|| wrong("`x-matches` is not a count", "write a whole number"))?,
            ),
        };
        Ok(Self { target, path, matches, change })
    }
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

/// Applies the actions of the overlay in their order.
pub fn apply(document: &Value, overlay: &Overlay) -> Result<Value, Problems> {
    let (result, problems) = apply_what_fits(document, overlay);
    if problems.is_empty() { Ok(result) } else { Err(Problems(problems)) }
}

/// Applies the actions that fit the document. Returns the problems of the others, and of actions that change nothing.
///
/// An action with a reference to an undeclared component is not applied.
pub fn apply_what_fits(document: &Value, overlay: &Overlay) -> (Value, Vec<Problem>) {
    let mut left_out: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        let (result, mut problems) = apply_but(document, overlay, &left_out);
        let missing = missing(&result);
        let before = left_out.len();
        for (index, action) in overlay.actions.iter().enumerate() {
            if let Change::Update(update) = &action.change
                && let Some(reference) = references(update).into_iter().find(|reference| missing.contains(reference))
            {
                left_out.entry(index).or_insert(reference);
            }
        }
        if left_out.len() > before {
            continue;
        }
        problems.extend(left_out.iter().map(|(index, reference)| Problem {
            action: index + 1,
            target: overlay.actions.get(*index).map(|action| action.target.clone()).unwrap_or_default(),
            location: None,
            what: format!("stale overlay action, refers to {reference}, which does not exist"),
            cure: "check whether upstream renamed or removed it, then change or delete the action".to_owned(),
        }));
        problems.sort_by_key(|problem| problem.action);
        return (result, problems);
    }
}

/// All references in a value.
pub fn references(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(next) = open.pop() {
        match next {
            Value::Mapping(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                open.extend(members.values());
            }
            Value::Sequence(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// The references without a target.
fn missing(document: &Value) -> BTreeSet<String> {
    let exists = |reference: &String| {
        let steps = reference.strip_prefix("#/").unwrap_or_default().split('/');
        let steps = steps.map(|step| step.replace("~1", "/").replace("~0", "~"));
        let mut at = Some(document);
        for step in steps {
            at = at.and_then(|value| value.get(step.as_str()));
        }
        at.is_some()
    };
    references(document).into_iter().filter(|reference| !exists(reference)).collect()
}

fn apply_but(document: &Value, overlay: &Overlay, left_out: &BTreeMap<usize, String>) -> (Value, Vec<Problem>) {
    let mut result = document.clone();
    let mut problems = Vec::new();
    let mut removed = Vec::new();
    let mut beside = Vec::new();
    for (index, action) in overlay.actions.iter().enumerate().filter(|(index, _)| !left_out.contains_key(index)) {
        let report = |location: Option<&Path>, what: String, cure: &str| Problem {
            action: index + 1,
            target: action.target.clone(),
            location: location.map(Path::pointer),
            what,
            cure: cure.to_owned(),
        };
        let locations = locate(&result, &action.path);
        if locations.is_empty() {
            problems.push(report(
                None,
                "stale overlay action, matches nothing".to_owned(),
                "check whether upstream renamed or corrected the location, then change or delete the action",
            ));
            continue;
        }
        if let Some(expected) = action.matches
            && expected != locations.len()
        {
            problems.push(report(
                None,
                format!("matches {} locations instead of {expected}", locations.len()),
                "see which one upstream renamed, added or removed",
            ));
        }
        for location in &locations {
            let Some(node) = location.find(&mut result) else {
                continue;
            };
            match (&action.change, &mut *node) {
                (_, node) if !node.is_mapping() && !node.is_sequence() => problems.push(report(
                    Some(location),
                    "the target is neither an object nor an array".to_owned(),
                    "select the object around it",
                )),
                (Change::Remove, node) => {
                    removed.push((index, location.clone(), node.clone()));
                    location.remove(&mut result);
                }
                (Change::Update(entry), Value::Sequence(items)) => {
                    if items.contains(entry) {
                        problems.push(report(
                            Some(location),
                            "stale overlay action, the entry is already there".to_owned(),
                            "delete the action",
                        ));
                    }
                    items.push(entry.clone());
                }
                (Change::Update(update), node) if update.is_mapping() => {
                    let before = node.clone();
                    if before.get("$ref").is_some() && update.get("$ref").is_none() {
                        beside.push((index, location.clone()));
                    }
                    let mut idle = Vec::new();
                    merge(node, update, location, &mut idle);
                    if *node == before {
                        problems.push(report(
                            Some(location),
                            "stale overlay action, changes nothing".to_owned(),
                            "upstream is correct now: delete the action",
                        ));
                    } else {
                        problems.extend(idle.iter().map(|location| {
                            report(
                                Some(location),
                                "stale overlay action, this part changes nothing".to_owned(),
                                "delete the part from the update",
                            )
                        }));
                    }
                }
                (Change::Update(_), _) => problems.push(report(
                    Some(location),
                    "the target is an object, the update is not".to_owned(),
                    "write the update as an object",
                )),
            }
        }
    }
    // A value is replaced by a removal and a later update. If the update restores the removed value, upstream has
    // corrected it, although each action alone changes something.
    for (index, location, old) in removed {
        if location.is_named() && location.find(&mut result) == Some(&mut old.clone()) {
            let target = overlay.actions.get(index).map(|action| action.target.clone());
            problems.push(Problem {
                action: index + 1,
                target: target.unwrap_or_default(),
                location: Some(location.pointer()),
                what: "stale overlay action, a later one restores what it removes".to_owned(),
                cure: "upstream is correct now: delete both".to_owned(),
            });
        }
    }
    // The siblings of a reference are ignored. An `allOf` around it applies the correction until someone decides.
    for (index, location) in beside {
        if let Some(node) = location.find(&mut result).filter(|node| node.get("$ref").is_some())
            && let Some(members) = node.as_mapping_mut()
        {
            if let Some(reference) = members.shift_remove("$ref") {
                let part = Mapping::from_iter([(Value::from("$ref"), reference)]);
                members.insert("allOf".into(), Value::Sequence(vec![Value::Mapping(part)]));
            }
            problems.push(Problem {
                action: index + 1,
                target: overlay.actions.get(index).map(|action| action.target.clone()).unwrap_or_default(),
                location: Some(location.pointer()),
                what: "half-stale overlay action, the target is a reference, whose siblings are ignored".to_owned(),
                cure: "correct the target of the reference, or replace the reference by an `allOf` around it"
                    .to_owned(),
            });
        }
    }
    (result, problems)
}

/// Merges `update` into `node`: objects by property, arrays by appending, other values by replacing.
///
/// `idle` collects the locations where nothing changed.
fn merge(node: &mut Value, update: &Value, location: &Path, idle: &mut Vec<Path>) {
    match (node, update) {
        (Value::Mapping(node), Value::Mapping(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(property) => merge(property, value, &location.property(&string(Some(key))), idle),
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
        (node, update) => *node = update.clone(),
    }
}

/// The selected locations, inner before outer and last before first, so that a removal does not move the remaining
/// locations.
fn locate(document: &Value, path: &JsonPath) -> Vec<Path> {
    let Ok(json) = serde_json::to_value(document) else {
        return Vec::new();
    };
    let mut locations: Vec<Path> = path
        .query_located(&json)
        .locations()
        .map(|location| {
            Path(
                location
                    .iter()
                    .map(|element| match element {
                        PathElement::Name(name) => Step::Property((*name).to_owned()),
                        PathElement::Index(index) => Step::Item(*index),
                    })
                    .collect(),
            )
        })
        .collect();
    locations.sort_by(|one, other| other.cmp(one));
    locations.dedup();
    locations
}

/// The path from the root of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Property(String),
    Item(usize),
}

impl Path {
    fn property(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Property(key.to_owned()));
        Self(steps)
    }

    /// Whether no step is an index, so that removals elsewhere cannot change the path.
    fn is_named(&self) -> bool {
        self.0.iter().all(|step| matches!(step, Step::Property(_)))
    }

    fn pointer(&self) -> String {
        let mut pointer = "#".to_owned();
        for step in &self.0 {
            pointer.push('/');
            match step {
                Step::Property(key) => pointer.push_str(&token(key)),
                Step::Item(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    fn find<'value>(&self, document: &'value mut Value) -> Option<&'value mut Value> {
        find(document, &self.0)
    }

    fn remove(&self, document: &mut Value) {
        let Some((last, parents)) = self.0.split_last() else {
            return;
        };
        match (find(document, parents), last) {
            (Some(Value::Mapping(mapping)), Step::Property(key)) => {
                mapping.shift_remove(key.as_str());
            }
            (Some(Value::Sequence(items)), Step::Item(index)) if *index < items.len() => {
                items.remove(*index);
            }
            _ => {}
        }
    }
}

fn find<'value>(document: &'value mut Value, steps: &[Step]) -> Option<&'value mut Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Property(key) => value.get_mut(key.as_str()),
        Step::Item(index) => value.get_mut(*index),
    })
}

fn string(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}
