//! `generate --check`: outputs that are missing or stale, and the command that renews them.

use std::ffi::OsString;
use std::path::Path;
use std::{fs, io};

use crate::UsageError;

/// An output that `generate` would write.
#[derive(Debug)]
pub(crate) struct StaleOutput {
    /// Its path.
    pub(crate) path: String,
    /// What is wrong with it, such as `line 3 differs`.
    pub(crate) what: String,
}

/// The output at a path, unless it has this text.
pub(crate) fn code(path: &Path, text: &str) -> Result<Option<StaleOutput>, UsageError> {
    let found = |what: String| Some(StaleOutput { path: path.display().to_string(), what });
    match fs::read(path) {
        Ok(old) if old == text.as_bytes() => Ok(None),
        Ok(old) => {
            let old = String::from_utf8_lossy(&old);
            let line = old.lines().zip(text.lines()).take_while(|(old, new)| old == new).count() + 1;
            Ok(found(format!("line {line} differs")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(found("there is no such file".to_owned())),
        Err(error) => Err(UsageError(format!("cannot read {}: {error}", path.display()))),
    }
}

/// The manifest at a path, if it lacks dependencies.
pub(crate) fn manifest(path: &Path, missing: &[String]) -> Option<StaleOutput> {
    let what = format!("these dependencies are missing: {}", missing.join(", "));
    (!missing.is_empty()).then(|| StaleOutput { path: path.display().to_string(), what })
}

/// The command line of this process without `--check`.
pub(crate) fn renewal() -> String {
    let arguments = std::env::args_os().skip(1).filter(|argument| argument != "--check");
    std::iter::once("openapi-smith".to_owned())
        .chain(arguments.map(|argument| quoted(&argument)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// An argument as a shell reads it.
pub(crate) fn quoted(argument: &OsString) -> String {
    let text = argument.to_string_lossy();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./:,@%+".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_for_a_shell() {
        for (argument, written) in [("a/b.yaml", "a/b.yaml"), ("/v1/*", "'/v1/*'"), ("it's", r"'it'\''s'"), ("", "''")]
        {
            assert_eq!(quoted(&argument.into()), written);
        }
    }
}
