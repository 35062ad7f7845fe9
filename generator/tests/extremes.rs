//! Hostile documents: each is refused or accepted in little time.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic)]

use openapi_smith::{Settings, generate};

const HEAD: &str = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: { /a: { get: { responses: {} } } }\n";

/// The codes of the problems; none if the document is accepted.
fn codes(document: &str) -> Vec<&'static str> {
    match generate(document, &Settings::new().all_schemas(true)) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(openapi_smith::Problem::code).collect(),
    }
}

#[test]
fn brackets_without_end() {
    for open in ["[", "{a: ", "{", "{\"a\":[", "- ", "? "] {
        let text = format!("{HEAD}x: {}", open.repeat(100_000));
        assert!(matches!(codes(&text).as_slice(), ["too-deep" | "syntax"]), "{open}: {:?}", codes(&text));
    }
    for open in ["[", "{\"a\":"] {
        let text = format!("{{\"openapi\": \"3.0.3\", \"x\": {}", open.repeat(100_000));
        assert_eq!(codes(&text), ["syntax"], "{open}");
    }
}

#[test]
fn aliases_that_multiply() {
    let mut text = format!("{HEAD}a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let again = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![again; 9].join(", ")));
    }
    assert_eq!(codes(&text), ["syntax"]);
}

#[test]
fn references_by_the_thousand() {
    let mut text = format!("{HEAD}components:\n  schemas:\n    Leaf: {{ type: string }}\n");
    // Each of hundreds of schemas refers to each of a hundred others.
    for schema in 0..400 {
        text.push_str(&format!("    S{schema}:\n      properties:\n"));
        for member in 0..100 {
            let to = (schema * 7 + member * 13) % 400;
            text.push_str(&format!("        m{member}: {{ $ref: '#/components/schemas/S{to}' }}\n"));
        }
    }
    assert_eq!(codes(&text), [""; 0]);
}

/// Every level has two parts, and both are the next level: 2^40 leaves if each path is followed separately.
fn doubled(keyword: &str) -> String {
    let mut text = format!("{HEAD}components:\n  schemas:\n    S0: {{ properties: {{ a: {{ type: string }} }} }}\n");
    for level in 1..40 {
        let part = format!("{{ $ref: '#/components/schemas/S{}' }}", level - 1);
        let own = format!("{{ type: object, properties: {{ b{level}: {{ type: integer }} }} }}");
        text.push_str(&format!("    S{level}: {{ {keyword}: [{part}, {part}, {own}] }}\n"));
    }
    text
}

#[test]
fn parts_that_double_at_every_level() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        assert_eq!(codes(&doubled(keyword)), [""; 0], "{keyword}");
    }
}

/// Every property repeats all properties by `allOf`, with names of its own.
#[test]
fn properties_that_repeat_each_other() {
    let mut text = format!("{HEAD}components:\n  schemas:\n    All:\n      type: object\n      properties:\n");
    for member in 0..40 {
        let part = "{ $ref: '#/components/schemas/All' }";
        let own = format!("{{ type: object, properties: {{ own{member}: {{ type: string }} }} }}");
        text.push_str(&format!("        m{member}: {{ allOf: [{part}, {own}] }}\n"));
    }
    assert_eq!(codes(&text), [""; 0]);
}

#[test]
fn repeated_properties_that_double_at_every_level() {
    let mut text = format!("{HEAD}components:\n  schemas:\n    S0: {{ properties: {{ a: {{ type: string }} }} }}\n");
    for level in 1..40 {
        let part = format!("{{ $ref: '#/components/schemas/S{}' }}", level - 1);
        text.push_str(&format!("    S{level}:\n      properties:\n"));
        for member in ["a", "b"] {
            let own = format!("{{ properties: {{ c{level}: {{ type: string }} }} }}");
            text.push_str(&format!("        {member}{level}: {{ allOf: [{part}, {own}] }}\n"));
        }
    }
    assert_eq!(codes(&text), ["too-many-types"]);
}

/// Two schemas apply to one property, and both refer back to the pair.
#[test]
fn pairs_that_lead_back_to_themselves() {
    let mut text = format!("{HEAD}components:\n  schemas:\n    Both: {{ allOf: [");
    text.push_str("{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }\n");
    for name in ["A", "B"] {
        let child = format!("{{ allOf: [{{ $ref: '#/components/schemas/{name}' }}], properties: {{ {name}: {{}} }} }}");
        text.push_str(&format!("    {name}: {{ properties: {{ child: {child} }} }}\n"));
    }
    assert_eq!(codes(&text), [""; 0]);
}

/// A union inside a union, with a branch that is the schema around both.
#[test]
fn unions_that_lead_back_to_themselves() {
    for keyword in ["oneOf", "anyOf"] {
        let back = "{ $ref: '#/components/schemas/A' }";
        let inner = format!(
            "{{ properties: {{ x: {{}} }}, {keyword}: [{back}, {{ required: [y], properties: {{ y: {{}} }} }}] }}"
        );
        let text = format!(
            "{HEAD}components:\n  schemas:\n    A: {{ {keyword}: [{inner}, {{ properties: {{ z: {{}} }} }}] }}\n"
        );
        assert_eq!(codes(&text), [""; 0], "{keyword}");
    }
}

#[test]
fn unions_that_double_at_every_level() {
    let mut text = format!("{HEAD}components:\n  schemas:\n    S0: {{ properties: {{ a: {{ type: string }} }} }}\n");
    for level in 1..40 {
        let below = format!("{{ $ref: '#/components/schemas/S{}' }}", level - 1);
        let branch =
            |name: &str| format!("{{ properties: {{ {name}{level}: {{}} }}, oneOf: [{below}, {{ required: [a] }}] }}");
        text.push_str(&format!("    S{level}: {{ oneOf: [{}, {}] }}\n", branch("b"), branch("c")));
    }
    assert_eq!(codes(&text), [""; 0]);
}

#[test]
fn texts_without_end() {
    let long = "a".repeat(1_000_000);
    let text = serde_json::json!({
        "openapi": "3.0.3",
        "info": { "title": long, "version": "1" },
        "paths": { "/a": { "get": { "summary": long, "operationId": long, "responses": {} } } },
        "components": { "schemas": { (long.as_str()): { "type": "object", "description": long } } },
    });
    let text = text.to_string();
    assert_eq!(codes(&text), [""; 0]);
}

/// A union whose branches are the union again, beside a property of their own: 60^4 parts if each path is followed.
#[test]
fn bodies_of_unions_that_lead_back_to_themselves() {
    let branch = |index| format!("{{ $ref: '#/components/schemas/C{index}' }}");
    let branches: Vec<String> = (0..60).map(branch).collect();
    let mut schemas =
        format!("    Base: {{ properties: {{ kind: {{ type: string }} }}, oneOf: [{}] }}\n", branches.join(", "));
    for index in 0..60 {
        let own = format!("{{ type: object, required: [p{index}], properties: {{ p{index}: {{ type: string }} }} }}");
        schemas.push_str(&format!("    C{index}: {{ allOf: [{own}, {{ $ref: '#/components/schemas/Base' }}] }}\n"));
    }
    let base = "{ $ref: '#/components/schemas/Base' }";
    let event = format!(
        "responses: {{ '200': {{ description: ok, content: {{ text/event-stream: {{ schema: {base} }} }} }} }}"
    );
    let form = |schema: &str| {
        let content = format!("multipart/form-data: {{ schema: {schema} }}");
        format!("requestBody: {{ content: {{ {content} }} }}, responses: {{ '204': {{ description: ok }} }}")
    };
    let file = format!("{{ type: object, properties: {{ a: {base} }} }}");
    for operation in [event, form(base), form(&file)] {
        let paths = format!("paths: {{ /a: {{ post: {{ {operation} }} }} }}");
        let head = HEAD.lines().take(2).collect::<Vec<_>>().join("\n");
        let text = format!("{head}\n{paths}\ncomponents:\n  schemas:\n{schemas}");
        assert_eq!(codes(&text), [""; 0], "{operation}");
    }
}

/// Children that extend the union of all children: 20^8 paths lead to a schema that could allow null.
#[test]
fn null_in_unions_that_lead_back_to_themselves() {
    let branches: Vec<String> = (0..20).map(|index| format!("{{ $ref: '#/components/schemas/C{index}' }}")).collect();
    let mut schemas = format!("    Base: {{ oneOf: [{}] }}\n", branches.join(", "));
    for index in 0..20 {
        let own = format!("{{ type: object, required: [p{index}], properties: {{ p{index}: {{ type: string }} }} }}");
        schemas.push_str(&format!("    C{index}: {{ allOf: [{{ $ref: '#/components/schemas/Base' }}, {own}] }}\n"));
    }
    assert_eq!(codes(&format!("{HEAD}components:\n  schemas:\n{schemas}")), [""; 0]);
}
