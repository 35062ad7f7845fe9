//! Authentication: fixed credentials, credentials of one call, tokens that are renewed.

use openapi_smith_runtime::{BoxError, Secret, TokenSource};

use crate::Result;
use crate::api::{Client, Credential};

/// A client with a fixed token.
///
/// # Errors
///
/// The base URL is invalid.
pub fn fixed(base_url: &str, token: &str) -> Result<Client> {
    let workshop = Client::new(base_url)?.with_oauth2_password_bearer(token);
    Ok(workshop)
}

/// Deletes an item with another token.
///
/// # Errors
///
/// The call failed.
pub async fn one_call(workshop: &Client, id: &str, admin_token: &str) -> Result<()> {
    let credential = Credential::Bearer(admin_token.into());
    workshop.delete_item(id).credential(credential).await?;
    Ok(())
}

/// Asks an authorization server, or a store.
async fn fetch_token(rejected: Option<Secret>) -> std::result::Result<String, BoxError> {
    Ok(if rejected.is_some() { "second".to_owned() } else { "first".to_owned() })
}

/// A client whose token is renewed when the server rejects it.
///
/// # Errors
///
/// The base URL is invalid.
pub fn renewed(builder: crate::api::ClientBuilder) -> Result<Client> {
    let workshop = builder.with_oauth2_password_bearer(TokenSource::new(fetch_token)).build()?;
    Ok(workshop)
}
