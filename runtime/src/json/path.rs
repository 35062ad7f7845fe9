//! The path of a position in a JSON text, made of properties and indices.
//!
//! serde_json reports line and column. A second pass over the text finds the path. It is done only after a failure and
//! compiled once; a deserializer that keeps track of the path is compiled for each type.

use std::fmt::Write;

use serde_json::Value;

use super::tokens::Tokens;

/// The most characters of a path, and the most steps that are kept.
const LONGEST: usize = 200;

/// A step of a path: a property of an object (`None` before the first), or an item of an array.
enum Step {
    Property(Option<String>),
    Item(usize),
}

/// The path of the value at this line and column, such as `keys[0].kid`; empty for the whole text.
pub(crate) fn path(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    // Columns are bytes, and one may be within a character.
    let read = (0..=before + column).rev().find_map(|end| text.get(..end)).unwrap_or(text);
    let mut steps = Vec::new();
    // The depth beyond the steps that are kept: a text may nest as deeply as it has characters.
    let mut deeper = 0_usize;
    let mut is_name = false;
    for token in Tokens(read) {
        let are_enough = steps.len() == LONGEST;
        match (token, steps.last_mut()) {
            ("{" | "[", _) if are_enough => deeper += 1,
            ("{", _) => steps.push(Step::Property(None)),
            ("[", _) => steps.push(Step::Item(0)),
            ("}" | "]", _) if deeper > 0 => deeper -= 1,
            // An error at the end of an object is about the object: a property is missing.
            ("}" | "]", _) => drop(steps.pop()),
            _ if deeper > 0 => {}
            (",", Some(Step::Item(index))) => *index += 1,
            (_, Some(Step::Property(name))) if is_name && token.starts_with('"') => {
                // The text may end within the name.
                if let Ok(Value::String(next)) = token.parse() {
                    *name = Some(next);
                }
            }
            _ => {}
        }
        is_name = match token {
            "{" | "," => true,
            _ => is_name && token.trim().is_empty(),
        };
    }
    one_line(&written(&steps))
}

fn written(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Property(None) => {}
            Step::Property(Some(name)) => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(name);
            }
            Step::Item(index) => drop(write!(path, "[{index}]")),
        }
    }
    path
}

/// The path on one line. Its names may be the server's, of any length and with line ends.
fn one_line(path: &str) -> String {
    let mut line: String = path.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    if line.chars().count() > LONGEST {
        line.pop();
        line.push_str("...");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_position_is_made_of_properties_and_indices() {
        for (text, path_there) in [
            (r#"{"a": 1"#, "a"),
            (r#"{"a": {"b": [1, {"c": x"#, "a.b[1].c"),
            (r#"[[], [1, 2"#, "[1][1]"),
            (r#"{"a": "}{[,", "b\"c": x"#, "b\"c"),
            (r#"{"a": {"b": 1}"#, "a"),
            ("x", ""),
            ("", ""),
        ] {
            assert_eq!(path(text, 1, text.len()), path_there, "{text}");
        }
        assert_eq!(path("{\n  \"é\": [\n    1,\n    2", 4, 5), "é[1]");
    }

    #[test]
    fn a_path_is_one_line_of_limited_length() {
        let deep = "[".repeat(10_000);
        assert!(path(&deep, 1, deep.len()).chars().count() <= LONGEST + 3);
        let text = r#"{"a\nb": x"#;
        assert_eq!(path(text, 1, text.len()), "a b");
    }
}
