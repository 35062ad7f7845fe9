//! Operations: what is sent, and every answer that is declared.

use std::fmt;

use super::{Docs, Name, Origin, Requirement, Server, Type};

/// One operation of the API.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// `operationId` and the name of the method.
    pub name: Name,
    /// The type names of what is made for this operation alone start with this.
    pub type_prefix: String,
    /// The names of the items that belong to it.
    pub names: OperationNames,
    /// Where it stands.
    pub origin: Origin,
    /// Its HTTP method.
    pub method: HttpMethod,
    /// The path as the document writes it.
    pub path: String,
    /// The query that the document writes behind the path, which is sent as it stands.
    pub query: String,
    /// The server of this operation alone.
    pub server: Option<Server>,
    /// The path in parts.
    pub parts: Vec<PathPart>,
    /// Its parameters: path parameters in the order of the path, then the others in the order of the document.
    pub parameters: Vec<Parameter>,
    /// What it takes as body.
    pub body: Option<Body>,
    /// Every declared answer: codes in ascending order, then ranges, then `default`.
    pub arms: Vec<Arm>,
    /// The headers that its answers declare, each once.
    pub headers: Vec<Header>,
    /// Alternatives, of which one is needed. Empty: the operation never sends a credential.
    pub security: Vec<Requirement>,
    /// How its answer can be read while it comes.
    pub stream: Option<Stream>,
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
    /// Its form in parts.
    pub form: String,
    /// The enum of its successes.
    pub success: String,
    /// The enum of its failures.
    pub failure: String,
    /// The accessors of its response headers.
    pub headers: String,
}

impl Operation {
    /// Whether something may be left out that a struct of optional parameters holds.
    pub(crate) fn has_optional(&self) -> bool {
        let has_optional_body = self
            .body
            .as_ref()
            .is_some_and(|body| !body.required && body.contents.len() == 1 && !body.has_form_in_parts());
        has_optional_body || self.parameters.iter().any(|parameter| !parameter.required)
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

impl HttpMethod {
    /// Every method that a path item may have, with its key.
    pub(crate) const ALL: [(&'static str, HttpMethod); 8] = [
        ("get", HttpMethod::Get),
        ("put", HttpMethod::Put),
        ("post", HttpMethod::Post),
        ("delete", HttpMethod::Delete),
        ("options", HttpMethod::Options),
        ("head", HttpMethod::Head),
        ("patch", HttpMethod::Patch),
        ("trace", HttpMethod::Trace),
    ];

    /// The method's name as it is sent.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            HttpMethod::Get => "GET",
            HttpMethod::Put => "PUT",
            HttpMethod::Post => "POST",
            HttpMethod::Delete => "DELETE",
            HttpMethod::Options => "OPTIONS",
            HttpMethod::Head => "HEAD",
            HttpMethod::Patch => "PATCH",
            HttpMethod::Trace => "TRACE",
        }
    }
}

/// A part of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathPart {
    /// Text that is sent as it stands.
    Literal(String),
    /// The parameter with this index in [`Operation::parameters`].
    Parameter(usize),
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub name: Name,
    /// Where it is declared; the operation, where nothing declares it.
    pub origin: Origin,
    /// Where it is sent.
    pub location: ParameterLocation,
    /// Its type.
    pub ty: Type,
    /// Whether it has to be given.
    pub required: bool,
    /// `deprecated`.
    pub deprecated: bool,
    /// How arrays and objects are written.
    pub style: ParameterStyle,
    /// What the document says of it.
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
    /// `content` in place of `schema`: the value as JSON text.
    Json,
}

/// What an operation takes as body.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    /// Whether it has to be given.
    pub required: bool,
    /// The media types that may be sent, in the order of the document; never empty.
    pub contents: Vec<Content>,
    /// What the document says of it.
    pub docs: Docs,
}

impl Body {
    /// Whether one of its media types is a form in parts.
    pub(crate) fn has_form_in_parts(&self) -> bool {
        self.contents.iter().any(|content| content.media == MediaType::Multipart)
    }
}

/// A media type and what a body of it holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    /// The media type.
    pub media: MediaType,
    /// Where it stands.
    pub origin: Origin,
    /// Its type; `None` where the document gives no schema, or the body is kept as it comes.
    pub ty: Option<Type>,
    /// What the document says of single members of a form.
    pub members: Vec<FormMember>,
    /// The Rust name of its variant, in the enum of an operation's bodies.
    pub variant: String,
}

/// How a member of a form is sent, where that does not follow from its type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FormMember {
    /// Its name on the wire.
    pub wire: String,
    /// Whether it is a file: bytes, and not a JSON value. Only in `multipart/form-data`.
    pub is_file: bool,
    /// `encoding.style` and its companions. Only in `application/x-www-form-urlencoded`.
    pub style: Option<ParameterStyle>,
    /// `encoding.contentType`.
    pub content_type: Option<String>,
}

impl FormMember {
    /// Whether a member of a form that is not in parts is written in its own way.
    pub(crate) fn is_special(&self) -> bool {
        self.style.is_some() || self.is_json()
    }

    /// Whether it is sent as JSON even where it is a list or a text.
    pub(crate) fn is_json(&self) -> bool {
        self.content_type.as_deref().is_some_and(|media| media.contains("json"))
    }
}

/// A media type, as far as it decides how a body is read and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    /// `application/json` or a `+json` type, as written; also a range such as `*/*` whose schema is not one of a text.
    Json(String),
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `text/*`, `application/jwt` and other types whose schema is a plain string, as written.
    Text(String),
    /// Anything else: bytes, as written.
    Bytes(String),
}

impl MediaType {
    /// The type as it stands in a header.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            MediaType::Json(text) | MediaType::Text(text) | MediaType::Bytes(text) => text,
            MediaType::Form => "application/x-www-form-urlencoded",
            MediaType::Multipart => "multipart/form-data",
        }
    }

    /// The type in a word, for names: its subtype, as a rule.
    pub(crate) fn short_name(&self) -> &str {
        match self {
            MediaType::Form => "Form",
            MediaType::Multipart => "Multipart",
            other if other.as_str().starts_with('*') => "Any",
            other if other.as_str().ends_with("/*") => other.as_str().trim_end_matches("/*"),
            other => other.as_str().rsplit('/').next().unwrap_or_default(),
        }
    }
}

/// An answer that can be read while it comes.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    /// The name of the method for it.
    pub name: Name,
    /// What comes.
    pub kind: StreamKind,
    /// The answers that come so: status and media type.
    pub answers: Vec<(Status, String)>,
    /// The type of each value.
    pub item: Option<Type>,
}

/// What comes in a [`Stream`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamKind {
    /// Bytes.
    Bytes,
    /// Server-sent events whose data is JSON.
    Events,
    /// Lines of JSON.
    Lines,
}

/// A declared answer.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    /// The statuses it is for.
    pub status: Status,
    /// The media types it may come in; empty where it has no body.
    pub contents: Vec<Content>,
    /// The names of the declared headers.
    pub headers: Vec<String>,
    /// What the document says of it.
    pub docs: Docs,
}

/// A header that an answer may have.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// Its name, and that of its accessor.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// How it is written.
    pub form: HeaderForm,
    /// `deprecated`.
    pub deprecated: bool,
    /// What the document says of it.
    pub docs: Docs,
}

/// How a value is written in a header (OpenAPI, style `simple`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderForm {
    /// A text as it is.
    Text,
    /// A number or a boolean; with `content`, any value as JSON.
    Json,
    /// Several, with commas between them.
    List {
        /// Whether each is a number or a boolean.
        of_json: bool,
    },
}

/// The statuses of an [`Arm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Status {
    /// One code.
    Code(u16),
    /// A range such as `4XX`, by its first digit.
    Range(u8),
    /// `default`: every status that no other arm is for.
    Default,
}

impl Status {
    /// Whether an answer with this status is the wanted one: below 400.
    /// `None` for `default`, which depends on what else is declared.
    pub(crate) fn is_success(self) -> Option<bool> {
        match self {
            Status::Code(code) => Some(code < 400),
            Status::Range(digit) => Some(digit < 4),
            Status::Default => None,
        }
    }
}

impl Status {
    /// The status in words, as the beginning of a Rust name: `BadRequest`, `ClientError`, `Default`.
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

/// The reason phrase of RFC 9110 as a Rust name.
fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritativeInformation",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
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
        422 => "UnprocessableContent",
        423 => "Locked",
        424 => "FailedDependency",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        431 => "RequestHeaderFieldsTooLarge",
        451 => "UnavailableForLegalReasons",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        507 => "InsufficientStorage",
        _ => return None,
    })
}
