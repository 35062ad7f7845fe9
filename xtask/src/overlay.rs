//! OpenAPI Overlay 1.0.0: reads the actions and lays them over a document.
//!
//! Targets are located in a JSON copy and changed in the YAML value: the JSONPath library knows JSON only,
//! and the order of members, which readers of `spec/oidc.yaml` care about, lives in the YAML value.
//!
//! Stricter than the standard in one respect: an action has to select something, and every part of it has
//! to make a difference. Upstream gets corrected now and then, and a correction of ours that is no longer
//! needed must not stay unnoticed. All such actions are reported at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json_path::{JsonPath, PathElement};
use serde_yaml::{Mapping, Value};

use crate::members::token;

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

/// What is wrong with one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Number of the action, counted from 1; 0 is the overlay itself.
    pub action: usize,
    /// Its `target`, as written.
    pub target: String,
    /// JSON pointer of the place in the document, where one can be told.
    pub place: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
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
        if let Some(place) = &self.place {
            write!(f, " at {place}")?;
        }
        write!(f, ": {}; {}", self.what, self.cure)
    }
}

/// Everything that is wrong with an overlay, in the order of its actions.
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
const EVIDENCE: [&str; 3] = ["recordings", "facts", "hydra"];

impl Overlay {
    /// Reads an overlay and checks its form.
    pub fn parse(document: &Value) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        if document.get("overlay").and_then(Value::as_str) != Some("1.0.0") {
            problems.push(Problem {
                action: 0,
                target: String::new(),
                place: None,
                what: "`overlay` is not `1.0.0`".to_owned(),
                cure: "state the version of the standard, the only one known here".to_owned(),
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
                    place: None,
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
                return Err(wrong(&format!("unknown member `{key}`"), "correct its spelling, or begin it with `x-`"));
            }
        }
        if string(action.get("x-reason")).trim().is_empty() {
            return Err(wrong("no `x-reason`", "say in one sentence why it is there"));
        }
        let evidence = action.get("x-evidence").and_then(Value::as_sequence);
        if evidence.is_none_or(|evidence| evidence.is_empty() || !evidence.iter().all(is_evidence)) {
            return Err(wrong(
                "`x-evidence` is not a list of evidence",
                "list at least one `recordings: ...`, `facts: ...` or `hydra: ...`",
            ));
        }
        let target = string(action.get("target"));
        let path = JsonPath::parse(&target)
            .map_err(|error| wrong(&format!("`target` is not JSONPath ({error})"), "write it as RFC 9535 says"))?;
        let remove = action.get("remove") == Some(&Value::Bool(true));
        let change = match (remove, action.get("update")) {
            (true, None) => Change::Remove,
            (false, Some(update)) => Change::Update(update.clone()),
            _ => {
                return Err(wrong(
                    "it has both or neither of `update` and `remove: true`",
                    "leave exactly one of them",
                ));
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

/// Lays the overlay over the document, action by action.
pub fn apply(document: &Value, overlay: &Overlay) -> Result<Value, Problems> {
    let (result, problems) = apply_what_fits(document, overlay);
    if problems.is_empty() { Ok(result) } else { Err(Problems(problems)) }
}

/// Lays over the document what fits of the overlay, and tells what does not, or does no longer make a difference.
///
/// An action that refers to a component which nobody declares is left out as a whole.
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
            place: None,
            what: format!("stale overlay action, refers to {reference}, which does not exist"),
            cure: "see whether upstream renamed or removed it, then change or delete the action".to_owned(),
        }));
        problems.sort_by_key(|problem| problem.action);
        return (result, problems);
    }
}

/// Everything that is referred to below a value.
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

/// The references that lead nowhere.
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
        let report = |place: Option<&Path>, what: String, cure: &str| Problem {
            action: index + 1,
            target: action.target.clone(),
            place: place.map(Path::pointer),
            what,
            cure: cure.to_owned(),
        };
        let places = locate(&result, &action.path);
        if places.is_empty() {
            problems.push(report(
                None,
                "stale overlay action, matches nothing".to_owned(),
                "see whether upstream renamed or corrected the place, then change or delete the action",
            ));
            continue;
        }
        if let Some(expected) = action.matches
            && expected != places.len()
        {
            problems.push(report(
                None,
                format!("matches {} places instead of {expected}", places.len()),
                "see which one upstream renamed, added or took away",
            ));
        }
        for place in &places {
            let Some(node) = place.find(&mut result) else {
                continue;
            };
            match (&action.change, &mut *node) {
                (_, node) if !node.is_mapping() && !node.is_sequence() => problems.push(report(
                    Some(place),
                    "the target is neither an object nor an array".to_owned(),
                    "select the object around it",
                )),
                (Change::Remove, node) => {
                    removed.push((index, place.clone(), node.clone()));
                    place.remove(&mut result);
                }
                (Change::Update(entry), Value::Sequence(items)) => {
                    if items.contains(entry) {
                        problems.push(report(
                            Some(place),
                            "stale overlay action, the entry is already there".to_owned(),
                            "delete the action",
                        ));
                    }
                    items.push(entry.clone());
                }
                (Change::Update(update), node) if update.is_mapping() => {
                    let before = node.clone();
                    if before.get("$ref").is_some() && update.get("$ref").is_none() {
                        beside.push((index, place.clone()));
                    }
                    let mut idle = Vec::new();
                    merge(node, update, place, &mut idle);
                    if *node == before {
                        problems.push(report(
                            Some(place),
                            "stale overlay action, changes nothing".to_owned(),
                            "upstream says so itself by now: delete the action",
                        ));
                    } else {
                        problems.extend(idle.iter().map(|place| {
                            report(
                                Some(place),
                                "stale overlay action, this part is already so".to_owned(),
                                "delete the part from the update",
                            )
                        }));
                    }
                }
                (Change::Update(_), _) => problems.push(report(
                    Some(place),
                    "the target is an object, the update is not".to_owned(),
                    "write the update as an object",
                )),
            }
        }
    }
    // A value is exchanged by a removal and a later update. If that puts the same value back, upstream has
    // been corrected, although either action by itself makes a difference.
    for (index, place, old) in removed {
        if place.is_named() && place.find(&mut result) == Some(&mut old.clone()) {
            let target = overlay.actions.get(index).map(|action| action.target.clone());
            problems.push(Problem {
                action: index + 1,
                target: target.unwrap_or_default(),
                place: Some(place.pointer()),
                what: "stale overlay action, a later one puts back what it removes".to_owned(),
                cure: "upstream says so itself by now: delete both".to_owned(),
            });
        }
    }
    // Beside a reference nothing counts. Laid around it, the correction holds until somebody says it so.
    for (index, place) in beside {
        if let Some(node) = place.find(&mut result).filter(|node| node.get("$ref").is_some())
            && let Some(members) = node.as_mapping_mut()
        {
            if let Some(reference) = members.shift_remove("$ref") {
                let part = Mapping::from_iter([(Value::from("$ref"), reference)]);
                members.insert("allOf".into(), Value::Sequence(vec![Value::Mapping(part)]));
            }
            problems.push(Problem {
                action: index + 1,
                target: overlay.actions.get(index).map(|action| action.target.clone()).unwrap_or_default(),
                place: Some(place.pointer()),
                what: "half-stale overlay action, the target is a reference, beside which nothing counts".to_owned(),
                cure: "correct what it refers to, or exchange the reference for an `allOf` around it".to_owned(),
            });
        }
    }
    (result, problems)
}

/// Merges `update` into `node`: objects member by member, arrays by appending, all else by replacing.
///
/// `idle` collects the places where that made no difference.
fn merge(node: &mut Value, update: &Value, place: &Path, idle: &mut Vec<Path>) {
    match (node, update) {
        (Value::Mapping(node), Value::Mapping(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(member) => merge(member, value, &place.member(&string(Some(key))), idle),
                    None => {
                        node.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Sequence(node), Value::Sequence(update)) => {
            if update.iter().any(|entry| node.contains(entry)) {
                idle.push(place.clone());
            }
            node.extend(update.iter().cloned());
        }
        (node, update) if node == update => idle.push(place.clone()),
        (node, update) => *node = update.clone(),
    }
}

/// The places that a path selects, inner ones before outer ones and last ones first, so that a removal does
/// not move the places still to come.
fn locate(document: &Value, path: &JsonPath) -> Vec<Path> {
    let Ok(json) = serde_json::to_value(document) else {
        return Vec::new();
    };
    let mut places: Vec<Path> = path
        .query_located(&json)
        .locations()
        .map(|location| {
            Path(
                location
                    .iter()
                    .map(|element| match element {
                        PathElement::Name(name) => Step::Member((*name).to_owned()),
                        PathElement::Index(index) => Step::Item(*index),
                    })
                    .collect(),
            )
        })
        .collect();
    places.sort_by(|one, other| other.cmp(one));
    places.dedup();
    places
}

/// The way from the root of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Member(String),
    Item(usize),
}

impl Path {
    fn member(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Member(key.to_owned()));
        Self(steps)
    }

    /// Whether no step counts items, so that removals elsewhere cannot move the place.
    fn is_named(&self) -> bool {
        self.0.iter().all(|step| matches!(step, Step::Member(_)))
    }

    fn pointer(&self) -> String {
        let mut pointer = "#".to_owned();
        for step in &self.0 {
            pointer.push('/');
            match step {
                Step::Member(key) => pointer.push_str(&token(key)),
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
            (Some(Value::Mapping(mapping)), Step::Member(key)) => {
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
        Step::Member(key) => value.get_mut(key.as_str()),
        Step::Item(index) => value.get_mut(*index),
    })
}

fn string(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}
