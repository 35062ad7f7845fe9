//! Where in a JSON text reading it into a type failed, as a path of members and indices.
//!
//! serde_json says line and column. Reading the text up to there once more, into nothing, tells which member that is. It
//! is done only after a failure, and unlike a reader that keeps track all the time it is compiled once, not once a type.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// How many characters of a path are told.
const LONGEST: usize = 200;

/// The path of what stands at this line and column, such as `keys[0].kid`; empty for the whole text.
pub(crate) fn path(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    // Columns are bytes, and one may be within a character.
    let read = (0..=before + column).rev().find_map(|end| text.get(..end)).unwrap_or(text);
    let mut path = String::new();
    let mut deserializer = serde_json::Deserializer::from_str(read);
    // It fails where the text ends; what counts is how far it came.
    let _ = Walk(&mut path).deserialize(&mut deserializer);
    one_line(&path)
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

/// Reads a value and leaves in the path where it stopped.
struct Walk<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let len = self.0.len();
        while let Some(name) = access.next_key::<String>()? {
            self.0.truncate(len);
            if len > 0 {
                self.0.push('.');
            }
            self.0.push_str(&name);
            access.next_value_seed(Walk(&mut *self.0))?;
        }
        // What is wrong with a complete object is wrong with the object: a member that is missing.
        self.0.truncate(len);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let len = self.0.len();
        let mut index = 0_usize;
        loop {
            self.0.truncate(len);
            self.0.push_str(&format!("[{index}]"));
            if access.next_element_seed(Walk(&mut *self.0))?.is_none() {
                self.0.truncate(len);
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
