//! The values of the parameters in a path, by the template of the path.

use percent_encoding::percent_decode_str;

/// The names and decoded values of the parameters, if the path ends with the template. The path may begin with the path of
/// the base URL.
pub(super) fn parameters(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let template = template.split(['?', '#']).next().unwrap_or_default();
    // A value has no slash, since slashes in values are percent-encoded.
    let mut starts = path.match_indices('/').map(|(at, _)| at);
    let start = starts.nth_back(template.matches('/').count().checked_sub(1)?)?;
    let mut rest = path.get(start..)?;
    let mut found = Vec::new();
    let mut pieces = template.split('{');
    rest = rest.strip_prefix(pieces.next()?)?;
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let (name, literal) = piece.split_once('}')?;
        let end = match literal {
            "" if pieces.peek().is_none() => rest.len(),
            _ if pieces.peek().is_none() => rest.len().checked_sub(literal.len())?,
            _ => rest.find(literal)?,
        };
        let value = rest.get(..end)?;
        if value.is_empty() || value.contains('/') {
            return None;
        }
        found.push((name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()));
        rest = rest.get(end..)?.strip_prefix(literal)?;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_by_its_template() {
        let pairs = |pairs: &[(&str, &str)]| {
            Some(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
        };
        for (template, path, found) in [
            ("/pets", "/pets", pairs(&[])),
            ("/pets", "/v1/pets", pairs(&[])),
            ("/pets", "/cats", None),
            ("/pets/{id}", "/v1/pets/a%2Fb", pairs(&[("id", "a/b")])),
            ("/pets/{id}", "/pets/", None),
            ("/pets/{id}:feed", "/pets/7:feed", pairs(&[("id", "7")])),
            ("/{a}/{b}", "/x/y", pairs(&[("a", "x"), ("b", "y")])),
            ("/files/{name}.{type}", "/files/a.b", pairs(&[("name", "a"), ("type", "b")])),
            ("/pets/{id}?full=1", "/pets/7", pairs(&[("id", "7")])),
            ("/pets/{id}/", "/pets/7", None),
        ] {
            assert_eq!(parameters(template, path), found, "{template} {path}");
        }
    }
}
