//! What the passes over the text know of OpenAPI: which properties hold which objects.

use super::Section;
use crate::location::escape;

/// The properties with arbitrary values, or with names instead of objects.
pub(super) const ARBITRARY: [&str; 11] = [
    "const",
    "default",
    "dependentRequired",
    "enum",
    "example",
    "examples",
    "mapping",
    "required",
    "scopes",
    "security",
    "value",
];

/// Whether a property that is no name in a map has an arbitrary value.
pub(super) fn is_arbitrary(key: &str) -> bool {
    ARBITRARY.contains(&key) || key.starts_with("x-")
}

/// The keys of a path item that are operations.
pub(super) const METHODS: [&str; 9] = ["delete", "get", "head", "options", "patch", "post", "put", "query", "trace"];

/// The keywords with one schema.
pub(super) const ONE: [&str; 11] = [
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The keywords with a list of schemas.
pub(super) const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// The keywords with schemas by name.
pub(super) const NAMED: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// Whether a property holds a map from names to objects.
pub(super) fn holds_named(key: &str) -> bool {
    section_of(key).is_some_and(|section| match section {
        Section::Schemas => key == "schemas" || NAMED.contains(&key),
        Section::RequestBodies => key == "requestBodies",
        Section::Responses | Section::Parameters | Section::SecuritySchemes | Section::PathItems | Section::Headers => {
            true
        }
    }) || matches!(
        key,
        "additionalOperations" | "callbacks" | "content" | "encoding" | "links" | "mediaTypes" | "variables"
    )
}

/// The section of the objects that a property holds, alone, in a list or by name.
pub(super) fn section_of(key: &str) -> Option<Section> {
    if ONE.contains(&key) || LIST.contains(&key) || NAMED.contains(&key) {
        return Some(Section::Schemas);
    }
    Some(match key {
        "schema" | "itemSchema" | "schemas" => Section::Schemas,
        "responses" => Section::Responses,
        "parameters" => Section::Parameters,
        "requestBody" | "requestBodies" => Section::RequestBodies,
        "securitySchemes" => Section::SecuritySchemes,
        "paths" | "webhooks" | "pathItems" => Section::PathItems,
        "headers" => Section::Headers,
        _ => return None,
    })
}

/// Adds a segment to a pointer. Returns the previous length.
pub(super) fn push(at: &mut String, segment: &str) -> usize {
    let length = at.len();
    at.push('/');
    at.push_str(&escape(segment));
    length
}
