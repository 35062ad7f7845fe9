//! Documents of several files: what they result in, how they are reported, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use openapi_smith::diff::{ApiImpact, WireImpact, compare};
use openapi_smith::{FolderSources, Input, Output, Settings, Verdict, generate, list};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

/// Files in memory. The root document is `openapi.yaml`: version 3.0.3 unless it declares one.
fn files(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    texts
        .iter()
        .map(|(location, text)| {
            let needs_head = *location == "openapi.yaml" && !text.contains("openapi:");
            let head = if needs_head { "openapi: 3.0.3\ninfo: { title: T, version: \"1\" }\n" } else { "" };
            ((*location).to_owned(), format!("{head}{text}"))
        })
        .collect()
}

/// A root document with one operation, whose response has this schema.
fn one(schema: &str) -> String {
    format!(
        "paths: {{ /a: {{ get: {{ operationId: a, responses: {{ '200': {{ description: D., content: {{ \
         application/json: {{ schema: {schema} }} }} }} }} }} }} }}\n"
    )
}

fn generated(files: &BTreeMap<String, String>) -> Output {
    generate(Input::files("openapi.yaml", files), &Settings::new()).unwrap()
}

fn notes(output: &Output) -> Vec<String> {
    output.report.notes().iter().map(ToString::to_string).collect()
}

/// The only problem of these files.
fn problem(files: &BTreeMap<String, String>) -> String {
    let error = generate(Input::files("openapi.yaml", files), &Settings::new()).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    error.to_string()
}

#[test]
fn several_files_result_in_the_code_of_one_document() {
    let sources = FolderSources::new(folder().join("shop"));
    let split = generate(Input::files("openapi.yaml", &sources), &Settings::new()).unwrap();
    let text = fs::read_to_string(folder().join("../fixtures/several_files.yaml")).unwrap();
    let whole = generate(&text, &Settings::new()).unwrap();
    assert!(split.code == whole.code, "{}", similar_lines(&whole.code, &split.code));
    let formalities: Vec<String> = notes(&split);
    let irregular = "info.yaml#: approximated: `$ref: info.yaml` at #/info, where references are not allowed: its target is \
                     used";
    assert!(formalities.contains(&irregular.to_owned()), "{formalities:#?}");
    let elsewhere = "common/common.yaml#/requestBodies/NewOrder/content/application~1json/schema/$ref: approximated: \
                     `$ref: #/components/schemas/Order` does not exist in its file: the root document has it";
    assert!(formalities.contains(&elsewhere.to_owned()), "{formalities:#?}");
    let all: BTreeSet<String> = split.files.iter().cloned().collect();
    assert_eq!((split.files[0].as_str(), all.len()), ("openapi.yaml", split.files.len()));
    let expected = every_file(&folder().join("shop"), "");
    assert_eq!(all, expected);
    let diff = compare(&text, Input::files("openapi.yaml", &sources), &Settings::new()).unwrap();
    // The fixtures differ in their examples and extensions alone.
    assert_eq!((diff.wire(), diff.rust()), (WireImpact::None, ApiImpact::None), "{:#?}", diff.changes);
}

fn every_file(folder: &Path, before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{before}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            found.extend(every_file(&entry.path(), &format!("{name}/")));
        } else {
            found.insert(name);
        }
    }
    found
}

/// The lines that differ.
fn similar_lines(before: &str, after: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (before, after) = (lines(before), lines(after));
    let gone = before.difference(&after).map(|line| format!("- {line}\n"));
    gone.chain(after.difference(&before).map(|line| format!("+ {line}\n"))).collect()
}

#[test]
fn operations_of_other_files_are_listed() {
    let sources = FolderSources::new(folder().join("shop"));
    let listed = list(Input::files("openapi.yaml", &sources)).unwrap();
    let ids: Vec<_> = listed.iter().filter_map(|operation| operation.id.as_deref()).collect();
    assert_eq!(ids, ["itemByName", "listOrders", "createOrder", "order"]);
    let locations: Vec<String> = listed.iter().map(|operation| operation.location.to_string()).collect();
    assert_eq!(
        locations,
        [
            "paths/items by name.yaml#/get~1by~1name",
            "paths/orders.yaml#/get",
            "paths/orders.yaml#/post",
            "paths/orders_{id}.yaml#/get",
        ]
    );
}

#[test]
fn a_reference_that_cannot_be_read_names_file_pointer_and_remedy() {
    let at = "/paths/~1a/get/responses/200/content/application~1json/schema";
    for (schema, other, expected) in [
        (
            "{ $ref: no.yaml }",
            "",
            "#AT/$ref: the file `no.yaml` cannot be read: there is no such file; add the file, or correct the `$ref`",
        ),
        (
            "{ $ref: b.yaml#/Pot }",
            "Pet: { type: string }",
            "#AT/$ref: the target of `$ref: b.yaml#/Pot` does not exist; did you mean `b.yaml#/Pet`?",
        ),
        (
            "{ $ref: b.yaml }",
            "type: object\nproperties: { c: { $ref: '#/d' } }",
            "b.yaml#/properties/c/$ref: the target of `$ref: b.yaml#/d` does not exist (reached by the `$ref` at #AT); add the target, or correct the pointer",
        ),
        (
            "{ $ref: b.yaml }",
            "type: object\nproperties: { c: { $ref: 'sub/../no.yaml#/d' } }",
            "b.yaml#/properties/c/$ref: the file `no.yaml` cannot be read: there is no such file (reached by the `$ref` at #AT); add the file, or correct the `$ref`",
        ),
        ("{ $ref: b.yaml }", "type: [", "#AT/$ref: the file `b.yaml` cannot be read: invalid YAML: "),
        ("{ $ref: b.yaml }", "a: 1\n---\nb: 2", "#AT/$ref: the file `b.yaml` cannot be read: invalid YAML: "),
        (
            "{ $ref: ../b.yaml }",
            "",
            "#AT/$ref: the file `../b.yaml` cannot be read: the file is outside the root folder; move the file, or choose a wider root folder (`--root`)",
        ),
        (
            "{ $ref: x/../../../etc/passwd }",
            "",
            "#AT/$ref: the file `x/../../../etc/passwd` cannot be read: the file is outside the root folder; move the file, or choose a wider root folder (`--root`)",
        ),
        (
            "{ $ref: '%2e%2e/b.yaml' }",
            "",
            "#AT/$ref: the file `%2e%2e/b.yaml` cannot be read: the file is outside the root folder; move the file, or choose a wider root folder (`--root`)",
        ),
        (
            "{ $ref: /etc/passwd }",
            "",
            "#AT/$ref: the file `/etc/passwd` cannot be read: absolute paths are not read; write a path relative to the file",
        ),
        (
            "{ $ref: 'file:///etc/passwd' }",
            "",
            "#AT/$ref: the file `file:///etc/passwd` cannot be read: only relative paths and the URLs of HTTP are read; write a path relative to the file",
        ),
        (
            "{ $ref: 'C:\\b.yaml' }",
            "",
            "#AT/$ref: the file `C:\\b.yaml` cannot be read: only relative paths and the URLs of HTTP are read; write a path relative to the file",
        ),
        (
            "{ $ref: 'b.yaml#anchor' }",
            "type: string",
            "#AT/$ref: the target of `$ref: b.yaml#anchor` does not exist; add the target, or correct the pointer",
        ),
        ("{ $ref: b.yaml }", "type: object\nproperties: { c: { type: 5 } }", "b.yaml#/properties/c/type: expected "),
    ] {
        let found = problem(&files(&[("openapi.yaml", &one(schema)), ("b.yaml", other)]));
        let expected = expected.replace("AT", at);
        assert!(found.starts_with(&expected), "{schema}\nfound    {found}\nexpected {expected}");
    }
}

#[test]
fn a_missing_file_is_never_read_as_nothing() {
    let missing = "the file `no.yaml` cannot be read: there is no such file";
    for root in [
        "paths: { $ref: no.yaml }",
        "paths: { /a: { $ref: no.yaml } }",
        "paths: { /a: { get: { $ref: no.yaml } } }",
        "paths: { /a: { get: { responses: { $ref: no.yaml } } } }",
        "paths: { /a: { get: { parameters: { $ref: no.yaml }, responses: {} } } }",
        "paths: { /a: { get: { requestBody: { $ref: no.yaml }, responses: {} } } }",
        "paths: { /a: { get: { responses: { '200': { description: D., content: { $ref: no.yaml } } } } } }",
        "paths: { /a: { get: { responses: { '200': { description: D., content: { application/json: { $ref: no.yaml } } } } } } }",
        "paths: { /a: { get: { responses: { '200': { description: D., headers: { $ref: no.yaml } } } } } }",
        "paths: { /a: { get: { security: [{ k: [] }], responses: {} } } }\ncomponents: { securitySchemes: { k: { $ref: no.yaml } } }",
    ] {
        let found = problem(&files(&[("openapi.yaml", root)]));
        assert!(found.contains(missing), "{root}\n{found}");
    }
}

#[test]
fn a_missing_file_costs_only_the_operations_that_reach_it() {
    let root = "paths:\n  /a: { get: { operationId: a, responses: { '200': { $ref: no.yaml } } } }\n  /b: { get: { \
                operationId: b, responses: {} } }\n";
    let output = generated(&files(&[("openapi.yaml", root)]));
    assert!(output.code.contains("pub fn b(") && !output.code.contains("pub fn a("));
    assert_eq!(output.report.count(Verdict::LeftOut), 1);
}

#[test]
fn notes_have_the_file_and_the_pointer() {
    let pet = "type: object\nproperties: { nm: { not: { type: string } } }\n";
    let files = files(&[("openapi.yaml", &one("{ $ref: schemas/pet.yaml }")), ("schemas/pet.yaml", pet)]);
    let output = generated(&files);
    let notes = notes(&output);
    assert!(notes.iter().any(|note| note.starts_with("schemas/pet.yaml#/properties/nm: approximated: ")), "{notes:?}");
    let note = output.report.notes().iter().find(|note| note.code() == "not").unwrap();
    assert_eq!((note.location().file(), note.location().pointer()), (Some("schemas/pet.yaml"), "/properties/nm"));
}

#[test]
fn settings_name_locations_of_other_files() {
    let pet = "type: object\nproperties: { nm: { type: string }, size: { type: string } }\n";
    let files = files(&[("openapi.yaml", &one("{ $ref: schemas/pet.yaml }")), ("schemas/pet.yaml", pet)]);
    let settings = Settings::new()
        .rename("schemas/pet.yaml#", "Animal")
        .rename("schemas/pet.yaml#/properties/nm", "full_name")
        .replace("schemas/pet.yaml#/properties/size", "my_crate::Size");
    let code = generate(Input::files("openapi.yaml", &files), &settings).unwrap().code;
    assert!(code.contains("pub struct Animal {") && code.contains("pub full_name:") && code.contains("my_crate::Size"));
    let wrong = Settings::new().rename("schemas/pet.yaml#/properties/no", "full_name");
    let error = generate(Input::files("openapi.yaml", &files), &wrong).unwrap_err();
    assert!(error.to_string().starts_with("schemas/pet.yaml#/properties/no: the setting `rename`"), "{error}");
}

#[test]
fn equal_names_of_two_files_are_a_collision() {
    let root = one("{ type: object, properties: { a: { $ref: a/Pet.yaml }, b: { $ref: b/Pet.yaml } } }");
    let pet = |name: &str| format!("type: object\nproperties: {{ {name}: {{ type: string }} }}\n");
    let files = files(&[("openapi.yaml", &root), ("a/Pet.yaml", &pet("a")), ("b/Pet.yaml", &pet("b"))]);
    let output = generated(&files);
    assert!(output.code.contains("pub struct Pet {") && output.code.contains("pub struct Pet2 {"));
    assert_eq!(notes(&output), ["b/Pet.yaml#: renamed: `Pet2` instead of `Pet`, which is taken"]);
    let strict = Settings::new().strict(true);
    let error = generate(Input::files("openapi.yaml", &files), &strict).unwrap_err();
    assert_eq!(error.problems()[0].code(), "name-collision", "{error}");
}

#[test]
fn an_implied_value_of_a_discriminator_is_the_name_and_not_the_renamed_key() {
    let root = one(
        "{ oneOf: [{ $ref: a/Pet.yaml }, { $ref: b/Pet.yaml }, { $ref: Dog.yaml }], discriminator: { propertyName: k, mapping: { first: a/Pet.yaml } } }",
    );
    let object = "type: object\nrequired: [k]\nproperties: { k: { type: string } }\n";
    let files = files(&[("openapi.yaml", &root), ("a/Pet.yaml", object), ("b/Pet.yaml", object), ("Dog.yaml", object)]);
    let code = generated(&files).code;
    assert!(
        code.contains("Some(\"first\")") && code.contains("Some(\"Pet\")") && code.contains("Some(\"Dog\")"),
        "{code}"
    );
    assert!(!code.contains("Some(\"Pet2\")"), "{code}");
}

#[test]
fn a_circle_of_files_is_a_recursive_type() {
    let node = |next: &str| format!("type: object\nproperties: {{ next: {{ $ref: {next} }} }}\n");
    let files = files(&[
        ("openapi.yaml", &one("{ $ref: a.yaml }")),
        ("a.yaml", &node("x/b.yaml")),
        ("x/b.yaml", &node("../openapi.yaml#/components/schemas/C")),
    ]);
    let mut files = files;
    let root = files.get_mut("openapi.yaml").unwrap();
    root.push_str("components: { schemas: { C: { type: object, properties: { a: { $ref: ./x/../a.yaml } } } } }\n");
    let output = generated(&files);
    for name in ["A", "B", "C"] {
        assert!(output.code.contains(&format!("pub struct {name} {{")), "{name}");
    }
    assert!(notes(&output).is_empty());
}

#[test]
fn a_file_that_leads_to_itself_through_ten_others_is_refused() {
    let mut files = files(&[("openapi.yaml", &one("{ $ref: f0.yaml }"))]);
    for index in 0..=10 {
        files.insert(format!("f{index}.yaml"), format!("$ref: f{}.yaml\n", (index + 1) % 11));
    }
    let found = problem(&files);
    assert!(found.contains("points to itself"), "{found}");
    // In a place without references, too.
    files.insert("openapi.yaml".to_owned(), "openapi: 3.0.3\npaths: { /a: { get: { $ref: f0.yaml } } }\n".to_owned());
    let found = problem(&files);
    assert!(found.contains("points to itself"), "{found}");
}

#[test]
fn each_file_has_the_version_that_it_declares() {
    let root = one("{ $ref: 'b.yaml#/components/schemas/B' }");
    let other = "openapi: 3.1.0\ncomponents: { schemas: { B: { type: object, required: [a], properties: { a: { type: \
                 [string, 'null'] } } } } }\n";
    let output = generated(&files(&[("openapi.yaml", &root), ("b.yaml", other)]));
    assert!(output.code.contains("pub a: Option<String>"), "{}", output.code);
    let root = "openapi: 3.1.0\n".to_owned() + &one("{ $ref: b.yaml }");
    let plain = "type: [string, 'null']\n";
    assert!(
        notes(&generated(&files(&[("openapi.yaml", &root), ("b.yaml", plain)])))
            .iter()
            .all(|note| note.contains("`info`"))
    );
}

#[test]
fn a_bare_name_refers_to_a_definition_of_its_file() {
    let root = "swagger: '2.0'\nx-openapi: none\ninfo: { title: T, version: '1' }\ndefinitions: { Own: { type: object, properties: { \
                pet: { $ref: 'pets.yaml#/definitions/Pet' } } } }\npaths: { /a: { get: { operationId: a, produces: \
                [application/json], responses: { 200: { description: D., schema: { $ref: Own } } } } } }";
    let pets = "definitions: { Pet: { type: object, properties: { tag: { $ref: Tag } } }, Tag: { type: object, properties: { \
                name: { type: string } } } }";
    let output = generated(&files(&[("openapi.yaml", root), ("pets.yaml", pets)]));
    assert!(output.code.contains("pub struct Tag {") && output.code.contains("Call<types::Own"), "{}", output.code);
    let notes = notes(&output);
    for note in [
        "#/paths/~1a/get/responses/200/schema/$ref: approximated: `$ref: Own` is read as `#/definitions/Own`",
        "pets.yaml#/definitions/Pet/properties/tag/$ref: approximated: `$ref: Tag` is read as `#/definitions/Tag`",
    ] {
        assert!(notes.iter().any(|found| found == note), "{notes:#?}");
    }
}

#[test]
fn each_file_has_the_uri_that_it_gives_itself() {
    let root = "openapi: 3.2.0\n$self: https://x.example/apis/openapi\ninfo: { title: T, version: '1' }\npaths: { /a: { $ref: \
                'parts/shared.yaml#/components/pathItems/A' } }\ncomponents: { schemas: { Own: { type: object, properties: { x: { \
                type: integer } } } } }";
    let shared = "openapi: 3.2.0\n$self: https://x.example/apis/parts/shared\ninfo: { title: T, version: '1' }\ncomponents:\n  \
                  schemas: { Mine: { type: object, properties: { own: { $ref: '../openapi#/components/schemas/Own' } } } }\n  \
                  pathItems: { A: { get: { operationId: a, responses: { '200': { description: D., content: { application/json: { \
                  schema: { $ref: 'https://x.example/apis/parts/shared#/components/schemas/Mine' } } } } } } } }";
    let output = generated(&files(&[("openapi.yaml", root), ("parts/shared.yaml", shared)]));
    assert!(output.code.contains("Call<types::Mine") && output.code.contains("own: Option<Own>"), "{}", output.code);
}

#[test]
fn a_file_with_itself_inside_is_not_copied_without_end() {
    // Each file has the next one twice, where references are not allowed: 2^40 copies.
    let mut files = files(&[("openapi.yaml", "paths: { /a: { get: { $ref: f0.yaml } } }\n")]);
    for index in 0..40 {
        let next = format!("{{ $ref: f{}.yaml }}", index + 1);
        files.insert(format!("f{index}.yaml"), format!("x: {next}\ny: {next}\n"));
    }
    let found = problem(&files);
    assert!(found.starts_with("#: the document has more than 16 files inside each other"), "{found}");
}

#[test]
fn a_text_alone_has_no_other_files() {
    let text = files(&[("openapi.yaml", &one("{ $ref: b.yaml }"))]).remove("openapi.yaml").unwrap();
    let error = generate(&text, &Settings::new()).unwrap_err();
    assert_eq!(error.problems()[0].code(), "external-reference");
    assert!(
        generate(Input::text("openapi: 3.0.3\npaths: {}\n"), &Settings::new().types_only(true).all_schemas(true))
            .unwrap()
            .files
            .is_empty()
    );
}

/// A new folder with a root document.
fn hostile(name: &str, schema: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("root")).unwrap();
    let text = files(&[("openapi.yaml", &one(schema))]).remove("openapi.yaml").unwrap();
    fs::write(folder.join("root/openapi.yaml"), text).unwrap();
    folder
}

fn refused(folder: &Path) -> String {
    let sources = FolderSources::new(folder.join("root"));
    generate(Input::files("openapi.yaml", &sources), &Settings::new()).unwrap_err().to_string()
}

#[test]
#[cfg(unix)]
fn what_is_not_a_regular_file_of_the_folder_is_refused() {
    use std::os::unix::fs::symlink;

    let folder = hostile("special", "{ $ref: b.yaml }");
    let file = folder.join("root/b.yaml");
    fs::write(folder.join("outside.yaml"), "type: string\n").unwrap();
    symlink("../outside.yaml", &file).unwrap();
    assert!(refused(&folder).contains("the file is outside the root folder"), "{}", refused(&folder));
    let wider = FolderSources::new(&folder);
    assert!(generate(Input::files("root/openapi.yaml", &wider), &Settings::new()).is_ok());
    fs::remove_file(&file).unwrap();
    symlink("/dev/zero", &file).unwrap();
    assert!(refused(&folder).contains("outside the root folder"));
    fs::remove_file(&file).unwrap();
    symlink("b.yaml", &file).unwrap();
    assert!(refused(&folder).contains("`b.yaml` cannot be read"));
    fs::remove_file(&file).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    assert!(refused(&folder).contains("this is not a regular file"));
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(refused(&folder).contains("this is a folder"));
    fs::remove_dir(&file).unwrap();
    // 500 MB without a block on the disk.
    fs::File::create(&file).unwrap().set_len(500_000_000).unwrap();
    assert!(refused(&folder).contains("the file has more than 67108864 bytes"));
    fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
    assert!(refused(&folder).contains("the file is not UTF-8 text"));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_url_is_not_fetched() {
    let folder = hostile("url", "{ $ref: 'https://example.invalid/pet.yaml#/Pet' }");
    assert!(refused(&folder).contains("nothing is fetched from the network"), "{}", refused(&folder));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn ten_thousand_files_are_refused() {
    let folder = hostile("many", "{ $ref: f0.yaml }");
    for index in 0..10_000 {
        let text = format!("type: object\nproperties: {{ n: {{ $ref: f{}.yaml }} }}\n", index + 1);
        fs::write(folder.join(format!("root/f{index}.yaml")), text).unwrap();
    }
    assert_eq!(
        refused(&folder),
        "#: the document has more than 5000 files; choose fewer files, or refer only to the files that are needed"
    );
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn real_documents_of_several_files_lose_no_operation() {
    let Some(folder) = test_support::shared("multi") else { return };
    for (path, left_out) in
        [("polaris-catalog/spec/polaris-catalog-service.yaml", 0), ("hatchet/api-contracts/openapi/openapi.yaml", 1)]
    {
        let path = folder.join(path);
        let sources = FolderSources::new(path.parent().unwrap());
        let root = path.file_name().unwrap().to_str().unwrap();
        let output = generate(Input::files(root, &sources), &Settings::new()).unwrap();
        assert_eq!(output.report.count(Verdict::LeftOut), left_out, "{}", output.report);
        assert_eq!(output.report.count(Verdict::Renamed), 0, "{}", output.report);
    }
}
