//! Registers a client, keeps its handle over a restart, changes the client, and deletes it.
//!
//!     cargo run --example register_and_rotate
//!
//! runs against a stand-in Ory in this process, or against the server at `$ORY_SDK_URL` with dynamic registration on.
#![allow(clippy::print_stdout)]

use std::error::Error;

use ory_oidc::testing::OryServer;
use ory_oidc::{Client, ClientMetadata, RegistrationHandle, StoredHandle};
use tokio::sync::Mutex;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stand_in = OryServer::start().await?;
    let base_url = std::env::var("ORY_SDK_URL").unwrap_or_else(|_| stand_in.base_url().to_owned());
    let ory = Client::builder(base_url).build()?;
    // Instead of a store for secrets that all processes share, with a lock for each client: a row of a database, a
    // lease, a file.
    let store = Mutex::new(String::new());

    let metadata = ClientMetadata::new(["http://127.0.0.1:3000/callback"]).client_name("Shop").scope("openid email");
    let registration = ory.register(metadata).await?;
    println!("registered    {}", registration.client_id());
    let mut handle = registration.handle().ok_or("the server gave no registration access token")?;
    let mut stored = store.lock().await;
    handle.store_if_changed(|exposed| write(&mut stored, exposed))?;
    drop(stored);

    // After a restart: load the handle, read the client, change it, and send it back. The lock is held from loading to
    // storing. Without it, another process could replace the client in between and invalidate the loaded token.
    let mut stored = store.lock().await;
    println!("loaded        {} characters, token included", stored.len());
    let first = stored.clone();
    let mut handle: RegistrationHandle = serde_json::from_str(&stored)?;
    let current = ory.read_client(&handle).await?;
    let changed = ClientMetadata::from(&current).client_name("Shop 2").contacts(["ops@shop.example"]);
    let replaced = ory.replace_client(&mut handle, changed).await;
    // Before the result is checked, because a replacement that fails half-way may have changed the token, too. But only
    // a changed token: a rejected one may be older than the stored one.
    handle.store_if_changed(|exposed| write(&mut stored, exposed))?;
    let (before, after) = (current.client_name().unwrap_or_default(), replaced?);
    println!("renamed       {before:?} to {:?}", after.client_name().unwrap_or_default());
    println!("stored again  the token is another one: {}", *stored != first);

    let mut stale: RegistrationHandle = serde_json::from_str(&first)?;
    if let Err(error) = ory.replace_client(&mut stale, ClientMetadata::from(&current)).await {
        println!("old token     {error}");
    }
    // Nothing is stored, because the rejected handle did not change.
    stale.store_if_changed(|exposed| write(&mut stored, exposed))?;

    let handle: RegistrationHandle = serde_json::from_str(&stored)?;
    ory.delete_client(&handle).await?;
    println!("deleted       {}", handle.client_id());
    Ok(())
}

/// `StoredHandle` contains the token in clear text, so it belongs in a store for secrets.
fn write(stored: &mut String, exposed: StoredHandle<'_>) -> Result<(), Box<dyn Error>> {
    *stored = serde_json::to_string(&exposed)?;
    Ok(())
}
