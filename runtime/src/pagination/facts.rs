//! The values of a page that lead to the next page, read from the body without a type and without keeping the rest.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A path of properties from the body.
pub(super) type Path = &'static [&'static str];

/// The number of items of a page, and the values that lead to the next page.
#[derive(Default)]
pub(super) struct Facts {
    /// The number of items.
    pub(super) items: u64,
    /// The values at the paths, in their order.
    pub(super) values: Vec<Option<Value>>,
}

impl Facts {
    /// Reads the number of items, and the values at these paths. A body that is not JSON has none; it cannot be decoded
    /// either.
    pub(super) fn read(body: &[u8], items: Path, paths: &[Path]) -> Self {
        let mut facts = Self { items: 0, values: vec![None; paths.len()] };
        let wanted = std::iter::once((None, items)).chain(paths.iter().enumerate().map(|(at, path)| (Some(at), *path)));
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        // A syntax error is ignored: the page cannot be decoded either, and that error is reported.
        let _ = Inside { wanted: wanted.collect(), facts: &mut facts }.deserialize(&mut deserializer);
        facts
    }
}

/// The paths inside of a value; `None` is the path of the items.
struct Inside<'f> {
    wanted: Vec<(Option<usize>, Path)>,
    facts: &'f mut Facts,
}

impl<'de> DeserializeSeed<'de> for Inside<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // A value by itself: the number of a page, a cursor, a URL.
        if let [(Some(index), [])] = *self.wanted {
            let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
            if let Some(slot) = self.facts.values.get_mut(index) {
                *slot = Some(value);
            }
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let step = |(index, path): &(Option<usize>, Path)| match *path {
                [first, rest @ ..] if *first == key => Some((*index, rest)),
                _ => None,
            };
            let wanted: Vec<(Option<usize>, Path)> = self.wanted.iter().filter_map(step).collect();
            if wanted.is_empty() {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(Inside { wanted, facts: self.facts })?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let mut count = 0;
        while sequence.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        if self.wanted.iter().any(|(index, path)| index.is_none() && path.is_empty()) {
            self.facts.items = count;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_values_are_read_at_any_depth() {
        let body = br#"{"a":[1,{"items":[]}],"page":{"items":[1,[2],{"next":9}],"next":"x","more":false},"next":null}"#;
        let read = Facts::read(
            body,
            &["page", "items"],
            &[&["page", "next"], &["next"], &["page", "more"], &["b"], &["a", "b"]],
        );
        assert_eq!(read.items, 3);
        assert_eq!(read.values, [Some("x".into()), Some(Value::Null), Some(false.into()), None, None]);
        assert_eq!(Facts::read(b"[1,2]", &[], &[]).items, 2);
        assert_eq!(Facts::read(b"{\"items\":null}", &["items"], &[&["items", "x"]]).items, 0);
        for body in [&b""[..], b"1", b"\"a\"", b"{", b"null", b"[1,", b"1.5", b"true", b"-1"] {
            let facts = Facts::read(body, &["items"], &[&["next"]]);
            assert_eq!((facts.items, facts.values), (0, vec![None]));
        }
    }
}
