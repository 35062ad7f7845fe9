//! Small programs that the documentation quotes.

use std::error::Error;

use openapi_smith_runtime::RetryPolicy;

use crate::api::{Client, ListPetsParams};

/// The names of all pets, page by page.
///
/// # Errors
///
/// A page cannot be read.
pub async fn names(shop: &Client) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    let pages = shop.list_pets_pages(&ListPetsParams::default().limit(100)).retry(RetryPolicy::new());
    let mut pets = pages.items().max_items(10_000);
    while let Some(pet) = pets.next().await {
        names.push(pet?.name);
    }
    Ok(names)
}

/// The pets that come in, until the shop closes.
///
/// # Errors
///
/// The news cannot be read, or the connection is lost too often.
pub async fn news(shop: &Client) -> Result<Vec<String>, Box<dyn Error>> {
    let mut news = Vec::new();
    let stream = shop.watch_pets_stream().reconnect(RetryPolicy::new()).await?;
    let mut events = stream.into_inner().events();
    while let Some(event) = events.next().await {
        let event = event?;
        news.push(format!("{}: {}", event.id, event.data.name));
    }
    Ok(news)
}
