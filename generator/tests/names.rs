//! Names depend only on the schema and its location; every collision is reported.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use std::collections::BTreeSet;

use openapi_smith::{OperationNames, Output, Settings, generate};

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
          multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary } } } }
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
    assert!(notes.iter().any(|note| note.ends_with("`Other` instead of `Unknown`, which is taken")), "{notes:#?}");
    for name in ["FooRequest", "PutParams", "PutBody", "PutForm", "PutResponse", "PutFailure", "PutHeaders"] {
        let said = format!("`{name}2` instead of `{name}`, which is taken");
        assert!(notes.iter().any(|note| note.ends_with(&said)), "{name} is not in {notes:#?}");
    }
    let error = generate(TAKEN, &Settings::new().strict(true)).unwrap_err();
    let collisions = error.problems().iter().filter(|problem| problem.code() == "name-collision").count();
    assert_eq!(collisions, notes.len(), "{error}");
}

/// Two operations whose ids are those that FastAPI writes, one of them with a function that another one has, too.
const QUEUES: &str = r"
openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /queues/:
    get: { operationId: read_queues__get, responses: { '204': { description: ok } } }
    put: { operationId: save_queues__put, responses: { '204': { description: ok } } }
  /pools/{id}:
    put:
      operationId: save_pools__id__put
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: ok } }
";

fn methods(document: &str, settings: &Settings) -> (Vec<String>, Vec<String>) {
    let output = generate(document, settings).unwrap_or_else(|error| panic!("{error}"));
    let methods = output.code.lines().filter_map(|line| line.trim().strip_prefix("pub fn ")?.split_once("(&self"));
    let notes = output.report.notes().iter().map(|note| note.code().to_owned()).collect();
    (methods.map(|(name, _)| name.to_owned()).collect(), notes)
}

#[test]
fn operations_of_fastapi_are_named_after_their_functions() {
    let (names, notes) = methods(QUEUES, &Settings::new());
    assert_eq!(names, ["save_pools_id_put", "read", "save_queues_put"]);
    assert_eq!(notes, ["function-names"]);
    let as_written = Settings::new().operation_names(OperationNames::AsWritten);
    assert_eq!(methods(QUEUES, &as_written).0, ["save_pools_id_put", "read_queues_get", "save_queues_put"]);
    // One other id, and all are as written.
    let (names, notes) = methods(&QUEUES.replace("save_queues__put", "fill"), &Settings::new());
    assert_eq!(names, ["save_pools_id_put", "read_queues_get", "fill"]);
    assert!(notes.is_empty(), "{notes:?}");
    // The settings still name operations by their ids.
    let renamed = Settings::new().rename("read_queues__get", "all").operations(["read_queues__get"]);
    assert_eq!(methods(QUEUES, &renamed).0, ["all"]);
}

#[test]
fn operations_of_litestar_are_named_after_their_functions() {
    let document = r"
openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /api/pets:
    get: { operationId: ApiPetsGetPets, responses: { '204': { description: ok } } }
    post: { operationId: ApiPetsAdd, responses: { '204': { description: ok } } }
  /api/pets/{pet_id}:
    get:
      operationId: ApiPetsPetIdGetPet
      parameters: [{ name: pet_id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: ok } }
  /api/shops:
    post: { operationId: ApiShopsAdd, responses: { '204': { description: ok } } }
";
    let (names, notes) = methods(document, &Settings::new());
    assert_eq!(names, ["get_pets", "api_pets_add", "get_pet", "api_shops_add"]);
    assert_eq!(notes, ["function-names"]);
    let as_written = Settings::new().operation_names(OperationNames::AsWritten);
    assert_eq!(methods(document, &as_written).0[0], "api_pets_get_pets");
    // Path and method alone are no function.
    let (names, notes) = methods(&document.replace("ApiPetsAdd", "ApiPetsPost"), &Settings::new());
    assert_eq!((names[0].as_str(), notes.len()), ("api_pets_get_pets", 0));
}

#[test]
fn a_type_with_a_name_of_the_prelude_gets_no_number() {
    let prelude = ["Client", "Err", "None", "Ok", "Option", "Result", "Some", "String", "Vec"];
    let properties: Vec<String> =
        prelude.iter().map(|name| format!("{name}: {{ $ref: '#/components/schemas/{name}' }}")).collect();
    let schemas =
        prelude.map(|name| format!("    {name}: {{ type: object, properties: {{ a: {{ type: string }} }} }}\n"));
    let output = made(&format!("{}{}", with(&properties.join(", "), ""), schemas.concat()));
    for name in prelude {
        assert!(
            items(&output.code).contains(format!("{name}Schema").as_str()),
            "{name} is not in {:?}",
            items(&output.code)
        );
    }
    let notes: Vec<String> = output.report.notes().iter().map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.ends_with("`ErrSchema` instead of `Err`, which is taken")), "{notes:#?}");
    // The types inside have the plain name.
    let inside = with("a: { $ref: '#/components/schemas/Vec' }", "")
        + "    Vec: { type: array, items: { type: object, properties: { a: { type: object, properties: { b: {} } } } } }\n";
    assert!(items(&made(&inside).code).is_superset(&BTreeSet::from(["VecItem", "VecItemA"])));
    // Only a real collision has a number.
    let taken = with("a: { $ref: '#/components/schemas/Err' }, b: { $ref: '#/components/schemas/ErrSchema' }", "")
        + "    Err: { type: object, properties: { a: {} } }\n    ErrSchema: { type: object, properties: { b: {} } }\n";
    let names = made(&taken).code;
    assert!(items(&names).contains("ErrSchema") && items(&names).contains("ErrSchema2"), "{:?}", items(&names));
}

#[test]
fn forms_of_fastapi_are_named_after_their_functions() {
    let form = "
  /pools/{id}/logo:
    post:
      operationId: set_logo_pools__id__logo_post
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Body_set_logo_pools__id__logo_post' } }
      responses: { '204': { description: ok } }
components:
  schemas:
    Body_set_logo_pools__id__logo_post: { type: object, properties: { name: { type: string } } }
";
    let document = format!("{}{form}", QUEUES.trim_end());
    let of = |document: &str, settings: &Settings| {
        let code = generate(document, settings).unwrap_or_else(|error| panic!("{error}")).code;
        items(&code).into_iter().filter(|name| name.contains("Body")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of(&document, &Settings::new()), ["SetLogoBody"]);
    let as_written = Settings::new().operation_names(OperationNames::AsWritten);
    assert_eq!(of(&document, &as_written), ["BodySetLogoPoolsIdLogoPost"]);
    // A component with that name keeps it.
    let taken = document.replace(
        "properties: { name: { type: string } } }",
        "properties: { name: { $ref: '#/components/schemas/set_logo_body' } } }\n    set_logo_body: { type: string, enum: [a] }",
    );
    assert_eq!(of(&taken, &Settings::new()), ["BodySetLogoPoolsIdLogoPost", "SetLogoBody"]);
}

#[test]
fn components_with_numbers_for_keys_are_named_after_their_titles() {
    let document = with("a: { $ref: '#/components/schemas/def-0' }, b: { $ref: '#/components/schemas/def-1' }", "")
        + "
    def-0: { type: object, title: Product, properties: { p: {} } }
    def-1: { type: object, title: All, properties: { q: {} } }
";
    let output = made(&document);
    // A component has the name already.
    assert_eq!(items(&output.code), BTreeSet::from(["All", "Def1", "Product"]));
    let notes: Vec<&str> = output.report.notes().iter().map(|note| note.code()).collect();
    assert_eq!(notes, ["title-names"]);
}

#[test]
fn a_function_with_several_methods_of_one_path_is_named_with_the_method() {
    // FastAPI gives all methods of a function the id of one of them.
    let document = QUEUES.replace("save_queues__put", "read_queues__get");
    assert_eq!(methods(&document, &Settings::new()).0, ["save", "read_get", "read_put"]);
}

#[test]
fn a_pattern_renames_operations_and_components() {
    let settings = Settings::new()
        .operation_names(OperationNames::AsWritten)
        .rename("*_queues__get", "*_all")
        .rename("*__put", "*")
        .rename("save_queues__put", "fill");
    assert_eq!(methods(QUEUES, &settings).0, ["save_pools_id", "read_all", "fill"]);
    let settings = Settings::new().rename("/components/schemas/a*", "A*");
    let code = generate(&with("a: { type: string }", ""), &Settings::new().rename("/components/schemas/Al*", "For*"));
    assert_eq!(items(&code.unwrap().code), BTreeSet::from(["Forl"]));
    for (settings, said) in [
        (settings, "nothing in the document matches the pattern"),
        (Settings::new().rename("*", "*").rename("/paths/*", "*"), "invalid pattern `/paths/*`"),
        (Settings::new().rename("read*", "*_*"), "invalid pattern `read*`"),
    ] {
        let error = generate(QUEUES, &settings).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

/// A document with these properties of a component, and an operation with these failures.
fn with(properties: &str, failures: &str) -> String {
    format!(
        "
openapi: 3.0.3
info: {{ title: T, version: '1' }}
paths:
  /x:
    get:
      operationId: getX
      responses:
        '200': {{ description: ok, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/All' }} }} }} }}
{failures}
components:
  schemas:
    All: {{ type: object, properties: {{ {properties} }} }}
"
    )
}

#[test]
fn equal_inline_schemas_with_one_title_are_one_type() {
    let mood = |title: &str, values: &str| format!("{{ type: string, title: {title}, enum: [{values}] }}");
    let names = |properties: &str| {
        let output = made(&with(properties, ""));
        items(&output.code).into_iter().filter(|name| !name.starts_with("Get")).map(str::to_owned).collect::<Vec<_>>()
    };
    let (calm, wild) = (mood("Mood", "calm, wild"), mood("Mood", "wild"));
    assert_eq!(names(&format!("a: {calm}, b: {calm}")), ["All", "Mood"]);
    // Types that differ keep the names of their locations.
    assert_eq!(names(&format!("a: {calm}, b: {wild}")), ["All", "AllA", "AllB"]);
    assert_eq!(names(&format!("a: {calm}, b: {calm}, c: {wild}")), ["All", "AllA", "AllC"]);
    assert_eq!(names(&format!("a: {calm}, b: {}", mood("Temper", "calm, wild"))), ["All", "AllA", "AllB"]);
    // A component may have the name.
    assert_eq!(names(&format!("a: {0}, b: {0}", mood("All", "calm"))), ["All", "AllA"]);
}

#[test]
fn equal_inline_failures_are_one_type() {
    let failure = |status: u16, more: &str| {
        format!(
            "        '{status}': {{ description: no, content: {{ application/json: {{ schema: {{ type: object, properties: \
             {{ message: {{ type: string, example: {status} }} {more} }} }} }} }} }}\n"
        )
    };
    let code = |failures: &[String]| made(&with("a: { type: string }", &failures.concat())).code;
    let same = code(&[failure(400, ""), failure(404, "")]);
    assert!(same.contains("Call<types::All, types::ErrorBody>") && !same.contains("GetXFailure"), "{same}");
    let differ = code(&[failure(400, ""), failure(404, ", id: { type: integer }")]);
    assert!(differ.contains("GetXBadRequest") && differ.contains("GetXNotFound"), "{differ}");
}

#[test]
fn branches_are_named_by_title_constant_type_or_property() {
    let names = |branches: &str| {
        let output = made(&with(&format!("p: {{ oneOf: [{branches}] }}"), ""));
        let collisions = output.report.notes().iter().filter(|note| note.code() == "name-collision").count();
        assert_eq!(collisions, 0, "{}", output.report);
        let code = output.code;
        let start = code.find("pub enum AllP {").unwrap_or_else(|| panic!("{code}"));
        let variants = code[start..].lines().skip(1).map(str::trim).take_while(|line| *line != "}");
        let variants = variants.filter(|line| !line.starts_with("///"));
        variants.map(|line| line.trim_end_matches(',').to_owned()).collect::<Vec<_>>()
    };
    let object = |properties: &str| format!("{{ type: object, properties: {{ {properties} }} }}");
    let kind = |value: &str| object(&format!("kind: {{ type: string, enum: [{value}] }}"));
    assert_eq!(
        names(&format!("{}, {}", kind("cat"), kind("dog, wolf"))),
        ["Cat(AllPCat)", "DogOrWolf(AllPDogOrWolf)", "Unknown(serde_json::Value)"]
    );
    let (a, b) =
        (object("a: { type: string }, c: { type: string }"), object("b: { type: string }, c: { type: string }"));
    assert_eq!(names(&format!("{a}, {b}")), ["WithA(AllPWithA)", "WithB(AllPWithB)", "Unknown(serde_json::Value)"]);
    assert_eq!(
        names(&format!("{{ type: string, enum: [x, y] }}, {a}, {{ type: array, items: {b} }}")),
        ["Text(AllPText)", "Object(AllPObject)", "ListItemArray(Vec<AllPListItem>)"]
    );
    assert_eq!(
        names(&format!("{{ title: First one, type: object, properties: {{ q: {{ type: string }} }} }}, {b}"))[0],
        "FirstOne(AllPFirstOne)"
    );
}

#[test]
fn a_branch_without_a_property_of_its_own_has_no_number() {
    let types = |branches: &str| {
        let output = made(&with(&format!("p: {{ oneOf: [{branches}] }}"), ""));
        items(&output.code).into_iter().filter(|name| name.len() > 4).map(str::to_owned).collect::<Vec<_>>()
    };
    let labels =
        |items: &str| format!("{{ type: object, properties: {{ labels: {{ type: array, items: {items} }} }} }}");
    let object = "{ type: object, properties: { name: { type: string } } }";
    assert_eq!(
        types(&format!("{}, {}", labels("{ type: string }"), labels(object))),
        ["AllPLabelsAsListOfObject", "AllPLabelsAsListOfObjectLabelsItem", "AllPLabelsAsListOfText"]
    );
    let with =
        |more: &str| format!("{{ type: object, required: [id], properties: {{ id: {{ type: string }} {more} }} }}");
    assert_eq!(
        types(&format!(
            "{}, {}, {}",
            with(", timer: { type: integer }"),
            with(""),
            with(", people: { type: integer }")
        )),
        ["AllPOther", "AllPWithPeople", "AllPWithTimer"]
    );
    // Two that are equal have nothing but their positions.
    assert_eq!(types(&format!("{0}, {0}, {1}", with(""), with(", a: {}"))), ["AllP1", "AllP2", "AllPWithA"]);
}

#[test]
fn a_nested_type_does_not_repeat_the_name_of_its_type() {
    let kinds = |name: &str| {
        format!("    Phone: {{ type: object, properties: {{ {name}: {{ type: string, enum: [a, b] }} }} }}\n")
    };
    let names = |more: &str| {
        let code = made(&format!("{}{more}", with("p: { $ref: '#/components/schemas/Phone' }", ""))).code;
        items(&code).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&kinds("phoneType")), ["All", "Phone", "PhoneType"]);
    assert_eq!(names(&kinds("phone")), ["All", "Phone", "PhonePhone"]);
    // A component has the short name already, and a number would be invented.
    let taken = "    PhoneType: { type: string, enum: [c] }\n";
    assert_eq!(names(&format!("{}{taken}", kinds("phoneType"))), ["All", "Phone", "PhonePhoneType"]);
}

#[test]
fn a_shortened_name_takes_no_name_that_another_item_needs() {
    let choice = |values: &str| format!("{{ type: string, enum: [{values}] }}");
    let object = |properties: &str| format!("{{ type: object, properties: {{ {properties} }} }}");
    let names = |phone: &str, more: &str| {
        let document = with("p: { $ref: '#/components/schemas/Phone' }", "").replace(
            "operationId: getX",
            "operationId: phone\n      parameters: [{ name: q, in: query, schema: { type: string } }]",
        );
        let document = format!("{document}    Phone: {phone}\n{more}");
        let output = generate(&document, &Settings::new().strict(true)).unwrap_or_else(|error| panic!("{error}"));
        items(&output.code).into_iter().filter(|name| name.len() > 5).map(str::to_owned).collect::<Vec<_>>()
    };
    // Another property.
    let phone = object(&format!("phoneType: {}, type: {}", choice("a, b"), choice("c, d")));
    assert_eq!(names(&phone, ""), ["PhoneParams", "PhonePhoneType", "PhoneType"]);
    // An operation.
    let phone = object(&format!("phoneParams: {}", object("a: {}")));
    assert_eq!(names(&phone, ""), ["PhoneParams", "PhonePhoneParams"]);
    // A type inside a type with a shortened name.
    let phone = object(&format!(
        "phone_type: {}, phoneTypeItem: {}",
        object(&format!("item: {}", choice("a, b"))),
        choice("c, d")
    ));
    assert_eq!(names(&phone, ""), ["PhoneParams", "PhonePhoneTypeItem", "PhoneType", "PhoneTypeItem"]);
    // A component.
    let phone = object(&format!(
        "phoneA: {}, b: {{ $ref: '#/components/schemas/PhoneAItem' }}",
        object(&format!("item: {}", choice("a, b")))
    ));
    let item = format!("    PhoneAItem: {}\n", choice("c, d"));
    assert_eq!(names(&phone, &item), ["PhoneA", "PhoneAItem", "PhoneParams", "PhonePhoneAItem"]);
}

#[test]
fn a_chosen_name_is_the_start_of_nested_names() {
    let document = with("p: { $ref: '#/components/schemas/Pet' }", "")
        + "    Pet: { type: object, properties: { mood: { type: object, properties: { kind: { type: string, enum: [a, b] } } } } }\n";
    let settings = Settings::new().rename("/components/schemas/Pet", "PetSchema");
    let code = generate(&document, &settings).unwrap().code;
    assert_eq!(items(&code), BTreeSet::from(["All", "PetSchema", "PetSchemaMood", "PetSchemaMoodKind"]));
}

#[test]
fn a_listed_name_is_the_one_of_the_generated_method() {
    let flaw = "{ 'x': { description: no status } }";
    let document = format!(
        "
openapi: 3.0.3
info: {{ title: T, version: '1' }}
paths:
  /a: {{ get: {{ operationId: getPet, responses: {flaw} }} }}
  /b: {{ get: {{ operationId: get_pet, responses: {{ '204': {{ description: ok }} }} }} }}
  /c: {{ get: {{ operationId: GetPet, responses: {{ '204': {{ description: ok }} }} }} }}
"
    );
    let listed = openapi_smith::list(document.as_str()).unwrap();
    let listed: Vec<Option<&str>> = listed.iter().map(|operation| operation.rust_name.as_deref()).collect();
    let (generated, _) = methods(&document, &Settings::new());
    assert_eq!(listed, [None, Some("get_pet"), Some("get_pet_2")]);
    assert_eq!(generated, ["get_pet", "get_pet_2"]);
}

#[test]
fn an_argument_with_the_name_of_a_local_gets_no_number() {
    let document = QUEUES.replace("name: id, in: path", "name: request, in: path").replace("{id}", "{request}");
    assert!(made(&document.replace("save_pools__id__put", "save")).code.contains("request_: &str"));
}

#[test]
fn branches_that_are_arrays_of_themselves_end() {
    let document = with(
        "p: { oneOf: [{ type: array, items: { $ref: '#/components/schemas/A' } }, { type: array, items: { $ref: '#/components/schemas/B' } }] }",
        "",
    ) + "    A: { type: array, items: { $ref: '#/components/schemas/A' } }\n    B: { type: array, items: { $ref: '#/components/schemas/B' } }\n";
    assert!(made(&document).code.contains("pub enum AllP"));
}

#[test]
fn branches_with_many_properties_that_contain_themselves_end() {
    let nodes = ["Node", "Leaf"].map(|name| {
        let properties = (0..40).map(|index| format!("p{index}: {{ $ref: '#/components/schemas/{name}' }}"));
        let properties = properties.collect::<Vec<_>>().join(", ");
        format!("    {name}: {{ type: object, properties: {{ {properties} }} }}\n")
    });
    let branch = |name: &str, more: &str| {
        format!("{{ type: object, properties: {{ a: {{ $ref: '#/components/schemas/{name}' }} {more} }} }}")
    };
    let names = |branches: &str| {
        let output = made(&(with(&format!("p: {{ oneOf: [{branches}] }}"), "") + &nodes.concat()));
        items(&output.code).into_iter().filter(|name| name.len() > 4).map(str::to_owned).collect::<Vec<_>>()
    };
    // Equal properties, and different properties that nothing distinguishes.
    assert_eq!(names(&format!("{0}, {0}", branch("Node", ""))), ["AllP1", "AllP2"]);
    let (node, leaf) = (branch("Node", ", z: { type: string }"), branch("Leaf", ", z: { type: integer }"));
    assert_eq!(names(&format!("{node}, {leaf}")), ["AllPZAsInteger", "AllPZAsText"]);
}

#[test]
fn a_branch_beside_null_has_the_name_of_the_property() {
    let properties = "p: { nullable: true, anyOf: [{ type: object, properties: { a: { type: string } } }] }";
    assert!(items(&made(&with(properties, "")).code).contains("AllP"));
}

#[test]
fn a_schema_that_only_describes_a_form_has_no_type() {
    let code = made(TAKEN).code;
    assert!(items(&code).contains("Foo"), "it is a body of JSON, too");
    let form = QUEUES.replace(
        "operationId: save_queues__put,",
        "operationId: save, requestBody: { content: { multipart/form-data: { schema: { type: object, properties: { kind: { type: string, enum: [a, b] } } } } } },",
    );
    let names = made(&form).code;
    let names = items(&names);
    assert!(names.contains("SaveForm") && names.contains("SaveBodyKind") && !names.contains("SaveBody"), "{names:?}");
    let types = generate(&form, &Settings::new().types_only(true)).unwrap().code;
    assert!(items(&types).contains("SaveBody"), "types alone have no form");
}
