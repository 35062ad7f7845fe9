//! Corrects formal errors whose meaning is clear, in place and before normalization. Each is a formality, with a note.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::reference::{self, Section};
use super::walk::{METHODS, holds_named, is_arbitrary, push, section_of};

/// The properties whose value may be `null`.
const NULLABLE: [&str; 4] = ["const", "default", "example", "value"];

/// A formal error of the document that has no effect on the output.
#[derive(Clone, Debug)]
pub(crate) struct Formality {
    /// Its pointer in the assembled document, before conversion and normalization.
    pub(crate) at: String,
    /// A sentence about it.
    pub(crate) what: String,
}

/// Corrects the document. Also records the original pointers of renamed values.
pub(super) fn correct(root: &mut Value, is_3_1: bool, moved: &mut BTreeMap<String, String>) -> Vec<Formality> {
    let mut pass = Pass { is_3_1, found: Vec::new(), references: Vec::new() };
    pass.value(root, &mut String::new(), false, None);
    let Pass { mut found, references, .. } = pass;
    for (at, reference, section) in references {
        if let Some(other) = reference::misplaced(root, &reference, section) {
            let what = format!("`$ref: {reference}` leads to `{other}`, and its target has the right properties");
            found.push(Formality { at, what });
        }
    }
    info(root, &mut found);
    paths(root, is_3_1, &mut found);
    servers(root, &mut found);
    for section in ["/paths", "/webhooks", "/components/pathItems"] {
        let Some(Value::Object(items)) = root.pointer_mut(section) else { continue };
        for (path, item) in items {
            let mut at = section.to_owned();
            push(&mut at, path);
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                let length = push(&mut at, method);
                if method == "additionalOperations" {
                    for (method, operation) in operation.as_object_mut().into_iter().flatten() {
                        let length = push(&mut at, method);
                        if let Some(operation) = operation.as_object_mut() {
                            responses(operation, &at, is_3_1, &mut found, moved);
                        }
                        at.truncate(length);
                    }
                } else if let Some(operation) = operation.as_object_mut().filter(|_| METHODS.contains(&method.as_str()))
                {
                    responses(operation, &at, is_3_1, &mut found, moved);
                }
                at.truncate(length);
            }
        }
    }
    found
}

/// Removes properties that are `null` from a document of version 2.0, before it is converted.
pub(super) fn absent(root: &mut Value) -> Vec<Formality> {
    let mut pass = Pass { is_3_1: false, found: Vec::new(), references: Vec::new() };
    pass.value(root, &mut String::new(), false, None);
    pass.found
}

struct Pass {
    is_3_1: bool,
    found: Vec<Formality>,
    /// Every `$ref` at a location where OpenAPI has objects of one section: its location, its text, the section.
    references: Vec<(String, String, Section)>,
}

impl Pass {
    /// Visits a value. `is_named`: it is a map from names to objects. `section`: where its `$ref`s may lead.
    fn value(&mut self, value: &mut Value, at: &mut String, is_named: bool, section: Option<Section>) {
        match value {
            Value::Object(properties) if is_named => {
                for (name, property) in properties.iter_mut().filter(|(name, _)| !name.starts_with("x-")) {
                    let length = push(at, name);
                    if property.is_null() {
                        self.found(at, "`null` in place of an object is read as an empty object");
                        *property = json!({});
                    }
                    self.value(property, at, false, section);
                    at.truncate(length);
                }
            }
            Value::Object(properties) => {
                if let (Some(Value::String(reference)), Some(section)) = (properties.get("$ref"), section) {
                    self.references.push((format!("{at}/$ref"), reference.clone(), section));
                }
                self.null_type(properties, at);
                if section == Some(Section::Schemas) && properties.get("required").is_some_and(Value::is_boolean) {
                    properties.remove("required");
                    self.found(
                        &format!("{at}/required"),
                        "a boolean in place of a list of properties is read as absent",
                    );
                }
                self.absent(properties, at);
                for (key, property) in properties.iter_mut() {
                    if is_arbitrary(key) {
                        continue;
                    }
                    let length = push(at, key);
                    self.value(property, at, holds_named(key), section_of(key));
                    at.truncate(length);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    let length = push(at, &index.to_string());
                    self.value(element, at, false, section);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn found(&mut self, at: &str, what: &str) {
        self.found.push(Formality { at: at.to_owned(), what: what.to_owned() });
    }

    /// `type: [object, null]`, and in OpenAPI 3.1 `type: null`: the null of YAML instead of the string.
    fn null_type(&mut self, properties: &mut Map<String, Value>, at: &str) {
        let is_3_1 = self.is_3_1;
        let is_corrected = match properties.get_mut("type") {
            Some(only @ Value::Null) if is_3_1 => {
                *only = json!("null");
                true
            }
            Some(Value::Array(types)) => {
                let nulls = types.iter_mut().filter(|name| name.is_null());
                nulls.map(|name| *name = json!("null")).count() > 0
            }
            _ => false,
        };
        if is_corrected {
            self.found(&format!("{at}/type"), "`null` in `type` is read as the string `\"null\"`");
        }
    }

    /// Removes properties that are `null`. No property of OpenAPI may be, except those with any value.
    fn absent(&mut self, properties: &mut Map<String, Value>, at: &str) {
        let is_absent = |(key, value): (&String, &Value)| {
            value.is_null() && !NULLABLE.contains(&key.as_str()) && !key.starts_with("x-")
        };
        let keys: Vec<String> =
            properties.iter().filter(|entry| is_absent(*entry)).map(|(key, _)| key.clone()).collect();
        for key in keys {
            properties.remove(&key);
            let mut at = at.to_owned();
            push(&mut at, &key);
            self.found(&at, &format!("`{key}: null` is read as no `{key}`"));
        }
    }
}

/// `info`, its `title` and its `version` are required. A version is often a number in YAML.
fn info(root: &mut Value, found: &mut Vec<Formality>) {
    let Some(root) = root.as_object_mut() else { return };
    let mut note = |at: &str, what: String| found.push(Formality { at: at.to_owned(), what });
    if !root.contains_key("info") {
        note("", "`info` is missing".to_owned());
    }
    let info = root.entry("info").or_insert_with(|| json!({ "title": "", "version": "" }));
    if !info.is_object() {
        note("/info", "`info` is no object: it is read as absent".to_owned());
        *info = json!({ "title": "", "version": "" });
    }
    let Value::Object(info) = info else { return };
    for key in ["title", "version"] {
        match info.get_mut(key) {
            None => {
                note("/info", format!("`{key}` is missing"));
                info.insert(key.to_owned(), json!(""));
            }
            Some(value @ Value::Number(_)) => {
                *value = json!(value.to_string());
                note(&format!("/info/{key}"), "the number is read as a string".to_owned());
            }
            Some(Value::String(_)) => {}
            Some(value) => {
                note(&format!("/info/{key}"), format!("`{key}` is no string: it is read as absent"));
                *value = json!("");
            }
        }
    }
}

/// `paths`, which is required before OpenAPI 3.1.
fn paths(root: &mut Value, is_3_1: bool, found: &mut Vec<Formality>) {
    if let Some(root) = root.as_object_mut().filter(|root| !is_3_1 && !root.contains_key("paths")) {
        found.push(Formality { at: String::new(), what: "`paths` is missing".to_owned() });
        root.insert("paths".to_owned(), json!({}));
    }
}

/// The servers of the document. The first decides the default of a client, which may have any URL.
fn servers(root: &mut Value, found: &mut Vec<Formality>) {
    let Some(root) = root.as_object_mut() else { return };
    let Some(servers) = root.get_mut("servers") else { return };
    let Value::Array(list) = servers else {
        found.push(Formality {
            at: "/servers".to_owned(),
            what: "`servers` is no list: it is read as absent".to_owned(),
        });
        root.remove("servers");
        return;
    };
    if let Some(first) = list.iter().position(|server| !is_server(server)) {
        let what = "a malformed server: it and the servers after it are read as absent".to_owned();
        found.push(Formality { at: format!("/servers/{first}"), what });
        list.truncate(first);
    }
}

/// Whether a value is a Server object, as far as it is read.
fn is_server(server: &Value) -> bool {
    let is_text = |key: &str| server.get(key).is_some_and(Value::is_string);
    let has_default =
        |variable: &Value| variable.get("default").is_some_and(|default| default.is_string() || default.is_number());
    let are_variables = match server.get("variables") {
        None => true,
        Some(Value::Object(variables)) => variables.values().all(has_default),
        Some(_) => false,
    };
    is_text("url") && (is_text("description") || server.get("description").is_none()) && are_variables
}

/// `responses`, which is required in OpenAPI 3.0, and its keys.
fn responses(
    operation: &mut Map<String, Value>,
    at: &str,
    is_3_1: bool,
    found: &mut Vec<Formality>,
    moved: &mut BTreeMap<String, String>,
) {
    if !operation.contains_key("responses") && !is_3_1 {
        found.push(Formality { at: at.to_owned(), what: "`responses` is missing".to_owned() });
    }
    let Value::Object(responses) = operation.entry("responses").or_insert_with(|| json!({})) else { return };
    let keys: Vec<String> = responses.keys().cloned().collect();
    for key in keys {
        let Some(status) = status(&key).filter(|status| *status != key && !responses.contains_key(status)) else {
            continue;
        };
        let Some(response) = responses.remove(&key) else { continue };
        let (mut was, mut now) = (format!("{at}/responses"), format!("{at}/responses"));
        push(&mut was, &key);
        push(&mut now, &status);
        found.push(Formality { at: was.clone(), what: format!("the status `{key}` is read as `{status}`") });
        moved.insert(now, was);
        responses.insert(status, response);
    }
}

/// The status at the start of a key such as `204 NO_CONTENT`. Spelling: `4XX`, `default`.
fn status(key: &str) -> Option<String> {
    let key = key.trim();
    if key.eq_ignore_ascii_case("default") {
        return Some("default".to_owned());
    }
    let (status, rest) = key.split_at_checked(3)?;
    let is_separated = rest.is_empty() || rest.starts_with([' ', '\t', '-', '_', ':', '(']);
    let digits = status.bytes().all(|byte| byte.is_ascii_digit());
    let range = status
        .as_bytes()
        .split_first()
        .is_some_and(|(first, x)| (b'1'..=b'5').contains(first) && x.eq_ignore_ascii_case(b"xx"));
    // `200, 201` has two statuses.
    let is_one = !rest.contains(|c: char| c.is_ascii_digit());
    (is_separated && is_one && (digits || range)).then(|| status.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_at_the_start_of_its_key() {
        for (key, expected) in [
            ("204 NO_CONTENT", Some("204")),
            ("404", Some("404")),
            ("4xx", Some("4XX")),
            ("Default", Some("default")),
            ("200-ok", Some("200")),
            ("200, 201", None),
            ("200-299", None),
            ("2000", None),
            ("ok", None),
            ("20X", None),
            ("日本", None),
            ("", None),
        ] {
            assert_eq!(status(key).as_deref(), expected, "{key}");
        }
    }

    #[test]
    fn malformed_servers_and_titles_are_absent() {
        let good = json!({ "url": "https://x.example", "variables": { "port": { "default": 1 } } });
        let bad = [
            json!("x"),
            json!({ "url": 1 }),
            json!({ "url": "x", "variables": { "v": {} } }),
            json!({ "url": "x", "description": 1 }),
        ];
        for bad in bad {
            let mut root = json!({ "info": { "title": ["T"], "version": "1" }, "servers": [good, bad, good] });
            let found = correct(&mut root, true, &mut BTreeMap::new());
            assert_eq!(root, json!({ "info": { "title": "", "version": "1" }, "servers": [good] }));
            let at: Vec<&str> = found.iter().map(|formality| formality.at.as_str()).collect();
            assert_eq!(at, ["/info/title", "/servers/1"]);
        }
        let mut root = json!({ "info": [], "servers": {} });
        correct(&mut root, true, &mut BTreeMap::new());
        assert_eq!(root, json!({ "info": { "title": "", "version": "" } }));
    }

    #[test]
    fn a_schema_requires_a_list_of_properties() {
        let mut root = json!({
            "info": { "title": "T", "version": "1" },
            "paths": { "/a": { "get": { "parameters": [{ "required": true, "schema": { "required": true } }], "responses": {} } } },
            "components": { "schemas": { "X": { "properties": { "required": { "required": false }, "a": { "required": ["b"] } } } } },
        });
        let found = correct(&mut root, true, &mut BTreeMap::new());
        assert_eq!(root.pointer("/paths/~1a/get/parameters/0"), Some(&json!({ "required": true, "schema": {} })));
        let properties = json!({ "required": {}, "a": { "required": ["b"] } });
        assert_eq!(root.pointer("/components/schemas/X/properties"), Some(&properties));
        let mut at: Vec<&str> = found.iter().map(|formality| formality.at.as_str()).collect();
        at.sort_unstable();
        let expected =
            ["/components/schemas/X/properties/required/required", "/paths/~1a/get/parameters/0/schema/required"];
        assert_eq!(at, expected);
    }

    #[test]
    fn null_is_absent_only_where_it_is_no_value() {
        let mut root = json!({
            "info": { "title": "T", "version": 1.5, "description": null },
            "paths": { "/a": { "get": {
                "requestBody": null,
                "security": [{ "key": null }],
                "responses": { "200": null, "default": { "content": { "application/json": { "example": null } } } },
            } } },
            "components": { "schemas": { "X": {
                "type": ["object", null], "default": null, "enum": [null], "x-a": null,
                "properties": { "nullable": null, "default": { "pattern": null } }, "required": null,
            } } },
        });
        let found = correct(&mut root, false, &mut BTreeMap::new());
        assert_eq!(
            root,
            json!({
                "info": { "title": "T", "version": "1.5" },
                "paths": { "/a": { "get": {
                    "security": [{ "key": null }],
                    "responses": { "200": {}, "default": { "content": { "application/json": { "example": null } } } },
                } } },
                "components": { "schemas": { "X": {
                    "type": ["object", "null"], "default": null, "enum": [null], "x-a": null,
                    "properties": { "nullable": {}, "default": {} },
                } } },
            })
        );
        assert_eq!(found.len(), 8, "{found:?}");
    }
}
