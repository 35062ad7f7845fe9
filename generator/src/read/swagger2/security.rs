//! `securityDefinitions`.

use serde_json::{Map, Value, json};

use super::{At, Converter, below};

impl Converter<'_> {
    /// A security scheme. An unknown one stays as it is, for lowering to judge.
    pub(super) fn security_scheme(&mut self, scheme: &Value, at: &At) -> Value {
        let Some(old) = scheme.as_object() else { return scheme.clone() };
        let mut new = old.clone();
        match old.get("type").and_then(Value::as_str) {
            Some("basic") => {
                new.insert("type".to_owned(), json!("http"));
                new.insert("scheme".to_owned(), json!("basic"));
            }
            Some("oauth2") => {
                let flow = match old.get("flow").and_then(Value::as_str) {
                    Some("application") => "clientCredentials",
                    Some("accessCode") => "authorizationCode",
                    Some(other) => other,
                    None => return scheme.clone(),
                };
                let mut flow_object = Map::new();
                for key in ["authorizationUrl", "tokenUrl", "scopes"] {
                    flow_object.extend(new.remove(key).map(|value| (key.to_owned(), value)));
                }
                new.remove("flow");
                self.move_to(&below(&below(&at.new, "flows"), flow), &at.old);
                new.insert("flows".to_owned(), json!({ flow: flow_object }));
            }
            _ => {}
        }
        Value::Object(new)
    }
}
