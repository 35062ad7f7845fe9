//! [`Pagination`]: how the pages of an operation follow each other, as a setting or an extension declares it.

use std::collections::BTreeMap;

/// How the pages of an operation follow each other; see [`Settings::pagination`](crate::Settings::pagination).
///
/// A property is given by its name, by several names with dots between them (`meta.next`), or by a JSON pointer
/// (`/meta/next`). A parameter is a query parameter, given by its name in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a declaration does nothing until the settings have it"]
pub struct Pagination {
    pub(crate) next: Next,
    pub(crate) items: Option<String>,
    pub(crate) end: Option<(End, String)>,
}

/// What leads to the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Number { parameter: String, first: u64 },
    Offset { parameter: String },
    Cursor { parameter: String, property: String },
    Url { property: String },
    Link,
}

/// What a property says of the last page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    More,
    Pages,
    Total,
}

impl Pagination {
    fn new(next: Next) -> Self {
        Self { next, items: None, end: None }
    }

    /// Pages with numbers, from 1: the parameter has the number of the page.
    pub fn page_number(parameter: impl Into<String>) -> Self {
        Self::new(Next::Number { parameter: parameter.into(), first: 1 })
    }

    /// The parameter has the number of items before the page.
    pub fn offset(parameter: impl Into<String>) -> Self {
        Self::new(Next::Offset { parameter: parameter.into() })
    }

    /// The page has a cursor in this property, which the parameter sends to get the next page.
    pub fn cursor(parameter: impl Into<String>, property: impl Into<String>) -> Self {
        Self::new(Next::Cursor { parameter: parameter.into(), property: property.into() })
    }

    /// The page has the URL of the next page in this property.
    pub fn next_url(property: impl Into<String>) -> Self {
        Self::new(Next::Url { property: property.into() })
    }

    /// The response has the URL of the next page in its header `Link`, with `rel=next` (RFC 8288).
    pub fn link_header() -> Self {
        Self::new(Next::Link)
    }

    /// The number of the first page, if it is not 1.
    pub fn first_page(mut self, number: u64) -> Self {
        if let Next::Number { first, .. } = &mut self.next {
            *first = number;
        }
        self
    }

    /// The property with the items. By default the body itself, if it is an array, or else its only property that is one.
    pub fn items(mut self, property: impl Into<String>) -> Self {
        self.items = Some(property.into());
        self
    }

    /// The property that is `false` on the last page.
    pub fn more(self, property: impl Into<String>) -> Self {
        self.ends(End::More, property)
    }

    /// The property with the number of the last page, for pages with numbers.
    pub fn page_count(self, property: impl Into<String>) -> Self {
        self.ends(End::Pages, property)
    }

    /// The property with the number of items of all pages.
    pub fn total(self, property: impl Into<String>) -> Self {
        self.ends(End::Total, property)
    }

    fn ends(mut self, end: End, property: impl Into<String>) -> Self {
        self.end = Some((end, property.into()));
        self
    }

    /// The declaration with these keys of a settings file or of the extension `x-pagination`.
    ///
    /// # Errors
    ///
    /// A key is missing, unknown, or has no meaning for the style. The text says which.
    #[doc(hidden)]
    pub fn from_keys(mut keys: BTreeMap<String, String>) -> Result<Self, String> {
        let mut take = |key: &str| keys.remove(key);
        let style =
            take("style").ok_or("`style` is missing: `page-number`, `offset`, `cursor`, `next-url` or `link`")?;
        let required = |value: Option<String>, key: &str| {
            value.ok_or_else(|| format!("`{key}` is missing, which the style `{style}` needs"))
        };
        let mut found = match style.as_str() {
            "page-number" => Self::page_number(required(take("parameter"), "parameter")?),
            "offset" => Self::offset(required(take("parameter"), "parameter")?),
            "cursor" => Self::cursor(required(take("parameter"), "parameter")?, required(take("next"), "next")?),
            "next-url" => Self::next_url(required(take("next"), "next")?),
            "link" => Self::link_header(),
            _ => {
                let known = "`page-number`, `offset`, `cursor`, `next-url` or `link`";
                return Err(format!("unknown style `{style}`: write {known}"));
            }
        };
        if style == "page-number"
            && let Some(first) = take("first")
        {
            found = found.first_page(first.parse().map_err(|_| format!("`first` is not a number: `{first}`"))?);
        }
        found.items = take("items");
        for (key, end) in [("more", End::More), ("page-count", End::Pages), ("total", End::Total)] {
            let Some(property) = take(key) else { continue };
            if found.end.is_some() {
                return Err("only one of `more`, `page-count` and `total` can tell the last page".to_owned());
            }
            found = found.ends(end, property);
        }
        match keys.keys().next() {
            Some(key) => Err(format!("`{key}` has no meaning for the style `{style}`")),
            None => Ok(found),
        }
    }
}
