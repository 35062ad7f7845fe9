//! A review of every text of the document that becomes rustdoc, before and after cleaning.

mod defects;
mod items;
mod locations;
mod page;

use openapi_smith::{Settings, doc_text, generate};
use serde_yaml::Value;

pub use defects::Defect;

use items::Items;

/// The pointers of the placeholders of a document, also where no docs show them.
pub fn placeholders(document: &Value) -> Vec<String> {
    let is_placeholder = |text: &str| defects::of(text).contains(&Defect::Placeholder);
    let found = crate::texts::texts(document).into_iter().filter(|(_, text)| is_placeholder(text));
    found.map(|(pointer, _)| pointer).collect()
}

/// One text, or the location of a missing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The JSON pointer.
    pub pointer: String,
    /// The text in the document.
    pub before: String,
    /// The text in the docs of the code.
    pub after: String,
    /// The items whose docs contain the text. None: it does not become rustdoc.
    pub items: Vec<String>,
    /// The defects of the text.
    pub defects: Vec<Defect>,
}

/// The reviewed texts of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The texts that become rustdoc, and the missing ones, in the order of the document.
    pub texts: Vec<Text>,
    /// The pointers of the texts that no docs contain.
    pub unused: Vec<String>,
}

/// Reviews the texts of a document, as the generator prints them with these settings.
///
/// # Errors
///
/// The document is not YAML or JSON, or the generator refuses it.
pub fn review(document: &str, settings: &Settings) -> Result<Review, String> {
    let output = generate(document, settings).map_err(|error| error.to_string())?;
    let value: Value = serde_yaml::from_str(document).map_err(|error| error.to_string())?;
    let items = Items::read(&output.code);
    let mut review = Review { texts: Vec::new(), unused: Vec::new() };
    for found in locations::all(&value) {
        let is_line = found.pointer.ends_with("/title") || found.pointer.ends_with("/summary");
        let text =
            if is_line { found.text.split_whitespace().collect::<Vec<_>>().join(" ") } else { found.text.clone() };
        let after = doc_text(&text);
        let carrying = items.carrying(&after);
        let defects = defects::of(&found.text);
        // A missing text is listed wherever it stands.
        let is_missing = defects.contains(&Defect::Empty) || defects.contains(&Defect::Placeholder);
        if carrying.is_empty() && !is_missing {
            review.unused.push(found.pointer);
            continue;
        }
        review.texts.push(Text { pointer: found.pointer, before: found.text, after, items: carrying, defects });
    }
    Ok(review)
}
