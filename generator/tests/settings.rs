//! The effect of settings on the code and the report. `compiled/` compiles such code.
#![allow(clippy::unwrap_used, clippy::panic)]

use openapi_smith::{Output, Pagination, RustType, Settings, choose, generate};

const SPEC: &str = "\
openapi: 3.1.0
info: { title: Pets, version: '1' }
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        '200': { description: Pets., content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
components:
  schemas:
    Animal: { type: object, properties: { nm: { type: [string, 'null'] } } }
    Pet:
      type: object
      allOf: [{ $ref: '#/components/schemas/Animal' }]
      properties:
        kind: { const: dog }
        owner: { $ref: '#/components/schemas/Owner', description: Who feeds it. }
        born: { type: [string, 'null'], format: date-time }
        size: { oneOf: [{ type: integer, format: int64 }, { type: string, format: uuid }] }
    Owner: { type: object, properties: { name: { type: string } } }
";

fn made(settings: &Settings) -> Output {
    generate(SPEC, settings).unwrap_or_else(|error| panic!("{error}"))
}

fn has(settings: &Settings, texts: &[&str]) {
    let code = made(settings).code;
    for text in texts {
        assert!(code.contains(text), "{text} is not in\n{code}");
    }
}

#[test]
fn pointers_are_those_of_the_document_before_normalization() {
    let settings = Settings::new()
        .rename("/components/schemas/Pet/properties/kind", "PetSort")
        .rename("/components/schemas/Pet/properties/kind/const", "Hound")
        .rename("/components/schemas/Animal/properties/nm", "name")
        .replace("#/components/schemas/Pet/properties/owner", "crate::Owner");
    has(
        &settings,
        &["pub enum PetSort", "Hound = \"dog\"", "pub name: Option<Option<String>>", "pub owner: Option<crate::Owner>"],
    );
}

#[test]
fn one_pointer_names_a_property_and_its_type() {
    let of = |name: &str| made(&Settings::new().rename("/components/schemas/Pet/properties/kind", name)).code;
    assert!(of("sort").contains("pub sort: Option<PetKind>"));
    assert!(of("Sort").contains("pub kind: Option<Sort>"));
}

#[test]
fn a_format_in_a_union_is_the_user_type_if_no_other_branch_is_a_string() {
    let settings = Settings::new()
        .format("uuid", "uuid::Uuid")
        .format("integer/int64", "i128")
        .format("date-time", RustType::parse("a::Time").unwrap().with("a::text").unwrap());
    has(&settings, &["Uuid(uuid::Uuid)", "I128(i128)", "Option<Option<a::Time>>"]);
}

#[test]
fn an_unused_format_is_reported() {
    let report = made(&Settings::new().format("datetime", "a::Time")).report.to_string();
    assert!(report.contains("#: ignored: no schema has the format `datetime` of the setting"), "{report}");
}

#[test]
fn an_operation_is_renamed_by_pointer_id_or_method_and_path() {
    for place in ["/paths/~1pets/get", "listPets", "GET /pets", "#/paths/~1pets/get"] {
        has(&Settings::new().rename(place, "pets"), &["pub fn pets(", "id: \"listPets\""]);
    }
}

#[test]
fn strict_settings_refuse_accidental_renames() {
    let settings = Settings::new()
        .strict(true)
        .rename("/components/schemas/Owner", "Keeper")
        .rename("/components/schemas/Pet/properties/born", "birthday");
    let output = made(&settings);
    assert!(output.code.contains("pub owner: Option<Keeper>"), "{}", output.code);
    assert_eq!(output.report.count(openapi_smith::Verdict::Renamed), 0);
}

#[test]
fn a_replaced_schema_reaches_nothing() {
    let code = made(&Settings::new().replace("/components/schemas/Pet", "crate::Pet")).code;
    assert!(code.contains("Call<crate::Pet>") && !code.contains("Owner"), "{code}");
}

/// Three operations without `security` beside one that has it; the last one declares that there is none.
fn mostly_undeclared(settings: &Settings) -> Result<Output, openapi_smith::Error> {
    let operation =
        |id: &str, more: &str| format!("{{ operationId: {id}, responses: {{ '204': {{ description: D. }} }}{more} }}");
    let document = format!(
        "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a: {{ get: {}, put: {} }}\n  /b: {{ get: {}, put: {} }}\n\
         components: {{ securitySchemes: {{ key: {{ type: apiKey, in: header, name: X-Key }}, login: {{ type: http, scheme: bearer }} }} }}\n",
        operation("one", ""),
        operation("two", ", security: [{ key: [] }]"),
        operation("three", ""),
        operation("four", ", security: []"),
    );
    generate(&document, settings)
}

#[test]
fn operations_without_security_have_the_default() {
    let note = |output: &Output| {
        let notes = output.report.notes().iter().filter(|note| note.code() == "undeclared-security");
        notes.map(ToString::to_string).collect::<Vec<_>>()
    };
    let plain = mostly_undeclared(&Settings::new()).unwrap();
    assert_eq!(
        note(&plain),
        [
            "#/paths: ignored: 2 of 4 operations declare no `security`, so no credential is sent with them (operations that need one: 1); the \
          setting `default-security` names the scheme to use: key, login"
        ]
    );
    let code = mostly_undeclared(&Settings::new().default_security(["login", "key"])).unwrap();
    assert!(note(&code).is_empty());
    let alternatives: Vec<&str> = code.code.lines().filter(|line| line.contains("security: ")).map(str::trim).collect();
    assert_eq!(
        alternatives,
        ["security: &[&[0], &[1], &[]],", "security: &[&[1]],", "security: &[&[0], &[1], &[]],", "security: &[],"]
    );
    let error = mostly_undeclared(&Settings::new().default_security(["nobody"])).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("there is no security scheme `nobody`") && error.contains("choose one of key, login"),
        "{error}"
    );
}

/// The document with a page of pets, and this declaration of its pages.
fn paged(key: &str, pagination: Pagination) -> Result<String, String> {
    let spec = "\
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{ name: page, in: query, schema: { type: integer } }]
      responses: { '200': { description: Pets., content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } } }
components:
  schemas:
    Page: { type: object, properties: { pets: { type: array, items: { type: string } }, next: { type: string } } }
";
    let output = generate(spec, &Settings::new().pagination(key, pagination)).map_err(|error| error.to_string())?;
    assert_eq!(output.report.notes(), []);
    Ok(output.code)
}

#[test]
fn an_operation_with_pages_has_a_method_for_them() {
    for key in ["listPets", "GET /pets", "#/paths/~1pets/get", "list*", "GET *"] {
        let code = paged(key, Pagination::cursor("page", "next")).unwrap();
        for text in ["pub fn list_pets_pages(", "-> rt::Pages<types::Page, String> {", "next: rt::Next::Cursor {"] {
            assert!(code.contains(text), "{text} is not in\n{code}");
        }
    }
}

#[test]
fn pages_that_an_operation_does_not_have_are_a_problem() {
    for (key, pagination, problem) in [
        (
            "listPets",
            Pagination::offset("skip"),
            "#/paths/~1pets/get: the setting `pagination` for `listPets`: there is no query parameter `skip`; there is `page`; ",
        ),
        ("listPets", Pagination::next_url("link"), "there is no property `link`; there is `next`, `pets`"),
        ("listPets", Pagination::next_url("next").items("next"), "the property `next` is not a list"),
        ("listPets", Pagination::link_header().total("next"), "the property `next` is not a number"),
        ("listPets", Pagination::link_header().page_count("next"), "has a meaning only for pages with numbers"),
        (
            "listPets",
            Pagination::next_url("next.url"),
            "`url` cannot be read: there is no object with declared properties",
        ),
        ("listCats", Pagination::link_header(), "for `listCats`: there is no such operation among the chosen ones"),
        ("cats*", Pagination::link_header(), "for `cats*`: there is no such operation"),
        (
            "list*",
            Pagination::page_number("number"),
            "no operation that the pattern names can have pages so: `listPets`: there is no query parameter `number`",
        ),
    ] {
        let error = paged(key, pagination).unwrap_err();
        assert!(error.contains(problem) && error.contains("correct the declaration, or remove it"), "{error}");
    }
}

#[test]
fn structs_have_setters_unless_the_setting_says_otherwise() {
    let spec = "\
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses: { '204': { description: Added. } }
components: { schemas: { Pet: { type: object, properties: { name: { type: string } } } } }
";
    let code = |settings: Settings| generate(spec, &settings).unwrap().code;
    assert!(code(Settings::new()).contains("pub fn name(mut self, "));
    let without = code(Settings::new().setters(false));
    assert!(without.contains("pub name: Option<String>") && !without.contains("pub fn name("), "{without}");
}

#[test]
fn a_choice_has_the_types_of_a_document_without_operations() {
    let spec = "\
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths: {}
components: { schemas: { Pet: { type: object, properties: { name: { type: string } } } } }
";
    let settings = Settings::new();
    assert!(generate(spec, &settings).unwrap().code.contains("pub struct Pet"));
    assert_eq!(choose(spec, &settings).unwrap().types, 1);
}
