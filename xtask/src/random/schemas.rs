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

const INTEGER_FORMATS: [&str; 7] = ["int32", "int64", "int8", "int16", "uint8", "uint32", "uint64"];

const TITLES: [&str; 3] = ["Thing", "red thing", "C1"];

/// A random document without instances. The last of the first one to three components is the one to try.
pub(super) fn case(rng: &mut Rng, number: usize) -> Case {
    let count = rng.usize(1..=3);
    let prefix = format!("C{number}N");
    let names: Vec<String> = (0..count).map(|index| format!("{prefix}{index}")).collect();
    let name = names.last().cloned().unwrap_or_default();
    let mut random = Random { rng, prefix, names: &names, branches: Map::new() };
    let mut components = Map::new();
    for name in &names {
        components.insert(name.clone(), random.schema(0));
    }
    if let Some(root) = components.get_mut(&name) {
        random.perhaps_dynamic(&name, root);
    }
    components.extend(std::mem::take(&mut random.branches));
    let is_older = random.rng.u8(0..4) == 0;
    let components = Value::Object(components);
    let mut case = Case { version: "3.1.0", components, name, instances: Vec::new() };
    if is_older && expressible(&case.components) {
        case.version = "3.0.3";
    }
    case
}

pub(super) struct Random<'r> {
    pub(super) rng: &'r mut Rng,
    /// The first part of the names of all components.
    pub(super) prefix: String,
    /// The components that any schema may refer to.
    pub(super) names: &'r [String],
    /// Further components: the branches of discriminators.
    pub(super) branches: Map<String, Value>,
}

impl Random<'_> {
    pub(super) fn one_in(&mut self, many: u8) -> bool {
        self.rng.u8(0..many) == 0
    }

    pub(super) fn choose<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        self.rng.choice(all).cloned()
    }

    pub(super) fn schema(&mut self, depth: usize) -> Value {
        if depth >= DEPTH {
            return self.scalar();
        }
        let schema = match self.rng.u8(0..26) {
            0..7 => self.object(depth),
            7..9 => self.array(depth),
            9 => self.map(depth),
            10..12 => self.union(depth),
            12 => self.composed(depth),
            13 if depth > 0 => self.reference(),
            14 => self.types(),
            15 => self.enumeration(),
            16 => self.tuple(depth),
            17 => self.discriminated(depth),
            18 => self.conditional(depth),
            19 => self.excluding(depth),
            20 => self.extended(depth),
            21 => self.listed(),
            _ => self.scalar(),
        };
        let schema = self.perhaps_null(schema);
        self.described(schema)
    }

    /// The schema, perhaps with annotations.
    fn described(&mut self, mut schema: Value) -> Value {
        // A reference with siblings is `extended`.
        if schema.get("$ref").is_none() && self.one_in(12) {
            match self.rng.u8(0..5) {
                0 => schema["title"] = json!(self.choose(&TITLES)),
                1 => schema["readOnly"] = json!(true),
                2 => schema["writeOnly"] = json!(true),
                3 => schema["default"] = Value::Null,
                _ => schema["description"] = json!("A text."),
            }
        }
        schema
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

    pub(super) fn reference(&mut self) -> Value {
        let name = self.choose(self.names).unwrap_or_default();
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    pub(super) fn scalar(&mut self) -> Value {
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
        match self.rng.u8(0..10) {
            0 => schema["format"] = json!(self.choose(&FORMATS)),
            1 => schema["minLength"] = json!(self.rng.u8(0..4)),
            2 => schema["maxLength"] = json!(self.rng.u8(3..9)),
            3 => schema["pattern"] = json!("^[a-z]+$"),
            4 => schema["const"] = json!(self.choose(&WORDS)),
            5 => schema["contentEncoding"] = json!("base64"),
            6 => schema["contentMediaType"] = json!("text/plain"),
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
                    json!(self.choose(if kind == "integer" { &INTEGER_FORMATS[..] } else { &["float", "double"] }))
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
        match self.rng.u8(0..7) {
            0..3 => {
                let count = self.rng.usize(1..=WORDS.len());
                json!({ "type": "string", "enum": WORDS.get(..count) })
            }
            3 => json!({ "type": ["string", "null"], "enum": ["red", "green", null] }),
            4 => {
                let all = [json!([1]), json!({ "a": 1 }), json!("x"), json!([])];
                let count = self.rng.usize(1..=all.len());
                json!({ "enum": all.get(..count) })
            }
            5 => {
                let all = [json!("auto"), json!(1), json!(2.5), json!(true), Value::Null];
                let count = self.rng.usize(1..=all.len());
                json!({ "enum": all.get(..count) })
            }
            _ => {
                let all = [json!("fixed"), json!(7), json!(false), json!(2.5), json!([1, "a"]), json!({ "b": [] })];
                json!({ "const": self.choose(&all) })
            }
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

    pub(super) fn object(&mut self, depth: usize) -> Value {
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
        if self.one_in(12) {
            required.push("undeclared");
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        match self.rng.u8(0..14) {
            0 => schema["additionalProperties"] = json!(false),
            1 => schema["additionalProperties"] = json!(true),
            2 => schema["additionalProperties"] = self.schema(depth + 1),
            3 => schema["patternProperties"] = json!({ "^x-": self.scalar() }),
            4 => schema["unevaluatedProperties"] = json!(false),
            5 => schema["minProperties"] = json!(1),
            6 => schema["dependentRequired"] = json!({ "a": ["b"] }),
            7 => schema["unevaluatedProperties"] = self.schema(depth + 1),
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

    pub(super) fn array(&mut self, depth: usize) -> Value {
        let mut schema = json!({ "type": "array", "items": self.schema(depth + 1) });
        match self.rng.u8(0..7) {
            0 => schema["minItems"] = json!(1),
            1 => schema["maxItems"] = json!(2),
            2 => schema["uniqueItems"] = json!(true),
            3 => schema["contains"] = self.scalar(),
            _ => {}
        }
        schema
    }

    fn tuple(&mut self, depth: usize) -> Value {
        let items: Vec<Value> = (0..self.rng.usize(1..=3)).map(|_| self.schema(depth + 1)).collect();
        let mut schema = json!({ "type": "array", "prefixItems": items });
        if self.one_in(2) {
            schema["items"] = json!(false);
            if self.one_in(2) {
                schema["minItems"] = json!(items.len());
            }
        }
        schema
    }
}

/// Whether OpenAPI 3.0 has all keywords and types of these schemas.
fn expressible(schema: &Value) -> bool {
    match schema {
        // OpenAPI 3.0 ignores the siblings of a reference.
        Value::Object(keywords) if keywords.contains_key("$ref") && keywords.len() > 1 => false,
        Value::Object(keywords) => keywords.iter().all(|(keyword, value)| {
            !matches!(
                keyword.as_str(),
                "$dynamicRef"
                    | "const"
                    | "contains"
                    | "contentEncoding"
                    | "contentMediaType"
                    | "dependentRequired"
                    | "dependentSchemas"
                    | "if"
                    | "patternProperties"
                    | "prefixItems"
                    | "propertyNames"
                    | "unevaluatedProperties"
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
