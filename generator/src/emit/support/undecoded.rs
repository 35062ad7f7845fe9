//! An answer that could not be made a value. Nothing of it is lost.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// An answer that is not declared, or could not be read. It keeps all that came; neither `Debug` nor `Display` shows
/// the body or the value of a header.
pub struct Undecoded {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    reason: UndecodedReason,
}

/// Why an answer could not be made a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UndecodedReason {
    /// The operation does not declare the status.
    Status,
    /// The operation does not declare the media type for this status.
    MediaType,
    /// The body is not what the operation declares. Values are not quoted.
    Decode {
        /// Where in the value, such as `keys[0].kid`; `.` is the whole.
        path: String,
        /// The line of the body, from 1.
        line: usize,
        /// The column of the line.
        column: usize,
    },
    /// The body is larger than the caller allows. What was read up to there is kept.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body broke off. What came is kept.
    Cut {
        /// Whether it was the caller's time that ran out.
        timed_out: bool,
    },
    /// The body should be text and is not UTF-8.
    NotUtf8,
}

impl Undecoded {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>, reason: UndecodedReason) -> Self {
        Self { status, headers, body, reason }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, or what came of it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, or what came of it.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// Why it could not be made a value.
    pub fn reason(&self) -> &UndecodedReason {
        &self.reason
    }
}

impl fmt::Debug for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Undecoded")
            .field("status", &self.status)
            .field("reason", &self.reason)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.reason {
            UndecodedReason::Status => "unexpected",
            UndecodedReason::MediaType => "unexpected media type with",
            UndecodedReason::Decode { .. } => "unexpected body with",
            UndecodedReason::TooLarge { limit } => {
                write!(f, "body over {limit} bytes")?;
                " with"
            }
            UndecodedReason::Cut { timed_out: true } => "body not complete in time with",
            UndecodedReason::Cut { timed_out: false } => "body broke off with",
            UndecodedReason::NotUtf8 => "body is not UTF-8 with",
        };
        write!(f, "{what} status {}", InWords(self.status))?;
        if let UndecodedReason::Decode { path, line, column } = &self.reason {
            let (open, close) = if path.is_empty() { ("", "") } else { ("`", "`,") };
            write!(f, ": at {open}{path}{close} line {line} column {column}")?;
        }
        write!(f, " ({} bytes kept)", self.body.len())
    }
}

/// A status with its name; the number alone where it has none.
pub(crate) struct InWords(pub(crate) StatusCode);

impl fmt::Display for InWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_u16())?;
        self.0.canonical_reason().map_or(Ok(()), |reason| write!(f, " {reason}"))
    }
}
