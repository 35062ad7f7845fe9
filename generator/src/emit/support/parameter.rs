//! A parameter of any shape in any style (OpenAPI, "Style Values"), from its JSON value.

use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::error::Error;
use super::request::{RESERVED, Request, encode};

/// What `allowReserved` lets through: the delimiters of an address that mean nothing special in its query.
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
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) allow_reserved: bool,
}

/// Where a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    SecretHeader,
    Cookie,
}

/// How its parts are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

/// A value in its parts, already written for where it stands.
enum Parts {
    One(String),
    List(Vec<String>),
    Members(Vec<(String, String)>),
}

impl Request {
    /// A parameter. Where its value cannot be written, nothing is sent.
    pub(crate) fn put<T: Serialize + ?Sized>(&mut self, parameter: &'static Parameter, value: &T) {
        match serde_json::to_value(value) {
            Ok(value) => self.put_json(parameter, value),
            Err(_) => {
                self.refusal.get_or_insert(Error::Encode);
            }
        }
    }

    /// A parameter. `null`, and an array or object without anything in it, is not there at all.
    pub(crate) fn put_json(&mut self, parameter: &'static Parameter, value: Value) {
        let name = parameter.name;
        if parameter.style == Style::Json {
            return self.pairs(parameter, vec![(encode(name), parameter.write(&Value::String(value.to_string())))]);
        }
        if parameter.style == Style::DeepObject && value.is_object() {
            let mut pairs = Vec::new();
            deep(parameter, &encode(name), &value, &mut pairs);
            return self.pairs(parameter, pairs);
        }
        let Some(parts) = parameter.parts(&value) else {
            if parameter.place == Place::Path {
                self.refuse(name, "an empty value would change the path");
            }
            return;
        };
        match parameter.place {
            Place::Path => self.path_text(name, &parameter.in_path(parts)),
            Place::Query | Place::Cookie => self.pairs(parameter, parameter.pairs(parts)),
            Place::Header => self.header(name, &parameter.joined(parts, ",")),
            Place::SecretHeader => self.secret_header(name, &parameter.joined(parts, ",")),
        }
    }

    fn path_text(&mut self, name: &'static str, text: &str) {
        match text {
            "" => self.refuse(name, "an empty value would change the path"),
            "." | ".." if self.path.ends_with('/') => self.refuse(name, "a value of dots would change the path"),
            _ => self.path.to_mut().push_str(text),
        }
    }

    /// Pairs of names and values, both already encoded, in the query or as cookies.
    fn pairs(&mut self, parameter: &Parameter, pairs: Vec<(String, String)>) {
        let (text, delimiter) = match parameter.place {
            Place::Cookie => (&mut self.cookies, "; "),
            _ => (&mut self.query, "&"),
        };
        for (name, value) in pairs {
            if !text.is_empty() {
                text.push_str(delimiter);
            }
            text.push_str(&name);
            text.push('=');
            text.push_str(&value);
        }
    }
}

impl Parameter {
    /// Nothing where there is nothing to write.
    fn parts(&self, value: &Value) -> Option<Parts> {
        let is_there = |value: &&Value| !value.is_null();
        match value {
            Value::Null => None,
            Value::Array(values) => {
                let values: Vec<String> = values.iter().filter(is_there).map(|value| self.write(value)).collect();
                (!values.is_empty()).then_some(Parts::List(values))
            }
            Value::Object(members) => {
                let members = members.iter().filter(|(_, value)| is_there(value));
                let members: Vec<_> = members.map(|(name, value)| (self.write_text(name), self.write(value))).collect();
                (!members.is_empty()).then_some(Parts::Members(members))
            }
            scalar => Some(Parts::One(self.write(scalar))),
        }
    }

    /// A part of a value: a text as it is, anything else as JSON.
    fn write(&self, value: &Value) -> String {
        match value {
            Value::String(text) => self.write_text(text),
            other => self.write_text(&other.to_string()),
        }
    }

    fn write_text(&self, text: &str) -> String {
        match self.place {
            Place::Header | Place::SecretHeader => text.to_owned(),
            _ if self.allow_reserved => allowed(text),
            _ => encode(text),
        }
    }

    /// `R,100,G,200`, or exploded `R=100,G=200`.
    fn joined(&self, parts: Parts, delimiter: &str) -> String {
        match parts {
            Parts::One(value) => value,
            Parts::List(values) => values.join(delimiter),
            Parts::Members(members) => {
                let between = if self.explode { "=" } else { delimiter };
                let members: Vec<String> =
                    members.into_iter().map(|(name, value)| format!("{name}{between}{value}")).collect();
                members.join(delimiter)
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
            (Style::Matrix, Parts::Members(members)) if self.explode => {
                members.iter().map(|(name, value)| format!(";{name}={value}")).collect()
            }
            (Style::Matrix, parts) => match self.joined(parts, ",") {
                value if value.is_empty() => format!(";{name}"),
                value => format!(";{name}={value}"),
            },
            (_, parts) => self.joined(parts, ","),
        }
    }

    fn pairs(&self, parts: Parts) -> Vec<(String, String)> {
        let name = encode(self.name);
        match parts {
            Parts::List(values) if self.explode => values.into_iter().map(|value| (name.clone(), value)).collect(),
            Parts::Members(members) if self.explode => members,
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

/// `color[R]=100`. What OpenAPI leaves open is written as most servers read it: members of members in further brackets,
/// the elements of an array each under the name of the array.
fn deep(parameter: &Parameter, name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (member, value) in members {
                deep(parameter, &format!("{name}%5B{}%5D", encode(member)), value, pairs);
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

/// A text in which reserved characters stay, and so do the triplets of one that is encoded already.
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
