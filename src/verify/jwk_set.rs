//! [`JwkSet`]: the keys of the issuer, and the choice of the key that verifies a JWT.

use serde_json::Value;

use super::jwk::Jwk;
use crate::error::clean;
use crate::jwt::CompactJwt;
use crate::lenient_json::Object;

/// The maximum number of keys in a set. Ory keeps replaced keys, so a set may have several.
pub(super) const MOST_KEYS: usize = 256;

/// A set of keys (RFC 7517 section 5), including unusable ones.
pub(super) struct JwkSet {
    keys: Vec<Entry>,
}

struct Entry {
    kid: Option<String>,
    key: Result<Jwk, &'static str>,
}

/// The result of verifying a JWT with a set.
pub(super) enum Verdict {
    Good,
    /// No usable key, for this reason. A newer set may have one.
    NoKey(String),
    /// The signature is not of the named key.
    Bad,
}

impl JwkSet {
    /// Parses a set; the error is the problem.
    pub(super) fn read(text: &[u8]) -> Result<Self, String> {
        let document: Object = serde_json::from_slice(text).map_err(|_| "it is not a JSON object".to_owned())?;
        let Some(keys) = document.get("keys").and_then(Value::as_array) else {
            return Err("it has no array `keys`".to_owned());
        };
        if keys.len() > MOST_KEYS {
            return Err(format!("it has {} keys, more than the {MOST_KEYS} that are looked at", keys.len()));
        }
        let entry = |key: &Value| match key.as_object() {
            Some(key) => Entry { kid: key.get("kid").and_then(Value::as_str).map(str::to_owned), key: Jwk::read(key) },
            None => Entry { kid: None, key: Err("it is not an object") },
        };
        Ok(Self { keys: keys.iter().map(entry).collect() })
    }

    /// Whether a key of this set signed the JWT.
    ///
    /// `kid` names the key; without `kid`, exactly one key must fit the algorithm (OpenID Connect Core 1.0 section 10.1). Keys in the
    /// JWT, or referenced by it, are ignored.
    pub(super) fn verify(&self, jwt: &CompactJwt) -> Verdict {
        let fitting = |entries: &[&Entry]| {
            let keys = entries.iter().filter_map(|entry| entry.key.as_ref().ok());
            keys.filter(|key| key.fits(jwt.alg())).count()
        };
        let signed = |entries: &[&Entry]| {
            let mut keys = entries.iter().filter_map(|entry| entry.key.as_ref().ok());
            keys.any(|key| key.verifies(jwt.alg(), jwt.signing_input(), jwt.signature()))
        };
        let alg = clean(jwt.alg(), 40);
        let Some(kid) = jwt.kid() else {
            let all: Vec<&Entry> = self.keys.iter().collect();
            return match fitting(&all) {
                0 => Verdict::NoKey(format!("the JWT names no key, and none of the issuer's fits `{alg}`")),
                1 if signed(&all) => Verdict::Good,
                1 => Verdict::NoKey("the JWT names no key, and the only one that fits did not sign it".to_owned()),
                number => Verdict::NoKey(format!("the JWT names no key, and {number} of the issuer's fit `{alg}`")),
            };
        };
        let named: Vec<&Entry> = self.keys.iter().filter(|entry| entry.kid.as_deref() == Some(kid)).collect();
        let kid = clean(kid, 100);
        if named.is_empty() {
            return Verdict::NoKey(format!("the issuer has no key `{kid}`"));
        }
        if fitting(&named) == 0 {
            let why = named.iter().find_map(|entry| entry.key.as_ref().err());
            return Verdict::NoKey(match why {
                Some(why) => format!("the key `{kid}` of the issuer cannot be used: {why}"),
                None => format!("the key `{kid}` of the issuer is not for `{alg}`"),
            });
        }
        if signed(&named) { Verdict::Good } else { Verdict::Bad }
    }
}
