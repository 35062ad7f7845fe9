//! Tests the calls of a document and the program that makes them, without compiling it.
#![allow(clippy::unwrap_used)]

use openapi_smith::{Settings, generate};
use serde_json::{Value, json};
use xtask::requests::calls::calls;
use xtask::requests::program::program;

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: { title: Calls, version: "1" }
paths:
  /pets/{id}:
    put:
      operationId: putPet
      security: [{ login: [] }]
      parameters:
        - { name: id, in: path, required: true, schema: { type: string, pattern: "^p-[0-9]{2,}$" } }
        - { name: sort, in: query, schema: { type: string, enum: [up, down, none] } }
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: "#/components/schemas/Pet" } }
          multipart/form-data:
            schema:
              type: object
              required: [photo]
              properties: { photo: { type: string, format: binary }, new: { type: integer } }
      responses: { "204": { description: Done. } }
    get:
      operationId: never
      parameters:
        - { name: id, in: path, required: true, schema: { $ref: "#/components/schemas/Endless" } }
      responses: { "204": { description: Done. } }
components:
  securitySchemes: { login: { type: http, scheme: basic } }
  schemas:
    Pet:
      type: object
      required: [name]
      properties: { id: { type: integer, readOnly: true }, name: { type: string }, age: { type: integer, minimum: 3 } }
    Endless: { type: object, required: [next], properties: { next: { $ref: "#/components/schemas/Endless" } } }
"##;

#[test]
fn calls_are_made_from_the_document() {
    let output = generate(DOCUMENT, &Settings::new()).unwrap();
    let document: Value = serde_yaml::from_str(DOCUMENT).unwrap();
    let made = calls(&document, &output.operations);
    let index = |id: &str| output.operations.iter().position(|operation| operation.id == id).unwrap();
    assert_eq!(made.impossible, [index("never")]);
    assert!(made.calls.iter().all(|call| call.operation == index("putPet")));
    let arguments: Vec<Value> = made.calls.into_iter().map(|call| Value::Object(call.arguments)).collect();
    let odd = "a b/\u{fc}?&=+%25,;#'";
    let expected = [
        json!({ "id": "p-11", "body": { "Json": { "name": "text" } }, "params": {} }),
        json!({ "id": "p-11", "body": { "Json": { "name": "text", "age": 3 } }, "params": { "sort": "up" } }),
        json!({ "id": "p-11", "body": { "Multipart": { "photo": odd } }, "params": {} }),
        json!({ "id": "p-11", "body": { "Multipart": { "photo": odd, "new_": 1 } }, "params": { "sort": "down" } }),
        json!({ "id": "p-11", "body": { "Json": { "name": "text" } }, "params": {} }),
        json!({ "id": "p-11", "body": { "Json": { "name": "text", "age": 3 } }, "params": { "sort": "none" } }),
    ];
    assert_eq!(arguments, expected);
}

#[test]
fn the_program_decodes_each_argument_as_its_type() {
    let output = generate(DOCUMENT, &Settings::new()).unwrap();
    let text = program("some_crate", &output);
    for expected in [
        "use some_crate::*;",
        "Client::new(&base_url)?.with_login(\"credential\", \"credential\");",
        "client.put_pet(&argument_0, argument_1, &argument_2)",
        "PutPetBody::Json(read::<types::PetRequest>(value)?)",
        "PutPetForm::new({ let value = given(value, \"photo\")?; Part::text(text(value)?).file_name(\"file.txt\") })",
        "if let Some(field) = value.get(\"new_\") { made = made.new_(read::<i64>(field)?); }",
        "if let Some(field) = value.get(\"sort\") { made = made.sort(read::<types::PutPetSort>(field)?); }",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}
