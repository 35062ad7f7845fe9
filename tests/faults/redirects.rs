//! Redirects of every code to another host, for every operation: nothing may arrive there.

use std::time::Duration;

use ory_oidc::{Client, ClientManagement, ClientMetadata, Ed25519Signer, ErrorKind, Operation};

use crate::cases::{Outcome, answer};
use crate::report::Report;
use crate::script::{Server, Step};

const ALLOWED: Duration = Duration::from_secs(20);
const OPERATIONS: [Operation; 8] = [
    Operation::DiscoverOidcConfiguration,
    Operation::CreateVerifiableCredential,
    Operation::CreateOidcDynamicClient,
    Operation::GetOidcDynamicClient,
    Operation::SetOidcDynamicClient,
    Operation::DeleteOidcDynamicClient,
    Operation::GetOidcUserInfo,
    Operation::RevokeOidcSession,
];

/// Makes a call of the operation with every secret that it takes.
pub(crate) async fn call(ory: &Client, operation: Operation) -> Result<(), ory_oidc::Error> {
    let mut handle = ClientManagement::new("the-client", "canary-registration-token");
    let metadata = ClientMetadata::new(["https://app.example/cb"]).member("software_statement", "canary-statement");
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
            ory.revoke_session().id_token_hint("canary-id-token").cookie("a=canary-cookie").await.map(drop)
        }
        other => panic!("{other} is new"),
    }
}

pub(crate) async fn run(report: &mut Report) {
    let elsewhere = Server::start(Vec::new(), answer("200 OK", "", "{}")).await;
    for code in (300..=308).chain([310, 399]) {
        for operation in OPERATIONS {
            let location = format!("location: {}/there?a=b\r\n", elsewhere.base_url);
            let redirect = answer(&format!("{code} Elsewhere"), &location, "");
            let server = Server::start(vec![Step::Read, Step::Send(redirect)], Vec::new()).await;
            let ory = Client::builder(&server.base_url).timeout(ALLOWED).build().unwrap();
            // To the logout a redirect is the answer.
            let expected = match operation {
                Operation::RevokeOidcSession if code == 302 => Outcome::Value,
                _ => Outcome::Error(ErrorKind::UnexpectedAnswer, Some(code)),
            };
            report.case(&format!("redirect {code}, {operation}"), expected, ALLOWED, call(&ory, operation)).await;
            let requests = server.requests().len();
            report.check(requests == 1, || format!("redirect {code}, {operation}: {requests} requests"));
        }
    }
    let arrived = elsewhere.connections();
    report.check(arrived == 0, || format!("{arrived} connections to another host"));
}
