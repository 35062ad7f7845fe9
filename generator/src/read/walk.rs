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

/// The keys of a path item that are operations.
pub(super) const METHODS: [&str; 9] = ["delete", "get", "head", "options", "patch", "post", "put", "query", "trace"];

/// Whether a property holds a map from names to objects.
pub(super) fn holds_named(key: &str) -> bool {
    section_of(key).is_some_and(|section| match section {
        Section::Schemas => {
            matches!(key, "schemas" | "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions")
        }
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
    Some(match key {
        "schema"
        | "itemSchema"
        | "schemas"
        | "properties"
        | "patternProperties"
        | "dependentSchemas"
        | "$defs"
        | "definitions"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "items"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "prefixItems" => Section::Schemas,
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
