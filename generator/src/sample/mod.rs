//! Samples: valid values of a schema. For the tools of this repository, and for the command `new`.

mod flat;
mod text;

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

pub use flat::{Flat, resolved};
use text::text;

/// The deepest nesting of schemas.
const MOST_DEPTH: usize = 24;

/// The deepest nesting of optional values. Below, real documents repeat themselves: a contact has accounts, which have
/// contacts.
const FULL_DEPTH: usize = 5;

/// The choices for a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Whether all declared properties are present, and not only the required ones.
    pub full: bool,
    /// The number of the alternative that is taken, among values and among schemas.
    pub turn: usize,
    /// Who sends the value.
    pub sender: Sender,
}

/// Who sends a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The client, so that properties with `readOnly` are absent.
    Client,
    /// The server, so that properties with `writeOnly` are absent.
    Server,
}

/// Makes samples for the schemas of a document.
#[derive(Clone, Debug)]
pub struct Sampler<'d> {
    document: &'d Value,
    manner: Manner,
    /// The largest number of alternatives so far.
    pub alternatives: usize,
    /// The targets of the `$ref`s around the current schema.
    around: Vec<BTreeSet<String>>,
}

impl<'d> Sampler<'d> {
    /// A sampler for this document.
    pub fn new(document: &'d Value, manner: Manner) -> Self {
        Self { document, manner, alternatives: 1, around: Vec::new() }
    }

    /// A sample of this schema; `None` if its samples would be infinite.
    pub fn sample(&mut self, schema: &Value) -> Option<Value> {
        self.nth(schema, 0)
    }

    /// The sample for the element at this index of a list.
    fn nth(&mut self, schema: &Value, index: usize) -> Option<Value> {
        let flat = Flat::of(self.document, schema);
        let is_around = self.around.iter().any(|targets| !targets.is_disjoint(&flat.targets));
        if is_around || self.around.len() >= MOST_DEPTH {
            return flat.is("nullable").then_some(Value::Null);
        }
        self.around.push(flat.targets.clone());
        let value = self.of(flat, index);
        self.around.pop();
        value
    }

    fn choose<T>(&mut self, all: Vec<T>, index: usize) -> Option<T> {
        self.alternatives = self.alternatives.max(all.len());
        let chosen = (self.manner.turn + index).checked_rem(all.len())?;
        all.into_iter().nth(chosen)
    }

    fn of(&mut self, flat: Flat, index: usize) -> Option<Value> {
        if let Some(value) = flat.get("const") {
            return Some(value.clone());
        }
        let values: Vec<Value> = flat.list("enum").into_iter().filter(|value| !value.is_null()).cloned().collect();
        if let Some(value) = self.choose(values, index) {
            return Some(value);
        }
        for key in ["oneOf", "anyOf"] {
            let branches: Vec<Value> = flat.list(key).into_iter().filter(|branch| !is_null(branch)).cloned().collect();
            if let Some(branch) = self.choose(branches, index) {
                return self.branch(flat, key, &branch, index);
            }
        }
        match flat.kind() {
            Some("object") => self.object(&flat),
            Some("array") => self.array(&flat),
            Some("string") => Some(Value::String(text(&flat, self.manner.turn + index))),
            Some("integer") => Some(Value::from(whole(&flat, index))),
            Some("number") => Number::from_f64(number(&flat, index)).map(Value::Number),
            Some("boolean") => Some(Value::Bool((self.manner.turn + index).is_multiple_of(2))),
            _ => Some(Value::String("anything".to_owned())),
        }
    }

    /// A sample of a branch, merged with the schema around it.
    fn branch(&mut self, mut flat: Flat, key: &str, branch: &Value, index: usize) -> Option<Value> {
        flat.keywords.remove(key);
        let discriminator = flat.keywords.remove("discriminator");
        flat.add(self.document, branch);
        let mut value = self.of(flat, index)?;
        let name = discriminator.as_ref().and_then(|given| given.get("propertyName")).and_then(Value::as_str);
        if let (Some(name), Some(properties), Some(target)) = (name, value.as_object_mut(), branch.get("$ref")) {
            let target = target.as_str().unwrap_or_default();
            let component = target.rsplit('/').next().unwrap_or_default();
            let mapping = discriminator.as_ref().and_then(|given| given.get("mapping")).and_then(Value::as_object);
            let is_target = |mapped: &Value| mapped == target || mapped == component;
            let mapped = mapping.into_iter().flatten().find(|(_, mapped)| is_target(mapped)).map(|(key, _)| key);
            properties.insert(name.to_owned(), Value::from(mapped.map_or(component, String::as_str)));
        }
        Some(value)
    }

    fn object(&mut self, flat: &Flat) -> Option<Value> {
        let required: BTreeSet<&str> = flat.list("required").into_iter().filter_map(Value::as_str).collect();
        let mut properties = Map::new();
        for (name, schema) in flat.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let is_required = required.contains(name.as_str());
            let hidden = match self.manner.sender {
                Sender::Client => "readOnly",
                Sender::Server => "writeOnly",
            };
            if !(is_required || self.is_full()) || Flat::of(self.document, schema).is(hidden) {
                continue;
            }
            match self.sample(schema) {
                Some(value) => drop(properties.insert(name.clone(), value)),
                None if is_required => return None,
                None => {}
            }
        }
        let declared = flat.get("properties");
        let additional = flat.get("additionalProperties").filter(|additional| **additional != Value::Bool(false));
        for name in required {
            if !properties.contains_key(name) && declared.is_none_or(|declared| declared.get(name).is_none()) {
                let value = additional.and_then(|schema| self.sample(schema));
                properties.insert(name.to_owned(), value.unwrap_or_else(|| Value::from("undeclared")));
            }
        }
        let least = flat.count("minProperties").unwrap_or(0).max(usize::from(self.is_full()));
        if let Some(schema) = additional {
            for index in properties.len()..least {
                let value = self.nth(schema, index)?;
                properties.insert(format!("key{index}"), value);
            }
        }
        Some(Value::Object(properties))
    }

    fn array(&mut self, flat: &Flat) -> Option<Value> {
        // In most styles an empty list is indistinguishable from an absent one, so a list always has an element.
        let wanted = if self.manner.full && self.around.len() <= 2 { 2 } else { 1 };
        let least = flat.count("minItems").unwrap_or(0);
        let count = wanted.max(least).min(flat.count("maxItems").unwrap_or(usize::MAX));
        let any = Value::Object(Map::new());
        let schema = flat.get("items").unwrap_or(&any);
        let mut elements: Vec<Value> = Vec::new();
        for index in 0..count {
            let Some(element) = self.nth(schema, index) else { break };
            if !(flat.is("uniqueItems") && elements.contains(&element)) {
                elements.push(element);
            }
        }
        (elements.len() >= least.min(1)).then_some(Value::Array(elements))
    }

    /// Whether optional values are present.
    fn is_full(&self) -> bool {
        self.manner.full && self.around.len() <= FULL_DEPTH
    }
}

/// Whether null is the only valid value.
fn is_null(schema: &Value) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    schema.get("type").is_some_and(|kind| kind == "null")
        || values.is_some_and(|values| values.iter().all(Value::is_null))
}

/// A number within the limits.
fn number(flat: &Flat, index: usize) -> f64 {
    // In 3.0 `exclusiveMinimum` is a flag for `minimum`; in 3.1 it is a limit.
    let step = flat.number("multipleOf").unwrap_or(1.0);
    // A fraction, if any number is valid.
    let more = if flat.kind() == Some("number") && flat.number("multipleOf").is_none() { 0.5 } else { 0.0 };
    let least = flat
        .number("exclusiveMinimum")
        .map(|limit| limit + step)
        .or_else(|| Some(flat.number("minimum")? + if flat.is("exclusiveMinimum") { step } else { 0.0 }));
    let most = flat
        .number("exclusiveMaximum")
        .map(|limit| limit - step)
        .or_else(|| Some(flat.number("maximum")? - if flat.is("exclusiveMaximum") { step } else { 0.0 }));
    let wanted = step * (1.0 + index as f64) + more;
    let value = wanted.max(least.unwrap_or(f64::MIN)).min(most.unwrap_or(f64::MAX));
    if flat.number("multipleOf").is_some() { (value / step).ceil() * step } else { value }
}

fn whole(flat: &Flat, index: usize) -> i64 {
    number(flat, index).ceil() as i64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn samples(document: &Value, manner: Manner) -> Option<Value> {
        Sampler::new(document, manner).sample(&json!({ "$ref": "#/A" }))
    }

    const LEAST: Manner = Manner { full: false, turn: 0, sender: Sender::Client };
    const MOST: Manner = Manner { full: true, turn: 1, sender: Sender::Client };

    #[test]
    fn of_objects() {
        let document = json!({ "A": {
            "required": ["id", "other"],
            "properties": {
                "id": { "type": "integer", "minimum": 5 },
                "made": { "type": "string", "readOnly": true },
                "kind": { "enum": [null, "x", "y"] },
                "list": { "type": "array", "items": { "type": "boolean" }, "minItems": 3 },
            },
            "additionalProperties": { "type": "number", "exclusiveMaximum": 0 },
        } });
        assert_eq!(samples(&document, LEAST), Some(json!({ "id": 5, "other": -1.0 })));
        let full = json!({ "id": 5, "kind": "y", "list": [false, true, false], "other": -1.0 });
        assert_eq!(samples(&document, MOST), Some(full));
    }

    #[test]
    fn of_unions() {
        let document = json!({
            "A": {
                "oneOf": [{ "$ref": "#/Cat" }, { "$ref": "#/Dog" }],
                "discriminator": { "propertyName": "is", "mapping": { "cat!": "#/Cat" } },
            },
            "Cat": { "type": "object", "required": ["is"], "properties": { "is": { "type": "string" } } },
            "Dog": { "type": "object", "required": ["is"], "properties": { "is": { "type": "string" } } },
        });
        assert_eq!(samples(&document, LEAST), Some(json!({ "is": "cat!" })));
        assert_eq!(samples(&document, MOST), Some(json!({ "is": "Dog" })));
    }

    #[test]
    fn samples_of_recursive_schemas_end() {
        let document = json!({ "A": { "type": "object", "properties": { "a": { "$ref": "#/A" } } } });
        assert!(samples(&document, MOST).is_some());
        let endless = json!({ "A": { "required": ["a"], "properties": { "a": { "$ref": "#/A" } } } });
        assert_eq!(samples(&endless, LEAST), None);
    }
}
