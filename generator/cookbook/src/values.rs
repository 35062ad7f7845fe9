//! Values: enums with new values, unions, null and absent.

use crate::Result;
use crate::api::Client;
use crate::api::types::{Color, Item, ItemPatch};

/// The color of an item, in words.
pub fn color(item: &Item) -> String {
    match &item.color {
        None => "no color".to_owned(),
        Some(Color::Red) => "red".to_owned(),
        Some(Color::Unknown(color)) => format!("a new color: {color}"),
        Some(color) => color.to_string(),
    }
}

/// Changes the note, removes the date, and leaves the name as it is.
///
/// # Errors
///
/// The call failed.
pub async fn patch(workshop: &Client, id: &str) -> Result<String> {
    let patch = ItemPatch::default().note("bright").due_null();
    let item = workshop.patch_item(id, &patch).await?;

    Ok(match &item.note {
        None => "the response has no note".to_owned(),
        Some(None) => "the note is null".to_owned(),
        Some(Some(note)) => note.clone(),
    })
}
