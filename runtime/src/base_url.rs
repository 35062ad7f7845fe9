//! The base URL of a server: which ones are valid, and how a path is put below it.

use std::fmt;

use reqwest::Url;

/// A base URL that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBaseUrl(pub(crate) &'static str);

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid base URL: {}", self.0)
    }
}

impl std::error::Error for InvalidBaseUrl {}

/// Parses a base URL: absolute, `http` or `https`, without credentials, query or fragment.
pub(crate) fn parse(base_url: &str) -> Result<Url, InvalidBaseUrl> {
    let url = Url::parse(base_url).map_err(|_| InvalidBaseUrl("not an absolute URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(InvalidBaseUrl("neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidBaseUrl("it has a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidBaseUrl("it has a query or a fragment"));
    }
    Ok(url)
}

/// The URL of a path below `base`. `path` and `query` are encoded already; only they are parsed.
pub(crate) fn below(base: &Url, path: &str, query: &str) -> Url {
    let mut url = base.clone();
    match base.path().trim_end_matches('/') {
        "" => url.set_path(path),
        prefix => url.set_path(&concatenated(prefix, path)),
    }
    if !query.is_empty() {
        url.set_query(Some(query));
    }
    url
}

/// Two texts as one.
pub(crate) fn concatenated(first: &str, second: &str) -> String {
    let mut text = String::with_capacity(first.len() + second.len());
    text.push_str(first);
    text.push_str(second);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_absolute_and_has_no_more_than_a_path() {
        for valid in ["http://a", "https://a/", "https://a:8443/b/c/"] {
            assert!(parse(valid).is_ok(), "{valid}");
        }
        for (invalid, why) in [
            ("/a", "not an absolute URL"),
            ("", "not an absolute URL"),
            ("ftp://a", "neither http nor https"),
            ("https://u@a", "it has a user name or a password"),
            ("https://:p@a", "it has a user name or a password"),
            ("https://a?b", "it has a query or a fragment"),
            ("https://a#b", "it has a query or a fragment"),
        ] {
            assert_eq!(parse(invalid), Err(InvalidBaseUrl(why)), "{invalid}");
        }
    }

    #[test]
    fn a_path_is_put_below_the_path_of_the_base() {
        for (base, path, query, url) in [
            ("http://a", "/p", "", "http://a/p"),
            ("http://a/", "/p", "", "http://a/p"),
            ("http://a/b", "/p", "q=1", "http://a/b/p?q=1"),
            ("http://a/b/", "/p%2Fq", "", "http://a/b/p%2Fq"),
            ("http://a/b//", "/p", "", "http://a/b/p"),
        ] {
            assert_eq!(below(&parse(base).unwrap(), path, query).as_str(), url);
        }
    }
}
