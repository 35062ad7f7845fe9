//! The page of a finished front-channel logout, told from every other page.

use reqwest::Url;

/// Whether the page is that of a finished logout with front-channel clients, as Hydra sends it.
///
/// Such a page has a frame for each client to notify, with the parameters `iss` and `sid` (OpenID Connect Front-Channel Logout 1.0
/// section 3; Hydra always adds both), and a `refresh` that leads on. A login page, an empty page, and a form that only asks for the
/// logout have neither.
pub(super) fn is_front_channel(html: &str) -> bool {
    let refreshes = |tag: &Tag<'_>| {
        tag.is("meta") && tag.attribute("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"))
    };
    let notifies = |tag: &Tag<'_>| {
        let url = tag.attribute("src").filter(|_| tag.is("iframe")).and_then(|src| Url::parse(&src).ok());
        url.is_some_and(|url| ["iss", "sid"].iter().all(|name| url.query_pairs().any(|(found, _)| found == *name)))
    };
    tags(html).any(|tag| refreshes(&tag)) && tags(html).any(|tag| notifies(&tag))
}

/// A start tag: its name and the text of its attributes.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
}

/// The start tags of the page. Comments are skipped; of an unfinished tag there is nothing to find.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('<')?;
            if let Some(comment) = after.strip_prefix("!--") {
                rest = comment.split_once("-->")?.1;
                continue;
            }
            rest = after;
            let end = after.find(|c: char| !c.is_ascii_alphanumeric())?;
            let (name, attributes) = after.split_at(end);
            if !name.is_empty() {
                return Some(Tag { name, attributes });
            }
        }
    })
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, unescaped.
    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'))?;
            let (found, after) = rest.split_at(end);
            let (value, after) = match after.trim_start().strip_prefix('=').map(str::trim_start) {
                Some(value) => {
                    match value.strip_prefix('"').map(|v| (v, '"')).or(value.strip_prefix('\'').map(|v| (v, '\''))) {
                        Some((value, quote)) => value.split_once(quote)?,
                        None => value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
                    }
                }
                None => ("", after),
            };
            if found.eq_ignore_ascii_case(name) {
                return Some(unescaped(value));
            }
            if found.is_empty() && after.starts_with('>') {
                return None;
            }
            rest = after;
        }
    }
}

/// The value without the escapes that a URL in an attribute needs.
fn unescaped(value: &str) -> String {
    ["&amp;", "&#38;", "&#x26;"].iter().fold(value.to_owned(), |value, escape| value.replace(escape, "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_in_every_notation() {
        for (tag, expected) in [
            ("<iframe src=\"a&amp;b\">", Some("a&b")),
            ("<IFRAME hidden SRC = 'a' >", Some("a")),
            ("<iframe\n\tclass=x src=a/b>", Some("a/b")),
            ("<iframe data-src='b' title='src=c' src='a'/>", Some("a")),
            ("<iframe title='>' src=''>", Some("")),
            ("<iframe hidden><b src='a'>", None),
            ("<iframe src='a", None),
            ("<iframe =>", None),
            ("<iframe ====", None),
            ("<iframe", None),
        ] {
            let found = tags(tag).next().and_then(|tag| tag.attribute("src"));
            assert_eq!(found.as_deref(), expected, "{tag}");
        }
    }

    #[test]
    fn comments_and_texts_have_no_tags() {
        let names = |html| tags(html).map(|tag| tag.name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names("<!-- <iframe src='a'> --><p>1 < 2 &lt;iframe></p><br/>"), ["p", "br"]);
        assert_eq!(names("<!-- <iframe>"), [""; 0]);
    }
}
