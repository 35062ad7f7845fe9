//! The signatures of the generated methods as data, for programs that call them.

/// An operation of the document and its method of `Client`.
///
/// # Example
///
/// ```
/// use openapi_smith::{GeneratedValue, Settings, generate};
///
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Weather, version: "1" }
/// paths:
///   /on/{day}:
///     get:
///       operationId: weatherOn
///       parameters: [{ name: day, in: path, required: true, schema: { type: string } }]
///       responses: { "204": { description: Nothing happened. } }
/// "#;
/// let output = generate(document, &Settings::new())?;
/// for operation in &output.operations {
///     assert_eq!(operation.method, "weather_on");
///     for argument in &operation.arguments {
///         assert_eq!((argument.name.as_str(), argument.by_reference), ("day", true));
///         assert_eq!(argument.value, GeneratedValue::Json("String".to_owned()));
///     }
/// }
/// # Ok::<(), openapi_smith::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedOperation {
    /// The JSON pointer of the operation.
    pub pointer: String,
    /// `operationId`, or a name made of method and path.
    pub id: String,
    /// The method as it is written.
    pub method: String,
    /// The HTTP method and the path, such as `GET /pets/{id}`.
    pub address: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The security schemes of its first alternative; none if it needs no credential.
    pub security: Vec<String>,
    /// Its arguments in their order.
    pub arguments: Vec<GeneratedArgument>,
    /// The server that only this operation has, as the document writes it. If any operation has one, `Client` has the
    /// method `with_one_server`.
    pub server: Option<String>,
}

/// An argument of a method, a field of a struct, or a variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedArgument {
    /// Its name as it is written: of the argument, of the setter, of the variant.
    pub name: String,
    /// Its name in the document: of the parameter or form property, or the media type. Empty for the struct of optional
    /// parameters.
    pub wire: String,
    /// The JSON pointer of the parameter or of the media type that declares it.
    pub pointer: String,
    /// Whether it is required. An optional argument of a method is an `Option`; an optional field of a struct has a
    /// setter.
    pub required: bool,
    /// Whether the method takes a reference.
    pub by_reference: bool,
    /// The type of its value.
    pub value: GeneratedValue,
}

/// The type of a [`GeneratedArgument`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedValue {
    /// A type that can be decoded from JSON, as it is written inside the generated module.
    Json(String),
    /// A `String`.
    Text,
    /// A `Vec<u8>`.
    Bytes,
    /// A `Part`.
    File,
    /// A `Vec<Part>`.
    Files,
    /// A struct. `new` takes the required fields in their order; a struct without required fields has `default`.
    Struct {
        /// The struct as it is written.
        rust: String,
        /// Its fields.
        fields: Vec<GeneratedArgument>,
    },
    /// An enum with a variant for each media type.
    Enum {
        /// The enum as it is written.
        rust: String,
        /// Its variants.
        variants: Vec<GeneratedArgument>,
    },
}

/// A security scheme and the method of `Client` that takes its credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedCredential {
    /// The name of the scheme in the document.
    pub scheme: String,
    /// The method as it is written, such as `with_bearer`.
    pub method: String,
    /// How many strings it takes: two for a name and a password, else one.
    pub texts: usize,
}
