//! A call of each operation with all of its secrets, and a valid response to it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use ory_oidc::{Client, ClientMetadata, Ed25519Signer, Error, Operation, RegistrationHandle};

pub const OPERATIONS: [Operation; 8] = [
    Operation::DiscoverOidcConfiguration,
    Operation::CreateVerifiableCredential,
    Operation::CreateOidcDynamicClient,
    Operation::GetOidcDynamicClient,
    Operation::SetOidcDynamicClient,
    Operation::DeleteOidcDynamicClient,
    Operation::GetOidcUserInfo,
    Operation::RevokeOidcSession,
];

/// Makes one call of the operation.
pub async fn call(ory: &Client, operation: Operation) -> Result<(), Error> {
    let mut handle = RegistrationHandle::new("the-client", "canary-registration-token");
    let metadata = ClientMetadata::new(["https://app.example/cb"]).set("software_statement", "canary-statement");
    match operation {
        Operation::DiscoverOidcConfiguration => ory.discover().any_issuer().await.map(drop),
        Operation::CreateVerifiableCredential => {
            let signer = Ed25519Signer::generate().unwrap();
            ory.issue_credential("canary-access-token", &signer).nonce("canary-nonce").await.map(drop)
        }
        Operation::CreateOidcDynamicClient => ory.register(metadata).await.map(drop),
        Operation::GetOidcDynamicClient => ory.read_client(&handle).await.map(drop),
        Operation::SetOidcDynamicClient => ory.replace_client(&mut handle, metadata).await.map(drop),
        Operation::DeleteOidcDynamicClient => ory.delete_client(&handle).await,
        Operation::GetOidcUserInfo => ory.userinfo("canary-access-token").await.map(drop),
        Operation::RevokeOidcSession => {
            ory.start_logout().id_token_hint("canary-id-token").cookie("a=canary-cookie").await.map(drop)
        }
        other => panic!("{other} is new"),
    }
}

/// The body of the smallest valid response.
pub fn good_body(operation: Operation) -> &'static str {
    match operation {
        Operation::DiscoverOidcConfiguration => {
            r#"{"issuer":"https://i","authorization_endpoint":"","token_endpoint":"","jwks_uri":"","id_token_signed_response_alg":[],"userinfo_signed_response_alg":[],"subject_types_supported":[],"response_types_supported":[],"id_token_signing_alg_values_supported":[]}"#
        }
        Operation::CreateVerifiableCredential => r#"{"credential_draft_00":"a.b.c","format":"jwt_vc_json"}"#,
        _ => r#"{"sub":"alice","client_id":"the-client","redirect_uris":[]}"#,
    }
}
