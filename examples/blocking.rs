//! A program without async: registration, userinfo and logout with the blocking client.
//!
//!     cargo run --example blocking
//!
//! runs against a stand-in Ory in this process. At a real server it needs an access token for userinfo:
//!
//!     ORY_SDK_URL=https://slug.projects.oryapis.com ACCESS_TOKEN=ory_at_... cargo run --example blocking
#![allow(clippy::print_stdout)]

use std::error::Error;

use ory_oidc::testing::{OryServer, User};
use ory_oidc::{ClientMetadata, blocking};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    if let Ok(base_url) = std::env::var("ORY_SDK_URL") {
        return at(&base_url, std::env::var("ACCESS_TOKEN").ok().as_deref());
    }
    // The stand-in is async, so it gets a runtime with a thread of its own. At a real server none of this is needed.
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let server = runtime.block_on(OryServer::start())?;
    let login = server.log_in("shop", User::new("alice").claim("email", "alice@app.example"));
    at(server.base_url(), Some(login.access_token()))
}

fn at(base_url: &str, access_token: Option<&str>) -> Result<(), Box<dyn Error>> {
    let ory = blocking::Client::new(ory_oidc::Client::builder(base_url).build()?)?;

    let discovery = ory.wait(ory.discover())?;
    println!("issuer      {}", discovery.issuer());

    let metadata = ClientMetadata::new(["https://shop.example/callback"]).client_name("Shop");
    let registration = ory.wait(ory.register(metadata))?;
    println!("registered  {}", registration.client_id());
    if let Some(mut handle) = registration.handle() {
        let metadata = registration.to_metadata().client_name("Shop 2");
        let replaced = ory.wait(ory.replace_client(&mut handle, metadata))?;
        println!("renamed     {}", replaced.client_name().unwrap_or_default());
        ory.wait(ory.delete_client(&handle))?;
        println!("deleted     {}", handle.client_id());
    }

    if let Some(access_token) = access_token {
        let info = ory.wait(ory.userinfo(access_token))?;
        let email = info.claims().and_then(|claims| claims.email());
        println!("userinfo    {}", email.unwrap_or("no e-mail address"));
    }
    println!("log out at  {}", ory.logout_url().build()?);
    Ok(())
}
