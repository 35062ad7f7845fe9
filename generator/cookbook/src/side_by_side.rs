//! The calls that `docs/comparison.md` compares with those of other generators.

use crate::Result;
use crate::api::types::{Color, Item, ItemIn, ListItemsSort, Page, Uploaded};
use crate::api::{Client, CreateItemFailure, ListItemsParams, Part, SseTicksParams, UploadForm};

/// A list with filters.
///
/// # Errors
///
/// The call failed.
pub async fn list(shop: &Client) -> Result<Page> {
    // list with filters
    let params = ListItemsParams::default().color(vec![Color::Red, Color::DarkBlue]).sort(ListItemsSort::MinusName);
    let page = shop.list_items(&params).await?;
    Ok(page.into_inner())
}

/// A new item with an absent and a null property.
///
/// # Errors
///
/// The call failed.
pub async fn create(shop: &Client) -> Result<Item> {
    // create, with a date, and a note that is null
    let lamp = ItemIn::new("lamp", 19.99).due("2027-01-31T12:00:00Z").note_null();
    let lamp = shop.create_item(&lamp).await?;
    Ok(lamp.into_inner())
}

/// The item that has the name already.
///
/// # Errors
///
/// The call failed for another reason.
pub async fn conflict(shop: &Client, lamp: &ItemIn) -> Result<String> {
    // a conflict
    match shop.create_item(lamp).await {
        Ok(item) => Ok(item.into_inner().id),
        Err(error) => match error.failure() {
            Some(CreateItemFailure::Conflict(conflict)) => Ok(conflict.existing.clone()),
            _ => Err(error.into()),
        },
    }
}

/// What the server says about a failure that the document does not declare.
///
/// # Errors
///
/// The call failed for another reason.
pub async fn undeclared(shop: &Client, id: &str) -> Result<String> {
    // a 404 that the document does not declare
    match shop.delete_item(id).await {
        Err(error) if error.status().is_some_and(|status| status == 404) => Ok(error.to_string()),
        other => other.map(|_| "deleted".to_owned()).map_err(Into::into),
    }
}

/// An upload of two files.
///
/// # Errors
///
/// The call failed.
pub async fn upload(shop: &Client, photo: Vec<u8>) -> Result<Vec<Uploaded>> {
    // upload two files and a cover
    let files = vec![Part::bytes(photo).file_name("a.png"), Part::text("hello")];
    let uploaded = shop.upload(UploadForm::new("album").files(files).cover("cover")).await?;
    Ok(uploaded.into_inner())
}

/// A stream of events.
///
/// # Errors
///
/// The stream is lost.
pub async fn stream(shop: &Client) -> Result<i64> {
    let mut sum = 0;
    // a stream
    let mut ticks = shop.sse_ticks_stream(&SseTicksParams::default().count(3)).await?.into_inner();
    while let Some(tick) = ticks.next().await {
        sum += tick?.n;
    }
    Ok(sum)
}

/// All items, page by page.
///
/// # Errors
///
/// A page cannot be read.
pub async fn pages(shop: &Client) -> Result<Vec<String>> {
    let mut names = Vec::new();
    // page through
    let mut items = shop.list_items_pages(&ListItemsParams::default()).items();
    while let Some(item) = items.next().await {
        names.push(item?.name);
    }
    Ok(names)
}
