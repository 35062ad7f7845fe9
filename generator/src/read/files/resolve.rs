//! Finds the target of each reference, from the root document on, until no new part of a file is found.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::identifiers::joined;
use super::load::Files;
use super::references::{Context, Place, Reference, Role, references};
use super::{Target, ends};
use crate::location::{Location, escape, unescape};
use crate::problem::ProblemKind;
use crate::read::reference::{Section, nearest_key};
use crate::sources::is_url;

/// The most references that lead to each other before an object.
const MOST_STEPS: usize = 64;

/// The result of a reference. A reference without one stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The `$ref` becomes the pointer of this part.
    Refer(Target),
    /// The `$dynamicRef` becomes a `$ref` to this part.
    ReferStatically(Target),
    /// The part takes the place of the object with the `$ref`.
    Place(Target),
    /// The `$ref` becomes this text, which has a problem.
    Unresolved(String),
    /// This text, which has a problem, takes the place of the object with the `$ref`.
    Missing(String),
}

/// The maps whose entries are components or path items, as pointers in the assembled document.
const MAPS_OF_3: [(&str, Section); 9] = [
    ("/components/schemas", Section::Schemas),
    ("/components/responses", Section::Responses),
    ("/components/parameters", Section::Parameters),
    ("/components/requestBodies", Section::RequestBodies),
    ("/components/securitySchemes", Section::SecuritySchemes),
    ("/components/headers", Section::Headers),
    ("/components/pathItems", Section::PathItems),
    ("/paths", Section::PathItems),
    ("/webhooks", Section::PathItems),
];

/// The same of Swagger 2.0, which has no references to the other sections.
const MAPS_OF_2: [(&str, Section); 5] = [
    ("/definitions", Section::Schemas),
    ("/responses", Section::Responses),
    ("/parameters", Section::Parameters),
    ("/securityDefinitions", Section::SecuritySchemes),
    ("/paths", Section::PathItems),
];

pub(super) struct Resolver<'a> {
    pub(super) files: Files<'a>,
    pub(super) is_2: bool,
    /// The outcome of each reference, by its `at`.
    pub(super) outcomes: BTreeMap<Target, Outcome>,
    /// The parts that become components, with their sections.
    pub(super) parts: BTreeMap<Target, Section>,
    /// The parts that take the place of an entry of the root document's maps, with the pointers of the entries.
    pub(super) entries: BTreeMap<Target, String>,
    /// The keys of each map of the assembled document.
    pub(super) taken: BTreeMap<&'static str, BTreeSet<String>>,
    /// The names of whole files, by the keys that lead to them.
    pub(super) names: BTreeMap<Target, String>,
    pub(super) formalities: Vec<(Target, String)>,
    pub(super) unresolved: BTreeMap<String, ProblemKind>,
    /// The parts whose references are collected.
    collected: BTreeSet<Target>,
    pending: VecDeque<(Target, Context)>,
    /// References by URI that may be the `$id` of a file that is not read yet, and dynamic ones.
    deferred: Vec<(usize, Reference)>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(files: Files<'a>, is_2: bool) -> Self {
        Self {
            files,
            is_2,
            outcomes: BTreeMap::new(),
            parts: BTreeMap::new(),
            entries: BTreeMap::new(),
            taken: BTreeMap::new(),
            names: BTreeMap::new(),
            formalities: Vec::new(),
            unresolved: BTreeMap::new(),
            collected: BTreeSet::new(),
            pending: VecDeque::new(),
            deferred: Vec::new(),
        }
    }

    /// The limit that the document exceeds.
    pub(super) fn excess(&self) -> Option<ProblemKind> {
        self.files.excess.clone()
    }

    /// Resolves every reference that the root document reaches.
    pub(super) fn all(&mut self) {
        if self.files.has_sources() {
            let maps: &[(&'static str, Section)] = if self.is_2 { &MAPS_OF_2 } else { &MAPS_OF_3 };
            for (map, section) in maps {
                self.map(map, *section);
            }
        }
        self.pending.push_back((Target { file: 0, pointer: String::new() }, Context::default()));
        self.collect_all();
        // All files with identifiers are read now.
        for (file, reference) in std::mem::take(&mut self.deferred) {
            self.outcomes.remove(&Target { file, pointer: reference.at.clone() });
            self.reference(file, &reference, true);
            self.collect_all();
        }
    }

    fn collect_all(&mut self) {
        while let Some((part, context)) = self.pending.pop_front() {
            if self.files.excess.is_some() {
                return;
            }
            let is_collected = |end: usize| {
                let pointer = part.pointer.get(..end).unwrap_or_default().to_owned();
                self.collected.contains(&Target { file: part.file, pointer })
            };
            if ends(&part.pointer).any(is_collected) {
                continue;
            }
            let Some(value) = self.files.value(part.file, &part.pointer) else { continue };
            let found = references(value, &part.pointer, context);
            let file = part.file;
            self.collected.insert(part);
            for reference in found {
                self.reference(file, &reference, false);
            }
        }
    }

    /// Puts the targets of the entries of a map in their places, so that a component has the key of its entry. The map
    /// may be in another file.
    fn map(&mut self, map: &'static str, section: Section) {
        let Some(mut at) = self.through(0, map, 0) else { return };
        for _ in 0..MOST_STEPS {
            // The map itself may be in another file.
            let Some(text) = self.files.value(at.file, &at.pointer).and_then(only_reference).map(str::to_owned) else {
                break;
            };
            let Ok(Some(next)) = self.resolve(at.file, &at.pointer, &text, 0) else { return };
            at = next;
        }
        let Some(Value::Object(entries)) = self.files.value(at.file, &at.pointer) else { return };
        let keys: BTreeSet<String> = entries.keys().cloned().collect();
        // In another file, the entries have their places with the map.
        let own = entries.iter().filter(|(_, entry)| at.file != 0 && only_reference(entry).is_none());
        let own: Vec<String> = own.map(|(key, _)| escape(key)).collect();
        let references =
            entries.iter().filter_map(|(key, entry)| Some((key.clone(), only_reference(entry)?.to_owned())));
        let references: Vec<(String, String)> = references.collect();
        for key in own {
            let target = Target { file: at.file, pointer: format!("{}/{key}", at.pointer) };
            self.parts.insert(target.clone(), section);
            self.entries.insert(target, format!("{map}/{key}"));
        }
        let mut found = Vec::new();
        for (key, text) in references {
            let entry = Target { file: at.file, pointer: format!("{}/{}", at.pointer, escape(&key)) };
            if let Ok(Some(target)) = self.resolve(at.file, &entry.pointer, &text, 0) {
                let target = self.last(target);
                if target.file != 0 {
                    found.push((key, entry, target));
                }
            }
        }
        // Of two entries with one target, the one with its name has it.
        found.sort_by_key(|(key, _, target)| target.name().as_deref() != Some(key.as_str()));
        for (key, entry, target) in found {
            if !self.entries.contains_key(&target) {
                self.entries.insert(target.clone(), format!("{map}/{}", escape(&key)));
                self.outcomes.insert(entry, Outcome::Place(target.clone()));
                self.parts.insert(target.clone(), section);
                self.pending.push_back((target, Context::of(section)));
            }
        }
        self.taken.insert(map, keys);
    }

    /// Decides the outcome of a reference. `is_last`: no file is read any more that may have the `$id`.
    fn reference(&mut self, file: usize, reference: &Reference, is_last: bool) {
        let key = Target { file, pointer: reference.at.clone() };
        if self.outcomes.contains_key(&key) {
            return;
        }
        if reference.role == Role::Dynamic && !is_last {
            if self.files.get(file).is_some_and(|file| file.is_3_1) {
                self.deferred.push((file, reference.clone()));
            }
            return;
        }
        let target = match self.resolve(file, &reference.at, &reference.text, 0) {
            Ok(Some(target)) => target,
            Ok(None) => return,
            Err(kind) => {
                if !is_last && reference.text.contains(':') {
                    self.deferred.push((file, reference.clone()));
                }
                let text = unresolved_text(&kind, &reference.text);
                let outcome = match reference.role {
                    Role::Component(_) => Outcome::Unresolved(text.clone()),
                    Role::Value(Place::Irregular | Place::Regular) => Outcome::Missing(text.clone()),
                    // A mapping may have any text.
                    Role::Value(Place::Unread) | Role::Mapping | Role::Dynamic => return,
                };
                self.unresolved.insert(text, kind);
                self.outcomes.insert(key, outcome);
                return;
            }
        };
        let outcome = match reference.role {
            Role::Component(section) => self.part(target, section),
            Role::Mapping => self.part(target, Section::Schemas),
            Role::Dynamic => {
                let name = reference.text.split_once('#').map_or("", |(_, fragment)| fragment);
                if !self.files.identifiers.is_static(name, &target) {
                    return;
                }
                match self.part(target, Section::Schemas) {
                    Outcome::Refer(target) => Outcome::ReferStatically(target),
                    other => other,
                }
            }
            Role::Value(_) if file == 0 && target.file == 0 => Outcome::Refer(target),
            Role::Value(place) => {
                let target = self.last(target);
                if place == Place::Irregular {
                    let of = self.files.get(file).filter(|_| file != 0).map(|file| file.location.to_string());
                    let (of, at, text) = (of.unwrap_or_default(), &reference.at, &reference.text);
                    let what =
                        format!("`$ref: {text}` at {of}#{at}, where references are not allowed: its target is used");
                    self.formalities.push((key.clone(), what));
                }
                let context = context_of(&reference.at);
                self.pending.push_back((target.clone(), context));
                Outcome::Place(target)
            }
        };
        self.outcomes.insert(key, outcome);
    }

    /// The outcome of a reference to a component.
    fn part(&mut self, target: Target, section: Section) -> Outcome {
        if target.file == 0 {
            return Outcome::Refer(target);
        }
        let target = self.last(target);
        if target.file != 0 && !self.parts.contains_key(&target) {
            self.parts.insert(target.clone(), section);
            self.pending.push_back((target.clone(), Context::of(section)));
        }
        Outcome::Refer(target)
    }

    /// The target after all objects of other files that are only a reference. A circle ends where it began.
    fn last(&mut self, first: Target) -> Target {
        let mut target = first.clone();
        let mut key = None;
        for _ in 0..MOST_STEPS {
            let text = match self.files.value(target.file, &target.pointer) {
                Some(value) if target.file != 0 => only_reference(value).map(str::to_owned),
                _ => None,
            };
            let next = text.and_then(|text| self.resolve(target.file, &target.pointer, &text, 0).ok().flatten());
            let Some(next) = next else {
                // The key that leads to a whole file is a better name than the name of the file.
                if let Some(key) = key.filter(|_| target.pointer.is_empty()) {
                    self.names.entry(target.clone()).or_insert(key);
                }
                return target;
            };
            key = if target.pointer.is_empty() { key } else { target.name() };
            target = next;
        }
        first
    }

    /// The target of a reference at a pointer of a file. `None`: the reference stays as it is.
    fn resolve(&mut self, file: usize, at: &str, text: &str, depth: usize) -> Result<Option<Target>, ProblemKind> {
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        let fragment = percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        let here = Target { file, pointer: at.to_owned() };
        let base = self.files.identifiers.base(&here).map(str::to_owned);
        let is_pointer = fragment.is_empty() || fragment.starts_with('/');
        if before.is_empty() && base.is_none() && file == 0 && is_pointer {
            return Ok(None);
        }
        // In Swagger 2.0, a bare name is that of a definition.
        if self.is_2 && !text.contains(['#', '/', '.']) {
            let pointer = format!("/definitions/{}", escape(text));
            if self.files.value(file, &pointer).is_some() {
                // The conversion reads those of the root document.
                if file == 0 {
                    return Ok(None);
                }
                let here = Target { file, pointer: format!("{at}/$ref") };
                let formality = (here, format!("`$ref: {text}` is read as `#{pointer}`"));
                if depth == 0 && !self.formalities.contains(&formality) {
                    self.formalities.push(formality);
                }
                return Ok(Some(Target { file, pointer }));
            }
        }
        let own_uri = self.files.get(file).map(|file| file.uri.clone()).unwrap_or_default();
        let base = base.unwrap_or(own_uri);
        let uri = if before.is_empty() { Some(base.clone()) } else { joined(before, &base) };
        let by_identifier = uri.as_deref().and_then(|uri| self.files.identifiers.resource(uri)).cloned();
        let resource = match by_identifier {
            Some(resource) => resource,
            None if before.is_empty() => Target { file, pointer: String::new() },
            None if !self.files.has_sources() => return Ok(None),
            None => {
                let location = self.location(file, before)?;
                Target { file: self.files.load(&location)?, pointer: String::new() }
            }
        };
        if fragment.is_empty() {
            return Ok(Some(resource));
        }
        if !fragment.starts_with('/') {
            let whole = self.files.get(resource.file).map(|file| file.uri.clone()).unwrap_or_default();
            let uri = self.files.identifiers.base(&resource).map_or(whole, str::to_owned);
            if let Some(target) = self.files.identifiers.anchor(&uri, &fragment) {
                return Ok(Some(target.clone()));
            }
            // A pointer without its first slash.
            let pointer = format!("{}/{fragment}", resource.pointer);
            if fragment.contains('/')
                && let Some(target) = self.through(resource.file, &pointer, depth)
            {
                let here = Target { file, pointer: format!("{at}/$ref") };
                let formality = (here, format!("`$ref: {text}` is read as `{before}#/{fragment}`"));
                if depth == 0 && !self.formalities.contains(&formality) {
                    self.formalities.push(formality);
                }
                return Ok(Some(target));
            }
            return match self.files.has_sources() {
                true => Err(self.dangling(resource.file, &fragment)),
                false => Ok(None),
            };
        }
        let pointer = format!("{}{fragment}", resource.pointer);
        if let Some(target) = self.through(resource.file, &pointer, depth) {
            return Ok(Some(target));
        }
        let mut elsewhere = |of: usize, what: &str| {
            let found = self.through(of, &fragment, depth)?;
            let here = Target { file, pointer: format!("{at}/$ref") };
            let formality = (here, format!("`$ref: {text}` does not exist in {what} has it"));
            if depth == 0 && !self.formalities.contains(&formality) {
                self.formalities.push(formality);
            }
            Some(found)
        };
        if !resource.pointer.is_empty()
            && let Some(target) = elsewhere(resource.file, "its schema resource: the document")
        {
            return Ok(Some(target));
        }
        if resource.file == 0 {
            return Ok(Some(Target { file: 0, pointer }));
        }
        if before.is_empty()
            && let Some(target) = elsewhere(0, "its file: the root document")
        {
            return Ok(Some(target));
        }
        Err(self.dangling(resource.file, &pointer))
    }

    /// The value at a pointer. A pointer may lead through `$ref`s to other files.
    fn through(&mut self, file: usize, pointer: &str, depth: usize) -> Option<Target> {
        if self.files.value(file, pointer).is_some() {
            return Some(Target { file, pointer: pointer.to_owned() });
        }
        if depth > MOST_STEPS || !self.files.has_sources() {
            return None;
        }
        // The longest part of the pointer that exists.
        let (outer, rest) = ends(pointer)
            .filter_map(|end| pointer.split_at_checked(end))
            .find(|(outer, _)| self.files.value(file, outer).is_some())?;
        let text = self.files.value(file, outer)?.get("$ref")?.as_str()?.to_owned();
        let target = self.resolve(file, outer, &text, depth + 1).ok().flatten()?;
        self.through(target.file, &format!("{}{rest}", target.pointer), depth + 1)
    }

    /// The location of a reference without its fragment, from a file.
    fn location(&self, file: usize, reference: &str) -> Result<String, ProblemKind> {
        let refused = |what: &str, cure: &str| {
            let (file, what, cure) = (reference.to_owned(), what.to_owned(), cure.to_owned());
            Err(ProblemKind::UnreadableFile { file, what, cure })
        };
        let scheme = reference.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            // Without `.` and `..` in its path, as the locations of relative references.
            Some("http" | "https") => {
                return Ok(joined(reference, reference).unwrap_or_else(|| reference.to_owned()));
            }
            Some(scheme) if !scheme.contains('/') => {
                return refused(
                    "only relative paths and the URLs of HTTP are read",
                    "write a path relative to the file",
                );
            }
            _ => {}
        }
        let from = self.files.get(file).map(|file| file.location.clone()).unwrap_or_default();
        if is_url(&from) {
            return match joined(reference, &from) {
                Some(url) => Ok(url),
                None => refused("this is not a relative URL", "correct the `$ref`"),
            };
        }
        let decoded = percent_decode_str(reference).decode_utf8_lossy().replace('\\', "/");
        if decoded.starts_with('/') {
            return refused("absolute paths are not read", "write a path relative to the file");
        }
        let mut segments: Vec<&str> = from.split('/').collect();
        segments.pop();
        for segment in decoded.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    if segments.pop().is_none() {
                        let cure = "move the file, or choose a wider root folder (`--root`)";
                        return refused("the file is outside the root folder", cure);
                    }
                }
                segment => segments.push(segment),
            }
        }
        Ok(segments.join("/"))
    }

    fn dangling(&self, file: usize, fragment: &str) -> ProblemKind {
        let Some(of) = self.files.get(file) else {
            return ProblemKind::DanglingReference { reference: fragment.to_owned(), nearest: None };
        };
        let nearest = nearest_key(&of.value, fragment)
            .map(|(parent, key)| Location::in_file(of.location.clone(), parent).child(&key).to_string());
        ProblemKind::DanglingReference { reference: format!("{}#{fragment}", of.location), nearest }
    }
}

/// The text of a reference with a problem, by which the problem is found again.
fn unresolved_text(kind: &ProblemKind, text: &str) -> String {
    match kind {
        ProblemKind::UnreadableFile { file, .. } => file.clone(),
        ProblemKind::DanglingReference { reference, .. } => reference.clone(),
        _ => text.to_owned(),
    }
}

/// The reference of an object that has nothing else.
fn only_reference(value: &Value) -> Option<&str> {
    let properties = value.as_object().filter(|properties| properties.len() == 1)?;
    properties.get("$ref")?.as_str()
}

/// The context of a value that takes the place of the object at a pointer.
fn context_of(at: &str) -> Context {
    let mut segments = at.rsplit('/').map(unescape);
    let (last, before) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    // An entry of a map of objects without a section, such as a media type.
    if Context::of_key(&before).is_named { Context::default() } else { Context::of_key(&last) }
}

impl Target {
    /// The name of the value: the last key of its pointer, or the name of its file.
    fn name(&self) -> Option<String> {
        let (_, last) = self.pointer.rsplit_once('/')?;
        Some(unescape(last))
    }
}
