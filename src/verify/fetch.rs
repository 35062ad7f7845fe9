//! Fetching the keys: one GET without a token, limited in time and size.

use reqwest::header::{ACCEPT, USER_AGENT};
use reqwest::{Response, Url};

use super::jwk_set::JwkSet;
use crate::client::{Client, ClientBuilder};
use crate::discovery::Discovery;
use crate::error::{Error, ErrorKind, Result};
use crate::fault;

/// The largest set of keys that is read, in bytes.
const LARGEST: usize = 512 << 10;

const WHERE: &str = "see `jwks_uri` in the discovery document";

/// Fetches the keys from where discovery says they are.
pub(super) async fn fetch(client: &Client, discovery: &Discovery) -> Result<JwkSet> {
    let uri = uri(client.base_url(), discovery)?;
    let mut request =
        client.api().http_client().get(uri.clone()).header(ACCEPT, "application/json, application/jwk-set+json");
    // The headers are for the server of the base url: another one must not see them.
    let same = uri.origin() == client.base_url().origin();
    for (name, value) in client.headers().iter().filter(|(name, _)| same || *name == USER_AGENT) {
        request = request.header(name.clone(), value.clone());
    }
    request = request.timeout(client.timeout().unwrap_or(ClientBuilder::DEFAULT_TIMEOUT));
    let answer = request.send().await.map_err(lost)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    if status != reqwest::StatusCode::OK {
        let refused = status.is_client_error() || status.is_server_error();
        let kind = if refused { ErrorKind::Refused } else { ErrorKind::UnexpectedAnswer };
        let what = format!("the issuer's keys cannot be fetched: answered {}", status.as_u16());
        return Err(Error::new(kind, None, what).with_answer(status, headers).with_hint(WHERE));
    }
    let unexpected = |what: String| {
        let what = format!("the issuer's keys cannot be used: {what}");
        Error::new(ErrorKind::UnexpectedAnswer, None, what).with_answer(status, headers.clone()).with_hint(WHERE)
    };
    let body = body(answer).await?.ok_or_else(|| unexpected(format!("the answer is larger than {LARGEST} bytes")))?;
    JwkSet::read(&body).map_err(unexpected)
}

fn uri(base_url: &Url, discovery: &Discovery) -> Result<Url> {
    let refuse = |what: &str| {
        let what = format!("the issuer's keys cannot be fetched: {what}");
        Err(Error::new(ErrorKind::Verification, None, what).with_hint(WHERE))
    };
    let Some(uri) = discovery.jwks_uri() else {
        return refuse("the discovery document has no url for them");
    };
    match (uri.scheme(), base_url.scheme()) {
        ("https", _) | ("http", "http") => Ok(uri),
        ("http", _) => refuse("their url is plain http, on which anybody may put keys of their own"),
        _ => refuse("their url is neither https nor http"),
    }
}

/// The body, unless it is too large.
async fn body(mut answer: Response) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(lost)? {
        body.extend_from_slice(&part);
        if body.len() > LARGEST {
            return Ok(None);
        }
    }
    Ok(Some(body))
}

fn lost(error: reqwest::Error) -> Error {
    let (kind, what, fault) = fault::told(&error);
    let new = Error::new(kind, None, format!("the issuer's keys cannot be fetched: {what}")).with_hint(WHERE);
    let new = if fault.is_some() { new.lasting() } else { new };
    new.with_source(error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn where_keys_may_be() {
        let discovery = |jwks_uri: &str| {
            let document = json!({
                "issuer": "https://h/p/", "authorization_endpoint": "", "token_endpoint": "", "jwks_uri": jwks_uri,
                "subject_types_supported": [], "response_types_supported": [], "id_token_signed_response_alg": [],
                "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []
            });
            Discovery::from_document(serde_json::from_value(document).unwrap())
        };
        let (safe, plain) = (Url::parse("https://h").unwrap(), Url::parse("http://localhost:1").unwrap());
        for (base_url, jwks_uri, said) in [
            (&safe, "https://other/keys", "https://other/keys"),
            (&safe, "keys", "https://h/p/keys"),
            (&plain, "http://h/keys", "http://h/keys"),
            (&safe, "http://h/keys", "their url is plain http"),
            (&safe, "file:///keys", "neither https nor http"),
            (&safe, "", "has no url for them"),
        ] {
            let found = uri(base_url, &discovery(jwks_uri)).map_or_else(|error| error.to_string(), String::from);
            assert!(found.contains(said), "{jwks_uri}: {found}");
        }
    }
}
