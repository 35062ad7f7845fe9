//! The body of a request, from a value.

use serde::Serialize;
use serde_json::Value;

use super::error::Error;
// when form-members
use super::parameter::Parameter;
// end
use super::request::Request;

impl Request {
    /// A JSON body.
    pub(crate) fn json<T: Serialize + ?Sized>(&mut self, media_type: &'static str, value: &T) {
        let encoded = serde_json::to_vec(value);
        self.encoded(media_type, encoded);
    }

    /// The members of an object as a form.
    pub(crate) fn form<T: Serialize + ?Sized>(&mut self, value: &T) {
        let encoded = serde_json::to_value(value).map(|value| form(&value).into_bytes());
        self.encoded("application/x-www-form-urlencoded", encoded);
    }
    // when form-members

    /// The members of an object as a form, of which some are written in their own way.
    pub(crate) fn form_with<T: Serialize + ?Sized>(&mut self, value: &T, own: &'static [Parameter]) {
        let encoded = serde_json::to_value(value).map(|value| {
            let mut pairs = Request::default();
            for (name, member) in value.as_object().into_iter().flatten() {
                match own.iter().find(|parameter| parameter.name == name) {
                    Some(_) if member.is_null() => {}
                    Some(parameter) => pairs.put_json(parameter, member.clone()),
                    None => form_member(&mut pairs, name, member),
                }
            }
            pairs.query.into_bytes()
        });
        self.encoded("application/x-www-form-urlencoded", encoded);
    }
    // end

    fn encoded(&mut self, media_type: &'static str, encoded: serde_json::Result<Vec<u8>>) {
        match encoded {
            Ok(body) => self.body(media_type, body),
            Err(_) => {
                self.refusal.get_or_insert(Error::Encode);
            }
        }
    }
}

/// A value as the text of a parameter: a text as it is, anything else as JSON.
pub(crate) fn text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_value(value).map(|value| plain(&value)).unwrap_or_default()
}

/// A value as JSON text.
pub(crate) fn json_text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Members that are lists are repeated; `null` is left out; a value that has parts itself is sent as JSON.
fn form(value: &Value) -> String {
    let mut pairs = Request::default();
    for (name, member) in value.as_object().into_iter().flatten() {
        form_member(&mut pairs, name, member);
    }
    pairs.query
}

fn form_member(pairs: &mut Request, name: &str, member: &Value) {
    match member {
        Value::Null => {}
        Value::Array(values) => values.iter().for_each(|value| pairs.query(name, &plain(value))),
        other => pairs.query(name, &plain(other)),
    }
}
