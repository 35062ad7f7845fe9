//! [`ClientMetadata::check`]: names what the server accepts although it cannot work.

use std::fmt;

use serde_json::Value;

use super::metadata::ClientMetadata;
use super::redirect_uri;
use super::values::{GrantType, ResponseType, SubjectType, TokenEndpointAuthMethod};
use crate::error::clean;

/// Something in client metadata that the server accepts, or that cannot be sent; see [`ClientMetadata::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataProblem {
    location: Option<String>,
    message: String,
}

impl MetadataProblem {
    /// The property, as in `grant_types` or `redirect_uris[1]`; `None` if the message names it.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for MetadataProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) => write!(f, "`{location}` {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl ClientMetadata {
    /// Names what the server accepts without a word, although a client with it cannot work as it is meant, and what cannot
    /// be sent. Empty if nothing is found. Sends nothing.
    ///
    /// Ory stores any grant type, response type and authentication method, and clients for logins without a redirect URI. It is
    /// up to the caller to check: nothing else in this crate does, because a server may know values of its own.
    ///
    /// ```
    /// use ory_oidc::ClientMetadata;
    ///
    /// let metadata = ClientMetadata::new(["https://shop.example/cb"]).grant_types(["authorisation_code"]);
    /// let problems = metadata.check();
    /// assert_eq!(
    ///     problems[0].to_string(),
    ///     "`grant_types[0]` is unknown: did `authorisation_code` mean `authorization_code`?"
    /// );
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<MetadataProblem> {
        let request = self.as_request();
        let mut found = Found(Vec::new());
        if let Err(fault) = self.checked() {
            found.0.push(MetadataProblem { location: None, message: fault });
        }
        let grants = request.grant_types.as_ref().and_then(Option::as_deref).unwrap_or_default();
        let responses = request.response_types.as_ref().and_then(Option::as_deref).unwrap_or_default();
        let redirects = request.redirect_uris.as_ref().and_then(Option::as_deref).unwrap_or_default();
        let method = request.token_endpoint_auth_method.as_deref();

        for (index, grant) in grants.iter().enumerate() {
            found.unknown(&format!("grant_types[{index}]"), grant, GrantType::KNOWN, is_extension(grant));
        }
        for (index, response) in responses.iter().enumerate() {
            if matches!(ResponseType::from(response), ResponseType::Other(_)) {
                found.unknown(&format!("response_types[{index}]"), response, ResponseType::KNOWN, false);
            }
        }
        if let Some(method) = method {
            found.unknown("token_endpoint_auth_method", method, TokenEndpointAuthMethod::KNOWN, false);
        }
        if let Some(subject) = &request.subject_type {
            found.unknown("subject_type", subject, SubjectType::KNOWN, false);
        }

        // RFC 7591 section 2: the default is `authorization_code`.
        let has = |wanted: GrantType| match grants {
            [] => wanted == GrantType::AuthorizationCode,
            grants => grants.iter().any(|grant| grant == wanted.as_str()),
        };
        let redirecting = has(GrantType::AuthorizationCode) || has(GrantType::Implicit);
        // A preset has said so already.
        if redirecting && redirects.is_empty() && self.fault.is_none() {
            found.add("redirect_uris", "is empty, but a login with these grant types has to lead back".to_owned());
        }
        for (index, uri) in redirects.iter().enumerate() {
            let location = format!("redirect_uris[{index}]");
            match redirect_uri::problem(uri) {
                // A preset has said so already.
                Some(_) if self.fault.as_ref().is_some_and(|fault| fault.contains(&location)) => {}
                Some(problem) => found.add(&location, problem.to_owned()),
                None if redirect_uri::is_localhost(uri) && method == Some("none") => {
                    let problem = "names `localhost`: use `127.0.0.1` or `[::1]` without a port, so that the application may \
                                   listen on any port (RFC 8252 sections 7.3 and 8.3)";
                    found.add(&location, problem.to_owned());
                }
                None => {}
            }
        }
        // RFC 7591 section 2.1: response types and grant types belong together.
        for (index, response) in responses.iter().enumerate() {
            let words: Vec<&str> = response.split(' ').collect();
            let is_implicit = words.iter().any(|word| matches!(*word, "token" | "id_token"));
            for (is_needed, grant) in
                [(words.contains(&"code"), GrantType::AuthorizationCode), (is_implicit, GrantType::Implicit)]
            {
                if is_needed && !has(grant.clone()) {
                    let location = format!("response_types[{index}]");
                    found.add(&location, format!("needs the grant type `{grant}` (RFC 7591 section 2.1)"));
                }
            }
        }
        if has(GrantType::ClientCredentials) && method == Some("none") {
            let problem = "is `none`, but the grant type `client_credentials` needs a client that authenticates \
                           (RFC 6749 section 4.4)";
            found.add("token_endpoint_auth_method", problem.to_owned());
        }
        let scope = request.scope.as_deref().filter(|scope| !scope.trim().is_empty());
        if let Some(scope) = scope.filter(|_| has(GrantType::RefreshToken))
            && !scope.split_ascii_whitespace().any(|scope| matches!(scope, "offline_access" | "offline"))
        {
            let problem = "has no `offline_access`, without which Ory issues no refresh token";
            found.add("scope", problem.to_owned());
        }
        let keys = request.jwks.iter().flat_map(|set| set.keys.iter().flatten());
        for (index, key) in keys.enumerate() {
            let key = serde_json::to_value(key).unwrap_or_default();
            let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
            if let Some(name) = private.into_iter().find(|name| key.get(*name).is_some_and(|part| *part != Value::Null))
            {
                let problem = format!("has the private property `{name}`: send the public part of the key only");
                found.add(&format!("jwks.keys[{index}]"), problem);
            }
        }
        found.0
    }
}

struct Found(Vec<MetadataProblem>);

impl Found {
    fn add(&mut self, location: &str, message: String) {
        self.0.push(MetadataProblem { location: Some(location.to_owned()), message });
    }

    /// Adds a text that is not one of the known ones. An extension is only suspicious if it resembles a known one.
    fn unknown(&mut self, location: &str, text: &str, known: &[&str], is_extension: bool) {
        if known.contains(&text) {
            return;
        }
        let nearest = known.iter().map(|known| (distance(text, known), known)).min();
        let shown = clean(text, 100);
        match nearest {
            Some((1..=3, nearest)) => self.add(location, format!("is unknown: did `{shown}` mean `{nearest}`?")),
            _ if is_extension => {}
            _ => self.add(location, format!("is unknown: `{shown}` is none of `{}`", known.join("`, `"))),
        }
    }
}

/// An extension grant is named by an absolute URI (RFC 6749 section 4.5).
fn is_extension(grant: &str) -> bool {
    grant.contains(':') && reqwest::Url::parse(grant).is_ok()
}

/// The number of characters to insert, delete or replace between two texts (Levenshtein). Long texts count as far apart.
fn distance(one: &str, other: &str) -> usize {
    const LONGEST: usize = 100;
    if one.len() > LONGEST {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((d, above), left_above) in other.chars().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((left_above + usize::from(c != d)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const WEB: &str = "https://shop.example/cb";

    fn problems(metadata: &ClientMetadata) -> Vec<String> {
        metadata.check().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn metadata_that_works_has_no_problems() {
        for metadata in [
            ClientMetadata::new([WEB]),
            ClientMetadata::web_app([WEB]).scope("openid offline"),
            ClientMetadata::single_page_app(["http://127.0.0.1:3000/cb"]),
            ClientMetadata::native_app(["com.example.app:/cb"]),
            ClientMetadata::device(),
            ClientMetadata::machine(),
            ClientMetadata::new([WEB]).grant_types(["urn:example:grant", "authorization_code"]),
            ClientMetadata::new([WEB])
                .grant_types([GrantType::AuthorizationCode, GrantType::Implicit])
                .response_types(["token id_token code"]),
            ClientMetadata::web_app([WEB]).jwks(json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "", "y": ""}]})),
        ] {
            assert_eq!(problems(&metadata), [""; 0], "{metadata:?}");
        }
    }

    #[test]
    fn each_problem_is_named() {
        let new = || ClientMetadata::new([WEB]);
        for (metadata, expected) in [
            (ClientMetadata::default(), "`redirect_uris` is empty"),
            (new().grant_types(["authorisation_code"]), "did `authorisation_code` mean `authorization_code`?"),
            (
                new().grant_types(["password", "authorization_code"]),
                "`grant_types[0]` is unknown: `password` is none of",
            ),
            (
                new().grant_types(["urn:ietf:params:oauth:grant-type:device-code"]),
                "mean `urn:ietf:params:oauth:grant-type:device_code`?",
            ),
            (new().response_types(["codes"]), "`response_types[0]` is unknown: did `codes` mean `code`?"),
            (new().response_types(["id_token"]), "`response_types[0]` needs the grant type `implicit`"),
            (ClientMetadata::machine().response_types(["code"]), "needs the grant type `authorization_code`"),
            (new().token_endpoint_auth_method("client_secret_jwt"), "`token_endpoint_auth_method` is unknown"),
            (ClientMetadata::machine().token_endpoint_auth_method("none"), "`token_endpoint_auth_method` is `none`"),
            (new().subject_type("Pairwise"), "`subject_type` is unknown: did `Pairwise` mean `pairwise`?"),
            (ClientMetadata::new(["http://shop.example/cb"]), "`redirect_uris[0]` is plain HTTP"),
            (ClientMetadata::new([WEB, "/cb"]), "`redirect_uris[1]` is not an absolute URI"),
            (ClientMetadata::native_app(["http://localhost:1/cb"]), "`redirect_uris[0]` names `localhost`"),
            (ClientMetadata::native_app(["http://h/cb"]), "`redirect_uris[0]` is plain HTTP"),
            (ClientMetadata::web_app([""; 0]), "`redirect_uris` is empty: a login has to lead back"),
            (ClientMetadata::web_app([WEB]).scope("openid"), "`scope` has no `offline_access`"),
            (
                new().jwks(json!({"keys": [{"kty": "EC", "d": "canary"}]})),
                "`jwks.keys[0]` has the private property `d`",
            ),
            (new().set("client_secret", "canary"), "the property `client_secret` of the client cannot be set"),
        ] {
            let told = problems(&metadata);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].contains(expected) && !told[0].contains("canary"), "{told:?}");
        }
    }

    #[test]
    fn distances() {
        for (one, other, expected) in [("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ab", "ba", 2)] {
            assert_eq!(distance(one, other), expected);
            assert_eq!(distance(other, one), expected);
        }
        assert_eq!(distance(&"x".repeat(101), "x"), usize::MAX);
    }
}
