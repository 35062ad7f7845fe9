//! Reads and writes files; `-` stands for standard input and output.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::UsageError;

/// Whether a path stands for a standard stream.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of a document in messages.
pub(crate) fn name(path: &Path) -> String {
    if is_standard(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// The URI of a file; `None` for a standard stream.
pub(crate) fn uri(path: &Path) -> Option<String> {
    let path = if is_standard(path) { None } else { std::path::absolute(path).ok() }?;
    let segments = path.components().filter_map(|component| match component {
        Component::Normal(segment) => segment.to_str(),
        Component::Prefix(prefix) => prefix.as_os_str().to_str(),
        Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    Some(
        segments.fold("file://".to_owned(), |uri, segment| {
            format!("{uri}/{}", utf8_percent_encode(segment, NOT_IN_SEGMENT))
        }),
    )
}

/// The ASCII characters that a segment of a URI does not have (RFC 3986, `pchar`).
const NOT_IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text of a file or of standard input.
pub(crate) fn read(path: &Path) -> Result<String, UsageError> {
    let text = if is_standard(path) {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| UsageError(format!("cannot read {}: {error}", name(path))))
}

/// Whether a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The file or stream was written.
    Yes,
    /// The file had this content already and was not touched.
    Unchanged,
}

/// Writes a text, unless the file has the same content.
pub(crate) fn write(path: &Path, text: &str) -> Result<Written, UsageError> {
    if is_standard(path) {
        return match io::stdout().lock().write_all(text.as_bytes()) {
            // The reader has closed the pipe, which is not an error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(UsageError(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(Written::Yes),
        };
    }
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(Written::Unchanged);
    }
    fs::write(path, text)
        .map(|()| Written::Yes)
        .map_err(|error| UsageError(format!("cannot write {}: {error}", path.display())))
}
