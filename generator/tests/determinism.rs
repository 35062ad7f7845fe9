//! The same document results in the same bytes, also with the keys of every object shuffled.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod shared;

use openapi_smith::{Settings, generate};
use serde_json::Value;

#[test]
fn shuffled_keys_change_nothing() {
    let Some(folder) = shared::folder("specs") else { return };
    let mut compared = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        let text = std::fs::read_to_string(&path).unwrap();
        if !is_json || text.len() > 600_000 {
            continue;
        }
        let first = outcome(&text);
        assert_eq!(first, outcome(&text), "{} run twice", path.display());
        let document: Value = serde_json::from_str(&text).unwrap();
        for seed in 0..2 {
            let mut shuffled = String::new();
            write(&document, &mut fastrand::Rng::with_seed(seed), &mut shuffled);
            assert_ne!(shuffled, text);
            assert!(outcome(&shuffled) == first, "{} shuffled with the seed {seed}", path.display());
        }
        compared += 1;
    }
    assert!(compared >= 15, "only {compared} documents compared");
    shared::say(&format!("determinism: {compared} documents"));
}

/// The code and the report, or the problems.
fn outcome(text: &str) -> String {
    match generate(text, &Settings::new()) {
        Ok(output) => format!("{}\n{}", output.code, output.report),
        Err(error) => error.to_string(),
    }
}

fn write(value: &Value, random: &mut fastrand::Rng, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            random.shuffle(&mut members);
            out.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(value, random, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(element, random, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
