//! Parses JSON or YAML, and records the locations of duplicate keys.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};

/// A parsed text.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) value: Value,
    /// The pointers of duplicate keys.
    pub(super) repeated: Vec<String>,
    /// The size of the text.
    pub(super) bytes: usize,
}

/// Parses a text. The last value of a duplicate key is used. Keys are sorted: their order has no effect, whatever features of
/// serde_json other crates enable.
pub(super) fn parse(text: &str) -> Result<Parsed, Problem> {
    let bytes = text.len();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problem = |format, message| Problem::new(ProblemKind::Syntax { format, message }, &Location::root());
    let read = |mut tree: Tree| {
        tree.value.sort_all_objects();
        Parsed { value: tree.value, repeated: tree.repeated, bytes }
    };
    let is_deep = || nests_too_deeply(text);
    if !text.trim_start().starts_with('{') {
        if is_deep() {
            return Err(Problem::new(ProblemKind::TooDeep, &Location::root()));
        }
        return serde_yaml::from_str(text).map(read).map_err(|error| problem("YAML", error.to_string()));
    }
    serde_json::from_str(text).map(read).or_else(|error| {
        // A mapping of YAML may begin with a brace, too.
        let yaml = if is_deep() { None } else { serde_yaml::from_str(text).ok() };
        yaml.map(read).ok_or_else(|| problem("JSON", error.to_string()))
    })
}

/// Whether far more brackets open than close. The YAML parser refuses such text, too, but takes quadratic time.
/// Brackets in strings count, which only matters for thousands of unclosed ones. JSON is not checked unless it is read as YAML.
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

/// YAML's merge key, which includes another mapping.
const MERGE: &str = "<<";

/// A value and the pointers of its duplicate keys.
struct Tree {
    value: Value,
    repeated: Vec<String>,
}

impl Tree {
    fn leaf(value: impl Into<Value>) -> Self {
        Self { value: value.into(), repeated: Vec::new() }
    }
}

/// Prefixes the pointers of a part with its key.
fn within<'a>(key: &str, part: &'a [String]) -> impl Iterator<Item = String> + use<'a> {
    let step = Location::root().child(key).pointer().to_owned();
    part.iter().map(move |pointer| format!("{step}{pointer}"))
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::leaf(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::leaf(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::leaf(value))
    }

    // Limits such as `maximum: 18446744073709551616` exceed 64 bits. No type depends on such limits.
    fn visit_i128<E: Error>(self, value: i128) -> Result<Tree, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Tree, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        Number::from_f64(value).map(Tree::leaf).ok_or_else(|| E::custom("a number that is infinite or not a number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::leaf(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::leaf(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::leaf(Value::Null))
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::leaf(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut elements = Vec::new();
        let mut repeated = Vec::new();
        while let Some(element) = access.next_element::<Tree>()? {
            repeated.extend(within(&elements.len().to_string(), &element.repeated));
            elements.push(element.value);
        }
        Ok(Tree { value: Value::Array(elements), repeated })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut properties = Map::new();
        let mut repeated = Vec::new();
        while let Some(Key(key)) = access.next_key()? {
            let property: Tree = access.next_value()?;
            if properties.contains_key(&key) {
                repeated.extend(within(&key, &[String::new()]));
            }
            repeated.extend(within(&key, &property.repeated));
            properties.insert(key, property.value);
        }
        merge(&mut properties);
        Ok(Tree { value: Value::Object(properties), repeated })
    }
}

/// Merges the mappings of merge keys. Existing properties are kept.
fn merge(properties: &mut Map<String, Value>) {
    let sources = match properties.get(MERGE) {
        Some(Value::Object(_)) => properties.remove(MERGE).into_iter().collect(),
        Some(Value::Array(elements)) if elements.iter().all(Value::is_object) => match properties.remove(MERGE) {
            Some(Value::Array(elements)) => elements,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    for source in sources {
        if let Value::Object(source) = source {
            for (key, value) in source {
                properties.entry(key).or_insert(value);
            }
        }
    }
}

/// A key. YAML keys may be numbers, such as the statuses of `responses`.
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
    fn endless_nesting_is_refused_quickly() {
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
