//! JSON Web Keys: their validation, and the form in which the server returns them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::{Map, Value};

use super::go_json::kind;

/// The properties that the server knows, in the order in which it writes them.
const ORDER: [&str; 17] =
    ["use", "kty", "kid", "crv", "alg", "k", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "x5u"];

/// One key, with its known properties that are not empty.
#[derive(Clone)]
pub(super) struct Jwk {
    properties: Vec<(&'static str, String)>,
    certificates: Option<Value>,
}

impl Jwk {
    /// The error is the server's sentence.
    pub(super) fn parse(value: &Value) -> Result<Self, String> {
        let Value::Object(object) = value else {
            return Err(format!("json: cannot unmarshal {} into Go value of type jose.rawJSONWebKey", kind(value)));
        };
        let key = Self {
            properties: ORDER
                .iter()
                .filter_map(|name| match object.get(*name)? {
                    Value::String(text) if !text.is_empty() => Some((*name, text.clone())),
                    _ => None,
                })
                .collect(),
            certificates: object.get("x5c").filter(|chain| chain.is_array()).cloned(),
        };
        key.check().map(|()| key)
    }

    fn check(&self) -> Result<(), String> {
        let refuse = |text: &str| Err(format!("go-jose/go-jose: {text}"));
        match self.get("kty") {
            "EC" => {
                let size = match self.get("crv") {
                    "P-256" => 32,
                    "P-384" => 48,
                    "P-521" => 66,
                    other => return refuse(&format!("unsupported elliptic curve '{other}'")),
                };
                if self.get("x").is_empty() || self.get("y").is_empty() {
                    return refuse("invalid EC key, missing x/y values");
                }
                if self.bytes("x").len() != size || self.bytes("y").len() != size {
                    return refuse("invalid EC public key, wrong length for x/y");
                }
                Ok(())
            }
            "RSA" if self.bytes("n").is_empty() || self.bytes("e").is_empty() => {
                refuse("invalid RSA key, missing n/e values")
            }
            "OKP" if self.get("crv") != "Ed25519" => {
                refuse(&format!("unknown curve {} for kty 'OKP'", self.get("crv")))
            }
            "OKP" if self.bytes("x").len() != 32 => refuse("invalid Ed key, missing x value"),
            "oct" if self.bytes("k").is_empty() => refuse("invalid OCT (symmetric) key, missing k value"),
            "RSA" | "OKP" | "oct" => Ok(()),
            other => refuse(&format!("unknown json web key type '{other}'")),
        }
    }

    /// An asymmetric key without its private half.
    pub(super) fn is_public(&self) -> bool {
        self.get("kty") != "oct" && self.get("d").is_empty()
    }

    /// The text of a property; empty if it is absent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.properties.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }

    /// The decoded bytes of a property; empty if it is absent or not base64url.
    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(self.get(name)).unwrap_or_default()
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, text) in &self.properties {
            map.serialize_entry(name, text)?;
        }
        if let Some(chain) = &self.certificates {
            map.serialize_entry("x5c", chain)?;
        }
        map.end()
    }
}

/// A key set as a client registers it.
#[derive(Clone, Serialize)]
pub(super) struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// `None` for an object without `keys`: that counts as no key set at all.
    pub(super) fn parse(object: &Map<String, Value>) -> Result<Option<Self>, String> {
        match super::go_json::property(object, "keys") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(keys)) => Ok(Some(Self { keys: keys.iter().map(Jwk::parse).collect::<Result<_, _>>()? })),
            Some(other) => Err(format!(
                "json: cannot unmarshal {} into Go struct field JSONWebKeySet.keys of type []jose.JSONWebKey",
                kind(other)
            )),
        }
    }
}
