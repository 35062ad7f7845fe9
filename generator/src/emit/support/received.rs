//! The body of an answer while it comes.

/// The body of an answer, or what came of it. Most come at once, and are read where the HTTP client has them.
pub(crate) enum Received {
    Whole(reqwest::Body),
    Joined(Vec<u8>),
}

impl Received {
    pub(crate) fn nothing() -> Self {
        Self::Joined(Vec::new())
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            // Made of bytes, it has them; only a body that is streamed has none.
            Self::Whole(body) => body.as_bytes().unwrap_or_default(),
            Self::Joined(body) => body,
        }
    }

    /// What came next.
    pub(crate) fn and<C: AsRef<[u8]> + Into<reqwest::Body>>(self, chunk: C) -> Self {
        if self.as_slice().is_empty() {
            return Self::Whole(chunk.into());
        }
        let mut body = self.into_vec();
        body.extend_from_slice(chunk.as_ref());
        Self::Joined(body)
    }

    pub(crate) fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Whole(_) => self.as_slice().to_vec(),
            Self::Joined(body) => body,
        }
    }
}
