//! Classifies the properties of an OpenAPI document by key and location.
//!
//! The same word can be a keyword or a name: `title` describes a schema, but below `properties` it is an ordinary
//! property. Code that does not distinguish the two loses properties or finds false texts.

/// The keys of a path item that are operations.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A key as a segment of a JSON pointer (RFC 6901, section 3).
pub fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The role of a property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Prose for people.
    Text,
    /// An object whose keys are names and whose values are texts.
    NamedTexts,
    /// An object whose keys are names, not keywords.
    Names,
    /// A sample value without effect.
    Example,
    /// Data, such as a default, whose keys are not keywords.
    Literal,
    /// Anything else: an object whose keys are keywords, a list of such objects, or a primitive.
    Plain,
}

/// The role of the property `key` in an object whose keys are keywords.
pub fn classify(key: &str) -> Role {
    match key {
        // Upstream's converter writes the comments of an enum's values as `x-go-enum-desc`.
        "description" | "summary" | "title" | "x-go-enum-desc" => Role::Text,
        "scopes" => Role::NamedTexts,
        "properties" | "patternProperties" | "schemas" | "responses" | "securitySchemes" | "parameters"
        | "requestBodies" | "paths" | "variables" | "headers" | "content" | "callbacks" | "links" | "mapping"
        | "encoding" | "flows" | "$defs" | "dependentSchemas" => Role::Names,
        "example" | "examples" => Role::Example,
        "enum" | "default" | "const" => Role::Literal,
        _ => Role::Plain,
    }
}
