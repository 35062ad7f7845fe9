//! JSON to a value, or to the place where it is none.

use serde::de::DeserializeOwned;

use super::undecoded::UndecodedReason;
use super::{place, whole};

/// Reads a value. The message of serde_json would quote values, so only the place is kept.
pub(crate) fn value<T: DeserializeOwned>(body: &[u8]) -> Result<T, UndecodedReason> {
    let text = text(body)?;
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    match whole::respelled(text).map(|respelled| serde_json::from_str(&respelled)) {
        Some(Ok(value)) => Ok(value),
        Some(Err(_)) | None => Err(misfit(text, error.line(), error.column())),
    }
}

/// JSON is UTF-8; looked at once, and not for each string of it. A byte order mark is what some servers begin with.
fn text(body: &[u8]) -> Result<&str, UndecodedReason> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    std::str::from_utf8(body).map_err(|_| {
        let good = body.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let mut lines = good.rsplit('\n');
        let column = lines.next().map_or(0, str::len) + 1;
        misfit(good, lines.count() + 1, column)
    })
}

fn misfit(text: &str, line: usize, column: usize) -> UndecodedReason {
    UndecodedReason::Decode { path: place::path(text, line, column), line, column }
}
