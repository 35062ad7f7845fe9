//! The headers of an answer, read as what the document declares.

use std::fmt;

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How a value is written in a header.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Text,
    Json,
    Texts,
    Jsons,
}

/// The headers of an answer. `Debug` shows their names, and no value.
#[derive(Clone, Copy)]
pub(crate) struct Headers<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for Headers<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Headers<'_> {
    /// The value as it came; `None` where there is no such header. Several are one, with commas between them, but for
    /// cookies, of which this is the first.
    #[inline]
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, InvalidHeader> {
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
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &'static str, form: Form) -> Result<Option<T>, InvalidHeader> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let json = |text: &str| serde_json::from_str(text).map_err(|_| InvalidHeader { name });
        let items = || text.split(',').map(str::trim).filter(|item| !item.is_empty());
        let value = match form {
            Form::Text => Value::String(text),
            Form::Json => json(&text)?,
            Form::Texts => items().map(|item| Value::String(item.to_owned())).collect(),
            Form::Jsons => Value::Array(items().map(json).collect::<Result<_, _>>()?),
        };
        serde_json::from_value(value).map(Some).map_err(|_| InvalidHeader { name })
    }
}

/// A header of an answer is not what the document declares. That keeps no answer from being read: it is said by the
/// accessor of the header. The value is not shown; it is in the `headers()` of the answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidHeader {
    /// The name of the header, as the document writes it.
    pub name: &'static str,
}

impl fmt::Display for InvalidHeader {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the header `{}` is not what the document declares", self.name)
    }
}

impl std::error::Error for InvalidHeader {}
