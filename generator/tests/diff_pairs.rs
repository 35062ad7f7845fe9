//! Pairs of small documents, each with its impact on the wire and on the Rust API, in both directions.
#![cfg(feature = "diff")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use openapi_smith::diff::{ApiImpact, Change, Diff, WireImpact, compare};
use openapi_smith::{Preset, Settings};

/// A location in a document, with `@` for the part that differs.
const LOCATIONS: &[(&str, &str)] = &[
    (
        "request",
        "requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }, responses: { '204': { description: ok } }; schemas: { S: { type: object, properties: { y: { type: string }, x: @ } } }",
    ),
    (
        "required in a request",
        "requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }, responses: { '204': { description: ok } }; schemas: { S: { type: object, required: [x], properties: { y: { type: string }, x: @ } } }",
    ),
    (
        "response",
        "responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }; schemas: { S: { type: object, properties: { y: { type: string }, x: @ } } }",
    ),
    (
        "required in a response",
        "responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }; schemas: { S: { type: object, required: [x], properties: { y: { type: string }, x: @ } } }",
    ),
    (
        "whole request",
        "requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }, responses: { '204': { description: ok } }; schemas: { S: @, A: { type: object, required: [a], properties: { a: { type: string } } }, B: { type: object, required: [b], properties: { b: { type: string } } }, C: { type: object, required: [c], properties: { c: { type: string } } } }",
    ),
    (
        "whole response",
        "responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }; schemas: { S: @, A: { type: object, required: [a], properties: { a: { type: string } } }, B: { type: object, required: [b], properties: { b: { type: string } } }, C: { type: object, required: [c], properties: { c: { type: string } } } }",
    ),
    (
        "both",
        "requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }, responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }; schemas: { S: { type: object, properties: { y: { type: string } @ } } }",
    ),
    (
        "parameters",
        "parameters: [{ name: other, in: query, schema: { type: string } }, @], responses: { '204': { description: ok } }; parameters: { P: { name: p, in: query, schema: { type: string } } }",
    ),
    ("media", "requestBody: { required: true, content: @ }, responses: { '204': { description: ok } }; schemas: {}"),
    (
        "responses",
        "responses: @; schemas: { E: { type: object, required: [e], properties: { e: { type: string } } }, F: { type: object, required: [f], properties: { f: { type: string } } } }",
    ),
    ("header", "responses: { '200': { description: ok, headers: { X-Left: @ } } }; schemas: {}"),
    (
        "security",
        "security: @, responses: { '204': { description: ok } }; securitySchemes: { key: { type: apiKey, in: header, name: X-Key }, same: { type: apiKey, in: header, name: X-Key }, bearer: { type: http, scheme: bearer }, basic: { type: http, scheme: basic }, oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: https://one.example/token, scopes: { read: r, write: w } } } } }",
    ),
    ("scheme", "security: [{ s: [] }], responses: { '204': { description: ok } }; securitySchemes: { s: @ }"),
    (
        "named scheme",
        "security: [{ @: [] }], responses: { '204': { description: ok } }; securitySchemes: { @: { type: http, scheme: bearer } }",
    ),
    ("operation", "responses: { '204': { description: ok } }, @; schemas: {}"),
    (
        "components",
        "responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }; schemas: @",
    ),
    (
        "sent components",
        "requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } }, responses: { '204': { description: ok } }; schemas: @",
    ),
];

/// The document with this part. A part may begin with its version of OpenAPI, as in `3.0.3: { type: string }`.
fn document(location: &str, part: &str) -> String {
    let (version, part) = match part.split_once(": ") {
        Some((version @ ("3.0.3" | "3.1.0" | "3.2.0"), part)) => (version, part),
        _ => ("3.1.0", part),
    };
    let (_, template) =
        LOCATIONS.iter().find(|(name, _)| *name == location).unwrap_or_else(|| panic!("no location {location}"));
    let (operation, components) = template.split_once("; ").unwrap();
    format!(
        "openapi: {version}\ninfo: {{ title: T, version: '1' }}\nservers: [{{ url: https://one.example }}]\n\
         paths:\n  /x:\n    post: {{ operationId: sendX, {} }}\ncomponents: {{ {} }}\n",
        operation.replace('@', part),
        components.replace('@', part),
    )
}

/// A pair: the location, the old and the new part, and the impacts in both directions: on the wire, then on the Rust API.
type Pair<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn shown(diff: &Diff) -> String {
    let wire = match diff.wire() {
        WireImpact::None => "none",
        WireImpact::ConstraintOnly => "limits",
        WireImpact::Additive => "adds",
        _ => "breaks",
    };
    let rust = match diff.rust() {
        ApiImpact::None => "none",
        ApiImpact::DocsOnly => "docs",
        ApiImpact::Additive => "adds",
        _ => "breaks",
    };
    format!("{wire}, {rust}")
}

fn changes(diff: &Diff) -> String {
    let one = |change: &Change| {
        format!(
            "      {} (wire {}: {}; Rust {}: {})",
            change.what,
            change.wire.as_str(),
            change.wire_reason,
            change.rust.as_str(),
            change.rust_reason
        )
    };
    diff.changes.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn judge(old: &str, new: &str, settings: &Settings, expected: &str) -> Option<String> {
    let diff = compare(old, new, settings).unwrap_or_else(|error| panic!("{error}\n{old}\n{new}"));
    let found = shown(&diff);
    (found != expected).then(|| format!("    found {found}, expected {expected}\n{}", changes(&diff)))
}

fn go(pairs: &[Pair<'_>], settings: &Settings) {
    let mut wrong = Vec::new();
    for (location, from, to, there, back) in pairs {
        let (old, new) = (document(location, from), document(location, to));
        for (old, new, from, to, expected) in [(&old, &new, from, to, there), (&new, &old, to, from, back)] {
            if let Some(text) = judge(old, new, settings, expected) {
                wrong.push(format!("  {location}: {from}\n    -> {to}\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), 2 * pairs.len(), wrong.join("\n"));
}

#[test]
fn security() {
    go(
        &[
            ("security", "[{ key: [] }]", "[{ key: [] }, { bearer: [] }]", "adds, adds", "breaks, breaks"),
            ("security", "[{ key: [] }]", "[{ bearer: [] }]", "breaks, breaks", "breaks, breaks"),
            ("security", "[{ key: [], bearer: [] }]", "[{ key: [] }]", "adds, breaks", "breaks, adds"),
            ("security", "[{ oauth: [read] }]", "[{ oauth: [read, write] }]", "breaks, none", "adds, none"),
            ("security", "[{ key: [] }]", "[]", "adds, breaks", "breaks, adds"),
            ("security", "[{ key: [] }, {}]", "[{ key: [] }]", "breaks, docs", "adds, docs"),
            ("security", "[{ key: [] }, { bearer: [] }]", "[{ bearer: [] }, { key: [] }]", "none, docs", "none, docs"),
            // Another credential in the same header, and another name of one credential, which is never sent.
            ("security", "[{ key: [] }]", "[{ same: [] }]", "breaks, breaks", "breaks, breaks"),
            ("named scheme", "token", "jwt", "none, breaks", "none, breaks"),
            (
                "scheme",
                "{ type: apiKey, in: header, name: X-Key }",
                "{ type: apiKey, in: header, name: X-Other }",
                "breaks, docs",
                "breaks, docs",
            ),
            (
                "scheme",
                "{ type: apiKey, in: header, name: X-Key }",
                "{ type: apiKey, in: header, name: x-key }",
                "none, docs",
                "none, docs",
            ),
            // The case of a name in the query has a meaning.
            (
                "scheme",
                "{ type: apiKey, in: query, name: key }",
                "{ type: apiKey, in: query, name: Key }",
                "breaks, docs",
                "breaks, docs",
            ),
            (
                "scheme",
                "{ type: apiKey, in: cookie, name: key }",
                "{ type: apiKey, in: cookie, name: KEY }",
                "breaks, docs",
                "breaks, docs",
            ),
            (
                "scheme",
                "{ type: apiKey, in: query, name: key }",
                "{ type: apiKey, in: header, name: key }",
                "breaks, docs",
                "breaks, docs",
            ),
            ("scheme", "{ type: http, scheme: bearer }", "{ type: http, scheme: Bearer }", "none, none", "none, none"),
            (
                "scheme",
                "{ type: http, scheme: bearer }",
                "{ type: http, scheme: basic }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            // Both are a bearer token in one header.
            (
                "scheme",
                "{ type: http, scheme: bearer }",
                "{ type: oauth2, flows: { clientCredentials: { tokenUrl: https://one.example/token, scopes: {} } } }",
                "none, none",
                "none, none",
            ),
            (
                "scheme",
                "{ type: http, scheme: bearer }",
                "{ type: openIdConnect, openIdConnectUrl: https://one.example/oidc }",
                "none, none",
                "none, none",
            ),
        ],
        &Settings::new(),
    );
}

#[test]
fn parameters() {
    let list =
        |more: &str| format!("{{ name: p, in: query, schema: {{ type: array, items: {{ type: string }} }} {more} }}");
    let text = |more: &str| format!("{{ name: p, in: query, schema: {{ type: string }} {more} }}");
    let object = |more: &str| {
        format!("{{ name: p, in: query, schema: {{ type: object, properties: {{ a: {{ type: string }} }} }} {more} }}")
    };
    let in_header = |schema: &str, more: &str| format!("{{ name: X-P, in: header, schema: {schema} {more} }}");
    go(
        &[
            ("parameters", "", "{ name: h, in: header, schema: { type: string } }", "adds, adds", "breaks, breaks"),
            (
                "parameters",
                "",
                "{ name: h, in: header, required: true, schema: { type: string } }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            ("parameters", "", "{ name: c, in: cookie, schema: { type: string } }", "adds, adds", "breaks, breaks"),
            (
                "parameters",
                "{ name: c, in: cookie, schema: { type: string } }",
                "{ name: c, in: header, schema: { type: string } }",
                "breaks, none",
                "breaks, none",
            ),
            // OpenAPI ignores these parameters.
            (
                "parameters",
                "",
                "{ name: Authorization, in: header, required: true, schema: { type: string } }",
                "none, none",
                "none, none",
            ),
            (
                "parameters",
                "",
                "{ name: accept, in: header, required: true, schema: { type: string } }",
                "none, none",
                "none, none",
            ),
            (
                "parameters",
                "{ name: Content-Type, in: header, schema: { type: string } }",
                "{ name: Content-Type, in: header, schema: { type: integer } }",
                "none, none",
                "none, none",
            ),
            (
                "parameters",
                "{ name: limit, in: query, schema: { type: integer } }",
                "{ name: max, in: query, schema: { type: integer } }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "parameters",
                "{ name: p, in: query, required: true, schema: { type: string } }",
                "{ name: p, in: query, schema: { type: string } }",
                "adds, breaks",
                "breaks, breaks",
            ),
            (
                "parameters",
                "{ name: p, in: query, schema: { type: string } }",
                "{ $ref: '#/components/parameters/P' }",
                "none, none",
                "none, none",
            ),
            (
                "parameters",
                "{ name: p, in: query, schema: { enum: [a, b] } }",
                "{ name: p, in: query, schema: { enum: [a, b, c] } }",
                "adds, adds",
                "breaks, breaks",
            ),
            (
                "parameters",
                "{ name: p, in: query, schema: { type: string } }",
                "{ name: p, in: query, schema: { type: string, enum: [a, b] } }",
                "breaks, breaks",
                "adds, breaks",
            ),
            // Styles.
            ("parameters", &list(""), &list(", explode: true"), "none, none", "none, none"),
            ("parameters", &list(""), &list(", explode: false"), "breaks, none", "breaks, none"),
            (
                "parameters",
                &list(", explode: false"),
                &list(", style: pipeDelimited, explode: false"),
                "breaks, none",
                "breaks, none",
            ),
            (
                "parameters",
                &object(", style: deepObject"),
                &object(", style: deepObject, explode: true"),
                "none, none",
                "none, none",
            ),
            ("parameters", &object(", style: deepObject"), &object(""), "breaks, none", "breaks, none"),
            // A single value has no parts that could be written in several ways.
            ("parameters", &text(""), &text(", explode: false"), "none, none", "none, none"),
            (
                "parameters",
                &in_header("{ type: integer }", ""),
                &in_header("{ type: integer }", ", explode: true"),
                "none, none",
                "none, none",
            ),
            (
                "parameters",
                &in_header("{ type: array, items: { type: string } }", ""),
                &in_header("{ type: array, items: { type: string } }", ", explode: true"),
                "none, none",
                "none, none",
            ),
            (
                "parameters",
                &in_header("{ type: object, properties: { a: { type: string } } }", ""),
                &in_header("{ type: object, properties: { a: { type: string } } }", ", explode: true"),
                "breaks, none",
                "breaks, none",
            ),
            // Percent-encoded characters remain valid.
            ("parameters", &text(""), &text(", allowReserved: true"), "adds, none", "breaks, none"),
            (
                "parameters",
                &text(""),
                "{ name: p, in: query, content: { application/json: { schema: { type: string } } } }",
                "breaks, none",
                "breaks, none",
            ),
            ("parameters", &text(""), &text(", deprecated: true"), "none, adds", "none, adds"),
            ("parameters", &text(""), &text(", example: a"), "none, none", "none, none"),
            // Headers of responses.
            (
                "header",
                "{ schema: { type: integer } }",
                "{ schema: { type: integer }, explode: true }",
                "none, none",
                "none, none",
            ),
            (
                "header",
                "{ schema: { type: array, items: { type: string } } }",
                "{ schema: { type: array, items: { type: string } }, explode: true }",
                "none, none",
                "none, none",
            ),
            (
                "header",
                "{ schema: { type: integer } }",
                "{ schema: { type: number } }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "header",
                "{ schema: { type: integer } }",
                "{ schema: { type: [integer, 'null'] } }",
                "adds, none",
                "adds, none",
            ),
        ],
        &Settings::new(),
    );
}

#[test]
fn bodies() {
    let form = |more: &str| {
        format!(
            "{{ multipart/form-data: {{ schema: {{ type: object, properties: {{ a: {{ type: object, properties: {{ n: {{ type: integer }} }} }}, t: {{ type: string }}, f: {{ type: string, format: binary }} }} }} {more} }} }}"
        )
    };
    let encoded = |more: &str| {
        format!(
            "{{ application/x-www-form-urlencoded: {{ schema: {{ type: object, properties: {{ l: {{ type: array, items: {{ type: string }} }}, t: {{ type: string }} }} }} {more} }} }}"
        )
    };
    let json = |more: &str| format!("{{ application/json: {{ schema: {{ type: string }} {more} }} }}");
    let differing = |json: &str, xml: &str| {
        let of = |property: &str| {
            format!("{{ schema: {{ type: object, properties: {{ {property}: {{ type: string }} }} }} }}")
        };
        format!("{{ application/json: {}, application/xml: {} }}", of(json), of(xml))
    };
    let alike = |property: &str| differing(property, property);
    let named = |media: &str, property: &str| {
        format!("{{ {media}: {{ schema: {{ type: object, properties: {{ {property}: {{ type: string }} }} }} }} }}")
    };
    let ok = |content: &str| format!("{{ '200': {{ description: ok, content: {content} }} }}");
    go(
        &[
            // What the type decides anyway.
            (
                "media",
                &form(""),
                &form(", encoding: { a: { contentType: application/json } }"),
                "none, none",
                "none, none",
            ),
            ("media", &form(""), &form(", encoding: {}"), "none, none", "none, none"),
            (
                "media",
                &form(", encoding: { f: { contentType: image/png } }"),
                &form(", encoding: { f: { contentType: image/jpeg } }"),
                "breaks, none",
                "breaks, none",
            ),
            (
                "media",
                &encoded(""),
                &encoded(", encoding: { l: { style: form, explode: false } }"),
                "breaks, none",
                "breaks, none",
            ),
            (
                "media",
                &encoded(""),
                &encoded(", encoding: { l: { style: form, explode: true } }"),
                "none, none",
                "none, none",
            ),
            (
                "media",
                &encoded(""),
                &encoded(", encoding: { t: { contentType: text/plain } }"),
                "none, none",
                "none, none",
            ),
            // Only forms have encodings.
            ("media", &json(""), &json(", encoding: { a: { contentType: text/plain } }"), "none, none", "none, none"),
            (
                "media",
                "{ application/json: { schema: { type: string } } }",
                "{ text/plain: { schema: { type: string } } }",
                "breaks, docs",
                "breaks, docs",
            ),
            (
                "media",
                "{ application/json: { schema: { type: string } }, text/plain: {} }",
                "{ text/plain: {}, application/json: { schema: { type: string } } }",
                "none, none",
                "none, none",
            ),
            (
                "media",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary } } } } }",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: array, items: { type: string, format: binary } } } } } }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "media",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary } } } } }",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary }, g: { type: string } } } } }",
                "adds, adds",
                "breaks, breaks",
            ),
            (
                "media",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary } } } } }",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string, contentMediaType: application/octet-stream } } } } }",
                "none, none",
                "none, none",
            ),
            (
                "media",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string } } } } }",
                "{ multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary } } } } }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "media",
                "{ application/octet-stream: {} }",
                "{ application/octet-stream: { schema: { type: string, format: binary } } }",
                "none, none",
                "none, none",
            ),
            // Responses.
            (
                "responses",
                "{ '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/E' } } } } }",
                "{ '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/E' } }, application/xml: {} } } }",
                "adds, breaks",
                "adds, breaks",
            ),
            (
                "responses",
                "{ '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/E' } } } } }",
                "{ '200': { description: ok, content: { application/cbor: {} } } }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "responses",
                "{ '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/E' } } } } }",
                "{ '200': { description: ok } }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "responses",
                "{ '200': { description: ok, content: { '*/*': { schema: { $ref: '#/components/schemas/E' } } } } }",
                "{ '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/E' } } } } }",
                "adds, docs",
                "adds, docs",
            ),
            // A string says nothing that the media type does not say.
            (
                "responses",
                &ok("{ '*/*': { schema: { type: string } } }"),
                &ok("{ '*/*': {} }"),
                "none, none",
                "none, none",
            ),
            (
                "responses",
                &ok("{ text/event-stream: { schema: { type: string } } }"),
                &ok("{ text/event-stream: {} }"),
                "none, none",
                "none, none",
            ),
            // A client neither sends nor requests a media type with the schema of the JSON.
            ("media", &alike("a"), &named("application/xml", "a"), "breaks, breaks", "adds, breaks"),
            ("media", &alike("a"), &named("application/json", "a"), "none, none", "adds, none"),
            ("media", &alike("a"), &differing("a", "b"), "none, breaks", "breaks, breaks"),
            ("media", &alike("a: { type: string }, b"), &alike("a"), "breaks, breaks", "adds, adds"),
            ("responses", &ok(&alike("a")), &ok(&named("application/xml", "a")), "breaks, breaks", "adds, breaks"),
            ("responses", &ok(&alike("a")), &ok(&named("application/json", "a")), "none, none", "adds, none"),
            ("responses", &ok(&alike("a")), &ok(&differing("a", "b")), "none, breaks", "breaks, breaks"),
            ("responses", &ok(&alike("a: { type: string }, b")), &ok(&alike("a")), "breaks, breaks", "adds, adds"),
            (
                "responses",
                "{ '200': { description: ok, links: { next: { operationId: sendX } } } }",
                "{ '200': { description: ok } }",
                "none, none",
                "none, none",
            ),
        ],
        &Settings::new(),
    );
}

#[test]
fn statuses() {
    let success = |status: &str, schema: &str| {
        format!(
            "{{ {status}: {{ description: ok, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/{schema}' }} }} }} }} }}"
        )
    };
    let with = |first: &str, second: &str| {
        format!("{}, {}", first.strip_suffix(" }").unwrap(), second.strip_prefix("{ ").unwrap())
    };
    let ok = success("'200'", "E");
    let (error, other) = (with(&ok, &success("default", "F")), with(&ok, &success("'404'", "F")));
    let same = with(&error, &success("'404'", "F"));
    let differs = with(&error, &success("'404'", "E"));
    let range = success("2XX", "E");
    let (any, xml) = (range.replace("application/json", "'*/*'"), |status: &str| {
        success(status, "E").replace("application/json", "application/xml")
    });
    let alike =
        range.replace("content: { ", "content: { application/xml: { schema: { $ref: '#/components/schemas/E' } }, ");
    go(
        &[
            ("responses", &ok, &success("'201'", "E"), "breaks, docs", "breaks, docs"),
            ("responses", &ok, &other, "adds, breaks", "adds, breaks"),
            ("responses", &ok, &error, "adds, breaks", "adds, breaks"),
            // The default covers it. A failure that a client cannot decode is still a failure.
            ("responses", &error, &same, "adds, docs", "adds, docs"),
            ("responses", &error, &differs, "adds, breaks", "adds, breaks"),
            // A range has its statuses.
            ("responses", &range, &ok, "adds, docs", "breaks, docs"),
            ("responses", &range, &with(&range, &success("'201'", "E")), "adds, docs", "adds, docs"),
            ("responses", &range, &with(&range, &success("'201'", "F")), "breaks, breaks", "breaks, breaks"),
            // It has another media type, or no content.
            ("responses", &range, &with(&range, &xml("'201'")), "breaks, breaks", "breaks, breaks"),
            ("responses", &range, &with(&range, "{ '204': { description: ok } }"), "breaks, breaks", "adds, breaks"),
            ("responses", &with(&ok, &xml("2XX")), &xml("2XX"), "breaks, breaks", "breaks, breaks"),
            ("responses", &any, &with(&any, &success("'201'", "E")), "adds, docs", "adds, docs"),
            // The client requests JSON alone.
            ("responses", &alike, &with(&alike, &xml("'201'")), "breaks, breaks", "adds, breaks"),
            ("responses", &error, &with(&error, &xml("'404'")), "adds, breaks", "adds, breaks"),
            ("responses", &other, &with(&ok, &success("4XX", "F")), "adds, docs", "adds, docs"),
            (
                "responses",
                &with(&ok, &success("4XX", "F")),
                &with(&ok, &success("4xx", "F")),
                "none, none",
                "none, none",
            ),
            ("responses", &other, &with(&ok, &success("'404'", "E")), "breaks, breaks", "breaks, breaks"),
        ],
        &Settings::new(),
    );
}

#[test]
fn values() {
    go(
        &[
            ("response", "{ type: string, enum: [a] }", "{ type: string, enum: [a, b] }", "adds, adds", "adds, breaks"),
            ("response", "{ type: string }", "{ type: string, enum: [a, b] }", "adds, breaks", "adds, breaks"),
            ("request", "{ type: string }", "{ type: string, enum: [a, b] }", "breaks, breaks", "adds, breaks"),
            (
                "response",
                "{ type: integer, enum: [1, 2] }",
                "{ type: integer, enum: [1, 2, 3] }",
                "adds, adds",
                "adds, breaks",
            ),
            ("response", "{ const: a }", "{ const: b }", "adds, breaks", "adds, breaks"),
            ("request", "{ const: a }", "{ const: b }", "breaks, breaks", "breaks, breaks"),
            ("request", "{ const: a }", "{ enum: [a] }", "none, none", "none, none"),
            ("request", "{ const: a }", "{ enum: [a, b] }", "adds, adds", "breaks, breaks"),
            ("request", "{ type: boolean }", "{ type: boolean, const: true }", "breaks, none", "adds, none"),
            ("required in a response", "{ type: boolean }", "{ const: true }", "adds, breaks", "adds, breaks"),
            // The type of values of several types has no variant for values of another one.
            ("response", "{ enum: [a, 1] }", "{ enum: [a, 1, true] }", "breaks, adds", "adds, breaks"),
            ("response", "{ enum: [a, b] }", "{ enum: [a, b, null] }", "adds, breaks", "adds, breaks"),
            // Null beside a list of values.
            (
                "required in a response",
                "{ type: string, enum: [a] }",
                "{ type: [string, 'null'] }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "required in a response",
                "{ type: string }",
                "{ type: [string, 'null'], enum: [a, null] }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "required in a response",
                "3.0.3: { type: string, enum: [a] }",
                "3.0.3: { type: string, nullable: true, enum: [a, null] }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "required in a response",
                "{ type: number }",
                "{ type: [integer, 'null'] }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "required in a request",
                "{ type: [integer, 'null'] }",
                "{ type: number }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "required in a response",
                "{ type: string }",
                "{ type: [string, 'null'] }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "required in a request",
                "{ type: string }",
                "{ type: [string, 'null'] }",
                "adds, breaks",
                "breaks, breaks",
            ),
            (
                "response",
                "{ type: array, items: { type: string } }",
                "{ type: array, items: { type: [string, 'null'] } }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "response",
                "{ type: string }",
                "{ oneOf: [{ type: string }, { type: 'null' }] }",
                "adds, breaks",
                "adds, breaks",
            ),
            // Formats.
            (
                "request",
                "{ type: integer, format: int32 }",
                "{ type: integer, format: int64 }",
                "adds, breaks",
                "breaks, breaks",
            ),
            (
                "response",
                "{ type: integer, format: int32 }",
                "{ type: integer, format: int32, maximum: 3000000000 }",
                "breaks, breaks",
                "limits, breaks",
            ),
            (
                "response",
                "{ type: integer, format: int64, minimum: 0 }",
                "{ type: integer, minimum: 0 }",
                "limits, none",
                "limits, none",
            ),
            (
                "response",
                "{ type: number, format: float }",
                "{ type: number, format: double }",
                "limits, none",
                "limits, none",
            ),
            ("response", "{ type: string }", "{ type: string, format: password }", "limits, breaks", "limits, breaks"),
            (
                "response",
                "{ type: string }",
                "{ type: string, contentEncoding: base64 }",
                "limits, docs",
                "limits, docs",
            ),
            ("response", "{ type: string, format: date-time }", "{ type: string }", "limits, docs", "limits, docs"),
            // Defaults and limits.
            ("request", "{ type: string, default: a }", "{ type: string, default: b }", "limits, docs", "limits, docs"),
            ("response", "{ type: string }", "{ type: string, maxLength: 5 }", "limits, docs", "limits, docs"),
            ("response", "{ type: string }", "{ type: string, deprecated: true }", "none, adds", "none, adds"),
            // Parts of an `allOf`: each limits the value.
            (
                "request",
                "{ allOf: [{ type: string, enum: [a, b, c] }, { enum: [a] }] }",
                "{ allOf: [{ type: string, enum: [a, b, c] }, { enum: [a, b] }] }",
                "adds, adds",
                "breaks, breaks",
            ),
            (
                "request",
                "{ allOf: [{ type: string, minLength: 1 }, { minLength: 5 }] }",
                "{ allOf: [{ type: string, minLength: 1 }, { minLength: 6 }] }",
                "limits, none",
                "limits, none",
            ),
            (
                "request",
                "{ allOf: [{ type: string, minLength: 5 }, { minLength: 5 }] }",
                "{ type: string, minLength: 5 }",
                "none, docs",
                "none, docs",
            ),
        ],
        &Settings::new(),
    );
}

/// A preset's type decides which texts a deployed client decodes.
#[test]
fn formats_with_types() {
    go(
        &[
            (
                "response",
                "{ type: string, format: date-time }",
                "{ type: string, format: date }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "request",
                "{ type: string, format: date-time }",
                "{ type: string, format: date }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            ("response", "{ type: string, format: date-time }", "{ type: string }", "breaks, breaks", "adds, breaks"),
            ("request", "{ type: string, format: date-time }", "{ type: string }", "adds, breaks", "breaks, breaks"),
            (
                "response",
                "{ type: string, format: byte }",
                "{ type: string, format: uuid }",
                "limits, docs",
                "limits, docs",
            ),
        ],
        &Settings::new().preset(Preset::Jiff),
    );
}

#[test]
fn objects() {
    let map = |more: &str| format!("{{ type: object, properties: {{ a: {{ type: string }} }} {more} }}");
    go(
        &[
            // A property that only `required` names.
            ("request", &map(""), &map(", required: [z]"), "breaks, breaks", "adds, breaks"),
            ("response", &map(""), &map(", required: [z]"), "adds, breaks", "breaks, breaks"),
            ("request", &map(""), &map(", unevaluatedProperties: false"), "none, none", "adds, none"),
            ("response", "{ type: object }", &map(""), "adds, breaks", "breaks, breaks"),
            ("response", &map(""), &map(", additionalProperties: true"), "none, adds", "none, breaks"),
            ("request", &map(""), &map(", additionalProperties: true"), "none, adds", "none, breaks"),
            ("request", &map(""), &map(", additionalProperties: false"), "none, none", "adds, none"),
            (
                "request",
                &map(", additionalProperties: true"),
                &map(", additionalProperties: false"),
                "breaks, breaks",
                "adds, adds",
            ),
            // A deployed client ignores undeclared properties, and sends none.
            (
                "response",
                &map(", additionalProperties: false"),
                &map(", additionalProperties: { type: string }"),
                "adds, adds",
                "adds, breaks",
            ),
            ("response", &map(""), &map(", additionalProperties: { type: string }"), "adds, adds", "breaks, breaks"),
            ("request", &map(""), &map(", additionalProperties: { type: string }"), "adds, adds", "adds, breaks"),
            (
                "request",
                &map(", additionalProperties: false"),
                &map(", additionalProperties: { type: string }"),
                "adds, adds",
                "breaks, breaks",
            ),
            (
                "response",
                "{ type: object, additionalProperties: { type: string } }",
                "{ type: object, additionalProperties: true }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "response",
                "{ type: object, additionalProperties: { type: string } }",
                "{ type: object, additionalProperties: { type: integer } }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            ("both", "", ", x: { type: string, readOnly: true }", "adds, breaks", "breaks, breaks"),
            ("both", "", ", x: { type: string, writeOnly: true }", "adds, adds", "breaks, breaks"),
            (
                "both",
                "}, required: [x], properties: { x: { type: string, readOnly: true }",
                "}, required: [x], properties: { x: { type: string }",
                "breaks, breaks",
                "breaks, breaks",
            ),
            ("response", "{ type: string }", "{ type: string, writeOnly: true }", "breaks, none", "adds, none"),
            ("request", "{ type: string }", "{ type: string, readOnly: true }", "breaks, breaks", "adds, breaks"),
            // A component that is null in two places: one may lack it, the other may not.
            (
                "components",
                "{ S: { type: object, required: [b], properties: { a: { $ref: '#/components/schemas/N' }, b: { $ref: '#/components/schemas/N' } } }, N: { type: object, properties: { n: { type: string } } } }",
                "{ S: { type: object, required: [b], properties: { a: { $ref: '#/components/schemas/N' }, b: { $ref: '#/components/schemas/N' } } }, N: { type: [object, 'null'], properties: { n: { type: string } } } }",
                "breaks, breaks",
                "adds, breaks",
            ),
            (
                "components",
                "{ S: { $ref: '#/components/schemas/A' }, A: { type: object, properties: { n: { type: string } } } }",
                "{ S: { type: object, properties: { n: { type: string } } } }",
                "none, breaks",
                "none, breaks",
            ),
        ],
        &Settings::new(),
    );
}

#[test]
fn unions() {
    let (a, b, c) = (
        "{ $ref: '#/components/schemas/A' }",
        "{ $ref: '#/components/schemas/B' }",
        "{ $ref: '#/components/schemas/C' }",
    );
    let two = format!("{{ oneOf: [{a}, {b}] }}");
    let three = format!("{{ oneOf: [{a}, {b}, {c}] }}");
    go(
        &[
            ("whole request", &two, &three, "adds, adds", "breaks, breaks"),
            ("whole response", &two, &three, "adds, adds", "adds, breaks"),
            ("whole response", &two, &two.replace("oneOf", "anyOf"), "none, none", "none, none"),
            ("whole request", &two, &format!("{{ oneOf: [{b}, {a}] }}"), "none, none", "none, none"),
            (
                "response",
                "{ type: [string, integer] }",
                "{ oneOf: [{ type: string }, { type: integer }] }",
                "none, none",
                "none, none",
            ),
            (
                "response",
                "{ type: [string, integer] }",
                "{ anyOf: [{ type: integer }, { type: string }] }",
                "none, none",
                "none, none",
            ),
            ("response", "{ type: string }", "{ type: [string, integer] }", "breaks, breaks", "adds, breaks"),
            (
                "request",
                "{ type: string }",
                "{ oneOf: [{ type: string }, { type: integer }] }",
                "adds, breaks",
                "breaks, breaks",
            ),
            // A union without objects keeps no value of another type.
            (
                "response",
                "{ type: [string, integer] }",
                "{ type: [string, integer, boolean] }",
                "breaks, adds",
                "adds, breaks",
            ),
            (
                "response",
                "{ oneOf: [{ type: string }, { type: integer }] }",
                "{ oneOf: [{ type: string }, { type: integer }, { type: boolean }] }",
                "breaks, adds",
                "adds, breaks",
            ),
            (
                "request",
                "{ type: [string, integer] }",
                "{ oneOf: [{ type: string }, { type: integer }, { type: boolean }] }",
                "adds, adds",
                "breaks, breaks",
            ),
        ],
        &Settings::new(),
    );
}

#[test]
fn operations() {
    go(
        &[
            ("operation", "", "deprecated: true", "none, adds", "none, adds"),
            ("operation", "tags: [a]", "tags: [b]", "none, none", "none, none"),
            ("operation", "summary: A.", "summary: B.", "none, docs", "none, docs"),
            (
                "operation",
                "servers: [{ url: https://one.example/v1 }]",
                "servers: [{ url: https://one.example/v2 }]",
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "operation",
                "servers: [{ url: 'https://{r}.example', variables: { r: { default: a, enum: [a, b] } } }]",
                "servers: [{ url: 'https://{r}.example', variables: { r: { default: a, enum: [a, b, c] } } }]",
                "adds, none",
                "breaks, none",
            ),
        ],
        &Settings::new(),
    );
    let two = |one: &str, other: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\nservers: [{{ url: https://one.example }}]\npaths:\n  /x: {{ get: {{ operationId: {one}, responses: {{ '204': {{ description: ok }} }} }} }}\n  /y: {{ get: {{ operationId: {other}, responses: {{ '204': {{ description: ok }} }} }} }}\n"
        )
    };
    // Each value is at the position of the other one.
    let path = |path: &str| {
        let parameter =
            |name: &str| format!("{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}");
        two("a", "b").replace(
            "/y: { get: {",
            &format!("'{path}': {{ get: {{ parameters: [{}, {}],", parameter("m"), parameter("n")),
        )
    };
    assert_eq!(judge(&path("/y/{m}/{n}"), &path("/y/{n}/{m}"), &Settings::new(), "breaks, breaks"), None);
    // Code compiles, and calls the other operation.
    let swapped = judge(&two("a", "b"), &two("b", "a"), &Settings::new(), "none, breaks");
    assert_eq!(swapped, None);
}

/// OpenAPI 3.2.
#[test]
fn of_3_2() {
    let stream = |item: &str| {
        format!("3.2.0: {{ '200': {{ description: ok, content: {{ application/jsonl: {{ itemSchema: {item} }} }} }} }}")
    };
    let query = |properties: &str| {
        format!(
            "3.2.0: parameters: [{{ name: q, in: querystring, content: {{ application/x-www-form-urlencoded: {{ schema: {{ type: object, properties: {{ {properties} }} }} }} }} }}]"
        )
    };
    let array = |item: &str| stream(&format!("{{ type: array, items: {item} }}")).replace("itemSchema", "schema");
    go(
        &[
            // The same sequence, as an array: only the name of an inline type differs.
            (
                "responses",
                &stream("{ type: object, properties: { a: { type: string } } }"),
                &array("{ type: object, properties: { a: { type: string } } }"),
                "none, breaks",
                "none, breaks",
            ),
            (
                "responses",
                &stream("{ type: object, properties: { a: { type: string } } }"),
                &stream("{ type: object, properties: { a: { type: string }, b: { type: string } } }"),
                "adds, adds",
                "breaks, breaks",
            ),
            (
                "responses",
                &stream("{ type: object, properties: { a: { type: string } } }"),
                &stream("{ type: object, properties: { a: { type: integer } } }"),
                "breaks, breaks",
                "breaks, breaks",
            ),
            (
                "operation",
                &query("a: { type: string }"),
                &query("a: { type: string }, b: { type: string }"),
                "adds, adds",
                "breaks, breaks",
            ),
        ],
        &Settings::new(),
    );
}

/// Server-sent events of OpenAPI 3.2, whose names decide their data.
#[test]
fn events() {
    let stream = |events: &str| {
        format!(
            "3.2.0: {{ '200': {{ description: ok, content: {{ text/event-stream: {{ itemSchema: {events} }} }} }} }}"
        )
    };
    let named = |events: &[&str]| {
        stream(&format!(
            "{{ type: object, properties: {{ data: {{ type: string }}, event: {{ type: string }} }}, oneOf: [{}] }}",
            events.join(", ")
        ))
    };
    let json =
        |schema: &str| format!("data: {{ type: string, contentMediaType: application/json, contentSchema: {schema} }}");
    let event = |name: &str, data: &str| format!("{{ properties: {{ event: {{ const: {name} }}, {data} }} }}");
    let object = |properties: &str| json(&format!("{{ type: object, properties: {{ {properties} }} }}"));
    let (small, large) = (object("x: { type: string }"), object("x: { type: string }, y: { type: string }"));
    let single = |data: &str| stream(&format!("{{ type: object, properties: {{ {data} }} }}"));
    let text = "data: { type: string }";
    let (a, b, c) =
        (event("a", &json("{ type: integer }")), event("b", &small), event("c", &json("{ type: boolean }")));
    let d = event("d", text);
    let nested = |events: &str| named(&[&a, &format!("{{ oneOf: [{events}] }}")]);
    go(
        &[
            (
                "responses",
                &named(&[&a, &b]),
                &named(&[&event("a", &json("{ type: string }")), &b]),
                "breaks, breaks",
                "breaks, breaks",
            ),
            ("responses", &named(&[&a, &b]), &named(&[&a, &event("b", &large)]), "adds, adds", "breaks, breaks"),
            ("responses", &single(&small), &single(&large), "adds, adds", "breaks, breaks"),
            // Data that a client has as text may become JSON.
            ("responses", &named(&[&a, &b]), &named(&[&event("a", text), &b]), "breaks, breaks", "limits, breaks"),
            ("responses", &single(&json("{ type: integer }")), &single(text), "breaks, breaks", "limits, breaks"),
            (
                "response",
                "{ type: string, contentMediaType: application/json, contentSchema: { type: integer } }",
                "{ type: string, contentMediaType: application/json, contentSchema: { type: string } }",
                "limits, none",
                "limits, none",
            ),
            // A client keeps events of other names.
            ("responses", &named(&[&a, &b]), &named(&[&a, &b, &c]), "adds, adds", "adds, breaks"),
            ("responses", &named(&[&a, &b]), &named(&[&c, &a, &event("b", &large)]), "adds, adds", "breaks, breaks"),
            ("responses", &named(&[&a, &b]), &named(&[&a, &event("c", &small)]), "adds, breaks", "adds, breaks"),
            (
                "responses",
                &nested(&format!("{b}, {d}")),
                &nested(&format!("{b}, {c}, {d}")),
                "adds, adds",
                "adds, breaks",
            ),
            // A union of events may be inside of another one.
            ("responses", &named(&[&a, &b]), &nested(&format!("{b}, {c}")), "adds, adds", "adds, breaks"),
            (
                "responses",
                &named(&[&a, &b]),
                &nested(&format!("{}, {c}", event("b", &json("{ type: string }")))),
                "breaks, breaks",
                "breaks, breaks",
            ),
        ],
        &Settings::new(),
    );
}

/// Swagger 2.0.
#[test]
fn of_2_0() {
    let of = |parts: &str| format!("swagger: '2.0'\ninfo: {{ title: T, version: '1' }}\nhost: one.example\n{parts}\n");
    let operation = |parts: &str| {
        of(&format!(
            "paths: {{ /x: {{ post: {{ operationId: sendX, {parts}, responses: {{ '200': {{ description: ok, schema: {{ type: string }} }} }} }} }} }}"
        ))
    };
    let list = |more: &str| {
        operation(&format!("parameters: [{{ name: p, in: query, type: array, items: {{ type: string }} {more} }}]"))
    };
    let text = |more: &str| operation(&format!("parameters: [{{ name: p, in: query, type: string {more} }}]"));
    let mut wrong = Vec::new();
    for (old, new, there, back) in [
        (list(", collectionFormat: csv"), list(""), "none, none", "none, none"),
        (list(", collectionFormat: csv"), list(", collectionFormat: multi"), "breaks, none", "breaks, none"),
        (list(", collectionFormat: csv"), list(", collectionFormat: pipes"), "breaks, none", "breaks, none"),
        (text(""), text(", collectionFormat: multi"), "none, none", "none, none"),
        (
            operation("produces: [application/json]"),
            operation("produces: [application/xml]"),
            "breaks, docs",
            "breaks, docs",
        ),
        (
            operation("consumes: [multipart/form-data], parameters: [{ name: f, in: formData, type: string }]"),
            operation("consumes: [multipart/form-data], parameters: [{ name: f, in: formData, type: file }]"),
            "breaks, breaks",
            "breaks, breaks",
        ),
        (
            operation("parameters: [{ name: b, in: body, schema: { type: string } }]"),
            operation("parameters: [{ name: b, in: body, required: true, schema: { type: string } }]"),
            "breaks, breaks",
            "adds, breaks",
        ),
        (
            operation("summary: a").replace("host: one.example", "host: one.example\nbasePath: /v1"),
            operation("summary: a").replace("host: one.example", "host: one.example\nbasePath: /v2"),
            "breaks, breaks",
            "breaks, breaks",
        ),
    ] {
        for (old, new, expected) in [(&old, &new, there), (&new, &old, back)] {
            wrong.extend(judge(old, new, &Settings::new(), expected).map(|text| format!("{old}{new}{text}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
