//! A request while it is put together. What cannot be sent is remembered, and refused before anything is sent.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
// when credentials
use reqwest::header::AUTHORIZATION;
// end
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::error::{Error, Fault};

/// Everything but letters, digits, `-`, `.`, `_` and `~` (RFC 3986, "unreserved").
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request while it is put together.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) path: Cow<'static, str>,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: String,
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
    // when multipart
    pub(crate) multipart: Option<reqwest::multipart::Form>,
    // end
    pub(crate) refusal: Option<Fault>,
}

impl Request {
    /// A request to this path; more of it may follow.
    pub(crate) fn to_path(path: &'static str) -> Self {
        Self { path: Cow::Borrowed(path), ..Self::default() }
    }

    /// The next text of the path.
    pub(crate) fn path(&mut self, text: &'static str) {
        self.path.to_mut().push_str(text);
    }

    /// The next value of the path. One that would change which path it is, is refused.
    pub(crate) fn path_value(&mut self, name: &'static str, value: &str) {
        match value {
            "" => self.refuse(name, "an empty value would change the path"),
            "." | ".." => self.refuse(name, "a value of dots would change the path"),
            _ => self.path.to_mut().extend(utf8_percent_encode(value, RESERVED)),
        }
    }

    /// The next value of the path, from several.
    pub(crate) fn path_values(&mut self, name: &'static str, values: &[String]) {
        match values {
            [] => self.refuse(name, "an empty value would change the path"),
            [value] => self.path_value(name, value),
            _ => self.path.to_mut().push_str(&join(values, ",")),
        }
    }

    /// A query parameter.
    pub(crate) fn query(&mut self, name: &str, value: &str) {
        self.query_raw(name, &encode(value));
    }

    /// A query parameter of several values, once with a delimiter between them.
    pub(crate) fn query_joined(&mut self, name: &str, values: &[String], delimiter: &str) {
        self.query_raw(name, &join(values, delimiter));
    }

    /// A query parameter of several values, once for each.
    pub(crate) fn query_repeated(&mut self, name: &str, values: &[String]) {
        for value in values {
            self.query(name, value);
        }
    }

    /// What the document itself writes into the query of an operation.
    pub(crate) fn fixed_query(&mut self, query: &'static str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(query);
    }

    fn query_raw(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.extend(utf8_percent_encode(name, RESERVED));
        self.query.push('=');
        self.query.push_str(value);
    }

    /// A header.
    pub(crate) fn header(&mut self, name: &'static str, value: &str) {
        self.named_header(name, value, false);
    }

    /// A header that is marked as not to be logged.
    pub(crate) fn secret_header(&mut self, name: &'static str, value: &str) {
        self.named_header(name, value, true);
    }
    // when credentials

    /// The header `Authorization`.
    pub(crate) fn authorization(&mut self, value: String) {
        self.put_header("authorization", AUTHORIZATION, value, true);
    }
    // end

    fn named_header(&mut self, name: &'static str, value: &str, secret: bool) {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(parsed) => self.put_header(name, parsed, value.to_owned(), secret),
            Err(_) => self.refuse(name, "it cannot be sent as a header"),
        }
    }

    fn put_header(&mut self, name: &'static str, parsed: HeaderName, value: String, secret: bool) {
        // Nearly all are visible ASCII; not stopping at the first other byte lets the compiler look at many at a time.
        let is_ascii = value.bytes().fold(true, |visible, byte| visible & matches!(byte, b' '..=b'~'));
        if !is_ascii && value.chars().any(char::is_control) {
            return self.refuse(name, "it has a control character");
        }
        match HeaderValue::try_from(value) {
            Ok(mut value) => {
                value.set_sensitive(secret);
                self.headers.insert(parsed, value);
            }
            Err(_) => self.refuse(name, "it cannot be sent as a header"),
        }
    }

    /// A cookie.
    pub(crate) fn cookie(&mut self, name: &str, value: &str) {
        if !self.cookies.is_empty() {
            self.cookies.push_str("; ");
        }
        self.cookies.push_str(name);
        self.cookies.push('=');
        self.cookies.extend(utf8_percent_encode(value, RESERVED));
    }

    /// The body.
    pub(crate) fn body(&mut self, media_type: &'static str, body: Vec<u8>) {
        self.body = Some((media_type, body));
    }

    /// Remembers the first reason for which nothing is to be sent.
    pub(crate) fn refuse(&mut self, name: &'static str, reason: &'static str) {
        self.refusal.get_or_insert(Error::Argument { name, reason });
    }
}

/// A value with everything encoded that could mean something else in an address.
pub(crate) fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

fn join(values: &[String], delimiter: &str) -> String {
    let encoded: Vec<String> = values.iter().map(|value| encode(value)).collect();
    encoded.join(delimiter)
}
