//! The groups of the suite, each as a document with one component.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::corpus::Error;
use crate::trials::Case;

/// Files that are left out. Those of `refRemote` and `vocabulary` need remote documents. Those of `format` try texts of
/// formats, which are annotations in 2020-12.
const LEFT_OUT: [&str; 3] = ["format", "refRemote", "vocabulary"];

/// The `$schema` of the suite's schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A schema with its valid instances.
#[derive(Clone, Debug)]
pub struct Group {
    /// The name of its component.
    pub name: String,
    /// Its file, without the extension.
    pub file: String,
    /// The suite's description.
    pub description: String,
    /// The schema, with references that lead to the component.
    pub schema: Value,
    /// The description and the value of each valid instance.
    pub valid: Vec<(String, Value)>,
}

#[derive(Debug, Deserialize)]
struct Written {
    description: String,
    schema: Value,
    tests: Vec<Test>,
}

#[derive(Debug, Deserialize)]
struct Test {
    description: String,
    data: Value,
    valid: bool,
}

/// The groups of all files, without those that need remote documents.
///
/// # Errors
///
/// The folder or a file cannot be read.
pub fn read(folder: &Path) -> Result<Vec<Group>, Error> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| Error::new(path.display(), error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        paths.push(entry.map_err(|error| failed(folder, &error))?.path());
    }
    paths.sort();
    let mut groups = Vec::new();
    for path in paths {
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if LEFT_OUT.contains(&file.as_str()) || path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
        let written: Vec<Written> = serde_json::from_str(&text).map_err(|error| failed(&path, &error))?;
        for (index, written) in written.into_iter().enumerate() {
            if !needs_remote_documents(&written.schema) {
                groups.push(Group::new(&file, index, written));
            }
        }
    }
    Ok(groups)
}

impl Group {
    fn new(file: &str, index: usize, written: Written) -> Self {
        let name = format!("{file}-{index}");
        let mut schema = written.schema;
        rewrite(&mut schema, &format!("#/components/schemas/{name}"));
        let valid = written.tests.into_iter().filter(|test| test.valid).map(|test| (test.description, test.data));
        let description = written.description;
        Self { name, file: file.to_owned(), description, schema, valid: valid.collect() }
    }

    /// The group as a document with this component alone.
    pub fn case(&self) -> Case {
        Case {
            version: "3.1.0",
            components: json!({ self.name.clone(): self.schema }),
            name: self.name.clone(),
            instances: self.valid.iter().map(|(_, value)| value.clone()).collect(),
        }
    }
}

/// Makes references to the root of the schema lead to the component. A schema with `$id` is a root of its own.
fn rewrite(schema: &mut Value, component: &str) {
    match schema {
        Value::Object(properties) if !properties.get("$id").is_some_and(Value::is_string) => {
            for (key, value) in properties.iter_mut() {
                match value {
                    Value::String(text) if key == "$ref" => {
                        if let Some(pointer) = text.strip_prefix('#').filter(|rest| is_pointer(rest)) {
                            *text = format!("{component}{pointer}");
                        }
                    }
                    // Values, and no schemas.
                    _ if matches!(key.as_str(), "enum" | "const" | "default" | "examples") => {}
                    value => rewrite(value, component),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| rewrite(element, component)),
        _ => {}
    }
}

fn is_pointer(fragment: &str) -> bool {
    fragment.is_empty() || fragment.starts_with('/')
}

/// Whether a reference leads to a resource that the schema does not contain.
fn needs_remote_documents(schema: &Value) -> bool {
    let mut found = Vec::new();
    texts(schema, &["$id"], &mut found);
    let ids: Vec<&str> = found.iter().map(|id| last_segment(id)).collect();
    let mut found = Vec::new();
    texts(schema, &["$ref", "$dynamicRef"], &mut found);
    let leaves = found.iter().any(|reference| !reference.starts_with('#') && !ids.contains(&last_segment(reference)));
    leaves || schema.get("$schema").is_some_and(|dialect| *dialect != DIALECT)
}

/// The last segment of a URI, without the fragment.
fn last_segment(uri: &str) -> &str {
    let resource = uri.split('#').next().unwrap_or_default();
    resource.rsplit('/').next().unwrap_or_default()
}

fn texts<'a>(schema: &'a Value, keys: &[&str], found: &mut Vec<&'a str>) {
    match schema {
        Value::Object(properties) => {
            for (key, value) in properties {
                match value {
                    Value::String(text) if keys.contains(&key.as_str()) => found.push(text),
                    value => texts(value, keys, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, keys, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_the_component() {
        let mut schema = json!({
            "properties": { "a": { "$ref": "#" }, "b": { "$ref": "#/$defs/x" }, "c": { "$ref": "#anchor" } },
            "enum": [{ "$ref": "#" }],
            "items": { "$id": "other", "$ref": "#/$defs/x" },
        });
        rewrite(&mut schema, "#/components/schemas/X");
        assert_eq!(
            schema,
            json!({
                "properties": {
                    "a": { "$ref": "#/components/schemas/X" },
                    "b": { "$ref": "#/components/schemas/X/$defs/x" },
                    "c": { "$ref": "#anchor" },
                },
                "enum": [{ "$ref": "#" }],
                "items": { "$id": "other", "$ref": "#/$defs/x" },
            })
        );
    }

    #[test]
    fn references_to_contained_resources_need_no_remote_document() {
        let inside = json!({ "$id": "http://x/root", "$ref": "item#a", "$defs": { "i": { "$id": "item" } } });
        assert!(!needs_remote_documents(&inside));
        assert!(needs_remote_documents(&json!({ "$ref": "http://x/other.json" })));
        assert!(needs_remote_documents(&json!({ "$schema": "http://x/dialect" })));
    }
}
