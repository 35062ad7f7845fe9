//! Bodies of requests that a server sends to a program: webhooks and callbacks.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::error::UndecodedReason;
use crate::json;

/// Why the body of a webhook or a callback could not be decoded.
///
/// It names a location, and quotes no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBody {
    reason: UndecodedReason,
}

impl InvalidBody {
    /// The reason, with the location in the body.
    pub fn reason(&self) -> &UndecodedReason {
        &self.reason
    }
}

impl fmt::Display for InvalidBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            UndecodedReason::Decode { path, line, column, mismatch } if path.is_empty() => {
                write!(f, "the body does not have the declared type: line {line}, column {column}: {mismatch}")
            }
            UndecodedReason::Decode { path, line, column, mismatch } => {
                write!(f, "the body does not have the declared type: {path}, line {line}, column {column}: {mismatch}")
            }
            UndecodedReason::Missing { path } => write!(f, "the body lacks {path}"),
            _ => f.write_str("the body does not have the declared type"),
        }
    }
}

impl std::error::Error for InvalidBody {}

/// Decodes the body of a request that a server sent.
pub fn body<T: DeserializeOwned>(body: &[u8]) -> Result<T, InvalidBody> {
    json::decode(body).map_err(|reason| InvalidBody { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_body_is_located_and_not_quoted() {
        assert_eq!(body::<Vec<i64>>(b"[1, 2.0]"), Ok(vec![1, 2]));
        let error = body::<Vec<i64>>(b"[1, \"CANARY\"]").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the body does not have the declared type: [1], line 1, column 12: expected an integer (i64), found a string"
        );
        assert!(!format!("{error:?}").contains("CANARY"));
    }
}
