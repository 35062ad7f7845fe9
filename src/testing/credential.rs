//! createVerifiableCredential: priming, then a credential for a proof that really is one.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::go_json::{first_value, property};
use super::go_number::to_json_with_floats;
use super::grant::{Found, Grant};
use super::incoming::Incoming;
use super::jwk::Jwk;
use super::nonce::NonceFault;
use super::proof;
use super::response::{Refusal, Response};
use super::state::{State, World};

const FORMAT: &str = "jwt_vc_json";

#[derive(Serialize)]
struct Priming {
    format: &'static str,
    c_nonce: String,
    c_nonce_expires_in: i64,
    error: &'static str,
    error_description: &'static str,
}

#[derive(Serialize)]
struct Issued {
    format: &'static str,
    credential_draft_00: String,
}

pub(super) fn response(world: &World, state: &State, request: &Incoming) -> Result<Response, Refusal> {
    let bearer = request.bearer();
    let token = bearer.token.unwrap_or_default();
    let Found::Access(grant) = state.introspect(Some(&token))? else {
        return Err(Refusal::invalid_request("The provided token is not an access token."));
    };
    let now = state.now().unix_timestamp();

    let undecodable = || Refusal::invalid_request("Unable to decode request body.");
    let body = match first_value(bearer.body).map_err(|_| undecodable())? {
        Value::Object(body) => body,
        Value::Null => Map::new(),
        _ => return Err(undecodable()),
    };
    let format = text(&body, "format").ok_or_else(undecodable)?;
    let proof = match property(&body, "proof") {
        None | Some(Value::Null) => None,
        Some(Value::Object(proof)) => {
            Some((text(proof, "proof_type").ok_or_else(undecodable)?, text(proof, "jwt").ok_or_else(undecodable)?))
        }
        Some(_) => return Err(undecodable()),
    };
    if format != FORMAT {
        return Err(Refusal::invalid_request(&format!("The format '{format}' is not supported.")));
    }
    let Some((proof_type, jwt)) = proof else {
        return Ok(Response::json(
            400,
            &Priming {
                // Not the name that requests must use: the server has it so.
                format: "jwt_vc",
                c_nonce: world.nonce_for(&token, now),
                c_nonce_expires_in: world.settings.nonce_lifetime.whole_seconds(),
                error: "missing_proof",
                error_description: "Could not issue a verifiable credential because the proof is missing in the request.",
            },
        ));
    };
    if proof_type != "jwt" {
        return Err(Refusal::invalid_request(&format!("The proof type '{proof_type}' is not supported.")));
    }
    let proof = proof::check(jwt, now).map_err(Refusal::invalid_request)?;
    let nonce = proof.nonce.ok_or_else(|| Refusal::invalid_request("The JWT did not contain the 'nonce' claim."))?;
    world.nonces.check(&nonce, &token, now).map_err(|fault| {
        Refusal::invalid_request(match fault {
            NonceFault::Invalid => "The nonce is invalid.",
            NonceFault::Expired => "The nonce has expired.",
        })
    })?;
    let credential = to_json_with_floats(&claims(world, grant, &proof.key))
        .ok()
        .and_then(|claims| world.signing_keys.sign(&claims))
        .ok_or_else(|| Refusal::unrecognizable(500))?;
    Ok(Response::json(200, &Issued { format: FORMAT, credential_draft_00: credential }))
}

/// A property that is a string; absent and `null` are empty, `None` is a wrong type.
fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    match property(object, name) {
        None | Some(Value::Null) => Some(""),
        Some(value) => value.as_str(),
    }
}

fn claims(world: &World, grant: &Grant, key: &Jwk) -> BTreeMap<&'static str, Value> {
    let did = format!("did:jwk:{}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()));
    let mut subject = BTreeMap::from([
        ("id".to_owned(), json!(did)),
        ("sub".to_owned(), json!(grant.subject.as_deref().unwrap_or_default())),
    ]);
    // Claims from consent can overwrite `id` and `sub`: the server lets them.
    subject.extend(grant.claims.clone());
    subject.extend(grant.session_id.iter().map(|session_id| ("sid".to_owned(), json!(session_id))));
    BTreeMap::from([
        // Counted from the session's start: a token older than this gets a credential that is born expired.
        ("exp", json!(grant.issued_at.saturating_add(3600))),
        ("iat", json!(grant.issued_at)),
        ("iss", json!(world.settings.issuer)),
        ("jti", json!(world.ids.uuid())),
        ("nbf", json!(grant.issued_at)),
        ("sub", json!(did)),
        (
            "vc",
            json!({
                "@context": ["https://www.w3.org/2018/credentials/v1"],
                "credentialSubject": subject,
                "type": ["VerifiableCredential", "UserInfoCredential"],
            }),
        ),
    ])
}
