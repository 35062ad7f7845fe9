//! [`SalvagedClient`]: the id and the secrets of a client document that cannot be decoded as a whole.

use std::fmt;

use serde_json::Value;

use crate::lenient_json;
use openapi_smith_runtime::Secret;

/// The readable part of the response when a client was registered or replaced but its document could not be decoded, or its handle
/// not stored.
///
/// See [`Error::salvaged`](crate::Error::salvaged).
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct SalvagedClient {
    client_id: Option<String>,
    client_secret: Option<Secret>,
    registration_access_token: Option<Secret>,
    registration_client_uri: Option<String>,
}

impl SalvagedClient {
    /// The id of the client.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The secret of the client.
    #[must_use]
    pub fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref()
    }

    /// The token that reads, replaces and deletes the client.
    #[must_use]
    pub fn registration_access_token(&self) -> Option<&Secret> {
        self.registration_access_token.as_ref()
    }

    /// The `registration_client_uri`.
    pub(crate) fn client_uri(&self) -> Option<&str> {
        self.registration_client_uri.as_deref()
    }

    /// What is known of a client whose handle cannot be stored.
    pub(crate) fn from_parts(
        client_id: &str,
        client_secret: Option<&Secret>,
        registration_access_token: Option<&Secret>,
        registration_client_uri: Option<&str>,
    ) -> Self {
        Self {
            client_id: Some(client_id.to_owned()),
            client_secret: client_secret.cloned(),
            registration_access_token: registration_access_token.cloned(),
            registration_client_uri: registration_client_uri.map(str::to_owned),
        }
    }

    /// Picks the properties out of `body`; `None` if none is found.
    #[inline]
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let properties = properties(body);
        let find = |name: &str| {
            properties.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.clone())
        };
        let found = Self {
            client_id: find("client_id"),
            client_secret: find("client_secret").map(Secret::new),
            registration_access_token: find("registration_access_token").map(Secret::new),
            registration_client_uri: find("registration_client_uri"),
        };
        let empty =
            found.client_id.is_none() && found.client_secret.is_none() && found.registration_access_token.is_none();
        (!empty).then_some(found)
    }
}

impl fmt::Debug for SalvagedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SalvagedClient")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("registration_access_token", &self.registration_access_token)
            .finish_non_exhaustive()
    }
}

/// The string properties at the top of a JSON object, which may be truncated.
#[inline]
fn properties(body: &[u8]) -> Vec<(String, String)> {
    if let Some(Value::Object(object)) = lenient_json::value(body) {
        let text = |(key, value): (String, Value)| Some((key, value.as_str()?.to_owned()));
        return object.into_iter().filter_map(text).collect();
    }
    let text = String::from_utf8_lossy(body);
    let at_top = scan(&text, Some(1));
    // If brackets do not match, the depth is wrong.
    if at_top.is_empty() { scan(&text, None) } else { at_top }
}

/// Walks over text that is nearly JSON and collects `"key": "value"` at `depth` (or anywhere).
///
/// A truncated string is not returned: half a token is worse than none.
#[inline]
fn scan(text: &str, depth: Option<usize>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut level = 0_usize;
    let mut key: Option<String> = None;
    let mut colon = false;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if character == '"' {
            let Some((string, after)) = string(rest) else { break };
            rest = after;
            match key.take() {
                Some(name) if colon && depth.is_none_or(|depth| depth == level) => found.push((name, string)),
                _ => key = (!colon).then_some(string),
            }
            colon = false;
            continue;
        }
        match character {
            '{' | '[' => level = level.saturating_add(1),
            '}' | ']' => level = level.saturating_sub(1),
            _ => {}
        }
        if character == ':' {
            colon = true;
        } else if !character.is_whitespace() {
            key = None;
            colon = false;
        }
        rest = rest.strip_prefix(character).unwrap_or_default();
    }
    found
}

/// Decodes one JSON string at the start of `text`; also returns the rest.
#[inline]
fn string(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = inner.char_indices().find_map(|(index, character)| {
        if escaped {
            escaped = false;
            return None;
        }
        escaped = character == '\\';
        (character == '"').then_some(index)
    })?;
    let (content, after) = inner.split_at(end);
    let decoded = serde_json::from_str(&format!("\"{content}\"")).unwrap_or_else(|_| content.to_owned());
    Some((decoded, after.strip_prefix('"')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(body: &str) -> Option<String> {
        let found = SalvagedClient::from_body(body.as_bytes())?;
        found.registration_access_token().map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn whole_documents() {
        let body = r#"{"client_id":"c","client_name":42,"metadata":{"registration_access_token":"no"},"client_secret":"s",
            "registration_access_token":"ory_at_x","registration_client_uri":"https://h/c"}"#;
        let found = SalvagedClient::from_body(body.as_bytes()).unwrap();
        assert_eq!(found.client_id(), Some("c"));
        assert_eq!(found.client_secret().unwrap().expose_secret(), "s");
        let handle = found.handle().unwrap();
        assert_eq!(handle.registration_access_token().expose_secret(), "ory_at_x");
        assert_eq!(handle.client_uri(), Some("https://h/c"));
        assert!(handle.is_changed());
        assert!(!format!("{found:?}").contains("ory_at_x"));
    }

    #[test]
    fn cut_and_broken_documents() {
        let whole = r#"{"client_id":"c","metadata":{"registration_access_token":"no","x":[1,{"y":"z"}]},"a":"\"registration_access_token\":\"no\"","registration_access_token" : "ory_at_\u0078","#;
        assert_eq!(token(whole).as_deref(), Some("ory_at_x"));
        // Cut within the token: half of it is not reported.
        let half = whole.get(..whole.find("ory_at").unwrap() + 4).unwrap();
        assert_eq!(token(half), None);
        assert_eq!(SalvagedClient::from_body(half.as_bytes()).unwrap().client_id(), Some("c"));
        assert_eq!(token(r#"]]{"registration_access_token":"t"}<garbage"#).as_deref(), Some("t"));
        assert_eq!(token(r#"{"client_id":"c"}{"registration_access_token":"t"}"#).as_deref(), Some("t"));
        assert_eq!(token(r#"{"registration_access_token":["t"],"client_id":"c""#), None);
    }

    #[test]
    fn nothing_to_find() {
        for body in ["", "<html>", "null", "[]", "{}", "{\"registration_access_token\":\"\"}", "\"", "{\"a"] {
            assert!(SalvagedClient::from_body(body.as_bytes()).is_none(), "{body}");
        }
    }
}
