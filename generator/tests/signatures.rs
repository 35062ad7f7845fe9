//! The list of generated methods agrees with the generated code.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use openapi_smith::{GeneratedArgument, GeneratedValue, Settings, generate};

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: { title: Signatures, version: "1" }
servers: [{ url: "https://example.com" }]
paths:
  /pets/{id}:
    post:
      operationId: type
      servers: [{ url: "https://upload.example.com" }]
      security: [{ key: [], login: [] }]
      parameters:
        - $ref: "#/components/parameters/Id"
        - { name: default, in: query, schema: { type: array, items: { $ref: "#/components/schemas/Size" } } }
        - { name: tags, in: query, required: true, schema: { type: array, items: { type: string } } }
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: "#/components/schemas/Pet" } }
          text/plain: { schema: { type: string } }
          multipart/form-data:
            schema:
              type: object
              required: [photo]
              properties:
                photo: { type: string, format: binary }
                more: { type: array, items: { type: string, format: binary } }
                new: { type: integer }
      responses: { "204": { description: Done. } }
  /raw:
    put:
      operationId: putRaw
      requestBody: { content: { application/octet-stream: { schema: { type: string, format: binary } } } }
      responses: { "204": { description: Done. } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    login: { type: http, scheme: basic }
  parameters:
    Id: { name: id, in: path, required: true, schema: { type: integer, format: int32 } }
  schemas:
    Size: { type: string, enum: [s, m] }
    Pet: { type: object, required: [name], properties: { id: { type: integer, readOnly: true }, name: { type: string } } }
"##;

/// An argument on one line: `name: value`, with `&` for a reference and `?` for an optional argument.
fn shown(argument: &GeneratedArgument) -> String {
    let (lent, optional) = (if argument.by_reference { "&" } else { "" }, if argument.required { "" } else { "?" });
    let all = |list: &[GeneratedArgument]| list.iter().map(shown).collect::<Vec<_>>().join(", ");
    let value = match &argument.value {
        GeneratedValue::Json(rust) => rust.clone(),
        GeneratedValue::Struct { rust, fields } => format!("{rust} {{ {} }}", all(fields)),
        GeneratedValue::Enum { rust, variants } => format!("{rust} [ {} ]", all(variants)),
        other => format!("{other:?}"),
    };
    format!("{}{optional}: {lent}{value}", argument.name)
}

#[test]
fn methods_and_their_arguments() {
    let output = generate(DOCUMENT, &Settings::new()).unwrap();
    let [put, kind] = output.operations.as_slice() else { panic!("{:?}", output.operations) };
    let (put, kind) = if put.id == "putRaw" { (put, kind) } else { (kind, put) };

    assert_eq!((kind.method.as_str(), kind.pointer.as_str()), ("r#type", "/paths/~1pets~1{id}/post"));
    assert_eq!(kind.server.as_deref(), Some("https://upload.example.com"));
    assert!(output.code.contains("rt::operation_servers!();"));
    for method in ["new_", "default_", "with_key", "with_login"] {
        assert!(output.code.contains(&format!("pub fn {method}(")), "{method}");
    }
    let shown: Vec<String> = kind.arguments.iter().map(self::shown).collect();
    assert_eq!(
        shown,
        [
            "id: i32",
            "tags: &Vec<String>",
            "body: TypeBody [ Json: types::PetRequest, \
             Multipart: TypeForm { photo: File, more?: Files, new_?: i64 }, Plain: Text ]",
            "params: &TypeParams { default_?: Vec<types::Size> }",
        ]
    );
    assert_eq!(
        (kind.arguments[0].wire.as_str(), kind.arguments[0].pointer.as_str()),
        ("id", "/components/parameters/Id")
    );
    let shown: Vec<String> = put.arguments.iter().map(self::shown).collect();
    assert_eq!(shown, ["params: &PutRawParams { body?: Bytes }"]);

    let credentials: Vec<_> = output.credentials.iter().map(|given| (given.method.as_str(), given.texts)).collect();
    assert_eq!(credentials, [("with_key", 1), ("with_login", 2)]);
}
