//! Overlays: the rules of the Overlay Specification, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use openapi_smith::overlay::{Overlay, apply};

fn overlay(version: &str, actions: &str) -> Result<Overlay, String> {
    let text = format!("overlay: {version}\ninfo: {{ title: T, version: '1' }}\nactions:\n{actions}\n");
    Overlay::parse(&text).map_err(|problems| problems.to_string())
}

/// The effective document as compact JSON, or the problems.
fn applied(version: &str, document: &str, actions: &str) -> Result<String, String> {
    let applied = apply(document, &overlay(version, actions)?).map_err(|problems| problems.to_string())?;
    let value: serde_json::Value = serde_yaml::from_str(&applied.text).unwrap();
    Ok(value.to_string())
}

#[test]
fn actions_follow_the_specification() {
    for (version, document, actions, expected) in [
        // Objects are merged, arrays are extended, primitive values are replaced.
        (
            "1.0.0",
            "{a: {b: 1, c: [1], d: {e: 1}}}",
            "- {target: $.a, update: {b: 2, c: [2], d: {f: 2}}}",
            r#"{"a":{"b":2,"c":[1,2],"d":{"e":1,"f":2}}}"#,
        ),
        // An update of an array is an entry in 1.0, and may be a list of entries in 1.1.
        ("1.0.0", "{a: [1]}", "- {target: $.a, update: 2}", r#"{"a":[1,2]}"#),
        ("1.0.0", "{a: [[1]]}", "- {target: $.a, update: [2]}", r#"{"a":[[1],[2]]}"#),
        ("1.1.0", "{a: [1]}", "- {target: $.a, update: [2, 3]}", r#"{"a":[1,2,3]}"#),
        ("1.1.0", "{a: [1]}", "- {target: $.a, update: {b: 1}}", r#"{"a":[1,{"b":1}]}"#),
        // Primitive targets are new in 1.1.
        ("1.1.0", "{a: {b: old}}", "- {target: $.a.b, update: new}", r#"{"a":{"b":"new"}}"#),
        (
            "1.1.0",
            "{tags: [a, dummy, b, dummy]}",
            "- {target: \"$.tags[?@ == 'dummy']\", remove: true}",
            r#"{"tags":["a","b"]}"#,
        ),
        // Removal from objects and arrays, with several targets.
        ("1.0.0", "{a: {x: {}, y: {}, z: {}}}", "- {target: \"$.a['x', 'z']\", remove: true}", r#"{"a":{"y":{}}}"#),
        (
            "1.0.0",
            "{p: [{n: 1}, {n: 2}, {n: 1}]}",
            "- {target: \"$.p[?@.n == 1]\", remove: true}",
            r#"{"p":[{"n":2}]}"#,
        ),
        // Copying and moving.
        (
            "1.1.0",
            "{p: {a: {get: 1}, b: {put: 2}}}",
            "- {target: $.p.b, copy: $.p.a}",
            r#"{"p":{"a":{"get":1},"b":{"get":1,"put":2}}}"#,
        ),
        (
            "1.1.0",
            "{p: {a: {get: 1}}}",
            "- {target: $.p, update: {b: {}}}\n- {target: $.p.b, copy: $.p.a}\n- {target: $.p.a, remove: true}",
            r#"{"p":{"b":{"get":1}}}"#,
        ),
        ("1.1.0", "{a: {t: x}, b: {t: y}}", "- {target: $.b.t, copy: $.a.t}", r#"{"a":{"t":"x"},"b":{"t":"x"}}"#),
        // Keys that are numbers in YAML.
        (
            "1.0.0",
            "{r: {200: {d: a}}}",
            "- {target: \"$.r['200']\", update: {e: b}}",
            r#"{"r":{"200":{"d":"a","e":"b"}}}"#,
        ),
        (
            "1.0.0",
            "{r: {200: {d: a}}}",
            "- {target: $, update: {r: {404: {d: c}}}}",
            r#"{"r":{"200":{"d":"a"},"404":{"d":"c"}}}"#,
        ),
        // A reference to another file is not missing.
        (
            "1.0.0",
            "{a: {}}",
            "- {target: $.a, update: {b: {$ref: other.yaml}}}",
            r#"{"a":{"b":{"$ref":"other.yaml"}}}"#,
        ),
        // Siblings of a reference have an effect in 3.1.
        (
            "1.0.0",
            "{openapi: 3.1.0, a: {$ref: '#/b'}, b: {}}",
            "- {target: $.a, update: {d: 1}}",
            r##"{"a":{"$ref":"#/b","d":1},"b":{},"openapi":"3.1.0"}"##,
        ),
    ] {
        assert_eq!(applied(version, document, actions), Ok(expected.to_owned()), "{actions} on {document}");
    }
}

/// The cases of the Overlay Specification's own sets (`compliant-sets`), in other words.
#[test]
fn the_sets_of_the_specification_have_their_results() {
    for (version, document, actions, expected) in [
        // add-a-license, update-root
        (
            "1.0.0",
            "{info: {title: T}}",
            "- {target: $.info, update: {license: {name: MIT}}}\n- {target: $, update: {info: {x-done: true}}}",
            r#"{"info":{"license":{"name":"MIT"},"title":"T","x-done":true}}"#,
        ),
        // description-and-summary
        (
            "1.0.0",
            "{paths: {/huts: {get: {summary: old}}}}",
            "- {target: \"$.paths['/huts'].get\", update: {summary: new, description: long}}",
            r#"{"paths":{"/huts":{"get":{"description":"long","summary":"new"}}}}"#,
        ),
        // many-operations
        (
            "1.0.0",
            "{paths: {/cats: {get: {summary: s, tags: [a]}}, /dogs: {get: {}}}}",
            "- {target: \"$.paths['/cats'].get.summary\", remove: true}\n- {target: $.paths.*.get, update: {tags: [every]}}\n- \
             {target: \"$.paths['/cats'].get\", update: {x-info: {by: me}, tags: [cat]}}\n- {target: $.paths.*, update: {post: \
             {a: {b: c}}}}",
            r#"{"paths":{"/cats":{"get":{"tags":["a","every","cat"],"x-info":{"by":"me"}},"post":{"a":{"b":"c"}}},"/dogs":{"get":{"tags":["every"]},"post":{"a":{"b":"c"}}}}}"#,
        ),
        // remove-example
        (
            "1.0.0",
            "{schemas: {Hut: {properties: {name: {type: string, example: e}}}}}",
            "- {target: \"$.schemas.Hut.properties['name'].example\", remove: true}",
            r#"{"schemas":{"Hut":{"properties":{"name":{"type":"string"}}}}}"#,
        ),
        // remove-matching-responses
        (
            "1.0.0",
            "{paths: {/a: {get: {responses: {200: {}, 500: {}, default: {}}}}, /b: {put: {responses: {500: {}}}}}}",
            "- {target: \"$.paths..responses['500']\", remove: true}\n- {target: \"$.paths..responses['default']\", remove: true}",
            r#"{"paths":{"/a":{"get":{"responses":{"200":{}}}},"/b":{"put":{"responses":{}}}}}"#,
        ),
        // remove-property
        (
            "1.0.0",
            "{get: {properties: {a: {type: string}, b: {type: object, properties: {c: {type: string}, d: {type: integer}}}}}}",
            "- {target: \"$.get..properties[?(@.type == 'string')]\", remove: true}",
            r#"{"get":{"properties":{"b":{"properties":{"d":{"type":"integer"}},"type":"object"}}}}"#,
        ),
        // remove-server, replace-servers-for-sandbox
        (
            "1.0.0",
            "{servers: [{url: a, description: Dev}, {url: b, description: Live}]}",
            "- {target: \"$.servers[?( @.description == 'Dev' )]\", remove: true}",
            r#"{"servers":[{"description":"Live","url":"b"}]}"#,
        ),
        (
            "1.1.0",
            "{servers: [{url: a}, {url: b}]}",
            "- {target: $.servers, remove: true}\n- {target: $, update: {servers: [{url: c}]}}",
            r#"{"servers":[{"url":"c"}]}"#,
        ),
        // Traits, and the short form of a name with hyphens.
        (
            "1.1.0",
            "{paths: {/a: {get: {x-oai-traits: {paged: true}}}, /b: {get: {}}}}",
            "- {target: '$.paths.*[?@.x-oai-traits.paged]', update: {parameters: [{name: top}, {name: skip}]}}",
            r#"{"paths":{"/a":{"get":{"parameters":[{"name":"top"},{"name":"skip"}],"x-oai-traits":{"paged":true}}},"/b":{"get":{}}}}"#,
        ),
        ("1.0.0", "{info: {x-a-b: 1}}", "- {target: $.info.x-a-b, remove: true}", r#"{"info":{}}"#),
        // In 1.0, an update beside a removal has no effect.
        ("1.0.0", "{a: {b: 1}}", "- {target: $.a.b, update: {c: 1}, remove: true}", r#"{"a":{}}"#),
        (
            "1.0.0",
            "{a: {b: 1}}",
            "- {target: $.a, update: {c: 1}, remove: false, x-b: 1, description: D}",
            r#"{"a":{"b":1,"c":1}}"#,
        ),
    ] {
        assert_eq!(applied(version, document, actions), Ok(expected.to_owned()), "{actions} on {document}");
    }
}

/// The overlays that the specification's tests call invalid (`tests/*/fail`), in other words.
#[test]
fn invalid_overlays_are_refused() {
    let action = "actions: [{target: $.a, remove: true}]";
    for (text, expected) in [
        ("[]".to_owned(), "overlay: `overlay` is not"),
        (format!("overlay: 1.0.0\n{action}"), "overlay: `title` of `info` is not a string"),
        (format!("overlay: 1.0.0\ninfo: {{title: T}}\n{action}"), "overlay: `version` of `info` is not a string"),
        (format!("overlay: 1.0.0\ninfo: {{title: 1, version: '1'}}\n{action}"), "overlay: `title` of `info`"),
        (format!("overlay: 1.0.0\ninfo: {{title: T, version: 1}}\n{action}"), "overlay: `version` of `info`"),
        (format!("overlay: 1\ninfo: {{title: T, version: '1'}}\n{action}"), "overlay: `overlay` is not"),
        (
            format!("overlay: 1.0.0\ninfo: {{title: T, version: '1'}}\nother: 1\n{action}"),
            "overlay: unknown property `other`",
        ),
        (
            format!("overlay: 1.0.0\ninfo: {{title: T, version: '1'}}\nextends: 1\n{action}"),
            "overlay: `extends` is not a string",
        ),
        ("overlay: 1.0.0\ninfo: {title: T, version: '1'}".to_owned(), "overlay: `actions` is not a list"),
        ("overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions: {}".to_owned(), "overlay: `actions` is not a list"),
    ] {
        let problem = Overlay::parse(&text).expect_err(&text).to_string();
        assert!(problem.contains(expected), "{text}\n{problem}");
    }
    for (version, action, expected) in [
        ("1.0.0", "- {update: {}}", "`target` is not JSONPath"),
        ("1.0.0", "- {target: 1, update: {}}", "`target` is not JSONPath"),
        ("1.0.0", "- 1", "`target` is not JSONPath"),
        ("1.0.0", "- {target: $, description: 1, update: {}}", "`description` is not a string"),
        ("1.1.0", "- {target: $, remove: 'yes'}", "`remove` is not a boolean"),
        ("1.0.0", "- {target: $}", "has neither `update` nor `remove: true`"),
        ("1.1.0", "- {target: $, update: {}, remove: true}", "does not have exactly one of"),
        ("1.1.0", "- {target: $, update: {}, copy: $.a}", "does not have exactly one of"),
        ("1.1.0", "- {target: $, copy: {}}", "`copy` is not JSONPath"),
        (
            "1.1.0",
            "- {target: $.a, update: [1]}\n- {target: $.a, update: [1]}",
            "overlay action 2 on $.a: the same as action 1",
        ),
    ] {
        let problem = overlay(version, action).expect_err(action);
        assert!(problem.contains(expected), "{action}\n{problem}");
    }
}

#[test]
fn stale_and_invalid_actions_are_problems() {
    for (version, document, actions, expected) in [
        (
            "1.0.0",
            "{a: {}}",
            "- {target: $.gone, update: {n: 1}}",
            "overlay action 1 on $.gone: stale overlay action, matches nothing; ",
        ),
        (
            "1.1.0",
            "{a: {}}",
            "- {target: $.gone, remove: true}",
            "overlay action 1 on $.gone: stale overlay action, matches nothing; ",
        ),
        (
            "1.0.0",
            "{a: {b: 1}}",
            "- {target: $.a, update: {b: 1}}",
            "overlay action 1 on $.a at #/a: stale overlay action, changes nothing; ",
        ),
        (
            "1.1.0",
            "{a: x}",
            "- {target: $.a, update: x}",
            "overlay action 1 on $.a at #/a: stale overlay action, changes nothing; ",
        ),
        (
            "1.0.0",
            "{a: {b: 1}}",
            "- {target: $.a.b, update: 2}",
            "overlay action 1 on $.a.b at #/a/b: the target is neither an object nor an array; ",
        ),
        (
            "1.1.0",
            "{a: {b: 1}}",
            "- {target: $.a.b, update: {c: 1}}",
            "overlay action 1 on $.a.b at #/a/b: the target is a primitive value, the update is not; ",
        ),
        (
            "1.0.0",
            "{a: {b: 1}}",
            "- {target: $.a, update: 2}",
            "overlay action 1 on $.a at #/a: the target is an object, the update is not; ",
        ),
        (
            "1.1.0",
            "{a: {b: [1]}}",
            "- {target: $.a, update: {b: {c: 1}}}",
            "overlay action 1 on $.a at #/a: the update and the document have different types at #/a/b; ",
        ),
        (
            "1.1.0",
            "{a: {}, b: [1, 2]}",
            "- {target: $.a, copy: \"$.b[*]\"}",
            "overlay action 1 on $.a: `copy: $.b[*]` selects 2 locations instead of one; ",
        ),
        (
            "1.1.0",
            "{a: {}}",
            "- {target: $.a, copy: $.gone}",
            "overlay action 1 on $.a: `copy: $.gone` selects 0 locations instead of one; ",
        ),
        (
            "1.0.0",
            "{a: {}}",
            "- {target: $.a, copy: $.b}",
            "overlay action 1 on $.a: `copy` is new in Overlay 1.1; write `overlay: 1.1.0`",
        ),
        (
            "1.1.0",
            "{a: {}}",
            "- {target: $.a, copy: $.b, remove: true}",
            "overlay action 1 on $.a: does not have exactly one of ",
        ),
        ("1.0.0", "{a: {}}", "- {target: a, remove: true}", "overlay action 1 on a: `target` is not JSONPath"),
        ("1.0.0", "{a: {}}", "- {target: $.a, updates: 1}", "overlay action 1 on $.a: unknown property `updates`; "),
        ("2.0.0", "{a: {}}", "- {target: $.a, remove: true}", "overlay: `overlay` is not `1.0.0` or `1.1.0`; "),
        ("1.0.0", "{a: {}}", "  []", "overlay: `actions` is not a list of actions; "),
        ("1.0.0", "{a: [}", "- {target: $.a, remove: true}", "overlay: the document is invalid: "),
        (
            "1.0.0",
            "{a: {}}",
            "- {target: $.a, update: {b: {$ref: '#/gone'}}}",
            "overlay action 1 on $.a: stale overlay action, refers to #/gone, which does not exist; ",
        ),
    ] {
        let problem = applied(version, document, actions).unwrap_err();
        assert!(problem.starts_with(expected), "{actions} on {document}\nfound    {problem}\nexpected {expected}");
    }
}

#[test]
fn the_report_has_every_changed_location() {
    let overlay = overlay("1.0.0", "- {target: \"$.paths.*\", update: {x: 1}}\n- {target: $.b, remove: true}").unwrap();
    let applied = apply("{z: 1, paths: {/b: {}, /a: {}}, b: {}}", &overlay).unwrap();
    let changes: Vec<String> = applied.changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["action 1: update $.paths.*: #/paths/~1a, #/paths/~1b", "action 2: remove $.b: #/b"]);
    // The properties keep their order.
    assert_eq!(applied.text, "z: 1\npaths:\n  /b:\n    x: 1\n  /a:\n    x: 1\n");
}
