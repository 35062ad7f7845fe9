//! Bodies of `multipart/form-data` and their parts.

use std::fmt;

use reqwest::multipart;
use serde::Serialize;
use serde_json::Value;

use super::Request;
use crate::error::Error;

/// A part of a form: a file or another value, with its file name and media type.
///
/// `Debug` does not show its content.
pub struct Part {
    content: Content,
    file_name: Option<String>,
    media_type: Option<String>,
}

enum Content {
    Bytes(Vec<u8>),
    #[cfg(not(target_arch = "wasm32"))]
    Stream(reqwest::Body, Option<u64>),
}

impl Part {
    /// A part of these bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { content: Content::Bytes(bytes.into()), file_name: None, media_type: None }
    }

    /// A part of this text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::bytes(text.into())
    }

    /// A part that is sent as it is read. With its length, if that is known, the whole request has a length.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn stream(stream: impl Into<reqwest::Body>, length: Option<u64>) -> Self {
        Self { content: Content::Stream(stream.into(), length), file_name: None, media_type: None }
    }

    /// The same part with a file name.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The same part with a media type.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    fn or_media_type(mut self, media_type: Option<&str>) -> Self {
        self.media_type = self.media_type.or_else(|| media_type.map(str::to_owned));
        self
    }

    fn into_multipart(self) -> reqwest::Result<multipart::Part> {
        let mut part = match self.content {
            Content::Bytes(bytes) => multipart::Part::bytes(bytes),
            #[cfg(not(target_arch = "wasm32"))]
            Content::Stream(stream, Some(length)) => multipart::Part::stream_with_length(stream, length),
            #[cfg(not(target_arch = "wasm32"))]
            Content::Stream(stream, None) => multipart::Part::stream(stream),
        };
        if let Some(name) = self.file_name {
            part = part.file_name(name);
        }
        match self.media_type {
            Some(media_type) => part.mime_str(&media_type),
            None => Ok(part),
        }
    }
}

impl From<Vec<u8>> for Part {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<&[u8]> for Part {
    fn from(bytes: &[u8]) -> Self {
        Self::bytes(bytes)
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl fmt::Debug for Part {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("file_name", &self.file_name)
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

/// The parts of a form in their order; a name may occur several times.
#[derive(Debug, Default)]
pub struct Parts {
    /// Name and part.
    pub list: Vec<(String, Part)>,
    /// Whether a value could not be encoded.
    pub is_broken: bool,
}

impl Parts {
    /// Adds files. A file without a media type gets the document's, or else `application/octet-stream`
    /// (RFC 7578, section 4.4).
    pub fn files(&mut self, name: &str, media_type: Option<&str>, files: impl IntoIterator<Item = Part>) {
        for file in files {
            let media_type = media_type.unwrap_or("application/octet-stream");
            self.list.push((name.to_owned(), file.or_media_type(Some(media_type))));
        }
    }

    /// Adds a value: a string as it is, an object as JSON, an array as a part for each element. `null` is left out.
    pub fn value<T: Serialize + ?Sized>(&mut self, name: &str, media_type: Option<&str>, value: &T) {
        match serde_json::to_value(value) {
            Ok(value) => self.json(name, media_type, value),
            Err(_) => self.is_broken = true,
        }
    }

    fn json(&mut self, name: &str, media_type: Option<&str>, value: Value) {
        let is_json = media_type.is_some_and(|media_type| media_type.contains("json"));
        let part = match value {
            Value::Null => return,
            Value::Array(values) if !is_json => {
                return values.into_iter().for_each(|value| self.json(name, media_type, value));
            }
            Value::String(text) if !is_json => Part::text(text),
            Value::Object(_) => Part::text(value.to_string()).media_type("application/json"),
            other => Part::text(other.to_string()),
        };
        self.list.push((name.to_owned(), part.or_media_type(media_type)));
    }
}

impl Request {
    /// Sets a form as body.
    pub fn multipart(&mut self, parts: Parts) {
        if parts.is_broken {
            self.refusal.get_or_insert(Error::Encode);
        }
        let mut form = multipart::Form::new();
        for (name, part) in parts.list {
            match part.into_multipart() {
                Ok(part) => form = form.part(name, part),
                Err(_) => self.refuse("body", "the media type of a part is malformed"),
            }
        }
        self.multipart = Some(form);
    }
}
