//! [`Tokens`]: the result of a log-in.

use std::fmt;

/// The token response of one log-in, and the session cookie of the browser.
///
/// `Debug` shows neither tokens nor the cookie.
#[derive(Clone)]
pub struct Tokens {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
    pub(super) id_token: String,
    pub(super) c_nonce: String,
    pub(super) session_id: String,
    pub(super) cookie: Option<String>,
}

impl Tokens {
    /// The access token, for `/userinfo` and `/credentials`.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// The refresh token. No operation accepts it; each rejects it with a different error.
    #[must_use]
    pub fn refresh_token(&self) -> &str {
        &self.refresh_token
    }

    /// The ID token, signed with the key at `jwks_uri`; also the `id_token_hint` of a logout.
    #[must_use]
    pub fn id_token(&self) -> &str {
        &self.id_token
    }

    /// The proof nonce that comes with the token response (`c_nonce_draft_00`). A nonce of `/credentials` is equivalent.
    #[must_use]
    pub fn c_nonce(&self) -> &str {
        &self.c_nonce
    }

    /// The `sid` claim of the ID token.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// `name=value` for a `Cookie` header, as the user's browser would send it; `None` if the log-in is not remembered.
    #[must_use]
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("access_token", &"[redacted]")
            .field("refresh_token", &"[redacted]")
            .field("id_token", &"[redacted]")
            .field("c_nonce", &"[redacted]")
            .field("cookie", &self.cookie.as_ref().map(|_| "[redacted]"))
            .finish_non_exhaustive()
    }
}
