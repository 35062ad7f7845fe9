//! The two headers of RFC 6750: the token of a request (section 2.1), and the challenge of a response (section 3).

use std::fmt::Write as _;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};

/// What the `Authorization` header of a request has.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Presented<'a> {
    /// A bearer token.
    Token(&'a str),
    /// No header, or one of another scheme.
    Nothing,
    /// More than one header, or a malformed one.
    Malformed,
}

/// Reads the `Authorization` header (RFC 6750 section 2.1). The other two methods, the form and the query, are not supported.
pub(super) fn presented(headers: &HeaderMap) -> Presented<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    let Some(value) = first else { return Presented::Nothing };
    if second.is_some() {
        return Presented::Malformed;
    }
    let Ok(text) = value.to_str() else { return Presented::Malformed };
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Presented::Nothing;
    }
    let token = token.trim_matches(' ');
    if is_token(token) { Presented::Token(token) } else { Presented::Malformed }
}

/// The grammar of a token: `b64token`.
fn is_token(text: &str) -> bool {
    let start = text.trim_end_matches('=');
    !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// The value of `WWW-Authenticate` (RFC 6750 section 3), with an error code and its description.
pub(super) fn challenge(realm: Option<&str>, error: Option<(&str, &str)>) -> HeaderValue {
    let mut text = "Bearer".to_owned();
    let mut separator = ' ';
    let parameters = [
        ("realm", realm),
        ("error", error.map(|(code, _)| code)),
        ("error_description", error.map(|(_, description)| description)),
    ];
    for (name, value) in parameters.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}{name}=\"{}\"", quotable(value));
        separator = ',';
    }
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Bearer"))
}

/// The text without the characters that a quoted string cannot have.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_well_formed_bearer_token_is_found() {
        for (values, expected) in [
            (&["Bearer abc"][..], Presented::Token("abc")),
            (&["bearer  mF_9.B5f-4.1JqM~+/== "], Presented::Token("mF_9.B5f-4.1JqM~+/==")),
            (&[], Presented::Nothing),
            (&["Basic YTpi"], Presented::Nothing),
            (&["Bearerabc"], Presented::Nothing),
            (&[""], Presented::Nothing),
            (&["Bearer"], Presented::Malformed),
            (&["Bearer "], Presented::Malformed),
            (&["Bearer ="], Presented::Malformed),
            (&["Bearer a b"], Presented::Malformed),
            (&["Bearer a,b"], Presented::Malformed),
            (&["Bearer a=b"], Presented::Malformed),
            (&["Bearer caf\u{e9}"], Presented::Malformed),
            (&["Bearer a", "Bearer a"], Presented::Malformed),
            (&["Basic YTpi", "Bearer a"], Presented::Malformed),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            assert_eq!(presented(&headers), expected, "{values:?}");
        }
    }

    #[test]
    fn challenges_of_the_specification() {
        let text = |realm, error| challenge(realm, error).to_str().unwrap().to_owned();
        // RFC 6750 section 3.
        assert_eq!(text(Some("example"), None), r#"Bearer realm="example""#);
        assert_eq!(
            text(Some("example"), Some(("invalid_token", "The access token expired"))),
            r#"Bearer realm="example",error="invalid_token",error_description="The access token expired""#
        );
        assert_eq!(text(None, None), "Bearer");
        assert_eq!(text(Some("a\"\\\r\n\u{e9}b"), None), r#"Bearer realm="ab""#);
    }
}
