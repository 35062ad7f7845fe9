//! Edits the schemas of trials, and no values in them.

use serde_json::{Map, Value};

use crate::roles::{Role, classify};

/// The components with an edit of each schema, inner schemas first. Values, such as constants and defaults, stay as they are.
pub(super) fn edited(components: &Value, edit: fn(&mut Map<String, Value>)) -> Value {
    within(Role::Names, components, edit)
}

fn within(role: Role, value: &Value, edit: fn(&mut Map<String, Value>)) -> Value {
    match (role, value) {
        (Role::Names, Value::Object(named)) => {
            named.iter().map(|(name, value)| (name.clone(), within(Role::Plain, value, edit))).collect()
        }
        (Role::Plain, Value::Object(keywords)) => {
            let mut schema = keywords
                .iter()
                .map(|(keyword, value)| (keyword.clone(), within(classify(keyword), value, edit)))
                .collect();
            edit(&mut schema);
            Value::Object(schema)
        }
        (Role::Plain, Value::Array(schemas)) => schemas.iter().map(|schema| within(role, schema, edit)).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_edited_and_values_are_not() {
        let mark = |schema: &mut Map<String, Value>| {
            schema.insert("marked".to_owned(), true.into());
        };
        let components = json!({
            "default": {
                "const": { "format": "int32" },
                "enum": [{ "type": ["string", "null"] }],
                "default": {},
                "examples": [{}],
                "required": ["const"],
                "properties": { "const": { "items": {} } },
                "$defs": { "enum": {} },
                "dependentSchemas": { "title": {} },
                "allOf": [{}, true],
            },
        });
        let marked = json!({
            "default": {
                "const": { "format": "int32" },
                "enum": [{ "type": ["string", "null"] }],
                "default": {},
                "examples": [{}],
                "required": ["const"],
                "properties": { "const": { "items": { "marked": true }, "marked": true } },
                "$defs": { "enum": { "marked": true } },
                "dependentSchemas": { "title": { "marked": true } },
                "allOf": [{ "marked": true }, true],
                "marked": true,
            },
        });
        assert_eq!(edited(&components, mark), marked);
    }
}
