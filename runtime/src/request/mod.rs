//! A request while it is built. The first invalid part is remembered, and nothing is sent.

mod body;
mod cookies;
#[cfg(feature = "multipart")]
mod multipart;
mod styles;

pub use body::{json_text, text};
#[cfg(feature = "multipart")]
pub use multipart::{Part, Parts};
pub use styles::{Location, Parameter, Style};

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::error::Error;
use crate::json::secret_serde::Collecting;
use crate::secret::Secret;

/// Everything but letters, digits, `-`, `.`, `_` and `~` (RFC 3986, "unreserved").
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The body of a request.
pub(crate) struct Body {
    pub(crate) media_type: Cow<'static, str>,
    pub(crate) content: reqwest::Body,
    /// The length of a body that is sent as it is read, if it is known.
    pub(crate) length: Option<u64>,
}

/// A request while it is built.
#[derive(Default)]
pub struct Request {
    pub(crate) path: Cow<'static, str>,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: String,
    pub(crate) body: Option<Body>,
    /// The secret parameters, and the secrets in the body.
    pub(crate) secrets: Vec<Secret>,
    /// The first reason for which nothing is sent.
    pub refusal: Option<Error>,
}

impl Request {
    /// A request to this path; more of it may follow.
    pub fn to_path(path: &'static str) -> Self {
        Self { path: Cow::Borrowed(path), ..Self::default() }
    }

    /// Appends a text to the path.
    pub fn path(&mut self, text: &'static str) {
        self.path.to_mut().push_str(text);
    }

    /// Appends a value to the path. A value that would change the path is refused.
    pub fn path_value(&mut self, name: &'static str, value: &str) {
        match value {
            "" => self.refuse(name, "an empty value would change the path"),
            "." | ".." => self.refuse(name, "a value of dots would change the path"),
            _ => self.path.to_mut().extend(utf8_percent_encode(value, RESERVED)),
        }
    }

    /// Appends several values to the path, with commas between them.
    pub fn path_values(&mut self, name: &'static str, values: &[String]) {
        match values {
            [] => self.refuse(name, "an empty value would change the path"),
            [value] => self.path_value(name, value),
            _ => self.path.to_mut().push_str(&join(values, ",")),
        }
    }

    /// Adds a query parameter.
    pub fn query(&mut self, name: &str, value: &str) {
        self.query_raw(name, &encode(value));
    }

    /// Adds a query parameter of several values, with a delimiter between them. An empty list is left out (RFC 6570,
    /// section 2.3).
    pub fn query_joined(&mut self, name: &str, values: &[String], delimiter: &str) {
        if !values.is_empty() {
            self.query_raw(name, &join(values, delimiter));
        }
    }

    /// Adds a query parameter once for each value.
    pub fn query_repeated(&mut self, name: &str, values: &[String]) {
        for value in values {
            self.query(name, value);
        }
    }

    /// Adds a text that is the query, without a name.
    pub fn whole_query(&mut self, text: &str) {
        if !self.query.is_empty() && !text.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(&encode(text));
    }

    /// Adds the query that the document's path of the operation has.
    pub fn fixed_query(&mut self, query: &'static str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(query);
    }

    fn query_raw(&mut self, name: &str, value: &str) {
        self.query_pair(&encode(name), value);
    }

    /// Adds a query parameter; both texts are already encoded.
    fn query_pair(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(name);
        self.query.push('=');
        self.query.push_str(value);
    }

    /// The decoded value of a query parameter.
    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(found, _)| decode(found) == name).map(|(_, value)| decode(value));
        values.next()
    }

    /// Replaces the query parameter of this name.
    pub(crate) fn replace_query(&mut self, name: &str, value: &str) {
        self.query = without_pairs(&self.query, name);
        self.query(name, value);
    }

    /// A copy without the refusal; `None` if the body is sent as it is read.
    pub(crate) fn copied(&self) -> Option<Self> {
        let copied = |body: &Body| {
            let content = body.content.as_bytes()?.to_vec().into();
            Some(Body { media_type: body.media_type.clone(), content, length: body.length })
        };
        let body = match &self.body {
            Some(body) => Some(copied(body)?),
            None => None,
        };
        let (path, query, headers) = (self.path.clone(), self.query.clone(), self.headers.clone());
        let (cookies, secrets) = (self.cookies.clone(), self.secrets.clone());
        Some(Self { path, query, headers, cookies, body, refusal: None, secrets })
    }

    /// Sets a header.
    pub fn header(&mut self, name: &'static str, value: &str) {
        self.named_header(name, value, false);
    }

    /// Sets a header that is marked as sensitive.
    pub fn secret_header(&mut self, name: &'static str, value: &str) {
        self.named_header(name, value, true);
    }

    /// Sets a header of several values, with commas between them. An empty list is left out.
    pub fn header_values(&mut self, name: &'static str, values: &[String]) {
        if !values.is_empty() {
            self.header(name, &values.join(","));
        }
    }

    /// Sets the header `Authorization`.
    pub(crate) fn authorization(&mut self, value: String) {
        self.put_header("authorization", AUTHORIZATION, value, true);
    }

    fn named_header(&mut self, name: &'static str, value: &str, secret: bool) {
        match HeaderName::from_bytes(name.as_bytes()) {
            // Other cookies of the request are in the same header.
            Ok(COOKIE) => self.cookies(value),
            Ok(parsed) => self.put_header(name, parsed, value.to_owned(), secret),
            Err(_) => self.refuse(name, "it cannot be sent as a header"),
        }
    }

    fn put_header(&mut self, name: &'static str, parsed: HeaderName, value: String, secret: bool) {
        // Nearly all values are visible ASCII. A fold has no early exit, so the compiler checks many bytes at a time.
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

    /// Remembers the secrets in a parameter, to redact them in a text of the response.
    pub fn secrets<T: Serialize + ?Sized>(&mut self, value: &T) {
        let collecting = Collecting::start();
        // Only the collected secrets are needed: the value is sent in another encoding.
        drop(serde_json::to_vec(value));
        self.secrets.extend(collecting.end());
    }

    /// Sets the body.
    pub fn body(&mut self, media_type: &'static str, body: Vec<u8>) {
        self.body = Some(Body { media_type: media_type.into(), content: body.into(), length: None });
    }

    /// Remembers the first reason for which nothing is sent.
    pub(crate) fn refuse(&mut self, name: &'static str, reason: &'static str) {
        self.refusal.get_or_insert(Error::InvalidArgument { name, reason });
    }
}

/// Shows nothing: any part may hold a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

/// A value with every reserved character encoded.
pub(crate) fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A query without the pairs of this name.
fn without_pairs(query: &str, name: &str) -> String {
    let is_other = |pair: &&str| decode(pair.split('=').next().unwrap_or_default()) != name;
    query.split('&').filter(is_other).collect::<Vec<_>>().join("&")
}

/// The query of a URL with these pairs in place of those of the same names. Both are encoded.
pub(crate) fn merged(query: &str, pairs: &str) -> String {
    let mut query = query.to_owned();
    for pair in pairs.split('&').filter(|pair| !pair.is_empty()) {
        query = without_pairs(&query, &decode(pair.split('=').next().unwrap_or_default()));
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(pair);
    }
    query
}

fn join(values: &[String], delimiter: &str) -> String {
    let encoded: Vec<String> = values.iter().map(|value| encode(value)).collect();
    encoded.join(delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_path_cannot_change_the_path() {
        for (value, path) in [("a/b c", Some("/x/a%2Fb%20c")), ("..a", Some("/x/..a")), ("", None), ("..", None)] {
            let mut request = Request::to_path("/x/");
            request.path_value("id", value);
            assert_eq!(request.refusal.is_none().then_some(&*request.path), path, "{value}");
        }
    }

    #[test]
    fn a_header_without_control_characters_is_sent() {
        let mut request = Request::default();
        request.header("x-a", "é");
        request.secret_header("x-b", "CANARY");
        assert!(request.refusal.is_none() && request.headers["x-b"].is_sensitive());
        request.header("x-c", "a\nb");
        assert!(matches!(request.refusal, Some(Error::InvalidArgument { name: "x-c", .. })));
        let mut request = Request::default();
        request.header("x y", "a");
        assert!(matches!(request.refusal, Some(Error::InvalidArgument { name: "x y", .. })));
    }

    #[test]
    fn a_query_parameter_is_replaced_by_its_decoded_name() {
        let mut request = Request::default();
        request.fixed_query("page%5Bat%5D=1&size=2&page[at]=3");
        assert_eq!(request.query_value("page[at]").as_deref(), Some("1"));
        request.replace_query("page[at]", "4&5");
        assert_eq!(request.query, "size=2&page%5Bat%5D=4%265");
        assert_eq!(merged("a=1&key=old&b=2", "key=new"), "a=1&b=2&key=new");
        assert_eq!(merged("", "key=new"), "key=new");
        assert_eq!(merged("a=1", ""), "a=1");
    }

    #[test]
    fn queries_are_joined_and_encoded() {
        let mut request = Request::default();
        request.query("a b", "c&d");
        request.query_joined("e", &["1".to_owned(), "2,3".to_owned()], ",");
        request.fixed_query("f=4");
        assert_eq!(request.query, "a%20b=c%26d&e=1,2%2C3&f=4");
        request.query_joined("g", &[], ",");
        assert_eq!(request.query, "a%20b=c%26d&e=1,2%2C3&f=4", "an empty list is left out");
    }
}
