//! Programs without async.

use openapi_smith_runtime::blocking;

use crate::Result;
use crate::api::{Client, ListItemsParams};

/// The number of items, and the names of all.
///
/// # Errors
///
/// A call failed.
pub fn names(workshop: &Client) -> Result<(i64, Vec<String>)> {
    let total = workshop.list_items(&ListItemsParams::default()).wait()?.total;

    let pages = workshop.list_items_pages(&ListItemsParams::default());
    let mut names = Vec::new();
    for item in blocking::iter(pages.items()) {
        names.push(item?.name);
    }
    Ok((total, names))
}
