//! Sampled strings, by format and by pattern.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::flat::Flat;

/// A plain string, and one with characters that must be encoded in a URL.
const ODD: &str = "a b/\u{fc}?&=+%25,;#'";

/// A string that a schema allows. An odd `turn` asks for characters that must be encoded, if any are allowed.
pub(super) fn text(schema: &Flat, turn: usize) -> String {
    if let Some(pattern) = schema.text("pattern") {
        let least = schema.count("minLength").unwrap_or(1);
        if let Some(text) = matching(pattern, least) {
            return text;
        }
        let known = ["example", "default"].iter().find_map(|keyword| schema.text(keyword));
        return known.unwrap_or("text").to_owned();
    }
    if let Some(text) = schema.text("format").and_then(formatted) {
        return text.to_owned();
    }
    let plain = if turn % 2 == 1 { ODD } else { "text" };
    fitted(plain, schema)
}

/// The string, lengthened or shortened to the schema's limits.
fn fitted(text: &str, schema: &Flat) -> String {
    let least = schema.count("minLength").unwrap_or(0);
    let most = schema.count("maxLength").unwrap_or(usize::MAX);
    text.chars().chain(std::iter::repeat('x')).take(text.chars().count().max(least).min(most)).collect()
}

/// A string of a format with a syntax.
fn formatted(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2024-02-29T12:30:45Z",
        "date" => "2024-02-29",
        "time" => "12:30:45Z",
        "duration" => "P1DT2H",
        "uuid" | "uuid4" => "4b2f1c3a-9d8e-4f70-8a6b-5c4d3e2f1a0b",
        "email" | "idn-email" => "a.person+tag@example.com",
        "uri" | "url" | "iri" => "https://example.com/a?b=c%20d&e=f",
        "uri-reference" | "iri-reference" => "/a?b=c",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" | "base64" => "AP/+Pz8=",
        "json-pointer" => "/a/b",
        "regex" => "^a+$",
        _ => return None,
    })
}

/// A string that matches the pattern and has at least this length, if the pattern is supported.
fn matching(pattern: &str, least: usize) -> Option<String> {
    // Lookaround is not supported. The document's examples provide strings for such patterns.
    let hir = regex_syntax::ParserBuilder::new().build().parse(pattern).ok()?;
    (0..=least as u32).map(|more| write(&hir, more)).find_map(|text| text.filter(|text| text.chars().count() >= least))
}

/// A string that matches the expression. Each repetition is repeated `more` times more than necessary.
fn write(hir: &Hir, more: u32) -> Option<String> {
    Some(match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok()?,
        HirKind::Class(class) => character(class)?.to_string(),
        HirKind::Repetition(repetition) => {
            let times = (repetition.min + more).min(repetition.max.unwrap_or(u32::MAX));
            write(&repetition.sub, more)?.repeat(usize::try_from(times).ok()?)
        }
        HirKind::Capture(capture) => write(&capture.sub, more)?,
        HirKind::Concat(parts) => parts.iter().map(|part| write(part, more)).collect::<Option<String>>()?,
        HirKind::Alternation(parts) => write(parts.first()?, more)?,
    })
}

/// A character of the class: a letter if it has one.
fn character(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let has = |wanted: char| ranges.iter().any(|(start, end)| (*start..=*end).contains(&wanted));
    ['a', 'A', '1'].into_iter().find(|wanted| has(*wanted)).or_else(|| ranges.first().map(|(start, _)| *start))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(schema: serde_json::Value, turn: usize) -> String {
        text(&Flat::of(&json!({}), &schema), turn)
    }

    #[test]
    fn texts_are_allowed() {
        assert_eq!(of(json!({ "pattern": "^[1-9]\\d*$" }), 0), "1");
        assert_eq!(of(json!({ "pattern": "^(whsec_)?[a-zA-Z0-9+/=]{32,100}$" }), 0), "a".repeat(32));
        assert_eq!(of(json!({ "pattern": "^[a-z]+$", "minLength": 3 }), 0), "aaa");
        assert_eq!(of(json!({ "pattern": "^(?!x)b", "example": "bee" }), 0), "bee");
        assert_eq!(of(json!({ "format": "date" }), 1), "2024-02-29");
        assert_eq!(of(json!({ "minLength": 6, "maxLength": 8 }), 0), "textxx");
        assert_eq!(of(json!({ "maxLength": 3 }), 1), "a b");
    }
}
