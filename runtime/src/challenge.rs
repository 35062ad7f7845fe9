//! [`BearerChallenge`]: a parsed `WWW-Authenticate: Bearer ...` header.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

use crate::redaction::Redaction;

/// The `Bearer` challenge of a 401 or 403 response (RFC 6750 section 3).
///
/// It names what was wrong with the token: expired, of the wrong kind, or without a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BearerChallenge {
    parameters: Vec<(String, String)>,
}

impl BearerChallenge {
    /// The OAuth error code, such as `invalid_token`.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.get("error")
    }

    /// The text that explains the error, for developers.
    #[must_use]
    pub fn error_description(&self) -> Option<&str> {
        self.get("error_description")
    }

    /// The scope that the request would have needed, space-separated.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.get("scope")
    }

    /// The protection space.
    #[must_use]
    pub fn realm(&self) -> Option<&str> {
        self.get("realm")
    }

    /// Any parameter, by its name (compared without case).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The same challenge with the secrets replaced in its values: a server may repeat in it what was sent to it.
    #[must_use]
    pub fn redacted(self, sent: &Redaction) -> Self {
        let parameters = self.parameters.into_iter().map(|(name, value)| (name, sent.redact(&value))).collect();
        Self { parameters }
    }

    /// Finds the first `Bearer` challenge in the headers of a response.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .find_map(|value| challenges(&String::from_utf8_lossy(value.as_bytes())).into_iter().find_map(bearer))
    }
}

type Challenge = (String, Vec<(String, String)>);

fn bearer((scheme, parameters): Challenge) -> Option<BearerChallenge> {
    scheme.eq_ignore_ascii_case("bearer").then_some(BearerChallenge { parameters })
}

/// Reads the list of challenges in one header value (RFC 9110 section 11.6.1).
///
/// The grammar separates challenges and parameters both by commas; what follows the word decides: `word =` is a parameter of
/// the challenge at hand, any other word begins a new one. Malformed input yields the challenges before the error.
fn challenges(text: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            return found;
        }
        let value = after.trim_start_matches([' ', '\t']);
        match (value.strip_prefix('='), found.last_mut()) {
            // A token68 (`Negotiate abc==`) ends in `=` signs without a value: nothing of it matters here.
            (Some(value), Some((_, parameters))) => {
                let (value, after) = parameter_value(value.trim_start_matches([' ', '\t']));
                parameters.push((word.to_owned(), value));
                rest = after;
            }
            (Some(_), None) => return found,
            (None, _) => {
                found.push((word.to_owned(), Vec::new()));
                rest = after;
            }
        }
    }
}

/// Parses a token or a quoted string; also returns the rest.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        let (value, after) = text.split_at(end);
        return (value.to_owned(), after);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn parse(text: &'static str) -> Option<BearerChallenge> {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(text));
        BearerChallenge::from_headers(&headers)
    }

    #[test]
    fn recorded_refresh_token() {
        let challenge = parse(
            r#"Bearer error="invalid_token",error_description="Only access tokens are allowed in the authorization header.""#,
        )
        .unwrap();
        assert_eq!(challenge.error(), Some("invalid_token"));
        assert_eq!(challenge.error_description(), Some("Only access tokens are allowed in the authorization header."));
        assert_eq!(challenge.realm(), None);
    }

    #[test]
    fn several_challenges_and_odd_spacing() {
        let challenge = parse(r#"Basic realm="a, b", Negotiate, bearer realm = x , scope="a \"b\" c""#).unwrap();
        assert_eq!(challenge.realm(), Some("x"));
        assert_eq!(challenge.scope(), Some("a \"b\" c"));
    }

    #[test]
    fn other_schemes_and_malformed_headers() {
        assert_eq!(parse("Basic realm=x"), None);
        assert_eq!(parse("Negotiate abc=="), None);
        assert_eq!(parse("="), None);
        assert_eq!(parse(""), None);
        assert_eq!(parse("Bearer"), Some(BearerChallenge::default()));
        assert_eq!(parse(r#"Bearer error="cut"#).unwrap().error(), Some("cut"));
    }
}
