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
