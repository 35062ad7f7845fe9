//! The body of a response while it arrives.

/// The body of a response, or what has arrived of it. A body of one chunk stays in the HTTP client's memory.
pub(crate) enum BodyBuffer {
    /// One chunk.
    Whole(reqwest::Body),
    /// Several chunks, joined.
    Joined(Vec<u8>),
}

impl BodyBuffer {
    pub(crate) fn empty() -> Self {
        Self::Joined(Vec::new())
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            // It is made of bytes; only a body that is streamed has none.
            Self::Whole(body) => body.as_bytes().unwrap_or_default(),
            Self::Joined(body) => body,
        }
    }

    /// The body with one chunk more.
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
