//! Rules for redirect URIs that the server does not check: RFC 8252 for native applications, RFC 9700 for all.

use openapi_smith_runtime::is_loopback;
use reqwest::Url;

/// What is wrong with a redirect URI of any client.
pub(super) fn problem(uri: &str) -> Option<&'static str> {
    let Ok(url) = Url::parse(uri) else {
        return Some("is not an absolute URI");
    };
    if uri.contains('#') {
        return Some("has a fragment (RFC 6749 section 3.1.2)");
    }
    if uri.contains('*') {
        return Some("has a `*`, which is compared as a character and not as a pattern");
    }
    match url.scheme() {
        "https" => None,
        "http" if is_loopback(&url) => None,
        "http" => Some("is plain HTTP to another machine, where the code can be read on the way: use HTTPS"),
        "javascript" | "data" | "file" | "blob" | "about" => Some("has a scheme that no client may use"),
        // RFC 8252 section 7.1: the scheme of an application is a domain name in reverse.
        scheme if !scheme.contains('.') => {
            Some("has a scheme without a dot, which other applications may use too (RFC 8252 section 7.1)")
        }
        _ => None,
    }
}

/// What is wrong with a redirect URI of an application in a browser or on a web server.
pub(super) fn problem_on_the_web(uri: &str) -> Option<&'static str> {
    let is_web = Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    problem(uri).or((!is_web).then_some("is neither https nor http: only a native application may have such a URI"))
}

/// Whether it names this machine by `localhost`, which can lead elsewhere.
pub(super) fn is_localhost(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && url.host_str() == Some("localhost"))
}

/// The web origin of a redirect URI.
pub(super) fn origin(uri: &str) -> Option<String> {
    let origin = Url::parse(uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris() {
        for good in [
            "https://app.example/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:8080/cb",
            "http://[::1]/cb",
            "http://localhost:3000/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        for (bad, expected) in [
            ("/cb", "not an absolute"),
            ("", "not an absolute"),
            ("https://app.example/cb#x", "fragment"),
            ("https://*.app.example/cb", "`*`"),
            ("http://app.example/cb", "plain HTTP"),
            ("http://127.0.0.1.app.example/cb", "plain HTTP"),
            ("myapp:/cb", "without a dot"),
            ("javascript:alert(1)", "no client may use"),
        ] {
            assert!(problem(bad).is_some_and(|problem| problem.contains(expected)), "{bad}");
        }
        assert!(problem_on_the_web("com.example.app:/cb").is_some());
        assert_eq!(problem_on_the_web("http://localhost/cb"), None);
        assert!(is_localhost("http://localhost:1/") && !is_localhost("http://127.0.0.1/"));
        assert_eq!(origin("https://app.example:8443/cb?a").as_deref(), Some("https://app.example:8443"));
        assert_eq!(origin("com.example.app:/cb"), None);
    }
}
