//! [`Misfit`]: where a JSON text does not have the expected type, without its values.

use serde_json::Error;

use super::mismatch::mismatch;
use super::path::path;
use crate::error::UndecodedReason;

/// Where a text does not fit. The message of serde_json would quote values, so it is not kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The path of the value that does not fit, or of the property that is missing; empty for the whole text.
    pub path: String,
    /// Whether a required property is missing.
    pub is_missing: bool,
    /// How the value does not fit.
    pub mismatch: String,
    /// The line of the text, from 1.
    pub line: usize,
    /// The column of the line.
    pub column: usize,
}

/// Where and in what way the text does not fit.
pub fn misfit(text: &str, error: &Error) -> Misfit {
    let (line, column) = (error.line(), error.column());
    let mut path = path(text, line, column);
    let message = error.to_string();
    let position = format!(" at line {line} column {column}");
    let message = message.strip_suffix(&position).unwrap_or(&message);
    let missing = missing_property(error, message);
    if let Some(name) = missing {
        path.push_str(if path.is_empty() { "" } else { "." });
        path.push_str(name);
    }
    Misfit { path, is_missing: missing.is_some(), mismatch: mismatch(text, error, message), line, column }
}

/// The name of a required property that is missing. It is a name of the type, never a part of the text.
///
/// serde has a constructor for this error (`missing_field`), but no accessor: the message has the name.
fn missing_property<'m>(error: &Error, message: &'m str) -> Option<&'m str> {
    if !error.is_data() {
        return None;
    }
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

impl From<Misfit> for UndecodedReason {
    fn from(misfit: Misfit) -> Self {
        let Misfit { path, is_missing, mismatch, line, column } = misfit;
        if is_missing { Self::Missing { path } } else { Self::Decode { path, mismatch, line, column } }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Pet {
        name: String,
        #[serde(default)]
        owners: Vec<Owner>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Owner {
        #[serde(rename = "na`me at line 1 column 2")]
        name: String,
    }

    #[test]
    fn a_missing_property_is_the_last_step_of_the_path() {
        for (text, path, is_missing) in [
            ("{}", "name", true),
            ("{\n\"owners\": []\n}", "name", true),
            (r#"{"owners": [{}]}"#, "owners[0].na`me at line 1 column 2", true),
            (r#"{"owners": [{"x": {}}], "name": "n"}"#, "owners[0].na`me at line 1 column 2", true),
            (r#"{"name": null}"#, "name", false),
            (r#"{"name": ["missing field `CANARY`"]}"#, "name", false),
            (r#"{"name": 1"#, "name", false),
            ("{", "", false),
        ] {
            let found = misfit(text, &serde_json::from_str::<Pet>(text).unwrap_err());
            assert_eq!((found.path.as_str(), found.is_missing), (path, is_missing), "{text}");
        }
    }
}
