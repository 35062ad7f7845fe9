//! Calls all eight operations, and prints the results.
//!
//!     cargo run --example tour
//!
//! runs against a stand-in Ory in this process, or against a server, where it registers a client and deletes it again:
//!
//!     ORY_SDK_URL=https://slug.projects.oryapis.com cargo run --example tour
//!
//! With a user's `ORY_ACCESS_TOKEN` and `ORY_ID_TOKEN`, it also shows the operations for users.
#![allow(clippy::print_stdout)]

use std::env::var;
use std::error::Error;
use std::process::ExitCode;

use ory_oidc::testing::{OryServer, User};
use ory_oidc::{Client, ClientMetadata, Ed25519Signer, LogoutOutcome, Operation, UserInfo};

#[tokio::main]
async fn main() -> ExitCode {
    match tour().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("{error}."));
            ExitCode::FAILURE
        }
    }
}

async fn tour() -> Result<(), Box<dyn Error>> {
    let stage = Stage::set().await?;
    let ory = Client::builder(&stage.base_url).user_agent("ory-oidc-tour").build()?;

    begin(Operation::DiscoverOidcConfiguration, "GET /.well-known/openid-configuration");
    let discovery = ory.discover().await?;
    say(format!("The issuer is {}.", discovery.issuer()));
    if let Some(keys) = discovery.jwks_uri() {
        say(format!("Its public keys are at {keys}."));
    }

    begin(Operation::CreateOidcDynamicClient, "POST /oauth2/register");
    let metadata = ClientMetadata::new(["http://127.0.0.1:3000/callback"]).client_name("Tour").scope("openid email");
    let mut handle = match ory.register(metadata).await {
        Ok(registration) => {
            say(format!("Registered as {}.", registration.client_id()));
            say("Its secret and its registration access token came along. They are given only now: store both.");
            registration.handle()
        }
        Err(error) => {
            say(format!("Not registered. {error}"));
            None
        }
    };

    begin(Operation::GetOidcDynamicClient, "GET /oauth2/register/{id}");
    let mut current = None;
    match &handle {
        Some(handle) => {
            let client = ory.read_client(handle).await?;
            say(format!("It is called {:?}, and may ask for {:?}.", name(&client), scopes(&client)));
            current = Some(client);
        }
        None => say("Skipped: there is no client to read."),
    }

    begin(Operation::SetOidcDynamicClient, "PUT /oauth2/register/{id}");
    match (&mut handle, current) {
        (Some(handle), Some(current)) => {
            // A program does this after it has stored the handle.
            handle.mark_stored();
            let changed = ClientMetadata::from(&current).client_name("Tour, renamed");
            let client = ory.replace_client(handle, changed).await?;
            say(format!("It is called {:?} now; all else is as it was read.", name(&client)));
            if handle.is_changed() {
                say(
                    "The registration access token has changed with it, and the handle has the new one: store the handle.",
                );
            }
        }
        _ => say("Skipped: there is no client to replace."),
    }

    begin(Operation::GetOidcUserInfo, "GET /userinfo");
    match &stage.access_token {
        Some(access_token) => match ory.userinfo(access_token).await? {
            UserInfo::Claims(claims) => {
                say(format!("The token belongs to {}.", claims.sub().unwrap_or("nobody")));
                say(format!("Their e-mail address is {}.", claims.email().unwrap_or("not told")));
                say(format!("All claims: {}.", claims.as_object().keys().cloned().collect::<Vec<_>>().join(", ")));
            }
            _ => say("The claims came signed: verify() them with the server's keys."),
        },
        None => say("Skipped: it needs the access token of a user. Set ORY_ACCESS_TOKEN."),
    }

    begin(Operation::CreateVerifiableCredential, "POST /credentials");
    match &stage.access_token {
        Some(access_token) => {
            let nonce = ory.credential_nonce(access_token).await?;
            say(format!("First a nonce, good for {:?}.", nonce.expires_in().unwrap_or_default()));
            let signer = Ed25519Signer::generate()?;
            let credential = ory.issue_credential(access_token, &signer).nonce(&nonce).await?;
            let claims = credential.insecure_claims_without_verification()?;
            let about = claims.credential_subject().and_then(|subject| subject.get("sub")?.as_str());
            say(format!("Then, for a proof signed with our key, a credential about {}.", about.unwrap_or("nobody")));
        }
        None => say("Skipped: it needs the access token of a user. Set ORY_ACCESS_TOKEN."),
    }

    begin(Operation::RevokeOidcSession, "GET /oauth2/sessions/logout");
    let mut logout = ory.start_logout();
    match &stage.id_token {
        Some(id_token) => logout = logout.id_token_hint(id_token),
        None => say("Without an ID token there is no session to end. Set ORY_ID_TOKEN for one."),
    }
    match logout.await? {
        LogoutOutcome::ConfirmationRequired { location, .. } => {
            say(format!("The user is asked to confirm at {}; nothing has ended yet.", without_query(&location)));
        }
        LogoutOutcome::Redirected(location) => say(format!("The browser would go on to {}.", without_query(&location))),
        LogoutOutcome::Rejected { error, description, .. } => say(format!("Refused, {error}: {description}")),
        _ => say("A page for the browser, which tells other clients."),
    }

    begin(Operation::DeleteOidcDynamicClient, "DELETE /oauth2/register/{id}");
    match &handle {
        Some(handle) => {
            ory.delete_client(handle).await?;
            say("Gone. From now on the server says of it:");
            if let Err(error) = ory.read_client(handle).await {
                say(format!("{error}."));
            }
        }
        None => say("Skipped: there is no client to delete."),
    }
    println!();
    Ok(())
}

fn begin(operation: Operation, route: &str) {
    println!("\n{:<28}{route}", operation.as_str());
}

fn say(sentence: impl AsRef<str>) {
    println!("    {}", sentence.as_ref());
}

fn name(client: &ory_oidc::RegisteredClient) -> &str {
    client.client_name().unwrap_or_default()
}

fn scopes(client: &ory_oidc::RegisteredClient) -> String {
    client.scopes().collect::<Vec<_>>().join(" ")
}

fn without_query(url: &ory_oidc::reqwest::Url) -> &str {
    url.as_str().split('?').next().unwrap_or_default()
}

/// The server, and the tokens of a logged-in user.
struct Stage {
    base_url: String,
    access_token: Option<String>,
    id_token: Option<String>,
    /// The stand-in, which stops when it is dropped.
    _stand_in: Option<OryServer>,
}

impl Stage {
    async fn set() -> std::io::Result<Self> {
        if let Ok(base_url) = var("ORY_SDK_URL") {
            println!("Ory at {base_url}");
            let (access_token, id_token) = (var("ORY_ACCESS_TOKEN").ok(), var("ORY_ID_TOKEN").ok());
            return Ok(Self { base_url, access_token, id_token, _stand_in: None });
        }
        let server = OryServer::start().await?;
        println!("A stand-in Ory in this process, at {}", server.base_url());
        let alice = User::new("alice").claim("email", "alice@app.example").claim("plan", "pro");
        let tokens = server.log_in("tour", alice);
        Ok(Self {
            base_url: server.base_url().to_owned(),
            access_token: Some(tokens.access_token().to_owned()),
            id_token: Some(tokens.id_token().to_owned()),
            _stand_in: Some(server),
        })
    }
}
