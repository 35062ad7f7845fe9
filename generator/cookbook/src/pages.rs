//! Pages: the items of a list, page by page.

use crate::Result;
use crate::api::{Client, ListItemsParams};

/// The names of all items.
///
/// # Errors
///
/// A page cannot be read.
pub async fn names(workshop: &Client) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut items = workshop.list_items_pages(&ListItemsParams::default().limit(100)).items().max_items(10_000);
    while let Some(item) = items.next().await {
        names.push(item?.name);
    }
    Ok(names)
}
