//! The client metadata document: read with the server's types and sentences, written with its defaults, nulls and order.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::go_duration;
use super::go_json::kind;
use super::jwk::JwkSet;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    /// A list that is `null` in responses to POST and PUT when unset, `[]` in responses to GET.
    NullableList,
    List,
    Flag,
    FlagOrNull,
    Lifespan,
    Integer,
    Time,
    Keys,
    Anything,
}

struct Property {
    name: &'static str,
    kind: Kind,
    /// Left out of responses when empty.
    optional: bool,
    /// Not shown by `GET /oauth2/register/{id}`.
    hidden: bool,
}

const fn always(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, optional: false, hidden: false }
}

const fn optional(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, optional: true, hidden: false }
}

const fn hidden(name: &'static str, kind: Kind, optional: bool) -> Property {
    Property { name, kind, optional, hidden: true }
}

/// Every property, in the order of the server's responses.
const PROPERTIES: &[Property] = &[
    always("client_id", Kind::Text),
    always("client_name", Kind::Text),
    hidden("client_secret", Kind::Text, true),
    always("redirect_uris", Kind::NullableList),
    always("grant_types", Kind::NullableList),
    always("response_types", Kind::NullableList),
    always("scope", Kind::Text),
    always("audience", Kind::List),
    always("owner", Kind::Text),
    always("policy_uri", Kind::Text),
    always("allowed_cors_origins", Kind::List),
    always("tos_uri", Kind::Text),
    always("client_uri", Kind::Text),
    always("logo_uri", Kind::Text),
    always("contacts", Kind::NullableList),
    always("client_secret_expires_at", Kind::Integer),
    always("subject_type", Kind::Text),
    optional("sector_identifier_uri", Kind::Text),
    optional("jwks_uri", Kind::Text),
    always("jwks", Kind::Keys),
    always("token_endpoint_auth_method", Kind::Text),
    optional("token_endpoint_auth_signing_alg", Kind::Text),
    optional("request_uris", Kind::List),
    optional("request_object_signing_alg", Kind::Text),
    always("userinfo_signed_response_alg", Kind::Text),
    always("created_at", Kind::Time),
    always("updated_at", Kind::Time),
    optional("frontchannel_logout_uri", Kind::Text),
    optional("frontchannel_logout_session_required", Kind::Flag),
    optional("post_logout_redirect_uris", Kind::List),
    optional("backchannel_logout_uri", Kind::Text),
    optional("backchannel_logout_session_required", Kind::Flag),
    hidden("metadata", Kind::Anything, false),
    hidden("registration_access_token", Kind::Text, true),
    hidden("registration_client_uri", Kind::Text, true),
    optional("access_token_strategy", Kind::Text),
    always("skip_consent", Kind::Flag),
    always("skip_logout_consent", Kind::FlagOrNull),
    always("authorization_code_grant_access_token_lifespan", Kind::Lifespan),
    always("authorization_code_grant_id_token_lifespan", Kind::Lifespan),
    always("authorization_code_grant_refresh_token_lifespan", Kind::Lifespan),
    always("client_credentials_grant_access_token_lifespan", Kind::Lifespan),
    always("implicit_grant_access_token_lifespan", Kind::Lifespan),
    always("implicit_grant_id_token_lifespan", Kind::Lifespan),
    always("jwt_bearer_grant_access_token_lifespan", Kind::Lifespan),
    always("refresh_token_grant_id_token_lifespan", Kind::Lifespan),
    always("refresh_token_grant_access_token_lifespan", Kind::Lifespan),
    always("refresh_token_grant_refresh_token_lifespan", Kind::Lifespan),
    always("device_authorization_grant_id_token_lifespan", Kind::Lifespan),
    always("device_authorization_grant_access_token_lifespan", Kind::Lifespan),
    always("device_authorization_grant_refresh_token_lifespan", Kind::Lifespan),
];

#[derive(Clone)]
enum Held {
    Json(Value),
    Keys(JwkSet),
}

/// The properties that were set; all others have their defaults.
#[derive(Clone, Default)]
pub(super) struct ClientDocument(BTreeMap<&'static str, Held>);

impl ClientDocument {
    /// The error is the sentence of Go's decoder. `null` is an empty document.
    pub(super) fn decode(value: &Value) -> Result<Self, String> {
        let object = match value {
            Value::Null => return Ok(Self::default()),
            Value::Object(object) => object,
            other => {
                return Err(format!("json: cannot unmarshal {} into Go value of type client.Client", kind(other)));
            }
        };
        let mut held = BTreeMap::new();
        for (key, value) in object {
            let Some(property) = PROPERTIES.iter().find(|property| property.name.eq_ignore_ascii_case(key)) else {
                continue;
            };
            if let Some(value) = read(property, value)? {
                held.insert(property.name, value);
            }
        }
        Ok(Self(held))
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.json(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.json(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.json(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Set at all, be it to `null` or to nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.insert(name, Held::Json(value.into()));
    }

    pub(super) fn set_if_empty(&mut self, name: &'static str, value: &str) {
        if self.text(name).is_empty() {
            self.set(name, value);
        }
    }

    pub(super) fn clear(&mut self, name: &'static str) {
        self.0.remove(name);
    }

    /// The whole document, as responses to POST and PUT show it.
    pub(super) fn whole(&self) -> View<'_> {
        View { document: self, read: false }
    }

    /// The document as GET shows it: no secrets, no `metadata`, no `null` for a list.
    pub(super) fn for_reading(&self) -> View<'_> {
        View { document: self, read: true }
    }

    fn json(&self, name: &str) -> Option<&Value> {
        match self.0.get(name)? {
            Held::Json(value) => Some(value),
            Held::Keys(_) => None,
        }
    }
}

fn read(property: &Property, value: &Value) -> Result<Option<Held>, String> {
    let mismatch = |go: &str| {
        let place = if property.kind == Kind::Lifespan { "Client.Lifespans" } else { "Client" };
        Err(format!(
            "json: cannot unmarshal {} into Go struct field {place}.{} of type {go}",
            kind(value),
            property.name
        ))
    };
    let read = match (property.kind, value) {
        (Kind::Anything, value) => value.clone(),
        (_, Value::Null) => return Ok(None),
        (Kind::Keys, Value::Object(object)) => return Ok(JwkSet::parse(object)?.map(Held::Keys)),
        (Kind::Keys, _) => return mismatch("jose.JSONWebKeySet"),
        (Kind::Text, Value::String(_)) | (Kind::Flag | Kind::FlagOrNull, Value::Bool(_)) => value.clone(),
        (Kind::Text, _) => return mismatch("string"),
        (Kind::Flag | Kind::FlagOrNull, _) => return mismatch("bool"),
        (Kind::List | Kind::NullableList, Value::Array(items)) => {
            let texts = items.iter().map(|item| match item {
                Value::String(text) => Ok(json!(text)),
                Value::Null => Ok(json!("")),
                other => Err(format!("json: cannot unmarshal {} into Go value of type string", kind(other))),
            });
            Value::Array(texts.collect::<Result<_, _>>()?)
        }
        (Kind::List | Kind::NullableList, _) => return mismatch("sqlxx.StringSliceJSONFormat"),
        (Kind::Integer, Value::Number(number)) if number.is_i64() => value.clone(),
        (Kind::Integer, _) => return mismatch("int"),
        (Kind::Lifespan, Value::String(text)) => json!(go_duration::normalise(text)?),
        (Kind::Lifespan, _) => return mismatch("string"),
        (Kind::Time, Value::String(text)) => {
            let time = OffsetDateTime::parse(text, &Rfc3339)
                .map_err(|_| format!("parsing time '{text}' as '2006-01-02T15:04:05Z07:00': cannot parse it"))?;
            json!(time.format(&Rfc3339).unwrap_or_default())
        }
        (Kind::Time, _) => return Err("Time.UnmarshalJSON: input is not a JSON string".to_owned()),
    };
    Ok(Some(Held::Json(read)))
}

/// A document on its way out.
pub(super) struct View<'a> {
    document: &'a ClientDocument,
    read: bool,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for property in PROPERTIES.iter().filter(|property| !(self.read && property.hidden)) {
            match self.document.0.get(property.name) {
                Some(Held::Keys(keys)) => map.serialize_entry(property.name, keys)?,
                Some(Held::Json(value)) if !(property.optional && is_empty(value)) => {
                    map.serialize_entry(property.name, value)?;
                }
                None if !property.optional => map.serialize_entry(property.name, &self.default_of(property.kind))?,
                _ => {}
            }
        }
        map.end()
    }
}

impl View<'_> {
    fn default_of(&self, kind: Kind) -> Value {
        match kind {
            Kind::Text => json!(""),
            Kind::NullableList if self.read => json!([]),
            Kind::NullableList | Kind::FlagOrNull | Kind::Lifespan => Value::Null,
            Kind::List => json!([]),
            Kind::Flag => json!(false),
            Kind::Integer => json!(0),
            Kind::Time => json!("0001-01-01T00:00:00Z"),
            Kind::Keys | Kind::Anything => Value::Object(Map::new()),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Number(_) | Value::Object(_) => false,
    }
}
