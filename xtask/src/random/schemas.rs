//! Random schemas: a document of one to three components, which may refer to each other.
#![allow(clippy::indexing_slicing, reason = "keywords of objects that are made here")]

use fastrand::Rng;
use serde_json::{Map, Number, Value, json};

use crate::trials::Case;
use crate::trials::older::types_of;

/// The deepest nesting.
const DEPTH: usize = 3;

const PROPERTIES: [&str; 6] = ["a", "b", "kind", "some-name", "type", "x_1"];

const WORDS: [&str; 5] = ["red", "green", "not set", "A", "1"];

const FORMATS: [&str; 6] = ["date-time", "uuid", "byte", "uri", "date", "unknown"];

/// A random document without instances. The last of its components is the one to try.
pub(super) fn case(rng: &mut Rng, number: usize) -> Case {
    let count = rng.usize(1..=3);
    let names: Vec<String> = (0..count).map(|index| format!("C{number}N{index}")).collect();
    let mut random = Random { rng, names: &names };
    let mut components = Map::new();
    for name in &names {
        components.insert(name.clone(), random.schema(0));
    }
    let is_older = random.rng.u8(0..4) == 0;
    let name = names.last().cloned().unwrap_or_default();
    let components = Value::Object(components);
    let mut case = Case { version: "3.1.0", components, name, instances: Vec::new() };
    if is_older && expressible(&case.components) {
        case.version = "3.0.3";
    }
    case
}

struct Random<'r> {
    rng: &'r mut Rng,
    names: &'r [String],
}

impl Random<'_> {
    fn one_in(&mut self, many: u8) -> bool {
        self.rng.u8(0..many) == 0
    }

    fn choose<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        self.rng.choice(all).cloned()
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth >= DEPTH {
            return self.scalar();
        }
        let schema = match self.rng.u8(0..20) {
            0..7 => self.object(depth),
            7..9 => self.array(depth),
            9 => self.map(depth),
            10..12 => self.union(depth),
            12 => self.composed(depth),
            13 if depth > 0 => self.reference(),
            14 => self.types(),
            15 => self.enumeration(),
            16 => self.tuple(depth),
            _ => self.scalar(),
        };
        self.perhaps_null(schema)
    }

    fn perhaps_null(&mut self, mut schema: Value) -> Value {
        if !self.one_in(8) {
            return schema;
        }
        let is_closed = schema.get("enum").is_some() || schema.get("const").is_some();
        match schema.get("type").cloned() {
            Some(Value::String(single)) if !is_closed && single != "null" => {
                schema["type"] = json!([single, "null"]);
                schema
            }
            None => json!({ "anyOf": [schema, { "type": "null" }] }),
            _ => schema,
        }
    }

    fn reference(&mut self) -> Value {
        let name = self.choose(self.names).unwrap_or_default();
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn scalar(&mut self) -> Value {
        match self.rng.u8(0..10) {
            0..4 => self.string(),
            4..6 => self.number("integer"),
            6..8 => self.number("number"),
            8 => json!({ "type": "boolean" }),
            _ => self.enumeration(),
        }
    }

    fn string(&mut self) -> Value {
        let mut schema = json!({ "type": "string" });
        match self.rng.u8(0..8) {
            0 => schema["format"] = json!(self.choose(&FORMATS)),
            1 => schema["minLength"] = json!(self.rng.u8(0..4)),
            2 => schema["maxLength"] = json!(self.rng.u8(3..9)),
            3 => schema["pattern"] = json!("^[a-z]+$"),
            4 => schema["const"] = json!(self.choose(&WORDS)),
            _ => {}
        }
        schema
    }

    fn number(&mut self, kind: &str) -> Value {
        let mut schema = json!({ "type": kind });
        match self.rng.u8(0..9) {
            0 => schema["minimum"] = json!(self.rng.i8(-5..5)),
            1 => schema["maximum"] = json!(self.rng.i16(5..500)),
            2 => schema["exclusiveMinimum"] = json!(self.rng.i8(-5..5)),
            3 => schema["multipleOf"] = json!(self.rng.u8(1..4)),
            4 => {
                schema["format"] =
                    json!(self.choose(if kind == "integer" { &["int32", "int64"] } else { &["float", "double"] }))
            }
            5 => {
                schema["minimum"] = json!(0);
                schema["maximum"] = json!(255);
            }
            6 => schema["enum"] = json!([1, 2, 5]),
            _ => {}
        }
        schema
    }

    fn enumeration(&mut self) -> Value {
        match self.rng.u8(0..5) {
            0..3 => {
                let count = self.rng.usize(1..=WORDS.len());
                json!({ "type": "string", "enum": WORDS.get(..count) })
            }
            3 => {
                let all = [json!("auto"), json!(1), json!(2.5), json!(true), Value::Null];
                let count = self.rng.usize(1..=all.len());
                json!({ "enum": all.get(..count) })
            }
            _ => json!({ "const": self.choose(&[json!("fixed"), json!(7), json!(false)]) }),
        }
    }

    fn types(&mut self) -> Value {
        let mut all = ["string", "integer", "number", "boolean", "null", "array", "object"];
        self.rng.shuffle(&mut all);
        let count = self.rng.usize(2..=3);
        let chosen = all.get(..count).unwrap_or(&all);
        let mut schema = json!({ "type": chosen });
        if chosen.contains(&"array") {
            schema["items"] = self.scalar();
        }
        if chosen.contains(&"object") {
            schema["properties"] = json!({ "a": self.scalar(), "b": self.scalar() });
        }
        schema
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for name in PROPERTIES {
            if self.one_in(2) {
                properties.insert(name.to_owned(), self.schema(depth + 1));
                if self.one_in(2) {
                    required.push(name);
                }
            }
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        match self.rng.u8(0..12) {
            0 => schema["additionalProperties"] = json!(false),
            1 => schema["additionalProperties"] = json!(true),
            2 => schema["additionalProperties"] = self.schema(depth + 1),
            3 => schema["patternProperties"] = json!({ "^x-": self.scalar() }),
            4 => schema["unevaluatedProperties"] = json!(false),
            5 => schema["minProperties"] = json!(1),
            6 => schema["dependentRequired"] = json!({ "a": ["b"] }),
            _ => {}
        }
        schema
    }

    fn map(&mut self, depth: usize) -> Value {
        let mut schema = json!({ "type": "object", "additionalProperties": self.schema(depth + 1) });
        if self.one_in(4) {
            schema["propertyNames"] = json!({ "pattern": "^[a-z]" });
        }
        schema
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut schema = json!({ "type": "array", "items": self.schema(depth + 1) });
        match self.rng.u8(0..6) {
            0 => schema["minItems"] = json!(1),
            1 => schema["maxItems"] = json!(2),
            2 => schema["uniqueItems"] = json!(true),
            _ => {}
        }
        schema
    }

    fn tuple(&mut self, depth: usize) -> Value {
        let items: Vec<Value> = (0..self.rng.usize(1..=3)).map(|_| self.schema(depth + 1)).collect();
        let mut schema = json!({ "type": "array", "prefixItems": items });
        if self.one_in(2) {
            schema["items"] = json!(false);
            schema["minItems"] = json!(items.len());
        }
        schema
    }

    fn union(&mut self, depth: usize) -> Value {
        let key = if self.one_in(2) { "oneOf" } else { "anyOf" };
        let branches: Vec<Value> = (0..self.rng.usize(1..=3))
            .map(|_| if self.one_in(3) { self.reference() } else { self.schema(depth + 1) })
            .collect();
        let mut schema = json!({ key: branches });
        if self.one_in(5) {
            schema["properties"] = json!({ "beside": self.scalar() });
            schema["type"] = json!("object");
        }
        schema
    }

    fn composed(&mut self, depth: usize) -> Value {
        let parts: Vec<Value> = (0..self.rng.usize(1..=3))
            .map(|_| match self.rng.u8(0..4) {
                0 => self.reference(),
                1 => self.union(depth + 1),
                2 => self.array(depth + 1),
                _ => self.object(depth + 1),
            })
            .collect();
        json!({ "allOf": parts })
    }
}

/// Whether OpenAPI 3.0 has all keywords and types of these schemas.
fn expressible(schema: &Value) -> bool {
    match schema {
        Value::Object(keywords) => keywords.iter().all(|(keyword, value)| {
            !matches!(
                keyword.as_str(),
                "prefixItems"
                    | "patternProperties"
                    | "unevaluatedProperties"
                    | "dependentRequired"
                    | "propertyNames"
                    | "const"
            ) && (keyword != "type" || types_of(value).is_some())
                && expressible(value)
        }),
        Value::Array(values) => values.iter().all(expressible),
        Value::String(text) => text != "null",
        _ => true,
    }
}

/// A number that JSON can express.
pub(super) fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
