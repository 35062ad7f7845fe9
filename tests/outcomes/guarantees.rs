//! Outcomes 29 to 34: guarantees for any server, network or caller.

use std::sync::Arc;

use ory_oidc::testing::{Failure, Operation, OryServer};
use ory_oidc::{Client, ClientMetadata, Ed25519Signer, Error, ErrorKind, RegistrationHandle};
use serde_json::json;
use tokio::sync::Barrier;

use crate::listener::{Listener, json};
use crate::world::{CALLBACK, World};

/// All three operations on a registered client.
async fn errors_with(ory: &Client, handle: &RegistrationHandle) -> [Error; 3] {
    let mut replaced = handle.clone();
    let errors = [
        ory.read_client(handle).await.unwrap_err(),
        ory.replace_client(&mut replaced, ClientMetadata::new([CALLBACK])).await.unwrap_err(),
        ory.delete_client(handle).await.unwrap_err(),
    ];
    assert_eq!(&replaced, handle);
    errors
}

pub async fn dot_dot_id_is_refused_before_sending(world: &World) {
    let server = Listener::silent().await;
    for id in ["..", ".", ""] {
        for error in errors_with(&world.client_at(&server.base_url), &RegistrationHandle::new(id, "token")).await {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains("id"), "{error}");
        }
    }
    assert_eq!(server.connections().await, 0);
}

pub async fn empty_token_is_refused_before_sending(world: &World) {
    let server = Listener::silent().await;
    let ory = world.client_at(&server.base_url);
    let signer = Ed25519Signer::generate().unwrap();
    let mut errors = vec![
        ory.userinfo("").await.unwrap_err(),
        ory.credential_nonce("").await.unwrap_err(),
        ory.issue_credential("", &signer).await.unwrap_err(),
        ory.issue_credential("", &signer).nonce("n").await.unwrap_err(),
    ];
    errors.extend(errors_with(&ory, &RegistrationHandle::new("some-client", "")).await);
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("token is empty"), "{error}");
    }
    assert_eq!(server.connections().await, 0);
}

pub async fn unknown_members_and_values_survive(world: &World) {
    // The server accepts any authentication method, and any unknown property.
    let ory = world.client();
    let metadata = ClientMetadata::new([CALLBACK])
        .token_endpoint_auth_method("moon_phase")
        .grant_types(["urn:example:grant"])
        .set("x_new", json!({"a": [1]}));
    let registration = ory.register(metadata).await.unwrap();
    let handle = registration.handle().unwrap();
    let read = ory.read_client(&handle).await.unwrap();
    assert_eq!(serde_json::to_value(read.document()).unwrap()["token_endpoint_auth_method"], "moon_phase");
    assert_eq!(read.grant_types(), ["urn:example:grant"]);
    ory.delete_client(&handle).await.unwrap();

    // A newer server: its responses have unknown properties, and unknown values of known ones.
    let server = OryServer::start().await.unwrap();
    let ory = world.client_at(server.base_url());
    let newer = || {
        Failure::rewrite(|response| {
            response["x_new"] = json!({"a": [1, null]});
            response["subject_type"] = json!("galactic");
        })
    };
    server.fail_next(Operation::CreateOidcDynamicClient, newer());
    server.fail_next(Operation::GetOidcDynamicClient, newer());
    server.fail_next(Operation::DiscoverOidcConfiguration, newer());
    let registration = ory.register(ClientMetadata::new([CALLBACK])).await.unwrap();
    let mut handle = registration.handle().unwrap();
    let read = ory.read_client(&handle).await.unwrap();
    let discovery = ory.discover().await.unwrap();
    for document in [
        serde_json::to_value(registration.document()).unwrap(),
        serde_json::to_value(read.document()).unwrap(),
        serde_json::to_value(discovery.document()).unwrap(),
    ] {
        assert_eq!((&document["x_new"], &document["subject_type"]), (&json!({"a": [1, null]}), &json!("galactic")));
    }
    // They are sent back unchanged.
    server.fail_next(Operation::SetOidcDynamicClient, newer());
    ory.replace_client(&mut handle, ClientMetadata::from(&read).subject_type("public")).await.unwrap();
    let sent = server.requests().pop().unwrap().json().unwrap();
    assert_eq!(sent["x_new"], json!({"a": [1, null]}));
}

pub async fn lost_connection_during_replace_never_retries(world: &World) {
    lose_connection_during_replace(world, 0).await;
    // HTTP clients tend to repeat a request if a reused connection breaks. The pool chooses the connection, so several
    // attempts may be necessary to get a reused one.
    let mut attempts = 0;
    while !lose_connection_during_replace(world, 2).await {
        attempts += 1;
        assert!(attempts < 50, "no connection is ever used again");
    }
}

/// Reads a client `reads` times, and then closes the connection after the PUT has arrived. Returns whether the PUT used
/// a reused connection.
async fn lose_connection_during_replace(world: &World, reads: usize) -> bool {
    let found = json("200 OK", r#"{"client_id":"c","redirect_uris":[]}"#);
    let server = Listener::responding_with(vec![found; reads]).await;
    let ory = world.client_at(&server.base_url);
    let mut handle = RegistrationHandle::new("c", "token");
    for _ in 0..reads {
        ory.read_client(&handle).await.unwrap();
    }
    let error = ory.replace_client(&mut handle, ClientMetadata::new([CALLBACK])).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Transport, false));
    assert!(error.to_string().contains("token may or may not have changed"), "{error}");
    assert_eq!(handle, RegistrationHandle::new("c", "token"));
    assert!(error.rotated_token().is_none());

    let mut requests = server.requests();
    assert_eq!(requests.len(), reads + 1, "{requests:?}");
    let (connection, last) = requests.pop().unwrap();
    assert!(last.starts_with("PUT /oauth2/register/c "), "{last}");
    requests.iter().any(|(earlier, _)| *earlier == connection)
}

pub async fn undecodable_response_to_replace_still_yields_the_token(world: &World) {
    for body in [
        r#"{"client_id":"c","registration_access_token":"next","client_name":42}"#,
        r#"{"client_id":"c","registration_access_token":"next","client_name":"#,
        r#"{"client_id":"c","registration_access_token":"next",}"#,
    ] {
        let server = Listener::responding_with([json("200 OK", body)]).await;
        let mut handle = RegistrationHandle::new("c", "token");
        let request = world.client_at(&server.base_url);
        let error = request.replace_client(&mut handle, ClientMetadata::new([CALLBACK])).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::UnexpectedResponse, false));
        assert_eq!(error.rotated_token().unwrap().expose_secret(), "next");
        assert_eq!(handle.registration_access_token().expose_secret(), "next");
        assert!(error.to_string().contains("its new token is in the handle"), "{error}");
        assert!(!format!("{error} {error:?}").contains("next"));
        assert_eq!((error.body(), server.requests().len()), (body.as_bytes(), 1));
    }

    // The new token is the valid one from then on.
    let server = OryServer::start().await.unwrap();
    let ory = world.client_at(server.base_url());
    let mut handle = ory.register(ClientMetadata::new([CALLBACK])).await.unwrap().handle().unwrap();
    let wrong_type = Failure::rewrite(|response| response["client_name"] = json!(42));
    server.fail_next(Operation::SetOidcDynamicClient, wrong_type);
    ory.replace_client(&mut handle, ClientMetadata::new([CALLBACK]).client_name("After")).await.unwrap_err();
    assert_eq!(ory.read_client(&handle).await.unwrap().client_name(), Some("After"));
}

pub async fn one_client_shared_by_64_tasks(world: &World) {
    let ory = world.client();
    let tokens = world.tokens();
    let handle = ory.register(ClientMetadata::new([CALLBACK])).await.unwrap().handle().unwrap();
    let logins = [(&tokens.plain, None), (&tokens.custom, Some(1_750_000_000)), (&tokens.loose, Some(1))];
    // All at once, each with its own token: no call may get the response to another.
    let start = Arc::new(Barrier::new(64));
    let tasks: Vec<_> = logins
        .into_iter()
        .cycle()
        .take(64)
        .map(|(login, updated_at)| {
            let (ory, start, handle) = (ory.clone(), Arc::clone(&start), handle.clone());
            let access_token = login.access_token.clone();
            tokio::spawn(async move {
                start.wait().await;
                let info = ory.userinfo(&access_token).expect_subject("alice").await?;
                assert_eq!(info.claims().unwrap().updated_at(), updated_at);
                assert_eq!(ory.read_client(&handle).await?.client_id(), handle.client_id());
                ory.discover().await.map(drop)
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    ory.delete_client(&handle).await.unwrap();
}
