//! A small program with `ory-client`; `shop_after.rs` is the same program after the migration.
//!
//! It discovers the server, registers a client, renames it, reads the userinfo of an access token, and deletes the
//! client.

use std::error::Error;
use std::time::Duration;

use ory_client::apis::configuration::Configuration;
use ory_client::apis::oidc_api::{self, GetOidcUserInfoError};
use ory_client::apis::{self, ResponseContent};
use ory_client::models::OAuth2Client;

pub async fn shop(base_url: &str, access_token: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut said = Vec::new();
    let config = Configuration {
        base_path: base_url.trim_end_matches('/').to_owned(),
        user_agent: Some("shop/2.1".to_owned()),
        client: ory_client_reqwest::Client::builder()
            .redirect(ory_client_reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .build()?,
        ..Configuration::default()
    };

    let discovery = oidc_api::discover_oidc_configuration(&config).await?;
    if discovery.issuer.trim_end_matches('/') != config.base_path {
        return Err(format!("{} is not {base_url}", discovery.issuer).into());
    }
    said.push(format!("tokens at {}", discovery.token_endpoint));

    let mut wanted = OAuth2Client::new();
    wanted.client_name = Some("Shop".to_owned());
    wanted.redirect_uris = Some(vec!["https://shop.example/callback".to_owned()]);
    let registered = oidc_api::create_oidc_dynamic_client(&config, wanted).await?;
    let id = registered.client_id.ok_or("no id came")?;
    let mut token = registered.registration_access_token.ok_or("no token came")?;
    said.push(format!("registered, {}", if registered.client_secret.is_some() { "with a secret" } else { "public" }));

    // A configuration for each token.
    let manage =
        Configuration { oauth_access_token: Some(token.clone()), bearer_access_token: Some(token), ..config.clone() };
    let mut current = oidc_api::get_oidc_dynamic_client(&manage, &id).await?;
    current.client_name = Some("Shop 2".to_owned());
    let replaced = oidc_api::set_oidc_dynamic_client(&manage, &id, current).await?;
    said.push(format!("renamed to {}", replaced.client_name.unwrap_or_default()));
    token = replaced.registration_access_token.ok_or("no new token came")?;

    let user = Configuration { oauth_access_token: Some(access_token.to_owned()), ..config.clone() };
    match oidc_api::get_oidc_user_info(&user).await {
        Ok(info) => said.push(format!("user {}", info.email.unwrap_or_default())),
        Err(apis::Error::ResponseError(ResponseContent { status, entity, .. })) if status == 401 => {
            let reason = match entity {
                Some(GetOidcUserInfoError::DefaultResponse(error)) => error.error_description.unwrap_or_default(),
                _ => String::new(),
            };
            said.push(format!("log in again: {reason}"));
        }
        Err(error) => return Err(error.into()),
    }

    let manage = Configuration { oauth_access_token: Some(token.clone()), bearer_access_token: Some(token), ..config };
    oidc_api::delete_oidc_dynamic_client(&manage, &id).await?;
    said.push("deleted".to_owned());
    Ok(said)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let said = shop(&std::env::var("ORY_SDK_URL")?, &std::env::var("ORY_ACCESS_TOKEN")?).await?;
    println!("{}", said.join("\n"));
    Ok(())
}
