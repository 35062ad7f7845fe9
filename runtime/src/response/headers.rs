//! The headers of a response, decoded as the document declares them.

use std::fmt;

use reqwest::header::{HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json::integral_numbers;

/// How a value is written in a header.
#[derive(Clone, Copy, Debug)]
pub enum HeaderForm {
    /// As a text.
    Text,
    /// As JSON.
    Json,
    /// As a list of texts, with commas between them.
    Texts,
    /// As a list of JSON values, with commas between them.
    Jsons,
}

/// The headers of a response. `Debug` shows their names, and no value.
#[derive(Clone, Copy)]
pub struct Headers<'a>(pub &'a HeaderMap);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Headers<'_> {
    /// The value as text; `None` if there is no such header. Several headers of the name are joined by commas; of
    /// several cookies this is the first.
    pub fn text(&self, name: &'static str) -> Result<Option<String>, InvalidHeader> {
        let mut joined: Option<String> = None;
        for value in self.0.get_all(name) {
            let value = std::str::from_utf8(value.as_bytes()).map_err(|_| InvalidHeader { name })?.trim();
            match &mut joined {
                None => joined = Some(value.to_owned()),
                Some(_) if name.eq_ignore_ascii_case("set-cookie") => {}
                Some(joined) => {
                    joined.push_str(", ");
                    joined.push_str(value);
                }
            }
        }
        Ok(joined)
    }

    /// The value in its type.
    pub fn read<T: DeserializeOwned>(&self, name: &'static str, form: HeaderForm) -> Result<Option<T>, InvalidHeader> {
        match self.json(name, form)? {
            Some(value) => serde_json::from_value(value).map(Some).map_err(|_| InvalidHeader { name }),
            None => Ok(None),
        }
    }

    /// The value as JSON. Not generic, so that it is compiled once.
    fn json(&self, name: &'static str, form: HeaderForm) -> Result<Option<Value>, InvalidHeader> {
        // `1.0` is an integer in JSON Schema.
        let json = |text: &str| {
            let respelled = integral_numbers::respelled(text);
            respelled.as_deref().unwrap_or(text).parse::<Value>().map_err(|_| InvalidHeader { name })
        };
        if name.eq_ignore_ascii_case("set-cookie") && matches!(form, HeaderForm::Texts | HeaderForm::Jsons) {
            return self.lines(name, |line| match form {
                HeaderForm::Jsons => json(line),
                _ => Ok(Value::String(line.to_owned())),
            });
        }
        let Some(text) = self.text(name)? else { return Ok(None) };
        let items = || text.split(',').map(str::trim).filter(|item| !item.is_empty());
        Ok(Some(match form {
            HeaderForm::Json => json(&text)?,
            HeaderForm::Texts => items().map(|item| Value::String(item.to_owned())).collect(),
            HeaderForm::Jsons => Value::Array(items().map(json).collect::<Result<_, _>>()?),
            HeaderForm::Text => Value::String(text),
        }))
    }
}

impl Headers<'_> {
    /// Each header of the name as an element. A cookie may contain commas, so they separate nothing (RFC 9110,
    /// section 5.3).
    fn lines(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<Value, InvalidHeader>,
    ) -> Result<Option<Value>, InvalidHeader> {
        let text = |value: &'_ HeaderValue| {
            let text = std::str::from_utf8(value.as_bytes()).map_err(|_| InvalidHeader { name })?;
            read(text.trim())
        };
        let lines = self.0.get_all(name).iter().map(text).collect::<Result<Vec<Value>, _>>()?;
        Ok((!lines.is_empty()).then_some(Value::Array(lines)))
    }
}

/// A header of a response is not what the document declares.
///
/// Only the accessor of the header fails; the response is decoded all the same. The value is not shown; it is in the
/// `headers()` of the response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidHeader {
    /// The name of the header, as the document writes it.
    pub name: &'static str,
}

impl fmt::Display for InvalidHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the header `{}` is not what the document declares", self.name)
    }
}

impl std::error::Error for InvalidHeader {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_by_its_form() {
        let mut map = HeaderMap::new();
        for (name, value) in
            [("a", " 7 "), ("b", "x, y,,z"), ("b", "w"), ("c", "1, 2"), ("set-cookie", "k=v"), ("e", "1.0, 2e1")]
        {
            map.append(name, value.parse().unwrap());
        }
        map.append("set-cookie", "l=w; Expires=Wed, 21 Oct 2026 07:28:00 GMT".parse().unwrap());
        let headers = Headers(&map);
        assert_eq!(headers.read("a", HeaderForm::Json), Ok(Some(7)));
        assert_eq!(headers.read("a", HeaderForm::Text), Ok(Some("7".to_owned())));
        let texts = ["x", "y", "z", "w"].map(str::to_owned).to_vec();
        assert_eq!(headers.read("b", HeaderForm::Texts), Ok(Some(texts)));
        assert_eq!(headers.read("c", HeaderForm::Jsons), Ok(Some(vec![1, 2])));
        assert_eq!(headers.read("e", HeaderForm::Jsons), Ok(Some(vec![1, 20])));
        assert_eq!(headers.text("set-cookie"), Ok(Some("k=v".to_owned())));
        let cookies = ["k=v", "l=w; Expires=Wed, 21 Oct 2026 07:28:00 GMT"].map(str::to_owned).to_vec();
        assert_eq!(headers.read("Set-Cookie", HeaderForm::Texts), Ok(Some(cookies)));
        assert_eq!(Headers(&HeaderMap::new()).read::<Vec<String>>("Set-Cookie", HeaderForm::Texts), Ok(None));
        assert_eq!(headers.read::<u8>("d", HeaderForm::Json), Ok(None));
        assert_eq!(headers.read::<u8>("b", HeaderForm::Json), Err(InvalidHeader { name: "b" }));
        assert_eq!(format!("{headers:?}"), r#"{"a", "b", "c", "set-cookie", "e"}"#);
    }
}
