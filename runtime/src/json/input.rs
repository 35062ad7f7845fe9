//! A JSON value that a union decodes: a scalar, an array, or an object of which some properties may be buffered.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::buffer::{Append, Buffer, Buffered, Entry, NUMBER, append, append_all, arbitrary_number, extent, scalar};
use super::integers::whole;
use super::object::PropertyName;

/// The JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of JSON's types")]
pub enum JsonType {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// A JSON value of which only the part before the discriminator may be decoded yet.
pub trait Input<'de>: Deserializer<'de> {
    /// The type of the value.
    fn json_type(&self) -> JsonType;

    /// The discriminator of an object as text. The properties before it are buffered; if it is missing, all properties.
    fn discriminator(&mut self, _property: &'static str) -> Result<Option<Cow<'de, str>>, Self::Error> {
        Ok(None)
    }

    /// Buffers the rest.
    fn buffer(self) -> Result<Buffer<'de>, Self::Error>;
}

/// A scalar.
pub(crate) struct Scalar<'de, E> {
    entry: Entry<'de>,
    error: PhantomData<E>,
}

impl<'de, E> Scalar<'de, E> {
    pub(crate) fn new(entry: Entry<'de>) -> Self {
        Self { entry, error: PhantomData }
    }
}

impl<'de, E: Error> Input<'de> for Scalar<'de, E> {
    fn json_type(&self) -> JsonType {
        match self.entry {
            Entry::Null => JsonType::Null,
            Entry::Boolean(_) => JsonType::Boolean,
            Entry::Number(_) => JsonType::Number,
            Entry::Text(_) => JsonType::String,
            Entry::Array(_) => JsonType::Array,
            Entry::Object(_) => JsonType::Object,
        }
    }

    fn buffer(self) -> Result<Buffer<'de>, E> {
        Ok(Buffer::of(vec![self.entry]))
    }
}

impl<'de, E: Error> Deserializer<'de> for Scalar<'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.entry {
            Entry::Text(Cow::Owned(text)) => visitor.visit_string(text),
            entry => scalar(&entry).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.entry {
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
        scalar(&self.entry).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// An array.
pub(crate) struct Array<S>(pub(crate) S);

impl<'de, S: SeqAccess<'de>> Input<'de> for Array<S> {
    fn json_type(&self) -> JsonType {
        JsonType::Array
    }

    fn buffer(self) -> Result<Buffer<'de>, S::Error> {
        let mut entries = Vec::new();
        append(&mut entries, |seed| seed.visit_seq(self.0))?;
        Ok(Buffer::of(entries))
    }
}

impl<'de, S: SeqAccess<'de>> Deserializer<'de> for Array<S> {
    type Error = S::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, S::Error> {
        SeqAccessDeserializer::new(self.0).deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, S::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, S::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// An object.
pub(crate) struct Object<'de, M> {
    /// The discriminator. It has a field of its own because it is often first: nothing else is buffered then.
    tag: Option<(&'static str, Entry<'de>)>,
    /// The other properties that are buffered: names and values in turn.
    entries: Vec<Entry<'de>>,
    /// The entries that are decoded.
    position: usize,
    /// Whether a buffered property is left.
    is_replaying: bool,
    /// The properties that are not buffered.
    rest: M,
}

impl<'de, M: MapAccess<'de>> Object<'de, M> {
    pub(crate) fn new(rest: M) -> Self {
        Self { tag: None, entries: Vec::new(), position: 0, is_replaying: false, rest }
    }

    /// The number that the object is if serde_json's feature `arbitrary_precision` is on. Buffers the first property.
    pub(crate) fn number(&mut self) -> Result<Option<Entry<'de>>, M::Error> {
        let Some(PropertyName(name)) = self.rest.next_key()? else { return Ok(None) };
        self.entries.push(Entry::Text(name));
        append(&mut self.entries, |seed| self.rest.next_value_seed(seed))?;
        self.is_replaying = true;
        Ok(match self.entries.as_slice() {
            [Entry::Text(name), Entry::Text(digits)] if name == NUMBER => arbitrary_number(digits).map(Entry::Number),
            _ => None,
        })
    }

    /// The scalar of a property that is buffered.
    fn buffered_scalar(&self, property: &str) -> Option<&Entry<'de>> {
        if let Some((name, entry)) = &self.tag
            && *name == property
        {
            return Some(entry);
        }
        let mut properties = Buffered::<M::Error>::inside(&self.entries);
        properties.find(|(name, value)| *name == property && value.is_scalar()).map(|(_, value)| value.head().0)
    }
}

impl<'de, M: MapAccess<'de>> Input<'de> for Object<'de, M> {
    fn json_type(&self) -> JsonType {
        JsonType::Object
    }

    fn discriminator(&mut self, property: &'static str) -> Result<Option<Cow<'de, str>>, M::Error> {
        if self.is_replaying
            && let Some(entry) = self.buffered_scalar(property)
        {
            return Ok(text(entry));
        }
        while let Some(PropertyName(name)) = self.rest.next_key()? {
            self.is_replaying = true;
            if name != property {
                self.entries.push(Entry::Text(name));
                append(&mut self.entries, |seed| self.rest.next_value_seed(seed))?;
                continue;
            }
            let seed = Append { name: Some(property), entries: &mut self.entries };
            // An array or an object is no discriminator, and is appended.
            let Some(entry) = self.rest.next_value_seed(seed)? else { continue };
            let text = text(&entry);
            if self.tag.is_none() {
                self.tag = Some((property, entry));
            } else {
                self.entries.extend([Entry::Text(name), entry]);
            }
            if text.is_some() {
                return Ok(text);
            }
        }
        Ok(None)
    }

    fn buffer(mut self) -> Result<Buffer<'de>, M::Error> {
        let mut entries = vec![Entry::Object(0)];
        if let Some((name, entry)) = self.tag {
            entries.extend([Entry::Text(Cow::Borrowed(name)), entry]);
        }
        entries.append(&mut self.entries);
        append_all(&mut entries, &mut self.rest)?;
        let count = entries.len() - 1;
        if let Some(head) = entries.first_mut() {
            *head = Entry::Object(count);
        }
        Ok(Buffer::of(entries))
    }
}

/// A discriminator as text. `null` counts as missing.
fn text<'de>(entry: &Entry<'de>) -> Option<Cow<'de, str>> {
    match entry {
        Entry::Text(text) => Some(text.clone()),
        Entry::Number(number) => {
            let whole = number.as_f64().filter(|_| number.is_f64()).and_then(whole);
            Some(Cow::Owned(whole.map_or_else(|| number.to_string(), |whole| whole.to_string())))
        }
        Entry::Boolean(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Entry::Null | Entry::Array(_) | Entry::Object(_) => None,
    }
}

impl<'de, M: MapAccess<'de>> MapAccess<'de> for Object<'de, M> {
    type Error = M::Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, M::Error> {
        if !self.is_replaying {
            return self.rest.next_key_seed(seed);
        }
        if let Some((name, _)) = &self.tag {
            return seed.deserialize(scalar(&Entry::Text(Cow::Borrowed(name)))).map(Some);
        }
        let name = Buffered::of(self.entries.get(self.position..).unwrap_or_default());
        self.position += 1;
        seed.deserialize(name).map(Some)
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, M::Error> {
        if !self.is_replaying {
            return self.rest.next_value_seed(seed);
        }
        if let Some((_, entry)) = self.tag.take() {
            self.is_replaying = !self.entries.is_empty();
            return seed.deserialize(scalar(&entry));
        }
        let entries = self.entries.get(self.position..).unwrap_or_default();
        self.position += entries.first().map_or(1, extent);
        self.is_replaying = self.position < self.entries.len();
        seed.deserialize(Buffered::of(entries))
    }
}

impl<'de, M: MapAccess<'de>> Deserializer<'de> for Object<'de, M> {
    type Error = M::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, M::Error> {
        visitor.visit_map(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, M::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, M::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, M::Error> {
        MapAccessDeserializer::new(self).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
