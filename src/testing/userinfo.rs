//! getOidcUserInfo: the claims behind an access token, as JSON or signed, as the client registered.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::grant::{Found, Grant};
use super::incoming::Incoming;
use super::response::{Refusal, Response};
use super::state::{State, World};

/// Claims of the ID token that `/userinfo` does not repeat.
const LEFT_OUT: [&str; 6] = ["nonce", "at_hash", "c_hash", "exp", "sid", "jti"];

pub(super) fn response(world: &World, state: &State, request: &Incoming) -> Response {
    let grant = match state.introspect(request.bearer().token.as_deref()) {
        Ok(Found::Access(grant)) => grant,
        Ok(Found::Refresh) => {
            // As on the real server, only the header has the reason.
            return challenge(
                "invalid_token",
                "Only access tokens are allowed in the authorization header.",
                Refusal::unrecognizable(401),
            );
        }
        Err(refusal) if refusal.status == 401 => {
            return challenge(&refusal.error.clone(), &refusal.description.clone(), refusal);
        }
        Err(refusal) => return refusal.into(),
    };
    let mut claims = claims(world, grant);
    let signed = state
        .clients
        .get(&grant.client_id)
        .is_some_and(|client| client.document.text("userinfo_signed_response_alg") == "RS256");
    if !signed {
        return Response::json(200, &claims);
    }
    claims.insert("jti".to_owned(), json!(world.ids.uuid()));
    claims.insert("iat".to_owned(), json!(state.now().unix_timestamp()));
    Response::text(200, "application/jwt", world.sign(&claims))
}

fn challenge(error: &str, description: &str, refusal: Refusal) -> Response {
    let value = format!("Bearer error=\"{error}\",error_description=\"{description}\"");
    Response::from(refusal).with("www-authenticate", value)
}

fn claims(world: &World, grant: &Grant) -> BTreeMap<String, Value> {
    let mut claims: BTreeMap<String, Value> = grant.claims.clone().into_iter().collect();
    claims.extend(grant.authentication.clone());
    claims.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    claims.insert("aud".to_owned(), json!([grant.client_id]));
    claims.insert("iat".to_owned(), json!(grant.issued_at));
    claims.insert("iss".to_owned(), json!(world.settings.issuer));
    if let Some(subject) = &grant.subject {
        claims.insert("auth_time".to_owned(), json!(grant.issued_at));
        claims.insert("rat".to_owned(), json!(grant.issued_at));
        claims.insert("sub".to_owned(), json!(subject));
    }
    claims
}
