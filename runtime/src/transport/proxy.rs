//! The proxies of the environment, for all requests but plain http to this machine.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Proxy, Url};

use super::loopback::is_loopback;

/// Proxies requests as reqwest does by itself, by the variables of the environment and the settings of the system, except for
/// plain http to this machine: the proxy would be another machine, and see each token in the clear.
///
/// reqwest takes the first of its proxies that accepts a URL, and none of them can forbid the others. So this one stands for
/// the environment's, and reads them with what reqwest reads them with.
pub(crate) fn of_environment() -> Proxy {
    let environment = Matcher::from_system();
    Proxy::custom(move |url| {
        if url.scheme() == "http" && is_loopback(url) {
            return None;
        }
        let uri: Uri = url.as_str().parse().ok()?;
        environment.intercept(&uri).and_then(|proxy| address(&proxy))
    })
}

/// The address of the proxy, with its user name and password.
fn address(proxy: &Intercept) -> Option<Url> {
    let (uri, user) = (proxy.uri(), user(proxy).unwrap_or_default());
    let url = Url::parse(&format!("{}://{user}{}", uri.scheme_str()?, uri.authority()?));
    // A proxy that cannot be used is no reason to go without one: the request fails, as it does in reqwest.
    url.or_else(|_| Url::parse("http://unusable-proxy.invalid")).ok()
}

/// The user name and password of the proxy, as they stand in a URL.
fn user(proxy: &Intercept) -> Option<String> {
    let (name, password) = match (proxy.raw_auth(), proxy.basic_auth()) {
        (Some((name, password)), _) => (name.to_owned(), password.to_owned()),
        (None, header) => {
            let encoded = header?.to_str().ok()?.strip_prefix("Basic ")?;
            let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
            let (name, password) = text.split_once(':')?;
            (name.to_owned(), password.to_owned())
        }
    };
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    Some(format!("{}:{}@", encode(&name), encode(&password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(variable: &str) -> String {
        let uri = Uri::from_static("http://ory.example/");
        address(&Matcher::builder().all(variable.to_owned()).build().intercept(&uri).unwrap()).unwrap().into()
    }

    #[test]
    fn addresses_of_proxies() {
        for (variable, address) in [
            ("proxy.example:3128", "http://proxy.example:3128/"),
            ("http://proxy.example", "http://proxy.example/"),
            ("https://[::1]:3128/path", "https://[::1]:3128/"),
            ("http://us%40er:p%3Ass%25@proxy.example", "http://us%40er:p%3Ass%25@proxy.example/"),
            ("http://user@proxy.example", "http://user@proxy.example/"),
            ("socks5h://us%40er:p%2Fss@proxy.example:1080", "socks5h://us%40er:p%2Fss@proxy.example:1080"),
            ("http://300.1.1.1", "http://unusable-proxy.invalid/"),
        ] {
            assert_eq!(address_of(variable), address, "{variable}");
        }
    }
}
