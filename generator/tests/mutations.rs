//! Randomly damaged documents result in problems or a client, never in a panic.
//!
//! The test suite tries some mutations.
//! `OPENAPI_SMITH_MUTATIONS=100000 cargo test --release -p openapi-smith --test mutations --
//!
//! --nocapture` tries more. A range such as `720482..720483` tries these seeds; for a single seed, the document is written to the file `mutation` in the `tmp` of the target folder. If the process dies of a stack overflow, the current seeds are in the files `seed-*` there.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use openapi_smith::{Settings, generate};
use serde_json::{Map, Value, json};

/// A time limit far above the need of any document, even in a debug build on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

#[test]
fn no_document_makes_it_panic() {
    let seeds = std::env::var("OPENAPI_SMITH_MUTATIONS").map_or(0..1_500, |text| match text.split_once("..") {
        Some((from, to)) => from.parse().unwrap()..to.parse().unwrap(),
        None => 0..text.parse().unwrap(),
    });
    let count = seeds.end - seeds.start;
    let documents = parsed(&documents::all());
    assert!(documents.len() >= 35, "only {} documents", documents.len());
    let next = AtomicU64::new(seeds.start);
    let accepted = AtomicU64::new(0);
    let slowest = Mutex::new((Duration::ZERO, 0));
    let at_work = Mutex::new(BTreeMap::new());
    let work = &|worker: usize| {
        let noted = format!("{}/seed-{worker}", env!("CARGO_TARGET_TMPDIR"));
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let text = mutated(&documents, seed);
            if count == 1 {
                std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/mutation"), &text).unwrap();
            }
            let settings = Settings::new().strict(!seed.is_multiple_of(2));
            let started = Instant::now();
            at_work.lock().unwrap().insert(seed, started);
            std::fs::write(&noted, seed.to_string()).unwrap();
            let result = catch_unwind(|| generate(&text, &settings).is_ok());
            at_work.lock().unwrap().remove(&seed);
            let taken = (started.elapsed(), seed);
            match result {
                Ok(is_ok) => accepted.fetch_add(u64::from(is_ok), Ordering::Relaxed),
                Err(_) => panic!("the mutation with the seed {seed} panicked"),
            };
            let mut slowest = slowest.lock().unwrap();
            *slowest = taken.max(*slowest);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(1, usize::from))
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        // A mutation that hangs is named while it runs.
        while workers.iter().any(|worker| !worker.is_finished()) {
            std::thread::sleep(Duration::from_millis(50));
            for (seed, started) in at_work.lock().unwrap().iter() {
                if started.elapsed() > LONGEST {
                    test_support::say(&format!("the mutation with the seed {seed} runs for more than {LONGEST:?}"));
                    std::process::abort();
                }
            }
        }
    });
    let accepted = accepted.into_inner();
    let (taken, seed) = slowest.into_inner().unwrap();
    test_support::say(&format!(
        "mutations: {count} of {count} without a panic, {accepted} of them accepted; the slowest took {taken:.2?} (seed \
         {seed}){}",
        peak().map(|megabytes| format!("; {megabytes} MB at most")).unwrap_or_default()
    ));
    assert!(
        count == 1 || accepted > count / 20,
        "the mutations are too wild to reach anything: {accepted} of {count} accepted"
    );
}

/// The peak memory of this process, if the system provides it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

fn parsed(paths: &[PathBuf]) -> Vec<Value> {
    let mut documents = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap();
        let parsed = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => serde_json::from_str(&text).ok(),
            Some("yaml") => serde_yaml::from_str(&text).ok(),
            _ => None,
        };
        documents.extend(parsed);
    }
    documents
}

/// One operation of a document with everything that it refers to, damaged at one to four locations.
fn mutated(documents: &[Value], seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut document = slice(&documents[random.usize(..documents.len())], &mut random);
    for _ in 0..random.usize(1..5) {
        damage(&mut document, &mut random);
    }
    let is_yaml = random.u8(..16) == 0;
    let mut text = if is_yaml { serde_yaml::to_string(&document).unwrap() } else { document.to_string() };
    if random.u8(..8) == 0 {
        // A cut, or a wrong character in the text itself.
        let mut at = random.usize(..text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match random.u8(..3) {
            0 => text.truncate(at),
            1 => text.insert(at, ['}', '"', '\\', '\u{0}', '🦀', '&'][random.usize(..6)]),
            _ => text.insert_str(at, "\u{202e}<<: *x\n"),
        }
    }
    text
}

fn slice(document: &Value, random: &mut fastrand::Rng) -> Value {
    let mut sliced = Map::new();
    for key in ["openapi", "info", "servers", "security"] {
        sliced.extend(document.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    let Some(paths) = document["paths"].as_object().filter(|paths| !paths.is_empty()) else { return document.clone() };
    let (path, item) = paths.iter().nth(random.usize(..paths.len())).unwrap();
    sliced.insert("paths".to_owned(), json!({ path: item }));
    let mut sliced = Value::Object(sliced);
    let schemes = &document["components"]["securitySchemes"];
    if !schemes.is_null() {
        sliced["components"] = json!({ "securitySchemes": schemes });
    }
    let mut open = references(item);
    let mut seen = BTreeSet::new();
    while let Some(reference) = open.pop() {
        // Enough to reach every construct, few enough to be quick.
        if !seen.insert(reference.clone()) || seen.len() > 60 {
            continue;
        }
        let Some(target) = document.pointer(reference.trim_start_matches('#')) else { continue };
        if let ["#", "components", section, name] = reference.split('/').collect::<Vec<_>>()[..] {
            let name = name.replace("~1", "/").replace("~0", "~");
            sliced["components"][section][name] = target.clone();
        }
        open.extend(references(target));
    }
    sliced
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Changes one location: removes, repeats, exchanges or renames a value, or changes its type.
fn damage(document: &mut Value, random: &mut fastrand::Rng) {
    let pointers = pointers(document);
    let at = &pointers[random.usize(..pointers.len())];
    let other = document.pointer(&pointers[random.usize(..pointers.len())]).cloned().unwrap_or(Value::Null);
    let Some(target) = document.pointer_mut(at) else { return };
    const WORDS: [&str; 40] = [
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
        "enum",
        "type",
        "nullable",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "discriminator",
        "readOnly",
        "writeOnly",
        "format",
        "default",
        "description",
        "title",
        "deprecated",
        "content",
        "schema",
        "style",
        "explode",
        "in",
        "name",
        "security",
        "parameters",
        "requestBody",
        "responses",
        "200",
        "default",
        "4XX",
        "self",
        "",
        "🦀",
        "a/b~c",
        "type!",
        "\u{202e}",
        "<script>",
    ];
    let word = WORDS[random.usize(..WORDS.len())];
    match random.u8(..8) {
        0 => *target = other,
        1 => *target = json!([null, true, -1, 1e308, "", [], {}, word])[random.usize(..8)].take(),
        2 => {
            if let Value::Object(members) = target
                && let Some(key) = members.keys().nth(random.usize(..members.len().max(1))).cloned()
            {
                members.remove(&key);
            }
        }
        3 => {
            if let Value::Object(members) = target {
                members.insert(word.to_owned(), other);
            }
        }
        4 => {
            if let Value::Object(members) = target
                && let Some(key) = members.keys().nth(random.usize(..members.len().max(1))).cloned()
                && let Some(value) = members.remove(&key)
            {
                members.insert(format!("{key}{word}"), value.clone());
                members.insert(key.to_uppercase(), value);
            }
        }
        5 => {
            if let Value::Array(elements) = target {
                elements.push(other);
                random.shuffle(elements);
            }
        }
        6 => {
            // A reference to any location, itself included.
            let to = pointers[random.usize(..pointers.len())].clone();
            if let Value::Object(members) = target {
                members.insert("$ref".to_owned(), Value::String(format!("#{to}")));
            }
        }
        _ => {
            if let Value::String(text) = target {
                text.push_str(["```\n    code", "[x](y", "<b>", "\u{0}", "{", "}", "*/", "\\"][random.usize(..8)]);
            }
        }
    }
}

fn pointers(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut open = vec![(String::new(), value)];
    while let Some((at, value)) = open.pop() {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(members) => {
                members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
            }
            Value::Array(elements) => {
                elements.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
            }
            _ => Vec::new(),
        };
        for (key, child) in children {
            let pointer = format!("{at}/{key}");
            found.push(pointer.clone());
            open.push((pointer, child));
        }
    }
    found
}
