//! `spec/oidc.yaml` matches real responses. Every recording has a declared status, a declared media type, the declared
//! headers, and a body that its schema accepts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;

use serde_yaml::Value;
use xtask::spec;

/// Recordings of the router, for requests to none of the eight operations.
const ROUTER: [&str; 8] = [
    "discoverOidcConfiguration/bad-escape",
    "discoverOidcConfiguration/double-slash",
    "discoverOidcConfiguration/unrouted-any",
    "discoverOidcConfiguration/unrouted-json",
    "discoverOidcConfiguration/unrouted-text",
    "discoverOidcConfiguration/wrong-method",
    "getOidcDynamicClient/dot-dot",
    "getOidcDynamicClient/empty-id",
];

#[test]
fn every_recording_is_as_declared() {
    let root = spec::workspace();
    let path = root.join(spec::OIDC);
    let document = spec::yaml(&spec::read(&path).unwrap(), &path).unwrap();

    let mut problems = Vec::new();
    let mut checked = 0;
    let mut router = 0;
    for operation in fs::read_dir(test_support::recording::folder()).unwrap() {
        for file in fs::read_dir(operation.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let recording = spec::json(&spec::read(&path).unwrap(), &path).unwrap();
            let name = format!("{}/{}", text(&recording, "operation"), text(&recording, "case"));
            if ROUTER.contains(&name.as_str()) {
                router += 1;
                continue;
            }
            checked += 1;
            let mut found = Vec::new();
            check(&document, &recording, &mut found);
            problems.extend(found.into_iter().map(|problem| format!("{name}: {problem}")));
        }
    }
    problems.sort();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(router, ROUTER.len(), "a recording of the router was renamed");
    assert_eq!(checked, 141, "a recording is missing or new");
}

fn check(document: &Value, recording: &Value, problems: &mut Vec<String>) {
    let operation = operation(document, text(recording, "operation"));
    let response = recording.get("response").unwrap();
    let status = response.get("status").unwrap().as_u64().unwrap().to_string();
    let arms = operation.get("responses").unwrap();
    let Some(arm) = arms.get(status.as_str()).or_else(|| arms.get("default")) else {
        return problems.push(format!("status {status} is not declared"));
    };
    let arm = resolve(document, arm);

    let headers = response.get("headers").unwrap().as_sequence().unwrap();
    let header = |wanted: &str| {
        headers.iter().find_map(|pair| {
            let name = pair.get(0).unwrap().as_str().unwrap();
            name.eq_ignore_ascii_case(wanted).then(|| pair.get(1).unwrap().as_str().unwrap())
        })
    };
    let declared = arm.get("headers").and_then(Value::as_mapping);
    for name in declared.into_iter().flat_map(|headers| headers.keys()) {
        let name = name.as_str().unwrap();
        if header(name).is_none() {
            problems.push(format!("no header {name}"));
        }
    }

    if text(recording.get("request").unwrap(), "method") == "HEAD" {
        return;
    }
    let body = response.get("body").and_then(Value::as_str).unwrap_or_default();
    let Some(content) = arm.get("content") else {
        // A redirect has a page for browsers that do not follow it. The document deliberately omits the page.
        if !body.is_empty() && !status.starts_with('3') {
            problems.push(format!("status {status} has a body"));
        }
        return;
    };
    let media_type = header("content-type").unwrap_or_default().split(';').next().unwrap();
    let Some(schema) = content.get(media_type).and_then(|media| media.get("schema")) else {
        return problems.push(format!("status {status} with {media_type:?} is not declared"));
    };
    let value = if media_type == "application/json" { serde_json::from_str(body).unwrap() } else { Value::from(body) };
    validate(document, schema, &value, "#", problems);
    if status.starts_with('2') && text(recording, "operation") != "getOidcUserInfo" {
        undeclared(document, schema, &value, "#", problems);
    }
}

/// Validates a value with the keywords of JSON Schema that `spec/oidc.yaml` uses. An unknown keyword fails the test.
fn validate(document: &Value, schema: &Value, value: &Value, location: &str, problems: &mut Vec<String>) {
    let schema = resolve(document, schema);
    for keyword in schema.as_mapping().unwrap().keys() {
        let keyword = keyword.as_str().unwrap();
        let known = [
            "title",
            "description",
            "type",
            "format",
            "nullable",
            "readOnly",
            "default",
            "required",
            "properties",
            "additionalProperties",
            "items",
            "allOf",
            "anyOf",
            "oneOf",
        ];
        assert!(known.contains(&keyword), "this test cannot judge `{keyword}`");
    }
    assert_ne!(schema.get("additionalProperties"), Some(&Value::Bool(false)));
    if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
        return;
    }
    for (keyword, most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
        let Some(branches) = schema.get(keyword).and_then(Value::as_sequence) else {
            continue;
        };
        let fitting = branches.iter().filter(|branch| {
            let mut problems = Vec::new();
            validate(document, branch, value, location, &mut problems);
            problems.is_empty()
        });
        let count = fitting.count();
        if count == 0 || count > most {
            problems.push(format!("{location} fits {count} branches of {keyword}"));
        }
    }
    let parts = schema.get("allOf").and_then(Value::as_sequence);
    for part in parts.into_iter().flatten() {
        validate(document, part, value, location, problems);
    }
    let fits = match schema.get("type").and_then(Value::as_str) {
        None => true,
        Some("object") => value.is_mapping(),
        Some("array") => value.is_sequence(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_bool(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some(other) => panic!("type {other}"),
    };
    if !fits {
        problems.push(format!("{location} is {value:?} instead of {:?}", schema.get("type")));
        return;
    }
    let required = schema.get("required").and_then(Value::as_sequence);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            problems.push(format!("{location} has no {name}"));
        }
    }
    let properties = schema.get("properties").and_then(Value::as_mapping);
    for (name, schema) in properties.into_iter().flatten() {
        if let Some(member) = value.get(name) {
            validate(document, schema, member, &format!("{location}/{}", name.as_str().unwrap()), problems);
        }
    }
    if let (Some(schema), Some(items)) = (schema.get("items"), value.as_sequence()) {
        for (index, item) in items.iter().enumerate() {
            validate(document, schema, item, &format!("{location}/{index}"), problems);
        }
    }
}

/// The undeclared properties of a successful response. The document should declare everything that Hydra sends.
fn undeclared(document: &Value, schema: &Value, value: &Value, location: &str, problems: &mut Vec<String>) {
    let mut schema = resolve(document, schema);
    // An `allOf` with one schema is a reference with its own description.
    while let Some(part) = schema.get("allOf").and_then(|parts| parts.get(0)) {
        schema = resolve(document, part);
    }
    let Some(properties) = schema.get("properties") else {
        return;
    };
    for (name, member) in value.as_mapping().into_iter().flatten() {
        let location = format!("{location}/{}", name.as_str().unwrap());
        match properties.get(name) {
            Some(schema) => undeclared(document, schema, member, &location, problems),
            None => problems.push(format!("{location} is not declared")),
        }
    }
}

fn operation<'d>(document: &'d Value, id: &str) -> &'d Value {
    let paths = document.get("paths").unwrap().as_mapping().unwrap().values();
    paths
        .flat_map(|item| item.as_mapping().unwrap().values())
        .find(|operation| text(operation, "operationId") == id)
        .unwrap_or_else(|| panic!("no operation {id}"))
}

fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
        return value;
    };
    let steps = reference.strip_prefix("#/").unwrap().split('/');
    let target = steps.fold(document, |value, step| value.get(step).unwrap());
    resolve(document, target)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap()
}
