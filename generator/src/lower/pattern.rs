//! Patterns of the settings: texts in which `*` stands for any text.

/// Whether a text matches a pattern, in which `*` stands for any text. Implemented here, so that build scripts need no
/// further dependency.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts.filter(|part| !part.is_empty()) {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("/v1/*", "/v1/pets/{id}", true),
            ("/v1/*", "/v10/pets", false),
            ("list*", "list", true),
            ("*Pet*", "createPetByName", true),
            ("get*By*", "getPetByName", true),
            ("get*By*", "getPet", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("GET /pets", "GET /pets", true),
            ("GET /pets", "GET /pets/{id}", false),
            ("*", "", true),
            ("", "x", false),
            ("list*", "listPets", true),
            ("list*", "relist", false),
            ("*List", "petsList", true),
            ("*List", "petsLists", false),
            ("GET /*/pets*", "GET /v1/pets/{id}", true),
            ("GET /*/pets*", "GET /pets", false),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
