//! A response that could not be decoded. The error keeps all of it.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};

/// A response that is not declared, or could not be read or decoded. It keeps everything that arrived. `Display` has the reason that
/// the server gave for a failure; neither `Debug` nor `Display` shows anything else of the body, or the value of a header.
pub struct Undecoded {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    reason: UndecodedReason,
    message: Option<Box<str>>,
}

const COMMON_MEDIA_TYPES: [&str; 13] = [
    "text/html",
    "text/plain",
    "text/csv",
    "text/event-stream",
    "text/xml",
    "application/json",
    "application/octet-stream",
    "application/problem+json",
    "application/xml",
    "application/x-ndjson",
    "application/yaml",
    "application/pdf",
    "application/zip",
];

/// Why a response could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UndecodedReason {
    /// The operation does not declare the status.
    Status,
    /// The operation does not declare the media type for this status.
    MediaType,
    /// The body does not have the declared type. Values are not quoted.
    Decode {
        /// Where in the value, such as `keys[0].kid`; empty for the whole value.
        path: String,
        /// How the value does not fit, such as `expected a string, found an object`.
        mismatch: String,
        /// The line of the body, from 1.
        line: usize,
        /// The column of the line.
        column: usize,
    },
    /// The body lacks a property that the declared type requires.
    Missing {
        /// Where the property should be, such as `keys[0].kty`.
        path: String,
    },
    /// The body is larger than the limit. What was read up to the limit is kept.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body is truncated. What arrived is kept.
    Truncated {
        /// Whether the caller's time ran out.
        timed_out: bool,
    },
    /// The body should be text and is not UTF-8.
    NotUtf8,
    /// The body is compressed, and was not decompressed.
    Compressed {
        /// The value of `Content-Encoding`, such as `gzip`.
        encoding: String,
    },
    /// The page is valid, but its link or cursor to the next page is not. No further page is requested.
    NextPage {
        /// What is wrong.
        reason: &'static str,
    },
}

impl Undecoded {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>, reason: UndecodedReason) -> Self {
        Self { status, headers, body, reason, message: None }
    }

    /// With what the server says, without secrets.
    pub(crate) fn with_message(mut self, message: Option<Box<str>>) -> Self {
        self.message = message;
        self
    }

    /// What the server says about a failure; see [`Error::server_message`](crate::Error::server_message).
    pub fn server_message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, or what arrived of it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, or what arrived of it.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// Status, headers and body.
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Vec<u8>) {
        (self.status, self.headers, self.body)
    }

    /// The media type, if it is a common one: of another one, nothing is shown.
    fn known_media_type(&self) -> Option<&'static str> {
        let sent = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let essence = sent.split(';').next().unwrap_or_default().trim();
        COMMON_MEDIA_TYPES.into_iter().find(|common| common.eq_ignore_ascii_case(essence))
    }

    /// Why the response could not be decoded.
    pub fn reason(&self) -> &UndecodedReason {
        &self.reason
    }
}

impl fmt::Debug for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Undecoded")
            .field("status", &self.status)
            .field("reason", &self.reason)
            .field("server_message", &self.message)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.reason {
            UndecodedReason::Status => "unexpected",
            UndecodedReason::MediaType => "unexpected media type with",
            UndecodedReason::Decode { .. } | UndecodedReason::Missing { .. } => "unexpected body with",
            UndecodedReason::TooLarge { limit } => {
                write!(f, "body over {limit} bytes")?;
                " with"
            }
            UndecodedReason::Truncated { timed_out: true } => "body not complete in time with",
            UndecodedReason::Truncated { timed_out: false } => "truncated body with",
            UndecodedReason::NotUtf8 => "body is not UTF-8 with",
            UndecodedReason::Compressed { encoding } => {
                write!(f, "body is compressed ({})", encoding.escape_debug())?;
                " with"
            }
            UndecodedReason::NextPage { reason } => {
                write!(f, "no next page: {reason};")?;
                ""
            }
        };
        write!(f, "{what} status {}", StatusWithName(self.status))?;
        match &self.reason {
            UndecodedReason::Decode { mismatch, .. } if self.body.is_empty() => write!(f, ": {mismatch}")?,
            UndecodedReason::Decode { path, mismatch, line, column } => {
                let (open, close) = if path.is_empty() { ("", "") } else { ("`", "`, ") };
                write!(f, ": at {open}{path}{close}line {line} column {column}: {mismatch}")?;
            }
            UndecodedReason::Missing { path } => write!(f, ": `{path}` is missing")?,
            UndecodedReason::Status if self.status.is_redirection() && self.headers.contains_key(LOCATION) => {
                f.write_str(": redirects are not followed")?;
            }
            UndecodedReason::Status if self.status == StatusCode::NOT_ACCEPTABLE => {
                f.write_str(
                    ": the server has none of the declared media types, `.header(\"accept\", \"*/*\")` asks for any",
                )?;
            }
            UndecodedReason::MediaType => {
                if let Some(media_type) = self.known_media_type() {
                    write!(f, ": it is {media_type}")?;
                }
            }
            _ => {}
        }
        if let Some(message) = &self.message {
            write!(f, ": the server says: {message}")?;
        }
        write!(f, " ({} bytes kept)", self.body.len())
    }
}

/// A status with its name, or the number alone if it has none.
pub(crate) struct StatusWithName(pub(crate) StatusCode);

impl fmt::Display for StatusWithName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_u16())?;
        self.0.canonical_reason().map_or(Ok(()), |reason| write!(f, " {reason}"))
    }
}
