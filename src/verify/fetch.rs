//! Fetching the keys: one GET without a token, limited in time and size, with the client's hooks and retries.

use openapi_smith_runtime::generated as runtime;
use openapi_smith_runtime::is_loopback;
use reqwest::header::{ACCEPT, CACHE_CONTROL, HeaderValue, USER_AGENT};
use reqwest::{Method, Request, Url};

use super::jwk_set::JwkSet;
use crate::call::Options;
use crate::client::{Client, ClientBuilder};
use crate::discovery::Discovery;
use crate::error::{Error, ErrorKind, Result, clean, remedies};
use crate::operation::Operation;
use crate::response::Response;

/// The largest set of keys that is read, in bytes.
const LARGEST: u64 = 512 << 10;

const OPERATION: Operation = Operation::DiscoverJsonWebKeys;

/// Ory declares the operation under another tag, so it is not in the generated module.
static DECLARED: runtime::Operation = runtime::Operation {
    id: OPERATION.as_str(),
    method: "GET",
    path: OPERATION.path(),
    server: None,
    accept: "",
    security: &[],
    schemes: "",
    responses: &[("200", "")],
};

/// Fetches the keys from the `jwks_uri` of the discovery document.
pub(super) async fn fetch(client: &Client, discovery: &Discovery) -> Result<JwkSet> {
    let uri = uri(client.base_url(), client.allows_http(), discovery)?;
    let mut request = Request::new(Method::GET, uri.clone());
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, application/jwk-set+json"));
    // The verifier has a cache of its own. A cache on the way would hide new keys.
    request.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // The default headers are for the server at the base URL: no other server may see them.
    let same = uri.origin() == client.base_url().origin();
    for (name, value) in client.headers().iter().filter(|(name, _)| same || *name == USER_AGENT) {
        request.headers_mut().append(name.clone(), value.clone());
    }
    let options = Options {
        timeout: Some(client.timeout().unwrap_or(ClientBuilder::DEFAULT_TIMEOUT)),
        response_limit: Some(LARGEST),
        ..Options::default()
    };
    let call = runtime::call_with(client.api().core(), &DECLARED, request);
    let keys = options.send(client, OPERATION, call, |result, sent| {
        let response = result.map_err(|error| Error::from_api(OPERATION, error).without(sent.redaction()))?;
        let (status, headers, body) = response.into_parts();
        match JwkSet::read(&body) {
            Ok(keys) => Ok(Response::new(status, headers, keys)),
            Err(problem) => Err(Error::new(ErrorKind::UnexpectedResponse, Some(OPERATION), problem)
                .with_response(status, headers)
                .with_body(body)
                .without(sent.redaction())
                .with_hint(remedies::KEYS)),
        }
    });
    keys.await.map(Response::into_value).map_err(|error| unavailable(&uri, error))
}

/// The error for keys that are missing because the request to this URL failed.
pub(super) fn unavailable(asked: &Url, error: Error) -> Error {
    let problem = format!("fetched from `{}`: {error}", host(asked));
    Error::no_keys(problem, error.is_retryable()).with_source(error)
}

/// Host and port of the URL, for an error; user name, path and query may be secret.
fn host(uri: &Url) -> String {
    let host = clean(uri.host_str().unwrap_or_default(), 300);
    uri.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// The URL of the keys, if it may be used.
///
/// Keys over plain HTTP can be replaced on the way. They are accepted only if the base URL is plain HTTP, too, and either the host
/// is this machine or `allow_http` is set.
fn uri(base_url: &Url, allow_http: bool, discovery: &Discovery) -> Result<Url> {
    let refuse = |problem: &str| Err(Error::no_keys(format!("fetched: {problem}"), false).with_hint(remedies::KEYS));
    let Some(uri) = discovery.jwks_uri() else {
        return refuse("the discovery document has no URL for them");
    };
    match (uri.scheme(), base_url.scheme()) {
        ("https", _) => Ok(uri),
        ("http", "http") if allow_http || is_loopback(&uri) => Ok(uri),
        ("http", "http") => refuse("their URL is plain HTTP to another machine, where they can be replaced on the way"),
        ("http", _) => refuse("their URL is plain HTTP, while the base URL is https"),
        _ => refuse("their URL is neither https nor http"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_http_keys_need_a_plain_http_base_url() {
        let discovery = |jwks_uri: &str| {
            let document = json!({
                "issuer": "https://h/p/", "authorization_endpoint": "", "token_endpoint": "", "jwks_uri": jwks_uri,
                "subject_types_supported": [], "response_types_supported": [], "id_token_signed_response_alg": [],
                "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []
            });
            Discovery::from_document(serde_json::from_value(document).unwrap())
        };
        let url = |text: &str| Url::parse(text).unwrap();
        let (safe, here, mesh) = (url("https://h"), url("http://localhost:1"), url("http://hydra.mesh"));
        for (base_url, allow_http, jwks_uri, expected) in [
            (&safe, false, "https://other/keys", "https://other/keys"),
            (&safe, false, "keys", "https://h/p/keys"),
            (&here, false, "https://other/keys", "https://other/keys"),
            (&here, false, "http://127.0.0.1:2/keys", "http://127.0.0.1:2/keys"),
            (&here, false, "http://[::1]/keys", "http://[::1]/keys"),
            (&here, false, "http://h/keys", "their URL is plain HTTP to another machine"),
            (&here, false, "http://localhost.h/keys", "their URL is plain HTTP to another machine"),
            (&here, true, "http://h/keys", "http://h/keys"),
            (&mesh, true, "http://h/keys", "http://h/keys"),
            (&mesh, true, "http://localhost/keys", "http://localhost/keys"),
            (&safe, false, "http://h/keys", "their URL is plain HTTP, while"),
            (&safe, true, "http://h/keys", "their URL is plain HTTP, while"),
            (&safe, false, "http://localhost/keys", "their URL is plain HTTP, while"),
            (&safe, false, "file:///keys", "neither https nor http"),
            (&here, true, "file:///keys", "neither https nor http"),
            (&safe, false, "", "has no URL for them"),
        ] {
            let found = uri(base_url, allow_http, &discovery(jwks_uri));
            let found = found.map_or_else(|error| error.to_string(), String::from);
            assert!(found.contains(expected), "{base_url} {jwks_uri}: {found}");
        }
    }

    #[test]
    fn only_host_and_port_of_the_url_are_shown() {
        let uri = Url::parse("https://canary:canary@keys.example:8443/canary?canary").unwrap();
        assert_eq!(host(&uri), "keys.example:8443");
    }
}
