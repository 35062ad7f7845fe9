//! How a value does not have the expected type, in the words of JSON and of the schema. Values are not quoted.

use serde_json::Error;

/// The mismatch of a text that is not JSON.
pub(crate) const NOT_JSON: &str = "the text is not JSON";

/// How the text does not fit. `message` is the error's text without its position.
///
/// Texts of errors may quote values, so only known forms are read, and of these only what the type says: its `expecting`.
pub(super) fn mismatch(text: &str, error: &Error, message: &str) -> String {
    if text.trim().is_empty() {
        return "the body is empty".to_owned();
    }
    if error.is_eof() {
        return "the JSON ends too early".to_owned();
    }
    if error.is_syntax() {
        return match no_number(text, error) {
            _ if message == "number out of range" => "the number is out of range".to_owned(),
            Some(word) => format!("JSON has no number `{word}`"),
            None => NOT_JSON.to_owned(),
        };
    }
    typed(message).or_else(|| own(message)).unwrap_or_else(|| "the type does not accept the value".to_owned())
}

/// The word at the error's position, if it is a number of JavaScript that JSON does not have. Servers in Python write them.
fn no_number(text: &str, error: &Error) -> Option<&'static str> {
    const WORDS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
    let line = text.split('\n').nth(error.line().checked_sub(1)?)?;
    // The error is at the first character that fits no value, or after it.
    let at = error.column().checked_sub(1)?;
    let starts = (at.saturating_sub(1)..=at).filter_map(|start| line.get(start..));
    starts.into_iter().find_map(|rest| WORDS.into_iter().find(|word| rest.starts_with(word)))
}

/// serde's `invalid type: string "x", expected i64` and `invalid value: ...`.
fn typed(message: &str) -> Option<String> {
    let (is_value, rest) = match message.strip_prefix("invalid type: ") {
        Some(rest) => (false, rest),
        None => (true, message.strip_prefix("invalid value: ")?),
    };
    // The value comes first, and may have the word, too.
    let (value, expected) = rest.rsplit_once(", expected ")?;
    let found = match (found(value), is_value) {
        (Some(name), false) => format!("found {name}"),
        (Some("a number"), true) => "found a number out of range".to_owned(),
        (Some(name), true) => format!("found an invalid {}", name.rsplit(' ').next().unwrap_or(name)),
        (None, _) => "found another type".to_owned(),
    };
    Some(format!("expected {}, {found}", expected_type(expected)))
}

/// The JSON type of what serde calls unexpected.
fn found(value: &str) -> Option<&'static str> {
    let types = [
        ("null", "null"),
        ("unit", "null"),
        ("Option", "null"),
        ("boolean", "a boolean"),
        ("integer", "a number"),
        ("floating", "a number"),
        ("number", "a number"),
        ("string", "a string"),
        ("character", "a string"),
        ("sequence", "an array"),
        ("map", "an object"),
    ];
    let first = value.split([' ', '`']).next()?;
    types.iter().find(|(word, _)| *word == first).map(|(_, name)| *name)
}

/// What a type expects. Rust's names are those of JSON here.
fn expected_type(expected: &str) -> String {
    let name = match expected {
        "a sequence" => "an array",
        "a map" => "an object",
        "unit" => "null",
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => return format!("an integer ({expected})"),
        structure if structure.starts_with("struct ") => "an object",
        other => other,
    };
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(100).collect()
}

/// The texts of this crate's own types, which quote nothing.
fn own(message: &str) -> Option<String> {
    let names_a_type = ["expected a valid ", "expected one of the types of "]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
    match message {
        "expected a text" => Some("expected a string".to_owned()),
        "a property that occurs twice" => Some("the property occurs twice".to_owned()),
        _ => names_a_type.then(|| message.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::{DeserializeOwned, Deserializer, Error as _};
    use serde_json::Value;

    use crate::error::UndecodedReason;
    use crate::json::decode;
    use crate::secret::Secret;

    fn mismatch<T: DeserializeOwned>(body: &str) -> String {
        match decode::<T>(body.as_bytes()) {
            Err(UndecodedReason::Decode { mismatch, .. }) => mismatch,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("{body} is decoded"),
        }
    }

    #[test]
    fn a_mismatch_names_types_and_no_values() {
        for (found, expected) in [
            (mismatch::<i64>(r#""CANARY, expected CANARY""#), "expected an integer (i64), found a string"),
            (mismatch::<String>(r#"{"a": "CANARY"}"#), "expected a string, found an object"),
            (mismatch::<Vec<String>>("null"), "expected an array, found null"),
            (mismatch::<Vec<String>>("[1.5]"), "expected a string, found a number"),
            (mismatch::<i32>("5000000000"), "expected an integer (i32), found a number out of range"),
            (mismatch::<bool>("[]"), "expected a boolean, found an array"),
            (mismatch::<f64>("true"), "expected a number, found a boolean"),
            (mismatch::<Secret>("7"), "expected a string"),
            (mismatch::<String>(" \n"), "the body is empty"),
            (mismatch::<String>("\"CANARY"), "the JSON ends too early"),
            (mismatch::<String>("<html>CANARY"), "the text is not JSON"),
            (mismatch::<f64>("NaN"), "JSON has no number `NaN`"),
            (mismatch::<f64>("Naught"), "the text is not JSON"),
            (mismatch::<Vec<f64>>("[1,\n Infinity]"), "JSON has no number `Infinity`"),
            (mismatch::<Vec<Value>>("[{\"ü\": -Infinity}]"), "JSON has no number `-Infinity`"),
            (mismatch::<Own>("\"expected CANARY\""), "the type does not accept the value"),
        ] {
            assert_eq!(found, expected);
        }
    }

    /// A type whose errors quote values.
    struct Own;

    impl<'de> Deserialize<'de> for Own {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Err(D::Error::custom(String::deserialize(deserializer)?))
        }
    }
}
