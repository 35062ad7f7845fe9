//! Problems: why and where a document is refused, and the remedy.

use std::fmt;

use crate::location::Location;

/// A reason why a document was refused.
///
/// `Display` is one line: location, message, remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    at: Location,
}

impl Problem {
    /// The same problem with its location mapped.
    pub(crate) fn relocated(self, location: impl FnOnce(&Location) -> Location) -> Self {
        Self { at: location(&self.at), ..self }
    }

    /// A problem of a setting: the name of the setting and the key of its entry.
    pub(crate) fn of_setting(
        setting: &'static str,
        key: &str,
        at: &Location,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let (key, what, cure) = (key.to_owned(), what.into().into_boxed_str(), cure.into().into_boxed_str());
        Self::new(ProblemKind::Setting { setting, key, what, cure }, at)
    }

    pub(crate) fn new(kind: ProblemKind, at: &Location) -> Self {
        Self { kind, at: at.clone() }
    }

    /// Whether the problem costs only the operations and components that contain it. Problems of settings, and of the
    /// document as a whole, refuse the document.
    pub(crate) fn is_flaw(&self) -> bool {
        !matches!(
            self.kind,
            ProblemKind::Setting { .. }
                | ProblemKind::UnknownTag { .. }
                | ProblemKind::UnknownOperation { .. }
                | ProblemKind::UnknownPath { .. }
                | ProblemKind::NoOperations { .. }
                | ProblemKind::TooManyTypes
                | ProblemKind::TooManyFiles { .. }
        )
    }

    /// A short, stable name of the kind of problem, such as `dangling-reference`. The README's `docs/codes.md` lists
    /// them.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The location in the document.
    pub fn location(&self) -> &Location {
        &self.at
    }

    /// The setting that causes the problem, if any: its name in a settings file and the key of its entry.
    pub fn setting(&self) -> Option<(&'static str, &str)> {
        match &self.kind {
            ProblemKind::Setting { setting, key, .. } => Some((setting, key)),
            ProblemKind::UnknownTag { setting, tag, .. } => Some((setting, tag)),
            ProblemKind::UnknownPath { setting, path, .. } => Some((setting, path)),
            ProblemKind::UnknownOperation { setting, operation, .. } => Some((setting, operation)),
            _ => None,
        }
    }

    /// The message, without the location and the remedy.
    pub fn message(&self) -> String {
        self.kind.to_string()
    }

    /// The remedy.
    pub fn remedy(&self) -> String {
        self.kind.remedy()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.kind)?;
        if let Some(asked_by) = self.at.via().last() {
            write!(f, " (reached by the `$ref` at {asked_by})")?;
        }
        write!(f, "; {}", self.kind.remedy())
    }
}

impl std::error::Error for Problem {}

/// The kinds of problem, with the data of their messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    Syntax {
        format: &'static str,
        message: String,
    },
    DuplicateKey,
    NotOpenApi,
    UnsupportedVersion {
        version: String,
    },
    WrongShape {
        expected: &'static str,
        found: &'static str,
    },
    Malformed {
        expected: &'static str,
        message: String,
    },
    MissingProperty {
        property: &'static str,
    },
    UnknownTag {
        setting: &'static str,
        tag: String,
        known: Vec<String>,
    },
    UnknownPath {
        setting: &'static str,
        path: String,
        known: Vec<String>,
    },
    UnknownOperation {
        setting: &'static str,
        operation: String,
        known: Vec<String>,
    },
    NoOperations {
        has_webhooks: bool,
    },
    DanglingReference {
        reference: String,
        nearest: Option<String>,
    },
    ExternalReference {
        reference: String,
    },
    UnreadableFile {
        file: String,
        what: String,
        cure: String,
    },
    TooManyFiles {
        what: String,
    },
    CircularReference {
        reference: String,
    },
    WrongSection {
        reference: String,
        expected: String,
    },
    MissingOperationId,
    RepeatedOperationId {
        id: String,
        first: Location,
    },
    PathTemplate {
        path: String,
    },
    UndeclaredPathParameter {
        name: String,
    },
    UnusedPathParameter {
        name: String,
    },
    RepeatedParameter {
        name: String,
    },
    UnknownSecurityScheme {
        name: String,
        known: Vec<String>,
    },
    Status {
        status: String,
    },
    NameCollision {
        name: String,
        given: String,
    },
    Unsupported {
        what: String,
    },
    Approximated {
        what: String,
    },
    Formality {
        what: String,
    },
    TooDeep,
    TooManyTypes,
    /// The texts are boxed, because every `Result` has the size of the largest problem.
    Setting {
        setting: &'static str,
        key: String,
        what: Box<str>,
        cure: Box<str>,
    },
}

/// The code of every kind of problem. See [`Problem::code`].
pub const PROBLEM_CODES: &[&str] = &[
    "syntax",
    "duplicate-key",
    "not-openapi",
    "unsupported-version",
    "wrong-shape",
    "malformed",
    "missing-property",
    "unknown-tag",
    "unknown-operation",
    "unknown-path",
    "no-operations",
    "dangling-reference",
    "external-reference",
    "unreadable-file",
    "too-many-files",
    "circular-reference",
    "wrong-section",
    "missing-operation-id",
    "repeated-operation-id",
    "path-template",
    "undeclared-path-parameter",
    "unused-path-parameter",
    "repeated-parameter",
    "unknown-security-scheme",
    "status",
    "name-collision",
    "unsupported",
    "approximated",
    "formality",
    "too-deep",
    "too-many-types",
    "setting",
];

impl ProblemKind {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::DuplicateKey => "duplicate-key",
            Self::NotOpenApi => "not-openapi",
            Self::UnsupportedVersion { .. } => "unsupported-version",
            Self::WrongShape { .. } => "wrong-shape",
            Self::Malformed { .. } => "malformed",
            Self::MissingProperty { .. } => "missing-property",
            Self::UnknownTag { .. } => "unknown-tag",
            Self::UnknownPath { .. } => "unknown-path",
            Self::UnknownOperation { .. } => "unknown-operation",
            Self::NoOperations { .. } => "no-operations",
            Self::DanglingReference { .. } => "dangling-reference",
            Self::ExternalReference { .. } => "external-reference",
            Self::UnreadableFile { .. } => "unreadable-file",
            Self::TooManyFiles { .. } => "too-many-files",
            Self::CircularReference { .. } => "circular-reference",
            Self::WrongSection { .. } => "wrong-section",
            Self::MissingOperationId => "missing-operation-id",
            Self::RepeatedOperationId { .. } => "repeated-operation-id",
            Self::PathTemplate { .. } => "path-template",
            Self::UndeclaredPathParameter { .. } => "undeclared-path-parameter",
            Self::UnusedPathParameter { .. } => "unused-path-parameter",
            Self::RepeatedParameter { .. } => "repeated-parameter",
            Self::UnknownSecurityScheme { .. } => "unknown-security-scheme",
            Self::Status { .. } => "status",
            Self::NameCollision { .. } => "name-collision",
            Self::Unsupported { .. } => "unsupported",
            Self::Approximated { .. } => "approximated",
            Self::Formality { .. } => "formality",
            Self::TooDeep => "too-deep",
            Self::TooManyTypes => "too-many-types",
            Self::Setting { .. } => "setting",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Syntax { .. } => "correct the syntax; an editor that knows the format shows the position".to_owned(),
            Self::DuplicateKey => "remove one of the two keys".to_owned(),
            Self::NotOpenApi => "use a document whose root has `openapi: 3.0.x`, `3.1.x` or `3.2.x`, or `swagger: \"2.0\"`".to_owned(),
            Self::UnsupportedVersion { version } if version.starts_with('1') => {
                "use the document of version 2.0 or later that the same server has, or convert this one".to_owned()
            }
            Self::UnsupportedVersion { .. } => {
                "the supported versions are written `swagger: \"2.0\"`, `openapi: \"3.0.3\"`, `openapi: \"3.1.1\"` and `openapi: \"3.2.0\"`".to_owned()
            }
            Self::WrongShape { expected, .. } => format!("change it to {expected}"),
            Self::Malformed { .. } => "see the OpenAPI specification for the properties of this object".to_owned(),
            Self::MissingProperty { property } => format!("add `{property}`"),
            Self::UnknownTag { known, .. } => format!("known tags: {}", list(known)),
            Self::UnknownPath { known, .. } => format!("known paths: {}", list(known)),
            Self::UnknownOperation { known, .. } => format!("known operations: {}", list(known)),
            Self::NoOperations { has_webhooks: true } => {
                "webhooks are requests to your program: for their types alone, use the settings `types-only = true` and \
                 `all-schemas = true`"
                    .to_owned()
            }
            Self::NoOperations { has_webhooks: false } => {
                "add operations to `paths`, or for types alone use the settings `types-only = true` and `all-schemas = \
                 true`"
                    .to_owned()
            }
            Self::DanglingReference { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::DanglingReference { nearest: None, .. } => "add the target, or correct the pointer".to_owned(),
            Self::ExternalReference { .. } => {
                "give the path of the document, so that its other files can be read; if this is the document's own name, \
                 use the setting `document-name`"
                    .to_owned()
            }
            Self::UnreadableFile { cure, .. } => cure.clone(),
            Self::TooManyFiles { .. } => "choose fewer files, or refer only to the files that are needed".to_owned(),
            Self::CircularReference { .. } => "let one of the references point to an object".to_owned(),
            Self::WrongSection { expected, .. } => format!("refer to an object under `{expected}`"),
            Self::MissingOperationId => "give the operation an `operationId`".to_owned(),
            Self::RepeatedOperationId { .. } => "give each operation a unique `operationId`".to_owned(),
            Self::PathTemplate { .. } => "write each parameter as `{name}`, without nesting".to_owned(),
            Self::UndeclaredPathParameter { name } => {
                format!("declare a parameter `{name}` with `in: path` and `required: true`")
            }
            Self::UnusedPathParameter { name } => format!("add `{{{name}}}` to the path, or remove the parameter"),
            Self::RepeatedParameter { .. } => "remove one of the two parameters".to_owned(),
            Self::UnknownSecurityScheme { known, .. } => format!("known schemes: {}", list(known)),
            Self::Status { .. } => "use a code such as `404`, a range such as `4XX`, or `default`".to_owned(),
            Self::NameCollision { .. } => "rename one of the two in the document".to_owned(),
            Self::Unsupported { .. } => {
                "change the document, for example with an overlay, or choose only other operations".to_owned()
            }
            Self::Approximated { .. } => "declare the exact type in the schema, or turn `strict` off".to_owned(),
            Self::Formality { .. } => "correct the document, or turn `strict` off".to_owned(),
            Self::TooDeep => "move inner schemas into components".to_owned(),
            Self::TooManyTypes => {
                "move the schemas inside repeated `allOf` branches into components, or choose fewer operations"
                    .to_owned()
            }
            Self::Setting { cure, .. } => cure.to_string(),
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { format, message } => write!(f, "invalid {format}: {message}"),
            Self::DuplicateKey => f.write_str("the key is repeated"),
            Self::NotOpenApi => f.write_str("not an OpenAPI document: the property `openapi` is missing"),
            Self::UnsupportedVersion { version } => write!(f, "OpenAPI version {version} is not supported"),
            Self::WrongShape { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Malformed { expected, message } => write!(f, "expected {expected}: {message}"),
            Self::MissingProperty { property } => write!(f, "`{property}` is missing"),
            Self::UnknownTag { tag, .. } => write!(f, "no operation has the tag `{tag}`"),
            Self::UnknownPath { path, .. } => write!(f, "no operation has the path `{path}`"),
            Self::UnknownOperation { operation, .. } => write!(f, "there is no operation `{operation}`"),
            Self::NoOperations { .. } => f.write_str("there is no operation to generate"),
            Self::DanglingReference { reference, .. } => write!(f, "the target of `$ref: {reference}` does not exist"),
            Self::ExternalReference { reference } => write!(f, "`$ref: {reference}` points to another document"),
            Self::UnreadableFile { file, what, .. } => write!(f, "the file `{file}` cannot be read: {what}"),
            Self::TooManyFiles { what } => write!(f, "the document has {what}"),
            Self::CircularReference { reference } => write!(f, "`$ref: {reference}` points to itself"),
            Self::WrongSection { reference, expected } => {
                write!(f, "the target of `$ref: {reference}` is not one of `{expected}`")
            }
            Self::MissingOperationId => f.write_str("the operation has no `operationId`"),
            Self::RepeatedOperationId { id, first } => {
                write!(f, "the operation at {first} has the same `operationId: {id}`")
            }
            Self::PathTemplate { path } => write!(f, "the path template `{path}` is malformed"),
            Self::UndeclaredPathParameter { name } => {
                write!(f, "the parameter `{name}` of the path is not declared")
            }
            Self::UnusedPathParameter { name } => write!(f, "the path parameter `{name}` is not in the path"),
            Self::RepeatedParameter { name } => write!(f, "the parameter `{name}` is declared twice"),
            Self::UnknownSecurityScheme { name, .. } => write!(f, "there is no security scheme `{name}`"),
            Self::Status { status } => write!(f, "invalid status `{status}`"),
            Self::NameCollision { name, given } => {
                write!(f, "the Rust name `{name}` is already taken (this item would be named `{given}`)")
            }
            Self::Unsupported { what } | Self::Approximated { what } | Self::Formality { what } => f.write_str(what),
            Self::TooDeep => f.write_str("the schemas are nested too deeply"),
            Self::TooManyTypes => f.write_str("the schemas result in too many types to compile"),
            Self::Setting { setting, key, what, .. } => write!(f, "the setting `{setting}` for `{key}`: {what}"),
        }
    }
}

/// Lists at most twenty entries, to keep the message readable.
fn list(entries: &[String]) -> String {
    const MOST: usize = 20;
    if entries.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<String> = entries.iter().take(MOST).map(|entry| format!("`{entry}`")).collect();
    let more = entries.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
