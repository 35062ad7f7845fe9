//! Classifies the responses of an operation as successes and failures.

use super::{Content, MediaType, Operation, Response, Status, Type};

/// The content of a response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Payload {
    /// No body.
    Unit,
    /// JSON of this type.
    Json(Type),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

impl Payload {
    /// The payload of a body of this media type and schema.
    pub(crate) fn of(content: &Content) -> Self {
        match (&content.media, &content.ty) {
            (MediaType::Json(_), Some(ty)) => Payload::Json(ty.without_formats()),
            (MediaType::Json(_), None) => Payload::Json(Type::Any),
            (MediaType::Text(_), _) => Payload::Text,
            (MediaType::Form | MediaType::Multipart | MediaType::Bytes(_), _) => Payload::Bytes,
        }
    }
}

impl Operation {
    /// The successes: responses below 400, and `default` if no 2xx is declared.
    pub(crate) fn successes(&self) -> Vec<&Response> {
        let declares_success =
            self.responses.iter().any(|response| matches!(response.status, Status::Code(200..300) | Status::Range(2)));
        self.responses.iter().filter(|response| response.status.is_success().unwrap_or(!declares_success)).collect()
    }

    /// The failures: responses from 400 on, and `default`. If no 2xx is declared, `default` is a success below 400 and
    /// a failure of the same type from 400 on.
    pub(crate) fn failures(&self) -> Vec<&Response> {
        self.responses.iter().filter(|response| response.status.is_success() != Some(true)).collect()
    }

    /// Whether the successes have different payloads.
    pub(crate) fn success_needs_enum(&self) -> bool {
        differ(&self.successes())
    }

    /// Whether the failures have different payloads.
    pub(crate) fn failure_needs_enum(&self) -> bool {
        differ(&self.failures())
    }
}

fn differ(responses: &[&Response]) -> bool {
    let mut payloads = responses.iter().flat_map(|response| {
        let none = response.contents.is_empty().then_some(Payload::Unit);
        none.into_iter().chain(response.contents.iter().map(Payload::of))
    });
    payloads.next().is_some_and(|first| payloads.any(|payload| payload != first))
}
