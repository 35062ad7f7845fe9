//! A parameter of any type in any style (OpenAPI, "Style Values"), from its JSON value.

use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::cookies::cookie_name;
use super::{RESERVED, Request, encode};
use crate::error::Error;

/// `allowReserved` keeps the delimiters of a URL that have no meaning in its query.
const ALLOWED: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// How a parameter is written.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in the document.
    pub name: &'static str,
    /// Where it is sent.
    pub location: Location,
    /// How its parts are joined.
    pub style: Style,
    /// `explode`
    pub explode: bool,
    /// `allowReserved`
    pub allow_reserved: bool,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum Location {
    Path,
    Query,
    Header,
    SecretHeader,
    Cookie,
}

/// How the parts of a parameter are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

/// The parts of a value, already encoded for their location.
enum Parts {
    One(String),
    List(Vec<String>),
    Properties(Vec<(String, String)>),
}

impl Request {
    /// Adds a parameter. If its value cannot be encoded, nothing is sent.
    pub fn put<T: Serialize + ?Sized>(&mut self, parameter: &'static Parameter, value: &T) {
        match serde_json::to_value(value) {
            Ok(value) => self.put_json(parameter, value),
            Err(_) => {
                self.refusal.get_or_insert(Error::Encode);
            }
        }
    }

    /// Adds a parameter. `null`, an empty array and an empty object are left out.
    pub(crate) fn put_json(&mut self, parameter: &'static Parameter, value: Value) {
        let name = parameter.name;
        if parameter.style == Style::Json {
            return self.pairs(
                parameter,
                vec![(parameter.written_name(), parameter.write(&Value::String(value.to_string())))],
            );
        }
        if parameter.style == Style::DeepObject && value.is_object() {
            let mut pairs = Vec::new();
            deep(parameter, &encode(name), &value, &mut pairs);
            return self.pairs(parameter, pairs);
        }
        let Some(parts) = parameter.parts(&value) else {
            if parameter.location == Location::Path {
                self.refuse(name, "an empty value would change the path");
            }
            return;
        };
        match parameter.location {
            Location::Path => self.path_text(name, &parameter.in_path(parts)),
            Location::Query | Location::Cookie => self.pairs(parameter, parameter.pairs(parts)),
            Location::Header => self.header(name, &parameter.joined(parts, ",")),
            Location::SecretHeader => self.secret_header(name, &parameter.joined(parts, ",")),
        }
    }

    fn path_text(&mut self, name: &'static str, text: &str) {
        match text {
            "" => self.refuse(name, "an empty value would change the path"),
            "." | ".." if self.path.ends_with('/') => self.refuse(name, "a value of dots would change the path"),
            _ => self.path.to_mut().push_str(text),
        }
    }

    /// Adds pairs of names and values, both already encoded, to the query or the cookies.
    fn pairs(&mut self, parameter: &Parameter, pairs: Vec<(String, String)>) {
        for (name, value) in pairs {
            match parameter.location {
                Location::Cookie => self.put_cookie(&name, &value),
                _ => self.query_pair(&name, &value),
            }
        }
    }
}

impl Parameter {
    /// `None` if there is nothing to write.
    fn parts(&self, value: &Value) -> Option<Parts> {
        let is_there = |value: &&Value| !value.is_null();
        match value {
            Value::Null => None,
            Value::Array(values) => {
                let values: Vec<String> = values.iter().filter(is_there).map(|value| self.write(value)).collect();
                (!values.is_empty()).then_some(Parts::List(values))
            }
            Value::Object(properties) => {
                let properties = properties.iter().filter(|(_, value)| is_there(value));
                let properties: Vec<_> =
                    properties.map(|(name, value)| (self.write_text(name), self.write(value))).collect();
                (!properties.is_empty()).then_some(Parts::Properties(properties))
            }
            scalar => Some(Parts::One(self.write(scalar))),
        }
    }

    /// A part of a value: a string as it is, any other value as JSON.
    fn write(&self, value: &Value) -> String {
        match value {
            Value::String(text) => self.write_text(text),
            other => self.write_text(&other.to_string()),
        }
    }

    fn write_text(&self, text: &str) -> String {
        match self.location {
            Location::Header | Location::SecretHeader => text.to_owned(),
            _ if self.allow_reserved => allowed(text),
            _ => encode(text),
        }
    }

    /// `R,100,G,200`, or exploded `R=100,G=200`.
    fn joined(&self, parts: Parts, delimiter: &str) -> String {
        match parts {
            Parts::One(value) => value,
            Parts::List(values) => values.join(delimiter),
            Parts::Properties(properties) => {
                let between = if self.explode { "=" } else { delimiter };
                let properties: Vec<String> =
                    properties.into_iter().map(|(name, value)| format!("{name}{between}{value}")).collect();
                properties.join(delimiter)
            }
        }
    }

    fn in_path(&self, parts: Parts) -> String {
        let name = encode(self.name);
        match (self.style, parts) {
            (Style::Label, parts) => format!(".{}", self.joined(parts, if self.explode { "." } else { "," })),
            (Style::Matrix, Parts::List(values)) if self.explode => {
                values.iter().map(|value| format!(";{name}={value}")).collect()
            }
            (Style::Matrix, Parts::Properties(properties)) if self.explode => {
                properties.iter().map(|(name, value)| format!(";{name}={value}")).collect()
            }
            (Style::Matrix, parts) => match self.joined(parts, ",") {
                value if value.is_empty() => format!(";{name}"),
                value => format!(";{name}={value}"),
            },
            (_, parts) => self.joined(parts, ","),
        }
    }

    /// The name in a query or a cookie.
    fn written_name(&self) -> String {
        match self.location {
            Location::Cookie => cookie_name(self.name),
            _ => encode(self.name),
        }
    }

    fn pairs(&self, parts: Parts) -> Vec<(String, String)> {
        let name = self.written_name();
        match parts {
            Parts::List(values) if self.explode => values.into_iter().map(|value| (name.clone(), value)).collect(),
            Parts::Properties(properties) if self.explode => properties,
            parts => {
                let delimiter = match self.style {
                    Style::SpaceDelimited => "%20",
                    Style::PipeDelimited => "%7C",
                    _ => ",",
                };
                vec![(name, self.joined(parts, delimiter))]
            }
        }
    }
}

/// `color[R]=100`. What OpenAPI leaves open is written as most servers read it: nested properties in further brackets,
/// each element of an array under the name of the array.
fn deep(parameter: &Parameter, name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(properties) => {
            for (property, value) in properties {
                deep(parameter, &format!("{name}%5B{}%5D", encode(property)), value, pairs);
            }
        }
        Value::Array(values) => {
            for value in values {
                pairs.push((name.to_owned(), parameter.write(value)));
            }
        }
        scalar => pairs.push((name.to_owned(), parameter.write(scalar))),
    }
}

/// A text that keeps reserved characters, and percent-encoded triplets.
fn allowed(text: &str) -> String {
    let mut written = String::new();
    let mut pieces = text.split('%');
    written.extend(pieces.next().map(|first| utf8_percent_encode(first, ALLOWED).to_string()));
    for piece in pieces {
        let is_triplet = piece.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        written.push_str(if is_triplet { "%" } else { "%25" });
        written.extend(utf8_percent_encode(piece, ALLOWED));
    }
    written
}
