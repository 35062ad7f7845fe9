//! The texts of a document, with their locations.

use serde_yaml::Value;

use crate::roles::{Role, classify, token};

/// All texts of a document, in its order: JSON pointer and text.
pub fn texts(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(document, "", false, &mut found);
    found
}

fn collect(value: &Value, location: &str, names: bool, found: &mut Vec<(String, String)>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                let key = key.as_str().unwrap_or_default();
                let location = format!("{location}/{}", token(key));
                let role = if names { Role::Plain } else { classify(key) };
                match (role, value) {
                    (Role::Text, Value::String(text)) => found.push((location, text.clone())),
                    (Role::NamedTexts, Value::Mapping(named)) => {
                        for (name, text) in named {
                            let name = name.as_str().unwrap_or_default();
                            let text = text.as_str().unwrap_or_default();
                            found.push((format!("{location}/{name}"), text.to_owned()));
                        }
                    }
                    (Role::Names, value) => collect(value, &location, value.is_mapping(), found),
                    (Role::Example | Role::Literal, _) => {}
                    (_, value) => collect(value, &location, false, found),
                }
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{location}/{index}"), false, found);
            }
        }
        _ => {}
    }
}
