//! The keywords of schemas: what lowering does with each, wherever the schema is.

use super::Lowering;
use crate::read::Node;
use crate::report::NoteKind;

/// What lowering does with a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It is part of the type, or of its docs.
    Typed,
    /// It is a limit on the values of the type, which the server checks.
    Limit,
    /// It is an annotation, or names a schema for references.
    Annotation,
    /// It declares properties that a value may have. They are kept, as any JSON value.
    Conditional,
    /// It excludes values. The type accepts them.
    Excluding,
    /// It refers to a schema that depends on the value. The type accepts any value.
    Dynamic,
}

use Reading::{Annotation, Conditional, Dynamic, Excluding, Limit, Typed};

/// The keywords of JSON Schema 2020-12 and of the Schema Object of OpenAPI 3.0 and 3.1.
///
/// The reader writes `const` as `enum`, and the reference beside other keywords as `allOf`.
pub(super) const KEYWORDS: [(&str, Reading); 62] = [
    ("$anchor", Annotation),
    ("$comment", Annotation),
    ("$defs", Annotation),
    ("$dynamicAnchor", Annotation),
    ("$dynamicRef", Dynamic),
    ("$id", Annotation),
    ("$ref", Typed),
    ("$schema", Annotation),
    ("$vocabulary", Annotation),
    ("additionalProperties", Typed),
    ("allOf", Typed),
    ("anyOf", Typed),
    ("const", Typed),
    ("contains", Limit),
    ("contentEncoding", Typed),
    ("contentMediaType", Typed),
    ("contentSchema", Annotation),
    ("default", Typed),
    ("definitions", Annotation),
    ("dependentRequired", Limit),
    ("dependentSchemas", Conditional),
    ("deprecated", Typed),
    ("description", Typed),
    ("discriminator", Typed),
    ("else", Conditional),
    ("enum", Typed),
    ("example", Annotation),
    ("examples", Annotation),
    ("exclusiveMaximum", Limit),
    ("exclusiveMinimum", Limit),
    ("externalDocs", Annotation),
    ("format", Typed),
    ("if", Conditional),
    ("items", Typed),
    ("maxContains", Limit),
    ("maxItems", Limit),
    ("maxLength", Limit),
    ("maxProperties", Limit),
    ("maximum", Limit),
    ("minContains", Limit),
    ("minItems", Limit),
    ("minLength", Limit),
    ("minProperties", Limit),
    ("minimum", Limit),
    ("multipleOf", Limit),
    ("not", Excluding),
    ("nullable", Typed),
    ("oneOf", Typed),
    ("pattern", Limit),
    ("patternProperties", Typed),
    ("prefixItems", Typed),
    ("properties", Typed),
    ("propertyNames", Limit),
    ("readOnly", Typed),
    ("required", Typed),
    ("then", Conditional),
    ("title", Typed),
    ("type", Typed),
    ("unevaluatedItems", Limit),
    ("unevaluatedProperties", Typed),
    ("uniqueItems", Limit),
    ("writeOnly", Typed),
];

/// `xml` describes another representation of the value.
const XML: &str = "xml";

/// What lowering does with this keyword; `None` if it is unknown.
pub(super) fn reading(keyword: &str) -> Option<Reading> {
    if keyword == XML || keyword.starts_with("x-") {
        return Some(Annotation);
    }
    KEYWORDS.iter().find(|(known, _)| *known == keyword).map(|(_, reading)| *reading)
}

/// Whether a schema only limits values, and does not change the type.
pub(super) fn only_limits(node: &Node<'_>) -> bool {
    let is_limit = |keyword: &str| {
        matches!(reading(keyword), Some(Limit | Excluding | Annotation)) || matches!(keyword, "title" | "description")
    };
    node.value().as_object().is_some_and(|all| !all.is_empty() && all.keys().all(|keyword| is_limit(keyword)))
}

impl<'d> Lowering<'d> {
    /// Notes each keyword of a schema that its type does not represent. Every schema is noted here, wherever it is.
    pub(super) fn note_keywords(&mut self, node: &Node<'d>) -> Option<()> {
        let mut conditional = Vec::new();
        for keyword in self.collect(node.object())?.keys().map(String::as_str) {
            match reading(keyword) {
                None => self.note(NoteKind::UnknownKeyword, node.at(), format!("unknown keyword `{keyword}`")),
                Some(Excluding) => self.note(NoteKind::Not, node.at(), "`not`: the excluded values are accepted"),
                Some(Dynamic) => {
                    self.note(NoteKind::DynamicReference, node.at(), "`$dynamicRef`: any value is accepted");
                }
                Some(Conditional) => conditional.push(format!("`{keyword}`")),
                Some(Typed | Limit | Annotation) => {}
            }
        }
        if !conditional.is_empty() {
            let keywords = conditional.join(", ");
            let what = format!("{keywords}: not checked; properties that only they declare may have any value");
            self.note(NoteKind::Conditional, node.at(), what);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The rows of the table of keywords: keyword, verdict and test.
    fn rows() -> Vec<[&'static str; 3]> {
        let page = include_str!("../../docs/schemas.md");
        let table = page.split("## Keywords").nth(1).unwrap();
        let lines = table.lines().filter(|line| line.starts_with("| `"));
        lines
            .map(|line| {
                let cells: Vec<&str> =
                    line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
                [cells[0], cells[1], cells[cells.len() - 1]]
            })
            .collect()
    }

    #[test]
    fn the_table_has_every_keyword_once() {
        let listed: Vec<&str> = rows().iter().map(|[keyword, ..]| *keyword).collect();
        let distinct: BTreeSet<&str> = listed.iter().copied().collect();
        let known: BTreeSet<&str> = KEYWORDS.iter().map(|(keyword, _)| *keyword).chain([XML, "x-..."]).collect();
        assert_eq!(distinct, known);
        assert_eq!(listed.len(), distinct.len());
        let sorted: BTreeSet<&str> = KEYWORDS.iter().map(|(keyword, _)| *keyword).collect();
        assert_eq!(sorted.len(), KEYWORDS.len());
    }

    #[test]
    fn the_verdicts_are_those_of_lowering() {
        for [keyword, verdict, _] in rows() {
            let verdicts: &[&str] = match reading(keyword).unwrap() {
                Typed => &["exact", "approximated"],
                Limit | Annotation => &["ignored"],
                Conditional | Excluding | Dynamic => &["approximated"],
            };
            assert!(verdicts.contains(&verdict), "{keyword}: {verdict}");
        }
    }

    #[test]
    fn every_line_of_the_table_has_a_test() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = String::new();
        for folder in ["compiled/tests", "src/emit", "src/lower", "src/read"] {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "rs") {
                    sources.push_str(&fs::read_to_string(path).unwrap());
                }
            }
        }
        for [keyword, _, test] in rows() {
            assert!(sources.contains(&format!("fn {test}()")), "{keyword}: there is no test `{test}`");
        }
    }
}
