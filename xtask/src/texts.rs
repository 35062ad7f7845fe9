//! The texts of a document, each with its place.

use serde_yaml::Value;

use crate::members::{Member, classify, token};

/// All texts of a document, in its order: JSON pointer and text.
pub fn texts(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(document, "", false, &mut found);
    found
}

fn collect(value: &Value, place: &str, names: bool, found: &mut Vec<(String, String)>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                let key = key.as_str().unwrap_or_default();
                let place = format!("{place}/{}", token(key));
                let member = if names { Member::Plain } else { classify(key) };
                match (member, value) {
                    (Member::Text, Value::String(text)) => found.push((place, text.clone())),
                    (Member::NamedTexts, Value::Mapping(named)) => {
                        for (name, text) in named {
                            let name = name.as_str().unwrap_or_default();
                            let text = text.as_str().unwrap_or_default();
                            found.push((format!("{place}/{name}"), text.to_owned()));
                        }
                    }
                    (Member::Names, value) => collect(value, &place, value.is_mapping(), found),
                    (Member::Example | Member::Literal, _) => {}
                    (_, value) => collect(value, &place, false, found),
                }
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{place}/{index}"), false, found);
            }
        }
        _ => {}
    }
}
