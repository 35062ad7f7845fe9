//! Requests that the server sends: webhooks, and callbacks of operations.

use super::{Content, Docs, HttpMethod, MediaType, Response, Type};

/// A request that the server sends.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    /// Its Rust name.
    pub rust: String,
    /// The name of the webhook, or the expression for the URL of a callback.
    pub wire: String,
    /// The operation that asks for a callback.
    pub callback_of: Option<String>,
    /// Its HTTP method.
    pub method: HttpMethod,
    /// The media types of its body.
    pub contents: Vec<Content>,
    /// The responses that the server accepts.
    pub responses: Vec<Response>,
    /// `summary`, cleaned.
    pub summary: Docs,
    /// `description`, cleaned.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
    /// Its operation in the document, for the comparison of two documents.
    #[cfg(feature = "diff")]
    pub origin: super::Origin,
}

impl Webhook {
    /// The type of its body as JSON.
    pub(crate) fn json(&self) -> Option<&Type> {
        let json = self.contents.iter().find(|content| matches!(content.media, MediaType::Json(_)))?;
        Some(json.ty.as_ref().unwrap_or(&Type::Any))
    }

    /// The types of its bodies and responses.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        let contents = self.contents.iter().chain(self.responses.iter().flat_map(|response| &response.contents));
        contents.flat_map(Content::types)
    }

    /// The types of its bodies and responses.
    pub(crate) fn types_mut(&mut self) -> impl Iterator<Item = &mut Type> {
        let responses = self.responses.iter_mut().flat_map(|response| &mut response.contents);
        self.contents.iter_mut().chain(responses).flat_map(Content::types_mut)
    }
}
