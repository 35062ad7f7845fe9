//! The output depends on the values in the document only: not on the run, and not on the order of keys.
//!
//! serde_json sorts the keys of an object when it parses one, unless some crate in the build turns on its feature
//! `preserve_order`. So `.ci/run` runs this test and those with snapshots again, with `--features serde_json/preserve_order`: only
//! then do the shuffled texts differ after parsing. The snapshots are the same in both runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod documents;

use openapi_smith::{Settings, generate};
use serde_json::Value;

/// A document is generated three times.
const MOST_BYTES: usize = 600_000;

#[test]
fn shuffled_keys_change_nothing() {
    let mut compared = 0;
    let mut different = Vec::new();
    for path in documents::all() {
        let text = std::fs::read_to_string(&path).unwrap();
        if text.len() > MOST_BYTES {
            continue;
        }
        // Written anew, since a text can also have keys twice, which the report tells.
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        let document =
            if is_json { serde_json::from_str(&text).ok() } else { serde_yaml::from_str::<Value>(&text).ok() };
        // A number that JSON cannot hold.
        let Some(document) = document else { continue };
        // The order in which serde_json keeps the keys without the feature.
        let sorted = written(&document, |members| members.sort_unstable());
        let mut random = fastrand::Rng::with_seed(1);
        let shuffled = written(&document, |members| random.shuffle(members));
        assert_ne!(shuffled, sorted);
        let first = outcome(&sorted);
        for (what, text) in [("run twice", sorted), ("shuffled", shuffled)] {
            if outcome(&text) != first {
                different.push(format!("{}: {what}", path.display()));
            }
        }
        compared += 1;
    }
    let kept = if keeps_order() { "in the order of the text" } else { "sorted" };
    test_support::say(&format!("determinism: {compared} documents, with keys {kept} after parsing"));
    assert!(different.is_empty(), "the output is different\n{}", different.join("\n"));
    assert!(compared >= 35, "only {compared} documents compared");
}

/// Whether serde_json is compiled with `preserve_order`.
fn keeps_order() -> bool {
    let value: Value = serde_json::from_str(r#"{"b": 1, "a": 2}"#).unwrap();
    value.to_string().starts_with(r#"{"b""#)
}

/// The code and the report, or the problems.
fn outcome(text: &str) -> String {
    match generate(text, &Settings::new()) {
        Ok(output) => format!("{}\n{}", output.code, output.report),
        Err(error) => error.to_string(),
    }
}

/// The document as JSON, with the members of each object in the order that `arrange` gives them.
fn written(document: &Value, mut arrange: impl FnMut(&mut [&String])) -> String {
    let mut out = String::new();
    write(document, &mut arrange, &mut out);
    out
}

fn write(value: &Value, arrange: &mut impl FnMut(&mut [&String]), out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<_> = members.keys().collect();
            arrange(&mut keys);
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(&members[key], arrange, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(element, arrange, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
