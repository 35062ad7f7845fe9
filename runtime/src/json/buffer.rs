//! JSON values that are kept until their type is known, in one allocation.
//!
//! A text borrows from the decoded text if it can. `serde_json::Value` allocates each text, and each object as a tree.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::slice;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, StrDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Number;

use super::object::PropertyName;

/// A scalar, or the head of an array or of an object.
#[derive(Clone)]
pub(crate) enum Entry<'de> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Cow<'de, str>),
    /// An array. Its items take this many of the next entries.
    Array(usize),
    /// An object. Its names and values take this many of the next entries.
    Object(usize),
}

impl Entry<'_> {
    /// The number; `null` if it is infinite, as in `serde_json::Value`.
    pub(crate) fn of_f64(number: f64) -> Self {
        Number::from_f64(number).map_or(Entry::Null, Entry::Number)
    }

    pub(crate) fn of_i128<E: Error>(number: i128) -> Result<Self, E> {
        Number::from_i128(number).map(Entry::Number).ok_or_else(|| E::custom("a JSON number out of range"))
    }

    pub(crate) fn of_u128<E: Error>(number: u128) -> Result<Self, E> {
        Number::from_u128(number).map(Entry::Number).ok_or_else(|| E::custom("a JSON number out of range"))
    }
}

/// A JSON value in a buffer of its own.
#[allow(missing_debug_implementations, reason = "the value may be a secret")]
pub struct Buffer<'de>(Vec<Entry<'de>>);

impl<'de> Buffer<'de> {
    /// The value of these entries.
    pub(crate) fn of(entries: Vec<Entry<'de>>) -> Self {
        Self(entries)
    }

    /// The value.
    pub(crate) fn value<E>(&self) -> Buffered<'_, 'de, E> {
        Buffered::of(&self.0)
    }
}

/// A value in a buffer.
pub(crate) struct Buffered<'b, 'de, E> {
    /// The first entry is the head.
    entries: &'b [Entry<'de>],
    error: PhantomData<E>,
}

impl<E> Clone for Buffered<'_, '_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Buffered<'_, '_, E> {}

impl<'b, 'de, E> Buffered<'b, 'de, E> {
    /// The value whose head is the first of these entries.
    pub(crate) fn of(entries: &'b [Entry<'de>]) -> Self {
        Self { entries, error: PhantomData }
    }

    /// The head, and the entries after it.
    pub(crate) fn head(self) -> (&'b Entry<'de>, &'b [Entry<'de>]) {
        // A buffer without entries does not exist.
        self.entries.split_first().unwrap_or((&Entry::Null, &[]))
    }

    /// The properties in these entries.
    pub(crate) fn inside(entries: &'b [Entry<'de>]) -> Properties<'b, 'de, E> {
        Properties { values: Items { rest: entries, error: PhantomData } }
    }

    /// Whether the value is neither an array nor an object.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self.head().0, Entry::Array(_) | Entry::Object(_))
    }

    /// The items of an array, or none.
    pub(crate) fn items(self) -> Items<'b, 'de, E> {
        let (head, after) = self.head();
        let inside = if let Entry::Array(count) = head { after.get(..*count) } else { None };
        Items { rest: inside.unwrap_or_default(), error: PhantomData }
    }

    /// The properties of an object, or none.
    pub(crate) fn properties(self) -> Properties<'b, 'de, E> {
        let (head, after) = self.head();
        let inside = if let Entry::Object(count) = head { after.get(..*count) } else { None };
        Self::inside(inside.unwrap_or_default())
    }
}

/// The number of entries that the value with this head takes.
pub(crate) fn extent(head: &Entry<'_>) -> usize {
    match head {
        Entry::Array(count) | Entry::Object(count) => 1 + count,
        Entry::Null | Entry::Boolean(_) | Entry::Number(_) | Entry::Text(_) => 1,
    }
}

/// Iterates over the items of an array.
pub(crate) struct Items<'b, 'de, E> {
    rest: &'b [Entry<'de>],
    error: PhantomData<E>,
}

impl<E: Error> Items<'_, '_, E> {
    /// An error unless all items are decoded.
    fn end(&self) -> Result<(), E> {
        if self.rest.is_empty() { Ok(()) } else { Err(E::custom("expected fewer items")) }
    }
}

impl<'b, 'de, E> Iterator for Items<'b, 'de, E> {
    type Item = Buffered<'b, 'de, E>;

    fn next(&mut self) -> Option<Self::Item> {
        let (item, rest) = self.rest.split_at_checked(extent(self.rest.first()?))?;
        self.rest = rest;
        Some(Buffered::of(item))
    }
}

/// Iterates over the properties of an object, in the order of the text. A name may occur twice.
pub(crate) struct Properties<'b, 'de, E> {
    /// Names and values in turn.
    values: Items<'b, 'de, E>,
}

impl<'b, 'de, E> Iterator for Properties<'b, 'de, E> {
    type Item = (&'b Cow<'de, str>, Buffered<'b, 'de, E>);

    fn next(&mut self) -> Option<Self::Item> {
        let (Entry::Text(name), _) = self.values.next()?.head() else { return None };
        Some((name, self.values.next()?))
    }
}

impl<'de, E: Error> SeqAccess<'de> for Items<'_, 'de, E> {
    type Error = E;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, E> {
        self.next().map(|item| seed.deserialize(item)).transpose()
    }
}

impl<'de, E: Error> MapAccess<'de> for Properties<'_, 'de, E> {
    type Error = E;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, E> {
        self.values.next().map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, E> {
        let value = self.values.next().ok_or_else(|| E::custom("a property without a value"))?;
        seed.deserialize(value)
    }
}

impl<'de, E: Error> Deserializer<'de> for Buffered<'_, 'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.head().0 {
            Entry::Null => visitor.visit_unit(),
            Entry::Boolean(flag) => visitor.visit_bool(*flag),
            Entry::Number(number) => number.clone().deserialize_any(visitor).map_err(E::custom),
            Entry::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Entry::Text(Cow::Owned(text)) => visitor.visit_str(text),
            Entry::Array(_) => {
                let mut items = self.items();
                let value = visitor.visit_seq(&mut items)?;
                items.end().map(|()| value)
            }
            Entry::Object(_) => {
                let mut properties = self.properties();
                let value = visitor.visit_map(&mut properties)?;
                properties.values.end().map(|()| value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.head().0 {
            Entry::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.head().0 {
            Entry::Text(text) => visitor.visit_enum(StrDeserializer::new(text)),
            Entry::Object(_) => MapAccessDeserializer::new(self.properties()).deserialize_enum(name, variants, visitor),
            _ => Err(E::invalid_type(Unexpected::Other("a value"), &"a string or an object")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

impl<'de> Deserialize<'de> for Buffer<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut entries = Vec::new();
        append(&mut entries, |seed| seed.deserialize(deserializer))?;
        Ok(Self(entries))
    }
}

/// Appends the value that `read` decodes.
pub(crate) fn append<'b, 'de, E>(
    entries: &'b mut Vec<Entry<'de>>,
    read: impl FnOnce(Append<'_, 'de>) -> Result<Option<Entry<'de>>, E>,
) -> Result<(), E> {
    let scalar = read(Append { name: None, entries })?;
    entries.extend(scalar);
    Ok(())
}

/// Reads a value. A scalar is returned; an array or an object is appended to the entries, after its name.
pub(crate) struct Append<'b, 'de> {
    pub(crate) name: Option<&'static str>,
    pub(crate) entries: &'b mut Vec<Entry<'de>>,
}

impl<'de> Append<'_, 'de> {
    /// Appends a head and the entries that `inside` appends.
    fn compound<E>(
        self,
        head: fn(usize) -> Entry<'de>,
        inside: impl FnOnce(&mut Vec<Entry<'de>>) -> Result<(), E>,
    ) -> Result<Option<Entry<'de>>, E> {
        self.entries.extend(self.name.map(|name| Entry::Text(Cow::Borrowed(name))));
        let index = self.entries.len();
        self.entries.push(head(0));
        inside(self.entries)?;
        let count = self.entries.len() - index - 1;
        if let Some(slot) = self.entries.get_mut(index) {
            *slot = head(count);
        }
        Ok(None)
    }
}

impl<'de> DeserializeSeed<'de> for Append<'_, 'de> {
    type Value = Option<Entry<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Append<'_, 'de> {
    type Value = Option<Entry<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(Entry::Boolean(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Entry::Number(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Entry::Number(number.into())))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Self::Value, E> {
        Entry::of_i128(number).map(Some)
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Self::Value, E> {
        Entry::of_u128(number).map(Some)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Entry::of_f64(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Entry::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Entry::Text(Cow::Borrowed(text))))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Entry::Text(Cow::Owned(text))))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Entry::Null))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Entry::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        self.compound(Entry::Array, |entries| {
            while let Some(scalar) = items.next_element_seed(Append { name: None, entries })? {
                entries.extend(scalar);
            }
            Ok(())
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<Self::Value, A::Error> {
        let (start, named) = (self.entries.len(), usize::from(self.name.is_some()));
        let entries = &mut *self.entries;
        Append { name: self.name, entries }.compound(Entry::Object, |entries| append_all(entries, &mut properties))?;
        let number = self.entries.get(start + named..).and_then(|entries| number(Buffered::<A::Error>::of(entries)));
        if number.is_some() {
            self.entries.truncate(start);
        }
        Ok(number)
    }
}

/// Appends the remaining properties.
pub(crate) fn append_all<'de, A: MapAccess<'de>>(
    entries: &mut Vec<Entry<'de>>,
    properties: &mut A,
) -> Result<(), A::Error> {
    while let Some(PropertyName(name)) = properties.next_key()? {
        entries.push(Entry::Text(name));
        append(entries, |seed| properties.next_value_seed(seed))?;
    }
    Ok(())
}

/// The property by which serde_json passes a number on if its feature `arbitrary_precision` is on.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";

/// The number that an object is if serde_json's feature `arbitrary_precision` is on.
fn number<'de, E: Error>(object: Buffered<'_, 'de, E>) -> Option<Entry<'de>> {
    let (name, value) = object.properties().next()?;
    match value.head().0 {
        Entry::Text(digits) if name == NUMBER => arbitrary_number(digits).map(Entry::Number),
        _ => None,
    }
}

/// The number, if serde_json's feature `arbitrary_precision` is on.
pub(crate) fn arbitrary_number(digits: &str) -> Option<Number> {
    let property = std::iter::once((NUMBER, digits));
    let object: MapDeserializer<'_, _, serde::de::value::Error> = MapDeserializer::new(property);
    Number::deserialize(object).ok()
}

/// Whether serde_json passes numbers on as objects, because a crate of the program turned on its feature
/// `arbitrary_precision`.
pub(crate) fn are_numbers_objects() -> bool {
    static ARE: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| arbitrary_number("1").is_some());
    *ARE
}

/// A scalar.
pub(crate) fn scalar<'b, 'de, E>(entry: &'b Entry<'de>) -> Buffered<'b, 'de, E> {
    Buffered::of(slice::from_ref(entry))
}
