//! [`Redaction`]: the secrets that are sent with a call, which are replaced in the server's error texts.

use std::fmt;

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName};

use crate::secret::Secret;

/// Shorter secrets are no credentials, and would match parts of ordinary words.
const SHORTEST: usize = 8;

/// The secrets that were sent with a call.
///
/// Servers and proxies repeat rejected values ("no such token: ..."), and errors show their texts.
#[derive(Clone, Default)]
pub struct Redaction(Vec<Secret>);

impl Redaction {
    /// Of these secrets.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self::default().and(secrets)
    }

    /// Adds secrets.
    #[must_use]
    pub fn and<'a>(mut self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        for secret in secrets {
            self.add(secret);
        }
        self
    }

    /// The longest come first: one may be part of another. (A sort would do, but costs every user's build a third of a
    /// second.)
    fn add(&mut self, secret: &Secret) {
        let length = secret.expose_secret().len();
        if length >= SHORTEST {
            let shorter = self.0.iter().position(|other| other.expose_secret().len() < length);
            self.0.insert(shorter.unwrap_or(self.0.len()), secret.clone());
        }
    }

    /// Adds the secrets in the headers: each cookie, and each header with the name of a credential.
    #[must_use]
    pub fn and_headers(self, headers: &HeaderMap) -> Self {
        let mut found = Vec::new();
        for (name, value) in headers.iter().filter(|(name, _)| is_credential(name)) {
            let Ok(text) = value.to_str() else { continue };
            found.push(Secret::from(text));
            // `Bearer <token>`
            found.extend(text.split_once(' ').filter(|_| name == AUTHORIZATION).map(|(_, token)| token.into()));
            if name == COOKIE {
                found.extend(text.split(';').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.into()));
            }
        }
        self.and(&found)
    }

    /// Replaces the secrets in the text.
    pub fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "[redacted]"))
    }
}

/// Shows how many secrets it has.
impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redaction").field(&self.0.len()).finish()
    }
}

fn is_credential(name: &HeaderName) -> bool {
    ["auth", "cookie", "key", "password", "secret", "token"].iter().any(|part| name.as_str().contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn tokens_cookies_and_keys_are_redacted() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=cookie-canary; b=x"));
        headers.insert("x-api-key", HeaderValue::from_static("key-canary"));
        headers.insert("x-forwarded-host", HeaderValue::from_static("login.example.com"));
        let sent = Redaction::of([&"ory_at_canary".into(), &"ory_at_canary.longer".into(), &"token".into()])
            .and_headers(&headers);
        assert_eq!(
            sent.redact("token ory_at_canary, ory_at_canary.longer, cookie-canary, key-canary at login.example.com"),
            "token [redacted], [redacted], [redacted], [redacted] at login.example.com"
        );
    }
}
