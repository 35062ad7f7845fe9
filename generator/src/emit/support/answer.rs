//! An answer that is declared, and how it becomes a value.

use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use super::error::Error;
use super::failure::Failure;
use super::json;
use super::operation::Operation;
use super::received::Received;
use super::undecoded::{Undecoded, UndecodedReason};

/// An answer that is declared.
pub(crate) struct Answer {
    /// Which of [`Operation::answers`] it is.
    pub(crate) declared: (&'static str, &'static str),
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Received,
}

impl Answer {
    /// Which of the declared answers this is: the most specific status first, then the media type. Where a success is
    /// declared, `default` is for failures: another success is not declared.
    pub(crate) fn declared(
        operation: &Operation,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<(&'static str, &'static str), UndecodedReason> {
        let declares_success = operation.answers.iter().any(|(declared, _)| declared.starts_with(['1', '2', '3']));
        let kinds = ["code", "range", "default"].into_iter();
        let matching = kinds.take(if declares_success && status.as_u16() < 400 { 2 } else { 3 }).find_map(|kind| {
            let arm = operation.answers.iter().find(|(declared, _)| is_for(declared, status, kind))?;
            Some(arm.0)
        });
        let declared = matching.ok_or(UndecodedReason::Status)?;
        let arms = operation.answers.iter().filter(|arm| arm.0 == declared);
        let sent = headers.get(CONTENT_TYPE).map(|value| {
            let essence = value.as_bytes().split(|&byte| byte == b';').next().unwrap_or_default();
            std::str::from_utf8(essence).unwrap_or_default().trim()
        });
        let tests: [fn(&str, Option<&str>) -> bool; 3] = [is_exactly, is_json_too, is_in_range];
        tests
            .iter()
            .find_map(|test| arms.clone().find(|arm| test(arm.1, sent)))
            .copied()
            .ok_or(UndecodedReason::MediaType)
    }

    /// Whether the status is one of success; asked where an answer is declared for both, or is read as something else.
    pub(crate) fn is_success(&self) -> bool {
        self.status.as_u16() < 400
    }

    /// Reads the body as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T, UndecodedReason> {
        json::value(self.body.as_slice())
    }

    /// Reads the body as text.
    pub(crate) fn text(&mut self) -> Result<String, UndecodedReason> {
        String::from_utf8(self.take()).map_err(|error| {
            self.body = Received::Joined(error.into_bytes());
            UndecodedReason::NotUtf8
        })
    }

    /// Takes the body as it is.
    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, UndecodedReason> {
        Ok(self.take())
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::replace(&mut self.body, Received::nothing()).into_vec()
    }

    /// There is nothing to read.
    pub(crate) fn nothing(&mut self) -> Result<(), UndecodedReason> {
        Ok(())
    }

    /// The wanted answer: what was read, made the operation's own type.
    pub(crate) fn success<T, U, E>(
        mut self,
        read: fn(&mut Self) -> Result<T, UndecodedReason>,
        into: fn(T) -> U,
    ) -> Result<ResponseValue<U>, Error<E>> {
        match read(&mut self) {
            Ok(value) => Ok(ResponseValue::new(into(value), self.status, self.headers)),
            Err(reason) => Err(self.undecoded(reason)),
        }
    }

    /// A declared failure: what was read, made the operation's own type.
    pub(crate) fn failure<T, U, E>(
        mut self,
        read: fn(&mut Self) -> Result<T, UndecodedReason>,
        into: fn(T) -> E,
    ) -> Result<ResponseValue<U>, Error<E>> {
        // Reading text and bytes takes the body away.
        let body = self.body.as_slice().to_vec();
        match read(&mut self) {
            Ok(value) => {
                let Self { status, headers, .. } = self;
                Err(Error::Failure(Box::new(Failure { value: into(value), status, headers, body })))
            }
            Err(reason) => Err(self.undecoded(reason)),
        }
    }

    /// An answer that is not declared.
    pub(crate) fn undeclared<U, E>(self) -> Result<ResponseValue<U>, Error<E>> {
        Err(self.undecoded(UndecodedReason::Status))
    }

    fn undecoded<E>(self, reason: UndecodedReason) -> Error<E> {
        Error::Undecoded(Box::new(Undecoded::new(self.status, self.headers, self.body.into_vec(), reason)))
    }
}

fn is_for(declared: &str, status: StatusCode, kind: &str) -> bool {
    match kind {
        "code" => declared == status.as_str(),
        "range" => declared.ends_with("XX") && declared.get(..1) == status.as_str().get(..1),
        _ => declared == "default",
    }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn is_exactly(declared: &str, sent: Option<&str>) -> bool {
    declared.is_empty() || sent.is_some_and(|sent| essence(declared).eq_ignore_ascii_case(sent))
}

/// Where JSON is declared, any other JSON type and none at all is taken as well.
fn is_json_too(declared: &str, sent: Option<&str>) -> bool {
    is_json(essence(declared)) && sent.is_none_or(is_json)
}

fn is_json(media_type: &str) -> bool {
    let end = media_type.len().checked_sub("/json".len()).and_then(|start| media_type.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("/json") || end.eq_ignore_ascii_case("+json"))
}

/// `*/*` and `text/*`.
fn is_in_range(declared: &str, sent: Option<&str>) -> bool {
    match essence(declared).strip_suffix('*') {
        Some("*/") => true,
        Some(range) => {
            let start = sent.and_then(|sent| sent.get(..range.len()));
            start.is_some_and(|start| start.eq_ignore_ascii_case(range))
        }
        None => false,
    }
}
