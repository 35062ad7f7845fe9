//! The body of a request, encoded from a value.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Parameter, Request};
use crate::error::Error;
use crate::json::secret_serde::Collecting;

impl Request {
    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(&mut self, media_type: &'static str, value: &T) {
        let collecting = Collecting::start();
        let encoded = serde_json::to_vec(value);
        self.secrets.extend(collecting.end());
        self.encoded(media_type, encoded);
    }

    /// Sets a form of the properties of an object.
    pub fn form<T: Serialize + ?Sized>(&mut self, value: &T) {
        self.form_with(value, &[]);
    }

    /// Sets a form of the properties of an object; those of `own` have a style of their own. Any other value is refused.
    pub fn form_with<T: Serialize + ?Sized>(&mut self, value: &T, own: &'static [Parameter]) {
        let collecting = Collecting::start();
        let value = serde_json::to_value(value);
        self.secrets.extend(collecting.end());
        match value {
            Ok(Value::Object(properties)) => self.body("application/x-www-form-urlencoded", form(&properties, own)),
            Ok(_) => self.refuse("body", "only an object can be sent as a form"),
            Err(_) => {
                self.refusal.get_or_insert(Error::Encode);
            }
        }
    }

    fn encoded(&mut self, media_type: &'static str, encoded: serde_json::Result<Vec<u8>>) {
        match encoded {
            Ok(body) => self.body(media_type, body),
            Err(_) => {
                self.refusal.get_or_insert(Error::Encode);
            }
        }
    }
}

/// The text of a parameter: a string as it is, any other value as JSON.
pub fn text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_value(value).map(|value| plain(&value)).unwrap_or_default()
}

/// The JSON text of a value.
pub fn json_text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A form: lists are repeated, `null` is left out, an object is sent as JSON.
fn form(properties: &Map<String, Value>, own: &'static [Parameter]) -> Vec<u8> {
    let mut pairs = Request::default();
    for (name, property) in properties {
        match own.iter().find(|parameter| parameter.name == name) {
            Some(_) if property.is_null() => {}
            Some(parameter) => pairs.put_json(parameter, property.clone()),
            None => form_property(&mut pairs, name, property),
        }
    }
    pairs.query.into_bytes()
}

fn form_property(pairs: &mut Request, name: &str, property: &Value) {
    match property {
        Value::Null => {}
        Value::Array(values) => values.iter().for_each(|value| pairs.query(name, &plain(value))),
        other => pairs.query(name, &plain(other)),
    }
}
