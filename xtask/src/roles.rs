//! Classifies the properties of an OpenAPI document by key and location.
//!
//! The same word can be a keyword or a name: `title` describes a schema, but below `properties` it is a
//! property like any other. Code that treats the two alike loses properties or finds false texts.

/// The keys of a path item that are operations.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A key as it stands in a JSON pointer (RFC 6901 section 3).
pub fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// How to read the value of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// Prose for people.
    Text,
    /// An object whose keys are names, each with a text.
    NamedTexts,
    /// An object whose keys are names, not keywords.
    Names,
    /// A sample value, without any effect.
    Example,
    /// A value that is data, not a part of the document's own language.
    Literal,
    /// Anything else: an object whose keys are keywords, a list of such, or a primitive.
    Plain,
}

/// Classifies the member `key` of an object whose keys are keywords.
pub fn classify(key: &str) -> Member {
    match key {
        // `x-go-enum-desc` is what upstream's converter makes of the comments on an enum's values.
        "description" | "summary" | "title" | "x-go-enum-desc" => Member::Text,
        "scopes" => Member::NamedTexts,
        "properties" | "patternProperties" | "schemas" | "responses" | "securitySchemes" | "parameters"
        | "requestBodies" | "paths" | "variables" | "headers" | "content" | "callbacks" | "links" | "mapping"
        | "encoding" | "flows" => Member::Names,
        "example" | "examples" => Member::Example,
        "enum" | "default" | "const" => Member::Literal,
        _ => Member::Plain,
    }
}
