//! Tries instances: decodes, encodes, compares, clones and drops each with the type of its schema, on a small stack.
//!
//! The text of this file is a module of every program that tries instances; the tests of this tool compile it, too.
//! A stack overflow ends the program, so the program announces each instance before it tries it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::{fs, thread};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The stack of the thread that tries an instance: a quarter of the default of std and tokio.
const STACK: usize = 512 * 1024;

/// Tries one instance, given as JSON text, and returns the encoded value as JSON text.
pub(super) type Check = fn(&str) -> Result<String, String>;

/// A value that this program can encode, secrets included.
pub(super) trait Show {
    /// The value as JSON.
    fn show(&self) -> Value;
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> Value {
        self.as_ref().map_or(Value::Null, Show::show)
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) -> Value {
        self.iter().map(Show::show).collect()
    }
}

impl<T: Show> Show for BTreeMap<String, T> {
    fn show(&self) -> Value {
        self.iter().map(|(key, value)| (key.clone(), value.show())).collect()
    }
}

/// The check of a type that can be encoded.
pub(super) fn value<T: DeserializeOwned + Serialize + Clone>(text: &str) -> Result<String, String> {
    check(text, |decoded: &T| serde_json::to_string(decoded).map_err(|error| format!("not encoded: {error}")))
}

/// The check of a type that is made of secrets.
pub(super) fn secret<T: DeserializeOwned + Show + Clone>(text: &str) -> Result<String, String> {
    check(text, |decoded: &T| Ok(decoded.show().to_string()))
}

/// Types need not have `PartialEq`, so a clone is compared by its encoding.
fn check<T: DeserializeOwned + Clone>(
    text: &str,
    encode: impl Fn(&T) -> Result<String, String>,
) -> Result<String, String> {
    let decoded: T = serde_json::from_str(text).map_err(|error| format!("not decoded: {error}"))?;
    let encoded = encode(&decoded)?;
    let cloned = decoded.clone();
    drop(decoded);
    if encode(&cloned)? == encoded { Ok(encoded) } else { Err("the clone is encoded differently".to_owned()) }
}

/// Prints the size of each type, then tries the instances of the files. `types` are sorted by the pointer of the
/// schema.
///
/// The first argument is the number of instances to skip, the others are the files. The sizes are printed only if no
/// instance is skipped.
pub(super) fn run(
    types: &[(&str, Check)],
    sizes: &[(&str, usize)],
    arguments: impl IntoIterator<Item = String>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut arguments = arguments.into_iter();
    let skipped: usize = arguments.next().and_then(|number| number.parse().ok()).unwrap_or_default();
    if skipped == 0 {
        writeln!(out, "{}", json!({ "sizes": sizes }))?;
    }
    let mut number = 0;
    for path in arguments {
        for line in fs::read_to_string(path)?.lines() {
            number += 1;
            if number > skipped {
                try_one(types, number, line, out)?;
            }
        }
    }
    writeln!(out, "{}", json!("end"))?;
    out.flush()
}

fn try_one(types: &[(&str, Check)], number: usize, line: &str, out: &mut impl Write) -> io::Result<()> {
    let instance: Value = serde_json::from_str(line)?;
    let pointer = instance.get("pointer").and_then(Value::as_str).unwrap_or_default();
    let found = types.binary_search_by_key(&pointer, |(pointer, _)| pointer).ok().and_then(|index| types.get(index));
    let Some(&(_, check)) = found else {
        return writeln!(out, "{}", json!({ "untried": number }));
    };
    writeln!(out, "{}", json!({ "begin": number }))?;
    out.flush()?;
    let before = instance.get("value").unwrap_or(&Value::Null);
    let text = before.to_string();
    let thread = thread::Builder::new().name("instance".to_owned()).stack_size(STACK).spawn(move || check(&text))?;
    // A panic ends the program, as an overflow does.
    let encoded = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
    let after = encoded.and_then(|text| {
        serde_json::from_str::<Value>(&text).map_err(|error| format!("encoded as something that is not JSON: {error}"))
    });
    match after {
        Ok(after) if after == *before => Ok(()),
        Ok(after) => writeln!(out, "{}", json!({ "encoded": [number, after] })),
        Err(error) => writeln!(out, "{}", json!({ "failed": [number, error] })),
    }
}
