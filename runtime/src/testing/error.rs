//! [`MockError`]: a mistake in the set-up of a test, or a part of a request that does not have the type asked for.

use std::fmt;

/// A mistake in the set-up of a test, an expectation that was not met, or a part of a request that does not have the type
/// asked for.
///
/// `Debug` is the same text as `Display`, so that `unwrap` and a test that returns the error are readable.
#[derive(Clone, PartialEq, Eq)]
pub struct MockError(String);

impl MockError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for MockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MockError {}
