//! The header `Link` (RFC 8288): the target of the link to the next page.

use reqwest::header::{HeaderMap, LINK};

/// The target of the first link with `rel=next`.
pub(super) fn next(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).find_map(next_in)
}

/// The same in one field. A link is `<target>` with parameters, and commas are between links.
fn next_in(field: &str) -> Option<String> {
    let mut rest = field;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let (parameters, after) = after.split_at(end_of_link(after));
        rest = after;
        let mut relation = None;
        let mut is_of_this = true;
        for (name, value) in parameters_of(parameters) {
            match name.as_str() {
                // Only the first `rel` counts (section 3.3).
                "rel" => {
                    relation.get_or_insert(value);
                }
                // The link is one of another resource.
                "anchor" => is_of_this = false,
                _ => {}
            }
        }
        let is_next =
            |relation: String| relation.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next"));
        if is_of_this && relation.is_some_and(is_next) {
            return Some(target.trim().to_owned());
        }
    }
    None
}

/// Where the parameters of a link end: at a comma outside of quotes.
fn end_of_link(text: &str) -> usize {
    pieces(text, ',').next().map_or(text.len(), str::len)
}

/// The names, in lower case, and the values of parameters, without quotes.
fn parameters_of(text: &str) -> impl Iterator<Item = (String, String)> {
    pieces(text, ';').filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim();
        let value = match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\\\"", "\""),
            None => value.to_owned(),
        };
        Some((name.trim().to_ascii_lowercase(), value))
    })
}

/// The pieces of a text between delimiters that are outside of quotes.
fn pieces(text: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |c| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match c {
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            '"' if !was_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        c == delimiter && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_the_next_page_is_found() {
        for (field, found) in [
            ("</a?page=2>; rel=next", Some("/a?page=2")),
            ("<b>; rel=\"prev\", <c>; rel=\"next\"", Some("c")),
            ("<b>; title=\"a, b; <x>; rel=next\"; rel=last, <c,d>; REL=NEXT", Some("c,d")),
            ("<b>; rel=\"last next\"", Some("b")),
            ("<b>; rel=\"next\\\"", None),
            ("<b>; rel=prev; rel=next", None),
            ("<b>; rel=next; anchor=\"/other\", <c>; rel=next", Some("c")),
            ("<b>;title=\"a\\\",<c>;rel=next\";rel=next", Some("b")),
            ("<b>; rel=nextish", None),
            ("b; rel=next", None),
            ("<b; rel=next", None),
            ("", None),
        ] {
            assert_eq!(next_in(field).as_deref(), found, "{field}");
        }
    }
}
