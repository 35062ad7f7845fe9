//! Logs a user out: the URL for the browser, and the server's response to it.
//!
//!     cargo run --example logout_url
//!
//! runs against a stand-in Ory in this process, which also plays the user who confirms.
#![allow(clippy::print_stdout)]

use std::error::Error;

use ory_oidc::reqwest::Url;
use ory_oidc::testing::OryServer;
use ory_oidc::{Client, LogoutOutcome};
use serde_json::json;

const BYE: &str = "http://127.0.0.1:3000/bye";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = OryServer::start().await?;
    server.add_client(json!({
        "client_id": "shop", "redirect_uris": ["http://127.0.0.1:3000/callback"], "post_logout_redirect_uris": [BYE]
    }))?;
    let tokens = server.log_in("shop", "alice");
    let ory = Client::builder(server.base_url()).build()?;

    // A web application needs only this: redirect the browser there.
    let url = ory.logout_url().id_token_hint(tokens.id_token()).post_logout_redirect_uri(BYE).state("xyz").build()?;
    println!("for the browser     {:.100}...", url.as_str());

    // A request that the server would reject is refused here, where developers read the message.
    if let Err(error) = ory.logout_url().post_logout_redirect_uri(BYE).build() {
        println!("without a hint      {error}");
    }

    // The same by a program, which follows no redirect and returns its target.
    let request = ory.start_logout().id_token_hint(tokens.id_token()).post_logout_redirect_uri(BYE).state("xyz");
    let LogoutOutcome::ConfirmationRequired { challenge, location } = request.await? else {
        return Err("a remembered session asks for confirmation".into());
    };
    println!("asks the user at    {}", location.as_str().split('?').next().unwrap_or_default());

    // The logout page accepts the challenge over Ory's admin API, and gets a URL with a verifier for the browser.
    let confirmed = server.accept_logout(challenge.expose_secret()).ok_or("the challenge is unknown")?;
    let verifier = Url::parse(&confirmed)?
        .query_pairs()
        .find(|(name, _)| name == "logout_verifier")
        .map(|pair| pair.1.into_owned());
    let outcome = ory
        .start_logout()
        .logout_verifier(verifier.ok_or("no verifier")?)
        .cookie(tokens.cookie().unwrap_or_default())
        .await?;
    println!("when confirmed      {}", outcome.location().map(Url::as_str).unwrap_or("a page for other clients"));
    println!("still logged in     {}", server.is_logged_in(tokens.session_id()));

    // A rejection is a redirect, too, and becomes an error.
    if let LogoutOutcome::Rejected { error, .. } = ory.start_logout().id_token_hint("not an ID token").await? {
        println!("with a wrong hint   {error}");
    }
    Ok(())
}
