//! The declared parts of an operation's request, and its declared responses.

use std::collections::BTreeSet;

use ory_oidc::Operation;
use serde_json::Value;

pub(crate) struct Declared(Value);

impl Declared {
    pub(crate) fn read() -> Self {
        Self(serde_yaml::from_str(include_str!("../../../spec/oidc.yaml")).unwrap())
    }

    fn operation(&self, operation: Operation) -> &Value {
        &self.0["paths"][operation.path()][operation.method().to_lowercase()]
    }

    /// The statuses of its responses, and `default`.
    pub(crate) fn responses(&self, operation: Operation) -> BTreeSet<String> {
        self.operation(operation)["responses"].as_object().unwrap().keys().cloned().collect()
    }

    /// Its parameters and the properties of its body, as `query.state` and `body.jwks.keys.kty`, without response-only
    /// properties.
    pub(crate) fn parts(&self, operation: Operation) -> BTreeSet<String> {
        let operation = self.operation(operation);
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let text = |parameter: &Value, key: &str| parameter[key].as_str().unwrap().to_owned();
        let mut parts: BTreeSet<String> =
            parameters.map(|parameter| format!("{}.{}", text(parameter, "in"), text(parameter, "name"))).collect();
        self.members("body", &operation["requestBody"]["content"]["application/json"]["schema"], &mut parts);
        parts
    }

    fn members(&self, place: &str, schema: &Value, parts: &mut BTreeSet<String>) {
        if let Some(target) = schema["$ref"].as_str() {
            return self.members(place, self.0.pointer(target.strip_prefix('#').unwrap()).unwrap(), parts);
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if member["readOnly"] != true {
                let place = format!("{place}.{name}");
                parts.insert(place.clone());
                self.members(&place, member, parts);
            }
        }
        schema["allOf"].as_array().into_iter().flatten().for_each(|part| self.members(place, part, parts));
        if schema["items"].is_object() {
            self.members(place, &schema["items"], parts);
        }
    }
}
