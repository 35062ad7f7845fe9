//! Builds the assembled document from the parts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::homes::{Homes, homes};
use super::load::Files;
use super::resolve::{Outcome, Resolver};
use super::{Assembled, Origins, Renamed, Target, ends};
use crate::location::{Point, unescape};
use crate::problem::ProblemKind;
use crate::read::formal::Formality;

/// The most values that are copied into places without references.
const MOST_COPIED: usize = 4_000_000;

/// The deepest nesting of such places.
const MOST_NESTED: usize = 16;

/// Builds the document.
pub(super) fn build(mut resolver: Resolver<'_>) -> Result<Assembled, ProblemKind> {
    let homes = homes(&resolver);
    let outcomes = std::mem::take(&mut resolver.outcomes);
    let uses_root = |outcome: &Outcome| matches!(outcome, Outcome::Place(target) if target.file == 0);
    let root = match resolver.files.all.first_mut() {
        Some(root) if outcomes.values().any(uses_root) => root.value.clone(),
        Some(root) => std::mem::take(&mut root.value),
        None => Value::Null,
    };
    let mut builder = Builder {
        files: &resolver.files,
        outcomes: &outcomes,
        homes: &homes,
        origins: BTreeMap::new(),
        inside: Vec::new(),
        copied: 0,
        circular: BTreeMap::new(),
    };
    let added: Vec<(&Target, &String)> =
        homes.added.iter().filter_map(|target| Some((target, homes.all.get(target)?))).collect();
    let mut parts = Vec::new();
    for (target, home) in added {
        parts.push((home, builder.part(target, home)?));
    }
    let mut root = builder.rewritten(root, &Target { file: 0, pointer: String::new() }, "")?;
    let Builder { origins: targets, circular, .. } = builder;
    let mut unresolved = resolver.unresolved.clone();
    unresolved.extend(circular);
    for (home, part) in parts {
        insert(&mut root, home, part);
    }
    for renamed in &homes.renamed {
        imply(&mut root, renamed);
    }
    let places = Places::new(&targets);
    let files = &resolver.files.all;
    let versions = targets.iter().filter_map(|(home, target)| Some((home.clone(), files.get(target.file)?.is_3_1)));
    let is_root_3_1 = files.first().is_some_and(|root| root.is_3_1);
    let has_versions = files.iter().any(|file| file.is_3_1 != is_root_3_1);
    let versions = if has_versions { versions.collect() } else { BTreeMap::new() };
    let repeated = files
        .iter()
        .enumerate()
        .flat_map(|(file, of)| of.repeated.iter().map(move |pointer| Target { file, pointer: pointer.clone() }));
    let repeated = repeated.filter_map(|target| places.of(&target)).collect();
    let mut formalities: Vec<Formality> = resolver
        .formalities
        .into_iter()
        .filter_map(|(target, what)| Some(Formality { at: places.of(&target)?, what }))
        .collect();
    formalities.sort_by(|a, b| a.at.cmp(&b.at));
    let origin = |target: &Target| {
        let file = files.get(target.file).filter(|_| target.file != 0).map(|file| file.location.clone());
        Point::original(file, target.pointer.clone())
    };
    let origins = Origins { parts: targets.iter().map(|(home, target)| (home.clone(), origin(target))).collect() };
    let locations = files.iter().map(|file| file.location.to_string()).filter(|location| !location.is_empty());
    let mut locations: Vec<String> = locations.collect();
    if let Some((_, others)) = locations.split_first_mut() {
        others.sort();
    }
    Ok(Assembled {
        root,
        origins,
        repeated,
        formalities,
        renamed: homes.renamed,
        unresolved,
        files: locations,
        versions,
    })
}

struct Builder<'b> {
    files: &'b Files<'b>,
    outcomes: &'b BTreeMap<Target, Outcome>,
    homes: &'b Homes,
    /// The origin of each part, by its pointer in the assembled document.
    origins: BTreeMap<String, Target>,
    /// The parts around the current one.
    inside: Vec<Target>,
    copied: usize,
    /// The problems of the parts that are inside themselves, by the texts in their places.
    circular: BTreeMap<String, ProblemKind>,
}

impl Builder<'_> {
    /// A part with its references rewritten, for this pointer of the assembled document.
    fn part(&mut self, target: &Target, home: &str) -> Result<Value, ProblemKind> {
        let Some(value) = self.files.value(target.file, &target.pointer) else { return Ok(Value::Null) };
        self.origins.insert(home.to_owned(), target.clone());
        self.rewritten(value.clone(), target, home)
    }

    /// A value with the references of its part rewritten.
    fn rewritten(&mut self, mut value: Value, target: &Target, home: &str) -> Result<Value, ProblemKind> {
        let outcomes = self
            .outcomes
            .range(target.clone()..)
            .take_while(|(at, _)| at.file == target.file && at.pointer.starts_with(&target.pointer));
        let outcomes = outcomes.filter_map(|(at, outcome)| Some((rest(&at.pointer, &target.pointer)?, outcome)));
        let mut placed: Vec<(&str, &Target)> = Vec::new();
        for (at, outcome) in outcomes {
            match outcome {
                Outcome::Place(part) => placed.push((at, part)),
                Outcome::Refer(part) => self.refer(&mut value, at, part),
                Outcome::ReferStatically(part) => {
                    if let Some(Value::Object(schema)) = value.pointer_mut(at)
                        && !schema.contains_key("$ref")
                    {
                        schema.remove("$dynamicRef");
                        schema.insert("$ref".to_owned(), Value::Null);
                        self.refer(&mut value, at, part);
                    }
                }
                Outcome::Missing(text) => {
                    if let Some(slot) = value.pointer_mut(at) {
                        *slot = Value::String(text.clone());
                    }
                }
                Outcome::Unresolved(text) => {
                    if let Some(reference) = value.pointer_mut(at).and_then(|object| object.get_mut("$ref")) {
                        *reference = Value::String(text.clone());
                    }
                }
            }
        }
        for anchored in self.files.identifiers.anchored(target.file) {
            let schema = rest(anchored, &target.pointer).and_then(|at| value.pointer_mut(at));
            if let Some(Value::Object(schema)) = schema {
                schema.remove("$anchor");
                schema.remove("$dynamicAnchor");
            }
        }
        self.place(&mut value, target, home, &placed)?;
        Ok(value)
    }

    /// Lets a `$ref`, or the value of a mapping, point to a part.
    fn refer(&self, value: &mut Value, at: &str, part: &Target) {
        let home = if part.file == 0 { Some(&part.pointer) } else { self.homes.all.get(part) };
        // Readers of references decode them.
        let Some(text) = home.map(|home| format!("#{}", home.replace('%', "%25"))) else { return };
        match value.pointer_mut(at) {
            Some(Value::Object(object)) => {
                object.insert("$ref".to_owned(), Value::String(text));
            }
            Some(mapped @ Value::String(_)) => *mapped = Value::String(text),
            _ => {}
        }
    }

    /// Puts parts in their places.
    fn place(
        &mut self,
        value: &mut Value,
        target: &Target,
        home: &str,
        placed: &[(&str, &Target)],
    ) -> Result<(), ProblemKind> {
        let all: BTreeSet<&str> = placed.iter().map(|(at, _)| *at).collect();
        self.inside.push(target.clone());
        for (at, part) in placed {
            let is_replaced = ends(at).skip(1).any(|end| at.get(..end).is_some_and(|outer| all.contains(outer)));
            if is_replaced {
                continue;
            }
            if self.inside.contains(part) {
                let file = self.files.get(part.file).map(|file| file.location.to_string()).unwrap_or_default();
                let reference = format!("{file}#{}", part.pointer);
                if let Some(slot) = value.pointer_mut(at) {
                    *slot = Value::String(reference.clone());
                }
                self.circular.insert(reference.clone(), ProblemKind::CircularReference { reference });
                continue;
            }
            if self.inside.len() > MOST_NESTED {
                let what = format!("more than {MOST_NESTED} files inside each other, where references are not allowed");
                return Err(ProblemKind::TooManyFiles { what });
            }
            let new = self.part(part, &format!("{home}{at}"))?;
            self.copied = self.copied.saturating_add(size(&new));
            if self.copied > MOST_COPIED {
                let what = format!("more than {MOST_COPIED} values, because files are used again and again");
                return Err(ProblemKind::TooManyFiles { what });
            }
            if let Some(slot) = value.pointer_mut(at) {
                *slot = new;
            }
        }
        self.inside.pop();
        Ok(())
    }
}

/// Adds the value that the name of a renamed schema implies to the mapping of each discriminator that the schema has
/// without a mapping: of the unions with the schema, and of the schemas that it extends.
fn imply(root: &mut Value, renamed: &Renamed) {
    let reference = format!("#{}", renamed.at.replace('%', "%25"));
    let refers = |part: &Value, reference: &str| part.get("$ref").and_then(Value::as_str) == Some(reference);
    let parts = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let schema = root.pointer(&renamed.at).cloned().unwrap_or_default();
    let parents: Vec<String> = parts(&schema, "allOf")
        .iter()
        .filter_map(|part| part.get("$ref")?.as_str()?.strip_prefix('#').map(str::to_owned))
        .collect();
    for parent in parents {
        if let Some(parent) = root.pointer_mut(&parent) {
            add_implied(parent, &renamed.wanted, &reference);
        }
    }
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        if ["oneOf", "anyOf"].iter().any(|key| parts(value, key).iter().any(|part| refers(part, &reference))) {
            add_implied(value, &renamed.wanted, &reference);
        }
        match value {
            Value::Object(properties) => open.extend(properties.values_mut()),
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
}

/// Adds a value to the mapping of a schema's discriminator, unless the mapping has the value or the target.
fn add_implied(schema: &mut Value, value: &str, reference: &str) {
    let Some(Value::Object(discriminator)) = schema.get_mut("discriminator") else { return };
    let Value::Object(mapping) = discriminator.entry("mapping").or_insert_with(|| json!({})) else { return };
    if !mapping.contains_key(value) && !mapping.values().any(|target| target == reference) {
        mapping.insert(value.to_owned(), Value::String(reference.to_owned()));
    }
}

/// The rest of a pointer below another one.
fn rest<'p>(pointer: &'p str, outer: &str) -> Option<&'p str> {
    pointer.strip_prefix(outer).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The number of values in a value.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Object(properties) => properties.values().map(size).sum(),
        Value::Array(elements) => elements.iter().map(size).sum(),
        _ => 0,
    }
}

/// Adds a component.
fn insert(root: &mut Value, home: &str, part: Value) {
    let mut at = root;
    let mut segments = home.split('/').skip(1).map(unescape).peekable();
    while let Some(segment) = segments.next() {
        let Value::Object(properties) = at else { return };
        if segments.peek().is_none() {
            properties.insert(segment, part);
            return;
        }
        at = properties.entry(segment).or_insert_with(|| json!({}));
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
    }
}

/// The pointers in the assembled document of the values of files.
struct Places<'b> {
    homes: BTreeMap<&'b Target, &'b str>,
}

impl<'b> Places<'b> {
    fn new(origins: &'b BTreeMap<String, Target>) -> Self {
        let mut homes: BTreeMap<&Target, &str> = BTreeMap::new();
        for (home, target) in origins {
            homes.entry(target).or_insert(home);
        }
        Self { homes }
    }

    fn of(&self, target: &Target) -> Option<String> {
        let found = ends(&target.pointer).find_map(|end| {
            let (outer, rest) = target.pointer.split_at_checked(end)?;
            let home = self.homes.get(&Target { file: target.file, pointer: outer.to_owned() })?;
            Some(format!("{home}{rest}"))
        });
        found.or_else(|| (target.file == 0).then(|| target.pointer.clone()))
    }
}
