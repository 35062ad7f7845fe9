//! The parts of a document that need a decision.

use serde_yaml::Value;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The operations, parameters, properties and enum values, in the order of the document.
pub(crate) fn all(document: &Value) -> Vec<String> {
    let mut places = Places(Vec::new());
    for (path, item) in members(document.get("paths")) {
        let place = format!("/paths/{path}");
        places.parameters(&place, item);
        for (method, operation) in members(Some(item)).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            let place = format!("{place}/{method}");
            places.0.push(place.clone());
            places.parameters(&place, operation);
            places.contents(&format!("{place}/requestBody"), operation.get("requestBody"));
            places.responses(&format!("{place}/responses"), operation.get("responses"));
        }
    }
    let components = document.get("components");
    let section = |name: &str| components.and_then(|components| components.get(name));
    for (name, parameter) in members(section("parameters")) {
        let place = format!("/components/parameters/{name}");
        places.0.push(place.clone());
        places.schema_of(&place, parameter);
    }
    for (name, body) in members(section("requestBodies")) {
        places.contents(&format!("/components/requestBodies/{name}"), Some(body));
    }
    places.responses("/components/responses", section("responses"));
    for (name, schema) in members(section("schemas")) {
        places.schema(&format!("/components/schemas/{name}"), schema);
    }
    places.0
}

struct Places(Vec<String>);

impl Places {
    fn parameters(&mut self, place: &str, owner: &Value) {
        for parameter in items(owner.get("parameters")) {
            // The target of a reference is listed among the components.
            let text = |key| parameter.get(key).and_then(Value::as_str).map(escaped);
            let (Some(carrier), Some(name)) = (text("in"), text("name")) else { continue };
            let place = format!("{place}/parameters/{carrier}/{name}");
            self.0.push(place.clone());
            self.schema_of(&place, parameter);
        }
    }

    fn responses(&mut self, place: &str, responses: Option<&Value>) {
        for (status, response) in members(responses) {
            self.contents(&format!("{place}/{status}"), Some(response));
            for (name, header) in members(response.get("headers")) {
                self.schema_of(&format!("{place}/{status}/headers/{name}"), header);
            }
        }
    }

    fn contents(&mut self, place: &str, owner: Option<&Value>) {
        for (media, content) in members(owner.and_then(|owner| owner.get("content"))) {
            self.schema_of(&format!("{place}/content/{media}"), content);
        }
    }

    fn schema_of(&mut self, place: &str, owner: &Value) {
        if let Some(schema) = owner.get("schema") {
            self.schema(&format!("{place}/schema"), schema);
        }
    }

    fn schema(&mut self, place: &str, schema: &Value) {
        for (name, member) in members(schema.get("properties")) {
            let place = format!("{place}/properties/{name}");
            self.0.push(place.clone());
            self.schema(&place, member);
        }
        for value in items(schema.get("enum")) {
            let text = value.as_str().map_or_else(|| serde_yaml::to_string(value).unwrap(), str::to_owned);
            self.0.push(format!("{place}/enum/{}", escaped(text.trim_end())));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in items(schema.get(key)).enumerate() {
                self.schema(&format!("{place}/{key}/{index}"), part);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(key) {
                self.schema(&format!("{place}/{key}"), inner);
            }
        }
    }
}

/// The properties of an object, with their names escaped for a JSON pointer.
fn members(value: Option<&Value>) -> impl Iterator<Item = (String, &Value)> {
    let members = value.and_then(Value::as_mapping).into_iter().flatten();
    members.map(|(key, value)| (escaped(key.as_str().unwrap_or_default()), value))
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_sequence).into_iter().flatten()
}

fn escaped(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}
