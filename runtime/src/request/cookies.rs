//! The header `Cookie` of a request (RFC 6265, section 4).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{RESERVED, Request};

/// The characters that would end the name of a cookie.
const NAME: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'=').add(b'\\');

impl Request {
    /// Adds a cookie with this exact value, such as an API key. A value that no cookie can have is refused.
    pub fn cookie(&mut self, name: &'static str, value: &str) {
        if is_value(value) {
            self.put_cookie(&cookie_name(name), value);
        } else {
            self.refuse(name, "a cookie cannot have white space, quotes, commas, semicolons or backslashes");
        }
    }

    /// Adds a parameter as a cookie. Its style is `form`, so its value is percent-encoded.
    pub fn cookie_value(&mut self, name: &'static str, value: &str) {
        self.put_cookie(&cookie_name(name), &utf8_percent_encode(value, RESERVED).to_string());
    }

    /// Adds a cookie; both texts are already encoded.
    pub(super) fn put_cookie(&mut self, name: &str, value: &str) {
        self.cookies(&format!("{name}={value}"));
    }

    /// Adds cookies as they are written in the header `Cookie`.
    pub(super) fn cookies(&mut self, text: &str) {
        if !self.cookies.is_empty() && !text.is_empty() {
            self.cookies.push_str("; ");
        }
        self.cookies.push_str(text);
    }
}

/// The name of a cookie. Servers read it as it is, so only characters that would end it are percent-encoded.
pub(super) fn cookie_name(name: &str) -> String {
    utf8_percent_encode(name, NAME).to_string()
}

/// `cookie-value` of RFC 6265: visible ASCII without `"`, `,`, `;` and `\`; quotes may surround the whole value.
fn is_value(value: &str) -> bool {
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_octet = |byte| matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~');
    quoted.unwrap_or(value).bytes().all(is_octet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_key_is_sent_verbatim_or_not_at_all() {
        for (value, is_sent) in [
            ("a+b/c==:%2F", true),
            ("\"a b\"", false),
            ("\"ab\"", true),
            ("\"", false),
            ("", true),
            ("a b", false),
            ("a;b", false),
            ("a,b", false),
            ("a\\b", false),
            ("ä", false),
            ("a\n", false),
        ] {
            let mut request = Request::default();
            request.cookie("k", value);
            assert_eq!(request.refusal.is_none(), is_sent, "{value}");
            assert_eq!(request.cookies, if is_sent { format!("k={value}") } else { String::new() });
        }
        let mut request = Request::default();
        request.cookie("k", "CANARY;");
        let refusal = request.refusal.unwrap();
        assert!(matches!(refusal, Error::InvalidArgument { name: "k", .. }) && !refusal.to_string().contains("CANARY"));
    }

    #[test]
    fn cookies_are_joined() {
        let mut request = Request::default();
        request.cookie_value("a$[]", "v;w");
        request.header("Cookie", "b=1; c=2");
        request.cookie("d;", "x");
        assert_eq!(request.cookies, "a$[]=v%3Bw; b=1; c=2; d%3B=x");
        assert!(request.headers.is_empty() && request.refusal.is_none());
    }
}
