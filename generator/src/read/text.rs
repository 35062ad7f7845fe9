//! From JSON or YAML text to a value. A repeated key is an error: either of the two could be meant.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};

pub(super) fn parse(text: &str) -> Result<Value, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_json = text.trim_start().starts_with('{');
    if !is_json && nests_too_deeply(text) {
        return Err(Problem::new(ProblemKind::TooDeep, &Location::root()));
    }
    let (format, parsed) = if is_json {
        ("JSON", serde_json::from_str::<Tree>(text).map_err(|error| error.to_string()))
    } else {
        ("YAML", serde_yaml::from_str::<Tree>(text).map_err(|error| error.to_string()))
    };
    parsed.map(|tree| tree.0).map_err(|message| {
        let kind = if message.contains(DUPLICATE) {
            ProblemKind::DuplicateKey { message }
        } else {
            ProblemKind::Syntax { format, message }
        };
        Problem::new(kind, &Location::root())
    })
}

/// Whether far more brackets open than close. The YAML parser refuses this, too, but only after a time that grows with the
/// square of their number. Brackets in texts are counted as well, which only a text with thousands of unclosed ones could
/// notice; in JSON nothing is counted.
fn nests_too_deeply(text: &str) -> bool {
    const MOST: i64 = 20_000;
    let mut open: i64 = 0;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = (open - 1).max(0),
            _ => {}
        }
        open > MOST
    })
}

/// How the message of a repeated key begins. A parser only hands on text, so this is how it is known again.
const DUPLICATE: &str = "the key is repeated: ";

/// The key by which YAML takes over the members of another mapping.
const MERGE: &str = "<<";

/// A value whose objects had no repeated key.
struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Tree)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    // Limits such as `maximum: 18446744073709551616` go past 64 bits; no type depends on them.
    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is infinite or not a number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(Tree(element)) = access.next_element()? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(Key(key)) = access.next_key()? {
            if members.contains_key(&key) {
                return Err(A::Error::custom(format!("{DUPLICATE}`{key}`")));
            }
            let Tree(value) = access.next_value()?;
            members.insert(key, value);
        }
        merge(&mut members);
        Ok(Value::Object(members))
    }
}

/// Takes over the members that a merge key names. Those that are there already stay as they are.
fn merge(members: &mut Map<String, Value>) {
    let sources = match members.get(MERGE) {
        Some(Value::Object(_)) => members.remove(MERGE).into_iter().collect(),
        Some(Value::Array(elements)) if elements.iter().all(Value::is_object) => match members.remove(MERGE) {
            Some(Value::Array(elements)) => elements,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    for source in sources {
        if let Value::Object(source) = source {
            for (key, value) in source {
                members.entry(key).or_insert(value);
            }
        }
    }
}

/// A key. YAML has keys that are no strings, such as the statuses of `responses`.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor).map(Key)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is text, a number or a boolean")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nests_without_end_is_refused_quickly() {
        let text = format!("openapi: 3.0.3\nx: {}", "[".repeat(1_000_000));
        assert_eq!(parse(&text).err().map(|problem| problem.code()), Some("too-deep"));
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let again = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![again; 9].join(", ")));
        }
        assert_eq!(parse(&text).err().map(|problem| problem.code()), Some("syntax"));
    }
}
