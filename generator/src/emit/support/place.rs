//! Where in a JSON text reading it into a type failed, as a path of members and indices.
//!
//! serde_json says line and column. Going through the text up to there once more tells which member that is. It is done
//! only after a failure, and unlike a reader that keeps track all the time it is compiled once, not once a type.

use std::fmt::Write;

use serde_json::Value;

use super::tokens::Tokens;

/// How many characters of a path are told, and how many steps are kept of one.
const LONGEST: usize = 200;

/// A step of a path: which member of an object it is, none before the first, or which item of an array.
enum Step {
    Member(Option<String>),
    Item(usize),
}

/// The path of what stands at this line and column, such as `keys[0].kid`; empty for the whole text.
pub(crate) fn path(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    // Columns are bytes, and one may be within a character.
    let read = (0..=before + column).rev().find_map(|end| text.get(..end)).unwrap_or(text);
    let mut steps = Vec::new();
    // How far beyond those that are kept: a text may nest as often as it has letters.
    let mut deeper = 0_usize;
    let mut is_name = false;
    for token in Tokens(read) {
        let are_enough = steps.len() == LONGEST;
        match (token, steps.last_mut()) {
            ("{" | "[", _) if are_enough => deeper += 1,
            ("{", _) => steps.push(Step::Member(None)),
            ("[", _) => steps.push(Step::Item(0)),
            ("}" | "]", _) if deeper > 0 => deeper -= 1,
            // What is wrong with a complete object is wrong with the object: a member that is missing.
            ("}" | "]", _) => drop(steps.pop()),
            _ if deeper > 0 => {}
            (",", Some(Step::Item(index))) => *index += 1,
            (_, Some(Step::Member(name))) if is_name && token.starts_with('"') => {
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
            Step::Member(None) => {}
            Step::Member(Some(name)) => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(name);
            }
            Step::Item(index) => drop(write!(path, "[{index}]")),
        }
    }
    path
}

/// The names in the path may be the server's, of any length and with line ends.
fn one_line(path: &str) -> String {
    let mut line: String = path.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    if line.chars().count() > LONGEST {
        line.pop();
        line.push_str("...");
    }
    line
}
