//! Texts of the caller: ids, tokens, states, hints, scopes, nonces.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::{ClientMetadata, Ed25519Signer, Error, ErrorKind, RegistrationHandle};
use percent_encoding::percent_decode_str;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::Value;
use wiremock::Request;

use crate::{World, for_all};

fn text() -> impl Strategy<Value = String> {
    const ODD: &[&str] = &[
        "", ".", "..", "...", "/", "%2e%2e", "%2F", "+", " ", "a b", "a&b=c", "#", "?", ";", "\\", "\r\n", "\0", "é",
        "\u{feff}",
    ];
    prop_oneof![
        any::<String>(),
        "[ -~]{0,20}",
        "[a-zA-Z0-9_.~-]{1,40}",
        "[\\x00-\\x7f]{0,8}",
        select(ODD).prop_map(str::to_owned),
    ]
}

/// The request, if one was sent. A refused text must not be sent.
fn sent<T>(world: &World, result: Result<T, Error>) -> Option<Request> {
    let request = world.take_request();
    match &result {
        Err(error) if error.kind() == ErrorKind::InvalidInput => {
            assert!(request.is_none(), "{error}");
            None
        }
        _ => Some(request.unwrap()),
    }
}

fn query(request: &Request) -> HashMap<String, String> {
    let pairs: Vec<_> = request.url.query_pairs().into_owned().collect();
    let (count, query): (_, HashMap<_, _>) = (pairs.len(), pairs.into_iter().collect());
    assert_eq!(query.len(), count, "no parameter twice");
    query
}

#[test]
fn ids() {
    for_all(text(), |world, id| {
        let result =
            world.runtime.block_on(world.ory.read_client(&RegistrationHandle::new(&id, "token")).into_future());
        let Some(request) = sent(world, result) else {
            assert!(["", ".", ".."].contains(&id.as_str()), "{id:?} may be sent");
            return;
        };
        let path = request.url.path();
        let segment = path.strip_prefix("/oauth2/register/").unwrap();
        assert!(!segment.contains('/') && request.url.query().is_none() && request.url.fragment().is_none(), "{path}");
        assert_eq!(percent_decode_str(segment).decode_utf8().unwrap(), id);
    });
}

#[test]
fn tokens() {
    for_all(text(), |world, token| {
        let Some(request) = sent(world, world.runtime.block_on(world.ory.userinfo(&token).into_future())) else {
            assert!(token.is_empty() || token.bytes().any(|byte| !byte.is_ascii_graphic()), "{token:?} may be sent");
            return;
        };
        assert_eq!(request.headers["authorization"].to_str().unwrap(), format!("Bearer {token}"));
    });
}

#[test]
fn logouts() {
    for_all((text(), text(), text()), |world, (hint, state, uri)| {
        let request = world.ory.start_logout().id_token_hint(&hint).state(&state).post_logout_redirect_uri(&uri);
        let url = world.ory.logout_url().id_token_hint(&hint).state(&state).post_logout_redirect_uri(&uri).build();
        let Some(request) = sent(world, world.runtime.block_on(request.into_future())) else {
            assert!(hint.is_empty() && url.is_err());
            return;
        };
        let expected = [("id_token_hint", hint), ("state", state), ("post_logout_redirect_uri", uri)];
        let expected: HashMap<String, String> =
            expected.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(query(&request), expected);
        let of_url: HashMap<String, String> = url.unwrap().query_pairs().into_owned().collect();
        assert_eq!(of_url, expected);
    });
}

#[test]
fn scopes_and_names() {
    for_all((text(), text(), text()), |world, (scope, name, uri)| {
        let metadata = ClientMetadata::new([&uri]).scope(&scope).client_name(&name);
        let request = sent(world, world.runtime.block_on(world.ory.register(metadata).into_future())).unwrap();
        let body: Value = request.body_json().unwrap();
        assert_eq!(
            (&body["scope"], &body["client_name"], &body["redirect_uris"][0]),
            (&scope.into(), &name.into(), &uri.into())
        );
    });
}

#[test]
fn nonces() {
    let signer = Ed25519Signer::generate().unwrap();
    for_all(text(), |world, nonce| {
        let request = world.ory.issue_credential("token", &signer).nonce(&nonce);
        let Some(request) = sent(world, world.runtime.block_on(request.into_future())) else {
            assert!(nonce.is_empty(), "{nonce:?} may be sent");
            return;
        };
        let body: Value = request.body_json().unwrap();
        let claims = body["proof"]["jwt"].as_str().unwrap().split('.').nth(1).unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        assert_eq!(claims["nonce"], nonce);
    });
}
