//! Every text of the document that becomes rustdoc, before and after it was cleaned, for review.

mod faults;
mod items;
mod page;
mod places;

use openapi_smith::{Settings, doc_text, generate};
use serde_yaml::Value;

pub use faults::Fault;

use items::Items;

/// One text, or the place where one is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The JSON pointer.
    pub pointer: String,
    /// As the document has it.
    pub before: String,
    /// As it stands in the docs of the code.
    pub after: String,
    /// The items in whose docs it stands. None: it does not become rustdoc.
    pub items: Vec<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// The texts of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Those that become rustdoc, and the missing ones, in the order of the document.
    pub texts: Vec<Text>,
    /// The pointers of those that are in no docs.
    pub unused: Vec<String>,
}

/// Reviews the texts of a document, as they come out of the generator with these settings.
///
/// # Errors
///
/// The document is not YAML or JSON, or the generator refuses it.
pub fn review(document: &str, settings: &Settings) -> Result<Review, String> {
    let output = generate(document, settings).map_err(|error| error.to_string())?;
    let value: Value = serde_yaml::from_str(document).map_err(|error| error.to_string())?;
    let items = Items::read(&output.code);
    let mut review = Review { texts: Vec::new(), unused: Vec::new() };
    for place in places::all(&value) {
        let is_line = place.pointer.ends_with("/title") || place.pointer.ends_with("/summary");
        let text =
            if is_line { place.text.split_whitespace().collect::<Vec<_>>().join(" ") } else { place.text.clone() };
        let after = doc_text(&text);
        let carrying = items.carrying(&after);
        let faults = faults::of(&place.text);
        if carrying.is_empty() && !faults.contains(&Fault::Empty) {
            review.unused.push(place.pointer);
            continue;
        }
        review.texts.push(Text { pointer: place.pointer, before: place.text, after, items: carrying, faults });
    }
    Ok(review)
}
