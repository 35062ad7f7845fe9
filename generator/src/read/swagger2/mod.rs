//! Converts Swagger 2.0 to the form of OpenAPI 3.0, before all other passes.
//!
//! The result is a new tree. Each value whose pointer changes is recorded with both pointers, so problems and
//! notes show the text's pointer, and a `$ref` to any value of the text leads to its new location.

mod bodies;
mod parameters;
mod responses;
mod schemas;
mod security;
mod servers;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::parameters::Declared;
use super::formal::Formality;
use super::normal::Moved;
use super::reference::pointer_of;
use super::walk::{METHODS, push};
use crate::report::NoteKind;

/// The properties of the root that are converted. All others are copied.
const CONVERTED: [&str; 11] = [
    "swagger",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "paths",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
];

/// A converted document.
pub(super) struct Converted {
    pub(super) root: Value,
    /// The original pointer of each moved value.
    pub(super) moved: Moved,
    /// The notes about the conversion, by their pointers in the text.
    pub(super) notes: Vec<(NoteKind, Formality)>,
}

/// The document in the form of 3.0.
pub(super) fn convert(old: &Value) -> Converted {
    let list = |key: &str| old.get(key).and_then(media_types).unwrap_or_default();
    let (moved, notes) = (Moved::new(), Vec::new());
    let (consumes, produces) = (list("consumes"), list("produces"));
    let (targets, references) = (BTreeMap::new(), Vec::new());
    let mut converter = Converter { old, consumes, produces, moved, targets, references, notes };
    let mut root = converter.root();
    converter.rewrite_references(&mut root);
    Converted { root, moved: converter.moved, notes: converter.notes }
}

/// The state of the conversion.
struct Converter<'o> {
    /// The document as it is written.
    old: &'o Value,
    /// The media types of request bodies, unless an operation declares its own.
    consumes: Vec<String>,
    /// The media types of responses, unless an operation declares its own.
    produces: Vec<String>,
    /// The original pointer of each moved value.
    moved: Moved,
    /// The new pointer of each value that a `$ref` may lead to, by its pointer in the text. Values inside follow.
    targets: BTreeMap<String, String>,
    /// The new pointer of each `$ref`'s text.
    references: Vec<String>,
    notes: Vec<(NoteKind, Formality)>,
}

/// The pointer of a value before and after the conversion.
#[derive(Clone, Debug)]
struct At {
    old: String,
    new: String,
}

impl At {
    /// The property `key` of this value, if it has the same key before and after.
    fn child(&self, key: &str) -> Self {
        Self { old: below(&self.old, key), new: below(&self.new, key) }
    }
}

/// The pointer of a property.
fn below(at: &str, key: &str) -> String {
    let mut at = at.to_owned();
    push(&mut at, key);
    at
}

/// The media types of `consumes` or `produces`; `None` if the value is no list of strings.
fn media_types(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|media| media.as_str().map(str::to_owned)).collect()
}

/// Adds the vendor extensions of an object to its new form.
fn copy_extensions(from: &Map<String, Value>, to: &mut Map<String, Value>) {
    for (key, value) in from.iter().filter(|(key, _)| key.starts_with("x-")) {
        to.insert(key.clone(), value.clone());
    }
}

impl<'o> Converter<'o> {
    fn root(&mut self) -> Value {
        let Some(old) = self.old.as_object() else { return Value::Null };
        let copied = old.iter().filter(|(key, _)| !CONVERTED.contains(&key.as_str()));
        let mut root: Map<String, Value> = copied.map(|(key, value)| (key.clone(), value.clone())).collect();
        root.insert("openapi".to_owned(), json!("3.0.3"));
        self.move_to("/openapi", "/swagger");
        if let Some(servers) = self.servers(old) {
            root.insert("servers".to_owned(), servers);
        }
        root.insert("components".to_owned(), Value::Object(self.components(old)));
        if let Some(paths) = old.get("paths") {
            let at = At { old: "/paths".to_owned(), new: "/paths".to_owned() };
            root.insert("paths".to_owned(), self.paths(paths, &at));
        }
        Value::Object(root)
    }

    /// Records that the value at `new` is at `old` in the text.
    fn move_to(&mut self, new: &str, old: &str) {
        if new != old {
            self.moved.insert(new.to_owned(), old.to_owned());
        }
    }

    /// Records that a `$ref` to `old` leads to `new`.
    fn leads_to(&mut self, old: &str, new: &str) {
        self.targets.entry(old.to_owned()).or_insert_with(|| new.to_owned());
    }

    fn note(&mut self, kind: NoteKind, at: &str, what: impl Into<String>) {
        self.notes.push((kind, Formality { at: at.to_owned(), what: what.into() }));
    }

    fn formality(&mut self, at: &str, what: impl Into<String>) {
        self.note(NoteKind::Formality, at, what);
    }

    fn components(&mut self, old: &'o Map<String, Value>) -> Map<String, Value> {
        let mut components = Map::new();
        for (section, new) in
            [("definitions", "schemas"), ("responses", "responses"), ("securityDefinitions", "securitySchemes")]
        {
            let Some(all) = old.get(section) else { continue };
            let at = At { old: below("", section), new: below("/components", new) };
            self.move_to(&at.new, &at.old);
            self.leads_to(&at.old, &at.new);
            let Some(entries) = all.as_object() else {
                components.insert(new.to_owned(), all.clone());
                continue;
            };
            let mut converted = Map::new();
            for (name, value) in entries {
                let at = at.child(name);
                let value = match section {
                    "definitions" => self.definition(value, &at.new),
                    "responses" => self.response(value, &at, &self.produces.clone()),
                    _ => self.security_scheme(value, &at),
                };
                converted.insert(name.clone(), value);
            }
            components.insert(new.to_owned(), Value::Object(converted));
        }
        self.shared_parameters(old, &mut components);
        components
    }

    /// `parameters` of the root: those of a body become request bodies, those of a form are part of each operation.
    fn shared_parameters(&mut self, old: &'o Map<String, Value>, components: &mut Map<String, Value>) {
        let Some(shared) = old.get("parameters") else { return };
        let Some(entries) = shared.as_object() else {
            self.move_to("/components/parameters", "/parameters");
            components.insert("parameters".to_owned(), shared.clone());
            return;
        };
        let (mut parameters, mut bodies) = (Map::new(), Map::new());
        for (name, value) in entries {
            let old = below("/parameters", name);
            match value.get("in").and_then(Value::as_str) {
                Some("body") => {
                    let at = At { old, new: below("/components/requestBodies", name) };
                    self.leads_to(&at.old, &at.new);
                    bodies.insert(name.clone(), self.request_body(value, &at, &self.consumes.clone()));
                }
                Some("formData") => {}
                _ => {
                    let at = At { old, new: below("/components/parameters", name) };
                    self.leads_to(&at.old, &at.new);
                    self.move_to(&at.new, &at.old);
                    parameters.insert(name.clone(), self.parameter(value, &at));
                }
            }
        }
        components.insert("parameters".to_owned(), Value::Object(parameters));
        components.insert("requestBodies".to_owned(), Value::Object(bodies));
    }

    fn paths(&mut self, paths: &'o Value, at: &At) -> Value {
        let Some(entries) = paths.as_object() else { return paths.clone() };
        let mut converted = Map::new();
        for (path, item) in entries {
            let item = match item.as_object() {
                Some(object) if !path.starts_with("x-") => self.path_item(object, &at.child(path)),
                _ => item.clone(),
            };
            converted.insert(path.clone(), item);
        }
        Value::Object(converted)
    }

    fn path_item(&mut self, item: &'o Map<String, Value>, at: &At) -> Value {
        let shared = self.declared(item, at);
        let mut converted = Map::new();
        for (key, value) in item {
            let value = match key.as_str() {
                "parameters" => self.plain_parameters(value, shared.as_deref(), at),
                method if METHODS.contains(&method) => {
                    self.operation(value, &at.child(key), shared.as_deref().unwrap_or_default())
                }
                "$ref" => {
                    self.references.push(below(&at.new, key));
                    value.clone()
                }
                _ => value.clone(),
            };
            converted.insert(key.clone(), value);
        }
        Value::Object(converted)
    }

    fn operation(&mut self, operation: &'o Value, at: &At, shared: &[Declared<'o>]) -> Value {
        let Some(old) = operation.as_object() else { return operation.clone() };
        let consumes = old.get("consumes").and_then(media_types).unwrap_or_else(|| self.consumes.clone());
        let produces = old.get("produces").and_then(media_types).unwrap_or_else(|| self.produces.clone());
        let own = self.declared(old, at);
        let mut converted = Map::new();
        for (key, value) in old {
            let value = match key.as_str() {
                "consumes" | "produces" | "schemes" => continue,
                "parameters" => self.plain_parameters(value, own.as_deref(), at),
                "responses" => self.responses(value, &at.child(key), &produces),
                _ => value.clone(),
            };
            converted.insert(key.clone(), value);
        }
        if let Some(body) = self.body(shared, own.as_deref().unwrap_or_default(), at, &consumes) {
            converted.insert("requestBody".to_owned(), body);
        }
        if let Some(servers) = self.operation_servers(old, at) {
            converted.insert("servers".to_owned(), servers);
        }
        Value::Object(converted)
    }

    /// The target of a `$ref` inside the text: its pointer and its value, after any number of `$ref`s.
    fn target(&self, reference: &str) -> Option<(String, &'o Value)> {
        const MOST_STEPS: usize = 16;
        let mut pointer = pointer_of(reference)?;
        for _ in 0..MOST_STEPS {
            let value = self.old.pointer(&pointer)?;
            match value.get("$ref").and_then(Value::as_str) {
                Some(next) => pointer = pointer_of(next)?,
                None => return Some((pointer, value)),
            }
        }
        None
    }

    /// Lets each `$ref` lead to the new location of its target. A `$ref` without a target stays as it is written.
    fn rewrite_references(&mut self, root: &mut Value) {
        let definitions = self.old.get("definitions").and_then(Value::as_object);
        let is_definition = |name: &str| definitions.is_some_and(|all| all.contains_key(name));
        let mut bare = Vec::new();
        for at in &self.references {
            let Some(Value::String(reference)) = root.pointer(at) else { continue };
            let old = match pointer_of(reference) {
                Some(pointer) => pointer,
                None if is_definition(reference) => {
                    bare.push((super::before(&self.moved, at), reference.clone()));
                    below("/definitions", reference)
                }
                None => continue,
            };
            if self.old.pointer(&old).is_none() {
                continue;
            }
            let ends = old.match_indices('/').map(|(index, _)| index).chain([old.len()]);
            let mut moved = ends.filter_map(|end| {
                let (start, rest) = old.split_at_checked(end)?;
                Some(format!("{}{rest}", self.targets.get(start)?))
            });
            let new = moved.next_back().unwrap_or_else(|| old.clone());
            if let Some(slot) = root.pointer_mut(at) {
                // Readers of references decode them.
                *slot = Value::String(format!("#{}", new.replace('%', "%25")));
            }
        }
        for (at, name) in bare {
            self.formality(&at, format!("`$ref: {name}` is read as `#/definitions/{name}`"));
        }
    }
}
