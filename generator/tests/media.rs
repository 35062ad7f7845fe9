//! Media types: which of a response are requested, and what events are.
#![allow(clippy::unwrap_used)]

use openapi_smith::{Settings, generate};

/// Documents of ASP.NET declare each response as JSON and as text, those of gitea as JSON and HTML.
#[test]
fn an_object_that_is_declared_as_json_and_as_text_is_json() {
    let document = |media: &str, schema: &str| {
        format!(
            "
openapi: 3.0.3
info: {{ title: T, version: '1' }}
paths:
  /pet:
    get:
      operationId: getPet
      responses:
        '200':
          description: ok
          content:
            application/json: {{ schema: {schema} }}
            {media}: {{ schema: {schema} }}
"
        )
    };
    let object = "{ type: object, title: Pet, properties: { a: { type: string } } }";
    for media in ["text/plain", "text/html", "application/xml", "application/soap+xml", "'*/*'"] {
        let output = generate(&document(media, object), &Settings::new()).unwrap();
        assert!(output.code.contains("pub fn get_pet(&self) -> Call<types::GetPetOk>"), "{}", output.code);
        assert!(output.code.contains("accept: \"application/json\","), "{}", output.code);
        let notes: Vec<&str> = output.report.notes().iter().map(|note| note.code()).collect();
        assert_eq!(notes, ["equivalent-media"], "{media}");
    }
    // Text, a stream, a table and a file are other values.
    let others = ["text/event-stream", "text/csv", "application/pdf", "application/octet-stream"];
    for (media, schema) in others.map(|media| (media, object)).into_iter().chain([("text/plain", "{ type: string }")]) {
        let code = generate(&document(media, schema), &Settings::new()).unwrap().code;
        assert!(code.contains("Call<GetPetResponse>"), "{code}");
    }
}

/// `produces` writes the schema at the first media type, and a `$ref` to it at the others.
#[test]
fn an_inline_schema_of_swagger_2_is_the_same_in_each_media_type() {
    for schema in ["{ type: array, items: { $ref: '#/definitions/Pet' } }", "{ $ref: '#/definitions/Pet' }"] {
        let document = format!(
            "
swagger: '2.0'
info: {{ title: T, version: '1' }}
produces: [application/json, application/xml]
consumes: [application/json, application/xml]
paths:
  /pets:
    post:
      operationId: pets
      parameters: [{{ in: body, name: body, schema: {schema} }}]
      responses: {{ '200': {{ description: ok, schema: {schema} }} }}
definitions:
  Pet: {{ type: object, properties: {{ a: {{ type: string }} }} }}
"
        );
        let output = generate(&document, &Settings::new()).unwrap();
        let code = output.code;
        assert!(!code.contains("application/xml") && !code.contains("PetsResponse"), "{code}");
        let notes: Vec<&str> = output.report.notes().iter().map(|note| note.code()).collect();
        assert_eq!(notes, ["equivalent-media"; 2], "{schema}");
    }
}

#[test]
fn events_and_the_one_for_other_events_have_different_names() {
    let document = "
openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /kinds:
    get:
      operationId: kinds
      responses:
        '200':
          description: ok
          content:
            text/event-stream:
              itemSchema:
                oneOf:
                  - { properties: { event: { const: unknown }, data: { type: integer } } }
                  - { properties: { event: { enum: [a, a] } } }
                  - { properties: { event: { const: Unknown } } }
";
    let output = generate(document, &Settings::new()).unwrap();
    let code = output.code;
    for variant in ["Unknown(String)", "Unknown2(i64)", "A(String)", "Other {"] {
        assert_eq!(code.matches(&format!("\n    {variant}")).count(), 1, "{variant}: {code}");
    }
    assert_eq!(code.matches("\"a\" =>").count(), 1, "{code}");
    let notes: Vec<String> = output.report.notes().iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
}
