//! Calls: the first one, arguments, headers, responses before they are decoded.

use std::time::Duration;

use serde::Deserialize;

use crate::Result;
use crate::api::types::{Color, Item, ItemIn, ListItemsSort, Page};
use crate::api::{Client, ListItemsHeaders, ListItemsParams};

/// The number of items of a shop.
///
/// # Errors
///
/// The call failed.
pub async fn first(base_url: &str) -> Result<i64> {
    let workshop = Client::new(base_url)?;
    let page = workshop.list_items(&ListItemsParams::default()).await?;
    let total = page.total;
    Ok(total)
}

/// An item with all kinds of arguments, and the items of some colors.
///
/// # Errors
///
/// A call failed.
pub async fn arguments(workshop: &Client) -> Result<(Item, Page)> {
    let lamp = ItemIn::new("lamp", "19.99").color(Color::DarkBlue).due("2027-01-31T12:00:00Z");
    let lamp = workshop.create_item(&lamp).await?;

    let params =
        ListItemsParams::default().color(vec![Color::Red, Color::DarkBlue]).sort(ListItemsSort::MinusName).limit(5);
    let page = workshop.list_items(&params).await?;
    Ok((lamp.into_inner(), page.into_inner()))
}

/// The number of all items, which is in a header of the response.
///
/// # Errors
///
/// The call failed.
pub async fn headers(workshop: &Client) -> Result<Option<i64>> {
    let call = workshop.list_items(&ListItemsParams::default());
    let page = call.header("x-trace", "7").timeout(Duration::from_secs(2)).await?;

    let total: Option<i64> = ListItemsHeaders::from_headers(page.headers()).x_total()?;
    Ok(total)
}

/// A part of the page that the program needs.
#[derive(Debug, Deserialize)]
pub struct Count {
    /// The number of items.
    pub total: u64,
}

/// The response before it is decoded, and as a type of the program's own.
///
/// # Errors
///
/// No response came, or it is not such a value.
pub async fn raw(workshop: &Client) -> Result<(Vec<u8>, Count)> {
    let params = ListItemsParams::default();

    let response = workshop.list_items(&params).raw().await?;
    let bytes = response.body().to_vec();

    let count = workshop.list_items(&params).raw().await?.json::<Count>()?.into_inner();
    Ok((bytes, count))
}
