//! What the operations of a document became: methods, and what each is given. For programs that call them.

/// An operation of the document and the method of `Client` that it became.
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
    /// `operationId`, or the name that was made for it.
    pub id: String,
    /// The method as it is written.
    pub method: String,
    /// Its arguments in their order.
    pub arguments: Vec<GeneratedArgument>,
    /// The server of this operation alone, as the document writes it. Where any operation has one, there is
    /// `Client::with_one_server`.
    pub server: Option<String>,
}

/// Something that is given: an argument of a method, a member of a struct, a variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedArgument {
    /// Its name as it is written: of the argument, of the setter, of the variant.
    pub name: String,
    /// Its name in the document: of the parameter, of the member of a form, or the media type. Empty for the struct of
    /// optional parameters.
    pub wire: String,
    /// The JSON pointer of the parameter or of the media type that declares it.
    pub pointer: String,
    /// Whether it has to be given. An argument of a method that has not is an `Option`; a member of a struct that has
    /// not is given by its setter.
    pub required: bool,
    /// Whether the method takes a reference to it.
    pub by_reference: bool,
    /// What it is.
    pub value: GeneratedValue,
}

/// What a [`GeneratedArgument`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedValue {
    /// A type that can be read from JSON, as it is written inside the generated module.
    Json(String),
    /// A `String`.
    Text,
    /// A `Vec<u8>`.
    Bytes,
    /// A `Part`.
    File,
    /// A `Vec<Part>`.
    Files,
    /// A struct. Where members are required, it is made by `new`, which takes them in their order, else by `default`.
    Struct {
        /// The struct as it is written.
        rust: String,
        /// Its members.
        members: Vec<GeneratedArgument>,
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
    /// How many texts it takes: two for a name and a password, else one.
    pub texts: usize,
}
