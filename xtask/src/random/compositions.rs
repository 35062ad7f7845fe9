//! Random schemas of several schemas: unions, `allOf`, discriminators, conditions.
#![allow(clippy::indexing_slicing, reason = "keywords of objects that are made here")]

use serde_json::{Map, Value, json};

use super::schemas::Random;

impl Random<'_> {
    pub(super) fn union(&mut self, depth: usize) -> Value {
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

    pub(super) fn composed(&mut self, depth: usize) -> Value {
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

    /// A union of components that a property tells apart, perhaps by a mapping.
    pub(super) fn discriminated(&mut self, depth: usize) -> Value {
        let values = self.choose(&[
            [json!("one"), json!("two"), json!("three")],
            [json!(1), json!(2), json!(-3)],
            [json!(true), json!(false), json!("neither")],
        ]);
        let count = self.rng.usize(1..=3);
        let mut branches = Vec::new();
        let mut mapping = Map::new();
        for value in values.into_iter().flatten().take(count) {
            let mut branch = self.object(depth + 1);
            branch["properties"]["tag"] = json!({ "enum": [value] });
            let mut required: Vec<Value> = branch["required"].as_array().cloned().unwrap_or_default();
            required.push("tag".into());
            branch["required"] = required.into();
            let name = format!("{}{}", self.prefix, self.names.len() + self.branches.len());
            let reference = format!("#/components/schemas/{name}");
            let key = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            mapping.insert(key, reference.clone().into());
            branches.push(json!({ "$ref": reference }));
            self.branches.insert(name, branch);
        }
        let keyword = if self.one_in(2) { "oneOf" } else { "anyOf" };
        let mut schema = json!({ keyword: branches, "discriminator": { "propertyName": "tag" } });
        if self.one_in(2) {
            schema["discriminator"]["mapping"] = mapping.into();
        }
        schema
    }

    /// An object whose further properties depend on its value.
    pub(super) fn conditional(&mut self, depth: usize) -> Value {
        let mut schema = self.object(depth);
        let part = |random: &mut Self, name: &str| json!({ "properties": { name: random.schema(depth + 1) } });
        if self.one_in(2) {
            schema["if"] = json!({ "properties": { "kind": { "const": "red" } }, "required": ["kind"] });
            schema["then"] = part(self, "then");
            if self.one_in(2) {
                schema["else"] = part(self, "else");
            }
        } else {
            schema["dependentSchemas"] = json!({ "a": part(self, "dependent") });
        }
        schema
    }

    /// A schema that excludes values.
    pub(super) fn excluding(&mut self, depth: usize) -> Value {
        match self.rng.u8(0..3) {
            0 => json!({ "type": "string", "not": { "enum": ["red", "A"] } }),
            1 => {
                let mut schema = self.object(depth);
                schema["not"] = json!({ "required": ["none"] });
                schema
            }
            _ => json!({ "not": { "type": "string" } }),
        }
    }

    /// A reference with declarations beside it.
    pub(super) fn extended(&mut self, depth: usize) -> Value {
        let mut schema = self.reference();
        match self.rng.u8(0..4) {
            0 => schema["description"] = json!("A text."),
            1 => schema["required"] = json!(["a"]),
            2 => {
                schema["properties"] = json!({ "beside": self.schema(depth + 1) });
                // Without it, valid values of other types are not accepted: `implied-type`.
                schema["type"] = json!("object");
            }
            _ => schema["type"] = json!("object"),
        }
        schema
    }

    /// A union of constants, perhaps with titles; or of lists of required properties.
    pub(super) fn listed(&mut self) -> Value {
        let constant = |value: &str| json!({ "type": "string", "enum": [value] });
        match self.rng.u8(0..3) {
            0 => json!({ "oneOf": [constant("red"), constant("green")] }),
            1 => {
                let titled = |value: &str| json!({ "enum": [value], "title": format!("The {value}") });
                json!({ "oneOf": [titled("red"), titled("A"), { "enum": [null] }] })
            }
            _ => json!({
                "type": "object",
                "properties": { "a": self.scalar(), "b": self.scalar() },
                "anyOf": [{ "required": ["a"] }, { "required": ["b", "other"] }],
            }),
        }
    }

    /// Adds, perhaps, a property to the object that is the whole schema again, by `$dynamicRef`.
    pub(super) fn perhaps_dynamic(&mut self, name: &str, root: &mut Value) {
        let has_properties = root.get("properties").is_some_and(Value::is_object);
        if has_properties && self.one_in(8) {
            root["$dynamicAnchor"] = json!(name);
            root["properties"]["again"] = json!({ "$dynamicRef": format!("#{name}") });
        }
    }
}
