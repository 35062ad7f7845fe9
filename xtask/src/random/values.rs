//! Random instances of a schema. The validator decides which of them are valid.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::schemas::number;
use crate::trials::Case;

/// The deepest nesting of recursive schemas.
const DEPTH: usize = 7;

/// The number of candidates for each valid instance.
const CANDIDATES: usize = 4;

/// Adds valid instances to the case, at most this many.
pub(super) fn add(rng: &mut Rng, case: &mut Case, count: usize) {
    let Ok(validator) = jsonschema::draft202012::new(&case.root()) else { return };
    let root = json!({ "$ref": format!("#/components/schemas/{}", case.name) });
    for _ in 0..count * CANDIDATES {
        let mut sampler = Sampler { rng, components: &case.components, root: &root, is_inside: false };
        let value = sampler.value(&root, 0);
        if validator.is_valid(&value) && !case.instances.contains(&value) {
            case.instances.push(value);
            if case.instances.len() == count {
                return;
            }
        }
    }
}

struct Sampler<'r> {
    rng: &'r mut Rng,
    components: &'r Value,
    /// The schema to try, which is the target of every `$dynamicRef`.
    root: &'r Value,
    /// Whether the value is inside a property. Outside, serde_json alone does not read `3.0` as an integer; a client
    /// does.
    is_inside: bool,
}

impl Sampler<'_> {
    fn one_in(&mut self, many: u8) -> bool {
        self.rng.u8(0..many) == 0
    }

    fn pick<'v>(&mut self, values: &'v Value) -> Option<&'v Value> {
        let all = values.as_array()?;
        if all.is_empty() { None } else { all.get(self.rng.usize(0..all.len())) }
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > DEPTH {
            return Value::Null;
        }
        if let Some(constant) = schema.get("const").or_else(|| self.pick(schema.get("enum")?)) {
            return self.respelled(constant);
        }
        let mut parts = Vec::new();
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()) {
            let target = self.components.get(name).cloned().unwrap_or_default();
            parts.push(self.value(&target, depth + 1));
        }
        if schema.get("$dynamicRef").is_some() {
            parts.push(self.value(self.root, depth + 1));
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            parts.push(self.value(part, depth + 1));
        }
        for key in ["oneOf", "anyOf"] {
            let Some(branches) = schema.get(key) else { continue };
            if let Some(branch) = self.pick(branches) {
                parts.push(self.value(branch, depth + 1));
            }
            // A value of two branches, if both are objects.
            if key == "anyOf" && self.one_in(3) {
                let other = self.pick(branches).map(|branch| self.value(branch, depth + 1));
                parts.extend(other.filter(Value::is_object));
            }
        }
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => Some(kind.as_str()),
            Some(kinds) => self.pick(kinds).and_then(Value::as_str),
            None if schema.get("properties").is_some() => Some("object"),
            None => None,
        };
        parts.extend(kind.map(|kind| self.typed(kind, schema, depth)));
        let dependent = schema.pointer("/dependentSchemas/a");
        for part in [schema.get("then"), schema.get("else"), dependent].into_iter().flatten() {
            if self.one_in(2) {
                parts.push(self.value(part, depth + 1));
            }
        }
        merged(parts).unwrap_or_else(|| self.any())
    }

    /// The same value: an integer is, perhaps, written as a fraction.
    fn respelled(&mut self, value: &Value) -> Value {
        let fraction = value.as_f64().filter(|_| value.is_i64() && self.is_inside && self.one_in(6));
        fraction.map_or_else(|| value.clone(), number)
    }

    fn any(&mut self) -> Value {
        let all = [json!("any"), json!(3), json!({ "a": 1 }), json!([1, "x"]), json!(true), json!(null), json!(1.5)];
        self.rng.choice(&all).cloned().unwrap_or_default()
    }

    fn typed(&mut self, kind: &str, schema: &Value, depth: usize) -> Value {
        match kind {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => self.string(schema),
            "integer" => self.integer(schema),
            "number" => self.number(schema),
            "boolean" => self.rng.bool().into(),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        let required = schema.get("required").and_then(Value::as_array);
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let is_required = required.is_some_and(|all| all.iter().any(|one| one == name));
            if is_required || (depth < DEPTH - 3 && self.one_in(2)) {
                let was_inside = std::mem::replace(&mut self.is_inside, true);
                object.insert(name.clone(), self.value(property, depth + 1));
                self.is_inside = was_inside;
            }
        }
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                object.insert(name.to_owned(), self.any());
            }
        }
        match schema.get("additionalProperties").or_else(|| schema.get("unevaluatedProperties")) {
            Some(Value::Bool(true)) if self.one_in(2) => {
                object.insert("undeclared".to_owned(), self.any());
            }
            Some(additional @ Value::Object(_)) if depth < DEPTH - 2 => {
                for name in ["extra", "more"] {
                    if self.one_in(2) {
                        object.insert(name.to_owned(), self.value(additional, depth + 1));
                    }
                }
            }
            _ => {}
        }
        if let Some(pattern) = schema.pointer("/patternProperties/^x-").filter(|_| self.one_in(2)).cloned() {
            object.insert("x-more".to_owned(), self.value(&pattern, depth + 1));
        }
        Value::Object(object)
    }

    fn array(&mut self, schema: &Value, depth: usize) -> Value {
        let mut items = Vec::new();
        for item in schema.get("prefixItems").and_then(Value::as_array).into_iter().flatten() {
            items.push(self.value(item, depth + 1));
        }
        let is_tuple = !items.is_empty();
        if let Some(item) = schema.get("items").filter(|item| item.is_object() && depth < DEPTH - 2) {
            items.extend((0..self.rng.usize(0..3)).map(|_| self.value(item, depth + 1)));
        }
        if is_tuple && self.one_in(3) {
            items.pop();
        }
        Value::Array(items)
    }

    fn string(&mut self, schema: &Value) -> Value {
        let all: &[&str] = match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => &["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+02:00"],
            Some("date") => &["2026-01-02"],
            Some("uuid") => &["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
            Some("byte") => &["AAEC", "YQ=="],
            Some("uri") => &["https://example.com/a?b=c"],
            _ => &["", "a", "abc", "red", "1", "null", "A text with spaces", "\u{e4}\u{1f600}", "\"quoted\"\n"],
        };
        self.rng.choice(all).copied().unwrap_or_default().into()
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let least = schema.get("minimum").or_else(|| schema.get("exclusiveMinimum")).and_then(Value::as_i64);
        match self.rng.u8(0..6) {
            0 if schema.get("format").is_none() => i64::MAX.into(),
            1 => least.unwrap_or(0).into(),
            2 => (least.unwrap_or(-3) + 1).into(),
            3 if self.is_inside => number(3.0),
            _ => self.rng.i64(0..300).into(),
        }
    }

    /// Within what a double expresses exactly.
    fn number(&mut self, schema: &Value) -> Value {
        match self.rng.u8(0..4) {
            0 => self.rng.i32(0..300).into(),
            1 => number(-0.25),
            2 if schema.get("format").is_none_or(|format| format != "float") => number(1.0e200),
            _ => number(12.5),
        }
    }
}

/// One value of all parts: objects are merged, of other values the last one counts.
fn merged(parts: Vec<Value>) -> Option<Value> {
    parts.into_iter().reduce(|merged, part| match (merged, part) {
        (Value::Object(mut merged), Value::Object(part)) => {
            merged.extend(part);
            Value::Object(merged)
        }
        (_, part) => part,
    })
}
