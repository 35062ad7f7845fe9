//! A response: which of the declared ones it is, and how its body becomes a value.

mod body_buffer;
mod headers;
mod media;
mod raw;
mod server_message;
pub(crate) mod stream;

pub(crate) use body_buffer::BodyBuffer;
pub use headers::{HeaderForm, Headers, InvalidHeader};
pub use raw::RawResponse;
pub(crate) use server_message::{one_line, server_message};
pub(crate) use stream::Reopen;
pub use stream::{ByteStream, Event, EventStream, JsonStream, Source};

use std::fmt;

use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use crate::error::{Error, Failure, Undecoded, UndecodedReason};
use crate::json;
use crate::operation::Operation;

/// How a response becomes the value of its operation.
pub(crate) type Decode<T, E, R = Response> = fn(R) -> Result<ResponseValue<T>, Error<E>>;

/// A response that the operation declares.
pub struct Response {
    /// Which of [`Operation::responses`] it is. Two empty texts if it is none of them.
    pub declared: (&'static str, &'static str),
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: BodyBuffer,
    /// What the server says about a failure, without secrets.
    pub(crate) message: Option<Box<str>>,
}

impl Response {
    /// Which of the declared responses has this status and media type. The most specific status is first, then the media
    /// type. If a 2xx is declared, `default` is for failures.
    ///
    /// Servers often respond with another 2xx than they declare. Unless it is strict, such a response is read as one of the
    /// declared 2xx, chosen by the media type.
    pub(crate) fn declared(
        operation: &Operation,
        status: StatusCode,
        headers: &HeaderMap,
        is_strict: bool,
    ) -> Result<(&'static str, &'static str), UndecodedReason> {
        let declares_success = operation.responses.iter().any(|(declared, _)| declared.starts_with('2'));
        let tests: [fn(&str, StatusCode) -> bool; 4] = [is_code, is_range, is_default, is_other_success];
        let allowed = |index: usize| match index {
            2 => !declares_success || status.as_u16() >= 400,
            3 => !is_strict,
            _ => true,
        };
        let sent = headers.get(CONTENT_TYPE).map(|value| std::str::from_utf8(value.as_bytes()).unwrap_or_default());
        for (_, is_status) in tests.iter().enumerate().filter(|(index, _)| allowed(*index)) {
            let candidates = operation.responses.iter().filter(|(declared, _)| is_status(declared, status));
            if candidates.clone().next().is_some() {
                return media::chosen(candidates, sent, is_strict).ok_or(UndecodedReason::MediaType);
            }
        }
        Err(UndecodedReason::Status)
    }

    /// Whether the operation declares a response with this status and exactly this media type, or without a body.
    #[cfg(feature = "testing")]
    pub(crate) fn is_declared(operation: &Operation, status: StatusCode, headers: &HeaderMap) -> bool {
        let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Self::declared(operation, status, headers, true).is_ok_and(|(_, media)| media::is_named(media, sent))
    }

    /// The declared JSON type of the responses with this status.
    #[cfg(feature = "testing")]
    pub(crate) fn declared_json(operation: &Operation, status: StatusCode) -> Option<&'static str> {
        let declared = Self::declared(operation, status, &media::as_json(), true).ok()?;
        media::is_json(declared.1).then_some(declared.1)
    }

    /// The response in an error that says that it is not declared, or the error again.
    pub(crate) fn undeclared_in(error: Error) -> Result<Self, Error> {
        let is_undeclared =
            |reason: &UndecodedReason| matches!(reason, UndecodedReason::Status | UndecodedReason::MediaType);
        match error {
            Error::Undecoded(undecoded) if is_undeclared(undecoded.reason()) => {
                let message = undecoded.server_message().map(Box::from);
                let (status, headers, body) = undecoded.into_parts();
                Ok(Self { declared: ("", ""), status, headers, body: BodyBuffer::Joined(body), message })
            }
            other => Err(other),
        }
    }

    /// Whether the status is one of success. For a response that is declared for both sides.
    pub fn is_success(&self) -> bool {
        self.status.as_u16() < 400
    }

    /// Decodes the body as JSON.
    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T, UndecodedReason> {
        json::decode(self.body.as_slice())
    }

    /// Takes the body as text. A JSON string in place of the declared text is that string.
    pub fn text(&mut self) -> Result<String, UndecodedReason> {
        if media::is_text_as_json(self.declared.1, self.media_type())
            && let Ok(text) = json::decode(self.body.as_slice())
        {
            return Ok(text);
        }
        self.raw_text()
    }

    /// Takes the body as text, whatever it is.
    pub(crate) fn raw_text(&mut self) -> Result<String, UndecodedReason> {
        String::from_utf8(self.take()).map_err(|error| {
            self.body = BodyBuffer::Joined(error.into_bytes());
            UndecodedReason::NotUtf8
        })
    }

    /// Takes the body as it is.
    pub fn bytes(&mut self) -> Result<Vec<u8>, UndecodedReason> {
        Ok(self.take())
    }

    /// The media type that was sent.
    fn media_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE).map(|value| std::str::from_utf8(value.as_bytes()).unwrap_or_default())
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::replace(&mut self.body, BodyBuffer::empty()).into_vec()
    }

    /// Reads nothing: the response is declared without a body.
    pub fn nothing(&mut self) -> Result<(), UndecodedReason> {
        Ok(())
    }

    /// The value of a success: `read` from the body, made the operation's own type.
    pub fn success<T, U, E>(
        mut self,
        read: fn(&mut Self) -> Result<T, UndecodedReason>,
        into: fn(T) -> U,
    ) -> Result<ResponseValue<U>, Error<E>> {
        match read(&mut self) {
            Ok(value) => Ok(ResponseValue::new(into(value), self.status, self.headers)),
            Err(reason) => Err(self.undecoded(reason)),
        }
    }

    /// A declared failure: `read` from the body, made the operation's own type.
    pub fn failure<T, U, E>(
        mut self,
        read: fn(&mut Self) -> Result<T, UndecodedReason>,
        into: fn(T) -> E,
    ) -> Result<ResponseValue<U>, Error<E>> {
        // Reading text and bytes takes the body away.
        let body = self.body.as_slice().to_vec();
        match read(&mut self) {
            Ok(value) => {
                let Self { status, headers, message, .. } = self;
                Err(Error::Failure(Box::new(Failure { value: into(value), status, headers, body, message })))
            }
            Err(reason) => Err(self.undecoded(reason)),
        }
    }

    /// A response that the operation does not declare.
    pub fn undeclared<U, E>(self) -> Result<ResponseValue<U>, Error<E>> {
        Err(self.undecoded(UndecodedReason::Status))
    }

    fn undecoded<E>(self, reason: UndecodedReason) -> Error<E> {
        let encoding = self.headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let reason = match (reason, encoding) {
            (
                UndecodedReason::Decode { .. } | UndecodedReason::Missing { .. } | UndecodedReason::NotUtf8,
                Some(encoding),
            ) if !encoding.eq_ignore_ascii_case("identity") => {
                UndecodedReason::Compressed { encoding: encoding.into_owned() }
            }
            // A page in place of JSON: its type tells more than the first character of it.
            (UndecodedReason::Decode { mismatch, .. }, _)
                if mismatch == json::NOT_JSON && media::is_no_json(self.declared.1, self.media_type()) =>
            {
                UndecodedReason::MediaType
            }
            (reason, _) => reason,
        };
        let undecoded = Undecoded::new(self.status, self.headers, self.body.into_vec(), reason);
        Error::Undecoded(Box::new(undecoded.with_message(self.message)))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

fn is_code(declared: &str, status: StatusCode) -> bool {
    declared == status.as_str()
}

/// `4XX`.
fn is_range(declared: &str, status: StatusCode) -> bool {
    declared.ends_with("XX") && declared.get(..1) == status.as_str().get(..1)
}

fn is_default(declared: &str, _: StatusCode) -> bool {
    declared == "default"
}

/// Another 2xx.
fn is_other_success(declared: &str, status: StatusCode) -> bool {
    status.is_success() && declared.starts_with('2')
}

#[cfg(test)]
mod tests {
    use super::*;

    type Declared = &'static [(&'static str, &'static str)];

    fn chosen(responses: Declared, status: u16, media_type: Option<&str>) -> Result<&'static str, UndecodedReason> {
        chosen_if(true, responses, status, media_type)
    }

    fn chosen_if(
        is_strict: bool,
        responses: Declared,
        status: u16,
        media_type: Option<&str>,
    ) -> Result<&'static str, UndecodedReason> {
        let operation = Operation {
            id: "",
            method: "GET",
            path: "",
            server: None,
            accept: "",
            security: &[],
            schemes: "",
            responses,
        };
        let mut headers = HeaderMap::new();
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
        }
        let (status, media_type) =
            Response::declared(&operation, StatusCode::from_u16(status).unwrap(), &headers, is_strict)?;
        Ok(if media_type.is_empty() { status } else { media_type })
    }

    #[test]
    fn the_most_specific_status_is_chosen() {
        const ALL: Declared = &[("200", ""), ("404", ""), ("4XX", ""), ("default", "")];
        for (status, declared) in [(200, "200"), (404, "404"), (400, "4XX"), (500, "default")] {
            assert_eq!(chosen(ALL, status, None), Ok(declared), "{status}");
        }
        assert_eq!(chosen(ALL, 204, None), Err(UndecodedReason::Status), "`default` is for failures here");
        assert_eq!(chosen(&[("default", "")], 204, None), Ok("default"));
        const REDIRECT: Declared = &[("304", ""), ("default", "")];
        for (status, declared) in [(200, "default"), (304, "304"), (301, "default"), (500, "default")] {
            assert_eq!(chosen(REDIRECT, status, None), Ok(declared), "only a 2xx takes `default` away: {status}");
        }
        assert_eq!(chosen(&[("4XX", "")], 500, None), Err(UndecodedReason::Status));
    }

    #[test]
    fn another_success_is_read_as_a_declared_one() {
        const JSON: Declared = &[("200", "application/json"), ("204", ""), ("404", "")];
        assert_eq!(chosen_if(true, JSON, 201, Some("application/json")), Err(UndecodedReason::Status));
        for (status, sent, expected) in [
            (201, Some("application/json"), Ok("application/json")),
            (202, Some("text/html"), Ok("204")),
            (201, None, Ok("204")),
            (204, Some("application/json"), Ok("204")),
            (302, Some("application/json"), Err(UndecodedReason::Status)),
            (500, Some("application/json"), Err(UndecodedReason::Status)),
        ] {
            assert_eq!(chosen_if(false, JSON, status, sent), expected, "{status} {sent:?}");
        }
        assert_eq!(chosen_if(false, &[("200", "")], 202, Some("application/json")), Ok("200"));
        assert_eq!(chosen_if(false, &[("201", ""), ("default", "")], 200, None), Ok("201"));
    }

    #[test]
    fn json_and_text_come_with_other_media_types() {
        const JSON: Declared = &[("200", "application/json")];
        assert_eq!(chosen_if(false, JSON, 200, Some("text/plain; charset=utf-8")), Ok("application/json"));
        assert_eq!(chosen_if(true, JSON, 200, Some("text/plain")), Err(UndecodedReason::MediaType));
        assert_eq!(chosen_if(false, JSON, 200, Some("text/html")), Ok("application/json"), "PHP's default");
        assert_eq!(chosen_if(true, JSON, 200, Some("text/html")), Err(UndecodedReason::MediaType));
        assert_eq!(chosen_if(false, JSON, 200, Some("image/png")), Err(UndecodedReason::MediaType));
        const TEXT: Declared = &[("200", "text/plain")];
        assert_eq!(chosen_if(false, TEXT, 200, Some("application/yaml")), Ok("text/plain"));
        assert_eq!(chosen_if(false, TEXT, 200, None), Ok("text/plain"));
        assert_eq!(chosen_if(true, TEXT, 200, None), Err(UndecodedReason::MediaType));
    }

    #[test]
    fn parameters_decide_between_versions() {
        const VERSIONS: Declared =
            &[("200", "application/vnd.b.json;version=2"), ("200", "application/vnd.b.json; version=3")];
        let (second, third) = (VERSIONS[0].1, VERSIONS[1].1);
        for (sent, declared) in [
            ("application/vnd.b.json;version=2", second),
            ("application/vnd.b.json; charset=utf-8; VERSION=\"3\"", third),
            ("application/vnd.b.json", second),
            ("application/vnd.b.json;version=4", second),
            ("application/json", second),
        ] {
            assert_eq!(chosen(VERSIONS, 200, Some(sent)), Ok(declared), "{sent}");
        }
    }

    #[test]
    fn the_media_type_is_chosen_exactly_then_as_json_then_by_range() {
        const ALL: Declared =
            &[("200", "*/*"), ("200", "text/*"), ("200", "application/json; charset=utf-8"), ("200", "image/png")];
        for (sent, declared) in [
            (Some("image/png"), "image/png"),
            (Some("IMAGE/PNG; q=1"), "image/png"),
            (Some("application/json"), "application/json; charset=utf-8"),
            (Some("application/problem+json"), "application/json; charset=utf-8"),
            (None, "application/json; charset=utf-8"),
            (Some("application/zip"), "*/*"),
        ] {
            assert_eq!(chosen(ALL, 200, sent), Ok(declared), "{sent:?}");
        }
        assert_eq!(chosen(&[("200", "text/*")], 200, Some("Text/csv")), Ok("text/*"));
        assert_eq!(chosen(&[("200", "text/*")], 200, None), Err(UndecodedReason::MediaType));
        assert_eq!(chosen(&[("200", "text/*")], 200, Some("te")), Err(UndecodedReason::MediaType));
        assert_eq!(chosen(&[("200", "")], 200, Some("text/html")), Ok("200"));
    }
}
