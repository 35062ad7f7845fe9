//! A request for the handlers: parameters, headers, and the bearer token from header, form or query.

use std::borrow::Cow;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};

pub(super) struct Incoming {
    pub(super) method: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether the registration access token was checked already, and is not checked again.
    pub(super) is_admitted: bool,
}

/// The token, and the rest of the body after the search for it.
pub(super) struct Bearer<'a> {
    pub(super) token: Option<String>,
    pub(super) body: &'a [u8],
}

impl Incoming {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(super) fn query_value(&self, name: &str) -> Option<String> {
        first(self.query.as_deref().unwrap_or_default().as_bytes(), name)
    }

    /// A form value wins over one in the query.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.form_value(name).or_else(|| self.query_value(name))
    }

    fn has_form(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH")
            && self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
                value
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            })
    }

    fn form_value(&self, name: &str) -> Option<String> {
        if self.has_form() { first(&self.body, name) } else { None }
    }

    /// `Authorization: Bearer` wins; without it, `access_token` in the form or the query is taken.
    ///
    /// A search in a form uses the body up, so no handler can read JSON from it.
    pub(super) fn bearer(&self) -> Bearer<'_> {
        let authorization = self.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Exactly one space: a second space becomes part of the token, which is then unknown.
        match authorization.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Bearer { token: Some(token.to_owned()), body: &self.body }
            }
            _ => Bearer { token: self.value("access_token"), body: if self.has_form() { &[] } else { &self.body } },
        }
    }

    /// The values of every cookie of that name.
    pub(super) fn cookies<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(move |pair| pair.trim().split_once('=').filter(|(known, _)| *known == name))
            .map(|(_, value)| value)
    }
}

fn first(encoded: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(encoded)
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| Cow::into_owned(value))
}
