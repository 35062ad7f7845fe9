//! Tests the files of `spec/`, and the overlay standard.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_yaml::Value;
use xtask::overlay::{self, Overlay, Problems};
use xtask::slice;
use xtask::spec::{self, Verified};
use xtask::structure::{canonical, structure};
use xtask::texts::texts;

// ----- the files of spec/ ------------------------------------------------------------------------

#[test]
fn oidc_is_upstream_with_the_overlay() {
    spec::check(&spec::workspace()).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn upstream_agrees_with_its_hash_and_with_upstreams_document() {
    let root = spec::workspace();
    match spec::verify(&root, &spec::shared(&root)).unwrap_or_else(|error| panic!("{error}")) {
        Verified::AgainstUpstream { .. } => {}
        Verified::HashOnly { missing } => skip(&missing),
    }
}

#[test]
fn the_readme_counts_the_corrections() {
    let count = file(spec::OVERLAY).get("actions").and_then(Value::as_sequence).unwrap().len();
    let readme = spec::read(&spec::workspace().join("README.md")).unwrap();
    let sentence = format!("`spec/overlay.yaml` corrects it in {count} actions");
    assert!(readme.contains(&sentence), "README.md lacks: {sentence}");
}

#[test]
fn no_component_is_unreachable() {
    for path in [spec::UPSTREAM, spec::OIDC] {
        let unreached = slice::unreached(&file(path)).unwrap();
        assert!(unreached.is_empty(), "{path}: no operation reaches {unreached:?}");
    }
}

#[test]
fn properties_have_upstreams_order() {
    let Some(upstream) = upstream() else { return };
    let slice = slice::slice(&upstream, spec::TAG).unwrap();
    let mut expected = Vec::new();
    let mut present = Vec::new();
    orders(&structure(&slice), "#", &mut expected);
    orders(&structure(&file(spec::UPSTREAM)), "#", &mut present);
    expected.sort();
    present.sort();
    assert_eq!(present, expected);
}

#[test]
fn no_text_is_missing_or_empty() {
    for path in [spec::UPSTREAM, spec::OIDC] {
        let document = file(path);
        for (location, text) in texts(&document) {
            assert!(!text.trim().is_empty(), "{path} {location} is empty");
        }
        let undescribed: Vec<_> = undescribed(&document);
        assert!(undescribed.is_empty(), "{path}: nothing describes {undescribed:#?}");
    }
    let mut reasons = Vec::new();
    strings(&file(spec::OVERLAY), "#", &mut reasons);
    for (location, text) in reasons {
        assert!(!text.trim().is_empty(), "{} {location} is empty", spec::OVERLAY);
    }
}

/// Someone must describe what an update could not describe.
#[test]
fn no_text_is_a_placeholder() {
    for path in [spec::UPSTREAM, spec::OIDC] {
        let mut all = Vec::new();
        strings(&file(path), "#", &mut all);
        let marked: Vec<&String> =
            all.iter().filter(|(_, text)| text.contains("PLACEHOLDER")).map(|(location, _)| location).collect();
        assert!(marked.is_empty(), "{path}: a text is to be written, in our own words, at {marked:#?}");
    }
}

/// The docs show the title and the description. A title that begins the description is printed only once.
#[test]
fn titles_begin_their_descriptions() {
    let document = file(spec::OIDC);
    let schemas = document.get("components").unwrap().get("schemas").unwrap();
    for (name, schema) in schemas.as_mapping().unwrap() {
        if let Some(title) = schema.get("title").and_then(Value::as_str) {
            let description = schema.get("description").unwrap().as_str().unwrap();
            assert!(description.starts_with(title), "{name:?}: {title}");
        }
    }
}

/// The texts become doc comments, in which brackets are links and angle brackets are HTML.
#[test]
fn texts_are_fit_for_rustdoc() {
    for (location, text) in texts(&file(spec::OIDC)) {
        // A title is a label. It is checked below, together with its description.
        if location.ends_with("/title") {
            continue;
        }
        let first = text.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        assert!(first.ends_with(['.', ':']), "{location}: the first paragraph does not end a sentence");
        let prose = prose(&text);
        for unfit in ['[', ']', '\t'] {
            assert!(!prose.contains(unfit), "{location}: `{unfit}` in prose");
        }
        let bare = prose.replace("<https://", "").contains("://");
        assert!(!bare, "{location}: an address without angle brackets");
        assert!(!prose.replace("<https://", "").contains('<'), "{location}: reads like HTML");
        for line in text.lines() {
            let odd = line.matches('`').count() % 2 == 1;
            assert!(!odd, "{location}: a code span goes over the end of a line");
        }
        let last = text.lines().find(|line| line.ends_with(' '));
        assert_eq!(last, None, "{location}: white space at the end of a line");
    }
}

#[test]
fn no_text_is_copied_from_upstream() {
    const RUN: usize = 8;
    let Some(upstream) = upstream() else { return };
    let mut theirs = BTreeSet::new();
    for (_, text) in texts(&upstream) {
        theirs.extend(words(&text).windows(RUN).map(|run| run.join(" ")));
    }
    assert!(theirs.len() > 1000, "upstream's texts were not found");
    for path in [spec::UPSTREAM, spec::OVERLAY] {
        let mut ours = Vec::new();
        strings(&file(path), "#", &mut ours);
        for (location, text) in ours {
            for run in words(&prose(&text)).windows(RUN).map(|run| run.join(" ")) {
                assert!(!theirs.contains(&run), "{path} {location} has upstream's words: {run}");
            }
        }
    }
}

#[test]
fn evidence_exists() {
    let recordings = test_support::recording::folder();
    for action in file(spec::OVERLAY).get("actions").unwrap().as_sequence().unwrap() {
        for evidence in action.get("x-evidence").unwrap().as_sequence().unwrap() {
            if let Some(case) = evidence.get("recordings") {
                let path = recordings.join(case.as_str().unwrap()).with_extension("json");
                assert!(path.exists(), "{} does not exist", path.display());
            }
        }
    }
}

// ----- the overlay standard ----------------------------------------------------------------------

#[test]
fn update_merges_objects_member_by_member() {
    let result = apply("a: {b: 1, c: 2}", "- {target: $.a, update: {c: 3, d: {e: 4}}}");
    assert_eq!(result.unwrap(), r#"{"a":{"b":1,"c":3,"d":{"e":4}}}"#);
}

#[test]
fn update_merges_at_any_depth() {
    let result = apply("a: {b: {c: {d: 1}}}", "- {target: $, update: {a: {b: {c: {e: 2}}}}}");
    assert_eq!(result.unwrap(), r#"{"a":{"b":{"c":{"d":1,"e":2}}}}"#);
}

#[test]
fn update_concatenates_arrays() {
    let result = apply("a: {b: [1, 2]}", "- {target: $.a, update: {b: [3]}}");
    assert_eq!(result.unwrap(), r#"{"a":{"b":[1,2,3]}}"#);
}

#[test]
fn update_of_an_array_appends_an_entry() {
    let result = apply("a: [1]", "- {target: $.a, update: {b: 2}}");
    assert_eq!(result.unwrap(), r#"{"a":[1,{"b":2}]}"#);
}

#[test]
fn remove_deletes_properties_and_items() {
    let document = "{a: {x: {}, y: {}}, b: [{n: 1}, {n: 2}, {n: 3}]}";
    let result = apply(document, "- {target: $.a.x, remove: true}\n- {target: '$.b[?@.n < 3]', remove: true}");
    assert_eq!(result.unwrap(), r#"{"a":{"y":{}},"b":[{"n":3}]}"#);
}

#[test]
fn remove_and_update_exchange_a_value() {
    let actions = "- {target: $.a.required, remove: true}\n- {target: $.a, update: {required: [y]}}";
    assert_eq!(apply("a: {required: [x]}", actions).unwrap(), r#"{"a":{"required":["y"]}}"#);
}

#[test]
fn a_target_can_select_several_locations() {
    let result = apply("a: {x: {}, y: {}, z: {}}", "- {target: \"$.a['x', 'z']\", x-matches: 2, update: {n: 1}}");
    assert_eq!(result.unwrap(), r#"{"a":{"x":{"n":1},"y":{},"z":{"n":1}}}"#);
}

#[test]
fn properties_keep_their_order() {
    let overlay = overlay("- {target: $.z, update: {y: 1}}").unwrap();
    let result = overlay::apply(&parse("{z: {b: 1, a: 2}, m: 3}"), &overlay).unwrap();
    assert_eq!(serde_yaml::to_string(&result).unwrap(), "z:\n  b: 1\n  a: 2\n  y: 1\nm: 3\n");
}

// ----- stale and broken actions ------------------------------------------------------------------

#[test]
fn all_stale_actions_are_reported_at_once() {
    let document = "a: {type: string, nullable: true}";
    let actions = "\
- {target: $.gone, update: {n: 1}}
- {target: $.a, update: {format: password}}
- {target: $.a, update: {nullable: true}}
- {target: $.gone.too, remove: true}";
    assert_eq!(
        refusal(document, actions),
        "\
overlay action 1 on $.gone: stale overlay action, matches nothing; check whether upstream renamed or corrected the location, then change or delete the action
overlay action 3 on $.a at #/a: stale overlay action, changes nothing; upstream is correct now: delete the action
overlay action 4 on $.gone.too: stale overlay action, matches nothing; check whether upstream renamed or corrected the location, then change or delete the action"
    );
}

#[test]
fn a_part_that_changes_nothing_is_stale() {
    assert_eq!(
        refusal("a: {b: {c: 1}}", "- {target: $.a, update: {b: {c: 1, d: 2}}}"),
        "overlay action 1 on $.a at #/a/b/c: stale overlay action, this part changes nothing; delete the part from the update"
    );
}

#[test]
fn an_existing_entry_is_stale() {
    assert_eq!(
        refusal("a: {required: [x], n: 1}", "- {target: $.a, update: {required: [x], m: 2}}"),
        "overlay action 1 on $.a at #/a/required: stale overlay action, this part changes nothing; delete the part from the update"
    );
    assert_eq!(
        refusal("a: [x]", "- {target: $.a, update: x}"),
        "overlay action 1 on $.a at #/a: stale overlay action, the entry is already there; delete the action"
    );
}

#[test]
fn an_exchange_that_restores_the_old_value_is_stale() {
    let actions = "- {target: $.a.required, remove: true}\n- {target: $.a, update: {required: [x]}}";
    assert_eq!(
        refusal("a: {required: [x]}", actions),
        "overlay action 1 on $.a.required at #/a/required: stale overlay action, a later one restores what it removes; upstream is correct now: delete both"
    );
}

#[test]
fn a_missing_name_is_reported() {
    assert_eq!(
        refusal("a: {x: {}}", "- {target: \"$.a['x', 'z']\", x-matches: 2, update: {n: 1}}"),
        "overlay action 1 on $.a['x', 'z']: matches 1 locations instead of 2; see which one upstream renamed, added or removed"
    );
}

#[test]
fn an_update_beside_a_reference_is_half_stale() {
    let document = "{a: {$ref: '#/b'}, b: {type: string}}";
    let problem = refusal(document, "[{target: $.a, update: {nullable: true}}]");
    assert!(problem.contains("at #/a: half-stale overlay action, the target is a reference"), "{problem}");
    // Unless an action removes the reference.
    let exchanged =
        "[{target: $.a, update: {nullable: true}}, {target: $, update: {c: 1}}, {target: $.a, remove: true}]";
    assert!(apply(document, exchanged).is_ok());
    let (result, _) =
        overlay::apply_what_fits(&parse(document), &overlay("[{target: $.a, update: {nullable: true}}]").unwrap());
    assert_eq!(canonical(&result), r##"{"a":{"allOf":[{"$ref":"#/b"}],"nullable":true},"b":{"type":"string"}}"##);
}

#[test]
fn an_update_that_refers_to_nothing_is_left_out() {
    let document = "{a: {type: object}}";
    let actions = "[{target: $.a, update: {items: {$ref: '#/gone'}}}, {target: $.a, update: {x: 1}}]";
    let problem = refusal(document, actions);
    assert!(problem.starts_with("overlay action 1 on $.a: stale overlay action, refers to #/gone"), "{problem}");
    let (result, problems) = overlay::apply_what_fits(&parse(document), &overlay(actions).unwrap());
    assert_eq!((canonical(&result).as_str(), problems.len()), (r#"{"a":{"type":"object","x":1}}"#, 1));
    // A later action may declare the component.
    let brought = "[{target: $.a, update: {items: {$ref: '#/b'}}}, {target: $, update: {b: {type: string}}}]";
    assert!(apply(document, brought).is_ok());
}

#[test]
fn a_primitive_cannot_be_updated() {
    assert_eq!(
        refusal("a: {b: 1}", "- {target: $.a.b, update: 2}"),
        "overlay action 1 on $.a.b at #/a/b: the target is neither an object nor an array; select the object around it"
    );
}

#[test]
fn broken_actions_are_refused() {
    let refused = |action: &str| overlay(action).unwrap_err().to_string();
    assert_eq!(
        refused("- {target: $.a, updates: {n: 1}}"),
        "overlay action 1 on $.a: unknown property `updates`; correct its spelling, or begin it with `x-`"
    );
    assert_eq!(
        refused("- {target: $.a}"),
        "overlay action 1 on $.a: has neither `update` nor `remove: true`; write one of them"
    );
    assert!(refused("- {target: 'a b', remove: true}").contains("`target` is not JSONPath"));
    let bare = parse("{overlay: 1.0.0, actions: [{target: $.a, remove: true}]}");
    assert_eq!(
        overlay::parse(&bare).unwrap_err().to_string(),
        "overlay action 1 on $.a: no `x-reason`; give the reason in one sentence"
    );
    let unproven = parse("{overlay: 1.0.0, actions: [{target: $.a, remove: true, x-reason: So.}]}");
    assert_eq!(
        overlay::parse(&unproven).unwrap_err().to_string(),
        "overlay action 1 on $.a: `x-evidence` is not a list of evidence; list at least one `recordings: ...`, `facts: ...`, `hydra: ...` or `rfc: ...`"
    );
    assert_eq!(
        overlay::parse(&parse("{overlay: 2.0.0, info: {title: T, version: '1'}, actions: []}"))
            .unwrap_err()
            .to_string(),
        "overlay: `overlay` is not `1.0.0` or `1.1.0`; use one of these versions of the standard\n\
         overlay: `actions` is not a list of actions; add an action"
    );
}

// ----- slice and structure -----------------------------------------------------------------------

const WHOLE: &str = "
openapi: 3.0.3
paths:
  /a:
    get:
      tags: [oidc]
      security: [{one: []}]
      responses: {200: {description: A text, content: {application/json: {schema: {$ref: '#/components/schemas/a'}}}}}
    post: {tags: [other]}
  /b: {get: {tags: [other], responses: {200: {$ref: '#/components/responses/b'}}}}
components:
  schemas:
    c: {type: string}
    a: {properties: {title: {$ref: '#/components/schemas/c'}}}
    d: {type: string}
  responses: {b: {description: B}}
  securitySchemes: {one: {type: http, scheme: bearer}, two: {type: http, scheme: basic}}
";

#[test]
fn a_slice_has_everything_its_operations_refer_to() {
    let whole = parse(&WHOLE.replace("200:", "'200':"));
    let slice = slice::slice(&whole, "oidc").unwrap();
    let components = slice.get("components").unwrap();
    let names = |section| -> Vec<_> {
        components
            .get(section)
            .and_then(Value::as_mapping)
            .into_iter()
            .flat_map(|names| names.keys())
            .cloned()
            .collect()
    };
    assert_eq!(names("schemas"), ["c", "a"]);
    assert_eq!(names("securitySchemes"), ["one"]);
    assert!(names("responses").is_empty());
    assert!(slice.get("paths").unwrap().get("/b").is_none());
    assert!(slice.get("paths").unwrap().get("/a").unwrap().get("post").is_none());
}

#[test]
fn an_unknown_tag_is_refused() {
    assert!(
        slice::slice(&parse(WHOLE), "openid").unwrap_err().to_string().starts_with("no operation has the tag `openid`")
    );
}

#[test]
fn the_structure_has_names_but_no_texts() {
    let document = parse(
        "{info: {title: x}, components: {schemas: {title: {title: T, example: 1, default: {title: kept}, \
         properties: {description: {description: D, type: string}}}}, flows: {implicit: {scopes: {openid: Text}}}}}",
    );
    assert_eq!(
        canonical(&structure(&document)),
        r#"{"components":{"flows":{"implicit":{"scopes":{"openid":""}}},"schemas":{"title":{"default":{"title":"kept"},"properties":{"description":{"type":"string"}}}}}}"#
    );
}

// ----- support -----------------------------------------------------------------------------------

fn parse(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn file(path: &str) -> Value {
    let path = spec::workspace().join(path);
    spec::yaml(&spec::read(&path).unwrap(), &path).unwrap()
}

/// Parses actions, with a reason and evidence added.
fn overlay(actions: &str) -> Result<Overlay, Problems> {
    let mut actions = parse(actions);
    for action in actions.as_sequence_mut().unwrap() {
        let action = action.as_mapping_mut().unwrap();
        action.insert("x-reason".into(), "A test needs it.".into());
        action.insert("x-evidence".into(), parse("[{facts: 1}]"));
    }
    let mut document = parse("{overlay: 1.0.0, info: {title: Test, version: 1.0.0}}");
    document.as_mapping_mut().unwrap().insert("actions".into(), actions);
    overlay::parse(&document)
}

fn apply(document: &str, actions: &str) -> Result<String, Problems> {
    overlay::apply(&parse(document), &overlay(actions)?).map(|result| canonical(&result))
}

fn refusal(document: &str, actions: &str) -> String {
    apply(document, actions).unwrap_err().to_string()
}

/// Upstream's complete document in the version of `spec/upstream.yaml`, if available.
fn upstream() -> Option<Value> {
    let root = spec::workspace();
    match spec::verify(&root, &spec::shared(&root)).unwrap_or_else(|error| panic!("{error}")) {
        Verified::AgainstUpstream { path } => Some(spec::json(&spec::read(&path).unwrap(), &path).unwrap()),
        Verified::HashOnly { missing } => {
            skip(&missing);
            None
        }
    }
}

/// Prints why a test is skipped. In CI, where nothing may be missing, it fails.
fn skip(missing: &Path) {
    let required = std::env::var_os("ORY_OIDC_REQUIRE_SHARED").is_some();
    assert!(!required, "{} does not exist", missing.display());
    eprintln!("skipped: {} does not exist", missing.display());
}

/// A text without its code spans, which contain given values.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { "code_span" }).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// All strings in a value, with their locations.
fn strings(value: &Value, location: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((location.to_owned(), text.clone())),
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                strings(value, &format!("{location}/{}", key.as_str().unwrap_or("?")), found);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                strings(item, &format!("{location}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The property names of every schema, in order.
fn orders(value: &Value, location: &str, found: &mut Vec<(String, Vec<String>)>) {
    if let Value::Mapping(mapping) = value {
        for (key, value) in mapping {
            let key = key.as_str().unwrap_or("?");
            let location = format!("{location}/{key}");
            if let ("properties" | "schemas", Value::Mapping(members)) = (key, value) {
                let names = members.keys().map(|name| name.as_str().unwrap_or("?").to_owned());
                found.push((location.clone(), names.collect()));
            }
            orders(value, &location, found);
        }
    }
}

/// Operations, parameters, responses, schemas and properties without a description.
fn undescribed(document: &Value) -> Vec<PathBuf> {
    let described: BTreeSet<String> = texts(document)
        .into_iter()
        .filter_map(|(location, _)| location.strip_suffix("/description").map(str::to_owned))
        .collect();
    let mut missing = Vec::new();
    let components = document.get("components").unwrap();
    for section in ["schemas", "responses", "securitySchemes"] {
        for (name, component) in components.get(section).unwrap().as_mapping().unwrap() {
            let location = format!("/components/{section}/{}", name.as_str().unwrap());
            let members = component.get("properties").and_then(Value::as_mapping);
            for (member, schema) in members.into_iter().flatten() {
                let location = format!("{location}/properties/{}", member.as_str().unwrap());
                if schema.get("$ref").is_none() && !described.contains(&location) {
                    missing.push(location.into());
                }
            }
            if !described.contains(&location) {
                missing.push(location.into());
            }
        }
    }
    for (path, operations) in document.get("paths").unwrap().as_mapping().unwrap() {
        for (method, _) in operations.as_mapping().unwrap() {
            let path = path.as_str().unwrap().replace('/', "~1");
            let location = format!("/paths/{path}/{}", method.as_str().unwrap());
            if !described.contains(&location) {
                missing.push(location.into());
            }
        }
    }
    missing
}
