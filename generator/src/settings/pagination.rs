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

/// A style of a declaration with its keys, for the JSON Schema of the settings file.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaginationStyle {
    /// The value of `style`.
    pub name: &'static str,
    /// The keys that the style needs.
    pub required: &'static [&'static str],
    /// The keys that the style may have, besides `items` and the keys that tell the last page.
    pub optional: &'static [&'static str],
}

/// The styles of [`Pagination::from_keys`].
#[doc(hidden)]
pub const PAGINATION_STYLES: [PaginationStyle; 5] = [
    PaginationStyle { name: "page-number", required: &["parameter"], optional: &["first"] },
    PaginationStyle { name: "offset", required: &["parameter"], optional: &[] },
    PaginationStyle { name: "cursor", required: &["parameter", "next"], optional: &[] },
    PaginationStyle { name: "next-url", required: &["next"], optional: &[] },
    PaginationStyle { name: "link", required: &[], optional: &[] },
];

/// The keys that tell the last page. A declaration has at most one.
#[doc(hidden)]
pub const PAGINATION_ENDS: [&str; 3] = ["more", "page-count", "total"];

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
        let known = PAGINATION_STYLES.map(|style| format!("`{}`", style.name));
        let known = known.iter().rev().skip(1).rev().map(String::as_str).collect::<Vec<_>>().join(", ")
            + &known.last().map(|last| format!(" or {last}")).unwrap_or_default();
        let style = take("style").ok_or_else(|| format!("`style` is missing: {known}"))?;
        let mut required =
            |key: &str| take(key).ok_or_else(|| format!("`{key}` is missing, which the style `{style}` needs"));
        let mut found = match style.as_str() {
            "page-number" => Self::page_number(required("parameter")?),
            "offset" => Self::offset(required("parameter")?),
            "cursor" => Self::cursor(required("parameter")?, required("next")?),
            "next-url" => Self::next_url(required("next")?),
            "link" => Self::link_header(),
            _ => return Err(format!("unknown style `{style}`: write {known}")),
        };
        let mut take = |key: &str| keys.remove(key);
        if style == "page-number"
            && let Some(first) = take("first")
        {
            found = found.first_page(first.parse().map_err(|_| format!("`first` is not a number: `{first}`"))?);
        }
        found.items = take("items");
        for (key, end) in PAGINATION_ENDS.into_iter().zip([End::More, End::Pages, End::Total]) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(style: &str, keys: &[&str]) -> Result<Pagination, String> {
        let keys = keys.iter().map(|key| ((*key).to_owned(), "1".to_owned()));
        Pagination::from_keys(keys.chain([("style".to_owned(), style.to_owned())]).collect())
    }

    /// The table of styles is the one that the reader obeys: with each set of keys, both agree.
    #[test]
    fn the_table_of_styles_is_true() {
        let all = ["parameter", "next", "first", "items", "more", "page-count", "total", "other"];
        for style in PAGINATION_STYLES {
            for set in 0_u32..1 << all.len() {
                let keys: Vec<&str> =
                    (0..).zip(all).filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, key)| key).collect();
                let is_known = |key: &&str| {
                    *key == "items"
                        || [style.required, style.optional, &PAGINATION_ENDS].iter().any(|list| list.contains(key))
                };
                let ends = keys.iter().filter(|key| PAGINATION_ENDS.contains(key)).count();
                let is_valid =
                    keys.iter().all(is_known) && style.required.iter().all(|key| keys.contains(key)) && ends <= 1;
                assert_eq!(read(style.name, &keys).is_ok(), is_valid, "{style:?} {keys:?}");
            }
        }
        assert_eq!(
            read("pages", &[]),
            Err("unknown style `pages`: write `page-number`, `offset`, `cursor`, `next-url` or `link`".to_owned())
        );
    }
}
