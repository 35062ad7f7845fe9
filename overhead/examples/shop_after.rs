//! `shop_before.rs` after the migration by the steps of `docs/migration.md`, with additions that were impossible
//! before.

use std::error::Error;

use ory_oidc::{Client, ClientMetadata, Ed25519Signer, UserInfo};

pub async fn shop(base_url: &str, access_token: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut said = Vec::new();
    let ory = Client::builder(base_url).user_agent("shop/2.1").build()?;

    let discovery = ory.discover().await?;
    said.push(format!("tokens at {}", discovery.token_endpoint().ok_or("no token endpoint")?));

    let wanted = ClientMetadata::new(["https://shop.example/callback"]).client_name("Shop");
    let registration = ory.register(wanted).await?;
    let mut handle = registration.handle().ok_or("no token came")?;
    let secret = registration.client_secret();
    said.push(format!("registered, {}", if secret.is_some() { "with a secret" } else { "public" }));

    let current = ory.read_client(&handle).await?;
    let replaced = ory.replace_client(&mut handle, current.to_metadata().client_name("Shop 2")).await?;
    said.push(format!("renamed to {}", replaced.client_name().unwrap_or_default()));

    match ory.userinfo(access_token).await {
        Ok(UserInfo::Claims(claims)) => {
            said.push(format!("user {}", claims.email().unwrap_or_default()));
            said.push(format!("role {}", claims.get("https://shop.example/role").ok_or("no role")?));
            let credential = ory.issue_credential(access_token, &Ed25519Signer::generate()?).await?;
            said.push(format!(
                "a credential for {}",
                credential.insecure_claims_without_verification()?.sub().unwrap_or_default()
            ));
        }
        Ok(_) => said.push("userinfo is signed".to_owned()),
        Err(error) if error.status().is_some_and(|status| status == 401) => said.push(format!("log in again: {error}")),
        Err(error) => return Err(error.into()),
    }

    ory.delete_client(&handle).await?;
    said.push("deleted".to_owned());
    Ok(said)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let said = shop(&std::env::var("ORY_SDK_URL")?, &std::env::var("ORY_ACCESS_TOKEN")?).await?;
    println!("{}", said.join("\n"));
    Ok(())
}
