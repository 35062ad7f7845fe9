//! Bodies of `multipart/form-data` and their parts.

use std::fmt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use reqwest::multipart;
use serde::Serialize;
use serde_json::Value;

use super::{Body, Request};
use crate::error::Error;
use crate::json::secret_serde::Collecting;
use crate::secret::Secret;

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

    /// The number of bytes, if it is known.
    fn length(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Content::Stream(_, length) => *length,
        }
    }

    fn is_stream(&self) -> bool {
        !matches!(self.content, Content::Bytes(_))
    }

    /// The same part without content.
    fn empty(&self) -> Self {
        let (file_name, media_type) = (self.file_name.clone(), self.media_type.clone());
        Self { file_name, media_type, ..Self::bytes(Vec::new()) }
    }

    fn into_multipart(self) -> reqwest::Result<multipart::Part> {
        let mut part = match self.content {
            Content::Bytes(bytes) => multipart::Part::bytes(bytes),
            Content::Stream(stream, Some(length)) => multipart::Part::stream_with_length(stream, length),
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
    /// The secrets among the values.
    pub(crate) secrets: Vec<Secret>,
}

impl Parts {
    /// Adds files. A file without a media type gets the document's, or else `application/octet-stream` (RFC 7578, section 4.4).
    /// A file without a name gets that of the property: servers take a part without one for a text (section 4.2).
    pub fn files(&mut self, name: &str, media_type: Option<&str>, files: impl IntoIterator<Item = Part>) {
        for file in files {
            let media_type = media_type.unwrap_or("application/octet-stream");
            let file_name = file.file_name.clone().unwrap_or_else(|| name.to_owned());
            self.list.push((name.to_owned(), file.or_media_type(Some(media_type)).file_name(file_name)));
        }
    }

    /// Adds a value: a string as it is, an object as JSON, an array as a part for each element. `null` is left out.
    pub fn value<T: Serialize + ?Sized>(&mut self, name: &str, media_type: Option<&str>, value: &T) {
        let collecting = Collecting::start();
        let value = serde_json::to_value(value);
        self.secrets.extend(collecting.end());
        match value {
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
            Value::Object(_) => {
                let media_type = media_type.unwrap_or("application/json");
                Part::text(value.to_string()).media_type(media_type)
            }
            other => Part::text(other.to_string()),
        };
        self.list.push((name.to_owned(), part.or_media_type(media_type)));
    }
}

impl Request {
    /// Sets a form as body.
    pub fn multipart(&mut self, parts: Parts) {
        self.secrets.extend(parts.secrets);
        if parts.is_broken {
            self.refusal.get_or_insert(Error::Encode);
        }
        let Ok(body) = body(parts.list) else {
            return self.refuse("body", "the media type of a part is malformed");
        };
        self.body = Some(body);
    }
}

/// The body of a form: its bytes, so that it can be sent again; or a stream, if a part is one.
fn body(parts: Vec<(String, Part)>) -> reqwest::Result<Body> {
    let is_stream = parts.iter().any(|(_, part)| part.is_stream());
    let contents: Option<u64> = parts.iter().map(|(_, part)| part.length()).sum();
    // A form with empty contents has the length of everything else.
    let empty = parts.iter().map(|(name, part)| (name.clone(), part.empty())).collect();
    let form = form(parts)?;
    let media_type = format!("multipart/form-data; boundary={}", form.boundary()).into();
    if !is_stream {
        return Ok(Body { media_type, content: collected(form.into_stream())?.into(), length: None });
    }
    let length = match contents {
        Some(contents) => length_without_contents(empty, form.boundary())?.and_then(|rest| rest.checked_add(contents)),
        None => None,
    };
    Ok(Body { media_type, content: reqwest::Body::wrap_stream(form.into_stream()), length })
}

/// The length of a form with empty contents, if its boundary is as long as this one.
fn length_without_contents(parts: Vec<(String, Part)>, boundary: &str) -> reqwest::Result<Option<u64>> {
    let form = form(parts)?;
    let is_alike = form.boundary().len() == boundary.len();
    let length = collected(form.into_stream())?.len();
    Ok(u64::try_from(length).ok().filter(|_| is_alike))
}

fn form(parts: Vec<(String, Part)>) -> reqwest::Result<multipart::Form> {
    parts.into_iter().try_fold(multipart::Form::new(), |form, (name, part)| Ok(form.part(name, part.into_multipart()?)))
}

/// The bytes of a stream that is all in memory.
fn collected<B: AsRef<[u8]>>(stream: impl Stream<Item = reqwest::Result<B>>) -> reqwest::Result<Vec<u8>> {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    let mut bytes = Vec::new();
    while let Poll::Ready(Some(piece)) = stream.as_mut().poll_next(&mut context) {
        bytes.extend_from_slice(piece?.as_ref());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &Body) -> String {
        String::from_utf8(body.content.as_bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_form_in_memory_can_be_sent_again() {
        let body =
            body(vec![("a".to_owned(), Part::text("1")), ("b".to_owned(), Part::text("2").file_name("f"))]).unwrap();
        let boundary = body.media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(
            text(&body),
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"b\"; filename=\"f\"\r\n\r\n2\r\n--{boundary}--\r\n"
            )
        );
        assert!(body.length.is_none() && text(&super::body(Vec::new()).unwrap()).is_empty());
    }

    #[test]
    fn a_stream_has_a_length_if_all_its_parts_have_one() {
        let stream = |length| ("a".to_owned(), Part::stream("12345", length));
        let known = body(vec![stream(Some(5)), ("b".to_owned(), Part::text("2"))]).unwrap();
        let whole = body(vec![("a".to_owned(), Part::text("12345")), ("b".to_owned(), Part::text("2"))]).unwrap();
        assert_eq!(known.length, Some(u64::try_from(text(&whole).len()).unwrap()));
        assert_eq!(body(vec![stream(None)]).unwrap().length, None);
    }
}
