//! Reading and writing, where `-` stands for the standard streams.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::Fault;

/// Whether a path is the one that stands for a standard stream.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of a document in messages.
pub(crate) fn name(path: &Path) -> String {
    if is_standard(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// The text of a file or of standard input.
pub(crate) fn read(path: &Path) -> Result<String, Fault> {
    let text = if is_standard(path) {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| Fault(format!("cannot read {}: {error}", name(path))))
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It was written, or is a stream.
    Yes,
    /// It had this text already, so its time is left alone.
    Unchanged,
}

/// Writes a text, unless the file has it already.
pub(crate) fn write(path: &Path, text: &str) -> Result<Written, Fault> {
    if is_standard(path) {
        return match io::stdout().lock().write_all(text.as_bytes()) {
            // Whoever reads it has seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Fault(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(Written::Yes),
        };
    }
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(Written::Unchanged);
    }
    fs::write(path, text)
        .map(|()| Written::Yes)
        .map_err(|error| Fault(format!("cannot write {}: {error}", path.display())))
}
