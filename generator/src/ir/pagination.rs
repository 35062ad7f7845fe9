//! Pages: how those of an operation follow each other.

use super::Name;

/// A path of properties from the body, by their wire names.
pub(crate) type PropertyPath = Vec<String>;

/// The pages of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Pagination {
    /// The name of its method.
    pub name: Name,
    /// What leads to the next page.
    pub next: NextPage,
    /// The property with the items; empty if the body is the array.
    pub items: PropertyPath,
    /// Which page is the last one.
    pub end: PagesEnd,
}

/// What leads to the next page. Parameters are query parameters.
#[derive(Clone, Debug)]
pub(crate) enum NextPage {
    /// The number of the page.
    Number { parameter: String, first: u64 },
    /// The number of items before the page.
    Offset { parameter: String },
    /// A value of the page, sent as a parameter.
    Cursor { parameter: String, property: PropertyPath },
    /// A URL in the page.
    Url { property: PropertyPath },
    /// The header `Link`.
    Link,
}

/// Which page is the last one, besides one without items or without a successor.
#[derive(Clone, Debug)]
pub(crate) enum PagesEnd {
    /// Nothing else says.
    Empty,
    /// The page whose property is `false`.
    More(PropertyPath),
    /// The page with the number that a property has.
    Pages(PropertyPath),
    /// The page with which there are as many items as a property says.
    Total(PropertyPath),
}
