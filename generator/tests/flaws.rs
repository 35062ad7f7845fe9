//! A flaw costs the operations that contain it, not the document. A formality costs nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use openapi_smith::{Output, Settings, Verdict, generate};

/// A document with these paths and components, in YAML with a flow style.
fn document(paths: &str, components: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths: {{ {paths} }}\ncomponents: {{ {components} }}\n"
    )
}

/// An operation whose response has this schema.
fn get(id: &str, schema: &str) -> String {
    format!(
        "/{id}: {{ get: {{ operationId: {id}, responses: {{ '200': {{ description: ok, content: {{ application/json: {{ \
         schema: {schema} }} }} }} }} }} }}"
    )
}

fn left_out(output: &Output) -> Vec<String> {
    let notes = output.report.notes().iter().filter(|note| note.verdict() == Verdict::LeftOut);
    notes.map(|note| note.location().pointer().to_owned()).collect()
}

fn run(text: &str) -> Output {
    generate(text, &Settings::new()).unwrap()
}

#[test]
fn the_output_is_that_of_the_document_without_the_flawed_operations() {
    let good = get("good", "{ $ref: '#/components/schemas/Good' }");
    let components = "schemas: { Good: { type: object, properties: { a: { type: string } } }, Bad: { type: object, \
                      properties: { good: { $ref: '#/components/schemas/Good' }, lost: { $ref: '#/lost' } } }, Worse: { \
                      type: array, items: { $ref: '#/components/schemas/Bad' } } }";
    let [first, second] = [
        get("first", "{ $ref: '#/components/schemas/Bad' }"),
        get("second", "{ type: array, items: { $ref: '#/components/schemas/Worse' } }"),
    ];
    let path = "/lost: { $ref: '#/lost' }";
    let tags = "/tags: { get: { tags: 1, responses: {} } }";
    let output = run(&document(&format!("{good}, {first}, {second}, {path}, {tags}"), components));
    assert_eq!(output.code, run(&document(&good, components)).code);
    assert_eq!(left_out(&output), ["/paths/~1first/get", "/paths/~1lost", "/paths/~1second/get", "/paths/~1tags/get"]);
    assert!(output.report.to_string().ends_with("4 left out"), "{}", output.report);
}

#[test]
fn a_flaw_refuses_if_it_is_asked_for() {
    let text = document(&format!("{}, {}", get("good", "{}"), get("bad", "{ $ref: '#/lost' }")), "");
    assert_eq!(left_out(&run(&text)).len(), 1);
    for settings in [
        Settings::new().strict(true),
        Settings::new().operations(["bad"]),
        Settings::new().operations(["good", "GET /bad"]),
    ] {
        let error = generate(&text, &settings).unwrap_err();
        assert_eq!(error.problems().iter().map(|problem| problem.code()).collect::<Vec<_>>(), ["dangling-reference"]);
    }
    // Nothing remains.
    assert!(generate(&document(&get("bad", "{ $ref: '#/lost' }"), ""), &Settings::new()).is_err());
    // Not chosen.
    let output = generate(&text, &Settings::new().operations(["good"])).unwrap();
    assert!(left_out(&output).is_empty());
}

#[test]
fn a_union_that_contains_itself_costs_no_operation() {
    let loop_schema = "schemas: { Loop: { oneOf: [{ $ref: '#/components/schemas/Loop' }, { type: string }] } }";
    let [looping, plain] = [get("looping", "{ $ref: '#/components/schemas/Loop' }"), get("plain", "{ type: string }")];
    let output = run(&document(&format!("{looping}, {plain}"), loop_schema));
    let all = generate(&document(&plain, loop_schema), &Settings::new().all_schemas(true)).unwrap();
    for output in [output, all] {
        let notes: Vec<_> =
            output.report.notes().iter().map(|note| (note.code(), note.location().pointer().to_owned())).collect();
        assert_eq!(notes, [("recursive-union", "/components/schemas/Loop".to_owned())]);
    }
}

#[test]
fn the_setting_without_leaves_operations_out() {
    let text = document(&[get("a", "{}"), get("b", "{}"), get("c", "{}")].join(", "), "");
    let output = generate(&text, &Settings::new().without(["a", "GET /b"])).unwrap();
    assert_eq!(output.code, run(&document(&get("c", "{}"), "")).code);
    let both = generate(&text, &Settings::new().operations(["a", "c"]).without(["a"])).unwrap();
    assert_eq!(both.code, output.code);
    let error = generate(&text, &Settings::new().without(["d", "GET /d"])).unwrap_err();
    let settings: Vec<_> = error.problems().iter().map(|problem| problem.setting().unwrap()).collect();
    assert_eq!(settings, [("without", "d"), ("without", "GET /d")]);
}

/// As drf-spectacular and NestJS write a reference that may be null.
#[test]
fn a_reference_beside_nullable_may_be_null() {
    let document = |property: &str| {
        let schemas = format!(
            "schemas: {{ A: {{ type: object, properties: {{ b: {property} }} }}, B: {{ type: object, properties: {{ c: {{ \
             type: string }} }} }} }}"
        );
        document(&get("a", "{ $ref: '#/components/schemas/A' }"), &schemas)
    };
    let output = run(&document("{ $ref: '#/components/schemas/B', nullable: true, description: d }"));
    let expected = run(&document("{ allOf: [{ $ref: '#/components/schemas/B' }], nullable: true }"));
    assert_eq!(output.code, expected.code);
    let notes: Vec<String> =
        output.report.notes().iter().map(|note| format!("{} {}", note.code(), note.location().pointer())).collect();
    let at = "/components/schemas/A/properties/b";
    assert_eq!(notes, [format!("formality {at}"), format!("reference-siblings {at}")]);
}

#[test]
fn formalities_do_not_change_the_code() {
    let correct = |version: &str| {
        format!(
            "openapi: '{version}'\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    get:\n      operationId: a\n      \
             responses:\n        '200': {{ description: ok, content: {{ application/json: {{ schema: {{ $ref: \
             '#/components/schemas/A' }} }} }} }}\n        '404': {{ $ref: '#/components/responses/R' }}\n  /b:\n    \
             get: {{ operationId: b, responses: {{}} }}\ncomponents:\n  responses: {{ R: {{ description: none }} }}\n  \
             schemas: {{ A: {{ type: object, properties: {{ a: {{}}, b: {{ type: string }} }} }} }}\n"
        )
    };
    for (change, to, version, notes) in [
        ("'200'", "200 OK", "3.0.3", 1),
        ("'404'", "404-Not-Found", "3.1.0", 1),
        ("get: { operationId: b, responses: {} }", "get: { operationId: b, requestBody: null }", "3.0.3", 2),
        ("get: { operationId: b, responses: {} }", "get: { operationId: b }", "3.1.0", 0),
        ("a: {}, ", "a: null, ", "3.0.3", 1),
        ("'404': { $ref: '#/components/responses/R' }", "'404': { $ref: '#/components/requestBodies/R' }", "3.0.3", 1),
        ("version: '1'", "version: 1", "3.1.0", 1),
        ("'3.1'", "3.1", "3.1", 1),
        ("'3.0'", "3.0", "3.0", 1),
    ] {
        let text = correct(version).replacen(change, to, 1).replacen(
            "  schemas:",
            "  requestBodies: { R: { description: none, content: {} } }\n  schemas:",
            1,
        );
        let output = run(&text);
        assert_eq!(output.code, run(&correct(version)).code, "{to}");
        let formal = output.report.notes().iter().filter(|note| note.code() == "formality").count();
        assert_eq!(formal, notes, "{to}: {}", output.report);
        assert_eq!(generate(&text, &Settings::new().strict(true)).is_ok(), notes == 0, "{to}");
    }
    // Not of the chosen operations.
    let text = correct("3.0.3").replacen("'200'", "200 OK", 1);
    assert!(generate(&text, &Settings::new().operations(["b"]).strict(true)).is_ok());
}

#[test]
fn a_path_item_has_the_fields_beside_its_reference() {
    let text = |item: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths: {{ '/a/{{id}}': {{ {item} }} }}\ncomponents: {{ \
             pathItems: {{ P: {{ get: {{ operationId: readIt }}, parameters: [{{ in: path, name: id, required: true, \
             schema: {{ type: integer }} }}] }} }} }}"
        )
    };
    let merged = run(&text("$ref: '#/components/pathItems/P', post: { operationId: addIt }"));
    assert!(merged.code.contains("fn add_it(") && merged.code.contains("fn read_it("), "{}", merged.code);
    assert_eq!(merged.report.notes(), []);
    let both = run(&text("$ref: '#/components/pathItems/P', get: { operationId: ownIt }"));
    assert!(both.code.contains("fn own_it(") && !both.code.contains("fn read_it("));
    assert_eq!(both.report.notes().iter().map(|note| note.code()).collect::<Vec<_>>(), ["formality"]);
}

#[test]
fn identifiers_are_resolved_like_pointers() {
    let text = |reference: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths: {{ {} }}\ncomponents: {{ schemas: {{ A: {{ $anchor: \
             a, type: object, properties: {{ x: {{ type: string }} }} }}, R: {{ $id: 'https://x.example/r', $defs: {{ d: {{ \
             $anchor: d, type: integer }} }}, type: object, properties: {{ d: {{ $ref: '#/$defs/d' }} }} }} }} }}",
            get("a", &format!("{{ $ref: '{reference}' }}"))
        )
    };
    for (reference, pointer) in [
        ("#a", "#/components/schemas/A"),
        ("api.yaml#a", "#/components/schemas/A"),
        ("./api.yaml#/components/schemas/A", "#/components/schemas/A"),
        ("https://x.example/r", "#/components/schemas/R"),
        ("https://x.example/r#/$defs/d", "#/components/schemas/R/$defs/d"),
        ("https://x.example/r#d", "#/components/schemas/R/$defs/d"),
    ] {
        let settings = Settings::new().document_name("api.yaml").strict(true);
        let code = |reference: &str| generate(&text(reference), &settings).unwrap().code;
        assert_eq!(code(reference), code(pointer), "{reference}");
    }
    let error = generate(&text("other.yaml#a"), &Settings::new().document_name("api.yaml")).unwrap_err();
    assert_eq!(error.problems()[0].code(), "external-reference");
}

#[test]
fn the_remedies_work() {
    let empty = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}";
    let error = generate(empty, &Settings::new()).unwrap_err();
    assert_eq!(error.problems()[0].code(), "no-operations");
    generate(empty, &Settings::new().types_only(true).all_schemas(true)).unwrap();
}
