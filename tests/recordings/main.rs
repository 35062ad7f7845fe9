//! Replays every recorded response of a real Hydra to the client, and compares the results with the responses.
//!
//! `ok-*` is decoded and encoded without losing a property; `err-*` becomes an error with the server's code and
//! description; the others have an expectation each.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use ory_oidc::api::types::{
    CreateVerifiableCredentialBadRequest, CreateVerifiableCredentialRequestBody, OAuth2ClientRequest,
};
use ory_oidc::api::{
    self, CreateVerifiableCredentialFailure, Credential, GetOidcUserInfoResponse, RevokeOidcSessionParams,
    RevokeOidcSessionResponse,
};
use ory_oidc::{ClientMetadata, Ed25519Signer, LogoutOutcome, RegistrationHandle, Secret, UserInfo};
use serde::Serialize;
use serde_json::{Value, json};

use test_support::recording::{self, Recording, Response};
use test_support::{Listener, response, say};

#[tokio::test]
async fn every_recorded_response_is_decoded() {
    let recordings = recording::all();
    let mut wrong = Vec::new();
    for recording in &recordings {
        if let Err(why) = check(recording).await {
            wrong.push(format!("{}: {why}", recording.name()));
        }
    }
    say(&format!("recordings: {} of {}", recordings.len() - wrong.len(), recordings.len()));
    assert_eq!(recordings.len(), 149);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Checked = Result<(), String>;

/// A server that sends this response to every request. The connection decides the framing of the body.
async fn replay(recorded: &Response) -> Listener {
    let framing = ["content-length", "transfer-encoding", "connection"];
    let headers = recorded.headers.iter().filter(|(name, _)| !framing.contains(&name.to_ascii_lowercase().as_str()));
    let headers: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    Listener::respond(match recorded.status {
        204 => format!("HTTP/1.1 204 Recorded\r\n{headers}connection: close\r\n\r\n").into_bytes(),
        status => response(&format!("{status} Recorded"), &headers, &recorded.body),
    })
    .await
}

async fn check(recording: &Recording) -> Checked {
    let replay = replay(&recording.response).await;
    generated_call(recording, &replay).await?;
    let is_success = (200..300).contains(&recording.response.status);
    // A logout has its flow above. The client never sends HEAD.
    if is_success && recording.operation != "revokeOidcSession" && recording.request.method != "HEAD" {
        flow(recording, &replay).await.map_err(|why| format!("by its flow: {why}"))?;
    }
    Ok(())
}

/// A success goes through the flow, too, which returns the same document, token and claims.
async fn flow(recording: &Recording, replay: &Listener) -> Checked {
    let client = ory_oidc::Client::builder(replay.base_url()).build().map_err(text)?;
    let mut handle = RegistrationHandle::new("id", "token");
    let metadata = ClientMetadata::new(["https://app.example/cb"]);
    let body = || recording.response.json().unwrap();
    let token = |handle: &RegistrationHandle| json!(handle.registration_access_token().expose_secret());
    match recording.operation.as_str() {
        "discoverOidcConfiguration" => {
            let discovery = client.discover().any_issuer().await.map_err(text)?;
            same(back(discovery.document()), body())?;
            let metadata = client.server_metadata().any_issuer().await.map_err(text)?;
            same(back(metadata.as_object()), body())
        }
        "createOidcDynamicClient" => {
            let registration = client.register(metadata).await.map_err(text)?;
            same(back(registration.document()), body())?;
            let handle = registration.handle().ok_or("there is no handle")?;
            same(token(&handle), body()["registration_access_token"].clone())?;
            same(json!(registration.client_secret().map(Secret::expose_secret)), body()["client_secret"].clone())
        }
        "setOidcDynamicClient" => {
            let replaced = client.replace_client(&mut handle, metadata).await.map_err(text)?;
            same(back(replaced.document()), body())?;
            same(token(&handle), body()["registration_access_token"].clone())
        }
        "getOidcDynamicClient" => {
            let client = client.read_client(&handle).await.map_err(text)?;
            same(back(client.document()), body())
        }
        "deleteOidcDynamicClient" => client.delete_client(&handle).await.map_err(text),
        "getOidcUserInfo" => match client.userinfo("token").await.map_err(text)? {
            UserInfo::Claims(claims) => same(back(claims.as_object()), body()),
            UserInfo::Signed(signed) => same(json!(signed.jwt().expose_secret()), json!(recording.response.body)),
            _ => Err("another kind of userinfo".to_owned()),
        },
        "createVerifiableCredential" => {
            let signer = Ed25519Signer::generate().map_err(text)?;
            let credential = client.issue_credential("token", &signer).nonce("nonce").await.map_err(text)?;
            same(json!(credential.jwt().expose_secret()), body()["credential_draft_00"].clone())
        }
        other => Err(format!("no flow for {other}")),
    }
}

async fn generated_call(recording: &Recording, replay: &Listener) -> Checked {
    let refused = recording.case.starts_with("err-");
    match recording.operation.as_str() {
        "revokeOidcSession" => logout(recording, replay).await,
        _ if refused => failure(recording, replay).await,
        "createVerifiableCredential" => credential(recording, replay).await,
        "getOidcUserInfo" if recording.response.status == 200 => userinfo(recording, replay).await,
        "deleteOidcDynamicClient" => {
            let status =
                generated(replay).delete_oidc_dynamic_client("id").credential(bearer()).await.map_err(text)?.status();
            same(json!(status.as_u16()), json!(204))
        }
        "discoverOidcConfiguration" if recording.response.status == 200 => {
            let response = generated(replay).discover_oidc_configuration().await.map_err(text)?;
            same(back(&response.into_inner()), recording.response.json().unwrap())
        }
        "createOidcDynamicClient" => {
            let body = OAuth2ClientRequest::default();
            let response = generated(replay).create_oidc_dynamic_client(&body).await;
            same(back(&response.map_err(text)?.into_inner()), recording.response.json().unwrap())
        }
        "setOidcDynamicClient" => {
            let body = OAuth2ClientRequest::default();
            let response = generated(replay).set_oidc_dynamic_client("id", &body).credential(bearer()).await;
            same(back(&response.map_err(text)?.into_inner()), recording.response.json().unwrap())
        }
        "getOidcDynamicClient" if recording.response.status == 200 => {
            let response = generated(replay).get_oidc_dynamic_client("id").credential(bearer()).await;
            same(back(&response.map_err(text)?.into_inner()), recording.response.json().unwrap())
        }
        _ => outside_of_the_operation(recording, replay).await,
    }
}

/// A declared rejection: the error has the code and the description of the body, or else of the header.
async fn failure(recording: &Recording, replay: &Listener) -> Checked {
    let client = ory_oidc::Client::builder(replay.base_url()).build().map_err(text)?;
    let mut handle = RegistrationHandle::new("id", "token");
    let metadata = ClientMetadata::new(["https://app.example/cb"]);
    let error = match recording.operation.as_str() {
        "createOidcDynamicClient" => client.register(metadata.clone()).await.map(drop),
        "getOidcDynamicClient" => client.read_client(&handle).await.map(drop),
        "setOidcDynamicClient" => client.replace_client(&mut handle, metadata.clone()).await.map(drop),
        "deleteOidcDynamicClient" => client.delete_client(&handle).await.map(drop),
        "getOidcUserInfo" => client.userinfo("token").await.map(drop),
        "createVerifiableCredential" => client.credential_nonce("token").await.map(drop),
        other => return Err(format!("no client call for {other}")),
    };
    let error = error.err().ok_or("it was taken for a success")?;
    same(json!(error.status().map(|status| status.as_u16())), json!(recording.response.status))?;
    same(json!(error.operation().map(|operation| operation.as_str())), json!(recording.operation))?;
    let oauth = error.oauth().ok_or("there is no OAuth error")?;
    let body = recording.response.json().unwrap();
    let (code, description) = match recording.response.header("www-authenticate") {
        // The server uses this body for all failures without a better one.
        Some(challenge) if body["error"] == "error" => {
            let part = |name: &str| challenge.split(&format!("{name}=\"")).nth(1)?.split('"').next();
            (part("error").unwrap_or_default(), part("error_description").unwrap_or_default())
        }
        _ => (body["error"].as_str().unwrap_or_default(), body["error_description"].as_str().unwrap_or_default()),
    };
    same(json!(oauth.error()), json!(code))?;
    same(json!(oauth.description().unwrap_or_default()), json!(description))?;
    let shown = error.to_string();
    if !shown.contains(code) {
        return Err(format!("`{shown}` does not name `{code}`"));
    }
    same(json!(error.body()), json!(recording.response.body.as_bytes()))
}

async fn userinfo(recording: &Recording, replay: &Listener) -> Checked {
    if recording.request.method == "HEAD" {
        // The client never sends HEAD. The response stands for a server with an empty body.
        let error = generated(replay)
            .get_oidc_user_info()
            .credential(bearer())
            .await
            .err()
            .ok_or("an empty body is no response")?;
        return same(json!(error.status().map(|status| status.as_u16())), json!(200));
    }
    match generated(replay).get_oidc_user_info().credential(bearer()).await.map_err(text)?.into_inner() {
        GetOidcUserInfoResponse::OkJson(claims) => same(back(&claims), recording.response.json().unwrap()),
        GetOidcUserInfoResponse::OkJwt(jwt) => same(json!(jwt), json!(recording.response.body)),
        _ => Err("another kind of response".to_owned()),
    }
}

async fn credential(recording: &Recording, replay: &Listener) -> Checked {
    let body = CreateVerifiableCredentialRequestBody::new("jwt_vc_json");
    match generated(replay).create_verifiable_credential(&body).credential(bearer()).await {
        Ok(response) => same(back(&response.into_inner()), recording.response.json().unwrap()),
        Err(api::Error::Failure(failure)) => match failure.into_value() {
            CreateVerifiableCredentialFailure::BadRequest(
                CreateVerifiableCredentialBadRequest::VerifiableCredentialPrimingResponse(priming),
            ) => {
                same(back(&priming), recording.response.json().unwrap())?;
                let client = ory_oidc::Client::builder(replay.base_url()).build().map_err(text)?;
                let nonce = client.credential_nonce("token").await.map_err(text)?;
                same(json!(nonce.value().expose_secret()), recording.response.json().unwrap()["c_nonce"].clone())
            }
            other => Err(format!("{other:?}")),
        },
        Err(error) => Err(error.to_string()),
    }
}

async fn logout(recording: &Recording, replay: &Listener) -> Checked {
    let params = RevokeOidcSessionParams::default();
    let response = generated(replay).revoke_oidc_session(&params).await.map_err(text)?;
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    same(json!(location), json!(recording.response.header("location")))?;
    match response.into_inner() {
        RevokeOidcSessionResponse::Ok(page) => same(json!(page), json!(recording.response.body))?,
        RevokeOidcSessionResponse::Found => same(json!(302), json!(recording.response.status))?,
        _ => return Err("another kind of response".to_owned()),
    }
    let client = ory_oidc::Client::builder(replay.base_url()).build().map_err(text)?;
    let outcome = client.start_logout().await.map_err(text)?;
    let location = location.unwrap_or_default();
    match (recording.case.as_str(), &outcome) {
        (case, LogoutOutcome::Rejected { error, description, .. }) if case.starts_with("err-") => {
            let pairs: Vec<(String, String)> =
                ory_oidc::reqwest::Url::parse(&location).unwrap().query_pairs().into_owned().collect();
            let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            same(json!(error), json!(of("error")))?;
            same(json!(description), json!(of("error_description")))
        }
        (case, LogoutOutcome::ConfirmationRequired { .. }) if case.contains("asks") => Ok(()),
        ("frontchannel-page", LogoutOutcome::FrontChannelPage { .. }) => Ok(()),
        (case, LogoutOutcome::Redirected(to)) if !case.starts_with("err-") && !case.contains("asks") => {
            same(json!(to.as_str()), json!(location))
        }
        (_, outcome) => Err(format!("taken for {outcome:?}")),
    }
}

/// The router's response to a request for none of the operations: an error with the status and the body.
async fn outside_of_the_operation(recording: &Recording, replay: &Listener) -> Checked {
    let client = ory_oidc::Client::builder(replay.base_url()).build().map_err(text)?;
    let error = match recording.operation.as_str() {
        "discoverOidcConfiguration" => client.discover().any_issuer().await.map(drop),
        "getOidcDynamicClient" => client.read_client(&RegistrationHandle::new("id", "token")).await.map(drop),
        other => return Err(format!("no client call for {other}")),
    };
    let error = error.err().ok_or("it was taken for a success")?;
    same(json!(error.status().map(|status| status.as_u16())), json!(recording.response.status))?;
    same(json!(error.body()), json!(recording.response.body.as_bytes()))
}

fn generated(replay: &Listener) -> api::Client {
    ory_oidc::Client::builder(replay.base_url()).build().unwrap().api().clone()
}

fn bearer() -> Credential {
    Credential::Bearer("token".into())
}

fn back<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn same(got: Value, expected: Value) -> Checked {
    if alike(&got, &expected) { Ok(()) } else { Err(format!("\n  got      {got}\n  expected {expected}")) }
}

/// Whether two JSON values are equal. An integer may have a fraction of zero.
fn alike(got: &Value, expected: &Value) -> bool {
    match (got, expected) {
        (Value::Number(got), Value::Number(expected)) => got == expected || got.as_f64() == expected.as_f64(),
        (Value::Array(got), Value::Array(expected)) => {
            got.len() == expected.len() && got.iter().zip(expected).all(|(got, expected)| alike(got, expected))
        }
        (Value::Object(got), Value::Object(expected)) => {
            got.len() == expected.len()
                && got.iter().all(|(name, got)| expected.get(name).is_some_and(|expected| alike(got, expected)))
        }
        _ => got == expected,
    }
}
