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
    /// It is a remark, or names a schema for references.
    Remark,
    /// It declares properties that a value may have. They are kept, as any JSON value.
    Conditional,
    /// It excludes values. The type accepts them.
    Excluding,
    /// It refers to a schema that depends on the value. The type accepts any value.
    Dynamic,
}

use Reading::{Conditional, Dynamic, Excluding, Limit, Remark, Typed};

/// The keywords of JSON Schema 2020-12 and of the Schema Object of OpenAPI 3.0 and 3.1.
///
/// The reader writes `const` as `enum`, and the reference beside other keywords as `allOf`.
pub(super) const KEYWORDS: [(&str, Reading); 62] = [
    ("$anchor", Remark),
    ("$comment", Remark),
    ("$defs", Remark),
    ("$dynamicAnchor", Remark),
    ("$dynamicRef", Dynamic),
    ("$id", Remark),
    ("$ref", Typed),
    ("$schema", Remark),
    ("$vocabulary", Remark),
    ("additionalProperties", Typed),
    ("allOf", Typed),
    ("anyOf", Typed),
    ("const", Typed),
    ("contains", Limit),
    ("contentEncoding", Typed),
    ("contentMediaType", Typed),
    ("contentSchema", Remark),
    ("default", Typed),
    ("definitions", Remark),
    ("dependentRequired", Limit),
    ("dependentSchemas", Conditional),
    ("deprecated", Typed),
    ("description", Typed),
    ("discriminator", Typed),
    ("else", Conditional),
    ("enum", Typed),
    ("example", Remark),
    ("examples", Remark),
    ("exclusiveMaximum", Limit),
    ("exclusiveMinimum", Limit),
    ("externalDocs", Remark),
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
        return Some(Remark);
    }
    KEYWORDS.iter().find(|(known, _)| *known == keyword).map(|(_, reading)| *reading)
}

/// Whether a schema only limits values, and does not change the type.
pub(super) fn only_limits(node: &Node<'_>) -> bool {
    let is_limit = |keyword: &str| {
        matches!(reading(keyword), Some(Limit | Excluding | Remark)) || matches!(keyword, "title" | "description")
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
                Some(Typed | Limit | Remark) => {}
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
