//! A client that registers itself, keeps its handle over a restart, changes itself, and goes.
//!
//!     cargo run --example register_and_rotate
//!
//! against a stand-in Ory in this process, or against the server at `$ORY_SDK_URL` if dynamic registration is on there.
#![allow(clippy::print_stdout)]

use std::error::Error;

use ory_oidc::testing::OryServer;
use ory_oidc::{Client, ClientManagement, ClientMetadata};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stand_in = OryServer::start().await?;
    let base_url = std::env::var("ORY_SDK_URL").unwrap_or_else(|_| stand_in.base_url().to_owned());
    let ory = Client::builder(base_url).build()?;

    let metadata = ClientMetadata::new(["http://127.0.0.1:3000/callback"]).client_name("Shop").scope("openid email");
    let registration = ory.register(metadata).await?;
    println!("registered    {}", registration.client_id());
    let handle = registration.management().ok_or("the server gave no management token")?;

    // `expose()` is what makes the token visible: this belongs in a store for secrets.
    let stored = serde_json::to_string(&handle.expose())?;
    println!("stored        {} characters, token included", stored.len());

    // After a restart: read what is there, change that, and send it back.
    let mut handle: ClientManagement = serde_json::from_str(&stored)?;
    let current = ory.read_client(&handle).await?;
    let changed = ClientMetadata::from(&current).client_name("Shop 2").contacts(["ops@shop.example"]);
    let replaced = ory.replace_client(&mut handle, changed).await;
    // Before the result is looked at: a replacement that fails half-way may have changed the token, too.
    let stored_again = serde_json::to_string(&handle.expose())?;
    let (before, after) = (current.client_name().unwrap_or_default(), replaced?);
    println!("renamed       {before:?} to {:?}", after.client_name().unwrap_or_default());
    println!("stored again  the token is another one: {}", stored != stored_again);

    let stale: ClientManagement = serde_json::from_str(&stored)?;
    if let Err(error) = ory.read_client(&stale).await {
        println!("old token     {error}");
    }

    let handle: ClientManagement = serde_json::from_str(&stored_again)?;
    ory.delete_client(&handle).await?;
    println!("deleted       {}", handle.client_id());
    Ok(())
}
