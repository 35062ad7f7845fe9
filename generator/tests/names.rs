//! Names depend only on the schema and its location; every collision is reported.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use openapi_smith::{Output, Settings, generate};

fn made(document: &str) -> Output {
    generate(document, &Settings::new()).unwrap_or_else(|error| panic!("{error}"))
}

/// The names of the structs and enums of an output, whatever their order.
fn items(code: &str) -> BTreeSet<&str> {
    let lines = code.lines().map(str::trim_start);
    let names = lines.filter_map(|line| line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")));
    names.map(|name| name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()).collect()
}

const HERD: &str = r"
openapi: 3.0.3
info: { title: Farm, version: '1' }
paths:
  /cows:
    get:
      operationId: listCows
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Herd' } } } } }
  /stalls:
    put:
      operationId: fillStalls
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Stalls' } } } }
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Herd' } } } } }
components:
  schemas:
    Herd:
      type: array
      items: { type: object, properties: { name: { type: string }, mood: { type: string, enum: [calm, wild] } } }
    Stalls:
      type: object
      additionalProperties: { type: object, properties: { straw: { type: boolean } } }
";

#[test]
fn a_schema_in_an_array_or_map_component_is_named_after_the_component() {
    let code = made(HERD).code;
    for name in ["HerdItem", "HerdItemMood", "StallsValue"] {
        assert!(items(&code).contains(name), "{name} is not in {:?}", items(&code));
    }
    assert!(!code.contains("ListCowsOkItem") && !code.contains("FillStallsBodyValue"), "{code}");
}

#[test]
fn a_new_operation_before_the_others_renames_nothing() {
    let before = made(HERD);
    let first = "paths:
  /a:
    post:
      operationId: addFirst
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Stalls' } } } }
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Herd' } } } } }";
    let after = made(&HERD.replace("\npaths:", &format!("\n{first}")));
    let missing: Vec<_> = items(&before.code).difference(&items(&after.code)).map(|name| (*name).to_owned()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let types =
        |output: &Output| output.types.iter().map(|ty| (ty.pointer.clone(), ty.rust.clone())).collect::<Vec<_>>();
    for (pointer, rust) in types(&before) {
        assert!(types(&after).contains(&(pointer.clone(), rust.clone())), "{pointer} was {rust}");
    }
}

/// The same two schemas need one name, whichever operation comes first.
#[test]
fn the_location_decides_between_equal_names() {
    let document = |first: &str, second: &str| {
        format!(
            r"
openapi: 3.0.3
info: {{ title: T, version: '1' }}
paths:
  {first}:
    get:
      operationId: one
      responses: {{ '200': {{ description: ok, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/a' }} }} }} }} }}
  {second}:
    get:
      operationId: two
      responses: {{ '200': {{ description: ok, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/a_b' }} }} }} }} }}
components:
  schemas:
    a: {{ type: object, properties: {{ b_c: {{ type: object, properties: {{ first: {{ type: string }} }} }} }} }}
    a_b: {{ type: object, properties: {{ c: {{ type: object, properties: {{ second: {{ type: string }} }} }} }} }}
"
        )
    };
    let names = |first, second| {
        let output = made(&document(first, second));
        let notes: Vec<String> = output.report.notes().iter().map(ToString::to_string).collect();
        let lines = output.code.lines().map(|line| line.trim().trim_end_matches(',').to_owned());
        (notes, lines.filter(|line| line.contains("ABC")).collect::<BTreeSet<_>>())
    };
    assert_eq!(names("/1", "/2"), names("/2", "/1"));
    let (notes, _) = names("/1", "/2");
    assert_eq!(notes, ["#/components/schemas/a_b/properties/c: renamed: `ABC2` instead of `ABC`, which is taken"]);
}

/// A document in which the names of all items of an operation, of a request type and of a variant are taken.
const TAKEN: &str = r"
openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /x:
    post:
      operationId: put
      parameters: [{ name: q, in: query, schema: { type: string } }]
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/Foo' } }
          multipart/form-data: { schema: { $ref: '#/components/schemas/Foo' } }
      responses:
        '200':
          description: ok
          headers: { X-Left: { schema: { type: integer } } }
          content: { application/json: { schema: { $ref: '#/components/schemas/All' } } }
        '201': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Foo' } } } }
        '400': { description: no, content: { application/json: { schema: { $ref: '#/components/schemas/Foo' } } } }
        '500': { description: no }
components:
  schemas:
    All:
      type: object
      properties:
        a: { $ref: '#/components/schemas/FooRequest' }
        b: { $ref: '#/components/schemas/PutParams' }
        c: { $ref: '#/components/schemas/PutBody' }
        d: { $ref: '#/components/schemas/PutForm' }
        e: { $ref: '#/components/schemas/PutResponse' }
        f: { $ref: '#/components/schemas/PutFailure' }
        g: { $ref: '#/components/schemas/PutHeaders' }
        h: { $ref: '#/components/schemas/State' }
        i: { $ref: '#/components/schemas/Either' }
    Foo: { type: object, properties: { id: { type: string, readOnly: true }, name: { type: string } } }
    FooRequest: { type: object, properties: { a: { type: string } } }
    PutParams: { type: object, properties: { a: { type: string } } }
    PutBody: { type: object, properties: { a: { type: string } } }
    PutForm: { type: object, properties: { a: { type: string } } }
    PutResponse: { type: object, properties: { a: { type: string } } }
    PutFailure: { type: object, properties: { a: { type: string } } }
    PutHeaders: { type: object, properties: { a: { type: string } } }
    State: { type: string, enum: [unknown, known] }
    Unknown: { type: object, required: [u], properties: { u: { type: string } } }
    Either: { oneOf: [{ $ref: '#/components/schemas/Unknown' }, { type: object, properties: { v: { type: string } } }] }
";

#[test]
fn every_collision_is_a_note_and_under_strict_a_problem() {
    let output = made(TAKEN);
    let notes: Vec<String> =
        output.report.notes().iter().filter(|note| note.code() == "name-collision").map(ToString::to_string).collect();
    for name in ["FooRequest", "PutParams", "PutBody", "PutForm", "PutResponse", "PutFailure", "PutHeaders", "Unknown"]
    {
        let said = format!("`{name}2` instead of `{name}`, which is taken");
        assert!(notes.iter().any(|note| note.ends_with(&said)), "{name} is not in {notes:#?}");
    }
    let error = generate(TAKEN, &Settings::new().strict(true)).unwrap_err();
    let collisions = error.problems().iter().filter(|problem| problem.code() == "name-collision").count();
    assert_eq!(collisions, notes.len(), "{error}");
}
