//! Writes YAML in the style of `spec/upstream.yaml`, so that an update changes only the necessary lines.

use serde_yaml::Value;

/// The longest line. Longer texts become blocks, which people fold by hand.
const WIDTH: usize = 100;

/// The top-level properties with blank lines between them and between their entries.
const SPACED: &str = "paths";

/// The document as text, below the first comment of the present file.
pub fn document(value: &Value, present: &str) -> String {
    let comment: String =
        present.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let mut text = comment;
    if !text.is_empty() {
        text.push('\n');
    }
    for (index, (key, value)) in value.as_mapping().into_iter().flatten().enumerate() {
        let name = key.as_str().unwrap_or_default();
        // `openapi` and `info` come first.
        if index > 1 {
            text.push('\n');
        }
        if name == SPACED {
            text.push_str(&format!("{name}:\n"));
            for (index, (path, item)) in value.as_mapping().into_iter().flatten().enumerate() {
                if index > 0 {
                    text.push('\n');
                }
                property(&mut text, path, item, 2);
            }
        } else {
            property(&mut text, key, value, 0);
        }
    }
    text
}

fn property(text: &mut String, key: &Value, value: &Value, indent: usize) {
    let line = format!("{}{}:", " ".repeat(indent), scalar(key));
    text.push_str(&line);
    after(text, value, indent, line.len());
}

/// The text of a value after a key or a dash. `length` characters of the line are already used.
fn after(text: &mut String, value: &Value, indent: usize, length: usize) {
    match value {
        Value::Mapping(properties) if !properties.is_empty() => {
            text.push('\n');
            for (key, value) in properties {
                property(text, key, value, indent + 2);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            text.push('\n');
            for item in items {
                element(text, item, indent + 2);
            }
        }
        Value::String(prose) if is_block(prose, length) => {
            text.push_str(" |-\n");
            for line in prose.lines() {
                if !line.is_empty() {
                    text.push_str(&" ".repeat(indent + 2));
                    text.push_str(line);
                }
                text.push('\n');
            }
        }
        other => {
            text.push(' ');
            text.push_str(&scalar(other));
            text.push('\n');
        }
    }
}

fn element(text: &mut String, item: &Value, indent: usize) {
    let mut inside = String::new();
    match item {
        Value::Mapping(properties) if !properties.is_empty() => {
            for (key, value) in properties {
                property(&mut inside, key, value, indent + 2);
            }
        }
        other => {
            inside.push_str(&" ".repeat(indent + 2));
            inside.push_str(&scalar(other));
            inside.push('\n');
        }
    }
    // The dash replaces the first two blanks.
    let rest = inside.get(indent + 2..).unwrap_or_default();
    text.push_str(&format!("{}- {rest}", " ".repeat(indent)));
}

/// Whether a text becomes a block: it has several lines, or is too long, and a block can represent it.
fn is_block(prose: &str, length: usize) -> bool {
    let can = !prose.ends_with('\n')
        && !prose.starts_with([' ', '\n'])
        && !prose.contains(|c: char| c.is_control() && c != '\n');
    let fits = length + 1 + prose.chars().count() <= WIDTH;
    can && !prose.is_empty() && (prose.contains('\n') || (!fits && prose.contains(' ')))
}

/// A key or a value on one line, with quotes if YAML requires them.
fn scalar(value: &Value) -> String {
    match value {
        Value::Mapping(_) => "{}".to_owned(),
        Value::Sequence(_) => "[]".to_owned(),
        // A block would exceed the line.
        Value::String(text) if text.contains('\n') => serde_json::Value::from(text.as_str()).to_string(),
        // YAML 1.1 parses an unquoted one as a date.
        Value::String(text) if is_date(text) => format!("'{text}'"),
        other => serde_yaml::to_string(other).unwrap_or_default().trim_end().to_owned(),
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}
