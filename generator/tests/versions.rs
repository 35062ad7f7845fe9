//! Documents of Swagger 2.0 and OpenAPI 3.2: what they result in, and where their problems and notes are.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;

use openapi_smith::{Error, Output, Settings, generate};

const SHOP: &str = include_str!("fixtures/swagger-2.yaml");

/// The locations and the texts of the notes.
fn notes(output: &Output) -> Vec<String> {
    output.report.notes().iter().map(ToString::to_string).collect()
}

/// The documents of the folder `shared` with this name.
fn shared(folder: &str) -> Vec<PathBuf> {
    let Some(shared) = test_support::shared(folder) else { return Vec::new() };
    std::fs::read_dir(shared).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn swagger_2_results_in_the_code_of_its_3_0_form() {
    let settings = Settings::new().all_schemas(true);
    let two = generate(SHOP, &settings).unwrap();
    let three = generate(include_str!("versions/swagger-2-as-3-0.yaml"), &settings).unwrap();
    for (two, three) in two.code.lines().zip(three.code.lines()) {
        assert_eq!(two, three);
    }
    assert_eq!(two.code, three.code);
}

#[test]
fn notes_of_swagger_2_have_its_locations() {
    insta::assert_snapshot!(notes(&generate(SHOP, &Settings::new()).unwrap()).join("\n"));
}

/// A note at a location that only the converted document has leads nowhere.
#[test]
fn each_note_of_swagger_2_is_at_a_value_of_the_text() {
    let several = "swagger: '2.0'\ninfo: { title: T, version: '1' }\nconsumes: [application/json, text/plain]\n\
                   parameters: { Pet: { name: pet, in: body, schema: { type: string } } }\npaths:\n  /a:\n    head: { \
                   responses: { default: { description: D, schema: { type: object } } } }\n    put: { parameters: [{ $ref: \
                   '#/parameters/Pet' }], responses: {} }\n    post: { parameters: [{ name: f, in: formData, type: string }], \
                   consumes: [multipart/form-data, application/x-www-form-urlencoded], responses: {} }\n";
    let texts = shared("swagger2").into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    for text in texts.chain([SHOP, several].map(str::to_owned)) {
        let document: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        for note in generate(&text, &Settings::new()).unwrap().report.notes() {
            assert!(document.pointer(note.location().pointer()).is_some(), "{note}");
        }
    }
}

/// The problems of a document with these definitions and this operation.
fn problems(definitions: &str, operation: &str) -> Error {
    let text = format!(
        "swagger: '2.0'\ninfo: {{ title: T, version: '1' }}\ndefinitions: {definitions}\npaths: {{ /a: {{ get: {operation} }} }}"
    );
    generate(&text, &Settings::new()).unwrap_err()
}

#[test]
fn problems_of_swagger_2_have_its_locations() {
    let response = |schema: &str| format!("{{ responses: {{ 200: {{ description: D, schema: {schema} }} }} }}");
    let error = problems(
        "{ Pet: { $ref: '#/definitions/Cat' }, Cat: { $ref: '#/definitions/Pet' } }",
        &response("{ $ref: '#/definitions/Pet' }"),
    );
    let problem = &error.problems()[0];
    assert_eq!(problem.location().pointer(), "/paths/~1a/get/responses/200/schema");
    assert!(problem.message().contains("#/definitions/Pet"), "{problem}");
    let error = problems(
        "{ Pet: { properties: { a: { $ref: '#/definitions/Cats' } } }, Cat: {} }",
        &response("{ $ref: '#/definitions/Pet' }"),
    );
    let problem = &error.problems()[0];
    assert_eq!(problem.location().pointer(), "/definitions/Pet/properties/a/$ref");
    assert_eq!(problem.message(), "the target of `$ref: #/definitions/Cats` does not exist");
    assert_eq!(problem.remedy(), "did you mean `#/definitions/Cat`?");
    let via: Vec<String> = problem.location().via().iter().map(ToString::to_string).collect();
    assert_eq!(via, ["#/paths/~1a/get/responses/200/schema"]);
    // The third parameter of the text is the second of the converted document.
    let error = problems(
        "{}",
        "{ parameters: [{ name: a, in: query, type: string }, { name: b, in: body }, { name: c, in: fire, type: string }], responses: {} }",
    );
    assert_eq!(error.problems()[0].location().pointer(), "/paths/~1a/get/parameters/2/in");
}

#[test]
fn settings_name_locations_of_swagger_2() {
    let settings = Settings::new()
        .rename("/definitions/Pet", "Animal")
        .rename("#/definitions/shop.Order[1]/properties/note", "remark")
        .rename("/paths/~1orders/get/parameters/2", "numbers")
        .replace("/definitions/Size", "crate::Size");
    let output = generate(SHOP, &settings).unwrap();
    for expected in ["pub enum Animal", "pub remark: ", "numbers: ", "crate::Size"] {
        assert!(output.code.contains(expected), "{expected}");
    }
    let error = generate(SHOP, &Settings::new().replace("/definitions/Sizes", "crate::Size")).unwrap_err();
    assert_eq!(error.problems()[0].remedy(), "did you mean `#/definitions/Size`?");
    let error = generate(SHOP, &Settings::new().rename("/components/schemas/Size", "Magnitude")).unwrap_err();
    assert_eq!(error.problems()[0].code(), "setting");
}

#[test]
fn the_servers_of_swagger_2_are_host_base_path_and_schemes() {
    for (document, server) in [
        ("host: a.example, schemes: [http]", "http://a.example"),
        ("host: a.example, basePath: /b, schemes: [ws, https]", "https://a.example/b"),
        ("host: a.example, basePath: b/", "https://a.example/b"),
        ("host: 'http://a.example/'", "http://a.example"),
        ("basePath: /b", "/b"),
        ("host: a.example, basePath: '{{prefix}}/api', schemes: [https]", "https://a.example"),
    ] {
        let text = format!(
            "{{ swagger: '2.0', info: {{ title: T, version: '1' }}, {document}, paths: {{ /a: {{ get: {{ responses: {{ 200: {{ description: D }} }} }} }} }} }}"
        );
        let code = generate(&format!("# YAML\n{text}"), &Settings::new()).unwrap().code;
        assert!(code.contains(&format!("DEFAULT_SERVER: &str = \"{server}\";")), "{document}");
    }
}

/// The same as a document of 3.0 without servers: there is no constant of an empty URL.
#[test]
fn the_base_path_of_a_slash_alone_is_no_server() {
    let document = "# YAML\n{ swagger: '2.0', info: { title: T, version: '1' }, basePath: /, schemes: [https], paths: { /a: { get: { \
                    responses: { 200: { description: D } } } } } }";
    let code = generate(document, &Settings::new()).unwrap().code;
    assert!(!code.contains("DEFAULT_SERVER"));
}

#[test]
fn real_documents_of_swagger_2_are_accepted() {
    for path in shared("swagger2") {
        let output = generate(&std::fs::read_to_string(&path).unwrap(), &Settings::new());
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lost: Vec<String> = notes(&output).into_iter().filter(|note| note.contains("left out")).collect();
        assert!(lost.is_empty(), "{}: {lost:?}", path.display());
    }
}

/// The output for the parts of a document of Swagger 2.0, in the flow style of YAML.
fn swagger(parts: &str) -> Output {
    let document = format!(
        "# YAML\n{{ swagger: 2.0, info: {{ title: T, version: '1' }}, host: a.example, schemes: [https], {parts} }}"
    );
    generate(&document, &Settings::new()).unwrap()
}

#[test]
fn the_version_2_0_may_be_a_number() {
    let output = swagger("paths: { /a: { get: { responses: { 200: { description: D } } } } }");
    assert!(
        notes(&output)[0].starts_with("#/swagger: approximated: the number is read as the version"),
        "{}",
        output.report
    );
}

#[test]
fn a_document_without_media_types_has_json_bodies() {
    let output = swagger(
        "paths: { /a: { post: { operationId: a, parameters: [{ in: body, name: b, schema: { type: object } }], responses: { 200: \
         { description: D, schema: { type: object } } } } } }",
    );
    assert!(output.code.contains("request.json(\"application/json\"") && output.code.contains("\"200\", \"*/*\""));
    assert!(notes(&output).iter().any(|note| note.contains("`*/*` has a schema that is not a string")));
}

#[test]
fn invalid_collection_formats_are_read_as_csv() {
    let list = "type: array, items: { type: string }";
    let output = swagger(&format!(
        "paths: {{ /a: {{ post: {{ operationId: a, parameters: [{{ in: header, name: h, collectionFormat: multi, {list} }}, \
         {{ in: query, name: q, collectionFormat: none, {list} }}, {{ in: query, name: s, schema: {{ type: integer }} }}, \
         {{ in: formData, name: f, type: string, allowEmptyValue: true }}, {{ in: formData, name: g, schema: {{ type: \
         boolean }} }}], responses: {{ 200: {{ description: D }} }} }} }} }}"
    ));
    let at = |index: &str, what: &str| {
        let start = format!("#/paths/~1a/post/parameters/{index}");
        assert!(notes(&output).iter().any(|note| note.starts_with(&start) && note.contains(what)), "{}", output.report);
    };
    at("0", "`collectionFormat: multi` outside of the query and of forms is read as `csv`");
    at("1/collectionFormat", "an unknown `collectionFormat` is read as `csv`");
    at("2", "`schema` of a parameter that is not in the body");
    at("3", "ignored: `allowEmptyValue` of a form's property");
    at("4", "`schema` of a parameter that is not in the body");
    assert!(output.code.contains("request.query_joined(\"q\", value, \",\")"));
}

/// The body is the first parameter of the text, and no parameter of the converted document.
#[test]
fn notes_behind_a_body_have_their_own_locations() {
    let output = swagger(
        "paths: { /a: { post: { operationId: a, parameters: [{ in: body, name: b, schema: { type: object } }, { in: query, \
         name: q, collectionFormat: none, type: array, items: { type: string } }, { in: query, name: r, schema: { type: \
         string } }, { in: query, name: s, type: string, default: a, default: b, maxLength: null }], responses: { 200 OK: { \
         description: D } } } } }",
    );
    let found = notes(&output);
    for start in [
        "#/paths/~1a/post/parameters/1/collectionFormat: approximated: an unknown `collectionFormat`",
        "#/paths/~1a/post/parameters/2: approximated: `schema` of a parameter",
        "#/paths/~1a/post/parameters/3/default: approximated: duplicate key",
        "#/paths/~1a/post/parameters/3/maxLength: approximated: `maxLength: null` is read as no `maxLength`",
        "#/paths/~1a/post/responses/200 OK: approximated: the status `200 OK`",
    ] {
        assert!(found.iter().any(|note| note.starts_with(start)), "{start}\n{}", output.report);
    }
    let settings = Settings::new().rename("/paths/~1a/post/parameters/1", "q q");
    let document = "# YAML\n{ swagger: 2.0, info: { title: T, version: '1' }, paths: { /a: { post: { parameters: [{ in: body, name: \
                    b, schema: { type: object } }, { in: query, name: q, type: string }, { in: query, name: r, type: string }], \
                    responses: { 200: { description: D } } } } } }";
    let error = generate(document, &settings).unwrap_err();
    assert_eq!(error.problems()[0].location().pointer(), "/paths/~1a/post/parameters/1", "{error}");
}

#[test]
fn a_bare_name_refers_to_a_definition() {
    let output = swagger(
        "definitions: { Pet: { type: object, properties: { a: { type: string } } } }, produces: [application/json], \
         paths: { /a: { get: { operationId: a, responses: { 200: { description: D, schema: { $ref: Pet } } } } } }",
    );
    assert!(output.code.contains("Call<types::Pet>"));
    let note = "#/paths/~1a/get/responses/200/schema/$ref: approximated: `$ref: Pet` is read as `#/definitions/Pet`";
    assert!(notes(&output).iter().any(|found| found == note), "{}", output.report);
}

#[test]
fn a_response_that_refers_to_a_definition_has_its_schema() {
    let output = swagger(
        "definitions: { Pet: { type: object, properties: { a: { type: string } } }, Gone: { description: Gone. } }, produces: \
         [application/json], responses: { Shared: { $ref: '#/definitions/Pet' } }, paths: { /a: { get: { operationId: a, \
         responses: { 200: { $ref: '#/definitions/Pet' }, 404: { $ref: '#/responses/Shared' } } } } }",
    );
    assert!(output.code.contains("Call<types::Pet"), "{}", output.code);
    for at in ["#/paths/~1a/get/responses/200/$ref", "#/responses/Shared/$ref"] {
        let note = format!("{at}: approximated: `$ref: #/definitions/Pet` is read as a response with this schema");
        assert!(notes(&output).contains(&note), "{}", output.report);
    }
}

#[test]
fn a_schema_that_refers_to_a_response_is_this_response() {
    let output = swagger(
        "definitions: { Pet: { type: object, properties: { a: { type: string } } } }, produces: [application/json], responses: { \
         Shared: { description: D, schema: { $ref: '#definitions/Pet' } }, Empty: { description: E } }, paths: { /a: { get: { \
         operationId: a, responses: { 200: { description: D, schema: { $ref: '#/responses/Shared' } }, 204: { description: D, \
         schema: { $ref: '#/responses/Empty' } } } } } }",
    );
    assert!(output.code.contains("types::Pet"), "{}", output.code);
    for note in [
        "#/paths/~1a/get/responses/200/schema/$ref: approximated: `$ref: #/responses/Shared` as a schema is read as this response",
        "#/paths/~1a/get/responses/204/schema/$ref: approximated: `$ref: #/responses/Empty` as a schema is read as this response",
        "#/responses/Shared/schema/$ref: approximated: `$ref: #definitions/Pet` is read as `#/definitions/Pet`",
    ] {
        assert!(notes(&output).iter().any(|found| *found == note), "{note}\n{}", output.report);
    }
}

#[test]
fn a_document_without_paths_has_types() {
    for document in [
        "swagger: '2.0'\ninfo: { title: T, version: '1' }\ndefinitions: { Pet: { type: object, properties: { a: { type: string } } } }",
        "openapi: 3.0.3\ninfo: { title: T, version: '1' }\ncomponents: { schemas: { Pet: { type: object, properties: { a: { type: string } } } } }",
    ] {
        let output = generate(document, &Settings::new()).unwrap();
        assert!(output.code.contains("pub struct Pet"));
        assert!(notes(&output).contains(&"#: approximated: `paths` is missing".to_owned()), "{}", output.report);
    }
}

#[test]
fn a_request_body_without_content_is_absent() {
    let document = |body: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths: {{ /a: {{ post: {{ operationId: a, requestBody: {body}, \
             responses: {{ '204': {{ description: D }} }} }} }} }}\ncomponents: {{ requestBodies: {{ B: {{ required: true }} }} }}"
        )
    };
    for (body, at) in [
        ("{}", "/paths/~1a/post/requestBody"),
        ("{ description: D, required: true, x-a: 1 }", "/paths/~1a/post/requestBody"),
        ("{ content: null }", "/paths/~1a/post/requestBody"),
        ("{ $ref: '#/components/requestBodies/B' }", "/components/requestBodies/B"),
    ] {
        let output = generate(&document(body), &Settings::new()).unwrap();
        assert!(output.code.contains("pub fn a(&self) -> Call<"), "{body}");
        let note = format!("#{at}: approximated: `content` is missing: the request has no body");
        assert!(notes(&output).contains(&note), "{body}\n{}", output.report);
    }
    // Another property may be the body.
    let error = generate(&document("{ schema: { type: string } }"), &Settings::new()).unwrap_err();
    assert_eq!(error.problems()[0].location().pointer(), "/paths/~1a/post/requestBody");
}

#[test]
fn every_line_of_the_tables_has_a_test() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = include_str!("versions.rs").to_owned();
    for folder in ["compiled/tests", "src/lower", "src/read"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let rows =
        include_str!("../docs/versions.md").lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    let tests: Vec<&str> = rows.filter_map(|row| row.trim_end_matches("` |").rsplit('`').next()).collect();
    assert!(tests.len() > 30, "{tests:?}");
    for test in tests {
        assert!(sources.contains(&format!("fn {test}()")), "there is no test `{test}`");
    }
}

const CAFE: &str = include_str!("fixtures/openapi-3-2.yaml");

#[test]
fn notes_of_3_2() {
    let output = generate(CAFE, &Settings::new()).unwrap();
    insta::assert_snapshot!(notes(&output).join("\n"));
    assert!(output.code.contains("An old key.\n    ///\n    /// Deprecated."), "the docs of a deprecated scheme");
    assert!(output.code.contains("pub fn with_device(self, token: impl Into<AccessToken>)"));
    let document = CAFE.replacen("paths:\n", PATH_WITH_RESERVED, 1);
    let found = notes(&generate(&document, &Settings::new()).unwrap());
    let note = "#/paths/~1files~1{path}/get/parameters/0: approximated: `allowReserved` of a parameter in the path: reserved \
                characters are percent-encoded";
    assert!(found.iter().any(|found| found == note), "{found:?}");
}

const PATH_WITH_RESERVED: &str = "paths:
  /files/{path}:
    get:
      parameters: [{ name: path, in: path, required: true, allowReserved: true, schema: { type: string } }]
      responses: { '204': { description: Done. } }
";

#[test]
fn additional_operations_have_methods_without_a_field() {
    for (method, what) in [("GET", "`GET`"), ("a b", "`a b`")] {
        let document = CAFE.replacen("      COPY:", &format!("      {method}:"), 1);
        let error = generate(&document, &Settings::new().strict(true)).unwrap_err();
        let problem = error.problems().iter().find(|problem| problem.code() == "malformed").unwrap();
        assert!(problem.message().ends_with(what), "{problem}");
        assert!(problem.location().pointer().starts_with("/paths/~1drinks/additionalOperations/"), "{problem}");
    }
}

#[test]
fn real_documents_of_3_2_are_accepted() {
    for path in shared("oas32") {
        let output = generate(&std::fs::read_to_string(&path).unwrap(), &Settings::new());
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(output.code.contains("pub mod webhooks"), "{}", path.display());
        let lost: Vec<String> = notes(&output).into_iter().filter(|note| note.contains("left out")).collect();
        assert!(lost.is_empty(), "{}: {lost:?}", path.display());
    }
}

#[test]
fn a_document_without_operations_results_in_types_only() {
    for (document, has_webhooks) in [(include_str!("fixtures/webhooks-only.yaml"), true), (SCHEMAS_ONLY, false)] {
        let output = generate(document, &Settings::new()).unwrap();
        assert!(output.code.contains("pub struct Pet") && !output.code.contains("pub struct Client"));
        assert_eq!(output.code.contains("pub mod webhooks"), has_webhooks);
        let error = generate(document, &Settings::new().tags(["a"])).unwrap_err();
        assert_eq!(error.problems()[0].code(), "unknown-tag");
    }
}

const SCHEMAS_ONLY: &str = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: {}\ncomponents: { schemas: { Pet: { type: object, \
                            properties: { name: { type: string } } } } }";

#[test]
fn webhooks_are_chosen_by_their_tags() {
    let document = include_str!("fixtures/server-requests.yaml")
        .replacen("summary: An order", "tags: [orders]\n      summary: An order", 1)
        .replacen("operationId: subscribe", "operationId: subscribe\n      tags: [orders]", 1);
    let code = generate(&document, &Settings::new().tags(["orders"])).unwrap().code;
    assert!(code.contains("pub struct OrderCreated;") && code.contains("pub struct SubscribeChanged;"));
    assert!(!code.contains("pub struct PingPong;"));
}

#[test]
fn the_crates_of_presets_are_dependencies() {
    use openapi_smith::Preset;

    let document = include_str!("fixtures/presets.yaml");
    let dates = [(Preset::Jiff, "jiff"), (Preset::Time, "time"), (Preset::Chrono, "chrono")];
    for (preset, name) in dates {
        // The last preset for dates counts.
        let settings =
            dates.iter().fold(Settings::new(), |settings, (other, _)| settings.preset(*other)).preset(preset);
        let output = generate(document, &settings.preset(Preset::Bytes)).unwrap();
        let names: Vec<&str> = output.dependencies.iter().map(|dependency| dependency.name).collect();
        assert_eq!(
            names,
            ["openapi-smith-runtime", "serde_json", name]
                .into_iter()
                .filter(|name| names.contains(name))
                .collect::<Vec<_>>()
        );
        assert!(names.contains(&name) && output.code.contains("\n// "), "{names:?}");
        assert!(output.code.contains("::openapi_smith_runtime::base64::url_safe"));
    }
    let own = Settings::new().preset(Preset::Uuid).format("uuid", "crate::Id");
    let output = generate(document, &own).unwrap();
    assert!(output.code.contains("crate::Id") && !output.code.contains("uuid::Uuid"));
    assert!(output.dependencies.iter().all(|dependency| dependency.name != "uuid"));
}
