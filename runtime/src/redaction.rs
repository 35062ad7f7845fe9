//! [`Redaction`]: the secrets that are sent with a call, which are replaced in the server's error texts.

use std::fmt;

use percent_encoding::utf8_percent_encode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, USER_AGENT};
use reqwest::{Request, Url};

use crate::request::RESERVED;
use crate::secret::Secret;

/// Shorter secrets are no credentials, and would match parts of ordinary words.
const SHORTEST: usize = 8;

/// The secrets that were sent with a call.
///
/// Servers and proxies repeat rejected values ("no such token: ..."), and errors show their texts.
#[derive(Clone, Default)]
pub struct Redaction {
    /// Replaced wherever they occur; the longest first.
    anywhere: Vec<Secret>,
    /// Too short for that: replaced as whole words.
    words: Vec<Secret>,
}

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
            let shorter = self.anywhere.iter().position(|other| other.expose_secret().len() < length);
            self.anywhere.insert(shorter.unwrap_or(self.anywhere.len()), secret.clone());
        }
    }

    /// Adds secrets of any length. Short ones are replaced as whole words.
    #[must_use]
    pub(crate) fn and_short<'a>(mut self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        for secret in secrets {
            self.add(secret);
            if (1..SHORTEST).contains(&secret.expose_secret().len()) {
                self.words.push(secret.clone());
            }
        }
        self
    }

    /// Adds the values of headers that are marked as sensitive.
    #[must_use]
    pub(crate) fn and_sensitive(self, headers: &HeaderMap) -> Self {
        let sensitive = headers.values().filter(|value| value.is_sensitive());
        let found: Vec<Secret> = sensitive.filter_map(|value| value.to_str().ok()).map(Secret::from).collect();
        self.and(&found).and_headers(headers)
    }

    /// Adds the values of headers and of the query that something changed without telling what is a secret.
    #[must_use]
    pub(crate) fn and_all_of(self, request: &Request) -> Self {
        let known = [ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT];
        let headers = request.headers().iter().filter(|(name, _)| !known.contains(name));
        let mut found: Vec<Secret> = headers.filter_map(|(_, value)| value.to_str().ok()).map(Secret::from).collect();
        found.extend(request.url().query_pairs().map(|(_, value)| Secret::from(&*value)));
        self.and(&found).and_headers(request.headers()).and_query(request.url())
    }

    /// Adds the values in the query whose names are those of credentials.
    #[must_use]
    pub(crate) fn and_query(self, url: &Url) -> Self {
        let found = url.query_pairs().filter(|(name, _)| is_credential(&name.to_lowercase()));
        let found: Vec<Secret> = found.map(|(_, value)| Secret::from(&*value)).collect();
        self.and_short(&found)
    }

    /// Adds the secrets in the headers: each cookie, and each header with the name of a credential.
    #[must_use]
    pub fn and_headers(self, headers: &HeaderMap) -> Self {
        let mut found = Vec::new();
        for (name, value) in headers.iter().filter(|(name, _)| is_credential(name.as_str())) {
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

    /// Replaces the secrets in the text, also if they are percent-encoded or escaped as in JSON.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.anywhere {
            let secret = secret.expose_secret();
            text = text.replace(secret, REDACTED);
            for spelling in [utf8_percent_encode(secret, RESERVED).to_string(), escaped(secret)] {
                if spelling != secret {
                    text = text.replace(&spelling, REDACTED);
                }
            }
        }
        self.words.iter().fold(text, |text, word| without_word(&text, word.expose_secret()))
    }
}

/// Shows how many secrets it has.
impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redaction").field(&(self.anywhere.len() + self.words.len())).finish()
    }
}

/// What is in the place of a secret.
const REDACTED: &str = "[redacted]";

/// Whether a name in lower case is that of a credential.
pub(crate) fn is_credential(name: &str) -> bool {
    ["auth", "cookie", "key", "password", "secret", "token"].iter().any(|part| name.contains(part))
}

/// The text as JSON has it between quotes.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned()
}

/// Replaces a word unless letters or digits are next to it.
fn without_word(text: &str, word: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(word) {
        let is_part = kept.chars().chain(before.chars()).next_back().is_some_and(char::is_alphanumeric)
            || after.chars().next().is_some_and(char::is_alphanumeric);
        kept.push_str(before);
        kept.push_str(if is_part { word } else { REDACTED });
        rest = after;
    }
    kept.push_str(rest);
    kept
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

    #[test]
    fn secrets_are_redacted_in_other_spellings_and_short_ones_as_words() {
        let url = Url::parse("http://h/?page=2&Api_Key=a%26bcdefgh").unwrap();
        let sent = Redaction::of([&"quo\"te-canary".into()]).and_short([&"1234".into(), &"".into()]).and_query(&url);
        assert_eq!(
            sent.redact(
                r#"1234: quo\"te-canary, quo%22te-canary, a&bcdefgh, a%26bcdefgh; 12345, x1234; page 2, (1234)"#
            ),
            "[redacted]: [redacted], [redacted], [redacted], [redacted]; 12345, x1234; page 2, ([redacted])"
        );
    }
}
