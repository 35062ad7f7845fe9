//! The parts of a document that need a decision.

use serde_yaml::Value;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The operations, parameters, properties and enum values, in the order of the document.
pub(crate) fn all(document: &Value) -> Vec<String> {
    let mut parts = SpecParts(Vec::new());
    for (path, item) in properties(document.get("paths")) {
        let pointer = format!("/paths/{path}");
        parts.parameters(&pointer, item);
        for (method, operation) in properties(Some(item)).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            let pointer = format!("{pointer}/{method}");
            parts.0.push(pointer.clone());
            parts.parameters(&pointer, operation);
            parts.contents(&format!("{pointer}/requestBody"), operation.get("requestBody"));
            parts.responses(&format!("{pointer}/responses"), operation.get("responses"));
        }
    }
    let components = document.get("components");
    let section = |name: &str| components.and_then(|components| components.get(name));
    for (name, parameter) in properties(section("parameters")) {
        let pointer = format!("/components/parameters/{name}");
        parts.0.push(pointer.clone());
        parts.schema_of(&pointer, parameter);
    }
    for (name, body) in properties(section("requestBodies")) {
        parts.contents(&format!("/components/requestBodies/{name}"), Some(body));
    }
    parts.responses("/components/responses", section("responses"));
    for (name, schema) in properties(section("schemas")) {
        parts.schema(&format!("/components/schemas/{name}"), schema);
    }
    parts.0
}

struct SpecParts(Vec<String>);

impl SpecParts {
    fn parameters(&mut self, pointer: &str, owner: &Value) {
        for parameter in items(owner.get("parameters")) {
            // The target of a reference is listed among the components.
            let text = |key| parameter.get(key).and_then(Value::as_str).map(escaped);
            let (Some(carrier), Some(name)) = (text("in"), text("name")) else { continue };
            let pointer = format!("{pointer}/parameters/{carrier}/{name}");
            self.0.push(pointer.clone());
            self.schema_of(&pointer, parameter);
        }
    }

    fn responses(&mut self, pointer: &str, responses: Option<&Value>) {
        for (status, response) in properties(responses) {
            self.contents(&format!("{pointer}/{status}"), Some(response));
            for (name, header) in properties(response.get("headers")) {
                self.schema_of(&format!("{pointer}/{status}/headers/{name}"), header);
            }
        }
    }

    fn contents(&mut self, pointer: &str, owner: Option<&Value>) {
        for (media, content) in properties(owner.and_then(|owner| owner.get("content"))) {
            self.schema_of(&format!("{pointer}/content/{media}"), content);
        }
    }

    fn schema_of(&mut self, pointer: &str, owner: &Value) {
        if let Some(schema) = owner.get("schema") {
            self.schema(&format!("{pointer}/schema"), schema);
        }
    }

    fn schema(&mut self, pointer: &str, schema: &Value) {
        for (name, property) in properties(schema.get("properties")) {
            let pointer = format!("{pointer}/properties/{name}");
            self.0.push(pointer.clone());
            self.schema(&pointer, property);
        }
        for value in items(schema.get("enum")) {
            let text = value.as_str().map_or_else(|| serde_yaml::to_string(value).unwrap(), str::to_owned);
            self.0.push(format!("{pointer}/enum/{}", escaped(text.trim_end())));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in items(schema.get(key)).enumerate() {
                self.schema(&format!("{pointer}/{key}/{index}"), part);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(key) {
                self.schema(&format!("{pointer}/{key}"), inner);
            }
        }
    }
}

/// The properties of an object, with their names escaped for a JSON pointer.
fn properties(value: Option<&Value>) -> impl Iterator<Item = (String, &Value)> {
    let properties = value.and_then(Value::as_mapping).into_iter().flatten();
    properties.map(|(key, value)| (escaped(key.as_str().unwrap_or_default()), value))
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_sequence).into_iter().flatten()
}

fn escaped(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}
