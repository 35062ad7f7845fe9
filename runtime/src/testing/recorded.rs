//! A request that a client sent to a [`MockTransport`](super::MockTransport), readable as typed values.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::MockError;
use super::template::parameters;
use crate::operation::Operation;

/// A request that a client sent, with all of its body.
#[derive(Clone)]
pub struct RecordedRequest {
    pub(super) operation: Option<&'static Operation>,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl RecordedRequest {
    /// The operation that was called; `None` for a request that the program made itself.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.operation
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The headers, with those of the credential.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A header as text; `None` if the request does not have it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A parameter of the path.
    ///
    /// ```
    /// # use openapi_smith_runtime::testing::{MockError, RecordedRequest};
    /// # fn example(request: &RecordedRequest) -> Result<(), MockError> {
    /// let id: i64 = request.path_parameter("petId")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The path has no such parameter, or its value does not have the type.
    pub fn path_parameter<T: DeserializeOwned>(&self, name: &str) -> Result<T, MockError> {
        let template = self.operation.map_or("", |operation| operation.path);
        let found = parameters(template, self.url.path()).unwrap_or_default();
        let value = found.into_iter().find(|(found, _)| found == name);
        let (_, value) =
            value.ok_or_else(|| MockError::new(format!("the path `{template}` has no parameter `{name}`")))?;
        typed(name, &value)
    }

    /// A query parameter; `None` if it was not sent.
    ///
    /// # Errors
    ///
    /// It was sent more than once, or its value does not have the type.
    pub fn query<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, MockError> {
        let mut values = self.query_values(name)?;
        match values.len() {
            0 | 1 => Ok(values.pop()),
            count => Err(MockError::new(format!("the query parameter `{name}` was sent {count} times"))),
        }
    }

    /// The values of a query parameter that is sent once for each value.
    ///
    /// # Errors
    ///
    /// A value does not have the type.
    pub fn query_values<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, MockError> {
        let pairs = self.url.query_pairs().filter(|(found, _)| found == name);
        pairs.map(|(_, value)| typed(name, &value)).collect()
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// The body is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, MockError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let media = self.header(CONTENT_TYPE.as_str()).unwrap_or("no media type");
            MockError::new(format!("the body ({} bytes, {media}) does not have the type: {error}", self.body.len()))
        })
    }

    /// The fields of a URL-encoded form, in the order in which they were sent.
    pub fn form(&self) -> Vec<(String, String)> {
        let mut url = self.url.clone();
        url.set_query(std::str::from_utf8(&self.body).ok());
        url.query_pairs().into_owned().collect()
    }

    /// The operation and its path, for messages.
    pub(super) fn shown(&self) -> String {
        match self.operation {
            Some(operation) => format!("`{}` ({} {})", operation.id, operation.method, operation.path),
            None => format!("{} {}", self.method, self.url.path()),
        }
    }
}

/// Shows no value: the request may have secrets.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("operation_id", &self.operation.map(|operation| operation.id))
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The value of a text: the text itself, or the JSON that it is.
fn typed<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, MockError> {
    T::deserialize(Value::String(text.to_owned()))
        .or_else(|error| serde_json::from_str(text).map_err(|_| error))
        .map_err(|error| MockError::new(format!("the parameter `{name}` does not have the type: {error}")))
}
