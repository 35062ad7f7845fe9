//! The output depends on the values in the document only: not on the run, and not on the order of keys.
//!
//! serde_json sorts the keys of an object when it parses one, unless some crate in the build turns on its feature
//! `preserve_order`. So `.ci/run` runs this test and those with snapshots again, with `--features serde_json/preserve_order`: only
//! then do the shuffled texts differ after parsing. The snapshots are the same in both runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod documents;

use std::path::Path;
use std::sync::Mutex;

use openapi_smith::{Settings, generate};
use serde_json::Value;

/// A document is generated twice.
const MOST_BYTES: usize = 600_000;

#[test]
fn neither_a_second_run_nor_shuffled_keys_change_the_output() {
    let paths = Mutex::new(documents::all().into_iter());
    let compare = || {
        let (mut compared, mut different) = (0, Vec::new());
        loop {
            let Some(path) = paths.lock().unwrap().next() else { return (compared, different) };
            let Some(is_same) = is_same(&path) else { continue };
            compared += 1;
            if !is_same {
                different.push(path.display().to_string());
            }
        }
    };
    let threads = std::thread::available_parallelism().unwrap().get();
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(compare)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let compared: usize = results.iter().map(|(compared, _)| compared).sum();
    let different: Vec<String> = results.into_iter().flat_map(|(_, different)| different).collect();
    let kept = if keeps_order() { "in the order of the text" } else { "sorted" };
    test_support::say(&format!("determinism: {compared} documents, with keys {kept} after parsing"));
    assert!(different.is_empty(), "the output is different\n{}", different.join("\n"));
    assert!(compared >= 35, "only {compared} documents compared");
}

/// Whether the output of the document is the same in a second run, with its keys shuffled. `None` if the document is large, or
/// has a number that JSON cannot hold.
fn is_same(path: &Path) -> Option<bool> {
    let text = std::fs::read_to_string(path).unwrap();
    if text.len() > MOST_BYTES {
        return None;
    }
    // Written anew, since a text can also have keys twice, which the report tells.
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let document: Value = if is_json { serde_json::from_str(&text).ok() } else { serde_yaml::from_str(&text).ok() }?;
    // The order in which serde_json keeps the keys without the feature.
    let sorted = written(&document, |names| names.sort_unstable());
    let mut random = fastrand::Rng::with_seed(1);
    let shuffled = written(&document, |names| random.shuffle(names));
    assert_ne!(shuffled, sorted);
    Some(outcome(&shuffled) == outcome(&sorted))
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

/// The document as JSON, with the properties of each object in the order that `arrange` gives them.
fn written(document: &Value, mut arrange: impl FnMut(&mut [&String])) -> String {
    let mut out = String::new();
    write(document, &mut arrange, &mut out);
    out
}

fn write(value: &Value, arrange: &mut impl FnMut(&mut [&String]), out: &mut String) {
    match value {
        Value::Object(properties) => {
            let mut keys: Vec<_> = properties.keys().collect();
            arrange(&mut keys);
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(&properties[key], arrange, out);
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
