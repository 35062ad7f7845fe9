//! Several workers manage one registered client, on a server where simultaneous replacements race. No token is lost.
//!
//!     cargo run --example two_workers
//!
//! runs against a stand-in Ory in this process, or against the server at `$ORY_SDK_URL` with dynamic registration on.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Duration;

use ory_oidc::testing::OryServer;
use ory_oidc::{Client, ClientMetadata, FileStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stand_in = OryServer::builder().racing_replacements(Duration::from_millis(20)).start().await?;
    let base_url = std::env::var("ORY_SDK_URL").unwrap_or_else(|_| stand_in.base_url().to_owned());
    let folder = std::env::temp_dir().join(format!("two-workers-{}", std::process::id()));

    // The workers are tasks here. Processes work in the same way, as long as they open the same folder.
    let registrations = Client::builder(base_url).build()?.registrations(FileStore::open(&folder)?);
    let metadata = ClientMetadata::new(["http://127.0.0.1:3000/callback"]).client_name("Shop");
    let registration = registrations.register(metadata).await?;
    let id = registration.client_id().to_owned();
    println!("registered  {id}, handle stored in {}", folder.display());

    let workers: Vec<_> = (1..=4)
        .map(|worker| {
            let (registrations, id) = (registrations.clone(), id.clone());
            // Workers run at the same time.
            tokio::spawn(async move {
                let address = format!("worker-{worker}@shop.example");
                let add = |metadata: ClientMetadata| {
                    let contacts = metadata.as_request().contacts.clone().flatten().unwrap_or_default();
                    metadata.contacts(contacts.into_iter().chain([address.clone()]))
                };
                registrations.update(&id, add).await
            })
        })
        .collect();
    for worker in workers {
        worker.await??;
    }
    let client = registrations.read(&id).await?;
    println!("contacts    {:?}", client.document().contacts.iter().flatten().flatten().collect::<Vec<_>>());

    registrations.delete(&id).await?;
    println!("deleted     {id}");
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
