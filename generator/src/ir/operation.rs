//! Operations: parameters, bodies and declared responses.

use std::fmt;

use super::{Docs, Name, Origin, Pagination, Requirement, Server, Type};

/// One operation of the API.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// `operationId` and the name of the method.
    pub name: Name,
    /// The prefix of the names of types that belong only to this operation.
    pub type_prefix: String,
    /// The names of the items that belong to it.
    pub names: OperationNames,
    /// Its location.
    pub origin: Origin,
    /// Its HTTP method.
    pub method: HttpMethod,
    /// The path as the document writes it.
    pub path: String,
    /// The query in the document's path, which is sent literally.
    pub query: String,
    /// The server that only this operation has.
    pub server: Option<Server>,
    /// The path, split at its parameters.
    pub path_parts: Vec<PathPart>,
    /// Its parameters: path parameters in the order of the path, then the others in the order of the document.
    pub parameters: Vec<Parameter>,
    /// Its request body.
    pub body: Option<Body>,
    /// Every declared response: codes in ascending order, then ranges, then `default`.
    pub responses: Vec<Response>,
    /// The declared response headers, each once.
    pub headers: Vec<Header>,
    /// The alternative security requirements. Empty: the operation never sends a credential.
    pub security: Vec<Requirement>,
    /// Its response as a stream, if it can be one.
    pub stream: Option<Stream>,
    /// Its pages, if it has several.
    pub pagination: Option<Pagination>,
    /// `summary`, cleaned.
    pub summary: Docs,
    /// `description`, cleaned.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
    /// Vendor extensions that the settings ask to show: label, value.
    pub notes: Vec<(String, String)>,
}

/// The Rust names of the items that belong to one operation, each assigned whether the operation has the item or not.
#[derive(Clone, Debug, Default)]
pub(crate) struct OperationNames {
    /// The struct of its optional parameters.
    pub params: String,
    /// The enum of its bodies.
    pub body: String,
    /// The struct of its multipart form.
    pub form: String,
    /// The enum of its successes.
    pub success: String,
    /// The enum of its failures.
    pub failure: String,
    /// The accessors of its response headers.
    pub headers: String,
    /// The enum of its server-sent events.
    pub event: String,
    /// Its value in the module `ops`.
    pub constant: String,
}

impl OperationNames {
    /// All names.
    pub(crate) fn all(&self) -> [&str; 7] {
        [&self.params, &self.body, &self.form, &self.success, &self.failure, &self.headers, &self.event]
    }
}

impl Operation {
    /// The types of its parameters, bodies, responses, headers and stream.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        self.sent().flat_map(Content::types).chain(self.parameter_types()).chain(self.received_types())
    }

    /// The media types of its bodies.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Content> {
        self.body.iter().flat_map(|body| &body.contents)
    }

    /// The types of its parameters.
    pub(crate) fn parameter_types(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().map(|parameter| &parameter.ty)
    }

    /// The types of its responses, headers and stream.
    pub(crate) fn received_types(&self) -> impl Iterator<Item = &Type> {
        let contents = self.responses.iter().flat_map(|response| &response.contents);
        let types = contents.flat_map(Content::types).chain(self.headers.iter().map(|header| &header.ty));
        types.chain(self.stream.iter().flat_map(Stream::types))
    }

    /// All of them, to change.
    pub(crate) fn types_mut(&mut self) -> Vec<&mut Type> {
        let bodies = self.body.iter_mut().flat_map(|body| &mut body.contents);
        let contents = bodies.chain(self.responses.iter_mut().flat_map(|response| &mut response.contents));
        let types = contents.flat_map(Content::types_mut);
        let types = types.chain(self.parameters.iter_mut().map(|parameter| &mut parameter.ty));
        let types = types.chain(self.headers.iter_mut().map(|header| &mut header.ty));
        types.chain(self.stream.iter_mut().flat_map(Stream::types_mut)).collect()
    }

    /// Whether the operation has a struct of optional parameters.
    pub(crate) fn has_optional(&self) -> bool {
        let has_optional_body =
            self.body.as_ref().is_some_and(|body| !body.required && body.contents.len() == 1 && !body.has_multipart());
        has_optional_body || self.parameters.iter().any(|parameter| !parameter.required)
    }
}

/// An HTTP method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HttpMethod {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `HEAD`
    Head,
    /// `PATCH`
    Patch,
    /// `TRACE`
    Trace,
    /// `QUERY`
    Query,
    /// A method of `additionalOperations`, as it is sent.
    Other(String),
}

impl HttpMethod {
    /// Every method that has a key of its own in a path item, with that key.
    pub(crate) const ALL: [(&'static str, HttpMethod); 9] = [
        ("get", HttpMethod::Get),
        ("put", HttpMethod::Put),
        ("post", HttpMethod::Post),
        ("delete", HttpMethod::Delete),
        ("options", HttpMethod::Options),
        ("head", HttpMethod::Head),
        ("patch", HttpMethod::Patch),
        ("trace", HttpMethod::Trace),
        ("query", HttpMethod::Query),
    ];

    /// The method's name as it is sent.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            HttpMethod::Get => "GET",
            HttpMethod::Put => "PUT",
            HttpMethod::Post => "POST",
            HttpMethod::Delete => "DELETE",
            HttpMethod::Options => "OPTIONS",
            HttpMethod::Head => "HEAD",
            HttpMethod::Patch => "PATCH",
            HttpMethod::Trace => "TRACE",
            HttpMethod::Query => "QUERY",
            HttpMethod::Other(name) => name,
        }
    }
}

/// A part of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathPart {
    /// Text that is sent literally.
    Literal(String),
    /// The parameter with this index in [`Operation::parameters`].
    Parameter(usize),
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub name: Name,
    /// Where it is declared; for an undeclared parameter, the operation.
    pub origin: Origin,
    /// Where it is sent.
    pub location: ParameterLocation,
    /// Its type.
    pub ty: Type,
    /// Whether it is required.
    pub required: bool,
    /// `deprecated`.
    pub deprecated: bool,
    /// How arrays and objects are written.
    pub style: ParameterStyle,
    /// Its description, cleaned.
    pub docs: Docs,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the `Cookie` header.
    Cookie,
}

/// How a parameter that is an array or an object is written (OpenAPI, "Style Values").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterStyle {
    /// `simple`, the default of path and header.
    Simple {
        /// `explode`.
        explode: bool,
    },
    /// `label`, path only.
    Label {
        /// `explode`.
        explode: bool,
    },
    /// `matrix`, path only.
    Matrix {
        /// `explode`.
        explode: bool,
    },
    /// `form`, the default of query and cookie.
    Form {
        /// `explode`.
        explode: bool,
        /// `allowReserved`.
        allow_reserved: bool,
    },
    /// `spaceDelimited`, query only.
    SpaceDelimited,
    /// `pipeDelimited`, query only.
    PipeDelimited,
    /// `deepObject`, query only.
    DeepObject,
    /// `content` instead of `schema`: the value as JSON text.
    Json,
    /// `in: querystring`: the value is the whole query.
    WholeQuery {
        /// Whether it is sent as JSON, and not as text.
        is_json: bool,
    },
    /// `cookie`: a text that is not percent-encoded.
    Cookie,
}

/// The request body of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    /// Whether it is required.
    pub required: bool,
    /// The media types that may be sent, in the order of the document; never empty.
    pub contents: Vec<Content>,
    /// Its description, cleaned.
    pub docs: Docs,
}

impl Body {
    /// Whether one of its media types is a multipart form.
    pub(crate) fn has_multipart(&self) -> bool {
        self.contents.iter().any(|content| content.media == MediaType::Multipart)
    }
}

/// A media type with its schema.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    /// The media type.
    pub media: MediaType,
    /// Its location.
    pub origin: Origin,
    /// Its type; `None` if it has no schema or the body is kept undecoded.
    pub ty: Option<Type>,
    /// The properties of a form that are sent in a special way.
    pub encodings: Vec<FormEncoding>,
    /// The Rust name of its variant in the enum of request bodies.
    pub variant: String,
    /// The server-sent events, if their names decide their data. Then there is no type.
    pub events: Vec<NamedEvent>,
}

impl Content {
    /// Its type, or the types of its events.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        self.ty.iter().chain(self.events.iter().filter_map(|event| event.ty.as_ref()))
    }

    /// The same to change.
    pub(crate) fn types_mut(&mut self) -> impl Iterator<Item = &mut Type> {
        self.ty.iter_mut().chain(self.events.iter_mut().filter_map(|event| event.ty.as_mut()))
    }
}

/// The server-sent events of one name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedEvent {
    /// The field `event`, and the variant in the stream's enum.
    pub name: Name,
    /// Its location.
    pub origin: Origin,
    /// The type of its data; `None` if that is text.
    pub ty: Option<Type>,
    /// Its description.
    pub docs: Docs,
}

/// How a property of a form is sent, if its type does not decide that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FormEncoding {
    /// Its name on the wire.
    pub wire: String,
    /// Whether it is a file: bytes, and not a JSON value. Only in `multipart/form-data`.
    pub is_file: bool,
    /// `encoding.style` and its companions. Only in `application/x-www-form-urlencoded`.
    pub style: Option<ParameterStyle>,
    /// `encoding.contentType`.
    pub content_type: Option<String>,
}

impl FormEncoding {
    /// Whether a property of a URL-encoded form has a special encoding.
    pub(crate) fn is_special(&self) -> bool {
        self.style.is_some() || self.is_json()
    }

    /// Whether it is sent as JSON even if it is a list or a string.
    pub(crate) fn is_json(&self) -> bool {
        self.content_type.as_deref().is_some_and(|media| media.contains("json"))
    }
}

/// A media type and how its bodies are decoded and encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    /// `application/json` or a `+json` type, as written, with its parameters; also a range such as `*/*` whose schema is not a string.
    Json(String),
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `text/*`, `application/jwt` and other types whose schema is a plain string, as written.
    Text(String),
    /// Any other type, as written: bytes.
    Bytes(String),
}

impl MediaType {
    /// The type as it is written in a header.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            MediaType::Json(text) | MediaType::Text(text) | MediaType::Bytes(text) => text,
            MediaType::Form => "application/x-www-form-urlencoded",
            MediaType::Multipart => "multipart/form-data",
        }
    }

    /// The type without its parameters.
    pub(crate) fn essence(&self) -> &str {
        self.as_str().split(';').next().unwrap_or_default()
    }

    /// A word for names: usually the subtype.
    pub(crate) fn short_name(&self) -> &str {
        match self {
            MediaType::Form => "Form",
            MediaType::Multipart => "Multipart",
            other if other.as_str().starts_with('*') => "Any",
            other => match other.essence().split_once('/') {
                Some((main, "*")) => main,
                Some((_, subtype)) => subtype,
                None => other.essence(),
            },
        }
    }
}

/// A response that can be read as a stream.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    /// The name of its method.
    pub name: Name,
    /// What the stream contains.
    pub kind: StreamKind,
    /// The streamed responses: status and media type.
    pub responses: Vec<(Status, String)>,
    /// The type of each value.
    pub item: Option<Type>,
    /// The events of [`StreamKind::NamedEvents`].
    pub events: Vec<NamedEvent>,
    /// The variant for events of other names.
    pub unknown: String,
}

impl Stream {
    /// The types of its values.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        self.item.iter().chain(self.events.iter().filter_map(|event| event.ty.as_ref()))
    }

    fn types_mut(&mut self) -> impl Iterator<Item = &mut Type> {
        self.item.iter_mut().chain(self.events.iter_mut().filter_map(|event| event.ty.as_mut()))
    }
}

/// What a [`Stream`] contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamKind {
    /// Bytes.
    Bytes,
    /// Server-sent events whose data is JSON.
    Events,
    /// Server-sent events whose data is text.
    TextEvents,
    /// Server-sent events whose names decide their data.
    NamedEvents,
    /// Lines of JSON.
    Lines,
    /// JSON texts, each after a record separator (RFC 7464).
    Sequence,
}

/// A declared response.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// Its status, or range of statuses.
    pub status: Status,
    /// Its media types; empty if it has no body.
    pub contents: Vec<Content>,
    /// The names of the declared headers.
    pub headers: Vec<String>,
    /// Its description, cleaned.
    pub docs: Docs,
}

/// A response header.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// Its name and the name of its accessor.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// How its value is encoded.
    pub encoding: HeaderEncoding,
    /// `deprecated`.
    pub deprecated: bool,
    /// Its description, cleaned.
    pub docs: Docs,
}

/// How the value of a header is encoded (OpenAPI, style `simple`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderEncoding {
    /// A string.
    Text,
    /// JSON: a number or a boolean; with `content`, any value.
    Json,
    /// A comma-separated list.
    List {
        /// Whether the elements are numbers or booleans.
        of_json: bool,
    },
}

/// The status of a declared [`Response`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Status {
    /// One code.
    Code(u16),
    /// A range such as `4XX`, by its first digit.
    Range(u8),
    /// `default`: every status that no other response has.
    Default,
}

impl Status {
    /// Whether a response with this status is a success: below 400. `None` for `default`, which depends on the other
    /// declared responses.
    pub(crate) fn is_success(self) -> Option<bool> {
        match self {
            Status::Code(code) => Some(code < 400),
            Status::Range(digit) => Some(digit < 4),
            Status::Default => None,
        }
    }
}

impl Status {
    /// The prefix of Rust names for this status: `BadRequest`, `ClientError`, `Default`.
    pub(crate) fn name(self) -> String {
        match self {
            Status::Code(code) => reason(code).map_or_else(|| format!("Status{code}"), str::to_owned),
            Status::Range(1) => "Informational".to_owned(),
            Status::Range(2) => "Success".to_owned(),
            Status::Range(3) => "Redirection".to_owned(),
            Status::Range(4) => "ClientError".to_owned(),
            Status::Range(5) => "ServerError".to_owned(),
            Status::Range(digit) => format!("Status{digit}xx"),
            Status::Default => "Default".to_owned(),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Code(code) => write!(f, "{code}"),
            Status::Range(digit) => write!(f, "{digit}XX"),
            Status::Default => f.write_str("default"),
        }
    }
}

/// The reason phrase of a registered status (RFC 9110 and the registry of IANA) as a Rust name.
fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritativeInformation",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        208 => "AlreadyReported",
        226 => "ImUsed",
        300 => "MultipleChoices",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "ContentTooLarge",
        414 => "UriTooLong",
        415 => "UnsupportedMediaType",
        416 => "RangeNotSatisfiable",
        417 => "ExpectationFailed",
        418 => "ImATeapot",
        421 => "MisdirectedRequest",
        422 => "UnprocessableContent",
        423 => "Locked",
        424 => "FailedDependency",
        425 => "TooEarly",
        426 => "UpgradeRequired",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        431 => "RequestHeaderFieldsTooLarge",
        451 => "UnavailableForLegalReasons",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        505 => "HttpVersionNotSupported",
        507 => "InsufficientStorage",
        508 => "LoopDetected",
        511 => "NetworkAuthenticationRequired",
        _ => return None,
    })
}
