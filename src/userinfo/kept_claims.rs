//! [`KeptClaims`]: undecoded claims, with the JSON object made on demand.
//!
//! Most claims are strings, and most programs read two or three of them. So all strings are stored in a single buffer, without
//! an allocation for each. A call to userinfo takes 80,400 instructions with it, and 100,700 with a `serde_json::Map`
//! (overhead/README.md).

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use openapi_smith_runtime::generated::PropertyName;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::lenient_json::Object;

/// The usual number of claims and the usual length of their strings, to reserve memory. They are no limits.
const USUAL: usize = 20;
const USUAL_TEXT: usize = 512;

#[derive(Clone, Default)]
pub(crate) struct KeptClaims {
    /// The name of each claim, followed by its value if that is a string.
    texts: String,
    claims: Vec<Claim>,
    object: OnceLock<Object>,
}

/// A claim: the position of its name in [`KeptClaims::texts`], where its string follows, or its value if that is no string.
#[derive(Clone)]
struct Claim {
    start: usize,
    text_start: usize,
    other: Option<Value>,
}

impl KeptClaims {
    fn position(&self, name: &str) -> Option<usize> {
        let is_named = |claim: &Claim| {
            // The length first: nearly all names differ in it.
            claim.text_start - claim.start == name.len()
                && self.texts.as_bytes().get(claim.start..claim.text_start) == Some(name.as_bytes())
        };
        self.claims.iter().position(is_named)
    }

    /// Each claim with its name and its text.
    fn each(&self) -> impl Iterator<Item = (&str, &str, &Claim)> {
        let ends = self.claims.iter().skip(1).map(|next| next.start).chain([self.texts.len()]);
        let part = |from, to| self.texts.get(from..to).unwrap_or_default();
        self.claims
            .iter()
            .zip(ends)
            .map(move |(claim, end)| (part(claim.start, claim.text_start), part(claim.text_start, end), claim))
    }

    /// The claim, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let (_, text, claim) = self.each().nth(self.position(name)?)?;
        claim.other.is_none().then_some(text)
    }

    #[inline]
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        match &self.claims.get(self.position(name)?)?.other {
            None => self.as_object().get(name),
            other => other.as_ref(),
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.each().map(|(name, ..)| name)
    }

    #[inline]
    pub(crate) fn as_object(&self) -> &Object {
        self.object.get_or_init(|| {
            let value = |text: &str, claim: &Claim| claim.other.clone().unwrap_or_else(|| text.into());
            self.each().map(|(name, text, claim)| (name.to_owned(), value(text, claim))).collect()
        })
    }

    #[inline]
    pub(crate) fn into_object(mut self) -> Object {
        self.as_object();
        self.object.take().unwrap_or_default()
    }

    /// Starts a claim; its value follows.
    fn begin(&mut self, name: &str) -> Claim {
        let start = self.texts.len();
        self.texts.push_str(name);
        Claim { start, text_start: self.texts.len(), other: None }
    }
}

impl From<Object> for KeptClaims {
    #[inline]
    fn from(object: Object) -> Self {
        let mut kept = Self::default();
        for (name, value) in object {
            let mut claim = kept.begin(&name);
            match value {
                Value::String(text) => kept.texts.push_str(&text),
                other => claim.other = Some(other),
            }
            kept.claims.push(claim);
        }
        kept
    }
}

/// Compares the claims without regard to their order.
impl PartialEq for KeptClaims {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_object() == other.as_object()
    }
}

/// Rejects an object with a duplicate claim, since either could be the right one.
impl<'de> Deserialize<'de> for KeptClaims {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Claims)
    }
}

struct Claims;

impl<'de> Visitor<'de> for Claims {
    type Value = KeptClaims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<KeptClaims, A::Error> {
        let mut kept = KeptClaims {
            texts: String::with_capacity(USUAL_TEXT),
            claims: Vec::with_capacity(USUAL),
            object: OnceLock::new(),
        };
        while let Some(PropertyName(name)) = properties.next_key()? {
            // Few names are compared one by one, many with a hash set at the end.
            if kept.claims.len() < USUAL && kept.position(&name).is_some() {
                return Err(duplicate());
            }
            let claim = kept.begin(&name);
            let other = properties.next_value_seed(Text(&mut kept.texts))?;
            kept.claims.push(Claim { other, ..claim });
        }
        if kept.claims.len() > USUAL && kept.names().collect::<HashSet<_>>().len() < kept.claims.len() {
            return Err(duplicate());
        }
        Ok(kept)
    }
}

fn duplicate<E: Error>() -> E {
    E::custom("duplicate claim")
}

/// Appends a string to the buffer, and returns any other value.
struct Text<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = Option<Value>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    #[inline]
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        self.0.push_str(text);
        Ok(None)
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    #[inline]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    #[inline]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items)).map(Some)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, properties: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(properties)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(text: &str) -> KeptClaims {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn claims_decode_as_serde_json_decodes_them() {
        let text = r#"{"sub":"alice","":"","\u00fc\n":"\u20ac\"x","n":null,"b":false,"i":-1,"u":18446744073709551615,
            "f":2.0,"e":1e3,"l":["a",[{"b":[]}]],"o":{"p":{"q":"r"},"s":"t"}}"#;
        let kept = kept(text);
        let value: Value = serde_json::from_str(text).unwrap();
        for (name, value) in value.as_object().unwrap() {
            assert_eq!(kept.get(name), Some(value), "{name}");
            assert_eq!(kept.text(name), value.as_str(), "{name}");
        }
        assert_eq!((kept.get("a"), kept.text("a")), (None, None));
        assert_eq!(kept.names().next(), Some("sub"));
        assert!(kept == KeptClaims::from(value.as_object().unwrap().clone()));
        assert_eq!(Value::Object(kept.into_object()), value);
    }

    #[test]
    fn duplicate_claims_are_rejected_at_any_count() {
        for count in [1, USUAL - 1, USUAL, USUAL + 1, 1000] {
            for repeated in [0, count / 2, count - 1] {
                let mut names: Vec<String> = (0..count).map(|number| format!("\"c{number}\":1")).collect();
                let all = kept(&format!("{{{}}}", names.join(",")));
                assert_eq!(all.into_object().len(), count);
                names.push(format!("\"c{repeated}\":null"));
                assert!(serde_json::from_str::<KeptClaims>(&format!("{{{}}}", names.join(","))).is_err(), "{count}");
            }
        }
        assert!(serde_json::from_str::<KeptClaims>(r#"{"sub":"a","s\u0075b":"b"}"#).is_err());
    }

    #[test]
    fn only_objects_are_claims() {
        for text in
            ["", "{", "[]", "[[\"sub\",\"a\"]]", "\"sub\"", "null", "{\"a\":\"\\ud800\"}", "{\"a\":1e999}", "{} {}"]
        {
            assert!(serde_json::from_str::<KeptClaims>(text).is_err(), "{text}");
        }
        assert_eq!(kept("{}").as_object(), json!({}).as_object().unwrap());
    }
}
